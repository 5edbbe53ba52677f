"""Indexes (indexcmds.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database import expressions, rows
from analyzer.database.builtin import builtin
from analyzer.database.coercion import base_type, can_coerce, same
from analyzer.database.datatypes import DataType
from analyzer.database.dependencies import depend_on_needs
from analyzer.database.lookup import find_class, missing_relation
from analyzer.database.members import children_of, constraint_taken
from analyzer.database.model import Index, IndexKey, OperatorClassObject, Relation
from analyzer.database.names import free, index_addition
from analyzer.database.query_analysis import column_name
from analyzer.database.rejected import Rejected
from analyzer.database.state import State, renamed
from analyzer.database.types import kind_of, schema_exists, shown
from analyzer.facts.sql_ddl import CreateIndex
from analyzer.facts.sql_query import Expression, Identifier, IndexElement, Node, QualifiedName

_METHODS = frozenset({"btree", "hash", "gist", "gin", "spgist", "brin"})


def create_index(state: State, node: CreateIndex) -> None:
    """CREATE INDEX."""
    table = find_class(state, node.table)
    if table is None:
        schema = node.table.schema
        if schema is not None and not schema_exists(state, schema):
            raise Rejected("3F000", f'schema "{schema}" does not exist', node.table, subject=schema)
        raise missing_relation(state, node.table)
    if isinstance(table, Index) or table.kind not in ("table", "partitioned", "materialized view"):
        raise Rejected("42809", f'cannot create index on relation "{table.name}"', node.table, subject=table.name)
    name = node.name.text if node.name is not None else ""
    if name and ("class", table.schema, name) in state.names:
        if node.if_not_exists:  # what it says of the table is looked at before its name is
            for element in node.elements:
                _key(state, table, element, node.method or "btree")
            if node.where is not None:
                expressions.condition(state, table, node.where, "WHERE")
            return
        raise Rejected("42P07", f'relation "{name}" already exists', node.name, subject=name)
    if node.unique and table.kind == "partitioned":
        names = [element.column.text for element in node.elements if element.column is not None]
        if any(isinstance(key, int) and table.numbered(key).name not in names for key in table.partition_key):
            message = "unique constraint on partitioned table must include all partitioning columns"
            raise Rejected("0A000", message, node, subject=table.name)
    index = build(
        state,
        table,
        node.elements,
        name=name,
        method=node.method or "btree",
        label="idx",
        where=node.where,
        node=node,
        unique=node.unique,
        include=node.include,
        nulls_not_distinct=node.nulls_not_distinct,
    )
    if not node.only:
        for child in children_of(state, table.oid):
            if child.partition_of == table.oid:
                _on_partition(state, index, table, child)


def build(
    state: State,
    table: Relation,
    elements: Sequence[IndexElement],
    *,
    name: str,
    method: str,
    label: str,
    where: Expression | None,
    node: Node,
    unique: bool = False,
    include: Sequence[Identifier] = (),
    nulls_not_distinct: bool = False,
    exclusion: bool = False,
    constraint: int = 0,
    name_node: Node | None = None,
) -> Index:
    """Makes an index.

    Raises:
        Rejected: a column, method or operator class is missing, or a function in it is not immutable.
    """
    method = "gist" if method == "rtree" else method
    if method not in _METHODS and not _own_method(state, method):
        raise Rejected("42704", f'access method "{method}" does not exist', node, subject=method)
    if unique and method != "btree":
        raise Rejected("0A000", f'access method "{method}" does not support unique indexes', node)
    keys: list[IndexKey] = []
    needs: dict[tuple[int, int], None] = {}
    names: list[str] = []
    for element in elements:
        key, key_needs, key_name = _key(state, table, element, method)
        keys.append(key)
        needs.update(key_needs)
        names.append(key_name)
    predicate = None
    if where is not None:
        analysis = expressions.condition(state, table, where, "WHERE")
        expressions.forbid(analysis, where, "index predicates")
        if analysis.volatility != "i":
            raise Rejected("42P17", "functions in index predicate must be marked IMMUTABLE", where)
        predicate = analysis.stored(where)
        needs.update(analysis.needs)
    included = []
    for each in include:
        column = table.column(each.text)
        if column is None:
            raise Rejected("42703", f'column "{each.text}" does not exist', each, subject=each.text)
        included.append(column.number)
    if not name:
        name = choose_name(state, table, names, label, constraint=bool(constraint))
    elif ("class", table.schema, name) in state.names:
        raise Rejected("42P07", f'relation "{name}" already exists', name_node or node, subject=name)
    index = Index(
        oid=state.new_oid(),
        name=name,
        schema=table.schema,
        table=table.oid,
        keys=tuple(keys),
        include=tuple(included),
        unique=unique,
        method=method,
        predicate=predicate,
        nulls_not_distinct=nulls_not_distinct,
        exclusion=exclusion,
        constraint=constraint,
        owner=table.owner,
    )
    if unique:
        rows.require_unique(state, table, index, node)
    state.add(index)
    depend(state, index, needs)
    if unique:
        rows.build_index(state, table, index)
    return index


def depend(state: State, index: Index, needs: dict[tuple[int, int], None]) -> None:
    """Notes what an index depends on."""
    table = index.table
    state.depend(index.oid, table, "auto")
    for number in (*(key.column for key in index.keys if key.column), *index.include):
        state.depend(index.oid, table, "auto", on_sub=number)
    depend_on_needs(state, index.oid, needs, own=table, own_kind="auto")


def _own_method(state: State, method: str) -> bool:
    return state.find("access method", method) != 0


def _key(
    state: State, table: Relation, element: IndexElement, method: str
) -> tuple[IndexKey, dict[tuple[int, int], None], str]:
    needs: dict[tuple[int, int], None] = {}
    stored = None
    number = 0
    if element.column is not None:
        column = table.column(element.column.text)
        if column is None:
            name = element.column.text
            raise Rejected("42703", f'column "{name}" does not exist', element.column, subject=name)
        number, type_, key_name = column.number, column.type, column.name
    else:
        assert element.expression is not None
        analysis, scope = expressions.on_table(state, table)
        found = analysis.type_of(element.expression, scope)
        expressions.forbid(analysis, element.expression, "index expressions")
        if analysis.volatility != "i":
            raise Rejected("42P17", "functions in index expression must be marked IMMUTABLE", element.expression)
        stored = analysis.stored(element.expression)
        needs = analysis.needs
        figured = column_name(element.expression)
        key_name = "expr" if figured == "?column?" else figured
        type_ = found  # type: ignore[assignment]
    class_name = str(element.operator_class) if element.operator_class is not None else ""
    own_class = _own_class(state, method, element.operator_class, type_)
    if own_class:
        needs[own_class, 0] = None
    if type_ is not None:
        require_class(state, method, type_, element, element.operator_class)
    elif element.operator_class is not None:
        _named_class(state, method, element.operator_class)
    descending = element.direction == "desc"
    nulls_first = element.nulls == "first" or (element.nulls == "" and descending)
    collation = str(element.collation) if element.collation is not None else ""
    return IndexKey(number, stored, class_name, descending, nulls_first, collation), needs, key_name


def _own_class(state: State, method: str, name: QualifiedName | None, type_: DataType | None) -> int:
    """The operator class of an extension that a key uses, or 0."""
    if name is not None:
        for schema in [name.schema] if name.schema is not None else state.search_path:
            oid = state.names.get((f"operator class {method}", schema, name.name))
            if oid is not None:
                return oid
        return 0
    if type_ is None or method not in ("gist", "gin", "hnsw", "ivfflat"):
        return 0
    bare = base_type(state, type_).bare
    if any(each.method == method and each.default and same(each.type, bare) for each in builtin().operator_classes):
        return 0
    for (space, _, _), oid in state.names.items():
        if space == f"operator class {method}":
            own = state.get(oid, OperatorClassObject)
            if own.default and same(own.type, bare):
                return oid
    return 0


def _named_class(state: State, method: str, name: QualifiedName) -> list[DataType]:
    found = (
        [each.type for each in builtin().operator_classes if each.method == method and each.name == name.name]
        if name.schema in (None, "pg_catalog")
        else []
    )
    schemas = [name.schema] if name.schema is not None else list(state.search_path)
    for schema in schemas:
        oid = state.names.get((f"operator class {method}", schema, name.name))
        if oid is not None:
            found.append(state.get(oid, OperatorClassObject).type)
    if not found:
        message = f'operator class "{name}" does not exist for access method "{method}"'
        raise Rejected("42704", message, name, subject=str(name))
    return found


def require_class(state: State, method: str, type_: DataType, node: Node, name: QualifiedName | None = None) -> None:
    """Raises where an access method has no operator class for a type.

    Raises:
        Rejected: with 42704, or 42804 for a named class of another type.
    """
    bare = base_type(state, type_).bare
    if name is not None:
        accepted = _named_class(state, method, name)
        if not any(_accepts(state, each, bare) for each in accepted):
            message = f'operator class "{name.name}" does not accept data type {shown(state, bare)}'
            raise Rejected("42804", message, name)
        return
    if default_class(state, method, bare):
        return
    message = f'data type {shown(state, type_)} has no default operator class for access method "{method}"'
    raise Rejected("42704", message, node, subject=shown(state, type_))


def _accepts(state: State, wanted: DataType, given: DataType) -> bool:
    return same(wanted, given) or wanted.oid in (2277, 2283, 3500) or can_coerce(state, given, wanted, "implicit")


def default_class(state: State, method: str, type_: DataType) -> bool:
    """Whether the access method has a default operator class for the type (GetDefaultOpClass)."""
    kind = kind_of(state, type_.oid) if not type_.array else "array"
    for each in builtin().operator_classes:
        if each.method != method or not each.default:
            continue
        if same(each.type, type_):
            return True
        if type_.array and each.type.oid == 2277:
            return True
        if kind == "enum" and each.type.oid == 3500:
            return True
        if kind in ("range",) and each.type.oid == 3831:
            return True
        if kind == "multirange" and each.type.oid == 4537:
            return True
        if kind == "composite" and each.type.oid == 2249:
            return True
        if type_.oid == 1043 and each.type.oid == 25 and not type_.array:
            return True
    for (space, _, _), oid in list(state.names.items()):
        if space == f"operator class {method}":
            own = state.get(oid, OperatorClassObject)
            if own.default and (same(own.type, type_) or (kind == "enum" and own.type.oid == 3500)):
                return True
    return False


def choose_name(state: State, table: Relation, columns: Sequence[str], label: str, *, constraint: bool) -> str:
    """The name of an index without one (ChooseIndexName)."""

    def taken(name: str) -> bool:
        if ("class", table.schema, name) in state.names:
            return True
        if constraint:
            return constraint_taken(state, table.schema, name)
        return False

    unique: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in unique:
            number += 1
            name = f"{column}{number}"
        unique.append(name)
    second = "" if label == "pkey" else index_addition(unique)
    return free(table.name, second, label, taken)


def inherit(state: State, parent: Relation, child: Relation) -> None:
    """Gives a new partition the plain indexes of its parent."""
    for index in list(state.indexes_of(parent.oid)):
        if not index.constraint:
            _on_partition(state, index, parent, child)


def copy_to(state: State, index: Index, source: Relation, table: Relation) -> None:
    """The same plain index on another table, whose columns have the same names."""
    _copied(state, index, source, table, 0)


def _on_partition(state: State, index: Index, parent: Relation, child: Relation) -> None:
    numbers = {column.number: own.number for column in parent.columns if (own := child.column(column.name)) is not None}
    for own_index in state.indexes_of(child.oid):
        if (
            not own_index.parent
            and not own_index.constraint
            and own_index.unique == index.unique
            and own_index.method == index.method
            and [key.column for key in own_index.keys] == [numbers.get(key.column, 0) for key in index.keys]
            and all(key.column for key in own_index.keys)
            and (own_index.predicate is None) == (index.predicate is None)
        ):
            state.change(renamed(own_index, parent=index.oid), "attach")
            return
    copied = _copied(state, index, parent, child, index.oid)
    state.depend(copied.oid, index.oid, "partition")
    for each in children_of(state, child.oid):
        if each.partition_of == child.oid:
            _on_partition(state, copied, child, each)


def _copied(state: State, index: Index, parent: Relation, child: Relation, parent_index: int) -> Index:
    numbers = {column.number: own.number for column in parent.columns if (own := child.column(column.name)) is not None}
    keys = []
    needs: dict[tuple[int, int], None] = {}
    names = []
    for key in index.keys:
        if key.expression is not None:
            analysis, scope = expressions.on_table(state, child)
            analysis.type_of(key.expression.node, scope)  # type: ignore[arg-type]
            stored = renamed(analysis.stored(key.expression.node), file=key.expression.file)
            needs.update(analysis.needs)
            keys.append(renamed(key, expression=stored))
            figured = column_name(key.expression.node)  # type: ignore[arg-type]
            names.append("expr" if figured == "?column?" else figured)
        else:
            number = numbers[key.column]
            keys.append(renamed(key, column=number))
            names.append(child.numbered(number).name)
    predicate = index.predicate
    if predicate is not None:
        analysis = expressions.condition(state, child, predicate.node, "WHERE")  # type: ignore[arg-type]
        predicate = renamed(analysis.stored(predicate.node), file=predicate.file)
    copied = renamed(
        index,
        oid=state.new_oid(),
        name=choose_name(state, child, names, "idx", constraint=False),
        schema=child.schema,
        table=child.oid,
        keys=tuple(keys),
        include=tuple(numbers[number] for number in index.include),
        predicate=predicate,
        parent=parent_index,
    )
    state.add(copied)
    depend(state, copied, needs)
    return copied
