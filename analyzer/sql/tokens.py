"""PostgreSQL's lexical rules: text to tokens.

The rules are those of scan.l (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/parser/scan.l). One
regular expression reads a token together with the blanks and comments behind it, so that the whole text is cut in C.
"""

from __future__ import annotations

import re
from itertools import accumulate
from operator import add

from analyzer.sql.keywords import COLUMN_NAMES, RESERVED, TYPE_OR_FUNCTION_NAMES, UNRESERVED

# Classes of tokens; those up to RESERVED_WORD may be labels, their order is what the comparisons of the grammar need.
NAME = 0  # an identifier that is no key word, or is quoted
UNRESERVED_WORD = 1
COLUMN_WORD = 2
TYPE_WORD = 3
RESERVED_WORD = 4
STRING = 5
NUMBER = 6
OPERATOR = 7
PUNCTUATION = 8
PARAMETER = 9
BITS = 10
END = 11
BAD = 12  # what no grammar accepts: an unterminated string, a backslash, a number with letters behind it

# Letters, `_` and all beyond ASCII; sets of what is left out compile ten times faster than sets of what is in
_START = r"[^\x00-@\[-\^`{-\x7F]"
_CONTINUE = r"[^\x00-#%-/:-@\[-\^`{-\x7F]"  # and digits and `$`
_CONTINUE_TAG = r"[^\x00-/:-@\[-\^`{-\x7F]"  # and digits
_TAG = rf"{_START}{_CONTINUE_TAG}*"


def _block_comment(nesting: int) -> str:
    inner = rf"\*(?!/)|/(?!\*)|{_block_comment(nesting - 1)}" if nesting else r"\*(?!/)|/(?!\*)"
    return rf"/\*[^*/]*(?:(?:{inner})[^*/]*)*\*/"


_COMMENT_NESTING = 8  # a comment that nests deeper reads as unterminated
_TRIVIA = rf"(?:[ \t\n\r\f\v]+|--[^\n\r]*|{_block_comment(_COMMENT_NESTING)})*"
_GAP = r"(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*(?=[\n\r]))*"  # joins 'a' and 'b'
_PLAIN = r"'[^']*(?:''[^']*)*'"
_ESCAPED = r"'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'"
_DIGITS = r"[0-9](?:_?[0-9])*"
_NUMBER = (
    r"(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+"
    rf"|(?:{_DIGITS}(?:\.(?!\.)(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?)"
)
_SIGN = r"(?!--|/\*)"
_TOKEN = re.compile(
    rf"""(
      [(),;]
    | (?![eEbBxXnNuU]['&]){_START}{_CONTINUE}*
    | (?:[nN])?{_PLAIN}(?:{_GAP}{_PLAIN})*
    | \.(?![.0-9])
    | "[^"]+(?:""[^"]*)*"
    | "(?:""[^"]*)+"
    | \$((?:{_TAG})?)\$[^$]*(?:\$(?!\2\$)[^$]*)*\$\2\$
    | {_NUMBER}(?!{_CONTINUE_TAG}|\.(?!\.))
    | (?:{_SIGN}[+\-*/<>=])*[~!@\#^&|`?%](?:{_SIGN}[~!@\#^&|`?+\-*/%<>=])*
    | (?:{_SIGN}[+\-*/<>=])*{_SIGN}[*/<>=]
    | [+\-]
    | [eE]{_ESCAPED}(?:{_GAP}{_ESCAPED})*
    | [bBxX]{_PLAIN}(?:{_GAP}{_PLAIN})*
    | [uU]&(?:{_PLAIN}(?:{_GAP}{_PLAIN})*|"[^"]*(?:""[^"]*)*")
    | {_START}{_CONTINUE}*
    | \$[0-9]+
    | :[:=]?
    | \.\.
    | [\[\]]
    | \\[^\n\r]*
    | ""
    | (?:[eEbBxXnN]|[uU]&)?['"][\s\S]*
    | \$(?:{_TAG})?\$[\s\S]*
    | /\*[\s\S]*
    | {_NUMBER}{_CONTINUE}*
    | [\s\S]
    )({_TRIVIA})""",
    re.VERBOSE,
)
_LEADING = re.compile(_TRIVIA)
_UPPER_ASCII = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_MAX_NAME = 63  # bytes: NAMEDATALEN - 1


class Tokens:
    """The tokens of a text in parallel lists, closed by ENDs.

    `keys` is what a grammar compares: a word in lower case, an operator or a punctuation mark as it is, and one mark
    for each other class (`"` a quoted name, `'` a string, `0` a number, `$` a parameter, `b'` bits, empty at the end).
    """

    __slots__ = ("classes", "ends", "keys", "starts")

    def __init__(self, keys: list[str], classes: list[int], starts: list[int], ends: list[int]) -> None:
        self.keys = keys
        self.classes = classes
        self.starts = starts
        self.ends = ends


def tokenize(text: str, start: int = 0, end: int | None = None, seen: Seen | None = None) -> Tokens:
    """The tokens of `text` from the offset `start` to the offset `end`, with their places in `text`.

    `seen` is for several calls on one file, whose words are mostly the same.
    """
    if end is None:
        end = len(text)
    lead = _LEADING.match(text, start, end)
    first = lead.end() if lead else start
    found = _TOKEN.findall(text, first, end)
    pieces, _, trivia = zip(*found, strict=True) if found else ((), (), ())
    if seen is None:
        seen = Seen.words()
    keys, classes = zip(*map(seen.__getitem__, pieces), strict=True) if found else ((), ())
    widths = list(map(len, pieces))
    starts = list(accumulate(map(add, widths, map(len, trivia)), initial=first))
    starts.pop()
    ends = list(map(add, starts, widths))
    tokens = Tokens([*keys, *_NO_KEYS], [*classes, *_NO_CLASSES], starts + [end] * PADDING, ends + [end] * PADDING)
    if "uescape" in keys:
        _join_escapes(tokens, text)
    return tokens


PADDING = 4  # ENDs behind the last token, so that a grammar may look that far ahead
_NO_KEYS = [""] * PADDING
_NO_CLASSES = [END] * PADDING


class Seen(dict[str, tuple[str, int]]):
    """What each different piece of a file is: its key and its class."""

    @classmethod
    def words(cls) -> Seen:
        """The key words, as every file begins with."""
        return cls(_WORDS)

    def __missing__(self, piece: str) -> tuple[str, int]:
        entry = self[piece] = _classify(piece)
        return entry


_PUNCTUATION = frozenset(["(", ")", ",", ";", ".", "..", ":", "::", ":=", "[", "]"])
_OPERATOR_START = frozenset("~!@#^&|`?+-*/%<>=")
_WORD = re.compile(rf"{_START}{_CONTINUE}*\Z")


def _classify(piece: str) -> tuple[str, int]:
    first = piece[0]
    if _WORD.match(piece):
        key = piece.lower() if piece.isascii() else piece.translate(_UPPER_ASCII)
        if key in UNRESERVED:
            return key, UNRESERVED_WORD
        if key in RESERVED:
            return key, RESERVED_WORD
        if key in COLUMN_NAMES:
            return key, COLUMN_WORD
        if key in TYPE_OR_FUNCTION_NAMES:
            return key, TYPE_WORD
        return (key if len(key) < _MAX_NAME // 4 else truncated(key)), NAME
    if piece in _PUNCTUATION:
        return piece, PUNCTUATION
    if first in _OPERATOR_START and not piece.startswith(("/*", "--")):
        return ("<>" if piece == "!=" else piece), OPERATOR
    return _classify_literal(piece)


_WORDS = {
    piece: _classify(piece)
    for word in (*UNRESERVED, *COLUMN_NAMES, *TYPE_OR_FUNCTION_NAMES, *RESERVED, *_PUNCTUATION)
    for piece in (word, word.upper())
}

_GOOD_NUMBER = re.compile(_NUMBER + r"\Z")


def _classify_literal(piece: str) -> tuple[str, int]:
    first = piece[0]
    if first == "'" and piece.count("'") % 2 == 0:
        return "'", STRING
    if first in "0123456789.":
        return ("0", NUMBER) if _GOOD_NUMBER.match(piece) else (piece, BAD)
    if first == "$":
        if piece[1:].isdigit():
            return "$", PARAMETER
        tag = piece[: piece.find("$", 1) + 1]
        return ("'", STRING) if len(tag) > 1 and len(piece) >= 2 * len(tag) and piece.endswith(tag) else (piece, BAD)
    quoted = piece[1:] if first in "eEbBxXnN" else piece[2:] if first in "uU" else piece
    if len(quoted) < 2 or quoted[0] != quoted[-1] or quoted == '""' or not _closed(quoted, first in "eE"):
        return piece, BAD
    if quoted[0] == '"':
        return '"', NAME
    return ("b'", BITS) if first in "bBxX" else ("'", STRING)


_CLOSED = re.compile(rf"""{_PLAIN}(?:{_GAP}{_PLAIN})*\Z|"[^"]*(?:""[^"]*)*"\Z""")
_CLOSED_ESCAPED = re.compile(rf"{_ESCAPED}(?:{_GAP}{_ESCAPED})*\Z")


def _closed(quoted: str, escapes: bool) -> bool:
    return bool((_CLOSED_ESCAPED if escapes else _CLOSED).match(quoted))


def truncated(name: str) -> str:
    """The name as PostgreSQL keeps it: at most 63 bytes, cut between characters."""
    encoded = name.encode("utf-8", "surrogatepass")
    return name if len(encoded) <= _MAX_NAME else encoded[:_MAX_NAME].decode("utf-8", "ignore")


def _join_escapes(tokens: Tokens, text: str) -> None:
    """Makes `U&'...' UESCAPE '!'` one token, since no grammar rule knows of it."""
    keys, classes, starts, ends = tokens.keys, tokens.classes, tokens.starts, tokens.ends
    for index in range(len(keys) - PADDING - 1, -1, -1):
        if (
            keys[index + 1] == "uescape"
            and keys[index + 2] == "'"
            and classes[index] in (NAME, STRING)
            and text[starts[index] : starts[index] + 2] in ("U&", "u&")
        ):
            ends[index] = ends[index + 2]
            for column in (keys, classes, starts, ends):
                del column[index + 1 : index + 3]
