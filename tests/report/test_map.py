"""`supalint map`: the picture of a system, for people and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analyzer.cli import run
from analyzer.report.map_layout import MOST_BOXES, LayoutError
from analyzer.report.map_svg import svg
from analyzer.system_map import Link, Part, SystemMap

_HOSTILE = '"></text><script>alert(1)</script>'
_CLIENT = """
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
"""
_FILES = {
    "supabase/config.toml": 'project_id = "shop"\n[functions.hook]\nverify_jwt = false\n',
    "supabase/migrations/20250101000000_orders.sql": """
        create table public.orders (id bigint primary key, note text);
        create table public."NAME" (id bigint primary key);
        create function public.nightly() returns void language plpgsql as $$ begin
          perform net.http_post(url := 'https://abcdefghijklmnopqrst.supabase.co/functions/v1/hook'); end $$;
    """.replace("NAME", _HOSTILE.replace('"', '""')),
    "supabase/functions/hook/index.ts": f"""{_CLIENT}
        Deno.serve(async (req) => {{
          const key = Deno.env.get("MAIL_KEY")!;
          await fetch("https://api.mail.example/send", {{ headers: {{ Authorization: key }} }});
          await db.from("orders").update({{ note: "x" }}).eq("id", 1);
          return new Response("ok");
        }});
    """,
    "supabase/functions/checkout/index.ts": f"""{_CLIENT}
        import Stripe from "npm:stripe@17";
        const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
        Deno.serve(async (req) => {{
          await db.from('{_HOSTILE}').select("id");
          const session = await stripe.checkout.sessions.create({{ mode: "payment", line_items: [] }});
          return Response.json({{ url: session.url }});
        }});
    """,
    "src/app.ts": """
        import { createClient } from "@supabase/supabase-js";
        const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
        export const buy = () => supabase.functions.invoke("checkout", { body: {} });
    """,
    "package.json": '{ "dependencies": { "@supabase/supabase-js": "2" } }',
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for path, text in _FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def drawn(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert run(["map", str(root), *options]) == 0
    return capsys.readouterr().out


def links(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> set[tuple[str, str, str, bool]]:
    content = json.loads(drawn(root, capsys, "--format", "json", *options))
    return {(link["from"], link["how"], link["to"], link["purchase"]) for link in content["links"]}


def test_it_shows_who_calls_whom_and_what_they_do_with_tables(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert links(root, capsys) == {
        ("front end", "calls", "function checkout", True),
        ("job database jobs", "calls", "function hook", False),
        ("function checkout", "sends to", "service Stripe", True),
        ("function checkout", "reads", f"table {_HOSTILE}", False),
        ("function hook", "sends to", "service api.mail.example", False),
        ("function hook", "writes", "table orders", False),
    }


def test_functions_say_which_settings_they_need_and_that_they_are_open(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = json.loads(drawn(root, capsys, "--format", "json"))["parts"]
    functions = {part["name"]: (part["open"], part["settings"]) for part in parts if part["kind"] == "function"}
    assert functions == {"hook": (True, ["MAIL_KEY"]), "checkout": (False, ["STRIPE_SECRET_KEY"])}


def test_one_part_can_be_looked_at_or_the_way_of_a_purchase(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    around = links(root, capsys, "--focus", "orders")
    assert around == {("function hook", "writes", "table orders", False)}
    assert {link[3] for link in links(root, capsys, "--purchase")} == {True}


def test_a_part_that_is_not_there_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", str(root), "--focus", "invoices"]) == 2
    assert "no part of the system is called 'invoices'" in capsys.readouterr().err


def test_where_nothing_is_sold_there_is_no_way_of_a_purchase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    (tmp_path / "supabase" / "migrations" / "1_a.sql").write_text("create table t (id int);", "utf-8")
    assert run(["map", str(tmp_path), "--purchase"]) == 2
    assert "nothing is sold here" in capsys.readouterr().err


def test_the_picture_holds_every_part_and_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = ElementTree.fromstring(drawn(root, capsys, "--format", "svg"))  # noqa: S314  # our own
    space = {"svg": "http://www.w3.org/2000/svg"}
    names = [text.text for text in image.findall(".//svg:g[@role='graphics-symbol']/svg:text", space)]
    assert {"front end", "database jobs", "hook", "checkout", "orders", "Stripe", "open · MAIL_KEY"} <= set(names)
    assert any(name and name.startswith('"></text>') for name in names)  # as text
    assert len(image.findall(".//svg:g/svg:g/svg:path[@marker-end]", space)) == 6
    assert not image.findall(".//svg:script", space)
    assert "create" not in (image.findtext("svg:desc", "", space))
    assert "front end calls checkout; checkout sends to Stripe" in image.findtext("svg:desc", "", space)


def test_boxes_stand_inside_the_picture_and_apart(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = ElementTree.fromstring(drawn(root, capsys, "--format", "svg"))  # noqa: S314  # our own
    boxes = [
        tuple(float(each.attrib[name]) for name in ("x", "y", "width", "height"))
        for each in image.iter("{http://www.w3.org/2000/svg}rect")
        if each.get("class") == "map-box"
    ]
    width, height = float(image.attrib["width"]), float(image.attrib["height"])
    assert all(x >= 0 and x + w <= width and y >= 0 and y + h <= height for x, y, w, h in boxes)
    for index, (x, y, w, h) in enumerate(boxes):
        for u, v, p, q in boxes[:index]:
            assert x + w <= u or u + p <= x or y + h <= v or v + q <= y


def test_a_part_that_has_to_do_with_itself_is_drawn() -> None:
    system = SystemMap((Part("function", "a"),), (Link("function a", "function a", "calls"),))
    assert "edge function a; calls a; called by a" in svg(system, "One")


def test_what_is_too_large_to_draw_is_refused() -> None:
    parts = tuple(Part("table", str(number)) for number in range(MOST_BOXES + 1))
    with pytest.raises(LayoutError, match="--focus"):
        svg(SystemMap(parts, ()), "Large")


def test_long_names_are_cut_and_stand_in_full_in_the_tooltip() -> None:
    name = "a" * 200
    image = svg(SystemMap((Part("function", name),), ()), "Long")
    assert re.search(r"<text [^>]*>a+…</text>", image)
    assert f"<title>edge function {name}</title>" in image
