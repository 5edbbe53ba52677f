"""The statements that `supalint schema` prints build, in a real PostgreSQL, the database that it read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.database.dump import _in_order
from analyzer.database.replay import replay
from analyzer.database.statements import statements
from analyzer.source import Source
from analyzer.sql.parse import parse
from tools import sample

from .apply import Options
from .compare import compare
from .truth import Judge

SHOP = {
    "supabase/migrations/1_types.sql": """
        create schema app;
        create type app.state as enum ('new', 'it''s done');
        create domain app.email as text check (value ~ '@');
        create type app.point as (x int, y int);
        create sequence app.numbers;
    """,
    "supabase/migrations/2_tables.sql": """
        create table app.people (
          id bigint generated always as identity primary key,
          mail app.email not null unique,
          "Full Name" text default 'nobody',
          state app.state not null default 'new',
          short text generated always as (left("Full Name", 3)) stored,
          tags text[] default '{}'
        );
        create table app.visits (
          id serial primary key,
          person bigint references app.people (id) on delete cascade,
          at timestamptz not null default now(),
          amount numeric(10, 2) check (amount >= 0),
          unique (person, at)
        );
        create index visits_recent on app.visits (at desc) where amount > 1;
        create function app.touch() returns trigger language plpgsql security definer set search_path = '' as $f$
        begin new."Full Name" := coalesce(new."Full Name", 'x'); return new; end $f$;
        create trigger touch before insert or update of mail on app.people
          for each row when (new.mail is not null) execute function app.touch();
        create function app.total(who bigint, since timestamptz default now()) returns numeric
          language sql stable as $$ select sum(amount) from app.visits where person = who and at > since $$;
        create view app.summary with (security_invoker = true) as
          select p.id, p."Full Name", count(*) as visits
          from app.people p join app.visits v on v.person = p.id group by 1, 2;
        create materialized view app.cached as select id, mail from app.people;
    """,
    "supabase/migrations/3_access.sql": """
        alter table app.people enable row level security;
        create policy "own row" on app.people for select to authenticated using (id = 1 or mail = 'a@b'::text);
        create policy guard on app.people as restrictive for all to public using (true) with check (state <> 'new');
        grant usage on schema app to anon, authenticated;
        grant select, insert on app.people to authenticated;
        grant select on app.visits to anon;
        revoke execute on function app.total(bigint, timestamptz) from public;
        create table public.plans (id text primary key, parent text references public.plans);
        revoke all on public.plans from anon;
        alter publication supabase_realtime add table app.visits;
    """,
}


def sample_migrations(folder: Path) -> dict[str, str]:
    sample.write(folder)
    migrations = (folder / "supabase" / "migrations").glob("*.sql")
    return {f"supabase/migrations/{file.name}": file.read_text("utf-8") for file in migrations}


@pytest.mark.parametrize("which", ["shop", "sample"])
def test_what_is_printed_builds_the_same_database_and_can_be_run_again(
    which: str, judge: Judge, tmp_path: Path
) -> None:
    files = SHOP if which == "shop" else sample_migrations(tmp_path / "sample_repo")
    database = replay([parse(Source(path, files[path])) for path in _in_order(files, ())])
    printed = "\n".join(statements(database)) + "\n"
    rebuilt = {"supabase/migrations/1_all.sql": printed, "supabase/migrations/2_again.sql": printed}
    truth = judge.truth(files, Options())
    built = judge.truth(rebuilt, Options())
    assert not built["failures"], built["failures"]
    differences = [
        one for one in compare(truth, built)[1] if one.kind not in ("rows", "failures", "cron_jobs", "buckets")
    ]
    assert not differences, "\n".join(map(str, differences))
