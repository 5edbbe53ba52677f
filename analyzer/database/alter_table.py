"""ALTER TABLE and its like, subcommand by subcommand (tablecmds.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.database import constraints, expressions, rows, sequences, tables
from analyzer.database.builtin import FIRST_OWN_OID, builtin
from analyzer.database.datatypes import UNKNOWN
from analyzer.database.dependencies import Address, drop, remove, renamed_column
from analyzer.database.descriptions import described
from analyzer.database.lookup import find_class, missing_relation, relation
from analyzer.database.members import children_of
from analyzer.database.model import Column, Constraint, Index, Policy, Relation, Trigger
from analyzer.database.privileges import role_name
from analyzer.database.rejected import Rejected
from analyzer.database.state import State, renamed
from analyzer.database.types import data_type, schema_exists, shown
from analyzer.facts import sql_ddl as ddl
from analyzer.facts.sql_query import Identifier, Node

_PASSES: dict[type, int] = {
    ddl.DropColumn: 0,
    ddl.DropConstraint: 0,
    ddl.DropExpression: 1,
    ddl.DropIdentity: 1,
    ddl.AlterColumnType: 2,
    ddl.SetExpression: 3,
    ddl.AddColumn: 4,
    ddl.AlterColumnDefault: 5,
    ddl.AddIdentity: 5,
    ddl.SetNotNull: 6,
    ddl.AddConstraint: 7,
}
_LAST = 9


def alter_table(state: State, node: ddl.AlterTable) -> None:
    """ALTER of a relation or a composite type."""
    if node.kind == "type":
        _alter_type(state, node)
        return
    found = find_class(state, node.name)
    if found is None:
        if node.if_exists:
            return
        if (node.name.schema or "pg_catalog", node.name.name) in builtin().relations:
            return
        schema = node.name.schema
        if schema is not None and not schema_exists(state, schema):
            raise Rejected("3F000", f'schema "{schema}" does not exist', node.name, subject=schema)
        raise missing_relation(state, node.name)
    if isinstance(found, Index):
        _alter_index(state, found, node)
        return
    _require_kind(found, node)
    for subcommand in sorted(node.subcommands, key=_order):
        table = state.relation(found.oid)
        _SUBCOMMANDS[type(subcommand)](state, table, subcommand, node)


def _order(subcommand: ddl.Subcommand) -> tuple[int, int]:
    rank = _PASSES.get(type(subcommand), _LAST)
    if isinstance(subcommand, ddl.AlterColumnDefault) and subcommand.expression is None:
        rank = 0
    if isinstance(subcommand, ddl.AddConstraint) and isinstance(subcommand.constraint, ddl.ForeignKey):
        rank = 8
    return rank, subcommand.start


def _require_kind(found: Relation, node: ddl.AlterTable) -> None:
    wanted = {
        "view": ("view",),
        "materialized view": ("materialized view",),
        "sequence": ("sequence",),
        "foreign table": ("foreign",),
        "index": (),
    }.get(node.kind)
    if wanted is not None and found.kind not in wanted:
        article = "an" if node.kind == "index" else "a"
        raise Rejected("42809", f'"{found.name}" is not {article} {node.kind}', node.name, subject=found.name)
    if node.kind == "table" and found.kind == "composite":
        raise Rejected("42809", f'"{found.name}" is a composite type', node.name, subject=found.name)
    if found.kind in ("view", "materialized view", "sequence"):
        for subcommand in node.subcommands:
            allowed = isinstance(subcommand, ddl.OwnerTo | ddl.SetOptions | ddl.AlterColumnDefault)
            if not allowed and isinstance(subcommand, _TABLE_ONLY):
                action = _ACTION_NAMES.get(type(subcommand), "ALTER")
                message = f'ALTER action {action} cannot be performed on relation "{found.name}"'
                raise Rejected("42809", message, node.name, subject=found.name)


_TABLE_ONLY = (
    ddl.AddColumn,
    ddl.DropColumn,
    ddl.AddConstraint,
    ddl.DropConstraint,
    ddl.RowSecurity,
    ddl.SetNotNull,
    ddl.DropNotNull,
    ddl.AlterColumnType,
)
_ACTION_NAMES: dict[type, str] = {
    ddl.AddColumn: "ADD COLUMN",
    ddl.DropColumn: "DROP COLUMN",
    ddl.AddConstraint: "ADD CONSTRAINT",
    ddl.DropConstraint: "DROP CONSTRAINT",
    ddl.RowSecurity: "ENABLE ROW SECURITY",
    ddl.SetNotNull: "ALTER COLUMN ... SET NOT NULL",
    ddl.DropNotNull: "ALTER COLUMN ... DROP NOT NULL",
    ddl.AlterColumnType: "ALTER COLUMN ... SET DATA TYPE",
}


def _alter_index(state: State, index: Index, node: ddl.AlterTable) -> None:
    for subcommand in node.subcommands:
        if isinstance(subcommand, ddl.AttachPartition):
            _attach_index(state, index, subcommand)
            continue
        if isinstance(subcommand, ddl.OwnerTo):
            role_name(state, subcommand.role)
        elif not isinstance(
            subcommand, ddl.SetOptions | ddl.SetTablespace | ddl.SetColumnProperty | ddl.OtherSubcommand
        ):
            raise Rejected("42809", f'"{index.name}" is not a table', node.name, subject=index.name)
    state.note(index.oid, "altered", "alter")


def _attach_index(state: State, parent: Index, node: ddl.AttachPartition) -> None:
    """ALTER INDEX ... ATTACH PARTITION (ATExecAttachPartitionIdx)."""
    index = find_class(state, node.table)
    if index is None:
        raise missing_relation(state, node.table)
    if not isinstance(index, Index):
        raise Rejected("42P17", f'"{index.name}" is not an index', node.table, subject=index.name)
    if index.parent == parent.oid:
        return
    message = f'cannot attach index "{index.name}" as a partition of index "{parent.name}"'
    table, whole = state.relation(index.table), state.relation(parent.table)
    taken = any(each.parent == parent.oid for each in state.indexes_of(table.oid))
    if index.parent or table.partition_of != whole.oid or taken:
        raise Rejected("55000", message, node.table, subject=index.name)
    if (
        _columns_of(table, index) != _columns_of(whole, parent)
        or (index.unique, index.method) != (parent.unique, parent.method)
        or (parent.constraint and not index.constraint)
    ):
        raise Rejected("42P17", message, node.table, subject=index.name)
    constraints.attach_index(state, index, parent)


def _columns_of(table: Relation, index: Index) -> list[str]:
    return [table.numbered(key.column).name if key.column else "" for key in index.keys]


def column_named(state: State, table: Relation, name: Identifier) -> Column:
    """The column of this name.

    Raises:
        Rejected: there is none.
    """
    column = table.column(name.text)
    if column is None:
        message = f'column "{name.text}" of relation "{table.name}" does not exist'
        raise Rejected("42703", message, name, subject=name.text)
    del state
    return column


def _add_column(state: State, table: Relation, node: ddl.AddColumn, whole: ddl.AlterTable) -> None:
    name = node.column.name.text
    if table.column(name) is not None:
        if node.if_not_exists:
            return
        message = f'column "{name}" of relation "{table.name}" already exists'
        raise Rejected("42701", message, node.column.name, subject=name)
    if table.partition_of:
        raise Rejected("42809", "cannot add column to a partition", node, subject=name)
    serials: list[tuple[str, Any, ddl.ColumnDefinition]] = []
    column = tables.column_of(state, node.column, serials)
    add_column(state, table, column)
    for _, _, definition in serials:
        tables.add_sequence(state, state.relation(table.oid), name, definition, node)
    tables.set_properties(state, table.oid, node.column)
    rows.add_column(state, state.relation(table.oid), name, node)
    for constraint in node.column.constraints:
        if isinstance(constraint, ddl.Check | ddl.KeyConstraint):
            constraints.add(state, state.relation(table.oid), constraint, name)
    for constraint in node.column.constraints:
        if isinstance(constraint, ddl.ForeignKey):
            constraints.add(state, state.relation(table.oid), constraint, name)
    if not whole.only:
        for child in children_of(state, table.oid):
            _inherit_column(state, child, state.relation(table.oid), name)
    _retype_row(state, table.oid)


def _inherit_column(state: State, child: Relation, parent: Relation, name: str) -> None:
    own = child.column(name)
    source = parent.column(name)
    assert source is not None
    if own is not None:
        state.change(renamed_column(child, own.number, inherited=own.inherited + 1), f"inherit column {name}")
        return
    add_column(state, child, renamed(source, inherited=1, local=False, acl=None))
    rows.add_column(state, state.relation(child.oid), name, None)
    for each in children_of(state, child.oid):
        _inherit_column(state, each, state.relation(child.oid), name)


def add_column(state: State, table: Relation, column: Column) -> None:
    """Appends a column."""
    added = renamed(column, number=table.next_number)
    changed = renamed(table, columns=(*table.columns, added), next_number=table.next_number + 1)
    state.change(changed, f"add column {column.name}")
    tables.depend_on_type(state, table.oid, added)


def _retype_row(state: State, oid: int) -> None:
    del state, oid  # the row type reads its columns from the relation


def _drop_column(state: State, table: Relation, node: ddl.DropColumn, whole: ddl.AlterTable) -> None:
    column = table.column(node.name.text)
    if column is None:
        if node.if_exists:
            return
        message = f'column "{node.name.text}" of relation "{table.name}" does not exist'
        raise Rejected("42703", message, node.name, subject=node.name.text)
    if column.inherited:
        raise Rejected("42P16", f'cannot drop inherited column "{column.name}"', node.name, subject=column.name)
    if column.number in table.partition_key:
        message = (
            f'cannot drop column "{column.name}" because it is part of the partition key of relation "{table.name}"'
        )
        raise Rejected("42P16", message, node.name, subject=column.name)
    cascade = node.behavior == "cascade"
    if not whole.only:
        for child in children_of(state, table.oid):
            _disinherit_column(state, child, column.name, cascade=cascade, node=node)
    drop(state, [Address(table.oid, column.number)], cascade=cascade, node=node.name)


def _disinherit_column(state: State, child: Relation, name: str, *, cascade: bool, node: Node) -> None:
    own = child.column(name)
    if own is None:
        return
    if own.inherited > 1 or own.local:
        state.change(renamed_column(child, own.number, inherited=own.inherited - 1), f"disinherit column {name}")
        return
    for each in children_of(state, child.oid):
        _disinherit_column(state, each, name, cascade=cascade, node=node)
    state.change(renamed_column(child, own.number, inherited=0), f"disinherit column {name}")
    drop(state, [Address(child.oid, own.number)], cascade=cascade, node=node)


def _alter_type_of_column(state: State, table: Relation, node: ddl.AlterColumnType, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    type_ = data_type(state, node.type, pseudo=False)
    _require_unused(state, table, column, node)
    if column.number in table.partition_key:
        message = (
            f'cannot alter column "{column.name}" because it is part of the partition key of relation "{table.name}"'
        )
        raise Rejected("42P16", message, node.name, subject=column.name)
    if node.using is not None:
        analysis, scope = expressions.on_table(state, table)
        found = analysis.type_of(node.using, scope)
        if analysis.has_subquery:
            raise Rejected("0A000", "cannot use subquery in transform expression", node.using)
        if found is not None and not analysis.coerce(node.using, found, type_, "assignment"):
            message = (
                f'result of USING clause for column "{column.name}" cannot be cast automatically to type '
                f"{shown(state, type_)}"
            )
            raise Rejected("42804", message, node.using, subject=column.name)
    elif not expressions.converts(state, column.type, type_):
        message = f'column "{column.name}" cannot be cast automatically to type {shown(state, type_)}'
        raise Rejected("42804", message, node, subject=column.name)
    if column.default is not None and not expressions.converts(state, _default_type(state, column), type_):
        message = f'default for column "{column.name}" cannot be cast automatically to type {shown(state, type_)}'
        raise Rejected("42804", message, node, subject=column.name)
    _retype(state, table, column, type_, node)
    if not whole.only:
        for child in children_of(state, table.oid):
            own = child.column(column.name)
            if own is not None:
                _retype(state, child, own, type_, node)


def _retype(state: State, table: Relation, column: Column, type_: Any, node: ddl.AlterColumnType) -> None:
    state.forget_dependencies(table.oid, sub=column.number, kinds=("normal",))
    changed = renamed_column(table, column.number, type=type_)
    state.change(changed, f"alter type of {column.name}")
    if type_.oid >= FIRST_OWN_OID:
        state.depend(table.oid, type_.oid, "normal", sub=column.number)
    if column.generated is not None:
        for needed in _generated_needs(state, changed, column):
            state.depend(table.oid, needed[0], "normal", sub=column.number, on_sub=needed[1])
    _recheck(state, changed, column, node)
    rows.retype(state, table, changed, column.number, node.using)


def _generated_needs(state: State, table: Relation, column: Column) -> list[tuple[int, int]]:
    assert column.generated is not None
    analysis, scope = expressions.on_table(state, table)
    analysis.type_of(column.generated.node, scope)  # type: ignore[arg-type]
    return list(analysis.needs)


def _default_type(state: State, column: Column) -> Any:
    """The type of a default before it was coerced to the column's type; an untyped literal has the column's."""
    assert column.default is not None
    _, found = expressions.value(state, column.default.node)  # type: ignore[arg-type]
    return column.type if found is None or found.oid == UNKNOWN.oid else found


def _require_unused(state: State, table: Relation, column: Column, node: ddl.AlterColumnType) -> None:
    """Views, rules, policies, generated columns and column triggers forbid a new type."""
    for edge in state.dependents.get(table.oid, {}):
        if edge.other_sub != column.number:
            continue
        other = state.objects.get(edge.oid)
        message = ""
        if isinstance(other, Relation) and other.kind in ("view", "materialized view"):
            message = "cannot alter type of a column used by a view or rule"
        elif isinstance(other, Policy):
            message = "cannot alter type of a column used in a policy definition"
        elif isinstance(other, Trigger):
            message = "cannot alter type of a column used in a trigger definition"
        elif isinstance(other, Relation) and other.oid == table.oid and edge.sub > 0 and edge.sub != column.number:
            message = "cannot alter type of a column used by a generated column"
        elif other is not None and type(other).__name__ == "Function":
            message = "cannot alter type of a column used by a function or procedure"
        if message:
            subject = f"{described(state, edge.oid, edge.sub)} depends on column {column.name}"
            raise Rejected("0A000", message, node, subject=subject)


def _recheck(state: State, table: Relation, column: Column, node: ddl.AlterColumnType) -> None:
    """Constraints and indexes are built anew with the new type."""
    from analyzer.database.indexes import require_class

    for index in list(state.indexes_of(table.oid)):
        uses = any(key.column == column.number for key in index.keys)
        if uses:
            for key in index.keys:
                if key.column == column.number and not key.operator_class:
                    require_class(state, index.method, table.numbered(column.number).type, node)
        if index.predicate is not None or any(key.expression is not None for key in index.keys):
            needs_it = any(
                edge.oid == table.oid and edge.sub == column.number for edge in state.dependencies.get(index.oid, {})
            )
            if needs_it and index.predicate is not None:
                expressions.condition(state, table, index.predicate.node, "WHERE")  # type: ignore[arg-type]
            if needs_it:
                for key in index.keys:
                    if key.expression is not None:
                        analysis, scope = expressions.on_table(state, table)
                        analysis.type_of(key.expression.node, scope)  # type: ignore[arg-type]
    for constraint in list(state.constraints_of(table.oid)):
        if constraint.kind == "check" and column.number in constraint.columns and constraint.expression is not None:
            expressions.condition(state, table, constraint.expression.node, "CHECK")  # type: ignore[arg-type]
        elif constraint.kind == "foreign key" and column.number in constraint.columns:
            _recheck_reference(state, constraint, node)
    for edge in list(state.dependents.get(table.oid, {})):
        other = state.objects.get(edge.oid)
        if (
            isinstance(other, Constraint)
            and other.kind == "foreign key"
            and other.referenced == table.oid
            and column.number in other.referenced_columns
        ):
            _recheck_reference(state, other, node)


def _recheck_reference(state: State, constraint: Constraint, node: Node) -> None:
    own, other = state.relation(constraint.table), state.relation(constraint.referenced)
    for one, two in zip(constraint.columns, constraint.referenced_columns, strict=True):
        if not constraints.comparable(state, other.numbered(two).type, own.numbered(one).type):
            message = f'foreign key constraint "{constraint.name}" cannot be implemented'
            raise Rejected("42804", message, node, subject=constraint.name)


def _alter_default(state: State, table: Relation, node: ddl.AlterColumnDefault, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if column.identity:
        message = f'column "{column.name}" of relation "{table.name}" is an identity column'
        raise Rejected("42601", message, node.name, subject=column.name)
    if column.generated is not None:
        message = f'column "{column.name}" of relation "{table.name}" is a generated column'
        raise Rejected("42601", message, node.name, subject=column.name)
    state.forget_dependencies(table.oid, sub=-column.number)
    cleared = renamed_column(table, column.number, default=None, sequence=0)
    verb = "set default of" if node.expression is not None else "drop default of"
    state.change(cleared, f"{verb} {column.name}")
    if node.expression is not None:
        tables.set_default(state, cleared, cleared.numbered(column.number), node.expression)
    if not whole.only:
        for child in children_of(state, table.oid):
            if child.column(column.name) is not None:
                _alter_default(state, child, node, whole)


def _set_not_null(state: State, table: Relation, node: ddl.SetNotNull, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if not column.not_null:
        rows.require_not_null(state, table, column, node)
        state.change(renamed_column(table, column.number, not_null=True), f"set not null of {column.name}")
    if not whole.only:
        for child in children_of(state, table.oid):
            if child.column(column.name) is not None:
                _set_not_null(state, child, node, whole)


def _drop_not_null(state: State, table: Relation, node: ddl.DropNotNull, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if column.identity:
        message = f'column "{column.name}" of relation "{table.name}" is an identity column'
        raise Rejected("42601", message, node.name, subject=column.name)
    for constraint in state.constraints_of(table.oid):
        if constraint.kind == "primary key" and column.number in constraint.columns:
            raise Rejected("42P16", f'column "{column.name}" is in a primary key', node.name, subject=column.name)
    state.change(renamed_column(table, column.number, not_null=False), f"drop not null of {column.name}")
    if not whole.only:
        for child in children_of(state, table.oid):
            if child.column(column.name) is not None:
                _drop_not_null(state, child, node, whole)


def _add_identity(state: State, table: Relation, node: ddl.AddIdentity, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if not column.not_null:
        message = (
            f'column "{column.name}" of relation "{table.name}" must be declared NOT NULL before identity can be added'
        )
        raise Rejected("55000", message, node.name, subject=column.name)
    if column.identity:
        message = f'column "{column.name}" of relation "{table.name}" is already an identity column'
        raise Rejected("55000", message, node.name, subject=column.name)
    if column.default is not None or column.sequence:
        message = f'column "{column.name}" of relation "{table.name}" already has a default value'
        raise Rejected("55000", message, node.name, subject=column.name)
    sequence = sequences.for_column(state, table, column.name, node.identity.options, node)
    sequences.owned_by(state, sequence, table.oid, column.number, identity=True)
    changed = renamed_column(state.relation(table.oid), column.number, identity=node.identity.when, sequence=sequence)
    state.change(changed, f"add identity to {column.name}")
    del whole


def _set_identity(state: State, table: Relation, node: ddl.SetIdentity, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if not column.identity:
        message = f'column "{column.name}" of relation "{table.name}" is not an identity column'
        raise Rejected("55000", message, node.name, subject=column.name)
    if node.when:
        state.change(renamed_column(table, column.number, identity=node.when), f"set identity of {column.name}")
    sequences._options(state, column.sequence, node.options, node)
    del whole


def _drop_identity(state: State, table: Relation, node: ddl.DropIdentity, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if not column.identity:
        if node.if_exists:
            return
        message = f'column "{column.name}" of relation "{table.name}" is not an identity column'
        raise Rejected("55000", message, node.name, subject=column.name)
    state.change(renamed_column(table, column.number, identity="", sequence=0), f"drop identity of {column.name}")
    remove(state, Address(column.sequence), "drop identity")
    del whole


def _set_expression(state: State, table: Relation, node: ddl.SetExpression, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if column.generated is None:
        message = f'column "{column.name}" of relation "{table.name}" is not a generated column'
        raise Rejected("55000", message, node.name, subject=column.name)
    tables.set_generated(state, table, column, node.expression)
    del whole


def _drop_expression(state: State, table: Relation, node: ddl.DropExpression, whole: ddl.AlterTable) -> None:
    column = column_named(state, table, node.name)
    if column.generated is None:
        if node.if_exists:
            return
        message = f'column "{column.name}" of relation "{table.name}" is not a generated column'
        raise Rejected("55000", message, node.name, subject=column.name)
    state.change(renamed_column(table, column.number, generated=None), f"drop expression of {column.name}")
    del whole


def _set_property(state: State, table: Relation, node: ddl.SetColumnProperty, whole: ddl.AlterTable) -> None:
    column_named(state, table, node.name)
    del whole


def _add_constraint(state: State, table: Relation, node: ddl.AddConstraint, whole: ddl.AlterTable) -> None:
    constraint = node.constraint
    if isinstance(constraint, ddl.KeyConstraint) and table.kind == "partitioned":
        tables._require_partition_key(state, table.oid, [name.text for name in constraint.columns], constraint)
    if isinstance(constraint, ddl.Check) and whole.only and not constraint.no_inherit and children_of(state, table.oid):
        raise Rejected("42P16", "constraint must be added to child tables too", constraint)
    constraints.add(state, table, constraint, only=whole.only)
    state.note(table.oid, "altered", "add constraint")


def _drop_constraint(state: State, table: Relation, node: ddl.DropConstraint, whole: ddl.AlterTable) -> None:
    oid = state.members_of("constraint", table.oid).get(node.name.text)
    if oid is None:
        if node.if_exists:
            return
        message = f'constraint "{node.name.text}" of relation "{table.name}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    constraint = state.get(oid, Constraint)
    if constraint.inherited:
        message = f'cannot drop inherited constraint "{constraint.name}" of relation "{table.name}"'
        raise Rejected("42P16", message, node.name, subject=constraint.name)
    if constraint.kind == "check" and not whole.only:
        for child in children_of(state, table.oid):
            own = state.members_of("constraint", child.oid).get(constraint.name)
            if own is not None:
                found = state.get(own, Constraint)
                if found.inherited <= 1 and not found.local:
                    drop(state, [Address(own)], cascade=True, node=node)
                else:
                    state.change(renamed(found, inherited=found.inherited - 1), "disinherit")
    drop(state, [Address(oid)], cascade=node.behavior == "cascade", node=node.name)
    state.note(table.oid, "altered", f"drop constraint {constraint.name}")


def _alter_constraint(state: State, table: Relation, node: ddl.AlterConstraint, whole: ddl.AlterTable) -> None:
    oid = state.members_of("constraint", table.oid).get(node.name.text)
    if oid is None:
        message = f'constraint "{node.name.text}" of relation "{table.name}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    constraint = state.get(oid, Constraint)
    if constraint.kind != "foreign key":
        message = f'constraint "{constraint.name}" of relation "{table.name}" is not a foreign key constraint'
        raise Rejected("42809", message, node.name)
    deferred = bool(node.initially_deferred)
    deferrable = bool(node.deferrable) or deferred
    state.change(renamed(constraint, deferrable=deferrable, deferred=deferred), "alter")
    del whole


def _validate_constraint(state: State, table: Relation, node: ddl.ValidateConstraint, whole: ddl.AlterTable) -> None:
    oid = state.members_of("constraint", table.oid).get(node.name.text)
    if oid is None:
        message = f'constraint "{node.name.text}" of relation "{table.name}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    constraint = state.get(oid, Constraint)
    if constraint.kind not in ("check", "foreign key"):
        message = f'constraint "{constraint.name}" of relation "{table.name}" is not a foreign key or check constraint'
        raise Rejected("42809", message, node.name)
    if not constraint.validated:
        if constraint.kind == "check":
            rows.require_check(state, table, constraint, node)
        else:
            rows.require_references(state, table, constraint, node)
        state.change(renamed(constraint, validated=True), "validate")
    del whole


def _row_security(state: State, table: Relation, node: ddl.RowSecurity, whole: ddl.AlterTable) -> None:
    match node.mode:
        case "enable":
            changed = renamed(table, rls=True)
        case "disable":
            changed = renamed(table, rls=False)
        case "force":
            changed = renamed(table, force_rls=True)
        case _:
            changed = renamed(table, force_rls=False)
    state.change(changed, f"{node.mode} row level security")
    del whole


def _switch_trigger(state: State, table: Relation, node: ddl.SwitchTrigger, whole: ddl.AlterTable) -> None:
    letter = {"enable": "O", "disable": "D", "enable always": "A", "enable replica": "R"}[node.mode]
    if node.object == "rule":
        return
    if node.name is None:
        for trigger in state.triggers_of(table.oid):
            state.change(renamed(trigger, enabled=letter), node.mode)
        return
    oid = state.members_of("trigger", table.oid).get(node.name.text)
    if oid is None:
        message = f'trigger "{node.name.text}" for table "{table.name}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    state.change(renamed(state.get(oid, Trigger), enabled=letter), node.mode)
    del whole


# https://www.postgresql.org/docs/17/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS
_TABLE_OPTIONS = frozenset(
    {
        "fillfactor",
        "parallel_workers",
        "user_catalog_table",
        "log_autovacuum_min_duration",
        "toast_tuple_target",
        "n_distinct",
    }
)
_VIEW_OPTIONS = frozenset({"security_invoker", "security_barrier", "check_option"})


def _set_options(state: State, table: Relation, node: ddl.SetOptions, whole: ddl.AlterTable) -> None:
    options = dict(table.options)
    for option in node.options:
        name = option.name.lower()
        known = _VIEW_OPTIONS if table.kind == "view" else _TABLE_OPTIONS
        if not name.startswith(("autovacuum_", "toast.", "vacuum_")) and name not in known:
            raise Rejected("22023", f'unrecognized parameter "{option.name}"', option, subject=option.name)
        if node.reset:
            options.pop(option.name.lower(), None)
        else:
            options[option.name.lower()] = option.value
    state.change(renamed(table, options=tuple(options.items())), "set options")
    del whole


def _set_persistence(state: State, table: Relation, node: ddl.SetPersistence, whole: ddl.AlterTable) -> None:
    state.change(renamed(table, persistence="" if node.logged else "unlogged"), "set persistence")
    del whole


def _inherit(state: State, table: Relation, node: ddl.Inherit, whole: ddl.AlterTable) -> None:
    parent = relation(state, node.table, ("table", "partitioned", "foreign"))
    key = str(table.oid)
    if node.no:
        if parent.oid not in table.parents:
            message = f'relation "{parent.name}" is not a parent of relation "{table.name}"'
            raise Rejected("42P01", message, node.table)
        state.remove(state.members["child", parent.oid], key)
        parents = tuple(each for each in table.parents if each != parent.oid)
        columns = tuple(
            renamed(each, inherited=each.inherited - 1, local=True)
            if parent.column(each.name) and each.inherited
            else each
            for each in table.columns
        )
        state.change(renamed(table, parents=parents, columns=columns), "no inherit")
        for constraint in state.constraints_of(table.oid):
            if constraint.inherited and constraint.name in state.members_of("constraint", parent.oid):
                state.change(renamed(constraint, inherited=constraint.inherited - 1, local=True), "no inherit")
        inner = state.dependencies.get(table.oid, {})
        for edge in [edge for edge in inner if edge.oid == parent.oid and edge.other_sub == 0]:
            state.remove(inner, edge)
            state.remove(state.dependents[parent.oid], type(edge)(table.oid, edge.other_sub, edge.sub))
        return
    for column in parent.columns:
        own = table.column(column.name)
        if own is None:
            raise Rejected("42804", f'child table is missing column "{column.name}"', node, subject=column.name)
        if own.type != column.type:
            message = f'child table "{table.name}" has different type for column "{column.name}"'
            raise Rejected("42804", message, node, subject=column.name)
    columns = tuple(
        renamed(each, inherited=each.inherited + 1) if parent.column(each.name) else each for each in table.columns
    )
    state.change(renamed(table, parents=(*table.parents, parent.oid), columns=columns), "inherit")
    state.put_member("child", parent.oid, key, table.oid)
    state.depend(table.oid, parent.oid, "normal")
    del whole


def _replica_identity(state: State, table: Relation, node: ddl.ReplicaIdentity, whole: ddl.AlterTable) -> None:
    if node.index is not None:
        oid = state.names.get(("class", table.schema, node.index.text))
        if oid is None or not isinstance(state.objects[oid], Index):
            name = node.index.text
            raise Rejected("42704", f'index "{name}" for table "{table.name}" does not exist', node.index, subject=name)
    state.change(renamed(table, replica_identity=node.kind), "replica identity")
    del whole


def _attach(state: State, table: Relation, node: ddl.AttachPartition, whole: ddl.AlterTable) -> None:
    child = relation(state, node.table)
    if table.kind != "partitioned":
        raise Rejected("42809", f'"{table.name}" is not partitioned', node.table)
    if child.partition_of:
        raise Rejected("42809", f'"{child.name}" is already a partition', node.table)
    for column in table.columns:
        own = child.column(column.name)
        if own is None:
            raise Rejected("42804", f'child table is missing column "{column.name}"', node.table, subject=column.name)
        if own.type != column.type:
            message = f'child table "{child.name}" has different type for column "{column.name}"'
            raise Rejected("42804", message, node.table, subject=column.name)
        if column.not_null and not own.not_null:
            message = f'column "{column.name}" in child table must be marked NOT NULL'
            raise Rejected("42804", message, node.table, subject=column.name)
    for column in child.columns:
        if table.column(column.name) is None:
            message = f'table "{child.name}" contains column "{column.name}" not found in parent "{table.name}"'
            raise Rejected("42804", message, node.table, subject=column.name)
    tables._check_bound(state, table, node.bound, node, child.name)
    columns = tuple(renamed(each, inherited=1, local=False) for each in child.columns)
    changed = renamed(
        child,
        partition_of=table.oid,
        parents=(table.oid,),
        columns=columns,
        bound=tables.bound_text(node.bound),
        bound_node=node.bound,
    )
    state.change(changed, "attach")
    state.put_member("child", table.oid, str(child.oid), child.oid)
    state.depend(child.oid, table.oid, "partition")
    constraints.inherit_keys(state, table, changed)
    del whole


def _detach(state: State, table: Relation, node: ddl.DetachPartition, whole: ddl.AlterTable) -> None:
    child = relation(state, node.table)
    if child.partition_of != table.oid:
        raise Rejected("42P01", f'relation "{child.name}" is not a partition of relation "{table.name}"', node.table)
    columns = tuple(renamed(each, inherited=0, local=True) for each in child.columns)
    state.change(renamed(child, partition_of=0, parents=(), columns=columns, bound=None, bound_node=None), "detach")
    state.remove(state.members["child", table.oid], str(child.oid))
    inner = state.dependencies.get(child.oid, {})
    for edge in [edge for edge in inner if edge.oid == table.oid and inner[edge] == "partition"]:
        state.remove(inner, edge)
        state.remove(state.dependents[table.oid], type(edge)(child.oid, edge.other_sub, edge.sub))
    for index in list(state.indexes_of(child.oid)):
        if index.parent:
            state.change(renamed(index, parent=0), "detach")
            state.forget_dependencies(index.oid, kinds=("partition",))
    for constraint in list(state.constraints_of(child.oid)):
        if constraint.parent:
            state.change(renamed(constraint, parent=0, inherited=0, local=True), "detach")
            state.forget_dependencies(constraint.oid, kinds=("partition",))
    for trigger in list(state.triggers_of(child.oid)):
        if trigger.parent:
            remove(state, Address(trigger.oid), "detach")
    del whole


def _owner(state: State, table: Relation, node: ddl.OwnerTo, whole: ddl.AlterTable) -> None:
    owner = role_name(state, node.role)
    acl = table.acl
    if acl is not None and table.owner != owner:
        moved = dict(acl)
        held = moved.pop(table.owner, frozenset())
        moved[owner] = moved.get(owner, frozenset()) | held
        acl = moved
    state.change(renamed(table, owner=owner, acl=acl), "owner")
    del whole


def _nothing(state: State, table: Relation, node: ddl.Subcommand, whole: ddl.AlterTable) -> None:
    state.note(table.oid, "altered", "alter")
    del node, whole


def _alter_type(state: State, node: ddl.AlterTable) -> None:
    from analyzer.database.type_objects import composite

    type_ = composite(state, node.name)
    for subcommand in node.subcommands:
        table = state.relation(type_.relation)
        match subcommand:
            case ddl.OwnerTo():
                state.change(renamed(type_, owner=role_name(state, subcommand.role)), "owner")
            case ddl.AddColumn() | ddl.DropColumn() | ddl.AlterColumnType():
                _SUBCOMMANDS[type(subcommand)](state, table, subcommand, node)
            case _:
                pass


_SUBCOMMANDS: dict[type, Callable[[State, Relation, Any, ddl.AlterTable], None]] = {
    ddl.AddColumn: _add_column,
    ddl.DropColumn: _drop_column,
    ddl.AlterColumnType: _alter_type_of_column,
    ddl.AlterColumnDefault: _alter_default,
    ddl.SetNotNull: _set_not_null,
    ddl.DropNotNull: _drop_not_null,
    ddl.AddIdentity: _add_identity,
    ddl.SetIdentity: _set_identity,
    ddl.DropIdentity: _drop_identity,
    ddl.SetExpression: _set_expression,
    ddl.DropExpression: _drop_expression,
    ddl.SetColumnProperty: _set_property,
    ddl.AddConstraint: _add_constraint,
    ddl.DropConstraint: _drop_constraint,
    ddl.AlterConstraint: _alter_constraint,
    ddl.ValidateConstraint: _validate_constraint,
    ddl.RowSecurity: _row_security,
    ddl.SwitchTrigger: _switch_trigger,
    ddl.SetOptions: _set_options,
    ddl.SetTablespace: _nothing,
    ddl.SetPersistence: _set_persistence,
    ddl.SetAccessMethod: _nothing,
    ddl.ClusterOn: _nothing,
    ddl.Inherit: _inherit,
    ddl.ReplicaIdentity: _replica_identity,
    ddl.AttachPartition: _attach,
    ddl.DetachPartition: _detach,
    ddl.OwnerTo: _owner,
    ddl.OtherSubcommand: _nothing,
}
