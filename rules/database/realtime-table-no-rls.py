"""A table without row level security is sent to everybody who subscribes to it.

Realtime sends the changes of the tables in the publication `supabase_realtime`. For each subscriber it asks whether
the row level security of the table lets them read the row; without it, everybody with the public key receives every
new and changed row as it happens.

Enable row level security on the table and write a SELECT policy for those who are to receive its rows.

Source: [Postgres changes](https://supabase.com/docs/guides/realtime/postgres-changes),
[going into production](https://supabase.com/docs/guides/deployment/going-into-prod)

## Bad

```sql supabase/migrations/20250101000000_messages.sql
create table public.messages (id bigint primary key, body text);
             ^^^^^^^^^^^^^^^ Realtime sends every change of `public.messages` to anyone with the public key: the table has no row level security
alter publication supabase_realtime add table public.messages;
```

## Good

```sql supabase/migrations/20250101000000_messages.sql
create table public.messages (id bigint primary key, user_id uuid, body text);
alter publication supabase_realtime add table public.messages;
alter table public.messages enable row level security;
create policy "own messages" on public.messages for select using ((select auth.uid()) = user_id);
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import API_ROLES, commands, shown, tables, who
from analyzer.database.catalogue_relations import published
from analyzer.database.model import Publication
from analyzer.written import name_span, unfollowed


class RealtimeTableNoRls(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 7.5
    cwe = (200, 862)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        state = database.state
        sent = {
            table.oid
            for each in state.objects.values()
            if isinstance(each, Publication) and each.name == "supabase_realtime"
            for table in published(state, each)
        }
        for table in tables(database):
            roles = [role for role in API_ROLES if "select" in commands(database, table, role)]
            span = name_span(project, database, table)
            if table.oid not in sent or table.rls or not roles or span is None:
                continue
            if unfollowed(project, database, r"row\s+level\s+security") is not None:
                yield self.unknown(span, f"a DO block that could not be followed may protect `{shown(table)}`")
                continue
            yield self.finding(
                span,
                f"Realtime sends every change of `{shown(table)}` to {who(roles)}: the table has no row level security",
                subject=shown(table),
            )
