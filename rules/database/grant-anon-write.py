"""A migration gives visitors the right to write a table that no policy lets them write.

The grant opens a door that only row level security holds shut: the next policy that is a little too wide, or a
migration that disables row level security for a moment, lets everybody with the public key write.

Grant what visitors are to do, mostly `select`. For a form that everybody may send, grant `insert` and write the policy
for it.

Statements that `supabase db diff` has written, with every name in quotes, repeat what the default privileges give and
are not reported.

Source: [Row level security, grants and policies](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_news.sql
create table public.announcements (id bigint primary key, body text);
alter table public.announcements enable row level security;
create policy "anybody reads" on public.announcements for select using (true);
grant all on public.announcements to anon;
             ^^^^^^^^^^^^^^^^^^^^ visitors may insert, update and delete rows of `public.announcements`: only row level security stops them, since no policy is for it
```

## Good

```sql supabase/migrations/20250101000000_news.sql
create table public.announcements (id bigint primary key, body text);
alter table public.announcements enable row level security;
create policy "anybody reads" on public.announcements for select using (true);
grant select on public.announcements to anon;
create table public.messages (id bigint primary key, body text);
alter table public.messages enable row level security;
create policy "anybody writes to us" on public.messages for insert to anon with check (length(body) < 1000);
grant insert on public.messages to anon;
grant all on public.messages to authenticated;
grant delete on table "public"."messages" to "anon";
```
"""

from analyzer import Grant, Project, ProjectRule, Result, SqlFile
from analyzer.access import COMMANDS, deeds, is_served, policies_for, shown
from analyzer.database.replay import Database
from analyzer.facts.sql_ddl import Role
from analyzer.written import is_dump


class GrantAnonWrite(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 6.5
    cwe = (276, 732)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for file in project.migrations if any(True for _ in database.relations("table")) else ():
            for node in file.statements if not is_dump(file) else ():
                if (
                    isinstance(node, Grant)
                    and not node.revoke
                    and not node.all_in_schema
                    and node.object_kind == "table"
                    and any(role.name in ("anon", "public") and not _is_quoted(role) for role in node.grantees)
                ):
                    yield from self._grant(project, database, file, node)

    def _grant(self, project: Project, database: Database, file: SqlFile, node: Grant) -> Result:
        names = {privilege.name for privilege in node.privileges}
        for reference in node.objects:
            name = reference.name
            table = database.relation(name.schema or "public", name.name) if name is not None else None
            if table is None or name is None or not table.rls or not is_served(project, table):
                continue
            given = [
                command
                for command in COMMANDS
                if command != "select"
                and names & {command, "all"}
                and database.allows(table, "anon", command)
                and not any(policies_for(database, table, "anon", command))
            ]
            if given:
                yield self.finding(
                    file.lines.span(reference.start, reference.end),
                    f"visitors may {deeds(given)} rows of `{shown(table)}`: only row level security stops them, "
                    "since no policy is for it",
                    subject=shown(table),
                )


def _is_quoted(role: Role) -> bool:
    return role.end - role.start > len(role.name)
