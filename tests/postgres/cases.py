"""The written corpus: small sets of migrations, with what a real PostgreSQL makes of each.

A case in `cases/*.md` is a heading that says a sentence about behaviour, fenced `sql` blocks and a list:

    ## A second CREATE TABLE of the same name fails

    ```sql 1_orders.sql
    create table orders (id int);
    create table orders (id int, total int);
    ```

    - `1_orders.sql:2` fails with `42P07`
    - leaves columns `public.orders.id` with `type` `integer`
    - leaves no columns `public.orders.total`

The word after `sql` is the file: a bare name lies in `supabase/migrations`, none at all is `1_case.sql`. Lines count in
the block, from 1. The failures that a case states are *all* its failures; what it leaves are samples, named by a kind
of the dump and by its identity joined with dots (`rows` are named by their table, and match by the cells that are given
as JSON). `- on 15, ...` limits a line to a major version, `- applied with `on_failure` `stop`` changes an option.
Whatever a case states, the whole dump is compared with the replay's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from .apply import MIGRATIONS, OnFailure, Options
from .catalogue import Dump, Json
from .compare import KINDS, named

FOLDER = Path(__file__).parent / "cases"

_FENCE = re.compile(r"```sql ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FAILS = re.compile(r"`([^`:]+):(\d+)` fails with `(\w{5})`")
_LEAVES = re.compile(r"leaves (no )?(\w+) `([^`]+)`(?: with (?:`(\w+)` )?`([^`]*)`)?")
_APPLIED = re.compile(r"applied with `(\w+)` `([^`]+)`")
_ON = re.compile(r"on (\d+), ")


@dataclass(frozen=True, slots=True)
class Leaves:
    """Something that is there afterwards, or is not."""

    kind: str
    name: str
    attribute: str | None
    value: str | None
    there: bool

    def holds(self, dump: Dump) -> bool:
        """Whether the dump agrees."""
        if self.kind == "rows":
            cells = cast("dict[str, Json]", json.loads(self.value or "{}"))
            rows = cast("dict[str, list[dict[str, Json]]]", dump["rows"]).get(self.name, [])
            return any(cells.items() <= row.items() for row in rows) is self.there
        found = named(dump, self.kind, self.name)
        if self.attribute is None or found is None:
            return (found is not None) is self.there
        normal = KINDS[self.kind].attributes[self.attribute]
        return (normal(found[self.attribute]) == normal(_value(self.value or ""))) is self.there


@dataclass(frozen=True, slots=True)
class Case:
    """One set of migrations with what it states; failures are (file, line, SQLSTATE)."""

    id: str
    title: str
    files: Mapping[str, str]
    failures: frozenset[tuple[str, int, str]] = frozenset()
    leaves: tuple[Leaves, ...] = ()
    options: Options = field(default_factory=Options)


def read(major: int) -> Iterator[Case]:
    """Every case of the corpus, as it reads for a major version of PostgreSQL."""
    for path in sorted(FOLDER.glob("*.md")):
        for number, text in enumerate(re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:], 1):
            yield _case(f"{path.stem}-{number:02}", text, major)


def _case(identity: str, text: str, major: int) -> Case:
    title = text.partition("\n")[0].strip()
    files = {_path(name): body for name, body in _FENCE.findall(text)}
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    case = Case(f"{identity}-{slug}", title, files)
    for line in _FENCE.sub("", text).splitlines():
        if line.startswith("- "):
            case = _with(case, line[2:].strip(), major)
    return case


def _with(case: Case, said: str, major: int) -> Case:
    if on := _ON.match(said):
        if int(on[1]) != major:
            return case
        said = said[on.end() :]
    if fails := _FAILS.fullmatch(said):
        return replace(case, failures=case.failures | {(_path(fails[1]), int(fails[2]), fails[3])})
    if leaves := _LEAVES.fullmatch(said):
        no, kind, name, attribute, value = leaves.groups()
        return replace(case, leaves=(*case.leaves, Leaves(kind, name, attribute, value, not no)))
    if applied := _APPLIED.fullmatch(said):
        return replace(case, options=_option(case.options, applied[1], applied[2]))
    raise ValueError(f"`{case.title}` states what no test reads: {said}")


def _option(options: Options, name: str, value: str) -> Options:
    match name:
        case "on_failure":
            return replace(options, on_failure=cast("OnFailure", value))
        case "seeds":
            return replace(options, seeds=(*options.seeds, value))
        case "expose":
            return replace(options, expose=value == "true")
    raise ValueError(f"`{name}` is no option: on_failure, seeds or expose")


def _path(name: str) -> str:
    name = name or "1_case.sql"
    return name if "/" in name else f"{MIGRATIONS}/{name}"


def _value(text: str) -> Json:
    try:
        return cast("Json", json.loads(text))
    except ValueError:
        return text
