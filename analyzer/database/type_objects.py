"""Types that migrations make: enums, composites, domains, ranges (typecmds.c)."""

from __future__ import annotations

from analyzer.database import rows, tables
from analyzer.database.coercion import base_type
from analyzer.database.dependencies import Address, depend_on_needs, drop
from analyzer.database.evaluate import Frame, evaluate, truth
from analyzer.database.lookup import creation_schema
from analyzer.database.members import constraint_taken
from analyzer.database.model import Column, Constraint, Relation, Type
from analyzer.database.names import free
from analyzer.database.privileges import initial_acl
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Scope, Variable
from analyzer.database.state import State, renamed
from analyzer.database.types import data_type, find_type, own_type, schema_exists
from analyzer.facts import sql_ddl as ddl
from analyzer.facts.sql_ddl import AnyConstraint
from analyzer.facts.sql_query import Constant, QualifiedName


def _new_name(state: State, name: QualifiedName) -> str:
    schema = creation_schema(state, name)
    existing = state.names.get(("type", schema, name.name))
    if existing is not None:
        found = state.objects[existing]
        if not (isinstance(found, Type) and found.kind == "shell"):
            raise Rejected("42710", f'type "{name.name}" already exists', name, subject=name.name)
    return schema


def _add(state: State, name: QualifiedName, schema: str, **fields: object) -> Type:
    owner = state.role
    existing = state.names.get(("type", schema, name.name))
    if existing is not None:
        state.discard(existing, "complete")
    type_ = Type(
        oid=state.new_oid(),
        name=name.name,
        schema=schema,
        owner=owner,
        acl=initial_acl(state, "type", owner, schema),
        **fields,  # type: ignore[arg-type]
    )
    state.add(type_)
    return type_


def create_enum(state: State, node: ddl.CreateEnum) -> None:
    """CREATE TYPE ... AS ENUM."""
    schema = _new_name(state, node.name)
    labels: list[str] = []
    for label in node.labels:
        text = _label(label)
        if text in labels:
            raise Rejected("23505", 'duplicate key value violates unique constraint "pg_enum_typid_label_index"', label)
        labels.append(text)
    _add(state, node.name, schema, kind="enum", category="E", labels=tuple(labels))


def _label(node: Constant) -> str:
    text = str(node.value)
    if len(text.encode()) > 63:
        raise Rejected("42602", f'invalid enum label "{text}"', node)
    return text


def create_composite(state: State, node: ddl.CreateCompositeType) -> None:
    """CREATE TYPE ... AS (...)."""
    schema = creation_schema(state, node.name)
    if ("type", schema, node.name.name) in state.names:
        raise Rejected("42710", f'type "{node.name.name}" already exists', node.name, subject=node.name.name)
    columns: list[Column] = []
    for number, definition in enumerate(node.columns, 1):
        column = tables.column_of(state, definition, [])
        if any(each.name == column.name for each in columns):
            raise Rejected("42701", f'column "{column.name}" specified more than once', definition, subject=column.name)
        columns.append(renamed(column, number=number))
    if ("class", schema, node.name.name) in state.names:
        raise Rejected("42P07", f'relation "{node.name.name}" already exists', node.name, subject=node.name.name)
    table = tables.add_relation(state, schema, node.name.name, "composite", columns)
    # the relation belongs to the type, and not the type to the relation
    state.forget_dependencies(table.row_type)
    state.depend(table.oid, table.row_type, "internal")


def create_domain(state: State, node: ddl.CreateDomain) -> None:
    """CREATE DOMAIN."""
    schema = _new_name(state, node.name)
    base = data_type(state, node.type)
    not_null = any(isinstance(each, ddl.NotNull) for each in node.constraints)
    type_ = _add(state, node.name, schema, kind="domain", base=base, not_null=not_null)
    state.depend(type_.oid, base.oid, "normal")
    for constraint in node.constraints:
        _domain_constraint(state, type_.oid, constraint)


def _domain_constraint(state: State, oid: int, node: AnyConstraint) -> None:
    type_ = state.get(oid, Type)
    assert type_.base is not None
    analysis = QueryAnalysis(state)
    if isinstance(node, ddl.ColumnDefault):
        found = analysis.type_of(node.expression, Scope())
        if found is not None:
            analysis.coerce(node.expression, found, type_.base)
        state.put(state.objects, oid, renamed(type_, default=analysis.stored(node.expression)))
        return
    if not isinstance(node, ddl.Check):
        return
    scope = Scope(variables={"value": Variable("value", base_type(state, type_.base), 0)})
    analysis.condition(node.expression, scope, "CHECK")
    if node.name is not None:
        name = node.name.text
        if name in state.members_of("domain constraint", oid):
            raise Rejected(
                "42710", f'constraint "{name}" for domain "{type_.name}" already exists', node.name, subject=name
            )
    else:
        name = free(
            type_.name,
            "",
            "check",
            lambda each: (
                constraint_taken(state, type_.schema, each) or each in state.members_of("domain constraint", oid)
            ),
        )
    _require_values(state, type_, node)
    constraint = Constraint(
        oid=state.new_oid(),
        name=name,
        schema=type_.schema,
        domain=oid,
        kind="check",
        expression=analysis.stored(node.expression),
    )
    state.add(constraint)
    state.depend(constraint.oid, oid, "auto")
    depend_on_needs(state, constraint.oid, analysis.needs)


def _require_values(state: State, type_: Type, node: ddl.Check) -> None:
    """Raises where a known value violates a new check of its domain."""
    for edge in list(state.dependents.get(type_.oid, {})):
        table = state.objects.get(edge.oid)
        if not isinstance(table, Relation) or edge.sub <= 0:
            continue
        for row in rows.rows_of(state, table.oid).values():
            cell = row.get(edge.sub)
            if cell is None:
                continue
            value = truth(evaluate(node.expression, Frame(state, variables={"value": cell.value})))
            if value is False:
                column = table.numbered(edge.sub).name
                message = f'column "{column}" of table "{table.name}" contains values that violate the new constraint'
                raise Rejected("23514", message, node, subject=column)


def create_range(state: State, node: ddl.CreateRangeType) -> None:
    """CREATE TYPE ... AS RANGE, with its multirange."""
    schema = _new_name(state, node.name)
    options = {option.name.lower(): option.value for option in node.options}
    subtype = find_type(state, tuple((options.get("subtype") or "").split(".")))
    if subtype is None:
        raise Rejected(
            "42704", f'type "{options.get("subtype")}" does not exist', node, subject=options.get("subtype") or ""
        )
    name = node.name.name
    multirange = options.get("multirange_type_name") or (
        name.replace("range", "multirange", 1) if "range" in name else f"{name}_multirange"
    )
    type_ = _add(state, node.name, schema, kind="range", category="R", base=subtype)
    other = Type(
        oid=state.new_oid(),
        name=multirange,
        schema=schema,
        kind="multirange",
        category="R",
        base=subtype,
        partner=type_.oid,
        owner=type_.owner,
    )
    state.add(other)
    state.put(state.objects, type_.oid, renamed(type_, partner=other.oid))
    state.depend(other.oid, type_.oid, "internal")
    state.depend(type_.oid, subtype.oid, "normal")


def create_base(state: State, node: ddl.CreateBaseType) -> None:
    """CREATE TYPE name (...), or a shell type."""
    schema = _new_name(state, node.name)
    kind = "base" if node.options else "shell"
    category = next((option.value or "U" for option in node.options if option.name.lower() == "category"), "U")
    preferred = any(option.name.lower() == "preferred" and option.value == "true" for option in node.options)
    _add(state, node.name, schema, kind=kind, category=category, preferred=preferred)


def enum(state: State, name: QualifiedName) -> Type:
    """The enum of this name.

    Raises:
        Rejected: there is none.
    """
    found = _type(state, name)
    if found.kind != "enum":
        raise Rejected("42809", f"{found.name} is not an enum", name, subject=found.name)
    return found


def composite(state: State, name: QualifiedName) -> Type:
    """The composite type of this name."""
    found = _type(state, name)
    if not found.relation:
        raise Rejected("42809", f'"{found.name}" is not a composite type', name, subject=found.name)
    return found


def _type(state: State, name: QualifiedName) -> Type:
    found = find_type(state, tuple(part.text for part in name.parts))
    own = own_type(state, found) if found is not None else None
    if own is None and name.schema is not None and not schema_exists(state, name.schema):
        raise Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
    if own is None:
        raise Rejected("42704", f'type "{name}" does not exist', name, subject=str(name))
    return own


def add_value(state: State, node: ddl.AlterEnumAddValue) -> None:
    """ALTER TYPE ... ADD VALUE."""
    type_ = enum(state, node.name)
    text = _label(node.label)
    if text in type_.labels:
        if node.if_not_exists:
            return
        raise Rejected("42710", f'enum label "{text}" already exists', node.label, subject=text)
    labels = list(type_.labels)
    if node.neighbor is not None:
        neighbor = str(node.neighbor.value)
        if neighbor not in labels:
            raise Rejected("22023", f'"{neighbor}" is not an existing enum label', node.neighbor, subject=neighbor)
        labels.insert(labels.index(neighbor) + (node.placement == "after"), text)
    else:
        labels.append(text)
    state.change(renamed(type_, labels=tuple(labels)), f"add value {text}")
    if not _made_here(state, type_.oid):
        state.put(state.new_labels, (type_.oid, text), 1)


def _made_here(state: State, oid: int) -> bool:
    """Whether the type was made in this very transaction: then its new values may be used at once (since 17)."""
    return state.major >= 18 and oid in state.made_in_transaction


def rename_value(state: State, node: ddl.AlterEnumRenameValue) -> None:
    """ALTER TYPE ... RENAME VALUE."""
    type_ = enum(state, node.name)
    old, new = str(node.label.value), _label(node.new_label)
    if old not in type_.labels:
        raise Rejected("22023", f'"{old}" is not an existing enum label', node.label, subject=old)
    if new in type_.labels:
        raise Rejected("42710", f'enum label "{new}" already exists', node.new_label, subject=new)
    labels = tuple(new if label == old else label for label in type_.labels)
    state.change(renamed(type_, labels=labels), f"rename value {old}")
    rows.rename_label(state, type_.oid, old, new)


def alter_domain(state: State, node: ddl.AlterDomain) -> None:
    """ALTER DOMAIN."""
    type_ = _type(state, node.name)
    if type_.kind != "domain":
        raise Rejected("42809", f"{type_.name} is not a domain", node.name, subject=type_.name)
    match node.action:
        case "set not null" | "drop not null":
            state.change(renamed(type_, not_null=node.action == "set not null"), node.action)
        case "drop default":
            state.change(renamed(type_, default=None), node.action)
        case "set default" if node.expression is not None:
            analysis = QueryAnalysis(state)
            analysis.type_of(node.expression, Scope())
            state.change(renamed(type_, default=analysis.stored(node.expression)), node.action)
        case "add constraint" if node.constraint is not None:
            _domain_constraint(state, type_.oid, node.constraint)
        case "drop constraint" | "validate constraint" if node.constraint_name is not None:
            name = node.constraint_name.text
            oid = state.members_of("domain constraint", type_.oid).get(name)
            if oid is None:
                if node.if_exists:
                    return
                message = f'constraint "{name}" of domain "{type_.name}" does not exist'
                raise Rejected("42704", message, node.constraint_name, subject=name)
            if node.action == "drop constraint":
                drop(state, [Address(oid)], cascade=node.behavior == "cascade", node=node)
        case _:
            pass
