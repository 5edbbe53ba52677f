"""The grammar of PostgREST's `select` parameter, which supabase-js passes on as it is, without its white space.

https://docs.postgrest.org/en/v13/references/api/tables_views.html#vertical-filtering and
https://github.com/PostgREST/postgrest/blob/v13.0.0/src/PostgREST/ApiRequest/QueryParams.hs
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Join = Literal["", "inner", "left"]
_AGGREGATES = frozenset({"sum", "avg", "max", "min", "count"})
# https://github.com/PostgREST/postgrest/blob/v13.0.0/src/PostgREST/ApiRequest/QueryParams.hs: pIdentifierChar
_RESERVED = frozenset(',.:()!"')


class SelectError(ValueError):
    """A text that PostgREST does not take for a `select` parameter; `position` is from 0 in the text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Star:
    """`*`: all columns."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Field:
    """`alias:name->path::cast`, or with `aggregate` `name.sum()`. Without a name it is `count()`.

    `start` and `end` are those of the name, in code points from 0.
    """

    name: str
    start: int
    end: int
    alias: str = ""
    path: str = ""
    cast: str = ""
    aggregate: str = ""


@dataclass(frozen=True, slots=True)
class Embed:
    """`alias:relation!hint!inner(...)`; with `spread` its columns become those of the row around it."""

    relation: str
    start: int
    end: int
    items: tuple[Item, ...]
    alias: str = ""
    hint: str = ""
    join: Join = ""
    spread: bool = False

    @property
    def name(self) -> str:
        """By which filters and orders name it."""
        return self.alias or self.relation


Item = Star | Field | Embed


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Item, ...]:
    """The items of a `select` parameter.

    Raises:
        SelectError: PostgREST would reject it (PGRST100).
    """
    parser = _Parser(text)
    items = parser.items()
    if parser.position < len(text):
        raise SelectError(f"`{text[parser.position]}` is not expected", parser.position)
    return items


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def items(self) -> tuple[Item, ...]:
        found: list[Item] = []
        self._space()
        if self._peek() in (")", ""):
            return ()
        while True:
            found.append(self._item())
            self._space()
            if not self._take(","):
                return tuple(found)
            self._space()

    def _item(self) -> Item:
        self._space()
        start = self.position
        if self._take("*"):
            return Star(start, self.position)
        spread = self._take("...")
        name, start, end = self._name()
        alias = ""
        self._space()
        if self._peek() == ":" and not self.text.startswith("::", self.position):
            self._take(":")
            alias = name
            self._space()
            name, start, end = self._name()
            self._space()
        hint, join = self._modifiers()
        self._space()
        if self._peek() == "(" and not (name == "count" and self._closes_at_once()):
            return self._embed(name, start, end, alias, hint, join, spread=spread)
        if hint or join or spread:
            raise SelectError("`(` is expected", self.position)
        return self._field(name, start, end, alias)

    def _embed(self, name: str, start: int, end: int, alias: str, hint: str, join: Join, *, spread: bool) -> Embed:
        self._take("(")
        items = self.items()
        self._space()
        if not self._take(")"):
            raise SelectError("`)` is missing", self.position)
        return Embed(name, start, end, items, alias, hint, join, spread)

    def _modifiers(self) -> tuple[str, Join]:
        hint, join = "", ""
        while self._take("!"):
            word, _, _ = self._name()
            if word in ("inner", "left"):
                join = word
            else:
                hint = word
        return hint, join  # type: ignore[return-value]

    def _field(self, name: str, start: int, end: int, alias: str) -> Field:
        aggregate, path = "", ""
        if name == "count" and self._take("()"):
            name, aggregate = "", "count"
        if self._peek() == "-":
            path = self._path()
        cast = self._cast()
        if self._take("."):
            word, position, _ = self._name()
            if word not in _AGGREGATES or not self._take("()"):
                raise SelectError(f"`.{word}` is no aggregate", position)
            aggregate = word
            cast = self._cast() or cast
        return Field(name, start, end, alias, path, cast, aggregate)

    def _cast(self) -> str:
        if not self._take("::"):
            return ""
        begin = self.position
        while self._peek() not in (",", ")", "", "."):
            self.position += 1
        return self.text[begin : self.position].strip()

    def _path(self) -> str:
        begin = self.position
        while self.text.startswith("->", self.position):
            self.position += 2
            self._take(">")
            if self._peek() == '"':
                self._name()
                continue
            while self._peek() not in (",", ")", "", ":", "-", "."):
                self.position += 1
        return self.text[begin : self.position]

    def _name(self) -> tuple[str, int, int]:
        self._space()
        begin = self.position
        if self._take('"'):
            closing = self.text.find('"', self.position)
            if closing < 0:
                raise SelectError("the quote is not closed", begin)
            name = self.text[self.position : closing]
            self.position = closing + 1
            return name, begin, self.position
        while (char := self._peek()) and char not in _RESERVED:
            if char == "-" and self.text.startswith("->", self.position):
                break
            self.position += 1
        name = self.text[begin : self.position].rstrip()
        if not name:
            shown = f"`{self._peek()}`" if self._peek() else "the end"
            raise SelectError(f"a name is expected before {shown}", self.position)
        return name, begin, begin + len(name)

    def _closes_at_once(self) -> bool:
        return self.text.startswith("()", self.position)

    def _space(self) -> None:
        while self._peek().isspace():
            self.position += 1

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _take(self, wanted: str) -> bool:
        if self.text.startswith(wanted, self.position):
            self.position += len(wanted)
            return True
        return False
