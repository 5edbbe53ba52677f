"""Schemas, roles, publications and the objects of which only the name matters."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database.builtin import builtin
from analyzer.database.datatypes import DataType
from analyzer.database.expressions import condition
from analyzer.database.lookup import creation_schema, function_named, relation
from analyzer.database.model import (
    CastObject,
    Function,
    OperatorClassObject,
    OperatorObject,
    Other,
    Parameter,
    Publication,
    PublishedTable,
    Relation,
    Role,
    Schema,
)
from analyzer.database.privileges import initial_acl, role_name
from analyzer.database.rejected import Rejected
from analyzer.database.state import State, renamed
from analyzer.database.types import data_type, schema_exists
from analyzer.facts import sql_ddl as ddl
from analyzer.facts.sql_query import Cast, Node, Select
from analyzer.source import Source
from analyzer.sql.parse import parse

_RESERVED = ("pg_",)


def create_schema(state: State, node: ddl.CreateSchema) -> None:
    """CREATE SCHEMA."""
    owner = role_name(state, node.authorization) if node.authorization is not None else state.role
    name = node.name.text if node.name is not None else owner
    if name.startswith(_RESERVED):
        raise Rejected("42939", f'unacceptable schema name "{name}"', node.name, subject=name)
    if schema_exists(state, name):
        if node.if_not_exists:
            return
        raise Rejected("42P06", f'schema "{name}" already exists', node.name, subject=name)
    state.add(Schema(oid=state.new_oid(), name=name, owner=owner, acl=initial_acl(state, "schema", owner, "")))


# Roles

_FLAGS = {
    "login": "login",
    "superuser": "superuser",
    "bypassrls": "bypass_rls",
    "inherit": "inherit",
    "createrole": "create_role",
    "createdb": "create_database",
    "replication": "replication",
}


def create_role(state: State, node: ddl.CreateRole) -> None:
    """CREATE ROLE, USER or GROUP."""
    name = node.name.name
    if name.startswith("pg_"):
        raise Rejected("42939", f'role name "{name}" is reserved', node.name, subject=name)
    if state.find("role", name):
        raise Rejected("42710", f'role "{name}" already exists', node.name, subject=name)
    role = Role(oid=state.new_oid(), name=name, login=node.kind == "user")
    state.add(_with_options(state, role, node.options))
    for option in node.options:
        if option.name.lower() in ("role", "user", "admin"):
            for member in _names(option.value):
                found = state.find("role", member)
                if not found:
                    raise Rejected("42704", f'role "{member}" does not exist', option, subject=member)
                other = state.get(found, Role)
                state.change(renamed(other, member_of=(*other.member_of, name)), "membership")


def alter_role(state: State, node: ddl.AlterRole) -> None:
    """ALTER ROLE ... WITH options."""
    role = state.get(state.find("role", role_name(state, node.role)), Role)
    state.change(_with_options(state, role, node.options), "alter")


def _with_options(state: State, role: Role, options: Sequence[ddl.Option]) -> Role:
    fields: dict[str, object] = {}
    for option in options:
        name = option.name.lower()
        flag = _FLAGS.get(name)
        if flag is not None:
            fields[flag] = option.value != "false"
        elif name in ("in role", "in group"):
            for each in _names(option.value):
                if not state.find("role", each):
                    raise Rejected("42704", f'role "{each}" does not exist', option, subject=each)
            fields["member_of"] = (*role.member_of, *_names(option.value))
    return renamed(role, **fields)


def _names(value: str | None) -> list[str]:
    return [name.strip() for name in (value or "").split(",") if name.strip()]


def alter_role_set(state: State, node: ddl.AlterRoleSet) -> None:
    """ALTER ROLE ... SET; it takes effect for sessions to come."""
    if node.role is None:
        return
    role = state.get(state.find("role", role_name(state, node.role)), Role)
    settings = dict(role.settings)
    parameter = node.parameter
    if parameter.values is None:
        settings.pop(parameter.name.lower(), None)
        if parameter.name == "all":
            settings.clear()
    else:
        settings[parameter.name.lower()] = parameter.values
    state.change(renamed(role, settings=tuple(settings.items())), "set")


def reassign_owned(state: State, node: ddl.ReassignOwned) -> None:
    """REASSIGN OWNED BY."""
    old = {role_name(state, role) for role in node.roles}
    new = role_name(state, node.new_role)
    for obj in list(state.objects.values()):
        if getattr(obj, "owner", None) in old:
            state.change(renamed(obj, owner=new), "owner")


# Publications


def create_publication(state: State, node: ddl.CreatePublication) -> None:
    """CREATE PUBLICATION."""
    name = node.name.text
    if state.find("publication", name):
        raise Rejected("42710", f'publication "{name}" already exists', node.name, subject=name)
    publication = Publication(oid=state.new_oid(), name=name, all_tables=node.all_tables, owner=state.role)
    state.add(publication)
    _publish(state, publication, node.objects, node)


def alter_publication(state: State, node: ddl.AlterPublication) -> None:
    """ALTER PUBLICATION."""
    oid = state.find("publication", node.name.text)
    if not oid:
        message = f'publication "{node.name.text}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    publication = state.get(oid, Publication)
    if node.action == "options":
        return
    if publication.all_tables:
        raise Rejected("55000", f'publication "{publication.name}" is defined as FOR ALL TABLES', node.name)
    if node.action == "drop":
        _unpublish(state, publication, node.objects)
        return
    if node.action == "set":
        state.forget_dependencies(oid, kinds=("auto",))
        publication = renamed(publication, tables=(), schemas=())
        state.change(publication, "set")
    _publish(state, publication, node.objects, node)


def _publish(state: State, publication: Publication, objects: Sequence[ddl.PublicationObject], node: Node) -> None:
    tables, schemas = list(publication.tables), list(publication.schemas)
    for each in objects:
        if each.table is None:
            schema = each.schema.text if each.schema is not None else state.creation_schema or ""
            if not schema_exists(state, schema):
                raise Rejected("3F000", f'schema "{schema}" does not exist', each, subject=schema)
            if schema not in schemas:
                schemas.append(schema)
            continue
        table = relation(state, each.table.name)
        if table.kind not in ("table", "partitioned"):
            message = f'cannot add relation "{table.name}" to publication'
            raise Rejected("22023", message, each.table.name, subject=table.name)
        if any(other.table == table.oid for other in tables):
            message = f'relation "{table.name}" is already member of publication "{publication.name}"'
            raise Rejected("42710", message, each.table.name, subject=table.name)
        where = None
        if each.where is not None:
            where = condition(state, table, each.where, "PUBLICATION WHERE").stored(each.where)
        tables.append(PublishedTable(table.oid, _numbers(table, each), where))
        state.depend(publication.oid, table.oid, "auto", sub=len(tables))
    state.change(renamed(publication, tables=tuple(tables), schemas=tuple(schemas)), "add table")
    del node


def _numbers(table: Relation, each: ddl.PublicationObject) -> tuple[int, ...]:
    numbers = []
    for name in each.columns:
        column = table.column(name.text)
        if column is None:
            message = f'column "{name.text}" of relation "{table.name}" does not exist'
            raise Rejected("42703", message, name, subject=name.text)
        numbers.append(column.number)
    return tuple(numbers)


def _unpublish(state: State, publication: Publication, objects: Sequence[ddl.PublicationObject]) -> None:
    tables, schemas = list(publication.tables), list(publication.schemas)
    for each in objects:
        if each.table is None:
            if each.schema is not None and each.schema.text in schemas:
                schemas.remove(each.schema.text)
            continue
        table = relation(state, each.table.name)
        kept = [other for other in tables if other.table != table.oid]
        if len(kept) == len(tables):
            message = f'relation "{table.name}" is not part of the publication'
            raise Rejected("42704", message, each.table.name, subject=table.name)
        tables = kept
        inner = state.dependencies.get(publication.oid, {})
        for edge in [edge for edge in inner if edge.oid == table.oid]:
            state.remove(inner, edge)
            state.remove(state.dependents[table.oid], type(edge)(publication.oid, edge.other_sub, edge.sub))
    state.change(renamed(publication, tables=tuple(tables), schemas=tuple(schemas)), "drop table")


# Objects of which only the name matters


def define(state: State, node: ddl.DefineObject) -> None:
    """CREATE AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH ..."""
    options = {option.name.lower(): option.value for option in node.options}
    match node.kind:
        case "aggregate":
            _aggregate(state, node, options)
        case "operator":
            _operator(state, node, options)
        case _:
            schema = creation_schema(state, node.name)
            if state.find(node.kind, node.name.name, schema):
                if node.if_not_exists:
                    return
                code = "42710"
                raise Rejected(
                    code, f'{node.kind} "{node.name.name}" already exists', node.name, subject=node.name.name
                )
            state.add(Other(oid=state.new_oid(), name=node.name.name, kind=node.kind, schema=schema, owner=state.role))


def _named_type(state: State, text: str | None, node: Node) -> DataType:
    file = parse(Source("", f"select null::{text}"))
    target = file.statements[0] if file.statements else None
    if isinstance(target, Select) and isinstance(target.targets[0].expression, Cast):
        return data_type(state, target.targets[0].expression.type)
    raise Rejected("42704", f'type "{text}" does not exist', node, subject=text or "")


def _aggregate(state: State, node: ddl.DefineObject, options: dict[str, str | None]) -> None:
    schema = creation_schema(state, node.name)
    parameters = tuple(
        Parameter(
            "variadic" if each.mode == "variadic" else "in",
            each.name.text if each.name is not None else "",
            data_type(state, each.type).bare,
        )
        for each in node.parameters
    )
    if not parameters and options.get("basetype") and (options["basetype"] or "").lower() not in ("any", '"any"'):
        parameters = (Parameter("in", "", _named_type(state, options["basetype"], node)),)
    transition = options.get("sfunc") or options.get("sfunc1") or ""
    parts = transition.split(".")
    if (
        not function_named(state, parts[-2] if len(parts) > 1 else None, parts[-1])
        and not builtin().functions(parts[-1])
        and transition != "x"
    ):
        raise Rejected("42883", f"function {transition} does not exist", node, subject=transition)
    returns = _named_type(state, options.get("stype") or options.get("stype1"), node)
    final = options.get("finalfunc") or options.get("sfunc")
    for function in function_named(state, None, (final or "").split(".")[-1]):
        returns = function.returns
        break
    for oid in state.functions.get((schema, node.name.name), ()):
        other = state.get(oid, Function)
        if other.identity == tuple(each.type for each in parameters):
            if not node.replace:
                message = f'function "{node.name.name}" already exists with same argument types'
                raise Rejected("42723", message, node.name, subject=node.name.name)
            return
    owner = state.role
    oid = state.new_oid()
    for name in (transition, options.get("finalfunc") or ""):
        for function in function_named(state, None, name.split(".")[-1]) if name else ():
            state.depend(oid, function.oid, "normal")
    state.add(
        Function(
            oid=oid,
            name=node.name.name,
            schema=schema,
            kind="aggregate",
            parameters=parameters,
            returns=returns,
            language="internal",
            volatility="immutable",
            owner=owner,
            acl=initial_acl(state, "function", owner, schema),
        )
    )


def _operator(state: State, node: ddl.DefineObject, options: dict[str, str | None]) -> None:
    schema = creation_schema(state, node.name)
    left = _named_type(state, options["leftarg"], node).bare if options.get("leftarg") else None
    right = _named_type(state, options.get("rightarg"), node).bare
    name = (options.get("function") or options.get("procedure") or "").split(".")[-1]
    result = DataType(16)
    oid = 0
    wanted = tuple(each for each in (left, right) if each is not None)
    for function in function_named(state, None, name):
        if function.identity == wanted:
            result, oid = function.returns, function.oid
    for other in state.operators.get(node.name.name, ()):
        own = state.get(other, OperatorObject)
        if (own.left, own.right, own.schema) == (left, right, schema):
            raise Rejected("42723", f"operator {node.name.name} already exists", node.name, subject=node.name.name)
    operator = OperatorObject(
        oid=state.new_oid(),
        name=node.name.name,
        schema=schema,
        left=left,
        right=right,
        result=result,
        function=oid,
        owner=state.role,
    )
    state.add(operator)
    if oid:
        state.depend(operator.oid, oid, "normal")


def create_operator_class(state: State, node: ddl.CreateOperatorClass) -> None:
    """CREATE OPERATOR CLASS or FAMILY."""
    schema = creation_schema(state, node.name)
    if node.kind == "operator family":
        state.add(Other(oid=state.new_oid(), name=node.name.name, kind=node.kind, schema=schema, owner=state.role))
        return
    assert node.type is not None
    obj = OperatorClassObject(
        oid=state.new_oid(),
        name=node.name.name,
        schema=schema,
        method=node.method,
        type=data_type(state, node.type).bare,
        default=node.default,
        owner=state.role,
    )
    state.add(obj)
    state.depend(obj.oid, obj.type.oid, "normal")


_CONTEXTS = {"": "explicit", "implicit": "implicit", "assignment": "assignment"}


def create_cast(state: State, node: ddl.CreateCast) -> None:
    """CREATE CAST."""
    source, target = data_type(state, node.source).bare, data_type(state, node.target).bare
    key = ((source.oid, source.array), (target.oid, target.array))
    if key in state.casts:
        raise Rejected("42710", "cast already exists", node)
    context = _CONTEXTS[node.context]
    oid = 0
    if node.function is not None and node.function.name is not None:
        for function in function_named(state, node.function.name.schema, node.function.name.name):
            oid = function.oid
    cast = CastObject(oid=state.new_oid(), name=f"{key}", source=source, target=target, context=context, function=oid)
    state.add(cast)
    state.put(state.casts, key, cast.oid)
    for needed in (oid, source.oid, target.oid):
        state.depend(cast.oid, needed, "normal")


def create_statistics(state: State, node: ddl.CreateStatistics) -> None:
    """CREATE STATISTICS."""
    name = node.name
    schema = creation_schema(state, name) if name is not None else state.creation_schema or "public"
    text = name.name if name is not None else f"statistics_{state.new_oid()}"
    if state.find("statistics", text, schema):
        if node.if_not_exists:
            return
        raise Rejected("42710", f'statistics object "{text}" already exists', name, subject=text)
    tables = [relation(state, item.name) for item in node.from_]
    obj = Other(oid=state.new_oid(), name=text, kind="statistics", schema=schema, owner=state.role)
    state.add(obj)
    for table in tables:
        state.depend(obj.oid, table.oid, "auto")


def create_foreign_object(state: State, node: ddl.CreateForeignObject) -> None:
    """CREATE FOREIGN DATA WRAPPER, SERVER or USER MAPPING."""
    if node.kind == "user mapping":
        if node.server is not None and not state.find("server", node.server.text):
            name = node.server.text
            raise Rejected("42704", f'server "{name}" does not exist', node.server, subject=name)
        return
    assert node.name is not None
    name = node.name.text
    if state.find(node.kind, name):
        if node.if_not_exists:
            return
        title = "foreign-data wrapper" if node.kind == "foreign data wrapper" else "server"
        raise Rejected("42710", f'{title} "{name}" already exists', node.name, subject=name)
    if node.wrapper is not None and not state.find("foreign data wrapper", node.wrapper.text):
        wrapper = node.wrapper.text
        raise Rejected("42704", f'foreign-data wrapper "{wrapper}" does not exist', node.wrapper, subject=wrapper)
    for handler in (node.handler, node.validator):
        if handler is not None and not function_named(state, handler.schema, handler.name):
            raise Rejected("42883", f"function {handler}() does not exist", handler, subject=str(handler))
    obj = Other(oid=state.new_oid(), name=name, kind=node.kind, owner=state.role)
    state.add(obj)
    if node.wrapper is not None:
        state.depend(obj.oid, state.find("foreign data wrapper", node.wrapper.text), "normal")


def alter_foreign_object(state: State, node: ddl.AlterForeignObject) -> None:
    """ALTER FOREIGN DATA WRAPPER or SERVER with options."""
    if node.name is not None and not state.find(node.kind, node.name.text):
        raise Rejected("42704", f'{node.kind} "{node.name.text}" does not exist', node.name, subject=node.name.text)
