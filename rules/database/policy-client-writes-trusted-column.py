"""Users may write a column of their own row that decides what they may do or have.

A policy such as "users update their own profile" looks at whose row it is, and then lets every column be changed:
`role`, `is_admin`, `credits`, `org_id`. Where another policy, a function or code with the service role then believes
that column, a user becomes an administrator, or rich, with one request:

    PATCH /rest/v1/profiles?id=eq.<own id>    {"role": "admin"}

Let clients write only the columns that are theirs: revoke UPDATE on the table and grant it on the others. Or keep such
columns in a table that clients may not write, compare the new value in WITH CHECK, or pin it in a BEFORE trigger.

The rule names columns that something is seen to believe: a policy or a helper function that looks for the caller's own
row, or a query with the service role that reads a column named like money or rights.

Source: [Column level security](https://supabase.com/docs/guides/database/postgres/column-level-security),
[CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, display_name text, role text not null default 'user');
                                                                      ~~~~ the column
alter table public.profiles enable row level security;
create policy "read own" on public.profiles for select using ((select auth.uid()) = id);
create policy "update own" on public.profiles for update using ((select auth.uid()) = id);
              ^^^^^^^^^^^^ every user can set `role` in their own rows of `public.profiles`, which a policy trusts
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders using (
  exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.role = 'admin')
          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the policy `admins` of `public.orders` trusts it
);
```

## Good: only what is theirs

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, display_name text, role text not null default 'user');
alter table public.profiles enable row level security;
create policy "read own" on public.profiles for select using ((select auth.uid()) = id);
create policy "update own" on public.profiles for update using ((select auth.uid()) = id);
revoke update on public.profiles from anon, authenticated;
grant update (display_name) on public.profiles to authenticated;
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders using (
  exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.role = 'admin')
);
```

## Good: a trigger pins it

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, display_name text, role text not null default 'user');
alter table public.profiles enable row level security;
create policy "update own" on public.profiles for update using ((select auth.uid()) = id);
create function public.keep_role() returns trigger language plpgsql as $$
begin
  if new.role is distinct from old.role then
    raise exception 'roles are given by administrators';
  end if;
  return new;
end $$;
create trigger keep_role before update on public.profiles for each row execute function public.keep_role();
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders using (
  exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.role = 'admin')
);
```
"""

from collections.abc import Iterator

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import Command, listed, may_write, shown, sql_name, tables
from analyzer.database.model import Policy, Relation
from analyzer.database.names import quoted
from analyzer.database.replay import Database
from analyzer.policy_terms import columns_in, expressions, is_restricted, node_of, reach
from analyzer.trigger_terms import is_filled_at_sign_up, writes_new
from analyzer.trusted_columns import Trust, is_own_row, owners, trusted_columns
from analyzer.written import column_span, name_span

_WRITES: tuple[Command, ...] = ("update", "insert")


class PolicyClientWritesTrustedColumn(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (269, 639)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            trusted = trusted_columns(project).get(table.oid, {}) if table.rls else {}
            writes = [
                (policy, command, trust)
                for policy in database.policies(table)
                if trusted
                for command in _open_writes(project, database, table, policy)
                for trust in trusted.values()
                if trust.over not in owners(table, policy)  # what they open is their own
                and _is_free(database, table, policy, trust, command)
            ]
            joins = {trust.column for _, command, trust in writes if command == "insert" and not trust.compared}
            # whoever may make a row that ties them to any group may also change which it is
            writes = [each for each in writes if each[2].compared or each[2].column not in joins]
            if not writes:
                continue
            found = {trust.column: trust for _, _, trust in writes}
            (policy, *others), first = {each.oid: each for each, _, _ in writes}.values(), next(iter(found.values()))
            span = name_span(project, database, policy)
            if span is None:
                continue
            places = {"the column": column_span(project, database, table, first.column)}
            places |= {f"so does `{each.name}`": name_span(project, database, each) for each in others}
            yield self.finding(
                span,
                f"every user can set {listed([f'`{name}`' for name in found])} in their own rows of "
                f"`{shown(table)}`, which {first.by} trusts",
                subject=shown(table),
                related=(
                    *(trust.place for trust in found.values()),
                    *(Place(place, what) for what, place in places.items() if place is not None),
                ),
                fix=_fix(
                    project, table, set(found), [each for each in _WRITES if each in {one for _, one, _ in writes}]
                ),
            )


def _open_writes(project: Project, database: Database, table: Relation, policy: Policy) -> Iterator[Command]:
    """The writes of their own rows that a policy lets every signed-in user do."""
    reached = reach(project, database, table, policy)
    for command in _WRITES:
        if (
            policy.permissive
            and "authenticated" in reached.get(command, ())
            and is_own_row(table, policy, command)
            and not is_restricted(database, table, command, "authenticated")
            and not (command == "insert" and is_filled_at_sign_up(database, table))
        ):
            yield command


def _is_free(database: Database, table: Relation, policy: Policy, trust: Trust, command: Command) -> bool:
    """Whether grants, the policy itself and triggers leave the column to the client."""
    key = next((each.columns for each in database.constraints(table) if each.kind == "primary key"), ())
    if key and [table.numbered(number).name for number in key] == [trust.column]:
        return False  # it is taken where it means something
    mentioned = {name for stored in expressions(policy) for name in columns_in(node_of(stored))}
    return (
        trust.column not in mentioned
        and may_write(database, table, trust.column, "authenticated", "insert" if command == "insert" else "update")
        and not writes_new(database, table, trust.column, command)
    )


def _fix(project: Project, table: Relation, trusted: set[str], commands: list[Command]) -> Fix:
    name = sql_name(table)
    rest = ", ".join(quoted(column.name) for column in table.columns if column.name not in trusted)
    lines = [f"revoke {', '.join(commands)} on {name} from anon, authenticated;"]
    if rest:
        lines.append(f"grant {', '.join(f'{command} ({rest})' for command in commands)} on {name} to authenticated;")
    return Fix(
        "let clients write the other columns only",
        safe=False,
        changes=(
            Create(project.layout.path("migrations"), f"protect_columns_of_{table.name}", "\n".join(lines) + "\n"),
        ),
    )
