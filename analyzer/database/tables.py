"""CREATE TABLE in all its forms (tablecmds.c, parse_utilcmd.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database import constraints, expressions, privileges, sequences
from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.datatypes import TEXT, DataType
from analyzer.database.dependencies import depend_on_needs, renamed_column
from analyzer.database.lookup import creation_schema, relation
from analyzer.database.members import children_of
from analyzer.database.model import Column, Relation, Type
from analyzer.database.partitions import overlaps
from analyzer.database.query_analysis import settled_type
from analyzer.database.rejected import Rejected
from analyzer.database.scope import SYSTEM_COLUMNS, ScopeColumn
from analyzer.database.state import State, renamed
from analyzer.database.types import data_type, find_type, formatted, kind_of, own_type, shown
from analyzer.database.walk import children
from analyzer.facts.sql_ddl import (
    AnyConstraint,
    Check,
    ColumnDefault,
    ColumnDefinition,
    CreateTable,
    Exclude,
    ForeignKey,
    Generated,
    Identity,
    KeyConstraint,
    LikeClause,
    NotNull,
    Null,
    PartitionBound,
    PrimaryKey,
    Unique,
)
from analyzer.facts.sql_query import (
    Cast,
    ColumnReference,
    Constant,
    Expression,
    FunctionCall,
    Identifier,
    Node,
    QualifiedName,
)

_INHERITABLE = ("table", "partitioned", "foreign")


def create_table(state: State, node: CreateTable) -> None:
    """CREATE TABLE, CREATE FOREIGN TABLE."""
    schema = "pg_temp" if node.persistence == "temporary" else creation_schema(state, node.name)
    name = node.name.name
    if ("class", schema, name) in state.names and node.if_not_exists:
        return
    if node.persistence == "temporary" and not state.find("schema", "pg_temp"):
        _temporary_schema(state)
    parents = _parents(state, node)
    kind = "foreign" if node.server is not None else "partitioned" if node.partition_by is not None else "table"
    if node.server is not None and not state.find("server", node.server.text):
        raise Rejected("42704", f'server "{node.server.text}" does not exist', node.server, subject=node.server.text)
    columns = _inherited_columns(parents, partition=node.partition_of is not None)
    columns = _of_type(state, node, columns)
    parts = sorted([*node.columns, *node.likes], key=lambda part: part.start)
    likes: list[tuple[LikeClause, Relation]] = []
    serials: list[tuple[str, DataType, ColumnDefinition]] = []
    for part in parts:
        if isinstance(part, LikeClause):
            source = relation(state, part.table)
            likes.append((part, source))
            columns = [*columns, *(_copied(source_column, part) for source_column in source.columns)]
        elif isinstance(part, ColumnDefinition):
            columns = _with_column(
                state, columns, part, serials, partition=node.partition_of is not None or bool(node.of_type)
            )
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise Rejected("42701", f'column "{column.name}" specified more than once', node, subject=column.name)
        seen.add(column.name)
    if ("class", schema, name) in state.names:
        raise Rejected("42P07", f'relation "{name}" already exists', node.name, subject=name)
    if ("type", schema, name) in state.names:
        raise Rejected("42710", f'type "{name}" already exists', node.name, subject=name)
    table = add_relation(
        state,
        schema,
        name,
        kind,
        [renamed(column, number=index + 1) for index, column in enumerate(columns)],
        persistence=node.persistence,
        parents=[parent.oid for parent in parents],
        partition_of=parents[0].oid if node.partition_of is not None else 0,
        options=tuple((option.name, option.value) for option in node.options),
        server=node.server.text if node.server is not None else "",
        of_type=_type_oid(state, node.of_type),
    )
    if node.server is not None:
        state.depend(table.oid, state.find("server", node.server.text))
    for parent in parents:
        state.put_member("child", parent.oid, str(table.oid), table.oid)
        state.depend(table.oid, parent.oid, "partition" if node.partition_of is not None else "normal")
    _sequences(state, table, serials, node)
    _properties(state, table, node)
    _copy_from_likes(state, table.oid, likes)
    _inherit(state, table.oid, parents)
    if node.partition_by is not None:
        _partition_key(state, table.oid, node)
    if node.partition_of is not None:
        state.put(
            state.objects,
            table.oid,
            renamed(state.relation(table.oid), bound=bound_text(node.bound), bound_node=node.bound),
        )
    _constraints(state, table.oid, node)
    if node.partition_of is not None:
        constraints.inherit_keys(state, state.relation(parents[0].oid), state.relation(table.oid))


def _temporary_schema(state: State) -> None:
    from analyzer.database.model import Schema

    state.add(Schema(oid=state.new_oid(), name="pg_temp"))


def add_relation(
    state: State,
    schema: str,
    name: str,
    kind: str,
    columns: Sequence[Column],
    **fields: object,
) -> Relation:
    """Puts a relation with its row type into the catalogue."""
    owner = state.role
    row = state.new_oid()
    table = Relation(
        oid=state.new_oid(),
        name=name,
        schema=schema,
        kind=kind,  # type: ignore[arg-type]
        owner=owner,
        acl=privileges.initial_acl(state, "table", owner, schema),
        columns=tuple(columns),
        next_number=len(columns) + 1,
        row_type=row,
        **fields,  # type: ignore[arg-type]
    )
    state.add(table)
    type_ = Type(oid=row, name=name, schema=schema, kind="composite", category="C", relation=table.oid, owner=owner)
    state.put(state.objects, row, type_)
    state.put(state.names, ("type", schema, name), row)
    state.depend(row, table.oid, "internal")
    for column in columns:
        depend_on_type(state, table.oid, column)
    return table


def depend_on_type(state: State, table: int, column: Column) -> None:
    """Notes that a column needs its type."""
    if column.type.oid >= FIRST_OWN_OID:
        state.depend(table, column.type.oid, "normal", sub=column.number)


def _parents(state: State, node: CreateTable) -> list[Relation]:
    if node.partition_of is not None:
        parent = relation(state, node.partition_of)
        if parent.kind != "partitioned":
            raise Rejected("42809", f'"{parent.name}" is not partitioned', node.partition_of)
        _check_bound(state, parent, node.bound, node, node.name.name)
        return [parent]
    return [relation(state, name, _INHERITABLE) for name in node.inherits]


def _check_bound(state: State, parent: Relation, bound: PartitionBound | None, node: Node, name: str = "") -> None:
    if bound is None:
        return
    for child in children_of(state, parent.oid):
        other = child.bound_node
        if other is None:
            continue
        if bound.kind == "default" and other.kind == "default":
            message = f'partition "{name}" conflicts with existing default partition "{child.name}"'
            raise Rejected("42P17", message, node)
        if overlaps(bound, other):
            raise Rejected("42P17", f'partition "{name}" would overlap partition "{child.name}"', node)


def bound_text(bound: PartitionBound | None) -> tuple[str, ...] | None:
    """The bound of a partition in a form that can be compared."""
    if bound is None:
        return None
    return (bound.kind, *map(_bound_value, bound.values), "to", *map(_bound_value, bound.upper))


def _bound_value(value: Expression) -> str:
    from analyzer.database.deparse import constant_text
    from analyzer.database.walk import moved

    match value:
        case Constant():
            return constant_text(value)
        case ColumnReference(parts=(Identifier(text=text),)):
            return text  # minvalue, maxvalue
        case Cast(operand=Constant() as operand):
            return constant_text(operand)
    return repr(moved(value))


def _inherited_columns(parents: Sequence[Relation], *, partition: bool) -> list[Column]:
    found: list[Column] = []
    for parent in parents:
        for column in parent.columns:
            existing = next((each for each in found if each.name == column.name), None)
            if existing is not None:
                found[found.index(existing)] = renamed(existing, inherited=existing.inherited + 1)
                continue
            identity = column.identity if partition else ""
            found.append(
                renamed(
                    column,
                    inherited=1,
                    local=False,
                    acl=None,
                    identity=identity,
                    sequence=column.sequence if partition else 0,
                )
            )
    return found


def _type_oid(state: State, name: QualifiedName | None) -> int:
    if name is None:
        return 0
    found = find_type(state, tuple(part.text for part in name.parts))
    return found.oid if found is not None else 0


def _of_type(state: State, node: CreateTable, columns: list[Column]) -> list[Column]:
    if node.of_type is None:
        return columns
    found = find_type(state, tuple(part.text for part in node.of_type.parts))
    if found is None:
        raise Rejected("42704", f'type "{node.of_type}" does not exist', node.of_type, subject=str(node.of_type))
    own = own_type(state, found)
    if own is None or not own.relation or state.relation(own.relation).kind != "composite":
        raise Rejected("42809", f"type {node.of_type} is not a composite type", node.of_type)
    return [*columns, *(renamed(column, acl=None) for column in state.relation(own.relation).columns)]


def _copied(column: Column, clause: LikeClause) -> Column:
    """A column that LIKE copies: its type and NOT NULL, and what INCLUDING adds."""
    keep = included(clause)
    return Column(
        number=0,
        name=column.name,
        type=column.type,
        not_null=column.not_null,
        default=column.default if "defaults" in keep and column.generated is None else None,
        generated=column.generated if "generated" in keep else None,
        identity=column.identity if "identity" in keep else "",
        collation=column.collation,
    )


_LIKE_OPTIONS = (
    "comments",
    "compression",
    "constraints",
    "defaults",
    "generated",
    "identity",
    "indexes",
    "statistics",
    "storage",
)


def included(clause: LikeClause) -> set[str]:
    """What INCLUDING and EXCLUDING leave of a LIKE clause."""
    kept: set[str] = set()
    for option in clause.options:
        verb, _, what = option.partition(" ")
        names = set(_LIKE_OPTIONS) if what == "all" else {what}
        kept = kept | names if verb == "including" else kept - names
    return kept


def _with_column(
    state: State,
    columns: list[Column],
    node: ColumnDefinition,
    serials: list[tuple[str, DataType, ColumnDefinition]],
    *,
    partition: bool,
) -> list[Column]:
    name = node.name.text
    existing = next((index for index, column in enumerate(columns) if column.name == name), None)
    if existing is not None and (columns[existing].inherited or partition):
        column = columns[existing]
        if node.type is not None:
            given = data_type(state, node.type, pseudo=False)
            if given.bare != column.type.bare:
                raise Rejected("42804", f'column "{name}" has a type conflict', node, subject=name)
        merged = renamed(column, local=True, not_null=column.not_null or _has(node, NotNull, PrimaryKey))
        return [*columns[:existing], merged, *columns[existing + 1 :]]
    if existing is not None:
        raise Rejected("42701", f'column "{name}" specified more than once', node.name, subject=name)
    if node.type is None:
        raise Rejected("42703", f'column "{name}" does not exist', node.name, subject=name)
    return [*columns, column_of(state, node, serials)]


def _has(node: ColumnDefinition, *kinds: type) -> bool:
    return any(isinstance(each, kinds) for each in node.constraints)


def column_of(state: State, node: ColumnDefinition, serials: list[tuple[str, DataType, ColumnDefinition]]) -> Column:
    """A column without its default: that may use functions, which is checked once the table is there.

    Raises:
        Rejected: the type does not exist, or constraints contradict each other.
    """
    assert node.type is not None
    name = node.name.text
    if name in SYSTEM_COLUMNS:
        raise Rejected("42701", f'column name "{name}" conflicts with a system column name', node.name, subject=name)
    serial = (
        sequences.SERIALS.get(node.type.parts[0]) if len(node.type.parts) == 1 and not node.type.dimensions else None
    )
    type_ = serial or data_type(state, node.type, pseudo=False)
    if node.type.setof:
        raise Rejected("42P16", f'column "{name}" cannot be declared SETOF', node.type, subject=name)
    identity = next((each for each in node.constraints if isinstance(each, Identity)), None)
    defaults = [each for each in node.constraints if isinstance(each, ColumnDefault)]
    generated = [each for each in node.constraints if isinstance(each, Generated)]
    not_null = _has(node, NotNull) or serial is not None or identity is not None
    if _has(node, Null) and (not_null or _has(node, PrimaryKey)):
        message = f'conflicting NULL/NOT NULL declarations for column "{name}" of table'
        raise Rejected("42601", message, node, subject=name)
    if len(defaults) > 1 or (serial is not None and defaults):
        raise Rejected("42601", f'multiple default values specified for column "{name}" of table', node, subject=name)
    if identity is not None and defaults:
        raise Rejected("42601", f'both default and identity specified for column "{name}" of table', node, subject=name)
    if generated and defaults:
        message = f'both default and generation expression specified for column "{name}" of table'
        raise Rejected("42601", message, node, subject=name)
    if identity is not None and type_.bare not in (DataType(20), DataType(21), DataType(23)):
        raise Rejected("22023", "identity column type must be smallint, integer, or bigint", node, subject=name)
    if serial is not None or identity is not None:
        serials.append((name, type_, node))
    return Column(
        number=0,
        name=name,
        type=type_,
        not_null=not_null,
        identity=identity.when if identity is not None else "",
        collation=str(node.collation) if node.collation is not None else "",
        options=tuple((option.name, option.value) for option in node.options),
    )


def _sequences(
    state: State, table: Relation, serials: Sequence[tuple[str, DataType, ColumnDefinition]], node: Node
) -> None:
    for name, _, definition in serials:
        add_sequence(state, state.relation(table.oid), name, definition, node)


def add_sequence(state: State, table: Relation, name: str, definition: ColumnDefinition, node: Node) -> None:
    """Makes the sequence of a serial or identity column and ties it to the column."""
    identity = next((each for each in definition.constraints if isinstance(each, Identity)), None)
    sequence = sequences.for_column(state, table, name, identity.options if identity is not None else (), node)
    table = state.relation(table.oid)
    column = table.column(name)
    assert column is not None
    sequences.owned_by(state, sequence, table.oid, column.number, identity=identity is not None)
    state.put(state.objects, table.oid, renamed_column(table, column.number, sequence=sequence))
    if identity is None:
        state.depend(table.oid, sequence, "normal", sub=-column.number)


def _properties(state: State, table: Relation, node: CreateTable) -> None:
    """Defaults and generation expressions, once all columns are there."""
    for definition in node.columns:
        set_properties(state, table.oid, definition)


def set_properties(state: State, oid: int, definition: ColumnDefinition) -> None:
    """The default or generation expression of a column."""
    for constraint in definition.constraints:
        table = state.relation(oid)
        column = table.column(definition.name.text)
        assert column is not None
        if isinstance(constraint, ColumnDefault):
            set_default(state, table, column, constraint.expression)
        elif isinstance(constraint, Generated):
            set_generated(state, table, column, constraint.expression)


def set_default(state: State, table: Relation, column: Column, node: Expression) -> None:
    """Gives a column a default; `NULL` is none."""
    analysis = expressions.default(state, column, node)
    state.forget_dependencies(table.oid, sub=-column.number)
    if expressions.is_null(node) and not column.type.modifiers:  # a length is a cast, which is kept
        state.put(state.objects, table.oid, renamed_column(table, column.number, default=None))
        return
    state.put(state.objects, table.oid, renamed_column(table, column.number, default=analysis.stored(node)))
    depend_on_needs(state, table.oid, analysis.needs, sub=-column.number)
    for sequence in sequences_in(state, node):
        state.depend(table.oid, sequence, "normal", sub=-column.number)


def sequences_in(state: State, node: Node) -> list[int]:
    """The sequences that `nextval('name')` in an expression means."""
    from analyzer.database.lookup import class_from_text
    from analyzer.facts.sql_query import Cast, Constant

    found = []
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, FunctionCall) and each.name.name in ("nextval", "currval", "setval") and each.arguments:
            argument: object = each.arguments[0]
            while isinstance(argument, Cast):
                if argument.type.name == "text":
                    break
                argument = argument.operand
            if isinstance(argument, Constant) and isinstance(argument.value, str):
                target = class_from_text(state, argument.value)
                if target is not None:
                    found.append(target.oid)
        stack.extend(children(each))
    return found


def set_generated(state: State, table: Relation, column: Column, node: Expression) -> None:
    """Makes a column a generated one."""
    analysis, scope = expressions.on_table(state, table)
    found = analysis.type_of(node, scope)
    expressions.forbid(analysis, node, "column generation expressions")
    if analysis.volatility != "i":
        raise Rejected("42P17", "generation expression is not immutable", node)
    for bound in analysis.columns.values():
        if bound.entry >= 0 and bound.number >= 0 and table.columns[bound.number].generated is not None:
            message = f'cannot use generated column "{bound.name}" in column generation expression'
            raise Rejected("42P17", message, node, subject=bound.name)
    if found is not None and not analysis.coerce(node, found, column.type, "assignment"):
        one, two = shown(state, column.type), shown(state, found)
        message = f'column "{column.name}" is of type {one} but default expression is of type {two}'
        raise Rejected("42804", message, node, subject=column.name)
    state.put(state.objects, table.oid, renamed_column(table, column.number, generated=analysis.stored(node)))
    for needed, number in analysis.needs:
        state.depend(table.oid, needed, "normal", sub=column.number, on_sub=number)


def _copy_from_likes(state: State, oid: int, likes: Sequence[tuple[LikeClause, Relation]]) -> None:
    for clause, source in likes:
        keep = included(clause)
        for column in source.columns:
            table = state.relation(oid)
            own = table.column(column.name)
            assert own is not None
            if "defaults" in keep and column.default is not None:
                for needed, number in _needs_of(state, source.oid, -column.number):
                    state.depend(oid, needed, "normal", sub=-own.number, on_sub=number)
            elif "defaults" in keep and column.sequence and not column.identity:
                state.put(state.objects, oid, renamed_column(table, own.number, sequence=column.sequence))
                state.depend(oid, column.sequence, "normal", sub=-own.number)
            if "identity" in keep and column.identity:
                sequence = sequences.for_column(state, table, column.name, (), clause)
                sequences.owned_by(state, sequence, oid, own.number, identity=True)
                state.put(state.objects, oid, renamed_column(state.relation(oid), own.number, sequence=sequence))
            if column.generated is not None and "generated" in keep:
                _rebind_generated(state, oid, own.number, column)
        if "constraints" in keep:
            for constraint in state.constraints_of(source.oid):
                if constraint.kind == "check":
                    constraints.copy_check(state, state.relation(oid), constraint, inherited=0, local=True)
        if "indexes" in keep:
            _copy_indexes(state, oid, source)


def _needs_of(state: State, oid: int, sub: int) -> list[tuple[int, int]]:
    return [(edge.oid, edge.sub) for edge in state.dependencies.get(oid, {}) if edge.other_sub == sub]


def _rebind_generated(state: State, oid: int, number: int, source: Column) -> None:
    assert source.generated is not None
    table = state.relation(oid)
    analysis, scope = expressions.on_table(state, table)
    analysis.type_of(source.generated.node, scope)  # type: ignore[arg-type]
    stored = renamed(analysis.stored(source.generated.node), file=source.generated.file)
    state.put(state.objects, oid, renamed_column(table, number, generated=stored))
    for needed, column in analysis.needs:
        state.depend(oid, needed, "normal", sub=number, on_sub=column)


def _copy_indexes(state: State, oid: int, source: Relation) -> None:
    from analyzer.database import indexes
    from analyzer.facts.sql_query import Identifier

    for index in list(state.indexes_of(source.oid)):
        table = state.relation(oid)
        names = [source.numbered(key.column).name for key in index.keys if key.column]
        place = state.place
        identifiers = tuple(Identifier(place.start, place.end, name) for name in names)
        if index.constraint:
            kind = PrimaryKey if index.primary else Unique
            if not index.exclusion:
                constraints.add_key(state, table, kind(place.start, place.end, columns=identifiers))
            continue
        indexes.copy_to(state, index, source, table)


def _inherit(state: State, oid: int, parents: Sequence[Relation]) -> None:
    for parent in parents:
        for constraint in state.constraints_of(parent.oid):
            if constraint.kind == "check" and not constraint.no_inherit:
                table = state.relation(oid)
                own = state.members_of("constraint", oid).get(constraint.name)
                if own is None:
                    constraints.copy_check(state, table, constraint, inherited=1, local=False)


def _partition_key(state: State, oid: int, node: CreateTable) -> None:
    assert node.partition_by is not None
    table = state.relation(oid)
    keys: list[int | str] = []
    for element in node.partition_by.elements:
        if element.column is not None:
            column = table.column(element.column.text)
            if column is None:
                name = element.column.text
                message = f'column "{name}" named in partition key does not exist'
                raise Rejected("42703", message, element.column, subject=name)
            keys.append(column.number)
        elif element.expression is not None:
            analysis, scope = expressions.on_table(state, table)
            analysis.type_of(element.expression, scope)
            if analysis.volatility != "i":
                raise Rejected("42P17", "functions in partition key expression must be marked IMMUTABLE", element)
            keys.append("expression")
    changed = renamed(table, partition_key=tuple(keys), partition_strategy=node.partition_by.strategy)
    state.put(state.objects, oid, changed)


def _constraints(state: State, oid: int, node: CreateTable) -> None:
    """All constraints in PostgreSQL's order: checks, keys (the primary one first), foreign keys."""
    written: list[tuple[AnyConstraint, str]] = [
        (constraint, definition.name.text) for definition in node.columns for constraint in definition.constraints
    ]
    written += [(constraint, "") for constraint in node.constraints]
    written.sort(key=lambda pair: pair[0].start)
    for constraint, _ in written:
        if isinstance(constraint, Check):
            constraints.add_check(state, state.relation(oid), constraint)
    keys = [(constraint, column) for constraint, column in written if isinstance(constraint, KeyConstraint | Exclude)]
    primary = [pair for pair in keys if isinstance(pair[0], PrimaryKey)]
    if len(primary) > 1:
        name = state.relation(oid).name
        raise Rejected(
            "42P16", f'multiple primary keys for table "{name}" are not allowed', primary[1][0], subject=name
        )
    done: list[tuple[tuple[str, ...], bool]] = []
    for constraint, column in [*primary, *(pair for pair in keys if not isinstance(pair[0], PrimaryKey))]:
        if isinstance(constraint, KeyConstraint):
            columns = (column,) if column else tuple(name.text for name in constraint.columns)
            deferrable = bool(constraint.deferrable)
            if (columns, deferrable) in done and not constraint.include and constraint.using_index is None:
                continue  # PostgreSQL makes one index of two equal keys
            done.append((columns, deferrable))
            _require_partition_key(state, oid, columns, constraint)
        constraints.add(state, state.relation(oid), constraint, column)
    for constraint, column in written:
        if isinstance(constraint, ForeignKey):
            constraints.add(state, state.relation(oid), constraint, column)


def _require_partition_key(state: State, oid: int, columns: Sequence[str], node: Node) -> None:
    """A unique key of a partitioned table holds all columns of the partition key."""
    table = state.relation(oid)
    if table.kind != "partitioned":
        return
    missing = [key for key in table.partition_key if isinstance(key, int) and table.numbered(key).name not in columns]
    if missing or any(isinstance(key, str) for key in table.partition_key):
        message = "unique constraint on partitioned table must include all partitioning columns"
        raise Rejected("0A000", message, node, subject=table.name)


def columns_of_query(state: State, given: Sequence[ScopeColumn], names: Sequence[str], node: Node) -> list[Column]:
    """The columns of a table or view that a query makes.

    Raises:
        Rejected: two have the same name, or there are too many names.
    """
    if len(names) > len(given):
        raise Rejected("42601", "too many column names were specified", node)
    found: list[Column] = []
    seen: set[str] = set()
    for index, column in enumerate(given):
        name = names[index] if index < len(names) else column.name
        if name in seen:
            raise Rejected("42701", f'column "{name}" specified more than once', node, subject=name)
        seen.add(name)
        type_ = settled_type(column.type) or TEXT
        if kind_of(state, type_.oid) == "pseudo" and not type_.array and type_.oid != 2249:
            message = f'column "{name}" has pseudo-type {formatted(state, type_)}'
            raise Rejected("42P16", message, node, subject=name)
        found.append(Column(number=index + 1, name=name, type=type_))
    return found
