"""What is known of a value without running the program.

A value is symbolic: a constant, a part of the request, a row of a table, the result of a call that nobody knows.
`origins` lists what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Union

import msgspec

from analyzer.facts.typescript import Class, Node


class _Made(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A value. Two are equal that are made of the same, wherever they were read: `at` does not count."""

    _aside: ClassVar[str] = "at"  # the field that does not count

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, _Made) and type(self) is type(other) and _key(self) == _key(other))

    def __ne__(self, other: object) -> bool:  # a Struct's own does not ask `__eq__`
        return not self == other

    def __hash__(self) -> int:
        return hash(_key(self))


def _key(made: _Made) -> tuple[object, ...]:
    aside = made._aside
    return tuple([getattr(made, name) for name in made.__struct_fields__ if name != aside])


class Site(msgspec.Struct, frozen=True, gc=False):
    """A node with the path of its module."""

    path: str
    node: Node

    def __repr__(self) -> str:
        return f"{self.path}:{self.node.start}-{self.node.end}"

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells sites apart: the stretch of the text."""
        return self.path, self.node.start, self.node.end


class Known(_Made, frozen=True, eq=False, gc=False):
    """A constant. `None` is `null`."""

    value: str | int | float | bool | None
    at: Site | None = None


class Undefined(_Made, frozen=True, eq=False, gc=False):
    at: Site | None = None


EnvironmentReader = Literal["Deno.env", "process.env", "import.meta.env", "Bun.env", "import"]


class Environment(_Made, frozen=True, eq=False, gc=False):
    """A setting read from the environment. `name` is absent where it is computed: then `computed` is its value."""

    name: str | None
    how: EnvironmentReader
    computed: Value | None = None
    at: Site | None = None


RequestPart = Literal[
    "request", "headers", "header", "body", "query", "url", "method", "parameter", "cookie", "context", "form"
]


class Request(_Made, frozen=True, eq=False, gc=False):
    """Something that the caller of a handler chooses.

    `path` leads to it: `("items", "id")` of the body, `("authorization",)` of a header (in lower case), a query
    parameter. Positions in arrays are left out. An element of `path` is `None` where it is computed.
    """

    part: RequestPart
    path: tuple[str | None, ...] = ()
    at: Site | None = None


class User(_Made, frozen=True, eq=False, gc=False):
    """The user whom Supabase Auth has verified, or with `path` a part of it (`("id",)`).

    `how` is the call: `getUser`, `getClaims`, or `withSupabase`. `getSession` is not verified on a server.
    """

    how: Literal["getUser", "getClaims", "getSession", "withSupabase"]
    path: tuple[str, ...] = ()
    at: Site | None = None


class Outcome(_Made, frozen=True, eq=False, gc=False):
    """What an Auth, Storage or Functions call of a Supabase client gives: `{ data, error }` or with `path` a part."""

    client: Client
    area: Literal["auth", "storage", "functions", "realtime"]
    method: str  # `getUser`, `admin.createUser`, `upload`, `invoke` ...
    arguments: tuple[Value, ...]
    path: tuple[str, ...] = ()
    at: Site | None = None


KeyClass = Literal["anon", "service", "user", "service+user", "unknown"]


class Client(_Made, frozen=True, eq=False, gc=False):
    """A Supabase client."""

    url: Value
    key: Value
    options: Value | None
    factory: str  # `createClient`, `createBrowserClient`, `createServerClient` ...
    schema: str = ""  # chosen with `.schema(...)` or in the options
    role: Literal["", "anon", "service", "user"] = ""  # where it does not come from a key, as with `withSupabase`
    at: Site | None = None


class Step(_Made, frozen=True, eq=False, gc=False):
    """A method called on a query: `eq`, `select`, `single` ... `maybe` where only some paths call it."""

    _aside: ClassVar[str] = "maybe"

    name: str
    arguments: tuple[Value, ...]
    at: Site
    maybe: bool = False


class Builder(msgspec.Struct, frozen=True, gc=False):
    """A query: `client.from(table)` or `client.rpc(function)` with the methods called on it."""

    client: Client
    kind: Literal["from", "rpc"]
    target: Value  # the table's or function's name
    steps: tuple[Step, ...]
    at: Site  # the call of `from` or `rpc`
    arguments: tuple[Value, ...] = ()  # of `rpc`, behind the name


class Row(_Made, frozen=True, eq=False, gc=False):
    """What a query gives: `part` is `data` (with `path` a column), `error`, `count` or `status`."""

    query: Builder
    part: str
    path: tuple[str | None, ...] = ()
    at: Site | None = None


class Concatenation(_Made, frozen=True, eq=False, gc=False):
    """Strings joined, in order."""

    parts: tuple[Value, ...]
    at: Site | None = None


class ObjectValue(_Made, frozen=True, eq=False, gc=False):
    """An object. `maybe` names the keys that only some paths set; `rest` are spreads that could not be looked into."""

    entries: dict[str, Value]
    maybe: frozenset[str] = frozenset()
    rest: tuple[Value, ...] = ()
    at: Site | None = None

    @property
    def complete(self) -> bool:
        """Whether no other key is possible."""
        return not self.rest


class ArrayValue(_Made, frozen=True, eq=False, gc=False):
    """An array; `complete` where no other element is possible."""

    elements: tuple[Value, ...]
    complete: bool = True
    at: Site | None = None


Choice = Literal["||", "??", "&&", "?:", "=", "default", "return", "call"]


class Either(_Made, frozen=True, eq=False, gc=False):
    """One of several values, in the order of preference; `how` is what chooses."""

    options: tuple[Value, ...]
    how: Choice
    at: Site | None = None


class FunctionValue(_Made, frozen=True, eq=False, gc=False):
    """A function of the program."""

    path: str
    function: int
    at: Site | None = None


class Instance(_Made, frozen=True, eq=False, gc=False):
    """An object of a class of the program, or with `static` the class itself."""

    path: str
    cls: Class
    static: bool
    at: Site | None = None


class Namespace(_Made, frozen=True, eq=False, gc=False):
    """All that a module of the program exports."""

    path: str
    at: Site | None = None


class External(_Made, frozen=True, eq=False, gc=False):
    """Something a package exports; `name` is `default`, `*`, or its exported name."""

    package: str
    version: str
    name: str
    at: Site | None = None


class Global(_Made, frozen=True, eq=False, gc=False):
    """A name of the language or runtime, with what is read of it: `Deno.serve`, `Math.random`."""

    name: str
    at: Site | None = None


class Parameter(_Made, frozen=True, eq=False, gc=False):
    """A parameter of a function, before the callers are looked at."""

    path: str
    function: int
    index: int
    type: str
    at: Site | None = None


class MemberOf(_Made, frozen=True, eq=False, gc=False):
    """A property of something that is not understood; `key` is `None` where it is computed or a position."""

    object: Value
    key: str | None
    at: Site | None = None


class Called(_Made, frozen=True, eq=False, gc=False):
    """The result of a call that is not understood; `new` for a constructor."""

    callee: Value
    arguments: tuple[Value, ...]
    new: bool = False
    at: Site | None = None


class Operation(_Made, frozen=True, eq=False, gc=False):
    """The result of an operator: a comparison, arithmetic, `!`, `typeof` ..."""

    operator: str
    operands: tuple[Value, ...]
    at: Site | None = None


class Unknown(_Made, frozen=True, eq=False, gc=False):
    why: str
    at: Site | None = None


Value = Union[  # noqa: UP007
    Known,
    Undefined,
    Environment,
    Request,
    User,
    Outcome,
    Client,
    Builder,
    Row,
    Concatenation,
    ObjectValue,
    ArrayValue,
    Either,
    FunctionValue,
    Instance,
    Namespace,
    External,
    Global,
    Parameter,
    MemberOf,
    Called,
    Operation,
    Unknown,
]

_SIMPLE = frozenset(
    {Known, Undefined, Environment, Request, User, FunctionValue, Instance, Namespace, External, Global, Parameter}
)
_MAX_COMPARED = 3  # levels; values share parts, so that a full comparison can take very long


def same(one: Value, other: Value, depth: int = 0) -> bool:
    """Whether two values are the same, as far as is worth looking: further down, what was read at one place is."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if type(one) in _SIMPLE:
        return one == other
    if depth >= _MAX_COMPARED:
        return one.at == other.at
    match one, other:
        case Builder(), Builder():
            return (
                one.at == other.at
                and [step.at for step in one.steps] == [step.at for step in other.steps]
                and same(one.target, other.target, depth + 1)
            )
        case Row(), Row():
            return (one.part, one.path) == (other.part, other.path) and same(one.query, other.query, depth + 1)
        case Client(), Client():
            return (one.at, one.role, one.schema) == (other.at, other.role, other.schema) and same(
                one.key, other.key, depth + 1
            )
        case Outcome(), Outcome():
            return (one.at, one.path) == (other.at, other.path)
        case ObjectValue(), ObjectValue() if one.entries.keys() != other.entries.keys():
            return False
        case MemberOf(), MemberOf() if one.key != other.key:
            return False
        case Operation(), Operation() if one.operator != other.operator:
            return False
        case Unknown(), Unknown():
            return one.why == other.why and one.at == other.at
    ours, theirs = parts(one), parts(other)
    return len(ours) == len(theirs) and all(
        same(mine, other_part, depth + 1) for mine, other_part in zip(ours, theirs, strict=True)
    )


MAX_OPTIONS = 12  # of an Either; where there are more, the last is unknown
_MAX_ORIGINS = 400  # values looked at for one answer


def either(options: Sequence[Value], how: Choice, at: Site | None = None) -> Value:
    """One of the options; nested choices are joined, equal ones dropped."""
    if len(options) == 1:
        return options[0]
    flat: list[Value] = []
    for option in options:
        for one in option.options if isinstance(option, Either) else (option,):
            if len(flat) <= MAX_OPTIONS and not any(same(one, other) for other in flat):
                flat.append(one)
    if len(flat) == 1:
        return flat[0]
    if not flat:
        return Unknown("no value", at)
    if len(flat) > MAX_OPTIONS:
        flat = [*flat[:MAX_OPTIONS], Unknown("more choices", at)]
    return Either(tuple(flat), how, at)


def options(value: Value) -> tuple[Value, ...]:
    """The values that it may be."""
    return value.options if isinstance(value, Either) else (value,)


def parts(value: Value) -> tuple[Value, ...]:
    """The values that a value is directly made of."""
    match value:
        case Concatenation(parts=inner):
            return inner
        case ObjectValue(entries=entries, rest=rest):
            return (*entries.values(), *rest)
        case ArrayValue(elements=inner) | Either(options=inner) | Operation(operands=inner):
            return inner
        case MemberOf(object=inner_value):
            return (inner_value,)
        case Called(callee=callee, arguments=inner):
            return (callee, *inner)
        case Environment(computed=computed) if computed is not None:
            return (computed,)
    return ()


def origins(value: Value) -> Iterator[Value]:
    """All values that a value is made of, itself first."""
    waiting = [value]
    for _ in range(_MAX_ORIGINS):
        if not waiting:
            return
        current = waiting.pop()
        yield current
        waiting.extend(reversed(parts(current)))


def text_of(value: Value) -> str | None:
    """The string that a value certainly is."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    return None


def texts_of(value: Value) -> tuple[str, ...]:
    """All strings that a value may be, where it is certainly a string from a known set; else nothing."""
    found = [text_of(option) for option in options(value)]
    return tuple(text for text in found if text is not None) if None not in found else ()
