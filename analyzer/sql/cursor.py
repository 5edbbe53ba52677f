"""A place in the tokens of a text, which the functions of the grammar move forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from analyzer.facts.sql import SqlSyntaxError, Text
from analyzer.facts.sql_query import Identifier, QualifiedName
from analyzer.sql.strings import name_value, string_value
from analyzer.sql.tokens import (
    BAD,
    COLUMN_WORD,
    END,
    RESERVED_WORD,
    STRING,
    TYPE_WORD,
    Seen,
    Tokens,
    truncated,
)

T = TypeVar("T")

# These two keep the trees so low that no consumer meets Python's recursion limit
MAX_DEPTH = 100  # of nested expressions, queries and blocks
_MAX_CHAIN = 400  # operators, joins and the like that follow each other on one level of a statement


class RejectedError(Exception):
    """PostgreSQL's grammar does not accept the token at `index`."""

    def __init__(self, index: int, message: str | None = None) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


class TooDeepError(Exception):
    """The statement is nested more deeply than it will be read."""


class Cursor:
    """Tokens with a position. `sink` takes the errors of function bodies, which do not stop their statement."""

    __slots__ = ("chain", "classes", "copies", "depth", "ends", "i", "keys", "seen", "sink", "starts", "text")

    def __init__(self, text: str, tokens: Tokens, sink: list[SqlSyntaxError], seen: Seen) -> None:
        self.text = text
        self.seen = seen
        self.keys = tokens.keys
        self.classes = tokens.classes
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.i = 0
        self.depth = 0
        self.chain = 0
        self.sink = sink
        self.copies: dict[int, tuple[int, int]] = {}  # the data behind COPY, by the offset of its semicolon

    def accept(self, word: str) -> bool:
        """Moves over `word` if it is next."""
        if self.keys[self.i] == word:
            self.i += 1
            return True
        return False

    def at(self, *words: str) -> bool:
        """Whether the next tokens are `words`."""
        i = self.i
        return self.keys[i] == words[0] and tuple(self.keys[i : i + len(words)]) == words

    def accept_words(self, *words: str) -> bool:
        """Moves over `words` if they are next."""
        i = self.i
        if self.keys[i] == words[0] and tuple(self.keys[i : i + len(words)]) == words:
            self.i = i + len(words)
            return True
        return False

    def accept_any(self, words: frozenset[str]) -> str:
        """Moves over the next token if it is one of `words`, and returns it, else an empty string."""
        key = self.keys[self.i]
        if key in words:
            self.i += 1
            return key
        return ""

    def expect(self, *words: str) -> None:
        """Moves over `words`.

        Raises:
            RejectedError: where another token is next.
        """
        for word in words:
            if self.keys[self.i] != word:
                raise self.rejected()
            self.i += 1

    def lengthen(self) -> None:
        """Counts one more link of a chain, whose tree is as deep as the chain is long.

        Raises:
            TooDeepError: where the statement has had too many.
        """
        self.chain += 1
        if self.chain > _MAX_CHAIN:
            raise TooDeepError

    def rejected(self, message: str | None = None) -> RejectedError:
        """The rejection of the next token, to be raised."""
        return RejectedError(self.i, message)

    @property
    def start(self) -> int:
        """Where the next token starts."""
        return self.starts[self.i]

    @property
    def end(self) -> int:
        """Where the last token ended."""
        return self.ends[self.i - 1]

    def slice(self, index: int) -> str:
        """The text of the token at `index`."""
        return self.text[self.starts[index] : self.ends[index]]

    # Names

    def identifier(self, index: int) -> Identifier:
        """The name that the token at `index` is."""
        key = self.keys[index]
        start = self.starts[index]
        end = self.ends[index]
        if key == '"':
            key = truncated(name_value(self.text[start:end]))
        return Identifier(start, end, key)

    def name(self) -> Identifier:
        """A name of an object or column (ColId)."""
        i = self.i
        if self.classes[i] > COLUMN_WORD:
            raise self.rejected()
        self.i = i + 1
        key = self.keys[i]
        return self.identifier(i) if key == '"' else Identifier(self.starts[i], self.ends[i], key)

    def label(self) -> Identifier:
        """A name behind AS or a dot, where every word will do (ColLabel)."""
        i = self.i
        if self.classes[i] > RESERVED_WORD:
            raise self.rejected()
        self.i = i + 1
        return self.identifier(i)

    def type_or_function_name(self) -> Identifier:
        """A name that may also be a word such as `left`, but not one such as `coalesce` (type_function_name)."""
        i = self.i
        if self.classes[i] > TYPE_WORD or self.classes[i] == COLUMN_WORD:
            raise self.rejected()
        self.i = i + 1
        return self.identifier(i)

    def word(self) -> str:
        """A name where everything but a reserved word will do (NonReservedWord)."""
        i = self.i
        if self.classes[i] > TYPE_WORD:
            raise self.rejected()
        self.i = i + 1
        return self.identifier(i).text

    def word_or_default(self) -> str:
        """A name, or DEFAULT."""
        return "default" if self.accept("default") else self.name().text

    def word_or_string(self) -> str:
        """A name or a string (NonReservedWord_or_Sconst)."""
        return self.string() if self.classes[self.i] == STRING else self.word()

    def qualified_name(self) -> QualifiedName:
        """A dotted name (any_name)."""
        i = self.i
        first = self.name()
        if self.keys[i + 1] != ".":
            return QualifiedName(first.start, first.end, (first,))
        return self.rest_of_name(first)

    def qualified_label(self) -> QualifiedName:
        """A dotted name whose first part may be any word."""
        return self.rest_of_name(self.label())

    def rest_of_name(self, first: Identifier) -> QualifiedName:
        """A dotted name whose first part has been read."""
        parts = [first]
        while self.keys[self.i] == ".":
            self.i += 1
            parts.append(self.label())
        return QualifiedName(first.start, parts[-1].end, tuple(parts))

    def function_name(self) -> QualifiedName:
        """The name of a function (func_name)."""
        if self.keys[self.i + 1] == ".":
            return self.qualified_name()
        name = self.type_or_function_name()
        return QualifiedName(name.start, name.end, (name,))

    # Constants

    def string(self) -> str:
        """The value of a string constant."""
        return string_value(self.slice(self.string_index()))

    def string_text(self) -> Text:
        """A string constant with its place."""
        i = self.string_index()
        return Text(self.starts[i], self.ends[i], string_value(self.slice(i)))

    def string_index(self) -> int:
        i = self.i
        if self.classes[i] != STRING:
            raise self.rejected()
        self.i = i + 1
        return i

    def integer(self) -> int:
        """An integer constant (Iconst)."""
        i = self.i
        if self.keys[i] != "0":
            raise self.rejected()
        value = integer_value(self.slice(i))
        if value is None:
            raise self.rejected()
        self.i = i + 1
        return value

    # Lists

    def listed(self, item: Callable[[Cursor], T]) -> tuple[T, ...]:
        """One or several items with commas between them."""
        items = [item(self)]
        while self.keys[self.i] == ",":
            self.i += 1
            items.append(item(self))
        return tuple(items)

    def parenthesized(self, item: Callable[[Cursor], T]) -> tuple[T, ...]:
        """One or several items in parentheses."""
        self.expect("(")
        items = self.listed(item)
        self.expect(")")
        return items

    def names(self) -> tuple[Identifier, ...]:
        """Names in parentheses, or nothing."""
        return self.parenthesized(Cursor.name) if self.keys[self.i] == "(" else ()

    def error(self, rejected: RejectedError, whole: tuple[int, int] | None = None) -> SqlSyntaxError:
        """What PostgreSQL says of a rejected token, in the `whole` that it rejects."""
        index = rejected.index
        start, end = self.starts[index], self.ends[index]
        if rejected.message:
            return SqlSyntaxError(start, end, rejected.message, False, whole)
        if self.classes[index] == END:
            return SqlSyntaxError(max(start - 1, 0), start, "syntax error at end of input", False, whole)
        piece = self.text[start:end]
        if piece[0] == "\\":
            piece = "\\"  # the rest of the line is a command of psql to us only
        if self.classes[index] == BAD and (message := _bad_token(piece)):
            end = min(end, start + len(piece.split("\n", 1)[0]))
            return SqlSyntaxError(start, end, f'{message} at or near "{piece}"', False, whole)
        return SqlSyntaxError(start, end, f'syntax error at or near "{piece}"', False, whole)


_MAX_DIGITS = 40  # far more than any integer has, and far fewer than Python refuses to read


def integer_value(digits: str) -> int | None:
    """The value of an integer as PostgreSQL writes it (`0x1F`, `1_000`), or None for another number."""
    plain = digits.replace("_", "")
    if len(plain) > _MAX_DIGITS:
        return None
    if plain.isdigit():
        return int(plain)
    return int(plain, 0) if plain[:2].lower() in ("0x", "0o", "0b") else None


def _bad_token(piece: str) -> str:
    first = piece[0]
    if first.isdigit() or first == ".":
        return "trailing junk after numeric literal"
    if piece == '""':
        return "zero-length delimited identifier"
    if first == '"':
        return "unterminated quoted identifier"
    if piece.startswith("/*"):
        return "unterminated /* comment"
    if first == "$" and len(piece) > 1:
        return "unterminated dollar-quoted string"
    if first == "'" or piece[1:2] == "'":
        return "unterminated quoted string"
    return ""
