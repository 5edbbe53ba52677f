"""A role may do with a table what it is not expected to, or may not do what it is.

`[[expectations.access]]` of `supalint.toml` says what visitors (`anon`) and signed-in users (`authenticated`) may do.
Judged are the grants and policies that the migrations leave, whatever they are called: `may` wants that some row can pass
the policies, `may-not` that none can.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.access]]
table = "orders"
role = "anon"
may-not = ["select"]
[[expectations.access]]
table = "orders"
role = "authenticated"
may = ["insert"]
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
             ^^^^^^^^^^^^^ `anon` may select rows of `orders`, which is not expected
             ^^^^^^^^^^^^^ `authenticated` may not insert rows of `orders`, which is expected
alter table public.orders enable row level security;
create policy "all" on public.orders for select using (true);
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.access]]
table = "orders"
role = "anon"
may-not = ["select", "insert", "update", "delete"]
[[expectations.access]]
table = "orders"
role = "authenticated"
may = ["select"]
may-not = ["delete"]
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own" on public.orders for select using (user_id = (select auth.uid()));
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import COMMANDS, Command, policies_for
from analyzer.database.model import Relation
from analyzer.expected import expectation_span, expected_at, may, no_table, relation_named
from analyzer.written import name_span


class ExpectPolicy(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.0
    cwe = (284,)

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.access:
            span = expectation_span(project, wanted.line)
            relation = relation_named(project, wanted.table)
            if relation is None:
                yield self.finding(span, no_table(project, wanted.table), subject=f"{wanted.table} {wanted.role}")
                continue
            for command in COMMANDS:
                asked = command in wanted.may or command in wanted.may_not
                if not asked or may(project, relation, wanted.role, command) == (command in wanted.may):
                    continue
                allowed = command in wanted.may_not
                yield self.finding(
                    name_span(project, project.hosted_database, relation) or span,
                    f"`{wanted.role}` {'may' if allowed else 'may not'} {command} rows of `{wanted.table}`, which is "
                    f"{'not ' if allowed else ''}expected",
                    subject=f"{wanted.table} {wanted.role} {command}",
                    related=(expected_at(project, wanted.line), *_policies(project, relation, wanted.role, command)),
                )


def _policies(project: Project, relation: Relation, role: str, command: Command) -> tuple[Place, ...]:
    """The policies that decide on it."""
    database = project.hosted_database
    spans = [name_span(project, database, policy) for policy in policies_for(database, relation, role, command)]
    return tuple(Place(span, "this policy decides on it") for span in spans[:5] if span is not None)
