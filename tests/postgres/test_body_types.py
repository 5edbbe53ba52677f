"""What is said to fail in a PL/pgSQL body fails in a real PostgreSQL, and nothing else does."""

from __future__ import annotations

import pytest

from analyzer.body_types import type_mistakes
from analyzer.engine import analysis_of_texts

from .apply import Options
from .truth import Judge

MIGRATION = "supabase/migrations/1_init.sql"
TABLES = """
create type state as enum ('open', 'closed');
create table notes (id bigint primary key, kind state, owner uuid, wanted uuid[], total numeric, paid boolean);
insert into notes (id, kind, total, paid) values (1, 'open', 12, true), (2, 'open', 13, false);
"""
UUID = "'12345678-1234-1234-1234-123456789012'"
#: Values with which each type is tried: none may be read as the other type where a mistake is found.
VALUES = {
    "boolean": ["true", "false"],
    "integer": ["0", "1", "20240101"],
    "numeric": ["0", "1.0", "20240101"],
    "double precision": ["0", "1"],
    "uuid": [UUID],
    "timestamptz": ["'2024-01-01'"],
    "date": ["'2024-01-01'"],
    "time": ["'10:00'"],
    "interval": ["'5'", "'1 day'"],
    "json": [f"to_json({UUID}::text)", "'1'", "'true'", "'\"2024-01-01\"'"],
    "jsonb": [f"to_jsonb({UUID}::text)", "'1'", "'true'", "'\"2024-01-01\"'"],
    "integer[]": ["'{1}'"],
    "text[]": ["'{a}'", "'{t}'"],
    "text": ["'1'", UUID, "'t'", "'2024-01-01'", "'10:00'", "'{1}'"],
}
BODIES = {
    "declare v boolean; begin update notes set total = 1; get diagnostics v = row_count; end": "22P02",
    "declare v boolean; begin update notes set total = 1 where id = 1; get diagnostics v = row_count; end": None,
    "declare v boolean; begin delete from notes where id = 1 and paid; get diagnostics v = row_count; end": None,
    "declare v integer; begin update notes set total = 1; get diagnostics v = row_count; end": None,
    "declare v uuid; begin update notes set total = 1; get diagnostics v = row_count; end": "22P02",
    "declare v boolean := true; begin if v > 0 then null; end if; end": "42883",
    "begin if now() then null; end if; end": "22P02",
    "begin while gen_random_uuid() loop exit; end loop; end": "22P02",
    "begin loop exit when now(); end loop; end": "22P02",
    "begin case when now() then null; else null; end case; end": "22P02",
    "begin for i in 1..true loop null; end loop; end": "22P02",
    "declare v boolean := true; begin raise notice '%', v + 1; end": "42883",
    "declare v uuid; begin select total into v from notes; end": "22P02",
    "declare v numeric; begin select total into v from notes; end": None,
    "declare v notes; begin select * into v from notes; v.total := v.paid; end": "22P02",
    "declare v notes; begin select * into v from notes; v.paid := v.total > 1; end": None,
    "begin insert into notes (id, kind) values (3, case when true then 'open' else 'closed' end); end": "42804",
    "begin insert into notes (id, kind) values (3, 'open'); end": None,
    "begin perform 1 from notes where owner = any ((select wanted from notes where id = 1)); end": "42883",
    "begin perform 1 from notes where owner = any ((select wanted from notes where id = 1)::uuid[]); end": None,
    "begin perform 1 from pg_policies where roles @> array['anon']::text[]; end": "42883",
    "declare v boolean := true; begin declare v integer := 1; begin if v > 0 then null; end if; end; end": None,
}


def migration(body: str) -> str:
    return f"{TABLES}\ncreate function tried() returns void language plpgsql as $f$ {body} $f$;\n"


def found(body: str) -> list[str]:
    """The SQLSTATEs of what is found in a body."""
    (project,) = analysis_of_texts({MIGRATION: migration(body)}, ()).projects
    return [mistake.sqlstate for mistake in type_mistakes(project)]


def fails(judge: Judge, body: str) -> list[str]:
    """The SQLSTATEs with which PostgreSQL ends a call."""
    truth = judge.truth({MIGRATION: migration(body), "supabase/migrations/2_call.sql": "select tried();"}, Options())
    failures = truth["failures"]
    assert isinstance(failures, list)
    return [str(failure["sqlstate"]) for failure in failures if isinstance(failure, dict)]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_fails_as_it_is_said(body: str, judge: Judge) -> None:
    expected = [BODIES[body]] if BODIES[body] else []
    assert found(body) == expected
    assert fails(judge, body) == expected


@pytest.mark.parametrize("source", VALUES)
def test_no_value_of_a_type_fits_where_none_is_said_to_fit(source: str, judge: Judge) -> None:
    wrong = [target for target in VALUES if found(f"declare a {source}; b {target}; begin b := a; end") == ["22P02"]]
    tries = "".join(
        f"""
        begin
          declare a {source} := {value}; b {target}; begin b := a; end;
          raise exception '{target} takes {source}';
        exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
          null;
        end;
        """
        for target in wrong
        for value in VALUES[source]
    )
    assert fails(judge, f"begin {tries} end") == []
