"""Of the two databases, one has nobody signed up: when the replay of the other is as good."""

from __future__ import annotations

import pytest

from analyzer.database.replay import before_sign_ups, replay
from analyzer.source import Source
from analyzer.sql.parse import parse


@pytest.mark.parametrize(
    ("sql", "asks"),
    [
        ("", False),
        ("create table public.plans (id int primary key); insert into public.plans values (1);", False),
        ("insert into public.profiles values ('00000000-0000-0000-0000-000000000001');", True),
        ("insert into public.profiles select id, email from auth.users;", True),
        ("do $$ begin if exists (select from auth.users) then create table public.t (id int); end if; end $$;", True),
        ("update auth.users set email = 'a@example.com';", True),
    ],
)
def test_a_second_replay_is_needed_where_the_files_ask_who_has_signed_up(sql: str, asks: bool) -> None:
    sql = "create table public.profiles (id uuid primary key references auth.users, name text);" + sql
    file = parse(Source("supabase/migrations/1_a.sql", sql))
    known = before_sign_ups(replay([file], users_known=False))
    assert (known is None) is asks
    if known is not None:
        users = known.relation("auth", "users")
        assert users is not None
        assert known.rows_unknown(users) is None
