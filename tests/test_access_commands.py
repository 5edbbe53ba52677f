"""`supalint functions`, `supalint access` and `supalint map`, as people and programs use them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analyzer.cli import run

FILES = {
    "supabase/config.toml": 'project_id = "abcdefghijklmnopqrst"\n[functions.hook]\nverify_jwt = false\n',
    "supabase/functions/mine/index.ts": """
        import { createClient } from "npm:@supabase/supabase-js@2.49.1";
        Deno.serve(async (req) => {
          const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
          const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
          if (!data.user) return new Response("no", { status: 401 });
          await db.from("orders").update({ total: 1 }).eq("user_id", data.user.id);
          return new Response("ok");
        });
    """,
    "supabase/functions/hook/index.ts": """
        import { createClient } from "npm:@supabase/supabase-js@2.49.1";
        Deno.serve(async (req) => {
          const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
          const { data } = await db.from("orders").select("id").eq("id", (await req.json()).id);
          return Response.json(data);
        });
    """,
    "src/app.ts": """
        import { createClient } from "@supabase/supabase-js";
        const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
        export const mine = () => supabase.functions.invoke("mine");
    """,
    "supabase/migrations/20250101000000_orders.sql": """
        create table public.orders (id bigint primary key, user_id uuid, total integer);
        alter table public.orders enable row level security;
        create policy "own | orders" on public.orders for select using (user_id = (select auth.uid()));
        create table public.plans (id text primary key);
        create view public.all_orders with (security_invoker = on) as select id from public.orders;
        create function public.count_orders() returns bigint language sql security definer
          as 'select count(*) from public.orders';
        revoke execute on function public.count_orders() from public, anon;
    """,
}


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run([*arguments]) == 0
    return capsys.readouterr().out


def test_each_function_says_who_gets_in_and_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["name"]: row for row in json.loads(printed(capsys, "functions", "--format", "json"))["functions"]}
    mine, hook = rows["mine"], rows["hook"]
    assert (mine["verifyJwt"], mine["verifyJwtFrom"], mine["open"]) == (True, "default", False)
    assert [(check["kind"], check["everywhere"]) for check in mine["checks"]] == [("user", True)]
    assert (mine["writes"], mine["callers"], mine["keys"]) == (["orders"], ["src/app.ts"], ["service"])
    assert (hook["verifyJwt"], hook["verifyJwtFrom"], hook["open"]) == (False, "config", True)
    assert (hook["checks"], hook["reads"], hook["uncalled"]) == ([], ["orders"], False)


def test_functions_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "functions")
    assert "hook: verify_jwt = false, in config.toml; open: anybody reaches the service role" in text
    assert re.search(r"checks    the signed-in user \(supabase/functions/mine/index\.ts:\d+\)", text)
    table = printed(capsys, "functions", "--format", "markdown").splitlines()
    assert {line.count(" | ") for line in table} == {7}


def test_each_table_says_who_may_do_what(capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(printed(capsys, "access", "--format", "json"))
    tables = {row["name"]: row for row in content["tables"]}
    orders, plans = tables["public.orders"]["roles"], tables["public.plans"]["roles"]
    assert orders["anon"]["select"] == {"rows": "none", "policies": []}
    assert orders["authenticated"]["select"] == {"rows": "some", "policies": ["own | orders"]}
    assert orders["authenticated"]["delete"]["rows"] == "none"
    assert {one["rows"] for one in plans["anon"].values()} == {"all"}
    assert tables["public.all_orders"]["roles"]["anon"]["select"]["rows"] == "some"
    assert content["functions"] == [
        {"name": "public.count_orders", "roles": ["authenticated"], "securityDefiner": True}
    ]


def test_access_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "access")
    assert "public.plans (table, row level security OFF)" in text
    assert "authenticated  select some rows by “own | orders”" in text
    table = printed(capsys, "access", "--format", "markdown").split("\n\n")[0].splitlines()
    assert {line.count(" | ") for line in table} == {9}


def test_one_table_comes_with_its_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "access", "orders")
    assert "policy “own | orders”: select for public" in text
    assert re.search(r"using \(.*user_id = .*auth\.uid\(\)", text)
    assert "at supabase/migrations/20250101000000_orders.sql:4" in text
    assert "public.plans" not in text


def test_a_table_that_is_not_there_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["access", "order"]) == 2
    assert "no table or view `order`; did you mean `orders`?" in capsys.readouterr().err


def test_the_map_shows_what_goes_where(capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(printed(capsys, "map", "--format", "json"))
    assert {(part["kind"], part["name"], part["open"]) for part in content["parts"]} == {
        ("frontend", "front end", False),
        ("function", "mine", False),
        ("function", "hook", True),
        ("table", "orders", False),
    }
    links = {(link["from"], link["how"], link["to"]) for link in content["links"]}
    assert links == {
        ("front end", "calls", "function mine"),
        ("function mine", "writes", "table orders"),
        ("function hook", "reads", "table orders"),
    }


def test_the_map_is_a_flowchart_in_which_names_are_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = 'db.from("x\\"]; click n0 href \\"javascript:alert(1)").insert({ a: 1 });'
    source = FILES["supabase/functions/mine/index.ts"].replace('return new Response("ok");', hostile)
    Path("supabase/functions/mine/index.ts").write_text(source, "utf-8")
    chart = printed(capsys, "map")
    assert chart.startswith("flowchart LR\n")
    assert not re.search(r"(?m)^\s*click", chart)
    assert all(line.count('"') in (0, 2) for line in chart.splitlines())
