"""The passages of a project's documents that may state how things are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.facts.config import Document, Statement
from analyzer.project import Project
from analyzer.source import Span

# What was may differ from what is, and what is written for coding agents and as a template is about any project.
_OTHER = re.compile(
    r"(?:^|[/_. -])(?:changes|changelog|histor|releases?|archived?|legacy|deprecated|old)"
    r"|(?:^|/)(?:skills|plugins|agents|templates?|examples?|\.claude|\.cursor|\.agents)/|(?:^|/)SKILL\.md$",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|previous(?:ly)?|former(?:ly)?|originally|used to|old|instead of|rather than|wrong|incorrect"
    r"|changed?|renamed?|legacy|deprecated|(?:should|must|do|does|is|are) not)\b|n't\b|→|->|~~|❌",
    re.IGNORECASE,
)
_END = r"(?![\w/-]|\.\w)"  # of a name
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says of something for which a value is expected."""

    subject: str
    what: str  # `eggId` of `rust`, as it is told to people
    stated: str
    expected: str
    agrees: bool
    line: int  # of supalint.toml, which states the expectation
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement of a document."""

    document: Document
    position: int

    @property
    def statement(self) -> Statement:
        return self.document.statements[self.position]

    @property
    def text(self) -> str:
        return self.statement.text

    def above(self) -> Iterator[Statement]:
        """What the statement stands below, the nearest first."""
        place = self.statement.above
        while place >= 0:
            yield self.document.statements[place]
            place = self.document.statements[place].above

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets of the statement's text."""
        before = self.text[:start]
        line = self.statement.line + before.count("\n")
        column = start - (before.rfind("\n") + 1) + 1
        return Span(self.document.path, line, column, line, column + end - start)

    def cells(self) -> Iterator[tuple[int, str]]:
        """The cells of a table's row, each with the offset of its text."""
        start = self.text.find("|") + 1
        for cell in self.text.rstrip().rstrip("|")[start:].split("|"):
            yield start + len(cell) - len(cell.lstrip()), cell.strip()
            start += len(cell) + 1

    def titles(self) -> list[str]:
        """The names of the columns of the table that the row stands in."""
        head = next(self.above(), None)
        if self.statement.kind != "row" or head is None or head.kind != "head":
            return []
        return [cell.strip() for cell in head.text.strip().strip("|").split("|")]


def passages(project: Project) -> Iterator[Passage]:
    """The statements of all documents, without headings, and without what tells of former times or of any project."""
    for document in project.documents:
        if _OTHER.search(document.path):
            continue
        for position, statement in enumerate(document.statements):
            if statement.kind in ("heading", "head"):
                continue
            if statement.kind in ("row", "code") or not _PAST.search(statement.text):
                yield Passage(document, position)


def words(name: str) -> re.Pattern[str]:
    """The name as people write it: `vintage-story`, `vintageStory` and `Vintage Story` alike."""
    parts = [re.escape(part) for part in _WORD.findall(name)] or [re.escape(name)]
    joined = r"[\s_-]*".join(parts)
    return re.compile(rf"(?<![\w/.-]){joined}{_END}", re.IGNORECASE)


def plural(name: str) -> re.Pattern[str]:
    """The name as people write it, of one or of many."""
    pattern = words(name.removesuffix("s")).pattern
    return re.compile(pattern.removesuffix(_END) + "s?" + _END, re.IGNORECASE)
