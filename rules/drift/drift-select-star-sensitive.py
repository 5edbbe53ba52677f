"""A page asks for all columns of a table in which everybody's rows can be read and some columns are private.

`select("*")` brings e-mail addresses, tokens and keys of others into the browser, where the tools of every visitor show
them, whatever the page displays. A column that is added later comes along by itself.

Name the columns that the page shows; for what nobody should read, take the grant away or put it into another table.

Source: [Supabase: securing your API](https://supabase.com/docs/guides/api/securing-your-api)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, name text, email text, api_token text);
alter table public.profiles enable row level security;
create policy "all" on public.profiles for select using (true);
```

```ts src/people.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const people = () => supabase.from("profiles").select("*");
                            ^^^^^^^^^^^^^^^^^^^^^^^^^ `*` also brings `email`, `api_token` of all rows of `profiles` into the browser
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, name text, email text, api_token text);
alter table public.profiles enable row level security;
create policy "all" on public.profiles for select using (true);
create table public.orders (id bigint primary key, user_id uuid, email text);
alter table public.orders enable row level security;
create policy "own" on public.orders for select using (user_id = (select auth.uid()));
```

```ts src/people.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const people = () => supabase.from("profiles").select("id, name");
export const orders = () => supabase.from("orders").select("*");
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, may_read, policies_for
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.database.coercion import category
from analyzer.database.model import Column, Policy, Relation
from analyzer.database.replay import Database
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.policy_terms import admits_all, is_restricted
from analyzer.predicates import ANYBODY, USER
from analyzer.typescript.describe import describe
from analyzer.typescript.queries import Query
from analyzer.typescript.values import Known, ObjectValue
from analyzer.written import name_span

_PRIVATE = re.compile(
    r"(?:^|_)(?:e?mail|phone|mobile|whatsapp|address|street|birth\w*|dob|stripe_customer\w*|iban|salary|password\w*|secret"
    r"|token|ssn|tax_id|cpf|cnpj|passport|api_key|access_key|private_key|password_hash|salt|otp|pin|card_number)(?:_|$)",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?:^|_)(?:secret|token|salt|pin|otp|password)(?:_|$)", re.IGNORECASE)
_COUNTED = ("N", "D")  # categories of types: numbers, dates
# What a name ends with that tells of a thing, and not the thing.
_ABOUT = re.compile(r"_(?:link|template|subject|type|status|provider|label|enabled|count)$", re.IGNORECASE)
_OWN = re.compile(r"(?i)user\.id$")  # the row of whoever asks


class DriftSelectStarSensitive(ProjectRule):
    severity = "note"
    precision = "high"
    security_severity = 4.3
    cwe = (200,)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        told: set[int] = set()
        servers = {module.path for module in project.function_modules}
        for use in uses(project):
            relation = use.relation if use.query.begin.path not in servers else None
            if relation is None or relation.oid in told or not _asks_for_all(use) or not use.certain:
                continue
            if relation.kind not in ("table", "partitioned") or not relation.rls or use.schema in PLATFORM_SCHEMAS:
                continue
            policy = _opening(database, relation)
            span = name_span(project, database, policy) if policy is not None else None
            private = [
                column.name
                for column in relation.columns
                if _is_private(database, column) and may_read(database, relation, column.name, "authenticated")
            ]
            if span is None or not private:
                continue
            told.add(relation.oid)
            names = ", ".join(f"`{name}`" for name in private)
            yield self.finding(
                project.program.place(use.query.begin),
                f"`*` also brings {names} of all rows of `{relation.name}` into the browser",
                subject=f"{relation.schema}.{relation.name}",
                related=(Place(span, "this policy shows everybody's rows"),),
            )


def _asks_for_all(use: SchemaUse) -> bool:
    query = use.query
    return (
        query.operation == "select"
        and query.key == "anon"
        and query.columns == "*"
        and query.run != "never"
        and not _counts(query)
        and not any(one.operator == "eq" and _OWN.search(describe(one.value)) for one in query.filters)
    )


def _counts(query: Query) -> bool:
    """Whether a query asks for the number of rows, and brings none."""
    return any(
        isinstance(settings, ObjectValue) and settings.entries.get("head") == Known(True)
        for step in query.steps
        if step.name == "select"
        for settings in step.arguments[1:]
    )


def _is_private(database: Database, column: Column) -> bool:
    """Whether a column has what one keeps to oneself; a number of tokens, or whether an address is verified, is none."""
    name, group = column.name, category(database.state, column.type)
    if not _PRIVATE.search(name) or _ABOUT.search(name) or group == "B":
        return False
    return group not in _COUNTED or not _KEY.search(name)


def _opening(database: Database, relation: Relation) -> Policy | None:
    """The policy by which a visitor or user reads every row."""
    for role in API_ROLES:
        caller = ANYBODY if role == "anon" else USER
        if not is_restricted(database, relation, "select", role):
            for policy in policies_for(database, relation, role, "select"):
                if admits_all(database, policy, "select", caller):
                    return policy
    return None
