"""Replaying files of SQL into a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from analyzer.database import privileges
from analyzer.database.deparse import deparse
from analyzer.database.executor import Executor, OnFailure, StopReplay
from analyzer.database.model import (
    AnyObject,
    BlindSpot,
    Change,
    Constraint,
    Failure,
    Function,
    Index,
    Place,
    Policy,
    Relation,
    Trigger,
)
from analyzer.database.platform import fresh
from analyzer.database.state import State
from analyzer.database.stored import Stored
from analyzer.database.types import formatted
from analyzer.database.values import Row
from analyzer.facts.sql import SqlFile
from analyzer.source import Lines, Span

_Answer = TypeVar("_Answer")
_Object = TypeVar("_Object", bound=AnyObject)


@dataclass(frozen=True)
class Database:
    """What the files build. Read `state` for objects by oid; the methods answer what is asked most."""

    state: State
    files: tuple[str, ...]
    same_before_sign_ups: bool = False  # whether it holds users, and nothing else depends on that
    _kept: dict[tuple[object, ...], object] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: tuple[object, ...], answer: Callable[[], _Answer]) -> _Answer:
        """The answer to a question about the database, worked out the first time that it is asked under this key."""
        if key not in self._kept:
            self._kept[key] = answer()
        return cast("_Answer", self._kept[key])

    @property
    def failures(self) -> Sequence[Failure]:
        """The statements that PostgreSQL rejects, in their order."""
        return self.state.failures

    @property
    def blind_spots(self) -> Sequence[BlindSpot]:
        """What could not be followed."""
        return self.state.blind_spots

    def span(self, place: Place) -> Span:
        """The place as a span; a place in a text that EXECUTE ran is that of the EXECUTE."""
        text = self.state.texts[place.file]
        for _ in range(32):
            if not isinstance(text, Place):
                break
            place = text
            text = self.state.texts[place.file]
        assert isinstance(text, Lines)
        return text.span(max(place.start, 0), max(place.end, 0))

    def relations(self, *kinds: str) -> Iterator[Relation]:
        """The relations of these kinds that the migrations made or that the platform has, in the order of their making."""  # noqa: E501
        every = self.once(("relations",), lambda: self._every(Relation))
        return (each for each in every if not kinds or each.kind in kinds)

    def _every(self, kind: type[_Object]) -> tuple[_Object, ...]:
        return tuple(each for each in self.state.objects.values() if isinstance(each, kind))

    def relation(self, schema: str, name: str) -> Relation | None:
        """The table, view or sequence of this name."""
        oid = self.state.names.get(("class", schema, name))
        found = self.state.objects.get(oid) if oid is not None else None
        return found if isinstance(found, Relation) else None

    def functions(self, schema: str | None = None, name: str | None = None) -> Iterator[Function]:
        """The functions, of one schema or one name where told so."""
        for each in self.once(("functions",), lambda: self._every(Function)):
            if (schema is None or each.schema == schema) and (name is None or each.name == name):
                yield each

    def policies(self, table: Relation) -> Iterator[Policy]:
        return self.state.policies_of(table.oid)

    def triggers(self, table: Relation) -> Iterator[Trigger]:
        return self.state.triggers_of(table.oid)

    def indexes(self, table: Relation) -> Iterator[Index]:
        return self.state.indexes_of(table.oid)

    def constraints(self, table: Relation) -> Iterator[Constraint]:
        return self.state.constraints_of(table.oid)

    def rows(self, table: Relation) -> Sequence[Row]:
        """The known rows of a table, in the order in which they were written."""
        return list(self.state.rows.get(table.oid, {}).values())

    def rows_unknown(self, table: Relation) -> str | None:
        """Why not all rows are known; None where they are."""
        return self.state.rows_unknown.get(table.oid)

    def history(self, obj: AnyObject) -> Sequence[Change]:
        """Who made and changed an object; nothing for one of the platform that nobody changed."""
        return self.state.history.get(obj.oid, ())

    def created(self, obj: AnyObject) -> Place | None:
        """The statement that made the object, or last replaced it."""
        for change in reversed(self.history(obj)):
            if change.kind == "created" or change.what == "replace":
                return change.place
        return None

    def text(self, stored: Stored | None) -> str | None:
        """A stored expression or query with the names that its objects have now."""
        return deparse(self.state, stored)

    def type_text(self, type_: object) -> str:
        return formatted(self.state, type_)  # type: ignore[arg-type]

    def allows(self, obj: AnyObject, role: str, privilege: str) -> bool:
        """Whether a role holds a privilege, by name, through PUBLIC or through membership."""
        return privileges.allows(self.state, obj, role, privilege)

    def own(self, obj: AnyObject) -> bool:
        """Whether the migrations made the object, rather than the platform or an extension."""
        if not self.state.history.get(obj.oid):
            return False
        return not from_extension(self.state, obj.oid)


class _UnknownRows(dict[int, str]):
    """Why the rows of tables are not known, with a note whether anything has asked about one of them."""

    def __init__(self, table: int, reasons: Mapping[int, str]) -> None:
        super().__init__(reasons)
        self.table = table
        self.asked = False

    def __contains__(self, table: object) -> bool:
        self.asked = self.asked or table == self.table
        return super().__contains__(table)

    def get(self, table: int, default: object = None) -> Any:
        self.asked = self.asked or table == self.table
        return super().get(table, default)


def before_sign_ups(database: Database) -> Database | None:
    """The same database where nobody has signed up yet, if its files never asked who has: as good as another replay."""
    if not database.same_before_sign_ups:
        return None
    state = copy(database.state)
    users = state.names.get(("class", "auth", "users"))
    state.rows_unknown = {table: why for table, why in state.rows_unknown.items() if table != users}
    return Database(state, database.files)


def from_extension(state: State, oid: int) -> bool:
    """Whether an extension brought the object."""
    return any(kind == "extension" for kind in state.dependencies.get(oid, {}).values())


@dataclass
class Replay:
    """A replay that can take back its last files: what an editor needs to replay only what changed."""

    state: State
    texts: dict[str, str] = field(default_factory=dict)
    marks: list[tuple[str, int, int, int, int, dict[int, object]]] = field(default_factory=list)

    def run(self, files: Iterable[SqlFile], on_failure: OnFailure = "statement") -> None:
        """Replays more files."""
        executor = Executor(self.state, self.texts)
        for file in files:
            state = self.state
            self.marks.append(
                (
                    file.path,
                    state.mark(),
                    len(state.failures),
                    len(state.blind_spots),
                    len(state.texts),
                    dict(state.sequences),
                )
            )
            try:
                executor.run_file(file, on_failure)
            except StopReplay:
                return

    def back_to(self, path: str) -> None:
        """Takes back the file of this path and all after it."""
        for position, (name, mark, failures, blind, texts, sequences) in enumerate(self.marks):
            if name == path:
                self.state.undo(mark)
                self.state.sequences.clear()
                self.state.sequences.update(sequences)
                del self.state.failures[failures:], self.state.blind_spots[blind:], self.state.texts[texts:]
                self.state.causes.clear()
                del self.marks[position:]
                return

    def database(self) -> Database:
        """The database as it is now; the next change of the replay changes it too."""
        return Database(self.state, tuple(mark[0] for mark in self.marks))


def replay(
    files: Sequence[SqlFile],
    *,
    major_version: int = 17,
    on_failure: OnFailure = "statement",
    exposed: bool = True,
    users_known: bool = True,
    texts: Mapping[str, str] | None = None,
) -> Database:
    """The database that the files build, in this order, on a fresh project.

    `exposed` says whether what `postgres` makes in `public` is granted to the API's roles by default; `users_known`
    that nobody has signed up yet, as after a reset; `texts` are the texts of the files, by path, for COPY's lines.
    """
    state = fresh(exposed=exposed, major=major_version)
    users = state.names.get(("class", "auth", "users"))
    signed_up = None
    if not users_known and users is not None:
        signed_up = state.rows_unknown = _UnknownRows(users, {**state.rows_unknown, users: "users sign up"})
    running = Replay(state, dict(texts or {}))
    running.run(files, on_failure)
    return replace(running.database(), same_before_sign_ups=signed_up is not None and not signed_up.asked)
