"""What people expect of their project, as `[expectations]` of `supalint.toml` states it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

Scalar = str | int | float | bool


class Rows(msgspec.Struct, frozen=True):
    """How many rows of a table meet `where`, and which columns are different in all of them."""

    line: int  # of supalint.toml, from 1
    table: str
    where: tuple[tuple[str, Scalar], ...] = ()
    count: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    unique: tuple[str, ...] = ()


class Values(msgspec.Struct, frozen=True):
    """What the texts of a column look like: regular expressions that are searched for, or a list."""

    line: int
    table: str
    column: str
    where: tuple[tuple[str, Scalar], ...] = ()
    matches: str = ""
    never: str = ""
    one_of: tuple[str, ...] = ()


class Entries(msgspec.Struct, frozen=True):
    """What an object of the code maps its keys to; with `property`, what that property of each entry is."""

    line: int
    file: str
    name: str
    values: tuple[tuple[str, Scalar], ...]
    property: str = ""
    exact: bool = False


class Columns(msgspec.Struct, frozen=True):
    """The columns that a table has, with their types as PostgreSQL calls them, and `not null` behind."""

    line: int
    table: str
    columns: tuple[tuple[str, str], ...]


class Settings(msgspec.Struct, frozen=True):
    """A setting that has to be read: by one of its names; `read_by` names functions that have to."""

    line: int
    any_of: tuple[str, ...]
    read_by: tuple[str, ...] = ()
    declared: bool = False


class VerifyJwt(msgspec.Struct, frozen=True):
    line: int
    function: str
    value: bool


class Calls(msgspec.Struct, frozen=True):
    """That a file or an edge function reaches one of several edge functions."""

    line: int
    caller: str
    any_of: tuple[str, ...]
    before: str = ""


class Statuses(msgspec.Struct, frozen=True):
    """The texts that a column may have, or that a list in the code holds."""

    line: int
    values: tuple[str, ...]
    column: str = ""
    file: str = ""
    name: str = ""


class Transitions(msgspec.Struct, frozen=True):
    """To which states a row may go on from each state."""

    line: int
    column: str
    allowed: tuple[tuple[str, tuple[str, ...]], ...]


class Access(msgspec.Struct, frozen=True):
    """What a role may, and may not, do with a table."""

    line: int
    table: str
    role: str
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()


class Expectations(msgspec.Struct, frozen=True):
    rows: tuple[Rows, ...] = ()
    values: tuple[Values, ...] = ()
    mappings: tuple[Entries, ...] = ()
    columns: tuple[Columns, ...] = ()
    env: tuple[Settings, ...] = ()
    verify_jwt: tuple[VerifyJwt, ...] = ()
    calls: tuple[Calls, ...] = ()
    statuses: tuple[Statuses, ...] = ()
    transitions: tuple[Transitions, ...] = ()
    access: tuple[Access, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)


LineOf = Callable[[tuple[str | int, ...]], int]


def expectations(content: object, line_of: LineOf) -> Expectations:
    """The expectations of a table that is known to be right; `line_of` tells where a key stands."""
    table = content if isinstance(content, Mapping) else {}

    def each(name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        entries = table.get(name)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping):
                yield line_of(("expectations", name, index)), entry

    verify = table.get("verify-jwt")
    return Expectations(
        rows=tuple(
            Rows(
                line,
                _text(one, "table"),
                _pairs(one, "where"),
                _number(one, "count"),
                _number(one, "at-least"),
                _number(one, "at-most"),
                _texts(one, "unique"),
            )
            for line, one in each("rows")
        ),
        values=tuple(
            Values(
                line,
                _text(one, "table"),
                _text(one, "column"),
                _pairs(one, "where"),
                _text(one, "matches"),
                _text(one, "never"),
                _texts(one, "one-of"),
            )
            for line, one in each("values")
        ),
        mappings=tuple(
            Entries(
                line,
                _text(one, "file"),
                _text(one, "name"),
                _pairs(one, "values"),
                _text(one, "property"),
                one.get("exact") is True,
            )
            for line, one in each("mappings")
        ),
        columns=tuple(
            Columns(line, _text(one, "table"), tuple((name, str(type_)) for name, type_ in _pairs(one, "columns")))
            for line, one in each("columns")
        ),
        env=tuple(
            Settings(line, _texts(one, "any-of"), _texts(one, "read-by"), one.get("declared") is True)
            for line, one in each("env")
        ),
        verify_jwt=tuple(
            VerifyJwt(line_of(("expectations", "verify-jwt", name)), name, value)
            for name, value in (verify.items() if isinstance(verify, Mapping) else ())
            if isinstance(value, bool)
        ),
        calls=tuple(
            Calls(line, _text(one, "from"), _texts(one, "any-of"), _text(one, "before")) for line, one in each("calls")
        ),
        statuses=tuple(
            Statuses(line, _texts(one, "values"), _text(one, "column"), _text(one, "file"), _text(one, "name"))
            for line, one in each("statuses")
        ),
        transitions=tuple(
            Transitions(line, _text(one, "column"), _lists(one, "allowed")) for line, one in each("transitions")
        ),
        access=tuple(
            Access(line, _text(one, "table"), _text(one, "role"), _texts(one, "may"), _texts(one, "may-not"))
            for line, one in each("access")
        ),
    )


def _text(entry: Mapping[str, object], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _number(entry: Mapping[str, object], key: str) -> int | None:
    value = entry.get(key)
    return value if isinstance(value, int) else None


def _texts(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = entry.get(key)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, Iterable) else ()


def _lists(entry: Mapping[str, object], key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    value = entry.get(key)
    lists = value if isinstance(value, Mapping) else {}
    return tuple((name, _texts(lists, name)) for name in lists)


def _pairs(entry: Mapping[str, object], key: str) -> tuple[tuple[str, Scalar], ...]:
    value = entry.get(key)
    pairs = value.items() if isinstance(value, Mapping) else ()
    return tuple((name, one) for name, one in pairs if isinstance(one, str | int | float | bool))
