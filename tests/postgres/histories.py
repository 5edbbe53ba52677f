"""Random but plausible histories of migrations.

Names come from small pools and mostly from what earlier statements have made, so that most statements work and the
others fail for reasons that real migrations fail for: something is there already, or not yet, or no longer.
"""

# Nothing here runs but in a database of its own.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from .apply import MIGRATIONS

Draw = Callable[[st.SearchStrategy[str]], str]

#: What most of a history leans on.
_BASE = (
    "create schema private",
    "create type mood as enum ('low', 'high')",
    "create role editor",
    "create function is_admin() returns boolean language sql stable as 'select true'",
    "create function touch() returns trigger language plpgsql as $$ begin return new; end $$",
)

_TABLES = ("users", "plans", "orders", "Notes", "line_items", "private.keys")
_COLUMNS = ("id", "name", "price", "owner", "plan_id", "Status", "created_at", "doc", "active")
_TYPES = (
    "int", "bigint", "text", "varchar(40)", "uuid", "numeric(10, 2)", "boolean", "timestamptz", "jsonb",
    "text[]", "date",
    "mood", "serial", "double precision",
)  # fmt: skip
_ENUMS = ("mood", "state")
_LABELS = ("low", "high", "ok", "done")
_VIEWS = ("active_users", "totals", "users")
_FUNCTIONS = ("is_admin", "touch", "total_of")
_ROLES = ("anon", "authenticated", "service_role", "public", "editor")
_POLICIES = ("read", "write own", "admin all")
_DEFAULTS = {
    "int": "0", "bigint": "7", "text": "'x'", "varchar(40)": "'y'", "uuid": "gen_random_uuid()",
    "numeric(10, 2)": "1.5",
    "boolean": "true", "timestamptz": "now()", "jsonb": "'{}'", "text[]": "'{}'", "date": "'2024-01-01'",
    "mood": "'low'",
    "serial": "1", "double precision": "0.5",
}  # fmt: skip
_VALUES = ("1", "2", "'a'", "'low'", "null", "default", "true", "3.5", "'2024-01-01'", "-1")
_EXPRESSIONS = (
    "true", "auth.uid() = {c}", "(select auth.uid()) = {c}", "{c} is not null", "{c} > 0", "{c} in ('low', 'high')",
    "exists (select 1 from {t} x where x.{c} = 1)", "auth.role() = 'authenticated'", "is_admin()",
    "not ({c} = 1 or {c} = 2)",
    "{c}::text like 'a%'", "coalesce({c}::text, '') <> ''",
)  # fmt: skip


@dataclass(slots=True)
class _Made:
    """What the history has probably made so far: tables with their columns."""

    tables: dict[str, list[str]] = field(default_factory=dict)
    views: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)


def _quoted(name: str) -> str:
    return ".".join(part if part == part.lower() else f'"{part}"' for part in name.split("."))


@st.composite
def histories(draw: st.DrawFn) -> dict[str, str]:
    """One to four migrations of a few statements each, as path and text."""
    made = _Made()
    files = {f"{MIGRATIONS}/0_base.sql": ";\n".join([*_BASE, *(_create_table(draw, made) for _ in range(3))]) + ";\n"}
    for number in range(1, draw(st.integers(1, 4)) + 1):
        statements = [_statement(draw, made) for _ in range(draw(st.integers(1, 7)))]
        files[f"{MIGRATIONS}/{number}_step.sql"] = ";\n".join(statements) + ";\n"
    return files


def _statement(draw: st.DrawFn, made: _Made) -> str:
    return draw(st.sampled_from(_KINDS))(draw, made)


def _one(draw: st.DrawFn, *of: str) -> str:
    return draw(st.sampled_from(of))


def _maybe(draw: st.DrawFn, text: str, *, chance: int = 3) -> str:
    """The text one time in `chance`, else nothing."""
    return text if draw(st.integers(1, chance)) == 1 else ""


def _table(draw: st.DrawFn, made: _Made) -> str:
    """Nine times in ten one that has been made."""
    known = tuple(made.tables)
    return _one(draw, *(known if known and draw(st.integers(1, 10)) > 1 else _TABLES))


def _column(draw: st.DrawFn, made: _Made, table: str) -> str:
    known = tuple(made.tables.get(table, ()))
    return _quoted(_one(draw, *(known if known and draw(st.integers(1, 10)) > 1 else _COLUMNS)))


def _expression(draw: st.DrawFn, made: _Made, table: str) -> str:
    other = _table(draw, made)
    return _one(draw, *_EXPRESSIONS).format(c=_column(draw, made, table), t=_quoted(other))


def _create_table(draw: st.DrawFn, made: _Made) -> str:
    fresh = tuple(name for name in _TABLES if name not in made.tables)
    table = _one(draw, *(fresh if fresh and draw(st.integers(1, 10)) > 1 else _TABLES))
    names = draw(st.lists(st.sampled_from(_COLUMNS[1:]), max_size=4, unique=True))
    parts = [_one(draw, "id uuid primary key default gen_random_uuid()", "id serial primary key", "id int")]
    for name in names:
        kind = _one(draw, *_TYPES)
        parts.append(
            f"{_quoted(name)} {kind}{_maybe(draw, ' not null')}{_maybe(draw, f' default {_DEFAULTS[kind]}', chance=5)}"
            f"{_maybe(draw, ' unique', chance=8)}{_maybe(draw, f' check ({_quoted(name)} is not null)', chance=10)}"
        )
    if made.tables and draw(st.integers(1, 3)) == 1:
        action = _one(draw, "", " on delete cascade", " on delete set null")
        name, kind = _one(draw, "parent", "owner_id"), _one(draw, "uuid", "int")
        parts.append(f"{name} {kind} references {_quoted(_table(draw, made))}{_maybe(draw, ' (id)', chance=2)}{action}")
    exists = _maybe(draw, "if not exists ")
    made.tables.setdefault(table, ["id", *names])
    return f"create table {exists}{_quoted(table)} (\n  " + ",\n  ".join(parts) + "\n)"


def _alter_table(draw: st.DrawFn, made: _Made) -> str:
    table = _table(draw, made)
    commands = []
    for _ in range(draw(st.integers(1, 2))):
        column, kind = _column(draw, made, table), _one(draw, *_TYPES)
        new = _one(draw, *_COLUMNS)
        command = _one(
            draw,
            f"add column {_quoted(new)} {kind}",
            f"add column if not exists {_quoted(new)} {kind} not null default {_DEFAULTS[kind]}",
            f"add column {_quoted(new)} {kind} not null",
            f"drop column {column}",
            f"drop column if exists {column} cascade",
            f"alter column {column} set not null",
            f"alter column {column} drop not null",
            f"alter column {column} set default {_DEFAULTS[kind]}",
            f"alter column {column} drop default",
            f"alter column {column} type {kind}",
            f"alter column {column} type text using {column}::text",
            f"add constraint {_one(draw, 'c1', 'c2')} check ({column} is not null)",
            f"add constraint {_one(draw, 'u1', 'u2')} unique ({column})",
            f"add unique ({column})",
            f"add primary key ({column})",
            f"drop constraint {_one(draw, 'c1', 'u1', f'{table}_pkey')}",
            f"drop constraint if exists {_one(draw, 'c1', 'u1')}",
            "enable row level security",
            "disable row level security",
            "force row level security",
            f"add foreign key ({column}) references {_quoted(_table(draw, made))}",
        )
        if command.startswith("add column"):
            made.tables.setdefault(table, []).append(new)
        commands.append(command)
    return f"alter table {_maybe(draw, 'if exists ', chance=6)}{_quoted(table)} {', '.join(commands)}"


def _rename(draw: st.DrawFn, made: _Made) -> str:
    table = _table(draw, made)
    if draw(st.booleans()):
        old, new = _column(draw, made, table), _one(draw, *_COLUMNS)
        made.tables.setdefault(table, []).append(new)
        return f"alter table {_quoted(table)} rename column {old} to {_quoted(new)}"
    new = _one(draw, *(name for name in _TABLES if "." not in name))
    made.tables[new] = list(made.tables.get(table, ()))
    return f"alter table {_quoted(table)} rename to {_quoted(new)}"


def _drop_table(draw: st.DrawFn, made: _Made) -> str:
    table = _table(draw, made)
    return f"drop table {_maybe(draw, 'if exists ')}{_quoted(table)}{_maybe(draw, ' cascade')}"


def _index(draw: st.DrawFn, made: _Made) -> str:
    table = _table(draw, made)
    column = _column(draw, made, table)
    name = _maybe(draw, f"{_one(draw, 'i1', 'i2', 'i3')} ", chance=2)
    unique = _maybe(draw, "unique ")
    what = _one(draw, column, f"lower({column}::text)", f"{column} desc", f"{column}, {_column(draw, made, table)}")
    where = _maybe(draw, f" where {column} is not null")
    return f"create {unique}index {name}on {_quoted(table)} ({what}){where}"


def _drop_index(draw: st.DrawFn, _: _Made) -> str:
    return f"drop index {_maybe(draw, 'if exists ')}{_one(draw, 'i1', 'i2', 'i3')}"


def _enum(draw: st.DrawFn, _: _Made) -> str:
    name, label = _one(draw, *_ENUMS), _one(draw, *_LABELS)
    return _one(
        draw,
        f"create type {name} as enum ('low', 'high')",
        f"alter type {name} add value '{label}'",
        f"alter type {name} add value if not exists '{label}' before 'high'",
        f"alter type {name} rename value '{label}' to '{_one(draw, *_LABELS)}'",
        f"drop type {name}",
        f"drop type if exists {name} cascade",
        f"do $$ begin create type {name} as enum ('low', '{label}'); exception when duplicate_object then null; end $$",
    )


def _policy(draw: st.DrawFn, made: _Made) -> str:
    table, name = _table(draw, made), _one(draw, *_POLICIES)
    expression, role = _expression(draw, made, table), _one(draw, *_ROLES)
    on = f'"{name}" on {_quoted(table)}'
    return _one(
        draw,
        f"create policy {on} for select using ({expression})",
        f"create policy {on} for select to {role} using ({expression})",
        f"create policy {on} for insert to authenticated with check ({expression})",
        f"create policy {on} as restrictive for update using ({expression}) with check ({expression})",
        f"create policy {on} using ({expression})",
        f"drop policy {on}",
        f"drop policy if exists {on}",
        f"alter policy {on} to {role}",
        "do $$ begin if not exists (select 1 from pg_policies "
        f"where tablename = '{table}' and policyname = '{name}') then create policy {on} using (true); end if; end $$",
    )


def _function(draw: st.DrawFn, made: _Made) -> str:
    name, table = _one(draw, *_FUNCTIONS), _table(draw, made)
    options = f"{_maybe(draw, ' security definer')}{_maybe(draw, chr(32) + 'set search_path = public')}"
    column = _column(draw, made, table)
    return _one(
        draw,
        f"create or replace function {name}() returns boolean language sql stable{options} as 'select true'",
        f"create or replace function {name}(a int) returns int language sql{options} as 'select a'",
        f"create or replace function {name}(b int) returns int language sql as 'select b'",
        f"create function {name}() returns trigger language plpgsql{options} as $$ begin return new; end $$",
        f"create or replace function {name}() returns bigint language sql as "
        f"$$ select count({column}) from {_quoted(table)} $$",
        f"create or replace function {name}(x mood) returns setof {_quoted(table)} language sql as "
        f"$$ select * from {_quoted(table)} $$",
        f"drop function {name}()",
        f"drop function if exists {name}(int) cascade",
        f"alter function {name}() security definer",
        f"revoke execute on function {name}() from public, anon",
        f"grant execute on function {name}(int) to authenticated",
    )


def _view(draw: st.DrawFn, made: _Made) -> str:
    name, table = _one(draw, *_VIEWS), _table(draw, made)
    column = _column(draw, made, table)
    invoker = _maybe(draw, "with (security_invoker = true) ")
    made.views.append(name)
    return _one(
        draw,
        f"create view {name} {invoker}as select * from {_quoted(table)}",
        f"create or replace view {name} {invoker}as select {column} from {_quoted(table)}",
        f"create or replace view {name} as select {column}, count(*) as many from {_quoted(table)} group by {column}",
        f"create materialized view {name} as select {column} from {_quoted(table)}",
        f"drop view {name}",
        f"drop view if exists {name} cascade",
    )


def _grant(draw: st.DrawFn, made: _Made) -> str:
    table, role = _quoted(_table(draw, made)), _one(draw, *_ROLES)
    privilege = _one(draw, "select", "all", "insert, update", "delete")
    return _one(
        draw,
        f"grant {privilege} on {table} to {role}",
        f"revoke {privilege} on {table} from {role}",
        f"grant {privilege} on all tables in schema public to {role}",
        f"alter default privileges in schema public revoke {privilege} on tables from {role}",
        f"alter default privileges revoke execute on functions from {role}",
        f"revoke all on all functions in schema public from {role}",
    )


def _row(draw: st.DrawFn, made: _Made) -> str:
    table = _table(draw, made)
    column = _column(draw, made, table)
    values = ", ".join(_one(draw, *_VALUES) for _ in range(max(len(made.tables.get(table, ())), 1)))
    value = _one(draw, *(one for one in _VALUES if one != "default"))
    return _one(
        draw,
        f"insert into {_quoted(table)} values ({values})",
        f"insert into {_quoted(table)} ({column}) values ({value})",
        f"insert into {_quoted(table)} ({column}) values ({value}), ({value}) on conflict do nothing",
        f"insert into {_quoted(table)} ({column}) values ({value}) on conflict ({column}) do nothing",
        f"insert into {_quoted(table)} default values",
        f"update {_quoted(table)} set {column} = {value}",
        f"update {_quoted(table)} set {column} = {value} where {column} is null",
        f"delete from {_quoted(table)} where {column} = {value}",
        f"delete from {_quoted(table)}",
    )


def _trigger(draw: st.DrawFn, made: _Made) -> str:
    table, name = _quoted(_table(draw, made)), _one(draw, "t1", "t2")
    function = _one(draw, *_FUNCTIONS)
    return _one(
        draw,
        f"create trigger {name} before update on {table} for each row execute function {function}()",
        f"create or replace trigger {name} after insert or delete on {table} execute function {function}()",
        f"drop trigger {name} on {table}",
        f"drop trigger if exists {name} on {table}",
    )


def _other(draw: st.DrawFn, made: _Made) -> str:
    table = _quoted(_table(draw, made))
    return _one(
        draw,
        "create schema if not exists private",
        "drop schema if exists private cascade",
        f"alter publication supabase_realtime add table {table}",
        f"comment on table {table} is 'x'",
        f"create table copy_of as select * from {table}",
        f"create table like_it (like {table} including all)",
        f"alter table {table} set schema private",
        "set search_path = private, public",
        "create extension if not exists citext with schema extensions",
        "do $$ declare r record; begin for r in select tablename from pg_tables where schemaname = 'public' loop "
        "execute format('alter table public.%I enable row level security', r.tablename); end loop; end $$",
        "commit",
        "rollback",
    )


_KINDS = (
    _create_table, _create_table, _create_table, _alter_table, _alter_table, _alter_table, _alter_table,
    _rename, _drop_table,
    _index, _drop_index, _enum, _policy, _policy, _policy, _policy, _function, _function, _view, _view, _grant, _grant,
    _row, _row, _row,
    _trigger, _other,
)  # fmt: skip
