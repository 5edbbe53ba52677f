"""Code looks for rows in a state that nothing ever puts a row into.

The query finds nothing, today and always: the list stays empty, the job has nothing to do. It is a state of an older
version, one that was planned and never written, or another spelling (`cancelled`, `canceled`).

Write the state where it is reached, or look for the one that is written.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text not null default 'new');
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const ship = (id: number) => supabase.from("orders").update({ status: "shipped" }).eq("id", id);
export const cancel = (id: number) => supabase.from("orders").update({ status: "canceled" }).eq("id", id);
export const canceled = () => supabase.from("orders").select("id").eq("status", "cancelled");
                                                                                ^^^^^^^^^^^ nothing ever writes `cancelled` to `orders.status`: it becomes `canceled`, `new`, `shipped`
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text not null default 'new');
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const ship = (id: number) => supabase.from("orders").update({ status: "shipped" }).eq("id", id);
export const cancel = (id: number) => supabase.from("orders").update({ status: "canceled" }).eq("id", id);
export const canceled = () => supabase.from("orders").select("id").in("status", ["new", "canceled"]);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.values import refusal
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Constant
from analyzer.function_callers import may_be_called_elsewhere
from analyzer.status_columns import StatusColumn, status_columns, texts_of_sql

_MOST_RELATED = 10


class DriftStatusUnwritten(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        if may_be_called_elsewhere(project):
            return
        for column in status_columns(project):
            if column.open or not column.writes:
                continue
            texts = texts_of_sql(project)
            if texts is None:
                return
            written = {str(known.value) for write in column.writes for known in write.constants}
            places: dict[str, list[Place]] = {}
            for asked in column.asked:
                text = str(asked.constant.value)
                if text in written or text in texts or asked.constant.at is None:
                    continue
                if refusal(project.hosted_database, column.relation, column.name, text) is not None:
                    continue  # `drift-value` tells of what the column cannot be
                places.setdefault(text, []).append(Place(project.program.place(asked.constant.at), "and here"))
            for text, (first, *others) in places.items():
                name = f"{column.relation.name}.{column.name}"
                shown = ", ".join(f"`{one}`" for one in sorted(written | _defaults(column)))
                yield self.finding(
                    first.span,
                    f"nothing ever writes `{text}` to `{name}`: it becomes {shown}",
                    subject=f"{name} {text}",
                    related=tuple(others[:_MOST_RELATED]),
                )


def _defaults(column: StatusColumn) -> set[str]:
    found = column.relation.column(column.name)
    if found is None or found.default is None:
        return set()
    return {
        str(node.value)
        for node in descendants(found.default.node)
        if isinstance(node, Constant) and isinstance(node.value, str)
    }
