"""The code asks for a schema that the Data API does not serve.

`.schema("private")` is answered with 406 (`PGRST106`) where `api.schemas` does not list it: the table is there, and no
request reaches it.

List the schema in `config.toml`, and in the Dashboard under Data API; or use a schema that is served.

Source: [Supabase: using custom schemas](https://supabase.com/docs/guides/api/using-custom-schemas)

## Bad

```toml supabase/config.toml
[api]
schemas = ["public", "graphql_public"]
```

```ts src/reports.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const reports = () => supabase.schema("reporting").from("monthly").select("*").throwOnError();
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the Data API does not serve the schema `reporting` (PGRST106): `api.schemas` lists `graphql_public`, `public`
```

## Good

```toml supabase/config.toml
[api]
schemas = ["public", "reporting"]
```

```ts src/reports.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const reports = () => supabase.schema("reporting").from("monthly").select("*").throwOnError();
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import exposed_schemas
from analyzer.data_api.uses import uses


class DriftSchemaNotExposed(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        exposed = exposed_schemas(project)
        if project.config is None or project.config.get("api", "schemas") is None:
            return
        seen = set()
        for use in uses(project):
            if use.query.schema and use.query.schema not in exposed and use.query.run != "never":
                key = (use.span.path, use.schema)
                if key in seen:
                    continue
                seen.add(key)
                listed = ", ".join(f"`{name}`" for name in sorted(exposed))
                yield self.finding(
                    project.program.place(use.query.begin),
                    f"the Data API does not serve the schema `{use.schema}` (PGRST106): `api.schemas` lists {listed}",
                    subject=f"{use.span.path} {use.schema}",
                )
