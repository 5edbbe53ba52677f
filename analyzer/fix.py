"""Fixes of findings -> new contents of files."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzer.finding import Create, Edit, Finding, Fix, Rename
from analyzer.layout import MIGRATION_NAME
from analyzer.source import Lines, Source

_TIMESTAMP = "%Y%m%d%H%M%S"  # of a migration, as `supabase migration new` writes it
_NOT_IN_STEM = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Replaced:
    """Characters of a text, from 0, the end exclusive, with what takes their place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one file."""

    path: str
    new_path: str  # the same, unless the file is moved
    content: bytes | None  # as it is now; None: there is no such file
    new_content: bytes
    text: str  # that of `content`, without a byte order mark
    edits: tuple[Replaced, ...]  # in order, none touching another

    @property
    def new_text(self) -> str:
        return applied(self.text, self.edits)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A fix that is not applied, with the reason."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What the fixes of some findings come to. `fixed` are the findings that they make go away."""

    changes: tuple[Change, ...]  # by path
    fixed: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]


class ConflictError(Exception):
    """Why a fix cannot be applied together with the ones before it, or at all."""


def plan(
    findings: Iterable[Finding],
    read: Callable[[str], bytes | None],
    migrations: Mapping[str, Iterable[str]],
    now: datetime,
    *,
    unsafe: bool = False,
) -> Plan:
    """What the fixes of `findings` change; the first of two fixes that touch the same text wins.

    A fix is applied whole or not at all. `read` gives the bytes of a file, None if there is none; `migrations`
    the names of the files in a folder. A new migration comes after all that are there, and not before `now`.
    """
    draft = _Draft(read, migrations, now)
    fixed: list[Finding] = []
    skipped: list[Skipped] = []
    for finding in findings:
        if finding.fix is None:
            continue
        if not (finding.fix.safe or unsafe):
            skipped.append(Skipped(finding, "it may change what works: apply it with --unsafe"))
            continue
        try:
            draft.add(finding.fix)
        except ConflictError as conflict:
            skipped.append(Skipped(finding, str(conflict)))
        else:
            fixed.append(finding)
    return Plan(tuple(draft.changes()), tuple(fixed), tuple(skipped))


def applied(text: str, edits: Iterable[Replaced]) -> str:
    """`text` with `edits`, which are in order, made."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*parts, text[position:]])


@dataclass(frozen=True, slots=True)
class _File:
    """A file with its encoding and line ends."""

    content: bytes
    text: str
    mark: bytes
    encoding: str
    newline: str
    lines: Lines

    def encode(self, text: str) -> bytes:
        return self.mark + text.encode(self.encoding)


class _Draft:
    """The changes of the fixes that were taken so far."""

    def __init__(
        self, read: Callable[[str], bytes | None], migrations: Mapping[str, Iterable[str]], now: datetime
    ) -> None:
        self._read = read
        self._files: dict[str, _File] = {}
        self._edits: dict[str, list[Replaced]] = {}
        self._moves: dict[str, str] = {}
        self._created: dict[tuple[str, str, str], str] = {}  # the fix's words -> the new file's name
        self._migrations = migrations
        self._now = now

    def add(self, fix: Fix) -> None:
        """Takes a fix. Raises `ConflictError`, and takes nothing of it, if it does not go with the others."""
        edits: dict[str, list[Replaced]] = {}
        moves: dict[str, str] = {}
        for change in fix.changes:
            match change:
                case Edit(span, _):
                    known = edits.setdefault(span.path, list(self._edits.get(span.path, ())))
                    _insert(known, self._replaced(change))
                case Rename(path, new_path):
                    self._check_move(path, new_path, moves)
                    moves[path] = new_path
                case Create():
                    pass
        self._edits |= edits
        self._moves |= moves
        for change in fix.changes:
            if isinstance(change, Create):
                self._create(change)

    def _replaced(self, edit: Edit) -> Replaced:
        span = edit.span
        file = self._file(span.path)
        starts = file.lines.starts
        if not (0 < span.line <= span.end_line <= len(starts)):
            raise ConflictError(f"{span.path} is not what was analyzed")
        start, end = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
        if not 0 <= start <= end <= len(file.text):
            raise ConflictError(f"{span.path} is not what was analyzed")
        text = edit.text.replace("\r\n", "\n")
        return Replaced(start, end, text if file.newline == "\n" else text.replace("\n", file.newline))

    def _file(self, path: str) -> _File:
        if path not in self._files:
            content = self._read(path)
            if content is None:
                raise ConflictError(f"{path} cannot be read")
            self._files[path] = _decoded(path, content)
        return self._files[path]

    def _check_move(self, path: str, new_path: str, moves: Mapping[str, str]) -> None:
        self._file(path)
        if self._moves.get(path, new_path) != new_path:
            raise ConflictError(f"{path} is moved already")
        taken = {**self._moves, **moves}
        if any(old != path and new == new_path for old, new in taken.items()) or self._read(new_path) is not None:
            raise ConflictError(f"{new_path} exists already")

    def _create(self, create: Create) -> None:
        key = (create.folder, create.stem, create.text)
        if key in self._created:
            return
        used = [*self._migrations.get(create.folder, ())]
        used += [name for (folder, _, _), name in self._created.items() if folder == create.folder]
        stem = _NOT_IN_STEM.sub("_", create.stem.lower()).strip("_") or "fix"
        self._created[key] = f"{_next_version(used, self._now)}_{stem}.sql"

    def changes(self) -> Iterator[Change]:
        found: list[Change] = []
        for path in {*self._edits, *self._moves}:
            file = self._files[path]
            edits = tuple(self._edits.get(path, ()))
            new_content = file.encode(applied(file.text, edits)) if edits else file.content
            found.append(Change(path, self._moves.get(path, path), file.content, new_content, file.text, edits))
        for (folder, _, text), name in self._created.items():
            path = f"{folder}/{name}" if folder else name
            found.append(Change(path, path, None, text.encode(), "", (Replaced(0, 0, text),)))
        yield from sorted(found, key=lambda change: change.path)


def _insert(edits: list[Replaced], new: Replaced) -> None:
    """Puts `new` at its place among `edits`. The same edit is made once."""
    if new in edits:
        return
    position = bisect_left(edits, (new.start, new.end), key=lambda edit: (edit.start, edit.end))
    while position < len(edits) and (edits[position].start, edits[position].end) == (new.start, new.end):
        position += 1
    for other in edits[max(position - 1, 0) : position + 1]:
        both_insert = other.start == other.end == new.start == new.end
        if not both_insert and other.start <= new.end and new.start <= other.end:
            raise ConflictError("another fix changes the same text: run again")
    edits.insert(position, new)


def _decoded(path: str, content: bytes) -> _File:
    mark, encoding = b"", "utf-8"
    for candidate, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(candidate):
            mark, encoding = candidate, name
            break
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        raise ConflictError(f"{path} is not UTF-8") from None
    ends = (("\r\n", text.count("\r\n")), ("\n", text.count("\n") - text.count("\r\n")))
    newline = max(ends, key=lambda item: item[1])[0] if any(number for _, number in ends) else "\n"
    return _File(content, text, mark, encoding, newline, Lines.of(Source(path, text)))


def _next_version(names: Iterable[str], now: datetime) -> str:
    """The version of a migration that comes after all of `names`, and not before `now`.

    The CLI applies migrations in the order of their names:
    https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/list.go
    """
    last = max((match[1] for name in names if (match := MIGRATION_NAME.match(name))), default="")
    version = now.strftime(_TIMESTAMP)
    if version > last:
        return version
    try:
        return (datetime.strptime(last, _TIMESTAMP) + timedelta(seconds=1)).strftime(_TIMESTAMP)
    except (ValueError, OverflowError):
        return str(int(last) + 1).zfill(len(last))
