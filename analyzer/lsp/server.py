"""The server itself: it listens to edits, and publishes the findings of the whole project.

An edit is answered three times: at once with what its file alone shows; then, by a process beside, with what it shows
together with what it imports; and when another process has analyzed the project, with everything. Built on pygls: https://pygls.readthedocs.io
"""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

import click
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from analyzer.commands.session import Asked, Session, prepare
from analyzer.finding import Finding
from analyzer.lsp.analyst import Analyst, Analyzed
from analyzer.lsp.editing import Editing
from analyzer.lsp.translate import Translator
from analyzer.version import VERSION

_PAUSE = 0.1  # seconds without an edit before the project is analyzed
_LIMIT_OF_FILES = 1000  # that get diagnostics


class OpenFolder:
    """A folder that an editor has open: what was last said of it, and who analyzes it."""

    def __init__(self, root: Path) -> None:
        self.session: Session = prepare(Asked(paths=(root,)))
        self.root = self.session.root
        self.editing = Editing(self.session)
        self.analyst = Analyst(self.root)
        self.neighbour = Analyst(self.root)  # who looks near: it must not wait for a whole analysis
        self.buffers: dict[str, str] = {}  # texts that the editor has changed and perhaps not saved
        self.unsent: dict[str, str | None] = {}  # edits that the analyst does not know
        self.unsent_near: dict[str, str | None] = {}  # and that the neighbour does not
        self.has_report = False  # whether the project was analyzed
        self.near_before: dict[str, list[Finding]] = {}  # what stood near in the texts that were last analyzed
        self.analyzed: dict[str, str] = {}  # texts of files with findings, as they were analyzed
        self.findings: dict[str, list[Finding]] = {}
        self.turn = asyncio.Lock()  # one analysis at a time
        self.near_turn = asyncio.Lock()

    def path_of(self, file: Path) -> str | None:
        """The path from the root of a file that an analysis reads, or of a new one; None outside of the root."""
        try:
            return file.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return None

    def translator(self) -> Translator:
        """For places in the files as they are now."""
        rules = {rule.id: rule for rule in self.session.all_rules}
        return Translator(self.root, ChainMap(self.buffers, self.analyzed), rules)

    def edit(self, path: str, text: str) -> list[Finding]:
        """Takes a buffer, and says what it alone shows."""
        self.buffers[path] = self.unsent[path] = self.unsent_near[path] = text
        found = self.findings[path] = self.editing.at_once(path, text)
        return found

    def close(self, path: str) -> None:
        """The file on the disk counts again."""
        self.buffers.pop(path, None)
        self.unsent[path] = self.unsent_near[path] = None

    async def look_near(self, path: str) -> bool:
        """Has a buffer looked at together with what it imports; whether that says something of it as it is now.

        Raises:
            BrokenProcessPool: the process beside has died.
        """
        text, known = self.buffers.get(path), self.editing.analyzed_text(path)
        async with self.near_turn:
            if text is None or self.buffers.get(path) != text or not self.has_report:
                return False
            if path not in self.near_before:
                self.near_before[path] = await self._near(path, known)
            now = await self._near(path, text)
            if self.buffers.get(path) != text or path not in self.near_before:
                return False
            self.findings[path] = self.editing.with_near(path, text, self.near_before[path], now)
            return True

    async def _near(self, path: str, text: str | None) -> list[Finding]:
        sent, self.unsent_near = {**self.unsent_near, path: text}, {}
        return await asyncio.wrap_future(self.neighbour.near(path, sent))

    async def analyze(self) -> None:
        """Has the project analyzed with all edits.

        Raises:
            BrokenProcessPool: the process beside has died.
        """
        sent, self.unsent = self.unsent, {}
        self._take(await asyncio.wrap_future(self.analyst.analyze(sent)))

    def restart(self) -> None:
        """Has other processes do the work where one has died."""
        self.end()
        self.analyst, self.neighbour = Analyst(self.root), Analyst(self.root)
        self.unsent, self.unsent_near = dict(self.buffers), dict(self.buffers)

    def end(self) -> None:
        """Ends the processes beside."""
        self.analyst.close()
        self.neighbour.close()

    def _take(self, analyzed: Analyzed) -> None:
        found: dict[str, list[Finding]] = {path: [] for path in self.findings}
        for finding in analyzed.findings:
            found.setdefault(finding.span.path, []).append(finding)
        self.analyzed = analyzed.texts
        self.has_report = True
        self.near_before.clear()
        for path in found.keys() | analyzed.texts.keys():
            self.editing.note(path, analyzed.texts.get(path), found.get(path, []))
        # what was edited meanwhile
        found |= {path: self.editing.at_once(path, text) for path, text in self.unsent.items() if text is not None}
        self.findings = found


class SupalintServer(LanguageServer):
    """Knows the folder that is open."""

    def __init__(self) -> None:
        super().__init__("supalint", f"v{VERSION}")
        self.folder: OpenFolder | None = None
        self.edits = 0

    def open_folder(self, root: Path) -> None:
        """Opens a folder; what is wrong with its settings is shown, and nothing is analyzed."""
        former, self.folder = self.folder, None
        if former is not None:
            former.end()
        try:
            self.folder = OpenFolder(root)
        except click.ClickException as error:
            message = types.ShowMessageParams(types.MessageType.Error, f"supalint: {error.format_message()}")
            self.window_show_message(message)
            return
        if former is not None:
            self.folder.findings = {path: [] for path in former.findings}
            for path, text in former.buffers.items():
                self.folder.edit(path, text)

    async def analyze_soon(self) -> None:
        """Has the project analyzed once the editing pauses, and publishes what is found."""
        self.edits += 1
        mine = self.edits
        await asyncio.sleep(_PAUSE)
        folder = self.folder
        if folder is None:
            return
        async with folder.turn:
            if mine != self.edits or folder is not self.folder:
                return
            try:
                await folder.analyze()
            except BrokenProcessPool:
                folder.restart()
                await folder.analyze()
            if folder is self.folder:
                self.publish(folder, folder.findings)

    def publish(self, folder: OpenFolder, paths: Iterable[str]) -> None:
        """Sends the findings of files."""
        translator = folder.translator()
        for path in list(paths)[:_LIMIT_OF_FILES]:
            diagnostics = [translator.diagnostic(finding) for finding in folder.findings.get(path, ())]
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=translator.uri(path), diagnostics=diagnostics)
            )

    def path_of(self, uri: str) -> str | None:
        file = to_fs_path(uri)
        return self.folder.path_of(Path(file)) if self.folder is not None and file is not None else None

    def at(self, uri: str, chosen: types.Range) -> list[Finding]:
        """The findings that a stretch of a file touches."""
        path = self.path_of(uri)
        if path is None or self.folder is None:
            return []
        translator = self.folder.translator()
        found = []
        for finding in self.folder.findings.get(path, ()):
            own = translator.range(finding.span)
            if own.start <= chosen.end and chosen.start <= own.end:
                found.append(finding)
        return found


server = SupalintServer()


@server.feature(types.INITIALIZED)
async def initialized(ls: SupalintServer, _params: types.InitializedParams) -> None:
    """The folder that the editor has opened is read and analyzed."""
    root = ls.workspace.root_path
    if root:
        ls.open_folder(Path(root))
        if ls.folder is not None:
            ls.folder.editing.warm_up()
        await ls.analyze_soon()


@server.feature(types.SHUTDOWN)
async def shutdown(ls: SupalintServer, _params: None) -> None:
    """The process beside ends, too."""
    if ls.folder is not None:
        ls.folder.end()
        ls.folder = None


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
    if path is not None and ls.folder is not None and path in ls.folder.buffers:
        ls.folder.close(path)
        await ls.analyze_soon()


@server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
async def did_change_files(ls: SupalintServer, _params: types.DidChangeWatchedFilesParams) -> None:
    """Files were added, changed or removed outside of the editor: the folder is read anew."""
    if ls.folder is not None:
        ls.open_folder(ls.folder.root)
        await ls.analyze_soon()


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(ls: SupalintServer, params: types.HoverParams) -> types.Hover | None:
    """The pages of the rules whose findings are under the pointer."""
    found = ls.at(params.text_document.uri, types.Range(params.position, params.position))
    if not found or ls.folder is None:
        return None
    translator = ls.folder.translator()
    pages = dict.fromkeys(translator.page(finding.rule) for finding in found)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages)))


@server.feature(
    types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
)
def code_action(ls: SupalintServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Fixes, and comments that answer findings."""
    if ls.folder is None:
        return []
    translator = ls.folder.translator()
    return [
        action for finding in ls.at(params.text_document.uri, params.range) for action in translator.actions(finding)
    ]


async def _edited(ls: SupalintServer, uri: str) -> None:
    path = ls.path_of(uri)
    if path is None or ls.folder is None:
        return
    folder = ls.folder
    folder.edit(path, ls.workspace.get_text_document(uri).source)
    ls.publish(folder, [path])
    with suppress(BrokenProcessPool):  # the analysis that follows starts another
        if await folder.look_near(path) and folder is ls.folder:
            ls.publish(folder, [path])
    await ls.analyze_soon()
