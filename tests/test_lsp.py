"""`supalint lsp`, as an editor talks to it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

SQL = "supabase/migrations/20250101000000_orders.sql"
HOOK = "supabase/functions/hook/index.ts"
OPEN = "create table public.orders (id bigint primary key);\n"
CLOSED = f"{OPEN}alter table public.orders enable row level security;\n"
FILES = {
    "supabase/config.toml": 'project_id = "shop"\n',
    SQL: OPEN,
    HOOK: 'const name = "Ä😀"; Deno.serve(() => { debugger; return new Response(name); });\n',
}
STARTED = ClientServerConfig(server_command=[sys.executable, "-m", "analyzer", "lsp"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


@pytest_lsp.fixture(config=STARTED)  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient, folder: Path) -> AsyncIterator[None]:
    capabilities = types.ClientCapabilities()
    params = types.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri(), root_path=str(folder))
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


async def codes(client: LanguageClient, uri: str, *, wanted: bool, code: str) -> list[types.Diagnostic]:
    """The diagnostics of a file once they have a rule, or no longer have it."""
    for _ in range(100):
        found = list(client.diagnostics.get(uri, ()))
        if any(one.code == code for one in found) == wanted and uri in client.diagnostics:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{code}: {client.diagnostics}")


def buffer(uri: str, text: str, language: str) -> types.DidOpenTextDocumentParams:
    return types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text))


@pytest.mark.asyncio
async def test_an_edit_changes_what_is_said_of_the_project(client: LanguageClient, folder: Path) -> None:
    uri = (folder / SQL).as_uri()
    await codes(client, uri, wanted=True, code="rls-disabled")
    client.text_document_did_open(buffer(uri, OPEN, "sql"))
    change = types.TextDocumentContentChangeWholeDocument(CLOSED)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    await codes(client, uri, wanted=False, code="rls-disabled")
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await codes(client, uri, wanted=True, code="rls-disabled")


@pytest.mark.asyncio
async def test_columns_count_as_the_protocol_counts_them(client: LanguageClient, folder: Path) -> None:
    uri = (folder / HOOK).as_uri()
    found = await codes(client, uri, wanted=True, code="debug-leftover")
    place = next(one.range for one in found if one.code == "debug-leftover")
    before = FILES[HOOK].partition("debugger")[0]
    assert place.start == types.Position(0, len(before.encode("utf-16-le")) // 2)


@pytest.mark.asyncio
async def test_hover_shows_the_page_and_actions_answer(client: LanguageClient, folder: Path) -> None:
    uri = (folder / HOOK).as_uri()
    found = await codes(client, uri, wanted=True, code="debug-leftover")
    place = next(one.range for one in found if one.code == "debug-leftover")
    page = await client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(uri), place.start))
    assert page is not None
    assert isinstance(page.contents, types.MarkupContent)
    assert "search for a mistake" in page.contents.value
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(uri), place, types.CodeActionContext([]))
    )
    texts = [
        edit.new_text
        for action in actions or ()
        if isinstance(action, types.CodeAction) and action.edit is not None
        for edits in (action.edit.changes or {}).values()
        for edit in edits
    ]
    assert "// supalint: ignore[debug-leftover] say why it is right\n" in texts
