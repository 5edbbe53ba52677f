"""How long an editor waits for an answer to an edit: `python -m benchmarks.editor [--size 5] [--edits 30]`.

Starts `supalint lsp` on a written project of 40 functions for each unit of size. Prints the milliseconds from an edit
of a function to what the file alone shows, to what it shows together with what it imports, and the seconds until the
whole project is analyzed again.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from benchmarks import shop


async def measure(root: Path, edits: int) -> tuple[list[float], list[float], float]:
    """The seconds of each edit to its first and second answer, and of the last one to the analysis that followed."""
    client = LanguageClient("benchmark", "1")
    heard: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def _published(params: types.PublishDiagnosticsParams) -> None:
        heard.put_nowait((params.uri, time.perf_counter()))

    async def answered(uri: str) -> float:
        while True:
            about, when = await heard.get()
            if about == uri:
                return when

    await client.start_io(sys.executable, "-m", "analyzer", "lsp")
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities, root_uri=root.as_uri(), root_path=str(root)))
    client.initialized(types.InitializedParams())
    path = sorted(root.glob("supabase/functions/*/index.ts"))[3]
    uri, text = path.as_uri(), path.read_text("utf-8")
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "typescript", 0, text)))
    await answered(uri)
    await answered(uri)  # the first analysis of the project
    at_once, near = [], []
    start = 0.0
    for version in range(1, edits + 2):  # the first one loads rules
        text += f"// {version}\n"
        start = time.perf_counter()
        change = types.TextDocumentContentChangeWholeDocument(text)
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), [change])
        )
        at_once.append(await answered(uri) - start)
        near.append(await answered(uri) - start)
    whole = await answered(uri) - start
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
    return at_once[1:], near[1:], whole


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", type=int, default=5)
    options.add_argument("--edits", type=int, default=30)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lines = shop.write(Path(scratch), chosen.size)
        at_once, near, whole = asyncio.run(measure(Path(scratch), chosen.edits))
    print(f"{shop.FUNCTIONS * chosen.size} functions, {lines:,} lines, {chosen.edits} edits")
    for what, seconds in (("the file alone", at_once), ("with what it imports", near)):
        print(f"{what}: median {statistics.median(seconds) * 1000:.0f} ms, slowest {max(seconds) * 1000:.0f} ms")
    print(f"the whole project: {whole:.1f} s")


if __name__ == "__main__":
    main()
