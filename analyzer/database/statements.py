"""A replayed database -> the statements that build it anew on a fresh project, and change nothing where it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush

from analyzer.database import privileges
from analyzer.database.definitions import constraint_definition, index_definition
from analyzer.database.dump import PLATFORM, PREINSTALLED
from analyzer.database.model import (
    Acl,
    AnyObject,
    Column,
    Constraint,
    Extension,
    Function,
    Index,
    Parameter,
    Policy,
    Publication,
    Relation,
    Schema,
    Trigger,
    Type,
)
from analyzer.database.names import literal, qualified, quoted
from analyzer.database.replay import Database
from analyzer.database.types import formatted

_TABLES = ("table", "partitioned")
_ORDER = {"primary key": 0, "unique": 1, "exclude": 1, "check": 2, "foreign key": 3}  # keys before what refers to them


def statements(database: Database) -> Iterator[str]:
    """The statements in an order in which each finds what it needs, one text each with its semicolon.

    Left out, with a comment in their place: foreign tables, aggregates, operators, and what else the replay keeps
    only the name of.
    """
    yield "set check_function_bodies = off;"
    own = _in_order(database, [each for each in database.state.objects.values() if _is_own(database, each)])
    for each in own:
        yield from _made(database, each)
    tables = [each for each in own if isinstance(each, Relation) and each.kind in _TABLES]
    keys = [key for table in tables for key in database.constraints(table) if key.kind in _ORDER and not key.parent]
    for key in sorted(keys, key=lambda key: (_ORDER[key.kind], key.oid)):
        yield _constraint(database, key)
    for table in tables:
        yield from _indexes(database, table)
    for table in database.relations(*_TABLES):
        if table in tables:
            yield from _security(table)
        yield from _policies(database, table)
    for trigger in database.state.objects.values():
        if isinstance(trigger, Trigger) and not trigger.parent and not trigger.constraint:
            yield from _trigger(database, trigger)
    for each in own:
        yield from _grants(database, each)
    for each in database.state.objects.values():
        if isinstance(each, Publication):
            yield from _publication(database, each)


def _is_own(database: Database, each: AnyObject) -> bool:
    if isinstance(each, Schema):
        return each.name not in PLATFORM and each.name != "public" and bool(database.history(each))
    if isinstance(each, Extension):
        return each.name not in PREINSTALLED
    if isinstance(each, Relation | Function | Type):
        return each.schema not in PLATFORM and database.own(each)
    return False


def _in_order(database: Database, own: Iterable[AnyObject]) -> list[AnyObject]:
    """The objects, each behind those that it depends on; otherwise in the order in which they were made."""
    objects = {each.oid: each for each in own}
    rank = {Schema: 0, Extension: 1}
    needs = {oid: _needs(database, each, objects) for oid, each in objects.items()}
    wanted_by: dict[int, list[int]] = {}
    for oid, needed in needs.items():
        for other in needed:
            wanted_by.setdefault(other, []).append(oid)
    ready = [(rank.get(type(objects[oid]), 2), oid) for oid, needed in needs.items() if not needed]
    heapify(ready)
    found: list[AnyObject] = []
    while ready:
        _, oid = heappop(ready)
        found.append(objects.pop(oid))
        for other in wanted_by.get(oid, ()):
            needs[other].discard(oid)
            if not needs[other] and other in objects:
                heappush(ready, (rank.get(type(objects[other]), 2), other))
    return [*found, *objects.values()]  # what is left refers to itself in a circle


def _needs(database: Database, each: AnyObject, among: dict[int, AnyObject]) -> set[int]:
    """The oids of the objects that must be there first. Bodies are not checked, so functions need only types."""
    found = {edge.oid for edge in database.state.dependencies.get(each.oid, ())}
    for inner in list(found):
        owner = database.state.objects.get(inner)
        if isinstance(owner, Type) and owner.relation:
            found.add(owner.relation)  # the row type of a table
    return {oid for oid in found if oid in among and oid != each.oid}


def _made(database: Database, each: AnyObject) -> Iterator[str]:
    match each:
        case Schema():
            yield f"create schema if not exists {quoted(each.name)};"
        case Extension():
            # The schema of the others is fixed: they bring it along.
            where = "" if each.schema in PLATFORM - {"extensions"} else f" with schema {quoted(each.schema)}"
            yield f"create extension if not exists {quoted(each.name)}{where};"
        case Type(kind="enum"):
            labels = ", ".join(literal(label) for label in each.labels)
            yield _unless_there(f"create type {_name(each)} as enum ({labels})")
        case Type(kind="domain"):
            yield _unless_there(_domain(database, each))
        case Relation(kind="composite"):
            columns = ", ".join(f"{quoted(column.name)} {database.type_text(column.type)}" for column in each.columns)
            yield _unless_there(f"create type {_name(each)} as ({columns})")
        case Relation(kind="table" | "partitioned"):
            yield _table(database, each)
        case Relation(kind="sequence") if not _is_owned(database, each):
            yield f"create sequence if not exists {_name(each)};"
        case Relation(kind="view" | "materialized view"):
            yield _view(database, each)
        case Relation(kind="foreign"):
            yield f"-- the foreign table {_name(each)} is not written down"
        case Function(kind="aggregate"):
            yield f"-- the aggregate {_name(each)} is not written down"
        case Function():
            yield _function(database, each)


def _unless_there(statement: str) -> str:
    return f"do $$ begin\n  {statement};\nexception when duplicate_object then null;\nend $$;"


def _name(each: Relation | Function | Type | Index) -> str:
    return qualified(each.schema, each.name)


def _is_owned(database: Database, sequence: Relation) -> bool:
    """Whether a column brings the sequence along: `serial` or an identity."""
    return any(
        kind in ("auto", "internal") and isinstance(database.state.objects.get(edge.oid), Relation)
        for edge, kind in database.state.dependencies.get(sequence.oid, {}).items()
    )


def _domain(database: Database, domain: Type) -> str:
    checks = "".join(
        f" constraint {quoted(key.name)} {constraint_definition(database.state, key)}"
        for key in database.state.objects.values()
        if isinstance(key, Constraint) and key.domain == domain.oid
    )
    default = f" default {database.text(domain.default)}" if domain.default is not None else ""
    not_null = " not null" if domain.not_null else ""
    return f"create domain {_name(domain)} as {formatted(database.state, domain.base)}{default}{not_null}{checks}"


def _table(database: Database, table: Relation) -> str:
    state = database.state
    parent = state.objects.get(table.partition_of)
    if isinstance(parent, Relation):
        return f"create table if not exists {_name(table)} partition of {_name(parent)} {_bound(table)};"
    columns = [f"  {_column(database, column)}" for column in table.columns if column.local or not table.parents]
    partition = ""
    if table.kind == "partitioned":
        keys = ", ".join(
            quoted(table.numbered(key).name) if isinstance(key, int) else f"({key})" for key in table.partition_key
        )
        partition = f" partition by {table.partition_strategy} ({keys})"
    parents = [state.objects[oid] for oid in table.parents]
    inherits = (
        f" inherits ({', '.join(_name(each) for each in parents if isinstance(each, Relation))})" if parents else ""
    )
    kind = "unlogged table" if table.persistence == "unlogged" else "table"
    return f"create {kind} if not exists {_name(table)} (\n" + ",\n".join(columns) + f"\n){inherits}{partition};"


def _bound(partition: Relation) -> str:
    kind, *values = partition.bound or ("default",)
    lower, upper = (values[: values.index("to")], values[values.index("to") + 1 :]) if "to" in values else (values, [])
    match kind:
        case "in":
            return f"for values in ({', '.join(lower)})"
        case "range":
            return f"for values from ({', '.join(lower)}) to ({', '.join(upper)})"
        case "hash":
            return f"for values with (modulus {lower[0]}, remainder {lower[-1]})"
    return "default"


def _column(database: Database, column: Column) -> str:
    type_ = database.type_text(column.type)
    text = f"{quoted(column.name)} {type_}"
    sequence = database.state.objects.get(column.sequence)
    if column.identity:
        text += f" generated {column.identity} as identity"
    elif column.generated is not None:
        text += f" generated always as ({database.text(column.generated)}) stored"
    elif isinstance(sequence, Relation):
        serial = {"integer": "serial", "bigint": "bigserial", "smallint": "smallserial"}.get(type_)
        text = f"{quoted(column.name)} {serial or type_}"
    elif column.default is not None:
        text += f" default {database.text(column.default)}"
    return text + (" not null" if column.not_null and not column.identity else "")


def _view(database: Database, view: Relation) -> str:
    options = ", ".join(f"{name}={value or 'true'}" for name, value in view.options)
    with_ = f" with ({options})" if options else ""
    names = ", ".join(quoted(column.name) for column in view.columns)
    if view.kind == "materialized view":
        return f"create materialized view if not exists {_name(view)} ({names}){with_} as\n{database.text(view.query)};"
    return f"create or replace view {_name(view)} ({names}){with_} as\n{database.text(view.query)};"


def _function(database: Database, function: Function) -> str:
    state = database.state
    parameters = ", ".join(_parameter(database, each) for each in function.parameters if each.mode != "table")
    kind = "procedure" if function.kind == "procedure" else "function"
    lines = [f"create or replace {kind} {_name(function)}({parameters})"]
    if function.kind != "procedure" and not any(each.mode in ("out", "inout") for each in function.parameters):
        columns = [each for each in function.parameters if each.mode == "table"]
        shown = ", ".join(f"{quoted(each.name)} {formatted(state, each.type)}" for each in columns)
        result = (
            f"table ({shown})"
            if columns
            else ("setof " if function.returns_set else "") + formatted(state, function.returns)
        )
        lines.append(f"returns {result}")
    marks = [f"language {quoted(function.language)}"]
    if function.kind != "procedure":
        marks.append(function.volatility)
        marks += ["strict"] if function.strict else []
        marks += [f"parallel {function.parallel}"] if function.parallel != "unsafe" else []
    marks += ["security definer"] if function.security_definer else []
    lines.append(" ".join(marks))
    lines += [
        f"set {quoted(name)} = {', '.join(literal(value) for value in values) or literal('')}"
        for name, values in function.settings
    ]
    if function.definition is not None:
        lines.append(f"as {_dollar_quoted(function.definition.value)};")
    else:
        lines.append(f"{database.text(function.stored_body) or 'begin atomic end'};")
    return "\n".join(lines)


def _parameter(database: Database, parameter: Parameter) -> str:
    mode = "" if parameter.mode == "in" else f"{parameter.mode} "
    name = f"{quoted(parameter.name)} " if parameter.name else ""
    default = f" default {database.text(parameter.default)}" if parameter.default is not None else ""
    return f"{mode}{name}{formatted(database.state, parameter.type)}{default}"


def _dollar_quoted(text: str) -> str:
    tag = "$$"
    number = 0
    while tag in text:
        number += 1
        tag = f"$body{number}$"
    return f"{tag}{text}{tag}"


def _constraint(database: Database, key: Constraint) -> str:
    table = database.state.relation(key.table)
    add = f"alter table {_name(table)} add constraint {quoted(key.name)} {constraint_definition(database.state, key)}"
    where = f"conrelid = {literal(_name(table))}::regclass and conname = {literal(key.name)}"
    there = f"select from pg_constraint where {where}"
    return f"do $$ begin\n  if not exists ({there}) then\n    {add};\n  end if;\nend $$;"


def _indexes(database: Database, table: Relation) -> Iterator[str]:
    for index in database.indexes(table):
        if not index.constraint and not index.primary and not index.parent:
            text = index_definition(database.state, index)
            yield text.replace(" INDEX ", " INDEX IF NOT EXISTS ", 1) + ";"


def _security(table: Relation) -> Iterator[str]:
    if table.rls:
        yield f"alter table {_name(table)} enable row level security;"
    if table.force_rls:
        yield f"alter table {_name(table)} force row level security;"


def _policies(database: Database, table: Relation) -> Iterator[str]:
    """The policies that migrations made, on tables of the platform too (`storage.objects`)."""
    for policy in database.policies(table):
        if not database.history(policy):
            continue
        yield f"drop policy if exists {quoted(policy.name)} on {_name(table)};"
        yield _policy(database, table, policy)


def _policy(database: Database, table: Relation, policy: Policy) -> str:
    roles = ", ".join("public" if role == "public" else quoted(role) for role in policy.roles)
    text = f"create policy {quoted(policy.name)} on {_name(table)}"
    text += "" if policy.permissive else " as restrictive"
    text += f" for {policy.command} to {roles}"
    if policy.using is not None:
        text += f"\n  using ({database.text(policy.using)})"
    if policy.check is not None:
        text += f"\n  with check ({database.text(policy.check)})"
    return text + ";"


def _trigger(database: Database, trigger: Trigger) -> Iterator[str]:
    table = database.state.relation(trigger.table)
    function = database.state.objects.get(trigger.function)
    if not isinstance(function, Function) or not database.history(trigger):
        return
    columns = ", ".join(quoted(table.numbered(number).name) for number in trigger.columns)
    events = " or ".join(f"update of {columns}" if event == "update" and columns else event for event in trigger.events)
    when = f"\n  when ({database.text(trigger.when)})" if trigger.when is not None else ""
    arguments = ", ".join(literal(argument) for argument in trigger.arguments)
    yield (
        f"create or replace trigger {quoted(trigger.name)} {trigger.timing} {events} on {_name(table)}\n"
        f"  for each {'row' if trigger.row else 'statement'}{when} execute function {_name(function)}({arguments});"
    )
    if trigger.enabled == "D":
        yield f"alter table {_name(table)} disable trigger {quoted(trigger.name)};"


def _grants(database: Database, each: AnyObject) -> Iterator[str]:
    """What differs from the privileges that the object gets where it is made."""
    if isinstance(each, Function):
        kind, target = (
            "function",
            f"function {_name(each)}({', '.join(formatted(database.state, type_) for type_ in each.identity)})",
        )
    elif isinstance(each, Relation) and each.kind not in ("sequence", "composite"):
        kind, target = "table", f"table {_name(each)}"
    elif isinstance(each, Schema):
        kind, target = "schema", f"schema {quoted(each.name)}"
    else:
        return
    schema = each.name if isinstance(each, Schema) else each.schema
    fresh = privileges.initial_acl(database.state, kind, each.owner, "" if isinstance(each, Schema) else schema)
    default = fresh if fresh is not None else privileges.acl_default(kind, each.owner)
    now = each.acl if each.acl is not None else privileges.acl_default(kind, each.owner)
    yield from _changes(default, now, target)


def _changes(before: Acl, now: Acl, target: str) -> Iterator[str]:
    for role in sorted({*before, *now} - {"postgres"}):
        had, has = before.get(role, frozenset()), now.get(role, frozenset())
        name = "public" if role == "public" else quoted(role)
        if had - has:
            yield f"revoke {_listed(had - has)} on {target} from {name};"
        if has - had:
            yield f"grant {_listed(has - had)} on {target} to {name};"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted({name.rstrip("+") for name in names}))


def _publication(database: Database, publication: Publication) -> Iterator[str]:
    for published in publication.tables:
        table = database.state.relation(published.table)
        if table.schema not in PLATFORM:
            yield _unless_there(f"alter publication {quoted(publication.name)} add table {_name(table)}")
