"""SQL statements that define objects, rights and settings, and hold no other statement."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_query import (
    Constant,
    Expression,
    Identifier,
    IndexElement,
    Node,
    QualifiedName,
    Query,
    TableReference,
    TypeName,
)

ObjectKind = Literal[
    "access method",
    "aggregate",
    "attribute",
    "cast",
    "collation",
    "column",
    "constraint",
    "conversion",
    "database",
    "domain",
    "domain constraint",
    "event trigger",
    "extension",
    "foreign data wrapper",
    "foreign table",
    "function",
    "index",
    "language",
    "large object",
    "materialized view",
    "operator",
    "operator class",
    "operator family",
    "owned",
    "parameter",
    "policy",
    "procedure",
    "publication",
    "role",
    "routine",
    "rule",
    "schema",
    "sequence",
    "server",
    "statistics",
    "subscription",
    "table",
    "tablespace",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "transform",
    "trigger",
    "type",
    "user mapping",
    "view",
]
Behavior = Literal["", "cascade", "restrict"]
Persistence = Literal["", "temporary", "unlogged"]


class Role(Node, frozen=True):
    """A role; `special` is one that is no name: `public`, `current_user`, `current_role`, `session_user`."""

    name: str
    special: bool = False


class Option(Node, frozen=True):
    """`name = value` in WITH (...), or one option of a list; the value is decoded text, None where there is none."""

    name: str
    value: str | None
    action: Literal["", "set", "add", "drop"] = ""  # in ALTER ... OPTIONS (...)


class FunctionParameter(Node, frozen=True):
    """A parameter of a function; `table` is a column of RETURNS TABLE. No mode means IN."""

    mode: Literal["", "in", "out", "inout", "variadic", "table"]
    name: Identifier | None
    type: TypeName
    default: Expression | None = None


class ObjectReference(Node, frozen=True):
    """An existing object that a statement names.

    `name` is None for casts and user mappings. `table` is the relation of a policy, trigger, rule, column or
    constraint (for a domain constraint its domain), or the access method of an operator class. `parameters` is None
    where no list is written. `types` are the types of a cast, or an operator's operands.
    """

    kind: ObjectKind
    name: QualifiedName | None
    table: QualifiedName | None = None
    parameters: tuple[FunctionParameter, ...] | None = None
    types: tuple[TypeName | None, ...] = ()


class SetParameter(Node, frozen=True):
    """`SET name = values`; `values` is None for DEFAULT and RESET, `name` is `all` for RESET ALL."""

    name: str
    values: tuple[str, ...] | None
    scope: Literal["", "session", "local"] = ""
    reset: bool = False
    from_current: bool = False


# Constraints


class Constraint(Node, frozen=True, kw_only=True):
    """What every constraint may say."""

    name: Identifier | None = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    not_valid: bool = False
    no_inherit: bool = False


class NotNull(Constraint, frozen=True):
    """NOT NULL."""


class Null(Constraint, frozen=True):
    """NULL."""


class ColumnDefault(Constraint, frozen=True):
    """DEFAULT expression."""

    expression: Expression


class Check(Constraint, frozen=True):
    """CHECK (expression)."""

    expression: Expression


class Generated(Constraint, frozen=True):
    """GENERATED ALWAYS AS (expression) STORED."""

    expression: Expression


class Identity(Constraint, frozen=True):
    """GENERATED ... AS IDENTITY."""

    when: Literal["always", "by default"]
    options: tuple[Option, ...] = ()


class KeyConstraint(Constraint, frozen=True, kw_only=True):
    """PRIMARY KEY or UNIQUE; `columns` is empty on a column, and with USING INDEX."""

    columns: tuple[Identifier, ...] = ()
    include: tuple[Identifier, ...] = ()
    using_index: Identifier | None = None
    options: tuple[Option, ...] = ()
    tablespace: Identifier | None = None


class PrimaryKey(KeyConstraint, frozen=True):
    """PRIMARY KEY."""


class Unique(KeyConstraint, frozen=True, kw_only=True):
    """UNIQUE."""

    nulls_not_distinct: bool = False


class ForeignKey(Constraint, frozen=True, kw_only=True):
    """FOREIGN KEY, or REFERENCES on a column; an action that is not written is empty (it means NO ACTION)."""

    columns: tuple[Identifier, ...] = ()
    table: QualifiedName
    referenced: tuple[Identifier, ...] = ()
    match: Literal["", "full", "partial", "simple"] = ""
    on_delete: Literal["", "no action", "restrict", "cascade", "set null", "set default"] = ""
    on_update: Literal["", "no action", "restrict", "cascade", "set null", "set default"] = ""
    delete_columns: tuple[Identifier, ...] = ()  # of SET NULL (a, b)


class ExcludeElement(Node, frozen=True):
    """`element WITH operator`."""

    element: IndexElement
    operator: str


class Exclude(Constraint, frozen=True, kw_only=True):
    """EXCLUDE."""

    method: str = ""
    elements: tuple[ExcludeElement, ...]
    include: tuple[Identifier, ...] = ()
    options: tuple[Option, ...] = ()
    tablespace: Identifier | None = None
    where: Expression | None = None


AnyConstraint = (
    NotNull | Null | ColumnDefault | Check | Generated | Identity | PrimaryKey | Unique | ForeignKey | Exclude
)


# Tables


class ColumnDefinition(Node, frozen=True):
    """A column; the type is absent only in typed tables and partitions."""

    name: Identifier
    type: TypeName | None
    constraints: tuple[AnyConstraint, ...] = ()
    collation: QualifiedName | None = None
    storage: str = ""
    compression: str = ""
    options: tuple[Option, ...] = ()  # of a foreign table's column


class LikeClause(Node, frozen=True):
    """`LIKE table INCLUDING ...`; `options` are lower-case words, such as `including all`."""

    table: QualifiedName
    options: tuple[str, ...]


class PartitionBy(Node, frozen=True):
    """PARTITION BY."""

    strategy: str
    elements: tuple[IndexElement, ...]


class PartitionBound(Node, frozen=True):
    """FOR VALUES ..., or DEFAULT."""

    kind: Literal["default", "in", "range", "hash"]
    values: tuple[Expression, ...] = ()  # IN, or FROM
    upper: tuple[Expression, ...] = ()  # TO


class CreateTable(Node, frozen=True, kw_only=True):
    """CREATE TABLE, CREATE FOREIGN TABLE (which has a server)."""

    name: QualifiedName
    columns: tuple[ColumnDefinition, ...] = ()
    constraints: tuple[AnyConstraint, ...] = ()
    likes: tuple[LikeClause, ...] = ()
    if_not_exists: bool = False
    persistence: Persistence = ""
    inherits: tuple[QualifiedName, ...] = ()
    partition_of: QualifiedName | None = None
    bound: PartitionBound | None = None
    partition_by: PartitionBy | None = None
    of_type: QualifiedName | None = None
    method: str = ""
    options: tuple[Option, ...] = ()
    on_commit: Literal["", "drop", "delete rows", "preserve rows"] = ""
    tablespace: Identifier | None = None
    server: Identifier | None = None
    server_options: tuple[Option, ...] = ()


class CreateTableAs(Node, frozen=True, kw_only=True):
    """CREATE TABLE ... AS, CREATE MATERIALIZED VIEW; the query is None with EXECUTE."""

    name: QualifiedName
    columns: tuple[Identifier, ...] = ()
    query: Query | None
    execute: Identifier | None = None  # the prepared statement
    materialized_view: bool = False
    if_not_exists: bool = False
    persistence: Persistence = ""
    with_data: bool = True
    method: str = ""
    options: tuple[Option, ...] = ()
    on_commit: Literal["", "drop", "delete rows", "preserve rows"] = ""
    tablespace: Identifier | None = None


class CreateView(Node, frozen=True, kw_only=True):
    """CREATE VIEW."""

    name: QualifiedName
    columns: tuple[Identifier, ...] = ()
    query: Query
    replace: bool = False
    recursive: bool = False
    persistence: Persistence = ""
    options: tuple[Option, ...] = ()
    check_option: Literal["", "local", "cascaded"] = ""


class AddColumn(Node, frozen=True):
    """ADD COLUMN, or ADD ATTRIBUTE of a composite type."""

    column: ColumnDefinition
    if_not_exists: bool = False
    behavior: Behavior = ""


class DropColumn(Node, frozen=True):
    """DROP COLUMN, or DROP ATTRIBUTE."""

    name: Identifier
    if_exists: bool = False
    behavior: Behavior = ""


class AlterColumnType(Node, frozen=True):
    """ALTER COLUMN ... TYPE, or ALTER ATTRIBUTE."""

    name: Identifier
    type: TypeName
    using: Expression | None = None
    collation: QualifiedName | None = None
    behavior: Behavior = ""


class AlterColumnDefault(Node, frozen=True):
    """ALTER COLUMN ... SET DEFAULT, or DROP DEFAULT without an expression."""

    name: Identifier
    expression: Expression | None


class SetNotNull(Node, frozen=True):
    """ALTER COLUMN ... SET NOT NULL."""

    name: Identifier


class DropNotNull(Node, frozen=True):
    """ALTER COLUMN ... DROP NOT NULL."""

    name: Identifier


class AddIdentity(Node, frozen=True):
    """ALTER COLUMN ... ADD GENERATED ... AS IDENTITY."""

    name: Identifier
    identity: Identity


class SetIdentity(Node, frozen=True):
    """ALTER COLUMN ... SET GENERATED and its options, RESTART."""

    name: Identifier
    when: Literal["", "always", "by default"]
    options: tuple[Option, ...]


class DropIdentity(Node, frozen=True):
    """ALTER COLUMN ... DROP IDENTITY."""

    name: Identifier
    if_exists: bool


class SetExpression(Node, frozen=True):
    """ALTER COLUMN ... SET EXPRESSION AS (...)."""

    name: Identifier
    expression: Expression


class DropExpression(Node, frozen=True):
    """ALTER COLUMN ... DROP EXPRESSION."""

    name: Identifier
    if_exists: bool


class SetColumnProperty(Node, frozen=True):
    """ALTER COLUMN ... SET STATISTICS, STORAGE, COMPRESSION or (options)."""

    name: Identifier
    property: Literal["statistics", "storage", "compression", "set options", "reset options", "foreign options"]
    value: str | None = None
    options: tuple[Option, ...] = ()


class AddConstraint(Node, frozen=True):
    """ADD CONSTRAINT."""

    constraint: AnyConstraint


class DropConstraint(Node, frozen=True):
    """DROP CONSTRAINT."""

    name: Identifier
    if_exists: bool = False
    behavior: Behavior = ""


class AlterConstraint(Node, frozen=True):
    """ALTER CONSTRAINT."""

    name: Identifier
    deferrable: bool | None
    initially_deferred: bool | None


class ValidateConstraint(Node, frozen=True):
    """VALIDATE CONSTRAINT."""

    name: Identifier


class RowSecurity(Node, frozen=True):
    """ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY."""

    mode: Literal["enable", "disable", "force", "no force"]


class SwitchTrigger(Node, frozen=True):
    """ENABLE or DISABLE TRIGGER or RULE; `name` is None for ALL and USER, which `which` then says."""

    object: Literal["trigger", "rule"]
    mode: Literal["enable", "disable", "enable always", "enable replica"]
    name: Identifier | None
    which: Literal["", "all", "user"] = ""


class SetOptions(Node, frozen=True):
    """SET (options) or RESET (options)."""

    options: tuple[Option, ...]
    reset: bool


class SetTablespace(Node, frozen=True):
    """SET TABLESPACE."""

    name: Identifier


class SetPersistence(Node, frozen=True):
    """SET LOGGED or UNLOGGED."""

    logged: bool


class SetAccessMethod(Node, frozen=True):
    """SET ACCESS METHOD; None is DEFAULT."""

    name: Identifier | None


class ClusterOn(Node, frozen=True):
    """CLUSTER ON, or SET WITHOUT CLUSTER without a name."""

    name: Identifier | None


class Inherit(Node, frozen=True):
    """INHERIT or NO INHERIT."""

    table: QualifiedName
    no: bool


class ReplicaIdentity(Node, frozen=True):
    """REPLICA IDENTITY."""

    kind: Literal["default", "full", "nothing", "index"]
    index: Identifier | None = None


class AttachPartition(Node, frozen=True):
    """ATTACH PARTITION; an index has no bound."""

    table: QualifiedName
    bound: PartitionBound | None


class DetachPartition(Node, frozen=True):
    """DETACH PARTITION."""

    table: QualifiedName
    mode: Literal["", "concurrently", "finalize"]


class OwnerTo(Node, frozen=True):
    """OWNER TO among the subcommands of ALTER TABLE."""

    role: Role


class OtherSubcommand(Node, frozen=True):
    """A rare subcommand of ALTER TABLE, as its lower-case leading words."""

    kind: str


Subcommand = (
    AddColumn
    | DropColumn
    | AlterColumnType
    | AlterColumnDefault
    | SetNotNull
    | DropNotNull
    | AddIdentity
    | SetIdentity
    | DropIdentity
    | SetExpression
    | DropExpression
    | SetColumnProperty
    | AddConstraint
    | DropConstraint
    | AlterConstraint
    | ValidateConstraint
    | RowSecurity
    | SwitchTrigger
    | SetOptions
    | SetTablespace
    | SetPersistence
    | SetAccessMethod
    | ClusterOn
    | Inherit
    | ReplicaIdentity
    | AttachPartition
    | DetachPartition
    | OwnerTo
    | OtherSubcommand
)


class AlterTable(Node, frozen=True):
    """ALTER of a relation or a composite type, with its subcommands."""

    kind: Literal["table", "index", "sequence", "view", "materialized view", "foreign table", "type"]
    name: QualifiedName
    subcommands: tuple[Subcommand, ...]
    if_exists: bool = False
    only: bool = False


class CreateIndex(Node, frozen=True, kw_only=True):
    """CREATE INDEX."""

    name: Identifier | None
    table: QualifiedName
    elements: tuple[IndexElement, ...]
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    only: bool = False
    method: str = ""
    include: tuple[Identifier, ...] = ()
    where: Expression | None = None
    nulls_not_distinct: bool = False
    options: tuple[Option, ...] = ()
    tablespace: Identifier | None = None


# Row level security


PolicyCommand = Literal["all", "select", "insert", "update", "delete"]


class CreatePolicy(Node, frozen=True, kw_only=True):
    """CREATE POLICY; without TO the roles are empty (it means PUBLIC)."""

    name: Identifier
    table: QualifiedName
    permissive: bool = True
    command: PolicyCommand = "all"
    roles: tuple[Role, ...] = ()
    using: Expression | None = None
    check: Expression | None = None


class AlterPolicy(Node, frozen=True, kw_only=True):
    """ALTER POLICY, other than RENAME; roles are None where TO is not written."""

    name: Identifier
    table: QualifiedName
    roles: tuple[Role, ...] | None = None
    using: Expression | None = None
    check: Expression | None = None


# Rights


class Privilege(Node, frozen=True):
    """One privilege, in lower case (`all` for ALL PRIVILEGES), with the columns that it is limited to."""

    name: str
    columns: tuple[Identifier, ...] = ()


class Grant(Node, frozen=True, kw_only=True):
    """GRANT or REVOKE of privileges; `all_in_schema` means that `objects` are the schemas of ON ALL ... IN SCHEMA."""

    revoke: bool
    privileges: tuple[Privilege, ...]
    object_kind: ObjectKind
    objects: tuple[ObjectReference, ...]
    all_in_schema: bool = False
    grantees: tuple[Role, ...]
    grant_option: bool = False  # WITH GRANT OPTION, or REVOKE GRANT OPTION FOR
    granted_by: Role | None = None
    behavior: Behavior = ""


class GrantRole(Node, frozen=True, kw_only=True):
    """GRANT or REVOKE of role membership."""

    revoke: bool
    roles: tuple[Role, ...]
    grantees: tuple[Role, ...]
    options: tuple[Option, ...] = ()  # `admin`, `inherit`, `set` with `true` or `false`
    granted_by: Role | None = None
    behavior: Behavior = ""


class AlterDefaultPrivileges(Node, frozen=True, kw_only=True):
    """ALTER DEFAULT PRIVILEGES."""

    schemas: tuple[Identifier, ...] = ()
    roles: tuple[Role, ...] = ()
    revoke: bool
    privileges: tuple[Privilege, ...]
    object_kind: Literal["table", "sequence", "function", "type", "schema", "large object"]
    grantees: tuple[Role, ...]
    grant_option: bool = False
    behavior: Behavior = ""


class CreateRole(Node, frozen=True):
    """CREATE ROLE, USER or GROUP."""

    kind: Literal["role", "user", "group"]
    name: Role
    options: tuple[
        Option, ...
    ]  # `password`, `login`, `superuser` ... with `true` or `false`; `in role` and its like with names


class AlterRole(Node, frozen=True):
    """ALTER ROLE ... WITH options."""

    role: Role
    options: tuple[Option, ...]


class AlterRoleSet(Node, frozen=True):
    """ALTER ROLE ... SET or RESET; the role is None for ALL."""

    role: Role | None
    database: Identifier | None
    parameter: SetParameter


class ReassignOwned(Node, frozen=True):
    """REASSIGN OWNED BY ... TO ..."""

    roles: tuple[Role, ...]
    new_role: Role


# Types


class CreateEnum(Node, frozen=True):
    """CREATE TYPE ... AS ENUM."""

    name: QualifiedName
    labels: tuple[Constant, ...]


class CreateCompositeType(Node, frozen=True):
    """CREATE TYPE ... AS (...)."""

    name: QualifiedName
    columns: tuple[ColumnDefinition, ...]


class CreateRangeType(Node, frozen=True):
    """CREATE TYPE ... AS RANGE."""

    name: QualifiedName
    options: tuple[Option, ...]


class CreateBaseType(Node, frozen=True):
    """CREATE TYPE name (...), or a shell type without options."""

    name: QualifiedName
    options: tuple[Option, ...]


class CreateDomain(Node, frozen=True):
    """CREATE DOMAIN."""

    name: QualifiedName
    type: TypeName
    constraints: tuple[AnyConstraint, ...]
    collation: QualifiedName | None = None


class AlterEnumAddValue(Node, frozen=True):
    """ALTER TYPE ... ADD VALUE."""

    name: QualifiedName
    label: Constant
    if_not_exists: bool = False
    neighbor: Constant | None = None
    placement: Literal["", "before", "after"] = ""


class AlterEnumRenameValue(Node, frozen=True):
    """ALTER TYPE ... RENAME VALUE."""

    name: QualifiedName
    label: Constant
    new_label: Constant


class AlterDomain(Node, frozen=True, kw_only=True):
    """ALTER DOMAIN, other than RENAME, OWNER and SET SCHEMA."""

    name: QualifiedName
    action: Literal[
        "set default",
        "drop default",
        "set not null",
        "drop not null",
        "add constraint",
        "drop constraint",
        "validate constraint",
    ]
    expression: Expression | None = None
    constraint: AnyConstraint | None = None
    constraint_name: Identifier | None = None
    if_exists: bool = False
    behavior: Behavior = ""


class AlterTypeOptions(Node, frozen=True):
    """ALTER TYPE ... SET (...), ALTER OPERATOR ... SET (...)."""

    object: ObjectReference
    options: tuple[Option, ...]


# Other objects


class CreateSequence(Node, frozen=True):
    """CREATE SEQUENCE; `owned by` and `as` are options too."""

    name: QualifiedName
    options: tuple[Option, ...] = ()
    if_not_exists: bool = False
    persistence: Persistence = ""


class AlterSequence(Node, frozen=True):
    """ALTER SEQUENCE with options."""

    name: QualifiedName
    options: tuple[Option, ...]
    if_exists: bool = False


class CreateExtension(Node, frozen=True):
    """CREATE EXTENSION."""

    name: Identifier
    if_not_exists: bool = False
    schema: Identifier | None = None
    version: str | None = None
    cascade: bool = False


class AlterExtension(Node, frozen=True, kw_only=True):
    """ALTER EXTENSION ... UPDATE, ADD or DROP."""

    name: Identifier
    action: Literal["update", "add", "drop"]
    version: str | None = None
    object: ObjectReference | None = None


class TriggerTransition(Node, frozen=True):
    """`OLD TABLE AS name` in REFERENCING."""

    new: bool
    table: bool
    name: Identifier


class CreateTrigger(Node, frozen=True, kw_only=True):
    """CREATE TRIGGER."""

    name: Identifier
    table: QualifiedName
    timing: Literal["before", "after", "instead of"]
    events: tuple[Literal["insert", "update", "delete", "truncate"], ...]
    columns: tuple[Identifier, ...] = ()  # of UPDATE OF
    function: QualifiedName
    arguments: tuple[str, ...] = ()
    row: bool = False
    when: Expression | None = None
    replace: bool = False
    constraint: bool = False
    referenced_table: QualifiedName | None = None  # of a constraint trigger's FROM
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    transitions: tuple[TriggerTransition, ...] = ()


SchemaElement = CreateTable | CreateIndex | CreateView | CreateSequence | CreateTrigger | Grant


class CreateSchema(Node, frozen=True):
    """CREATE SCHEMA with what it creates in the schema. The name is None with AUTHORIZATION alone."""

    name: Identifier | None
    if_not_exists: bool = False
    authorization: Role | None = None
    elements: tuple[SchemaElement, ...] = ()


class CreateEventTrigger(Node, frozen=True):
    """CREATE EVENT TRIGGER."""

    name: Identifier
    event: str
    filters: tuple[Option, ...]
    function: QualifiedName


class AlterEventTrigger(Node, frozen=True):
    """ALTER EVENT TRIGGER ... ENABLE or DISABLE."""

    name: Identifier
    mode: Literal["enable", "disable", "enable always", "enable replica"]


class PublicationObject(Node, frozen=True):
    """A table or a schema of a publication; a schema is None for CURRENT_SCHEMA."""

    table: TableReference | None
    schema: Identifier | None = None
    columns: tuple[Identifier, ...] = ()
    where: Expression | None = None


class CreatePublication(Node, frozen=True):
    """CREATE PUBLICATION."""

    name: Identifier
    all_tables: bool
    objects: tuple[PublicationObject, ...]
    options: tuple[Option, ...]


class AlterPublication(Node, frozen=True):
    """ALTER PUBLICATION; `action` is `options` for SET (...)."""

    name: Identifier
    action: Literal["add", "drop", "set", "options"]
    objects: tuple[PublicationObject, ...] = ()
    options: tuple[Option, ...] = ()


class CreateSubscription(Node, frozen=True):
    """CREATE SUBSCRIPTION."""

    name: Identifier
    connection: str
    publications: tuple[Identifier, ...]
    options: tuple[Option, ...]


class CreateStatistics(Node, frozen=True):
    """CREATE STATISTICS."""

    name: QualifiedName | None
    kinds: tuple[Identifier, ...]
    elements: tuple[IndexElement, ...]
    from_: tuple[TableReference, ...]
    if_not_exists: bool = False


class CreateCast(Node, frozen=True):
    """CREATE CAST."""

    source: TypeName
    target: TypeName
    function: ObjectReference | None
    inout: bool = False
    context: Literal["", "implicit", "assignment"] = ""


class DefineObject(Node, frozen=True):
    """CREATE AGGREGATE, OPERATOR, COLLATION or TEXT SEARCH ..., with its options.

    Option values are the words as written, decoded; `parameters` are those of an aggregate.
    """

    kind: ObjectKind
    name: QualifiedName
    options: tuple[Option, ...]
    parameters: tuple[FunctionParameter, ...] = ()
    replace: bool = False
    if_not_exists: bool = False


class CreateOperatorClass(Node, frozen=True):
    """CREATE OPERATOR CLASS or FAMILY."""

    kind: Literal["operator class", "operator family"]
    name: QualifiedName
    method: str
    type: TypeName | None = None
    default: bool = False


class AlterTextSearch(Node, frozen=True):
    """ALTER TEXT SEARCH CONFIGURATION or DICTIONARY."""

    kind: Literal["text search configuration", "text search dictionary"]
    name: QualifiedName
    action: str
    tokens: tuple[str, ...] = ()
    dictionaries: tuple[QualifiedName, ...] = ()
    options: tuple[Option, ...] = ()


class CreateForeignObject(Node, frozen=True, kw_only=True):
    """CREATE FOREIGN DATA WRAPPER, SERVER or USER MAPPING."""

    kind: Literal["foreign data wrapper", "server", "user mapping"]
    name: Identifier | None = None
    if_not_exists: bool = False
    wrapper: Identifier | None = None  # of a server
    server: Identifier | None = None  # of a user mapping
    role: Role | None = None  # of a user mapping
    type: str | None = None
    version: str | None = None
    handler: QualifiedName | None = None
    validator: QualifiedName | None = None
    options: tuple[Option, ...] = ()


class AlterForeignObject(Node, frozen=True, kw_only=True):
    """ALTER FOREIGN DATA WRAPPER, SERVER or USER MAPPING with options."""

    kind: Literal["foreign data wrapper", "server", "user mapping"]
    name: Identifier | None = None
    server: Identifier | None = None
    role: Role | None = None
    version: str | None = None
    options: tuple[Option, ...] = ()


class ImportForeignSchema(Node, frozen=True):
    """IMPORT FOREIGN SCHEMA."""

    remote_schema: Identifier
    limit: Literal["", "limit to", "except"]
    tables: tuple[QualifiedName, ...]
    server: Identifier
    schema: Identifier
    options: tuple[Option, ...]


# All kinds of objects


class Drop(Node, frozen=True):
    """DROP of one or several objects of one kind."""

    kind: ObjectKind
    objects: tuple[ObjectReference, ...]
    if_exists: bool = False
    behavior: Behavior = ""
    concurrently: bool = False


class Rename(Node, frozen=True):
    """RENAME TO, RENAME COLUMN, RENAME CONSTRAINT, RENAME ATTRIBUTE.

    `object` is the renamed thing; a column's or constraint's table is its `table`, whose kind is `relation_kind`.
    """

    object: ObjectReference
    new_name: Identifier
    if_exists: bool = False
    relation_kind: ObjectKind = "table"


class SetSchema(Node, frozen=True):
    """ALTER ... SET SCHEMA."""

    object: ObjectReference
    schema: Identifier
    if_exists: bool = False


class SetOwner(Node, frozen=True):
    """ALTER ... OWNER TO, for objects other than relations, whose ALTER TABLE has it as a subcommand."""

    object: ObjectReference
    role: Role


class AlterFunction(Node, frozen=True, kw_only=True):
    """ALTER FUNCTION with new properties; None is a property that is not named."""

    object: ObjectReference
    volatility: Literal["", "immutable", "stable", "volatile"] = ""
    security_definer: bool | None = None
    strict: bool | None = None
    leakproof: bool | None = None
    parallel: str = ""
    cost: str = ""
    rows: str = ""
    support: QualifiedName | None = None
    settings: tuple[SetParameter, ...] = ()


class DependsOnExtension(Node, frozen=True):
    """ALTER ... [NO] DEPENDS ON EXTENSION."""

    object: ObjectReference
    extension: Identifier
    no: bool


class Comment(Node, frozen=True):
    """COMMENT ON; None is NULL."""

    object: ObjectReference
    text: str | None


class SecurityLabel(Node, frozen=True):
    """SECURITY LABEL."""

    object: ObjectReference
    provider: str
    label: str | None


# The session


class Set(Node, frozen=True):
    """SET or RESET."""

    parameter: SetParameter


class Show(Node, frozen=True):
    """SHOW."""

    name: str


class Transaction(Node, frozen=True):
    """BEGIN, COMMIT and their like; `name` is a savepoint's or a prepared transaction's."""

    kind: Literal[
        "begin",
        "commit",
        "rollback",
        "savepoint",
        "release",
        "rollback to",
        "prepare",
        "commit prepared",
        "rollback prepared",
    ]
    name: str = ""
    modes: tuple[str, ...] = ()


class SetConstraints(Node, frozen=True):
    """SET CONSTRAINTS; no names mean ALL."""

    names: tuple[QualifiedName, ...]
    deferred: bool


class Truncate(Node, frozen=True):
    """TRUNCATE."""

    tables: tuple[TableReference, ...]
    restart_identity: bool = False
    behavior: Behavior = ""


class Lock(Node, frozen=True):
    """LOCK TABLE."""

    tables: tuple[TableReference, ...]
    mode: str
    nowait: bool


class Refresh(Node, frozen=True):
    """REFRESH MATERIALIZED VIEW."""

    name: QualifiedName
    concurrently: bool = False
    with_data: bool = True


class Maintain(Node, frozen=True):
    """VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT."""

    kind: Literal["vacuum", "analyze", "cluster", "reindex", "checkpoint"]
    tables: tuple[QualifiedName, ...] = ()
    options: tuple[Option, ...] = ()


class Notify(Node, frozen=True):
    """NOTIFY, LISTEN or UNLISTEN; the channel is None for `*`."""

    kind: Literal["notify", "listen", "unlisten"]
    channel: Identifier | None
    payload: str | None = None


class MetaCommand(Node, frozen=True):
    """A backslash command of psql, which PostgreSQL itself rejects."""

    name: str
    arguments: str


class Other(Node, frozen=True):
    """A statement without a type of its own, or nested too deeply; `kind` is its lower-case leading words."""

    kind: str
