"""`CASCADE` takes policies or triggers with it, and nothing makes them again.

`DROP FUNCTION ... CASCADE` drops every policy that calls the function, `DROP COLUMN ... CASCADE` and
`DROP TABLE ... CASCADE` every policy and trigger that names the column or reads the table. Only a notice says so. A
table whose policy is gone denies what the policy allowed, or allows what a restrictive one denied; a trigger that kept
a row from being written no longer does.

Make the policies and triggers again behind it, or replace the function in place: `CREATE OR REPLACE FUNCTION`.

What a later statement makes again under its name, or for the same command, is left alone, and so are triggers that
are dropped together with the function that they run.

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
alter table orders enable row level security;
create function is_owner(owner uuid) returns boolean language sql stable as $$ select owner = auth.uid() $$;
create policy "own orders" on orders for select using (is_owner(user_id));
```

```sql supabase/migrations/20250201000000_cleanup.sql
drop function is_owner(uuid) cascade;
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `CASCADE` drops policy `own orders` on `public.orders`, which nothing makes again
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
alter table orders enable row level security;
create function is_owner(owner uuid) returns boolean language sql stable as $$ select owner = auth.uid() $$;
create policy "own orders" on orders for select using (is_owner(user_id));
```

```sql supabase/migrations/20250201000000_cleanup.sql
drop function is_owner(uuid) cascade;
create policy "orders of the caller" on orders for select using (user_id = (select auth.uid()));
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.database.model import AnyObject, Policy, Relation, Trigger
from analyzer.database.replay import Database
from analyzer.facts.sql import Statement
from analyzer.facts.sql_ddl import AlterTable, Drop, DropColumn
from analyzer.migration_steps import removals, steps, versions

_SHOWN = 3  # objects in a message


class MigrationCascadeDropsSecurity(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (284,)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        cascading = [step for step in steps(project) if _cascades(step.statement)]
        for step in cascading:
            later = [
                other
                for oid, (other, *_) in versions(project).items()
                if isinstance(other, Policy | Trigger)
                and (history := database.state.history.get(oid))
                and history[0].place[:2] > step.place
            ]
            lost = [
                shown
                for obj in removals(project).get(step.place, ())
                if not _is_named(step.statement, obj)
                if not (isinstance(obj, Trigger) and isinstance(step.statement, Drop))
                and not any(_same(obj, other) for other in later)
                for shown in _lost(database, obj)
            ]
            if lost:
                names = ", ".join(lost[:_SHOWN]) + (f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else "")
                yield self.finding(
                    step.span(step.statement),
                    f"`CASCADE` drops {names}, which nothing makes again",
                    subject=lost[0],
                )


def _same(obj: AnyObject, other: Policy | Trigger) -> bool:
    return isinstance(obj, Policy | Trigger) and other.name == obj.name and other.table == obj.table


def _cascades(statement: Statement) -> bool:
    match statement:
        case Drop(behavior="cascade", kind="schema" | "extension"):
            return False  # whoever drops a whole schema means what is in it
        case Drop(behavior="cascade"):
            return True
        case AlterTable(subcommands=subcommands):
            return any(isinstance(each, DropColumn) and each.behavior == "cascade" for each in subcommands)
        case _:
            return False


def _is_named(statement: Statement, obj: AnyObject) -> bool:
    """Whether the statement itself drops the policy or trigger, rather than what it needs."""
    return (
        isinstance(statement, Drop)
        and statement.kind in ("policy", "trigger")
        and any(reference.name is not None and reference.name.name == obj.name for reference in statement.objects)
    )


def _lost(database: Database, obj: AnyObject) -> Iterator[str]:
    """The policy or trigger in words, where its table is still there and nothing took its place."""
    if not isinstance(obj, Policy | Trigger):
        return
    table = database.state.objects.get(obj.table)
    if not isinstance(table, Relation):
        return
    if isinstance(obj, Policy):
        if not table.rls or any(
            other.name == obj.name or other.command in (obj.command, "all") or obj.command == "all"
            for other in database.policies(table)
            if other.permissive == obj.permissive
        ):
            return
        yield f"policy `{obj.name}` on `{table.schema}.{table.name}`"
    elif not any(
        other.name == obj.name or (other.timing == obj.timing and set(obj.events) <= set(other.events))
        for other in database.triggers(table)
    ):
        yield f"trigger `{obj.name}` on `{table.schema}.{table.name}`"
