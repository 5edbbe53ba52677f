"""The Markdown of a rule -> small repositories with the findings that they expect.

A fenced block whose info string carries a path is a file; the blocks below one heading form one repository.
Below a line, carets with a message expect a finding there; tildes with a message, a related place:

    ```sql supabase/migrations/20250101000000_init.sql
    create policy open on orders using (true);
                  ^^^^ the policy `open` admits everybody
    ```

A block marked `fixed` is the file after the fix. For rules that compare two states, a block marked `new` is a file that
the branch adds, and one marked `base` a file as it was before; all others are the same in both. `[[...]]` stands for a
fake key (see `expand`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from analyzer.finding import Finding
from analyzer.source import Span

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<language>[\w.+-]*)(?:[ \t]+(?P<path>\S+))?(?:[ \t]+(?P<mark>fixed|new|base))?[ \t]*$"
)
_MARK = re.compile(r"^(?P<indent>\s*)(?P<marks>\^+|~+)(?: (?P<message>\S.*))?$")
_PLACEHOLDER = re.compile(r"\[\[(?P<kind>[a-z0-9]+)(?::(?P<argument>[\w-]+))?\]\]")
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Example:
    """A tiny repository of a rule's page, with the annotations that its files carry."""

    heading: str  # the headings above it, from the outermost: `Bad`, `Good / With a helper`
    line: int  # of the heading, from 1
    annotated: dict[str, str] = field(default_factory=dict)  # path -> text with carets
    fixed: dict[str, str] = field(default_factory=dict)  # path -> text after the fix
    before: dict[str, str] = field(default_factory=dict)  # path -> text before the change, where it differs
    new: set[str] = field(default_factory=set)  # paths that the change adds

    @property
    def kind(self) -> Literal["bad", "good", "other"]:
        first = self.heading.split(" / ")[0].lower()
        return "bad" if first.startswith("bad") else "good" if first.startswith("good") else "other"

    @property
    def files(self) -> dict[str, str]:
        """Path -> text, without annotations, placeholders not yet expanded."""
        return {path: without_annotations(text) for path, text in self.annotated.items()}

    @property
    def base(self) -> dict[str, str] | None:
        """The files before the change; None where the example shows no change."""
        if not self.before and not self.new:
            return None
        return {path: text for path, text in self.files.items() if path not in self.new} | self.before

    @property
    def shows_related(self) -> bool:
        return any(
            match["marks"].startswith("~")
            for text in self.annotated.values()
            for row in text.split("\n")
            if (match := _MARK.match(row)) and match["message"]
        )


def examples(markdown: str) -> Iterator[Example]:
    """The examples in a rule's page or its file of edge cases, in order."""
    headings: list[str] = []
    example = Example("", 1)
    rows = iter(enumerate(markdown.split("\n"), start=1))
    for number, row in rows:
        if row.startswith("#"):
            if example.annotated:
                yield example
            level = len(row) - len(row.lstrip("#"))
            headings = [*headings[: max(level - 2, 0)], row.lstrip("#").strip()]
            example = Example(" / ".join(headings), number)
        elif fence := _FENCE.match(row):
            block: list[str] = []
            for _, inner in rows:
                if inner.rstrip() == fence["fence"]:
                    break
                block.append(inner)
            if fence["path"]:
                target = {"fixed": example.fixed, "base": example.before}.get(fence["mark"], example.annotated)
                target[fence["path"]] = "\n".join(block) + "\n"
                if fence["mark"] == "new":
                    example.new.add(fence["path"])
    if example.annotated:
        yield example


def without_annotations(text: str) -> str:
    return "\n".join(row for row in text.split("\n") if not _is_annotation(row))


def _is_annotation(row: str) -> bool:
    match = _MARK.match(row)
    return match is not None and (match["message"] is not None or len(match["marks"]) > 1)


def annotate(files: Mapping[str, str], findings: Iterable[Finding], *, related: bool) -> dict[str, str]:
    """`files` (placeholders not expanded) with a line of carets below each line that a finding is on.

    `findings` are those of the expanded files. Of a span of several lines the first is marked.
    """
    marks: dict[str, dict[int, list[tuple[int, int, str, str]]]] = {}
    for finding in findings:
        places = [("^", finding.span, finding.message)]
        if related:
            places += [("~", place.span, place.message) for place in (*finding.related, *finding.flow)]
        for sign, span, message in places:
            row = files.get(span.path, "").split("\n")[span.line - 1 : span.line]
            start, end = _columns(row[0] if row else "", span)
            marks.setdefault(span.path, {}).setdefault(span.line, []).append((start, end, sign, message))
    return {path: "\n".join(_marked(text, marks.get(path, {}))) for path, text in files.items()}


def _columns(row: str, span: Span) -> tuple[int, int]:
    expanded, offsets = _expand_row(row)
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(expanded)
    return offsets[min(start, len(expanded))][0], offsets[min(max(end - 1, start), len(expanded))][1]


def _marked(text: str, marks: Mapping[int, list[tuple[int, int, str, str]]]) -> Iterator[str]:
    for number, row in enumerate(text.split("\n"), start=1):
        yield row
        for start, end, sign, message in sorted(set(marks.get(number, ()))):
            indent = "".join("\t" if character == "\t" else " " for character in row[:start].ljust(start))
            yield f"{indent}{sign * max(end - start, 1)} {message}"


def expand(text: str) -> str:
    """`text` with every placeholder replaced by a fake key, always the same one for the same placeholder.

    Keys that look real would set off other scanners and push protection wherever this repository is kept, so
    examples and the sample write `[[alnum:24]]` (letters and digits), `[[hex:40]]`, `[[base64:32]]` (of that
    many bytes) and `[[jwt:service_role]]` (a token with that role; `anon`, or `demo-service_role` with the
    issuer of the local stack).
    """
    return _PLACEHOLDER.sub(_fake, text)


def _fake(match: re.Match[str]) -> str:
    kind, argument = match["kind"], match["argument"] or ""
    seed = _stream(match[0])
    if kind == "alnum":
        return "".join(_ALPHANUMERIC[next(seed) % len(_ALPHANUMERIC)] for _ in range(int(argument)))
    if kind == "hex":
        return "".join("0123456789abcdef"[next(seed) % 16] for _ in range(int(argument)))
    if kind == "base64":
        return base64.b64encode(bytes(next(seed) for _ in range(int(argument)))).decode()
    if kind == "jwt":
        return _fake_jwt(argument, bytes(next(seed) for _ in range(32)))
    return match[0]


def _fake_jwt(argument: str, signature: bytes) -> str:
    role = argument.removeprefix("demo-")
    payload: dict[str, str | int] = {"iss": "supabase-demo"} if role != argument else {"iss": "supabase"}
    if role == argument:
        payload["ref"] = "abcdefghijklmnopqrst"
    payload |= {"role": role, "iat": 1700000000, "exp": 2015360000}
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "HS256", "typ": "JWT"}, payload))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, signature))


def _stream(seed: str) -> Iterator[int]:
    block = hashlib.sha256(seed.encode()).digest()
    while True:
        yield from block
        block = hashlib.sha256(block).digest()


def _expand_row(row: str) -> tuple[str, list[tuple[int, int]]]:
    """The expanded row and, for each of its columns from 0 and the end, the columns of `row` that it stands for."""
    expanded: list[str] = []
    offsets: list[tuple[int, int]] = []
    position = 0
    for match in _PLACEHOLDER.finditer(row):
        offsets += [(column, column + 1) for column in range(position, match.start())]
        fake = _fake(match)
        offsets += [match.span()] * len(fake)
        expanded += [row[position : match.start()], fake]
        position = match.end()
    offsets += [(column, column + 1) for column in range(position, len(row) + 1)]
    return "".join([*expanded, row[position:]]), offsets
