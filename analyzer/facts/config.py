"""What configuration files, environment files, workflows, scripts and documents say.

Names and values of variables are kept as they stand in the file, since rules must tell a placeholder from a key;
whatever leaves the analysis goes through the masking of the reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

import msgspec

from analyzer.source import Span

# --- TOML and JSON ---------------------------------------------------------------------------------------------

Scalar = str | int | float | bool | None
ValueKind = Literal["string", "integer", "float", "boolean", "datetime", "array", "table", "null", "invalid"]


class Value(msgspec.Struct, frozen=True):
    """A value of a TOML or JSON file. `scalar` is None for arrays, tables and what could not be read."""

    kind: ValueKind
    scalar: Scalar
    span: Span
    items: tuple[Value, ...] = ()  # of an array, in order

    @property
    def text(self) -> str | None:
        """The string, if it is one."""
        return self.scalar if self.kind == "string" and isinstance(self.scalar, str) else None

    @property
    def texts(self) -> tuple[str, ...]:
        """The strings of an array (or the one string, which the Supabase CLI accepts in its place)."""
        if self.kind == "string":
            return (str(self.scalar),)
        return tuple(str(item.scalar) for item in self.items if item.kind == "string")


class Entry(msgspec.Struct, frozen=True):
    """One key of a TOML or JSON file, at its full path. An inline table is an entry, and so are its keys."""

    path: tuple[str, ...]  # as written; an element of an array of tables counts as its index, "0"
    key: Span  # of the last part of the path
    value: Value

    @property
    def span(self) -> Span:
        """From the start of the key to the end of the value."""
        return msgspec.structs.replace(
            self.key, end_line=self.value.span.end_line, end_column=self.value.span.end_column
        )


class Section(msgspec.Struct, frozen=True):
    """A `[table]` or `[[table]]` heading."""

    path: tuple[str, ...]  # as written
    span: Span  # of the heading, brackets included
    end: Span  # empty, behind the last entry of the section (or the heading): where a key is added


class Problem(msgspec.Struct, frozen=True):
    """A place where a file breaks its own grammar."""

    span: Span
    message: str


class Toml(msgspec.Struct, frozen=True, tag="toml", dict=True):
    """A TOML file; what a broken one still holds is here too.

    Letter case of paths does not matter, since the Supabase CLI folds all keys.
    https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go (viper)
    """

    path: str
    entries: tuple[Entry, ...]
    sections: tuple[Section, ...]
    end: Span  # empty, behind the last character: where a section is added
    problem: Problem | None = None  # the first error that a TOML reader would stop at

    def get(self, *path: str) -> Entry | None:
        """The entry at `path`; of several, which TOML forbids, the last."""
        return self._entries.get(folded(path))

    def below(self, *path: str) -> Iterator[Entry]:
        """All entries whose path continues `path`."""
        wanted = folded(path)
        size = len(wanted)
        if wanted in self._names:
            yield from (
                entry for entry in self.entries if len(entry.path) > size and folded(entry.path[:size]) == wanted
            )

    def section(self, *path: str) -> Section | None:
        """The heading of the table at `path`."""
        return self._sections.get(folded(path))

    def names(self, *path: str) -> tuple[str, ...]:
        """The keys right below the table at `path`, as written, in the order of the file."""
        return tuple(self._names.get(folded(path), {}).values())

    @cached_property
    def _entries(self) -> dict[tuple[str, ...], Entry]:
        return {folded(entry.path): entry for entry in self.entries}

    @cached_property
    def _sections(self) -> dict[tuple[str, ...], Section]:
        return {folded(section.path): section for section in reversed(self.sections)}

    @cached_property
    def _names(self) -> dict[tuple[str, ...], dict[str, str]]:
        """The keys below each table, folded and as written."""
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for _, path in sorted(
            [(entry.key, entry.path) for entry in self.entries]
            + [(section.span, section.path) for section in self.sections]
        ):
            key = folded(path)
            for depth in range(len(path)):
                found.setdefault(key[:depth], {}).setdefault(key[depth], path[depth])
        return found

    def remote(self, name: str) -> Toml:
        """The file as the CLI reads it for `[remotes.<name>]`: its keys lie over the base, lists are replaced whole.

        Seeding is off there unless the remote switches it on, which this does not add.
        https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go (mergeRemoteConfig)
        """
        depth = 2
        over = [msgspec.structs.replace(entry, path=entry.path[depth:]) for entry in self.below("remotes", name)]
        hidden = {folded(entry.path) for entry in over}
        base = [
            entry for entry in self.entries if entry.path[0].lower() != "remotes" and folded(entry.path) not in hidden
        ]
        return msgspec.structs.replace(self, entries=(*base, *over))


def folded(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path as the Supabase CLI reads it."""
    return tuple(part.lower() for part in path)


JsonKind = Literal["package", "deno", "import-map", "tsconfig", "other"]


class Json(msgspec.Struct, frozen=True, tag="json"):
    """A JSON file, comments and trailing commas allowed: package.json, deno.json(c), import maps, tsconfig."""

    path: str
    kind: JsonKind
    entries: tuple[Entry, ...]
    scripts: tuple[NamedScript, ...] = ()  # of package.json `scripts` and deno.json `tasks`
    problem: Problem | None = None

    def get(self, *path: str) -> Entry | None:
        for entry in self.entries:
            if entry.path == path:
                return entry
        return None

    def below(self, *path: str) -> Iterator[Entry]:
        """All entries whose path continues `path`."""
        size = len(path)
        return (entry for entry in self.entries if len(entry.path) > size and entry.path[:size] == path)


# --- environment files -----------------------------------------------------------------------------------------

EnvValueKind = Literal["empty", "placeholder", "public", "encrypted", "reference", "local", "value"]


class EnvEntry(msgspec.Struct, frozen=True):
    """`NAME=value` in an environment file.

    `kind` says how far the value is from a secret: nothing there, a placeholder (`your-key-here`), public by its form
    (a publishable key), encrypted (dotenvx), made of other variables only, of this machine only (localhost, the CLI's
    fixed local keys), or a value that stands for itself.
    """

    name: str
    value: str
    kind: EnvValueKind
    key: Span
    span: Span  # of the value, without its quotes
    exported: bool = False
    commented: bool = False  # `# NAME=value`: documents an optional variable


class EnvFile(msgspec.Struct, frozen=True, tag="env"):
    """A `.env*` file."""

    path: str
    entries: tuple[EnvEntry, ...]
    environment: str  # `production` of `.env.production.local`; "" of `.env`
    example: bool  # `.env.example`, `.env.sample`, `.env.template`, `example.env`
    problems: tuple[Problem, ...] = ()

    def get(self, name: str) -> EnvEntry | None:
        """The entry that counts: the last one that is not commented out."""
        found = None
        for entry in self.entries:
            if entry.name == name and not entry.commented:
                found = entry
        return found


# --- scripts ---------------------------------------------------------------------------------------------------

Shell = Literal["sh", "powershell", "batch"]
NameOrigin = Literal["shell", "secrets", "vars", "env", "inputs"]


class Word(msgspec.Struct, frozen=True):
    """A word of a command, quotes taken off. `text` keeps `$NAME` as written where `literal` is false."""

    text: str
    literal: bool
    span: Span


class Flag(msgspec.Struct, frozen=True):
    """`--name`, `--name value` or `--name=value`."""

    name: str  # with its dashes
    value: Word | None
    span: Span  # of the flag, with its value


class SupabaseCall(msgspec.Struct, frozen=True):
    """A call of the Supabase CLI: `supabase functions deploy hello --no-verify-jwt`."""

    command: tuple[str, ...]  # ("functions", "deploy")
    arguments: tuple[Word, ...]
    flags: tuple[Flag, ...]
    span: Span  # of the whole command
    version: str | None = None  # `npx supabase@1.200.3` pins one

    def flag(self, *names: str) -> Flag | None:
        for flag in self.flags:
            if flag.name in names:
                return flag
        return None


class Assignment(msgspec.Struct, frozen=True):
    """A variable that a script sets: `NAME=value`, `export NAME=value`, `NAME=value command`, `$env:NAME = "value"`.

    A name that takes several values, as an array or in a `for` loop, has an assignment for each.
    """

    name: str
    value: Word | None
    exported: bool
    span: Span


class NameRead(msgspec.Struct, frozen=True):
    """A use of a variable: `$NAME`, `${{ secrets.NAME }}`, `$env:NAME`, `%NAME%`."""

    name: str
    origin: NameOrigin
    span: Span


class FunctionRequest(msgspec.Struct, frozen=True):
    """A request to an edge function, by curl or the like, written in a script."""

    function: str
    url: Word
    headers: tuple[Word, ...]
    span: Span


class Script(msgspec.Struct, frozen=True, tag="script"):
    """A stretch of shell: a file, a step of a workflow, a script of package.json."""

    path: str
    shell: Shell
    span: Span
    calls: tuple[SupabaseCall, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    reads: tuple[NameRead, ...] = ()
    requests: tuple[FunctionRequest, ...] = ()


class NamedScript(msgspec.Struct, frozen=True):
    """A script with the name it is called by."""

    name: str
    script: Script


# --- workflows -------------------------------------------------------------------------------------------------


class Setting(msgspec.Struct, frozen=True):
    """`NAME: value` of an `env:` or `with:` block. `value` is None where it is not a scalar."""

    name: str
    value: str | None
    key: Span
    span: Span  # of the value


class Step(msgspec.Struct, frozen=True):
    """A step of a job."""

    span: Span
    name: str = ""
    uses: str | None = None
    uses_span: Span | None = None
    settings: tuple[Setting, ...] = ()  # of `with:`
    env: tuple[Setting, ...] = ()
    run: Script | None = None


class Job(msgspec.Struct, frozen=True):
    """A job of a workflow; of GitLab and other systems, every entry that runs a script."""

    name: str
    span: Span
    env: tuple[Setting, ...] = ()
    environment: str | None = None  # the deployment environment, whose secrets it sees
    steps: tuple[Step, ...] = ()


CiSystem = Literal["github", "gitlab", "other"]


class Workflow(msgspec.Struct, frozen=True, tag="workflow"):
    """A continuous-integration file."""

    path: str
    system: CiSystem
    triggers: tuple[str, ...] = ()
    env: tuple[Setting, ...] = ()
    jobs: tuple[Job, ...] = ()
    reads: tuple[NameRead, ...] = ()  # every `${{ secrets.X }}`, `vars.X` and `env.X` of the file
    problem: Problem | None = None


# --- documents -------------------------------------------------------------------------------------------------


class Mention(msgspec.Struct, frozen=True):
    """The name of a variable in a document: set in a code block (`declared`), or named in `inline code`."""

    name: str
    declared: bool
    span: Span


StatementKind = Literal["heading", "text", "item", "head", "row", "code"]


class Statement(msgspec.Struct, frozen=True, array_like=True):
    """A paragraph, list item, row of a table or line of a code block, and what it stands below.

    `head` is the row that names the columns of a table. `above` is the position, among the document's statements, of
    what it stands below: a heading, a list item, a line that ends with a colon, the head of a table, or a line that
    opens a part of a code block.
    """

    kind: StatementKind
    line: int  # of its first line, from 1
    text: str  # whole lines, joined by `\n`
    above: int  # -1: nothing


class Document(msgspec.Struct, frozen=True, tag="document"):
    """A Markdown document: the variables that it names, the commands and values that it tells the reader."""

    path: str
    mentions: tuple[Mention, ...] = ()
    scripts: tuple[Script, ...] = ()  # of fenced shell blocks
    statements: tuple[Statement, ...] = ()  # those that may state a value


ConfigFact = Toml | Json | EnvFile | Script | Workflow | Document


def scripts_of(fact: ConfigFact) -> Iterator[Script]:
    """All shell that a file holds, wherever it stands in it."""
    match fact:
        case Script():
            yield fact
        case Json(scripts=named):
            yield from (item.script for item in named)
        case Workflow(jobs=jobs):
            yield from (step.run for job in jobs for step in job.steps if step.run is not None)
        case Document(scripts=scripts):
            yield from scripts
        case Toml() | EnvFile():
            return
