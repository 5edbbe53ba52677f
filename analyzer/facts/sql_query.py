"""SQL names, expressions, queries and row changes, as PostgreSQL's grammar sees them.

Every node carries its place as `start` and `end`: code points from 0 in the file, `end` exclusive; `Lines.span` turns
them into a span. Parentheses around a node belong to its parent. Names follow PostgreSQL's grammar (version 17:
https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/parser/gram.y).
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Node(msgspec.Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A piece of SQL with its place in the file."""

    start: int
    end: int


class Identifier(Node, frozen=True):
    """A name as PostgreSQL reads it: folded to lower case unless quoted, cut after 63 bytes."""

    text: str


class QualifiedName(Node, frozen=True):
    """A dotted name, such as `public.orders`."""

    parts: tuple[Identifier, ...]

    @property
    def name(self) -> str:
        return self.parts[-1].text

    @property
    def schema(self) -> str | None:
        return self.parts[-2].text if len(self.parts) > 1 else None

    def __str__(self) -> str:
        return ".".join(part.text for part in self.parts)


class TypeName(Node, frozen=True):
    """A type: types that the grammar spells out carry their catalogue name (`integer` is `pg_catalog.int4`).

    `percent_type` is `table.column%TYPE` (or `%ROWTYPE` in PL/pgSQL), whose path is in `parts`.
    """

    parts: tuple[str, ...]
    modifiers: tuple[Expression, ...] = ()
    dimensions: int = 0  # of an array
    setof: bool = False
    percent_type: Literal["", "type", "rowtype"] = ""
    fields: str = ""  # of an interval: `day to second`

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def schema(self) -> str | None:
        return self.parts[-2] if len(self.parts) > 1 else None


# Expressions


class ColumnReference(Node, frozen=True):
    """`a`, `t.a`, `t.*` or `*`: a column, or a variable of PL/pgSQL, or an argument of a function."""

    parts: tuple[Identifier, ...]
    star: bool = False


class Constant(Node, frozen=True):
    """A literal with its decoded value; a number that is no 32-bit integer is `numeric`, as text."""

    kind: Literal["string", "integer", "numeric", "boolean", "null", "bits"]
    value: str | int | bool | None


class Parameter(Node, frozen=True):
    """`$1`."""

    number: int


class NamedArgument(Node, frozen=True):
    """`name => value` in a call."""

    name: Identifier
    value: Expression


class OrderItem(Node, frozen=True):
    """One item of ORDER BY."""

    expression: Expression
    direction: Literal["", "asc", "desc", "using"] = ""
    nulls: Literal["", "first", "last"] = ""
    operator: str = ""  # of USING


class Frame(Node, frozen=True):
    """The frame of a window, as its own words and bounds."""

    text: str


class Window(Node, frozen=True):
    """A window definition, in OVER (...) or the WINDOW clause."""

    name: Identifier | None  # what WINDOW calls it
    reference: Identifier | None  # the window it refers to
    partition_by: tuple[Expression, ...] = ()
    order_by: tuple[OrderItem, ...] = ()
    frame: Frame | None = None


class FunctionCall(Node, frozen=True):
    """A call; `EXTRACT(...)`, `TRIM(...)` and their like carry PostgreSQL's function name (`pg_catalog.extract`)."""

    name: QualifiedName
    arguments: tuple[Expression, ...] = ()
    star: bool = False
    distinct: bool = False
    variadic: bool = False
    order_by: tuple[OrderItem, ...] = ()
    within_group: bool = False
    filter: Expression | None = None
    over: Window | None = None
    special: bool = False  # has a syntax of its own


class Coalesce(Node, frozen=True):
    """`COALESCE(...)`."""

    arguments: tuple[Expression, ...]


class MinMax(Node, frozen=True):
    """`GREATEST(...)` or `LEAST(...)`."""

    operation: Literal["greatest", "least"]
    arguments: tuple[Expression, ...]


class NullIf(Node, frozen=True):
    """`NULLIF(left, right)`."""

    left: Expression
    right: Expression


class SpecialCall(Node, frozen=True):
    """An XML or JSON constructor or accessor with a syntax of its own (`JSON_OBJECT(...)`, `XMLELEMENT(...)`)."""

    name: str
    arguments: tuple[Expression, ...]


class ValueFunction(Node, frozen=True):
    """`current_user`, `current_timestamp` and other values that are written without parentheses."""

    name: str
    precision: int | None = None


class Grouping(Node, frozen=True):
    """`GROUPING(...)`."""

    arguments: tuple[Expression, ...]


class BinaryOperation(Node, frozen=True):
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression
    schema: str = ""  # of `OPERATOR(schema.+)`


class UnaryOperation(Node, frozen=True):
    """`operator operand`."""

    operator: str
    operand: Expression
    schema: str = ""


class BooleanExpression(Node, frozen=True):
    """A chain of AND or of OR."""

    operator: Literal["and", "or"]
    arguments: tuple[Expression, ...]


class Not(Node, frozen=True):
    """`NOT operand`."""

    operand: Expression


class Cast(Node, frozen=True):
    """`CAST(operand AS type)`, `operand::type`, or a typed literal such as `date '2020-01-01'`."""

    operand: Expression
    type: TypeName
    style: Literal["cast", "colons", "literal"]


class SubSelect(Node, frozen=True):
    """A query as a value: `(SELECT ...)`, `EXISTS (SELECT ...)` or `ARRAY(SELECT ...)`."""

    kind: Literal["scalar", "exists", "array"]
    query: Query


class In(Node, frozen=True):
    """`operand IN (items)` or `operand IN (query)`."""

    operand: Expression
    items: tuple[Expression, ...]
    query: Query | None
    negated: bool


class Quantified(Node, frozen=True):
    """`left operator ANY (array or query)`, or ALL."""

    left: Expression
    operator: str
    quantifier: Literal["any", "all"]
    array: Expression | None
    query: Query | None


class When(Node, frozen=True):
    """One WHEN of a CASE expression."""

    condition: Expression
    result: Expression


class Case(Node, frozen=True):
    """A CASE expression."""

    operand: Expression | None
    whens: tuple[When, ...]
    otherwise: Expression | None


class ArrayExpression(Node, frozen=True):
    """`ARRAY[...]`, or a nested `[...]` in one."""

    elements: tuple[Expression, ...]


class Row(Node, frozen=True):
    """`ROW(...)`, or `(a, b)`."""

    elements: tuple[Expression, ...]
    explicit: bool


class IsNull(Node, frozen=True):
    """`operand IS [NOT] NULL`."""

    operand: Expression
    negated: bool


class IsTest(Node, frozen=True):
    """`operand IS [NOT] test`: true, false, unknown, document, normalized, json ..."""

    operand: Expression
    test: str
    negated: bool


class IsDistinct(Node, frozen=True):
    """`left IS [NOT] DISTINCT FROM right`."""

    left: Expression
    right: Expression
    negated: bool


class Between(Node, frozen=True):
    """`operand [NOT] BETWEEN low AND high`."""

    operand: Expression
    low: Expression
    high: Expression
    negated: bool
    symmetric: bool


class Like(Node, frozen=True):
    """`operand [NOT] LIKE pattern`, or ILIKE, or SIMILAR TO."""

    kind: Literal["like", "ilike", "similar"]
    operand: Expression
    pattern: Expression
    escape: Expression | None
    negated: bool


class Default(Node, frozen=True):
    """`DEFAULT` in place of a value."""


class Collate(Node, frozen=True):
    """`operand COLLATE collation`."""

    operand: Expression
    collation: QualifiedName


class AtTimeZone(Node, frozen=True):
    """`operand AT TIME ZONE zone`, or AT LOCAL without a zone."""

    operand: Expression
    zone: Expression | None


class Subscript(Node, frozen=True):
    """`operand[index]`, or `operand[lower:upper]`."""

    operand: Expression
    lower: Expression | None
    upper: Expression | None
    slice: bool


class FieldSelection(Node, frozen=True):
    """`(operand).field`, or `(operand).*` without a field."""

    operand: Expression
    field: Identifier | None


class CurrentOf(Node, frozen=True):
    """`WHERE CURRENT OF cursor`."""

    cursor: Identifier


Expression = (
    ColumnReference
    | Constant
    | Parameter
    | NamedArgument
    | FunctionCall
    | Coalesce
    | MinMax
    | NullIf
    | SpecialCall
    | ValueFunction
    | Grouping
    | BinaryOperation
    | UnaryOperation
    | BooleanExpression
    | Not
    | Cast
    | SubSelect
    | In
    | Quantified
    | Case
    | ArrayExpression
    | Row
    | IsNull
    | IsTest
    | IsDistinct
    | Between
    | Like
    | Default
    | Collate
    | AtTimeZone
    | Subscript
    | FieldSelection
    | CurrentOf
)


# Queries


class Target(Node, frozen=True):
    """One item of a select list or of RETURNING."""

    expression: Expression
    alias: Identifier | None


class ColumnAlias(Node, frozen=True):
    """A column that an alias declares, with its type where a function's record needs one."""

    name: Identifier
    type: TypeName | None = None


class Alias(Node, frozen=True):
    """`AS name (columns)`; without a name in `AS (a int, b text)`."""

    name: Identifier | None
    columns: tuple[ColumnAlias, ...] = ()


class TableReference(Node, frozen=True):
    """A table, view or common table in FROM, or the target of UPDATE and DELETE."""

    name: QualifiedName
    alias: Alias | None = None
    only: bool = False
    sample: FunctionCall | None = None


class SubQuery(Node, frozen=True):
    """A query in FROM."""

    query: Query
    alias: Alias | None
    lateral: bool


class FunctionItem(Node, frozen=True):
    """A function in FROM, or several in ROWS FROM (...)."""

    functions: tuple[Expression, ...]
    alias: Alias | None
    lateral: bool
    ordinality: bool
    rows_from: bool


class TableFunction(Node, frozen=True):
    """XMLTABLE or JSON_TABLE in FROM."""

    name: str
    arguments: tuple[Expression, ...]
    alias: Alias | None
    lateral: bool


class Join(Node, frozen=True):
    """Two joined items of FROM."""

    kind: Literal["inner", "left", "right", "full", "cross"]
    natural: bool
    left: FromItem
    right: FromItem
    using: tuple[Identifier, ...]
    on: Expression | None
    alias: Alias | None = None
    using_alias: Alias | None = None  # of the columns in USING


FromItem = TableReference | SubQuery | FunctionItem | TableFunction | Join


class CommonTable(Node, frozen=True):
    """One query of WITH."""

    name: Identifier
    columns: tuple[Identifier, ...]
    materialized: bool | None  # None: not said
    query: Query | RowChange


class With(Node, frozen=True):
    """A WITH clause."""

    recursive: bool
    tables: tuple[CommonTable, ...]


class GroupingSets(Node, frozen=True):
    """`ROLLUP (...)`, `CUBE (...)`, `GROUPING SETS (...)` or the empty set in GROUP BY."""

    kind: Literal["rollup", "cube", "sets", "empty"]
    items: tuple[GroupItem, ...]


class Locking(Node, frozen=True):
    """FOR UPDATE and its like."""

    strength: Literal["update", "no key update", "share", "key share"]
    tables: tuple[QualifiedName, ...]
    wait: Literal["", "nowait", "skip locked"]


GroupItem = GroupingSets | Expression


class IntoTable(Node, frozen=True):
    """The table that SELECT ... INTO creates."""

    name: QualifiedName
    persistence: Literal["", "temporary", "unlogged"]


class QueryNode(Node, frozen=True, kw_only=True):
    """What every query may carry around it."""

    with_: With | None = None
    order_by: tuple[OrderItem, ...] = ()
    limit: Expression | None = None
    limit_ties: bool = False
    offset: Expression | None = None
    locking: tuple[Locking, ...] = ()


class Select(QueryNode, frozen=True):
    """`SELECT ...`; `distinct_on` is what DISTINCT ON names."""

    targets: tuple[Target, ...] = ()
    from_: tuple[FromItem, ...] = ()
    where: Expression | None = None
    group_by: tuple[GroupItem, ...] = ()
    having: Expression | None = None
    windows: tuple[Window, ...] = ()
    distinct: bool = False
    distinct_on: tuple[Expression, ...] = ()
    group_distinct: bool = False
    into: IntoTable | None = None


class Values(QueryNode, frozen=True):
    """`VALUES (...), (...)`."""

    rows: tuple[tuple[Expression, ...], ...] = ()


class TableQuery(QueryNode, frozen=True):
    """`TABLE name`."""

    name: QualifiedName
    only: bool = False


class SetOperation(QueryNode, frozen=True):
    """Queries joined by one set operator; a chain of one operator is one node."""

    operator: Literal["union", "intersect", "except"]
    all: bool
    queries: tuple[Query, ...]


Query = Select | Values | TableQuery | SetOperation


# Changes of rows


class AssignmentTarget(Node, frozen=True):
    """A column to write, with what follows it (`settings['a']`, `point.x`)."""

    name: Identifier
    path: tuple[Expression, ...] = ()  # a ColumnReference for a field, a Subscript's index


class Assignment(Node, frozen=True):
    """`column = value`, or `(a, b) = value` with several targets."""

    targets: tuple[AssignmentTarget, ...]
    value: Expression
    multiple: bool = False


class IndexElement(Node, frozen=True):
    """One column or expression of an index, of ON CONFLICT or of a partition key."""

    column: Identifier | None
    expression: Expression | None
    collation: QualifiedName | None = None
    operator_class: QualifiedName | None = None
    direction: Literal["", "asc", "desc"] = ""
    nulls: Literal["", "first", "last"] = ""


class OnConflict(Node, frozen=True):
    """ON CONFLICT of an INSERT."""

    action: Literal["nothing", "update"]
    elements: tuple[IndexElement, ...]
    predicate: Expression | None  # of the partial index
    constraint: Identifier | None
    assignments: tuple[Assignment, ...]
    where: Expression | None


class Insert(Node, frozen=True):
    """INSERT; without a query it inserts DEFAULT VALUES."""

    table: TableReference
    columns: tuple[AssignmentTarget, ...]
    query: Query | None
    overriding: Literal["", "user", "system"] = ""
    on_conflict: OnConflict | None = None
    returning: tuple[Target, ...] = ()
    with_: With | None = None


class Update(Node, frozen=True):
    """UPDATE."""

    table: TableReference
    assignments: tuple[Assignment, ...]
    from_: tuple[FromItem, ...] = ()
    where: Expression | None = None
    returning: tuple[Target, ...] = ()
    with_: With | None = None


class Delete(Node, frozen=True):
    """DELETE."""

    table: TableReference
    using: tuple[FromItem, ...] = ()
    where: Expression | None = None
    returning: tuple[Target, ...] = ()
    with_: With | None = None


class MergeWhen(Node, frozen=True):
    """One WHEN of a MERGE."""

    match: Literal["matched", "not matched", "not matched by source"]
    condition: Expression | None
    action: Literal["update", "delete", "insert", "nothing"]
    assignments: tuple[Assignment, ...] = ()
    columns: tuple[AssignmentTarget, ...] = ()
    values: tuple[Expression, ...] = ()
    overriding: Literal["", "user", "system"] = ""


class Merge(Node, frozen=True):
    """MERGE."""

    table: TableReference
    source: FromItem
    on: Expression
    whens: tuple[MergeWhen, ...]
    returning: tuple[Target, ...] = ()
    with_: With | None = None


RowChange = Insert | Update | Delete | Merge
