"""What a rule says about the project."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.source import Span

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")  # worst first


class Place(msgspec.Struct, frozen=True):
    """Another place that a finding speaks of, with what is to be seen there."""

    span: Span
    message: str


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """Replaces the text of a span; an empty span inserts."""

    span: Span
    text: str


class Create(msgspec.Struct, frozen=True, tag="create"):
    """Writes a new migration `<timestamp>_<stem>.sql` into `folder`; the timestamp is given when it is applied."""

    folder: str
    stem: str
    text: str


class Rename(msgspec.Struct, frozen=True, tag="rename"):
    """Moves a file within the repository."""

    path: str
    new_path: str


class Fix(msgspec.Struct, frozen=True):
    """A change that makes a finding go away. A `safe` one cannot change what works."""

    title: str
    safe: bool
    changes: tuple[Edit | Create | Rename, ...]


class SplinterName(msgspec.Struct, frozen=True):
    """What Supabase's own linter would call a finding: `detail` tells apart what it says of one object."""

    lint: str
    schema: str
    object: str
    detail: str


class Finding(msgspec.Struct, frozen=True):
    """One mistake at one place.

    `subject` names what is wrong independently of its line (`public.orders`, `STRIPE_KEY`), so that the
    fingerprint survives moved code; where it is empty, the text of the line takes its place.
    `related` are other places that matter; `flow` are steps in order, from cause to effect.
    """

    rule: str
    severity: Severity
    span: Span
    message: str
    subject: str = ""
    related: tuple[Place, ...] = ()
    flow: tuple[Place, ...] = ()
    fix: Fix | None = None
    splinter: SplinterName | None = None


AccessKind = Literal[
    "row level security",
    "every row",
    "every row at once",
    "rows",
    "condition",
    "view",
    "function",
    "edge function",
    "schema",
    "bucket",
    "new table",
    "new function",
    "new edge function",
]


class AccessChange(msgspec.Struct, frozen=True):
    """What a branch lets people do, or keeps them from doing; `changes` where which of the two cannot be told.

    `span` is where the branch says so, `was` where the base says otherwise (in the text of the base).
    """

    direction: Literal["opens", "closes", "changes"]
    kind: AccessKind
    subject: str  # `public.orders`, a slug, a bucket
    text: str
    span: Span | None
    was: Span | None = None
    commands: tuple[str, ...] = ()  # on rows: `select`, `insert` ...


class Unknown(msgspec.Struct, frozen=True):
    """A place where a rule could not decide: counted as a blind spot, never reported as a finding."""

    rule: str
    span: Span
    why: str


class Unparsed(msgspec.Struct, frozen=True):
    """A stretch of a file that could not be read, with the reason; everything else of the file was."""

    span: Span
    why: str
