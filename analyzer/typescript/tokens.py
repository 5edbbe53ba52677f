"""A second opinion on broken code: the tokens of a file without JSX, read without a grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>[\s\ufeff]+)
  | (?P<comment>//[^\n\r\u2028\u2029]*|/\*.*?\*/)
  | (?P<string>"(?:\\(?:\r\n|.)|[^"\\\n\r])*"|'(?:\\(?:\r\n|.)|[^'\\\n\r])*')
  | (?P<number>\d(?:[\w.]|(?<=[eE])[+-])*|\.\d[\w]*)
  | (?P<name>[^\W\d][\w$]*|[$\#][\w$]*)
  | (?P<operator>=>|\.\.\.|\?\.(?!\d)|\?\?=|\?\?|&&=|\|\|=|&&|\|\||===|!==|==|!=|<=|\*\*=|\*\*|\+\+|--|[-+*/%&|^]=
      |[-+*/%=<>!?:;,.&|^~@\\])
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<template>`)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_TEMPLATE_TEXT = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*", re.DOTALL)
_CLOSES = {")": "(", "]": "[", "}": "{"}
# After these a `/` begins a regular expression, and a name or a string may follow on the same line.
_KEYWORDS = frozenset(
    """abstract accessor as assert asserts async await break case catch class const continue debugger declare default
    defer delete do else enum export extends finally for from function get global if implements import in infer
    instanceof interface is keyof let module namespace new of out override package private protected public readonly
    require return satisfies set source static super switch throw try type typeof unique using var void while with
    yield""".split()
)
_BETWEEN = frozenset("as extends from if implements in instanceof is of satisfies with assert keyof else".split())
_NEEDS_MORE = frozenset("= == === != !== && || ?? => . ?.".split())


_MISSING = "something is missing in front of this"


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # name, number, string, operator, open, close, template, regex
    text: str
    start: int
    line_break: bool  # before it

    @property
    def end(self) -> int:
        """Where the token ends, as far as the checks need it."""
        return self.start + len(self.text)


def certain_problems(text: str) -> Iterator[tuple[int, int, str]]:
    """Places that no JavaScript or TypeScript parser accepts, with what is wrong there.

    At most one of each sort, since what follows the first is guesswork.
    """
    previous: Token | None = None
    paired = False
    stack: list[Token] = []
    for token in _tokens(text):
        if token.kind == "unterminated":
            yield token.start, token.start + 1, f"this {token.text} is never closed"
            return
        if token.kind == "unknown":
            yield token.start, token.end, f"`{token.text}` is not valid here"
            return
        if previous is not None and not paired and (problem := _pair(previous, token)):
            paired = True
            yield token.start, token.end, problem
        previous = token
        if token.kind == "open":
            stack.append(token)
        elif token.kind == "close":
            if not stack:
                yield token.start, token.end, f"`{token.text}` closes nothing"
                return
            opening = stack.pop()
            if opening.text != _CLOSES[token.text]:
                yield token.start, token.end, f"`{token.text}` stands where `{opening.text}` is still open"
                return
    if stack:
        yield stack[-1].start, stack[-1].end, f"`{stack[-1].text}` is never closed"


def _pair(before: Token, token: Token) -> str:
    if token.kind == "close" and before.kind == "operator" and before.text in _NEEDS_MORE:
        return f"`{token.text}` stands behind `{before.text}`"
    if token.line_break:
        return ""
    if (
        before.kind in ("name", "number", "string")
        and token.kind in ("name", "number", "string")
        and before.text not in _KEYWORDS
        and token.text not in _BETWEEN
        and not (before.kind == "string" and token.kind == "name")
    ):
        return (
            f"`{token.text}` is not valid behind `{before.text}`"
            if token.kind == "name"
            else "something is missing here"
        )
    return ""


def _tokens(text: str) -> Iterator[Token]:
    position, line_break = 0, True
    previous: Token | None = None
    templates: list[int] = []  # how many braces are open inside each `${`
    if text.startswith("#!"):
        position = text.find("\n") if "\n" in text else len(text)
    while position < len(text):
        if text[position] == "}" and templates and templates[-1] == 0:
            templates.pop()
            end = _template_end(text, position + 1)
            if end < 0:
                yield Token("unterminated", "template", position, line_break)
                return
            if text[end] == "$":
                templates.append(0)
                position = end + 2
                previous = Token("operator", "${", end, False)
            else:
                position = end + 1
                previous = Token("template", "`", end, False)
            yield previous
            line_break = False
            continue
        if text[position] == "/" and _regex_may_start(previous) and (regex := _REGEX.match(text, position)):
            previous = Token("regex", regex.group(), position, line_break)
            yield previous
            position, line_break = regex.end(), False
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            kind = "unterminated" if text[position] in "\"'" or text.startswith("/*", position) else "unknown"
            word = "comment" if text[position] == "/" else "string" if kind == "unterminated" else text[position]
            yield Token(kind, word, position, line_break)
            return
        kind = match.lastgroup or ""
        if kind in ("space", "comment"):
            line_break = line_break or "\n" in match.group() or "\r" in match.group()
            position = match.end()
            continue
        if kind == "template":
            end = _template_end(text, position + 1)
            if end < 0:
                yield Token("unterminated", "template", position, line_break)
                return
            previous = Token("template", "`", position, line_break)
            yield previous
            if text[end] == "$":
                templates.append(0)
                position = end + 2
                previous = Token("operator", "${", end, False)
                yield previous
            else:
                position = end + 1
            line_break = False
            continue
        if templates:
            if match.group() == "{":
                templates[-1] += 1
            elif match.group() == "}":
                templates[-1] -= 1
        previous = Token(kind, match.group(), position, line_break)
        yield previous
        position, line_break = match.end(), False
    if templates:
        yield Token("unterminated", "template", len(text) - 1, line_break)


def _template_end(text: str, position: int) -> int:
    """Where a template goes over into `${`, or ends; negative where it does not."""
    match = _TEMPLATE_TEXT.match(text, position)
    end = match.end() if match is not None else position
    return end if end < len(text) and text[end] in "`$" else -1


def _regex_may_start(previous: Token | None) -> bool:
    if previous is None:
        return True
    if previous.kind == "name":
        return previous.text in _KEYWORDS
    if previous.kind == "close":
        return previous.text == "}"
    return previous.kind in ("operator", "open") and previous.text not in ("++", "--")
