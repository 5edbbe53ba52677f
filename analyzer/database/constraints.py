"""Constraints of tables, with the indexes that keys bring."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database import expressions, indexes, rows
from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.coercion import base_type, can_coerce, same
from analyzer.database.datatypes import DataType
from analyzer.database.dependencies import depend_on_needs, renamed_column
from analyzer.database.lookup import find_class, missing_relation
from analyzer.database.members import children_of, constraint_taken
from analyzer.database.model import Column, Constraint, Index, IndexKey, Relation
from analyzer.database.names import foreign_key_addition, free
from analyzer.database.rejected import Rejected
from analyzer.database.state import State, renamed
from analyzer.database.types import schema_exists
from analyzer.database.walk import descendants
from analyzer.facts.sql_ddl import (
    AnyConstraint,
    Check,
    Exclude,
    ForeignKey,
    KeyConstraint,
    PrimaryKey,
    Unique,
)
from analyzer.facts.sql_query import ColumnReference, Identifier, Node

_ACTIONS = {
    "": "NO ACTION",
    "no action": "NO ACTION",
    "restrict": "RESTRICT",
    "cascade": "CASCADE",
    "set null": "SET NULL",
    "set default": "SET DEFAULT",
}


def _require_free(state: State, table: Relation, name: Identifier | None) -> None:
    if name is not None and name.text in state.members_of("constraint", table.oid):
        message = f'constraint "{name.text}" for relation "{table.name}" already exists'
        raise Rejected("42710", message, name, subject=name.text)


def add(state: State, table: Relation, node: AnyConstraint, column: str = "", *, only: bool = False) -> None:
    """Adds a constraint; `column` is the one that it is written on, and `only` leaves the partitions alone."""
    match node:
        case Check():
            add_check(state, table, node)
        case PrimaryKey() | Unique():
            add_key(state, table, node, column, only=only)
        case ForeignKey():
            add_foreign_key(state, table, node, column)
        case Exclude():
            _add_exclusion(state, table, node)
        case _:
            pass


# Checks


def add_check(state: State, table: Relation, node: Check, *, existing: bool = False) -> Constraint:
    """Adds a check, on the children too.

    Raises:
        Rejected: its expression is wrong, its name taken, or a row violates it.
    """
    analysis = expressions.condition(state, table, node.expression, "CHECK")
    expressions.forbid(analysis, node.expression, "check constraints")
    names = _columns_used(node)
    numbers = [column.number for name in names if (column := table.column(name)) is not None]
    if node.name is not None:
        if node.name.text in state.members_of("constraint", table.oid):
            message = f'constraint "{node.name.text}" for relation "{table.name}" already exists'
            raise Rejected("42710", message, node.name, subject=node.name.text)
        name = node.name.text
    else:
        second = names[0] if len(numbers) == 1 else ""
        name = free(table.name, second, "check", lambda each: constraint_taken(state, table.schema, each))
    constraint = Constraint(
        oid=state.new_oid(),
        name=name,
        schema=table.schema,
        table=table.oid,
        kind="check",
        columns=tuple(numbers),
        expression=analysis.stored(node.expression),
        validated=not node.not_valid,
        no_inherit=node.no_inherit,
    )
    state.add(constraint)
    state.depend(constraint.oid, table.oid, "auto")
    for number in numbers:
        state.depend(constraint.oid, table.oid, "auto", on_sub=number)
    depend_on_needs(state, constraint.oid, analysis.needs, own=table.oid, own_kind="none")
    if not node.not_valid:
        rows.require_check(state, table, constraint, node)
    if not node.no_inherit:
        for child in children_of(state, table.oid):
            _inherit_check(state, child, constraint)
    del existing
    return constraint


def _inherit_check(state: State, child: Relation, parent: Constraint) -> None:
    own = state.members_of("constraint", child.oid).get(parent.name)
    if own is not None:
        found = state.get(own, Constraint)
        state.change(renamed(found, inherited=found.inherited + 1), "inherit")
        return
    copy_check(state, child, parent, inherited=1, local=False)


def copy_check(
    state: State, table: Relation, source: Constraint, *, inherited: int, local: bool, name: str = ""
) -> None:
    """The same check on another table, whose columns have the same names."""
    origin = state.relation(source.table)
    names = [origin.numbered(number).name for number in source.columns]
    numbers = tuple(column.number for each in names if (column := table.column(each)) is not None)
    stored = source.expression
    if stored is not None:
        analysis = expressions.condition(state, table, stored.node, "CHECK")  # type: ignore[arg-type]
        stored = renamed(analysis.stored(stored.node), file=stored.file)
    copied = renamed(
        source,
        oid=state.new_oid(),
        name=name or source.name,
        schema=table.schema,
        table=table.oid,
        columns=numbers,
        expression=stored,
        inherited=inherited,
        local=local,
        parent=source.oid if inherited else 0,
    )
    state.add(copied)
    state.depend(copied.oid, table.oid, "auto")
    for number in numbers:
        state.depend(copied.oid, table.oid, "auto", on_sub=number)
    if inherited:
        state.depend(copied.oid, source.oid, "auto")


def _columns_used(node: Check) -> list[str]:
    found: dict[str, None] = {}
    for each in descendants(node.expression):
        if isinstance(each, ColumnReference) and each.parts and not each.star:
            found[each.parts[-1].text] = None
    ordered = sorted(
        (each.start, each.parts[-1].text)
        for each in descendants(node.expression)
        if isinstance(each, ColumnReference) and each.parts
    )
    return list(dict.fromkeys(name for _, name in ordered if name in found))


# Keys


def add_key(
    state: State, table: Relation, node: PrimaryKey | Unique, column: str = "", *, only: bool = False
) -> Constraint | None:
    """Adds a primary key or a unique constraint with its index."""
    primary = isinstance(node, PrimaryKey)
    if primary and any(each.kind == "primary key" for each in state.constraints_of(table.oid)):
        message = f'multiple primary keys for table "{table.name}" are not allowed'
        raise Rejected("42P16", message, node, subject=table.name)
    if node.using_index is not None:
        return _key_from_index(state, table, node, primary=primary)
    if node.name is not None and ("class", table.schema, node.name.text) in state.names:
        raise Rejected("42P07", f'relation "{node.name.text}" already exists', node.name, subject=node.name.text)
    _require_free(state, table, node.name)
    columns = [_key_column(table, each, "key") for each in node.columns] if not column else [_named(table, column)]
    numbers = [each.number for each in columns]
    for position, number in enumerate(numbers):
        if number in numbers[:position]:
            name = columns[position].name
            kind = "primary key" if primary else "unique"
            raise Rejected("42701", f'column "{name}" appears twice in {kind} constraint', node, subject=name)
    if primary:
        table = _not_null(state, table, numbers, node)
    name = (
        node.name.text
        if node.name is not None
        else indexes.choose_name(
            state, table, [each.name for each in columns], "pkey" if primary else "key", constraint=True
        )
    )
    if node.name is not None and ("class", table.schema, name) in state.names:
        raise Rejected("42P07", f'relation "{name}" already exists', node.name, subject=name)
    for each in columns:
        indexes.require_class(state, "btree", each.type, node)
    include = tuple(_key_column(table, each, "key").number for each in node.include)
    constraint_oid = state.new_oid()
    index = Index(
        oid=state.new_oid(),
        name=name,
        schema=table.schema,
        table=table.oid,
        keys=tuple(IndexKey(number) for number in numbers),
        include=include,
        unique=True,
        primary=primary,
        nulls_not_distinct=isinstance(node, Unique) and node.nulls_not_distinct,
        constraint=constraint_oid,
        deferrable=bool(node.deferrable) or bool(node.initially_deferred),
    )
    rows.require_unique(state, table, index, node)
    constraint = Constraint(
        oid=constraint_oid,
        name=name,
        schema=table.schema,
        table=table.oid,
        kind="primary key" if primary else "unique",
        columns=tuple(numbers),
        index=index.oid,
        deferrable=index.deferrable,
        deferred=bool(node.initially_deferred),
    )
    state.add(constraint)
    state.add(index)
    _depend(state, constraint, numbers)
    state.depend(index.oid, constraint.oid, "internal")
    rows.build_index(state, table, index)
    for child in [] if only else children_of(state, table.oid):
        if child.partition_of == table.oid:
            names = [each.name for each in columns]
            own = _same_key(state, child, constraint, names)
            if own is not None:
                attach_index(state, state.get(own.index, Index), index)
            else:
                _partition_key(state, child, constraint, index, names)
    return constraint


def _same_key(state: State, child: Relation, constraint: Constraint, names: Sequence[str]) -> Constraint | None:
    """The key of a partition that can be the partition of a key."""
    numbers = tuple(_named(child, name).number for name in names)
    return next(
        (each for each in state.constraints_of(child.oid) if each.kind == constraint.kind and each.columns == numbers),
        None,
    )


def attach_index(state: State, index: Index, parent: Index) -> None:
    """Makes the index of a partition, with its constraint, a part of that of the partitioned table."""
    state.change(renamed(index, parent=parent.oid), "attach")
    if not parent.constraint:
        state.depend(index.oid, parent.oid, "partition")
        return
    constraint = state.get(index.constraint, Constraint)
    state.change(renamed(constraint, parent=parent.constraint, inherited=1, local=False), "attach")
    state.depend(constraint.oid, parent.constraint, "partition")


def _partition_key(state: State, child: Relation, constraint: Constraint, index: Index, names: Sequence[str]) -> None:
    """The same key on a partition."""
    numbers = [_named(child, name).number for name in names]
    if constraint.kind == "primary key":
        child = _not_null(state, child, numbers, None)
    label = "pkey" if constraint.kind == "primary key" else "key"
    name = indexes.choose_name(state, child, list(names), label, constraint=True)
    oid = state.new_oid()
    own = renamed(
        index,
        oid=state.new_oid(),
        name=name,
        schema=child.schema,
        table=child.oid,
        keys=tuple(IndexKey(number) for number in numbers),
        constraint=oid,
        parent=index.oid,
    )
    copied = renamed(
        constraint,
        oid=oid,
        name=name,
        schema=child.schema,
        table=child.oid,
        columns=tuple(numbers),
        index=own.oid,
        parent=constraint.oid,
        inherited=1,
        local=False,
    )
    state.add(copied)
    state.add(own)
    _depend(state, copied, numbers)
    state.depend(own.oid, copied.oid, "internal")
    state.depend(copied.oid, constraint.oid, "partition")
    for each in children_of(state, child.oid):
        if each.partition_of == child.oid:
            _partition_key(state, each, copied, own, names)


def inherit_keys(state: State, parent: Relation, child: Relation) -> None:
    """Gives a new partition the keys, indexes and foreign keys of its parent."""
    for constraint in list(state.constraints_of(parent.oid)):
        names = [parent.numbered(number).name for number in constraint.columns]
        if constraint.kind in ("primary key", "unique"):
            index = state.get(constraint.index, Index)
            own = _same_key(state, child, constraint, names)
            if own is not None:
                attach_index(state, state.get(own.index, Index), index)
                continue
            _partition_key(state, state.relation(child.oid), constraint, index, names)
        elif constraint.kind == "foreign key":
            if any(
                each.kind == "foreign key"
                and each.referenced == constraint.referenced
                and each.columns == constraint.columns
                for each in state.constraints_of(child.oid)
            ):
                continue
            copy_foreign_key(state, child, constraint, names)
    indexes.inherit(state, parent, state.relation(child.oid))


def copy_foreign_key(state: State, child: Relation, constraint: Constraint, names: Sequence[str]) -> None:
    numbers = tuple(_named(child, name).number for name in names)
    name = constraint.name
    if name in state.members_of("constraint", child.oid):
        name = free(
            child.name, foreign_key_addition(names), "fkey", lambda each: constraint_taken(state, child.schema, each)
        )
    copied = renamed(
        constraint,
        oid=state.new_oid(),
        name=name,
        schema=child.schema,
        table=child.oid,
        columns=numbers,
        parent=constraint.oid,
        inherited=1,
        local=False,
    )
    state.add(copied)
    _depend(state, copied, numbers)
    state.depend(copied.oid, constraint.oid, "partition")


def _depend(state: State, constraint: Constraint, numbers: Sequence[int]) -> None:
    state.depend(constraint.oid, constraint.table, "auto")
    for number in numbers:
        state.depend(constraint.oid, constraint.table, "auto", on_sub=number)


def _key_column(table: Relation, name: Identifier, what: str) -> Column:
    column = table.column(name.text)
    if column is None:
        raise Rejected("42703", f'column "{name.text}" named in {what} does not exist', name, subject=name.text)
    return column


def _named(table: Relation, name: str) -> Column:
    column = table.column(name)
    if column is None:
        raise Rejected("42703", f'column "{name}" named in key does not exist', subject=name)
    return column


def _not_null(state: State, table: Relation, numbers: Sequence[int], node: Node | None) -> Relation:
    changed = table
    for number in numbers:
        column = changed.numbered(number)
        if not column.not_null:
            if node is not None:
                rows.require_not_null(state, changed, column, node)
            changed = renamed_column(changed, number, not_null=True)
            for child in children_of(state, table.oid):
                own = child.column(column.name)
                if own is not None:
                    _not_null(state, child, [own.number], node)
    if changed is not table:
        state.put(state.objects, table.oid, changed)
    return changed


def _key_from_index(state: State, table: Relation, node: KeyConstraint, *, primary: bool) -> Constraint:
    wanted = node.using_index
    assert wanted is not None
    oid = state.names.get(("class", table.schema, wanted.text))
    index = state.objects.get(oid) if oid is not None else None
    if not isinstance(index, Index):
        raise Rejected("42704", f'index "{wanted.text}" does not exist', wanted, subject=wanted.text)
    if index.table != table.oid:
        message = f'index "{wanted.text}" does not belong to table "{table.name}"'
        raise Rejected("55000", message, wanted)
    if not index.unique:
        raise Rejected("42809", f'"{wanted.text}" is not a unique index', wanted)
    if index.predicate is not None:
        raise Rejected("42809", f'"{wanted.text}" is a partial index', wanted)
    if any(not key.column for key in index.keys):
        raise Rejected("42809", f'index "{wanted.text}" contains expressions', wanted)
    if index.constraint:
        raise Rejected("55000", f'index "{wanted.text}" is already associated with a constraint', wanted)
    name = node.name.text if node.name is not None else index.name
    _require_free(state, table, node.name)
    numbers = [key.column for key in index.keys]
    if primary:
        table = _not_null(state, table, numbers, node)
    constraint = Constraint(
        oid=state.new_oid(),
        name=name,
        schema=table.schema,
        table=table.oid,
        kind="primary key" if primary else "unique",
        columns=tuple(numbers),
        index=index.oid,
        deferrable=bool(node.deferrable) or bool(node.initially_deferred),
        deferred=bool(node.initially_deferred),
    )
    state.add(constraint)
    changed = renamed(index, name=name, primary=primary, constraint=constraint.oid, deferrable=constraint.deferrable)
    state.change(changed, "becomes a constraint")
    state.forget_dependencies(index.oid)
    state.depend(index.oid, constraint.oid, "internal")
    _depend(state, constraint, numbers)
    return constraint


def _add_exclusion(state: State, table: Relation, node: Exclude) -> None:
    _require_free(state, table, node.name)
    elements = [each.element for each in node.elements]
    constraint_oid = state.new_oid()
    index = indexes.build(
        state,
        table,
        elements,
        name=node.name.text if node.name is not None else "",
        method=node.method or "gist",
        label="excl",
        where=node.where,
        node=node,
        exclusion=True,
        constraint=constraint_oid,
        name_node=node.name,
    )
    constraint = Constraint(
        oid=constraint_oid,
        name=index.name,
        schema=table.schema,
        table=table.oid,
        kind="exclude",
        columns=tuple(key.column for key in index.keys if key.column),
        index=index.oid,
        deferrable=bool(node.deferrable),
        deferred=bool(node.initially_deferred),
    )
    state.add(constraint)
    state.forget_dependencies(index.oid, kinds=("auto",))
    state.depend(index.oid, constraint.oid, "internal")
    _depend(state, constraint, constraint.columns)


# Foreign keys


def add_foreign_key(state: State, table: Relation, node: ForeignKey, column: str = "") -> Constraint:
    """Adds a foreign key.

    Raises:
        Rejected: a table, column or key is missing, the types do not fit, or a row refers to nothing.
    """
    found = find_class(state, node.table)
    if found is None:
        schema = node.table.schema
        if schema is not None and not schema_exists(state, schema):
            raise Rejected("3F000", f'schema "{schema}" does not exist', node.table, subject=schema)
        raise missing_relation(state, node.table)
    if isinstance(found, Index) or found.kind not in ("table", "partitioned"):
        raise Rejected("42809", f'referenced relation "{found.name}" is not a table', node.table, subject=found.name)
    if found.persistence == "temporary" and table.persistence != "temporary":
        raise Rejected("42P16", "constraints on permanent tables may reference only permanent tables", node.table)
    if found.persistence == "unlogged" and table.persistence == "":
        raise Rejected("42P16", "constraints on permanent tables may reference only permanent tables", node.table)
    columns = [_named(table, column)] if column else [_reference_column(table, name) for name in node.columns]
    numbers = tuple(each.number for each in columns)
    index, referenced = _referenced_key(state, found, node)
    if len(numbers) != len(referenced):
        message = "number of referencing and referenced columns for foreign key disagree"
        raise Rejected("42830", message, node)
    name = (
        node.name.text
        if node.name is not None
        else free(
            table.name,
            foreign_key_addition([each.name for each in columns]),
            "fkey",
            lambda each: constraint_taken(state, table.schema, each),
        )
    )
    for own, number in zip(columns, referenced, strict=True):
        target = found.numbered(number)
        if not comparable(state, target.type, own.type):
            raise Rejected("42804", f'foreign key constraint "{name}" cannot be implemented', node, subject=own.name)
        if own.generated is not None and _ACTIONS[node.on_delete].startswith("SET"):
            raise Rejected(
                "42601", "invalid ON DELETE action for foreign key constraint containing generated column", node
            )
    _require_free(state, table, node.name)
    constraint = Constraint(
        oid=state.new_oid(),
        name=name,
        schema=table.schema,
        table=table.oid,
        kind="foreign key",
        columns=numbers,
        referenced=found.oid,
        referenced_columns=tuple(referenced),
        on_delete=_ACTIONS[node.on_delete],
        on_update=_ACTIONS[node.on_update],
        match=node.match,
        deferrable=bool(node.deferrable) or bool(node.initially_deferred),
        deferred=bool(node.initially_deferred),
        validated=not node.not_valid,
        index=index.oid,
    )
    state.add(constraint)
    _depend(state, constraint, numbers)
    for number in referenced:
        state.depend(constraint.oid, found.oid, "normal", on_sub=number)
    state.depend(constraint.oid, index.oid, "normal")
    if not node.not_valid:
        rows.require_references(state, table, constraint, node)
    for child in children_of(state, table.oid):
        if child.partition_of == table.oid:
            copy_foreign_key(state, child, constraint, [each.name for each in columns])
    return constraint


def _reference_column(table: Relation, name: Identifier) -> Column:
    column = table.column(name.text)
    if column is None:
        message = f'column "{name.text}" referenced in foreign key constraint does not exist'
        raise Rejected("42703", message, name, subject=name.text)
    return column


def _referenced_key(state: State, table: Relation, node: ForeignKey) -> tuple[Index, list[int]]:
    if not node.referenced:
        for constraint in state.constraints_of(table.oid):
            if constraint.kind == "primary key":
                return state.get(constraint.index, Index), list(constraint.columns)
        message = f'there is no primary key for referenced table "{table.name}"'
        raise Rejected("42704", message, node.table, subject=table.name)
    numbers = [_reference_column(table, name).number for name in node.referenced]
    deferrable = False
    for index in state.indexes_of(table.oid):
        if not index.unique or index.predicate is not None or any(not key.column for key in index.keys):
            continue
        if {key.column for key in index.keys} == set(numbers) and len(index.keys) == len(numbers):
            if index.deferrable:
                deferrable = True
                continue
            return index, numbers
    if deferrable:
        message = f'cannot use a deferrable unique constraint for referenced table "{table.name}"'
        raise Rejected("55000", message, node)
    message = f'there is no unique constraint matching given keys for referenced table "{table.name}"'
    raise Rejected("42830", message, node, subject=table.name)


_FAMILIES = ({20, 21, 23}, {25, 1043}, {700, 701}, {1082, 1114, 1184}, {19, 25})


def comparable(state: State, referenced: DataType, own: DataType) -> bool:
    """Whether `=` of the referenced key's index takes a value of the other type."""
    one, two = base_type(state, referenced).bare, base_type(state, own).bare
    if same(one, two):
        return True
    if not one.array and not two.array and one.oid < FIRST_OWN_OID:
        if any(one.oid in family and two.oid in family for family in _FAMILIES):
            return True
        return can_coerce(state, two, one, "implicit")
    return False
