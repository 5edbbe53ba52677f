"""The server itself: it listens to edits, and publishes the findings of the whole project.

Built on pygls: https://pygls.readthedocs.io
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from analyzer.finding import Finding
from analyzer.lsp.translate import Translator
from analyzer.lsp.workspace import Workspace
from analyzer.outcome import Report
from analyzer.report.credentials import without_credentials
from analyzer.version import VERSION

_PAUSE = 0.1  # seconds without an edit before the project is analyzed
_LIMIT_OF_FILES = 1000  # that get diagnostics


class SupalintServer(LanguageServer):
    """Knows the project that is open and what was last said of it."""

    def __init__(self) -> None:
        super().__init__("supalint", f"v{VERSION}")
        self.project: Workspace | None = None
        self.findings: dict[str, list[Finding]] = {}
        self.edits = 0
        self.worker = ThreadPoolExecutor(max_workers=1)  # one analysis at a time

    def translator(self, project: Workspace) -> Translator:
        rules = {rule.id: rule for rule in project.session.all_rules}
        return Translator(project.root, project.sources, rules)

    def open_folder(self, folder: Path) -> None:
        """Reads a folder; what is wrong with its settings is shown, and nothing is analyzed."""
        try:
            self.project = Workspace(folder)
        except click.ClickException as error:
            message = types.ShowMessageParams(types.MessageType.Error, f"supalint: {error.format_message()}")
            self.window_show_message(message)

    async def analyze_soon(self) -> None:
        """Analyzes the project once the editing pauses, and publishes what is found."""
        self.edits += 1
        mine = self.edits
        await asyncio.sleep(_PAUSE)
        if mine != self.edits or self.project is None:
            return
        report = await asyncio.get_running_loop().run_in_executor(self.worker, _report, self.project)
        if mine == self.edits:
            self.publish(self.project, report)

    def publish(self, project: Workspace, report: Report) -> None:
        """Sends the findings of every file, and takes back those that are gone."""
        found: dict[str, list[Finding]] = {}
        for finding in report.findings:
            found.setdefault(finding.span.path, []).append(finding)
        translator = self.translator(project)
        for path in [*list(found)[:_LIMIT_OF_FILES], *(path for path in self.findings if path not in found)]:
            diagnostics = [translator.diagnostic(finding) for finding in found.get(path, ())]
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=translator.uri(path), diagnostics=diagnostics)
            )
        self.findings = found

    def path_of(self, uri: str) -> str | None:
        file = to_fs_path(uri)
        return self.project.path_of(Path(file)) if self.project is not None and file is not None else None

    def at(self, uri: str, chosen: types.Range) -> list[Finding]:
        """The findings that a stretch of a file touches."""
        path = self.path_of(uri)
        if path is None or self.project is None:
            return []
        translator = self.translator(self.project)
        found = []
        for finding in self.findings.get(path, ()):
            own = translator.range(finding.span)
            if own.start <= chosen.end and chosen.start <= own.end:
                found.append(finding)
        return found


def _report(project: Workspace) -> Report:
    return without_credentials(project.report())


server = SupalintServer()


@server.feature(types.INITIALIZED)
async def initialized(ls: SupalintServer, _params: types.InitializedParams) -> None:
    """The folder that the editor has opened is read and analyzed."""
    folder = ls.workspace.root_path
    if folder:
        ls.open_folder(Path(folder))
        await ls.analyze_soon()


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
async def did_open(ls: SupalintServer, params: types.DidOpenTextDocumentParams) -> None:
    """A buffer takes the place of its file."""
    await _edited(ls, params.text_document.uri)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
async def did_change(ls: SupalintServer, params: types.DidChangeTextDocumentParams) -> None:
    """The buffer has changed."""
    await _edited(ls, params.text_document.uri)


@server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
async def did_close(ls: SupalintServer, params: types.DidCloseTextDocumentParams) -> None:
    """The file counts again."""
    path = ls.path_of(params.text_document.uri)
    if path is not None and ls.project is not None and path in ls.project.sources:
        ls.project.reload(path)
        await ls.analyze_soon()


@server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
async def did_change_files(ls: SupalintServer, _params: types.DidChangeWatchedFilesParams) -> None:
    """Files were added, changed or removed outside of the editor: the folder is read anew."""
    if ls.project is not None:
        ls.open_folder(ls.project.root)
        await ls.analyze_soon()


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(ls: SupalintServer, params: types.HoverParams) -> types.Hover | None:
    """The pages of the rules whose findings are under the pointer."""
    found = ls.at(params.text_document.uri, types.Range(params.position, params.position))
    if not found or ls.project is None:
        return None
    translator = ls.translator(ls.project)
    pages = dict.fromkeys(translator.page(finding.rule) for finding in found)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages)))


@server.feature(
    types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
)
def code_action(ls: SupalintServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Fixes, and comments that answer findings."""
    if ls.project is None:
        return []
    translator = ls.translator(ls.project)
    return [
        action for finding in ls.at(params.text_document.uri, params.range) for action in translator.actions(finding)
    ]


async def _edited(ls: SupalintServer, uri: str) -> None:
    path = ls.path_of(uri)
    if path is None or ls.project is None:
        return
    ls.project.edit(path, ls.workspace.get_text_document(uri).source)
    await ls.analyze_soon()
