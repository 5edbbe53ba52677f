"""The judge itself: what it reads, and what it would notice."""

from __future__ import annotations

import copy
from typing import cast

import pytest

from .apply import Options
from .catalogue import Dump, Json
from .compare import compare
from .expressions import expression, type_name
from .statements import split
from .truth import Judge

SHOP = {
    "supabase/migrations/1_shop.sql": """
        create type state as enum ('open', 'done');
        create table plans (id int primary key, code text unique, price numeric(10, 2) default 0 check (price >= 0));
        create table orders (id serial primary key, plan int references plans on delete cascade, state state);
        create index on orders (state) where state = 'open';
        create view cheap with (security_invoker = true) as select id, code from plans where price < 5;
        create function total(n int) returns numeric language sql stable as 'select sum(price) from plans where id = n';
        create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
        create trigger touch before update on orders for each row execute function touch();
        alter table orders enable row level security;
        create policy own on orders for select to authenticated
          using (state = 'open' and (select auth.uid()) is not null);
        insert into plans values (1, 'free', 0), (2, 'pro', 9.5);
        insert into storage.buckets (id, name) values ('files', 'files');
        create extension pg_cron;
        select cron.schedule('nightly', '0 3 * * *', 'select 1');
        alter publication supabase_realtime add table orders;
        create table orders (id int);
    """
}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("(select auth.uid()) = owner", "(( SELECT auth.uid() AS uid) = owner)"),
        ("role in ('a', 'b')", "(role = ANY (ARRAY['a'::text, 'b'::text]))"),
        ("role in ('a')", "(role = 'a'::text)"),
        ("role not in ('a', 'b')", "(role <> ALL (ARRAY['a'::text, 'b'::text]))"),
        ("n between 1 and 5", "((n >= 1) AND (n <= 5))"),
        ("a and (b and c)", "(a AND b AND c)"),
        ("price > -1", "(price > ('-1'::integer)::numeric)"),
        ("name like 'a%' or n != 3", "((name ~~ 'a%'::text) OR (n <> 3))"),
        (
            "exists (select 1 from members m where m.team = docs.team)",
            "(EXISTS ( SELECT 1\n   FROM public.members m\n  WHERE (m.team = docs.team)))",
        ),
    ],
)
def test_an_expression_equals_what_the_catalogue_shows_of_it(written: str, shown: str) -> None:
    assert expression(written) == expression(shown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = 1", "a = 2"),
        ("a and b", "a or b"),
        ("a", "not a"),
        ("auth.uid() = a", "auth.role() = a"),
        ("true", "false"),
    ],
)
def test_expressions_that_mean_different_things_differ(one: str, other: str) -> None:
    assert expression(one) != expression(other)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("int", "integer"),
        ("VARCHAR(20)", "character varying(20)"),
        ("timestamptz", "timestamp with time zone"),
        ("timestamp(3)", "timestamp(3) without time zone"),
        ("decimal(10)", "numeric(10,0)"),
        ("int[][]", "integer[]"),
        ("public.mood", "mood"),
        ("setof public.t", "SETOF t"),
        ("extensions.vector(3)", "vector(3)"),
    ],
)
def test_a_type_equals_its_alias(written: str, shown: str) -> None:
    assert type_name(written) == type_name(shown)


def test_statements_are_divided_as_postgresql_reads_them() -> None:
    script = """-- one; two
select 'a;b', $$c;d$$; /* e;
f */ create function f() returns int language sql begin atomic select 1; select 2; end;

select "g;h", 'é'; ;
select 'never ended; select 1;
"""
    assert [(statement.line, statement.text[:15]) for statement in split(script)] == [
        (2, "select 'a;b', $"),
        (3, "create function"),
        (5, 'select "g;h", \''),
        (6, "select 'never e"),
    ]


def test_a_catalogue_agrees_with_itself(judge: Judge) -> None:
    truth = judge.truth(SHOP)
    agreements, differences = compare(truth, truth)
    assert differences == []
    assert all(got.recall == got.precision == 1 for got in agreements.values())


KINDS = (
    "tables", "table_grants", "policies", "functions", "views", "indexes", "foreign_keys", "uniques", "checks",
    "triggers", "enums", "extensions", "publication_tables", "buckets", "cron_jobs", "failures",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_that_is_lost_or_invented_is_noticed(kind: str, judge: Judge) -> None:
    truth = judge.truth(SHOP)
    lost = {**truth, kind: cast("list[Json]", truth[kind])[1:]}
    assert truth[kind]
    assert any(difference.kind == kind for difference in compare(truth, lost)[1])
    assert any(difference.kind == kind for difference in compare(lost, truth)[1])


@pytest.mark.parametrize(
    ("kind", "attribute", "value"),
    [
        ("tables", "rls", "wrong"),
        ("tables", "primary_key", ["code"]),
        ("policies", "qual", "false"),
        ("policies", "roles", ["anon"]),
        ("functions", "returns", "text"),
        ("functions", "anon_execute", False),
        ("views", "columns", ["code", "id"]),
        ("views", "security_invoker", False),
        ("indexes", "predicate", None),
        ("foreign_keys", "on_delete", "SET NULL"),
        ("triggers", "timing", "AFTER"),
        ("enums", "values", ["done", "open"]),
        ("table_grants", "anon", ["SELECT"]),
    ],
)
def test_a_wrong_attribute_is_noticed(kind: str, attribute: str, value: Json, judge: Judge) -> None:
    truth = judge.truth(SHOP)
    model = copy.deepcopy(truth)
    changed = cast("list[dict[str, Json]]", model[kind])[0]
    changed[attribute] = not changed[attribute] if value == "wrong" else value
    assert [difference.kind for difference in compare(truth, model)[1]] == [kind]


def test_a_wrong_cell_is_noticed_and_an_unknown_one_is_not(judge: Judge) -> None:
    truth = judge.truth(SHOP)
    assert compare(truth, _with_price(truth, {"unknown": "computed"}))[1] == []
    assert {difference.kind for difference in compare(truth, _with_price(truth, 7))[1]} == {"rows"}


def test_one_set_leaves_nothing_to_the_next(judge: Judge) -> None:
    sets = (
        "create role leaver; grant leaver to anon; alter role anon set statement_timeout = '1s'; create table t ();",
        "alter role anon bypassrls; drop role dashboard_user; create database other;",
        "alter default privileges grant all on tables to anon; drop schema public cascade; drop extension pgcrypto;",
    )
    for number, text in enumerate(sets):
        judge.truth({f"supabase/migrations/{number}_leave.sql": text})
    again = judge.truth({"supabase/migrations/9_next.sql": "create table t (id int);"}, Options("stop"))
    assert again["failures"] == []
    assert again["table_grants"] == [
        {
            "schema": "public",
            "name": "t",
            "anon": ["SELECT", "INSERT", "UPDATE", "DELETE"],
            "authenticated": ["SELECT", "INSERT", "UPDATE", "DELETE"],
        }
    ]
    with judge.server.connect() as session:
        assert session.execute("select 1 from pg_roles where rolname = 'leaver'").fetchone() is None
        assert session.execute("select rolbypassrls from pg_roles where rolname = 'anon'").fetchone() == (False,)


def _with_price(truth: Dump, value: Json) -> Dump:
    model = copy.deepcopy(truth)
    rows = cast("dict[str, list[dict[str, Json]]]", model["rows"])
    rows["public.plans"][0]["price"] = value
    return model
