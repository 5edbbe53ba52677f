"""A column that should stay secret can be read by everybody.

The name of the column says that it holds a password, a token or an identity number, and nothing stands before it: the
table has no row level security, or a SELECT policy that lets in every row.

Move the column into a table of its own that only its owner or the server can read, or grant only the other columns:
`revoke select on ... from anon, authenticated; grant select (id, name) on ... to authenticated`.

The names are those that Supabase's own linter looks for, without a few that mean other things more often, such as
`session_id`; it looks at tables without row level security only. Partitions are reported by `partition-child-open`.

Source: [Column level security](https://supabase.com/docs/guides/database/postgres/column-level-security)

It is a warning rather than an error, since a name does not prove what a column holds.

## Bad

```sql supabase/migrations/20250101000000_integrations.sql
create table public.integrations (id bigint primary key, name text, api_key text);
                                                                    ^^^^^^^ anyone with the public key can read `api_key` in every row of `public.integrations`
alter table public.integrations enable row level security;
create policy "anybody" on public.integrations for select using (true);
```

## Bad: without row level security

```sql supabase/migrations/20250101000000_integrations.sql
create table public.integrations (id bigint primary key, access_token text, refresh_token text);
                                                         ^^^^^^^^^^^^ anyone with the public key can read `access_token` and `refresh_token` in every row of `public.integrations`
```

## Good

```sql supabase/migrations/20250101000000_integrations.sql
create table public.integrations (id bigint primary key, user_id uuid, name text, api_key text);
alter table public.integrations enable row level security;
create policy "own" on public.integrations for select using ((select auth.uid()) = user_id);
create table public.shops (id bigint primary key, name text, api_key text);
alter table public.shops enable row level security;
create policy "anybody" on public.shops for select using (true);
revoke select on public.shops from anon, authenticated;
grant select (id, name) on public.shops to anon, authenticated;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import API_ROLES, is_served, listed, may_read, may_use_schema, shown, tables, who
from analyzer.database.model import Column
from analyzer.database.replay import Database
from analyzer.splinter.relations import SENSITIVE_NAMES
from analyzer.view_terms import reads_all_rows
from analyzer.written import column_span

# These names stand for other things more often: a run of a program, a course's papers, a shop's licence.
_NAMES = SENSITIVE_NAMES - {"session_id", "treatment", "certificate", "license_number"}

_TYPES = frozenset(
    {
        "text",
        "character varying",
        "character",
        "citext",
        "extensions.citext",
        "json",
        "jsonb",
        "uuid",
        "inet",
        "macaddr",
    }
)


class ColumnSensitiveExposed(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 8.6
    cwe = (200, 359)
    splinter = "0023_sensitive_columns_exposed"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            columns = [column.name for column in table.columns if _is_secret(database, column)]
            if not columns or table.partition_of or not is_served(project, table):
                continue
            roles = [
                role
                for role in API_ROLES
                if may_use_schema(database, table.schema, role) and reads_all_rows(database, table, role)
            ]
            open_ = [column for column in columns if any(may_read(database, table, column, role) for role in roles)]
            span = column_span(project, database, table, open_[0]) if open_ else None
            if span is None:
                continue
            readers = [role for role in roles if any(may_read(database, table, column, role) for column in open_)]
            yield self.finding(
                span,
                f"{who(readers)} can read {listed([f'`{column}`' for column in open_])} in every row of "
                f"`{shown(table)}`",
                subject=f"{shown(table)}.{open_[0]}",
            )


def _is_secret(database: Database, column: Column) -> bool:
    """Whether the column is called and typed like a secret: a flag `two_factor` is none, nor is an address of a chain."""
    name, type_ = column.name.lower().replace("-", "_"), database.type_text(column.type.bare)
    return name in _NAMES and (type_ in _TYPES or (type_ == "bytea" and name != "token"))
