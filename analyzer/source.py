"""A file's text with its places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal

import msgspec

_LINE_END = re.compile(r"\r\n|\n|\r")


class Source(msgspec.Struct, frozen=True):
    """A file to analyze: the work tree's, an editor's buffer, a block of an example, or a blob of a commit.

    `path` is relative to the root of the analysis, with `/` on every platform. `text` is decoded, without a
    byte order mark; line ends are as in the file.
    """

    path: str
    text: str


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file's text: lines and columns from 1, columns in code points, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Lines(msgspec.Struct, frozen=True):
    """Where the lines of one file start, in code points from 0: turns offsets into spans.

    Only `\\n`, `\\r` and `\\r\\n` end a line, as in editors and on GitHub.
    """

    path: str
    starts: tuple[int, ...]
    end: int  # of the text

    @classmethod
    def of(cls, source: Source) -> Lines:
        return cls(source.path, (0, *(match.end() for match in _LINE_END.finditer(source.text))), len(source.text))

    @property
    def first(self) -> Span:
        """The first line: where a finding about the file as a whole stands."""
        end = self.starts[1] - 1 if len(self.starts) > 1 else self.end
        return Span(self.path, 1, 1, 1, end + 1)

    def span(self, start: int, end: int) -> Span:
        """The span from the offset `start` to the offset `end` (code points from 0, `end` exclusive)."""
        line = bisect_right(self.starts, start)
        end_line = bisect_right(self.starts, end, lo=line - 1)
        if end > start and self.starts[end_line - 1] == end:
            end_line -= 1  # an end just behind a line break belongs to the line it ends
        return Span(self.path, line, start - self.starts[line - 1] + 1, end_line, end - self.starts[end_line - 1] + 1)


PathState = Literal["tracked", "untracked", "ignored"]


class ListedPath(msgspec.Struct, frozen=True):
    """One path of the repository, read or not."""

    path: str
    size: int  # bytes
    state: PathState | None  # None: the folder is not a git repository
    link: bool = False
    binary: bool = False


class Listing(msgspec.Struct, frozen=True):
    """Every path of the tree, for rules about files rather than text."""

    paths: dict[str, ListedPath]
    git: bool  # whether the tree is a git repository, so that `state` is known

    def below(self, folder: str) -> Iterator[ListedPath]:
        """The listed paths in `folder` at any depth (`""` is the root)."""
        prefix = f"{folder}/" if folder else ""
        return (listed for path, listed in self.paths.items() if path.startswith(prefix))
