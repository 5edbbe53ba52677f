"""A file of SQL as typed statements; here are those that may hold other statements, with the language PL/pgSQL."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.facts.sql_ddl import (
    AlterDefaultPrivileges,
    AlterDomain,
    AlterEnumAddValue,
    AlterEnumRenameValue,
    AlterEventTrigger,
    AlterExtension,
    AlterForeignObject,
    AlterFunction,
    AlterPolicy,
    AlterPublication,
    AlterRole,
    AlterRoleSet,
    AlterSequence,
    AlterTable,
    AlterTextSearch,
    AlterTypeOptions,
    Comment,
    CreateBaseType,
    CreateCast,
    CreateCompositeType,
    CreateDomain,
    CreateEnum,
    CreateEventTrigger,
    CreateExtension,
    CreateForeignObject,
    CreateIndex,
    CreateOperatorClass,
    CreatePolicy,
    CreatePublication,
    CreateRangeType,
    CreateRole,
    CreateSchema,
    CreateSequence,
    CreateStatistics,
    CreateSubscription,
    CreateTable,
    CreateTableAs,
    CreateTrigger,
    CreateView,
    DefineObject,
    DependsOnExtension,
    Drop,
    FunctionParameter,
    Grant,
    GrantRole,
    ImportForeignSchema,
    Lock,
    Maintain,
    MetaCommand,
    Notify,
    Option,
    Other,
    ReassignOwned,
    Refresh,
    Rename,
    SecurityLabel,
    Set,
    SetConstraints,
    SetOwner,
    SetParameter,
    SetSchema,
    Show,
    Transaction,
    Truncate,
)
from analyzer.facts.sql_query import (
    ColumnReference,
    Delete,
    Expression,
    Identifier,
    Insert,
    Merge,
    Node,
    QualifiedName,
    Query,
    Select,
    SetOperation,
    Subscript,
    TableQuery,
    TypeName,
    Update,
    Values,
)
from analyzer.source import Lines

# Functions


class Text(Node, frozen=True):
    """A string constant with its decoded value: the place is that of the constant, quotes included."""

    value: str


class SqlBody(Node, frozen=True):
    """The statements of a body in SQL: quoted, or `BEGIN ATOMIC ... END`."""

    statements: tuple[Statement, ...]
    atomic: bool = False


class ReturnBody(Node, frozen=True):
    """The body `RETURN expression` of standard SQL."""

    expression: Expression


class CreateFunction(Node, frozen=True, kw_only=True):
    """CREATE FUNCTION or PROCEDURE.

    `body` is None for other languages than `sql` and `plpgsql`, and for a body with a syntax error. RETURNS TABLE puts
    its columns into `parameters` with the mode `table`. None is a property that is not named.
    """

    kind: Literal["function", "procedure"]
    name: QualifiedName
    parameters: tuple[FunctionParameter, ...]
    replace: bool = False
    returns: TypeName | None = None
    returns_table: bool = False
    language: str | None = None
    volatility: Literal["", "immutable", "stable", "volatile"] = ""
    security_definer: bool | None = None
    strict: bool | None = None
    leakproof: bool | None = None
    parallel: str = ""
    cost: str = ""
    rows: str = ""
    support: QualifiedName | None = None
    window: bool = False
    settings: tuple[SetParameter, ...] = ()
    transforms: tuple[TypeName, ...] = ()
    definition: Text | None = None  # AS '...'
    link_symbol: Text | None = None  # AS 'file', 'symbol'
    body: Body | None = None


class Do(Node, frozen=True):
    """DO; the body is None for other languages, and for a body with a syntax error."""

    definition: Text
    language: str
    body: PlpgsqlBody | None


class CreateRule(Node, frozen=True, kw_only=True):
    """CREATE RULE; no actions mean NOTHING."""

    name: Identifier
    table: QualifiedName
    event: Literal["select", "insert", "update", "delete"]
    instead: bool
    where: Expression | None
    actions: tuple[Statement, ...]
    replace: bool = False


# Statements that run others


class Call(Node, frozen=True):
    """CALL procedure(...)."""

    call: Expression


class Explain(Node, frozen=True):
    """EXPLAIN."""

    statement: Statement
    options: tuple[Option, ...]


class Prepare(Node, frozen=True):
    """PREPARE."""

    name: Identifier
    types: tuple[TypeName, ...]
    statement: Statement


class ExecutePrepared(Node, frozen=True):
    """EXECUTE of a prepared statement."""

    name: Identifier
    arguments: tuple[Expression, ...]


class Deallocate(Node, frozen=True):
    """DEALLOCATE; None is ALL."""

    name: Identifier | None


class DeclareCursor(Node, frozen=True):
    """DECLARE ... CURSOR FOR."""

    name: Identifier
    query: Query
    options: tuple[str, ...]


class Copy(Node, frozen=True, kw_only=True):
    """COPY; `data` is the place of the lines that follow COPY ... FROM stdin, up to `\\.`."""

    table: QualifiedName | None
    columns: tuple[Identifier, ...] = ()
    query: Statement | None = None
    to: bool
    stdin: bool = False  # or stdout
    file: str | None = None
    program: bool = False
    options: tuple[Option, ...] = ()
    where: Expression | None = None
    data: tuple[int, int] | None = None


# PL/pgSQL


class VariableDeclaration(Node, frozen=True):
    """`name type := default`."""

    name: Identifier
    type: TypeName
    constant: bool = False
    not_null: bool = False
    collation: QualifiedName | None = None
    default: Expression | None = None


class CursorParameter(Node, frozen=True):
    """A parameter of a bound cursor."""

    name: Identifier
    type: TypeName


class CursorDeclaration(Node, frozen=True):
    """`name CURSOR (parameters) FOR query`."""

    name: Identifier
    parameters: tuple[CursorParameter, ...]
    query: Query
    scroll: bool | None = None


class AliasDeclaration(Node, frozen=True):
    """`name ALIAS FOR other`; the other may be a parameter, such as `$1`."""

    name: Identifier
    target: str


Declaration = VariableDeclaration | CursorDeclaration | AliasDeclaration

Variable = ColumnReference | Subscript  # what INTO and `:=` write to


class ExceptionHandler(Node, frozen=True):
    """`WHEN conditions THEN statements`: names in lower case, or SQLSTATEs as five characters."""

    conditions: tuple[str, ...]
    statements: tuple[PlpgsqlStatement, ...]


class Block(Node, frozen=True):
    """`DECLARE ... BEGIN ... EXCEPTION ... END`."""

    declarations: tuple[Declaration, ...]
    statements: tuple[PlpgsqlStatement, ...]
    handlers: tuple[ExceptionHandler, ...] = ()
    label: str = ""


class Assign(Node, frozen=True):
    """`target := value`."""

    target: Expression
    value: Expression


class IfBranch(Node, frozen=True):
    """`condition THEN statements`."""

    condition: Expression
    statements: tuple[PlpgsqlStatement, ...]


class If(Node, frozen=True):
    """IF with its ELSIFs; `otherwise` is None without ELSE."""

    branches: tuple[IfBranch, ...]
    otherwise: tuple[PlpgsqlStatement, ...] | None


class CaseBranch(Node, frozen=True):
    """`WHEN conditions THEN statements`: several only in a CASE with an operand."""

    conditions: tuple[Expression, ...]
    statements: tuple[PlpgsqlStatement, ...]


class CaseStatement(Node, frozen=True):
    """CASE as a statement."""

    operand: Expression | None
    branches: tuple[CaseBranch, ...]
    otherwise: tuple[PlpgsqlStatement, ...] | None


class Loop(Node, frozen=True):
    """LOOP."""

    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class While(Node, frozen=True):
    """WHILE."""

    condition: Expression
    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class ForInteger(Node, frozen=True):
    """`FOR i IN lower..upper`."""

    variable: Identifier
    lower: Expression
    upper: Expression
    step: Expression | None
    reverse: bool
    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class ForQuery(Node, frozen=True):
    """`FOR row IN query`."""

    targets: tuple[Expression, ...]
    query: Query | RowChangeStatement
    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class ForExecute(Node, frozen=True):
    """`FOR row IN EXECUTE command USING arguments`."""

    targets: tuple[Expression, ...]
    command: Expression
    arguments: tuple[Expression, ...]
    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class ForCursor(Node, frozen=True):
    """`FOR row IN cursor(arguments)`."""

    variable: Identifier
    cursor: Identifier
    arguments: tuple[Expression, ...]
    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class ForeachArray(Node, frozen=True):
    """`FOREACH target SLICE n IN ARRAY expression`."""

    targets: tuple[Expression, ...]
    slice: int
    array: Expression
    statements: tuple[PlpgsqlStatement, ...]
    label: str = ""


class Exit(Node, frozen=True):
    """EXIT or CONTINUE."""

    kind: Literal["exit", "continue"]
    label: str
    condition: Expression | None


class Return(Node, frozen=True):
    """RETURN."""

    value: Expression | None


class ReturnNext(Node, frozen=True):
    """RETURN NEXT."""

    value: Expression | None


class ReturnQuery(Node, frozen=True):
    """RETURN QUERY, or RETURN QUERY EXECUTE with a command."""

    query: Query | RowChangeStatement | None
    command: Expression | None = None
    arguments: tuple[Expression, ...] = ()


class RaiseOption(Node, frozen=True):
    """`name = value` of RAISE ... USING."""

    name: str
    value: Expression


class Raise(Node, frozen=True):
    """RAISE; the level is `exception` where none is written. A bare RAISE has neither format nor condition."""

    level: Literal["debug", "log", "info", "notice", "warning", "exception"]
    format: str | None
    arguments: tuple[Expression, ...] = ()
    condition: str = ""
    sqlstate: str = ""
    options: tuple[RaiseOption, ...] = ()


class Assert(Node, frozen=True):
    """ASSERT."""

    condition: Expression
    message: Expression | None


class Execute(Node, frozen=True):
    """EXECUTE of a command that is built at run time."""

    command: Expression
    into: tuple[Expression, ...] = ()
    strict: bool = False
    arguments: tuple[Expression, ...] = ()


class Perform(Node, frozen=True):
    """PERFORM: a query whose rows are thrown away."""

    query: Query


class RunSql(Node, frozen=True):
    """An SQL statement of the body, with the variables that its INTO names."""

    statement: Statement
    into: tuple[Expression, ...] = ()
    strict: bool = False


class DiagnosticsItem(Node, frozen=True):
    """`target = ITEM`."""

    target: Expression
    item: str


class GetDiagnostics(Node, frozen=True):
    """GET [STACKED] DIAGNOSTICS."""

    stacked: bool
    items: tuple[DiagnosticsItem, ...]


class Open(Node, frozen=True):
    """OPEN of a cursor."""

    cursor: Identifier
    arguments: tuple[Expression, ...] = ()
    query: Query | RowChangeStatement | None = None
    command: Expression | None = None
    using: tuple[Expression, ...] = ()


class Fetch(Node, frozen=True):
    """FETCH or MOVE; direction words are as written, in lower case."""

    move: bool
    direction: str
    cursor: Identifier
    into: tuple[Expression, ...] = ()


class Close(Node, frozen=True):
    """CLOSE."""

    cursor: Identifier | None


class NullStatement(Node, frozen=True):
    """NULL."""


class TransactionEnd(Node, frozen=True):
    """COMMIT or ROLLBACK in a procedure."""

    kind: Literal["commit", "rollback"]
    chain: bool


class PlpgsqlBody(Node, frozen=True):
    """A body in PL/pgSQL."""

    block: Block


Body = SqlBody | ReturnBody | PlpgsqlBody

PlpgsqlStatement = (
    Block
    | Assign
    | If
    | CaseStatement
    | Loop
    | While
    | ForInteger
    | ForQuery
    | ForExecute
    | ForCursor
    | ForeachArray
    | Exit
    | Return
    | ReturnNext
    | ReturnQuery
    | Raise
    | Assert
    | Execute
    | Perform
    | RunSql
    | GetDiagnostics
    | Open
    | Fetch
    | Close
    | NullStatement
    | TransactionEnd
)

RowChangeStatement = Insert | Update | Delete | Merge

Statement = (
    Select
    | Values
    | TableQuery
    | SetOperation
    | Insert
    | Update
    | Delete
    | Merge
    | AlterDefaultPrivileges
    | AlterDomain
    | AlterEnumAddValue
    | AlterEnumRenameValue
    | AlterEventTrigger
    | AlterExtension
    | AlterForeignObject
    | AlterFunction
    | AlterPolicy
    | AlterPublication
    | AlterRole
    | AlterRoleSet
    | AlterSequence
    | AlterTable
    | AlterTextSearch
    | AlterTypeOptions
    | Call
    | Close
    | Comment
    | Copy
    | CreateBaseType
    | CreateCast
    | CreateCompositeType
    | CreateDomain
    | CreateEnum
    | CreateEventTrigger
    | CreateExtension
    | CreateForeignObject
    | CreateFunction
    | CreateIndex
    | CreateOperatorClass
    | CreatePolicy
    | CreatePublication
    | CreateRangeType
    | CreateRole
    | CreateRule
    | CreateSchema
    | CreateSequence
    | CreateStatistics
    | CreateSubscription
    | CreateTable
    | CreateTableAs
    | CreateTrigger
    | CreateView
    | Deallocate
    | DeclareCursor
    | DefineObject
    | DependsOnExtension
    | Do
    | Drop
    | ExecutePrepared
    | Explain
    | Fetch
    | Grant
    | GrantRole
    | ImportForeignSchema
    | Lock
    | Maintain
    | MetaCommand
    | Notify
    | Other
    | Prepare
    | ReassignOwned
    | Refresh
    | Rename
    | SecurityLabel
    | Set
    | SetConstraints
    | SetOwner
    | SetSchema
    | Show
    | Transaction
    | Truncate
)


class SqlSyntaxError(Node, frozen=True):
    """What PostgreSQL's parser rejects, and where; `in_body` is a mistake inside a function's body.

    `whole` is all that PostgreSQL rejects with it, to the next semicolon: more than one statement of ours where a
    semicolon is missing. A mistake in a body rejects nothing by itself.
    """

    message: str
    in_body: bool = False
    whole: tuple[int, int] | None = None


class SqlFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of SQL: its statements in order, without those that have a syntax error of their own."""

    path: str
    lines: Lines
    statements: tuple[Statement, ...]
    errors: tuple[SqlSyntaxError, ...]
