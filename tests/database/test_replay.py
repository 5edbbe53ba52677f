"""A replay says what the database holds, who made it, what failed and what could not be followed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.database.dump import schema_json
from analyzer.database.platform import fresh
from analyzer.database.replay import Database, Replay, replay
from analyzer.source import Source
from analyzer.sql.parse import parse


def replayed(*texts: str) -> Database:
    return replay([parse(Source(f"supabase/migrations/{number}_m.sql", text)) for number, text in enumerate(texts, 1)])


def failures(database: Database) -> list[tuple[int, str]]:
    return [(database.span(failure.place).line, failure.sqlstate) for failure in database.failures]


def test_each_object_knows_the_statements_that_made_and_changed_it() -> None:
    database = replayed(
        "create table t (id int);\n", "\nalter table t add column name text;\nalter table t rename to u;\n"
    )
    table = database.relation("public", "u")
    assert table is not None
    history = [
        (change.kind, database.span(change.place).path, database.span(change.place).line)
        for change in database.history(table)
    ]
    assert history == [
        ("created", "supabase/migrations/1_m.sql", 1),
        ("altered", "supabase/migrations/2_m.sql", 2),
        ("altered", "supabase/migrations/2_m.sql", 3),
    ]


def test_a_rename_shows_in_policies_and_indexes() -> None:
    database = replayed(
        "create table t (id int, owner uuid);"
        "create policy p on t using (owner = auth.uid() and exists (select 1 from t other where other.id = t.id));"
        "create index i on t (owner) where owner is not null;"
        "alter table t rename column owner to user_id; alter table t rename to things;"
    )
    shown = schema_json(database)
    (policy,) = shown["policies"]  # type: ignore[misc, str-unpack]
    assert policy["qual"] == (  # type: ignore[index, call-overload]
        "((user_id = auth.uid()) AND (EXISTS ( SELECT 1 FROM public.things other WHERE (other.id = things.id))))"
    )
    (index,) = shown["indexes"]  # type: ignore[misc, str-unpack]
    assert (index["columns"], index["predicate"]) == (["user_id"], "(user_id IS NOT NULL)")  # type: ignore[index, call-overload]


def test_a_cell_knows_the_value_that_wrote_it() -> None:
    text = "create table t (id text primary key, cents int);\ninsert into t values ('a', 100);\nupdate t set cents = 120 where id = 'a';\n"  # noqa: E501
    database = replayed(text)
    table = database.relation("public", "t")
    assert table is not None
    (row,) = database.rows(table)
    cents = table.column("cents")
    assert cents is not None
    assert row[cents.number].value == 120
    assert database.span(row[cents.number].place).line == 3
    assert database.span(row[1].place).line == 2


def test_what_is_random_or_depends_on_the_time_is_unknown_and_not_absent() -> None:
    database = replayed(
        "create table t (id uuid default gen_random_uuid(), at timestamptz default now(), n int); insert into t (n) values (1);"  # noqa: E501
    )
    assert schema_json(database)["rows"] == {
        "public.t": [{"id": {"unknown": "it is random"}, "at": {"unknown": "it depends on the time"}, "n": 1}]
    }


def test_rows_that_nobody_can_know_say_why() -> None:
    database = replayed(
        "create table t (id int); create table u (id int); insert into t select random()::int from generate_series(1, 3) where random() > 0.5;"  # noqa: E501
    )
    table = database.relation("public", "t")
    assert table is not None
    assert database.rows_unknown(table) is not None


def test_a_failure_names_the_statement_the_token_and_its_first_cause() -> None:
    database = replayed("create table t (id missing);\ncreate index on t (id);\nalter table t add column n int;\n")
    assert failures(database) == [(1, "42704"), (2, "42P01"), (3, "42P01")]
    first, second, third = database.failures
    assert database.span(first.token).column == len("create table t (id ") + 1
    assert (first.cause, second.cause, third.cause) == (None, 0, 0)


def test_an_error_of_a_dynamic_statement_stands_at_its_execute() -> None:
    database = replayed("do $$ begin\n  execute 'alter table missing add column n int';\nend $$;\n")
    (failure,) = database.failures
    assert failure.sqlstate == "42P01"
    assert database.span(failure.token).line == 2


def test_an_error_in_a_function_of_the_platform_stands_at_the_statement_that_ran_it() -> None:
    database = replayed("select 1;\ndelete from storage.objects;\n")
    (failure,) = database.failures
    assert failure.sqlstate == "42501"
    assert database.span(failure.token) == database.span(failure.place)
    assert database.span(failure.token).line == 2


def test_what_an_extension_brings_stands_at_create_extension() -> None:
    database = replayed("select 1;\ncreate extension pgmq;\n")
    brought = [change.place for changes in database.state.history.values() for change in changes]
    assert len(brought) > 10
    assert {(database.span(place).path, database.span(place).line) for place in brought} == {
        ("supabase/migrations/1_m.sql", 2)
    }


def test_guards_read_the_replayed_catalogue() -> None:
    database = replayed(
        "create table t (id int);"
        "do $$ begin if not exists (select 1 from pg_policies where policyname = 'p' and tablename = 't') then"
        " create policy p on t using (true); end if; end $$;"
        "do $$ begin if not exists (select 1 from pg_policies where policyname = 'p' and tablename = 't') then"
        " create policy p on t using (true); end if; end $$;"
        "do $$ declare r record; begin for r in select tablename from pg_tables where schemaname = 'public' loop"
        " execute format('alter table public.%I enable row level security', r.tablename); end loop; end $$;"
    )
    assert not database.failures
    assert not database.blind_spots
    table = database.relation("public", "t")
    assert table is not None
    assert table.rls


def test_what_cannot_be_followed_is_a_blind_spot() -> None:
    database = replayed("do $$ begin if random() > 0.5 then create table t (id int); end if; end $$;")
    assert len(database.blind_spots) == 1
    assert database.relation("public", "t") is None


def test_an_access_control_list_as_text_is_a_blind_spot() -> None:
    database = replayed(
        "create function f() returns int language sql as $$ select 1 $$; create table t (id int);"
        "do $$ begin if exists (select 1 from pg_proc where proname = 'f' and proacl::text like '%anon=X%') then"
        " drop table t; end if; end $$;"
    )
    assert len(database.blind_spots) == 1


@pytest.mark.parametrize(
    ("on_failure", "names"), [("statement", {"a", "b", "c"}), ("file", {"a", "c"}), ("stop", {"a"})]
)
def test_a_failure_costs_its_statement_its_file_or_the_rest(on_failure: str, names: set[str]) -> None:
    texts = ("create table a (id int);", "create table b (id int); select * from missing;", "create table c (id int);")
    files = [parse(Source(f"{number}_m.sql", text)) for number, text in enumerate(texts)]
    database = replay(files, on_failure=on_failure)  # type: ignore[arg-type]
    assert {table.name for table in database.relations("table") if table.schema == "public"} == names


def test_going_back_to_a_file_leaves_what_was_before_it() -> None:
    first = parse(Source("1_a.sql", "create table t (id serial); insert into t default values;"))
    second = parse(
        Source("2_b.sql", "alter table t add column n int; insert into t (n) values (1); drop table missing;")
    )
    running = Replay(fresh())
    running.run([first])
    before = schema_json(running.database())
    running.run([second])
    assert schema_json(running.database()) != before
    running.back_to("2_b.sql")
    assert schema_json(running.database()) == before
    running.run([second])
    assert schema_json(running.database()) == schema_json(replay([first, second]))


def test_a_replay_does_not_change_the_next_one() -> None:
    text = "create table t (id int); insert into auth.users (id) values ('00000000-0000-0000-0000-000000000001'); drop schema storage cascade;"  # noqa: E501
    assert schema_json(replayed(text)) == schema_json(replayed(text))


_WORDS = st.sampled_from(
    "create table t ( id int ) ; alter drop policy on using true insert into values 1 'x' select from where do $$ begin end "  # noqa: E501
    "function returns as language sql plpgsql , . * = cascade if not exists view index".split()
)


@given(st.lists(_WORDS, max_size=40))
def test_no_text_makes_the_replay_raise(words: list[str]) -> None:
    replayed(" ".join(words))
