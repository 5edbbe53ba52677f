"""Revoking a right on a column changes nothing while the role has it on the table.

Rights on a table hold for all its columns, and PostgreSQL does not subtract: `revoke update (role) on profiles` leaves
the role's right to UPDATE the whole table, and with it the column. PostgreSQL says nothing.

Revoke the right on the table, then grant it on the columns that are meant:
`revoke update on profiles from authenticated; grant update (name, bio) on profiles to authenticated`.

Source: [Column level security](https://supabase.com/docs/guides/database/postgres/column-level-security),
[REVOKE](https://www.postgresql.org/docs/17/sql-revoke.html)

## Bad

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, name text, role text);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles using ((select auth.uid()) = id);
revoke update (role) on public.profiles from authenticated;
       ^^^^^^^^^^^^^ this changes nothing: `authenticated` may update all of `public.profiles`, `role` included
```

## Good

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, name text, role text);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles using ((select auth.uid()) = id);
revoke update on public.profiles from anon, authenticated;
grant update (name, role) on public.profiles to authenticated;
revoke update (role) on public.profiles from authenticated;
```
"""

from analyzer import Grant, Place, Project, ProjectRule, Result, SqlFile
from analyzer.access import API_ROLES, COMMANDS, listed, shown
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.written import name_span


class GrantColumnRevokeIneffective(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 7.0
    cwe = (284, 732)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for file in project.migrations:
            for node in file.statements:
                if isinstance(node, Grant) and node.revoke and node.object_kind == "table" and not node.all_in_schema:
                    yield from self._revoke(project, database, file, node)

    def _revoke(self, project: Project, database: Database, file: SqlFile, node: Grant) -> Result:
        names = {role.name for role in node.grantees}
        roles = [role for role in API_ROLES if role in names or "public" in names]
        for reference in node.objects:
            name = reference.name
            table = database.relation(name.schema or "public", name.name) if name is not None else None
            if table is None or not database.own(table):
                continue
            for privilege in node.privileges:
                commands = [
                    command
                    for command in COMMANDS
                    if privilege.columns
                    and privilege.name in (command, "all")
                    and any(database.allows(table, role, command) for role in roles)
                    and all(table.column(column.text) is not None for column in privilege.columns)
                ]
                if commands:
                    kept = [role for role in roles if database.allows(table, role, commands[0])]
                    columns = listed([f"`{column.text}`" for column in privilege.columns])
                    made = _place(project, database, table)
                    yield self.finding(
                        file.lines.span(privilege.start, privilege.end),
                        f"this changes nothing: {listed([f'`{role}`' for role in kept])} may {commands[0]} all of "
                        f"`{shown(table)}`, {columns} included",
                        subject=f"{shown(table)} {privilege.name}",
                        related=made,
                    )


def _place(project: Project, database: Database, table: Relation) -> tuple[Place, ...]:
    span = name_span(project, database, table)
    return (Place(span, "the table"),) if span is not None else ()
