"""The objects of a replayed database. All are immutable; they refer to each other by oid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from analyzer.database.datatypes import DataType
from analyzer.database.stored import Stored
from analyzer.facts.sql import Body, Text
from analyzer.facts.sql_ddl import PartitionBound

Acl = Mapping[str, frozenset[str]]  # role (or `public`) -> privileges in lower case, `+` behind one with grant option


class Place(NamedTuple):
    """A stretch of a replayed file's text: the file's position in the replay, and code points from 0."""

    file: int
    start: int
    end: int


class Change(NamedTuple):
    """What a statement did to an object."""

    kind: Literal["created", "altered", "dropped"]
    place: Place
    what: str  # `add column`, `rename`, `enable row level security` ...


class Object(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every object has."""

    oid: int
    name: str


class Schema(Object, frozen=True):
    owner: str = "postgres"
    acl: Acl | None = None


class Column(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A column; `number` stays when others are dropped."""

    number: int
    name: str
    type: DataType
    not_null: bool = False
    default: Stored | None = None
    generated: Stored | None = None
    identity: Literal["", "always", "by default"] = ""
    sequence: int = 0  # of an identity column
    collation: str = ""
    inherited: int = 0  # from how many parents
    local: bool = True
    acl: Acl | None = None
    options: tuple[tuple[str, str | None], ...] = ()


RelationKind = Literal[
    "table",
    "partitioned",
    "foreign",
    "view",
    "materialized view",
    "sequence",
    "composite",
    "index",
    "partitioned index",
]


class Relation(Object, frozen=True, kw_only=True):
    """What pg_class holds, indexes excepted: they are `Index`."""

    schema: str
    kind: RelationKind
    owner: str = "postgres"
    acl: Acl | None = None
    columns: tuple[Column, ...] = ()
    next_number: int = 1
    rls: bool = False
    force_rls: bool = False
    persistence: Literal["", "temporary", "unlogged"] = ""
    options: tuple[tuple[str, str | None], ...] = ()
    query: Stored | None = None  # of a view
    parents: tuple[int, ...] = ()
    partition_of: int = 0
    partition_key: tuple[int | str, ...] = ()  # column numbers, or an expression's text
    partition_strategy: str = ""
    bound: tuple[str, ...] | None = None  # in words, for printing
    bound_node: PartitionBound | None = None
    of_type: int = 0
    row_type: int = 0
    server: str = ""
    populated: bool = True
    replica_identity: str = "default"

    def column(self, name: str) -> Column | None:
        for column in self.columns:
            if column.name == name:
                return column
        return None

    def numbered(self, number: int) -> Column:
        columns = self.columns
        if 0 < number <= len(columns) and columns[number - 1].number == number:
            return columns[number - 1]
        return next(column for column in columns if column.number == number)


class IndexKey(msgspec.Struct, frozen=True, gc=False):
    """One column or expression of an index."""

    column: int  # 0 for an expression
    expression: Stored | None = None
    operator_class: str = ""
    descending: bool = False
    nulls_first: bool = False
    collation: str = ""


class Index(Object, frozen=True, kw_only=True):
    schema: str
    table: int
    keys: tuple[IndexKey, ...]
    include: tuple[int, ...] = ()
    unique: bool = False
    primary: bool = False
    method: str = "btree"
    predicate: Stored | None = None
    nulls_not_distinct: bool = False
    constraint: int = 0
    exclusion: bool = False
    deferrable: bool = False
    parent: int = 0
    kind: str = "index"
    owner: str = "postgres"


ConstraintKind = Literal["primary key", "unique", "foreign key", "check", "exclude", "trigger"]


class Constraint(Object, frozen=True, kw_only=True):
    schema: str
    table: int = 0
    domain: int = 0
    kind: ConstraintKind
    columns: tuple[int, ...] = ()
    expression: Stored | None = None
    referenced: int = 0
    referenced_columns: tuple[int, ...] = ()
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    match: str = ""
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True
    index: int = 0
    no_inherit: bool = False
    inherited: int = 0
    local: bool = True
    parent: int = 0


class Policy(Object, frozen=True, kw_only=True):
    table: int
    permissive: bool
    command: Literal["all", "select", "insert", "update", "delete"]
    roles: tuple[str, ...]  # `public` stands for all
    using: Stored | None
    check: Stored | None


class Transition(msgspec.Struct, frozen=True, gc=False):
    """A table of the rows as they were, or are, that a trigger function reads."""

    name: str
    new: bool


class Trigger(Object, frozen=True, kw_only=True):
    table: int
    function: int  # 0 for one of PostgreSQL's own
    builtin: str = ""  # the name of one of PostgreSQL's own functions
    timing: Literal["before", "after", "instead of"]
    events: tuple[str, ...]
    columns: tuple[int, ...] = ()
    row: bool = False
    when: Stored | None = None
    enabled: str = "O"  # O origin, D disabled, R replica, A always
    constraint: int = 0
    arguments: tuple[str, ...] = ()
    parent: int = 0
    transitions: tuple[Transition, ...] = ()


class Rule(Object, frozen=True, kw_only=True):
    table: int
    event: str
    instead: bool


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """A parameter of a function, or a column of RETURNS TABLE."""

    mode: Literal["in", "out", "inout", "variadic", "table"]
    name: str
    type: DataType
    default: Stored | None = None


class Function(Object, frozen=True, kw_only=True):
    schema: str
    kind: Literal["function", "procedure", "aggregate", "window"]
    parameters: tuple[Parameter, ...]
    returns: DataType
    returns_set: bool = False
    language: str = "sql"
    volatility: Literal["immutable", "stable", "volatile"] = "volatile"
    security_definer: bool = False
    strict: bool = False
    leakproof: bool = False
    parallel: str = "unsafe"
    settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    owner: str = "postgres"
    acl: Acl | None = None
    definition: Text | None = None
    body: Body | None = None
    stored_body: Stored | None = None  # of BEGIN ATOMIC
    file: int = -1  # whose text the body stands in

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.mode in ("in", "inout", "variadic"))

    @property
    def outputs(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.mode in ("out", "inout", "table"))

    @property
    def identity(self) -> tuple[DataType, ...]:
        return tuple(parameter.type.bare for parameter in self.inputs)


class Type(Object, frozen=True, kw_only=True):
    schema: str
    kind: Literal["base", "shell", "pseudo", "enum", "domain", "composite", "range", "multirange"]
    category: str = "U"
    preferred: bool = False
    base: DataType | None = None  # of a domain; the subtype of a range
    labels: tuple[str, ...] = ()
    relation: int = 0  # of a composite type
    not_null: bool = False
    default: Stored | None = None
    owner: str = "postgres"
    acl: Acl | None = None
    partner: int = 0  # a range's multirange, and back


class Role(Object, frozen=True, kw_only=True):
    login: bool = False
    superuser: bool = False
    bypass_rls: bool = False
    inherit: bool = True
    create_role: bool = False
    create_database: bool = False
    replication: bool = False
    member_of: tuple[str, ...] = ()
    settings: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Extension(Object, frozen=True, kw_only=True):
    schema: str
    version: str = ""


class PublishedTable(msgspec.Struct, frozen=True, gc=False):
    table: int
    columns: tuple[int, ...] = ()
    where: Stored | None = None


class Publication(Object, frozen=True, kw_only=True):
    all_tables: bool = False
    tables: tuple[PublishedTable, ...] = ()
    schemas: tuple[str, ...] = ()
    owner: str = "postgres"


class EventTrigger(Object, frozen=True, kw_only=True):
    event: str
    tags: tuple[str, ...]
    function: int
    enabled: str = "O"
    owner: str = "postgres"


class OperatorObject(Object, frozen=True, kw_only=True):
    """An operator that is not PostgreSQL's own."""

    schema: str
    left: DataType | None
    right: DataType
    result: DataType
    function: int = 0
    owner: str = "postgres"


class OperatorClassObject(Object, frozen=True, kw_only=True):
    """An operator class that is not PostgreSQL's own."""

    schema: str
    method: str
    type: DataType
    default: bool
    owner: str = "postgres"


class CastObject(Object, frozen=True, kw_only=True):
    source: DataType
    target: DataType
    context: str
    function: int = 0


class Other(Object, frozen=True, kw_only=True):
    """An object of which only the name matters: a language, a server, a collation, statistics, a text search dictionary."""  # noqa: E501

    kind: str
    schema: str = ""
    table: int = 0
    owner: str = "postgres"


AnyObject = (
    Schema
    | Relation
    | Index
    | Constraint
    | Policy
    | Trigger
    | Rule
    | Function
    | Type
    | Role
    | Extension
    | Publication
    | EventTrigger
    | OperatorObject
    | OperatorClassObject
    | CastObject
    | Other
)


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that PostgreSQL rejects.

    `place` is the statement's; `token` that of the name or value at fault. `cause` is the earlier failure that this one
    follows from, as its position in the list of failures, where there is one. `inner` is set for an error inside a
    DO block or a called function: then `token` is where it happened.
    """

    sqlstate: str
    message: str
    place: Place
    token: Place
    statement: str  # `create policy`, `alter table` ...
    subject: str = ""  # the missing or duplicate object
    cause: int | None = None
    hint: str = ""


class BlindSpot(msgspec.Struct, frozen=True):
    """What could not be followed, and why."""

    place: Place
    why: str
