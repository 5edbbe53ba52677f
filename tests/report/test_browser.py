"""The readiness report in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from needs import tool
from playwright.sync_api import Browser, Page, sync_playwright

from analyzer.cli import run

HOSTILE = '"><script>document.title = "taken"</script><img src=x onerror="document.title = \'taken\'">'
FILES = {
    "supabase/config.toml": 'project_id = "shop"\n[functions.hook]\nverify_jwt = false\n',
    "supabase/migrations/20250101000000_orders.sql": """
        create table public.orders (id bigint primary key, note text);
        create table public."NAME" (id bigint primary key);
        create table public.plans (id text primary key, amount_cents integer, stripe_price_id text);
        insert into public.plans values ('a', 500, 'price_ark_4gb_monthly');
        insert into public.plans values ('b', 900, 'price_1QhT3kLkdIwHu7ixPq8WcZ0a');
    """.replace("NAME", HOSTILE.replace('"', '""')),
    "supabase/functions/hook/index.ts": """
        import { createClient } from "npm:@supabase/supabase-js@2.49.1";
        const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
        Deno.serve(async (req) => {
          const { id } = await req.json();
          await db.from("orders").update({ note: "x" }).eq("id", id);
          return new Response("ok");
        });
    """,
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    assert run(["report", str(root), "--today", "2026-03-01", "-o", str(root / "ready.html")]) == 0
    return (root / "ready.html").as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = tool("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(address)
    yield opened
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 768, 1400])
def test_it_fits_into_every_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_of_the_repository_run_nothing(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    assert page.title().startswith("Readiness of")
    assert page.locator("body").inner_text().count('document.title = "taken"') > 0
    assert not said


def test_it_needs_no_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("h1").inner_text()
    assert not page.locator(".tools").is_visible()
    page.locator("details.finding summary").first.click()
    assert page.locator("details.finding pre").first.is_visible()
    context.close()


def test_a_search_leaves_what_has_the_words(page: Page) -> None:
    every = page.locator(".finding").count()
    page.get_by_label("Search the findings").fill("row level security")
    shown = page.locator(".finding:not([hidden])").count()
    assert 0 < shown < every
    assert f"{shown} of {every}" in page.locator("#shown").inner_text()


def test_the_names_on_the_map_fit_into_their_boxes(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    sizes = page.evaluate(
        """Array.from(document.querySelectorAll(".map-part"), (part) =>
             Array.from(part.querySelectorAll("text"), (text) =>
               [text.textContent, text.getBBox().width, part.querySelector(".map-box").getBBox().width])).flat()"""
    )
    assert {"hook", "orders"} <= {name for name, _, _ in sizes}
    assert all(text < box for _, text, box in sizes)
