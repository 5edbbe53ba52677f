"""The rows of pg_catalog and information_schema that guards in DO blocks read, made from the replayed catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from analyzer.database.builtin import builtin
from analyzer.database.datatypes import DataType
from analyzer.database.deparse import deparse
from analyzer.database.model import (
    Column,
    Constraint,
    EventTrigger,
    Extension,
    Function,
    Index,
    Policy,
    Publication,
    Relation,
    Role,
    Schema,
    Trigger,
    Type,
)
from analyzer.database.privileges import acl_items
from analyzer.database.state import State
from analyzer.database.stored import Stored
from analyzer.database.types import formatted, own_type
from analyzer.database.values import NodeTree, OidVector, Unknown, Value

RowOf = Mapping[str, Value]
Hints = Mapping[str, Value]
_NOT = Unknown("this column of the catalogue is not modelled")
_KINDS = {
    "table": "r", "partitioned": "p", "foreign": "f", "view": "v", "materialized view": "m", "sequence": "S",
    "composite": "c",
}  # fmt: skip
_CONSTRAINTS = {"primary key": "p", "unique": "u", "foreign key": "f", "check": "c", "exclude": "x", "trigger": "t"}
_CONSTRAINT_NAMES = {
    "primary key": "PRIMARY KEY", "unique": "UNIQUE", "foreign key": "FOREIGN KEY", "check": "CHECK",
}  # fmt: skip
_ACTIONS = {"NO ACTION": "a", "RESTRICT": "r", "CASCADE": "c", "SET NULL": "n", "SET DEFAULT": "d"}


class _Row(dict[str, Value]):
    """A row whose columns that are not modelled are unknown."""

    def __init__(self, values: Mapping[str, Value], names: frozenset[str]) -> None:
        super().__init__(values)
        for name in names:
            if name not in values:
                self[name] = _NOT


def catalogue_rows(state: State, schema: str | None, name: str, hints: Hints) -> list[RowOf] | None:
    """The rows of a catalogue relation that may satisfy `column = value`; None: it is not modelled."""
    key = (schema or "pg_catalog", name)
    make = _RELATIONS.get(key)
    if make is None:
        return None
    described = builtin().relations.get(key)
    names = frozenset(column for column, _ in described.columns) if described is not None else frozenset()
    wanted = {column: value for column, value in hints.items() if column in names or not names}
    return [
        _Row(row, names)
        for row in make(state, wanted)
        if all(_may_equal(row.get(column, _NOT), value) for column, value in wanted.items())
    ]


def _may_equal(have: Value, want: Value) -> bool:
    if isinstance(have, Unknown):
        return True
    if isinstance(have, bool) or isinstance(want, bool):
        return have == want
    if isinstance(have, int) and isinstance(want, int):
        return int(have) == int(want)
    if isinstance(have, int) and isinstance(want, str):
        return True
    return have == want if type(have) is type(want) else str(have) == str(want)


def _text(hints: Hints, *names: str) -> str | None:
    for name in names:
        value = hints.get(name)
        if isinstance(value, str):
            return value
    return None


def _number(hints: Hints, name: str) -> int | None:
    value = hints.get(name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _schemas(state: State) -> list[str]:
    return [name for kind, _, name in state.names if kind == "schema"]


def _classes(state: State, hints: Hints, name: str | None, schema: str | None) -> Iterator[Relation | Index]:
    oid = _number(hints, "oid")
    if oid is not None:
        found = state.objects.get(oid)
        if isinstance(found, Relation | Index):
            yield found
        return
    if name is not None:
        for place in [schema] if schema is not None else _schemas(state):
            each = state.names.get(("class", place, name))
            if each is not None:
                yield cast("Relation | Index", state.objects[each])
        return
    for obj in list(state.objects.values()):
        if isinstance(obj, Relation | Index) and (schema is None or obj.schema == schema):
            yield obj


def _schema_oid(state: State, name: str) -> int:
    return state.find("schema", name)


def _schema_of(state: State, hints: Hints, column: str) -> str | None:
    oid = _number(hints, column)
    found = state.objects.get(oid) if oid is not None else None
    return found.name if isinstance(found, Schema) else None


def _pg_class(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _classes(state, hints, _text(hints, "relname"), _schema_of(state, hints, "relnamespace")):
        index = isinstance(each, Index)
        yield {
            "oid": each.oid,
            "relname": each.name,
            "relnamespace": _schema_oid(state, each.schema),
            "relkind": "i" if isinstance(each, Index) else _KINDS.get(each.kind, "r"),
            "relrowsecurity": False if isinstance(each, Index) else each.rls,
            "relforcerowsecurity": False if isinstance(each, Index) else each.force_rls,
            "relowner": state.find("role", each.owner),
            "relacl": None if index else acl_items(state, cast("Relation", each).acl, each.owner),
            "relispartition": not index and bool(cast("Relation", each).partition_of),
            "relpersistence": "p",
            "relhastriggers": not index and bool(state.members_of("trigger", each.oid)),
            "reloptions": _options(each) if isinstance(each, Relation) else None,
            "reltype": 0 if isinstance(each, Index) else each.row_type,
            "relnatts": len(each.keys) if isinstance(each, Index) else len(each.columns),
        }


def _options(relation: Relation) -> Value:
    return [f"{name}={value if value is not None else 'true'}" for name, value in relation.options] or None


def _pg_namespace(state: State, hints: Hints) -> Iterator[RowOf]:
    wanted = _schema_of(state, hints, "oid") or _text(hints, "nspname")
    for name in _schemas(state) if wanted is None else [wanted] if ("schema", "", wanted) in state.names else []:
        schema = state.get(state.find("schema", name), Schema)
        yield {"oid": schema.oid, "nspname": name, "nspowner": state.find("role", schema.owner)}
    for number, name in ((11, "pg_catalog"), (13000, "information_schema")):
        yield {"oid": number, "nspname": name, "nspowner": 10}


def _tables(
    state: State, hints: Hints, name: str | None, schema: str | None, kinds: tuple[str, ...]
) -> Iterator[Relation]:
    for each in _classes(state, {}, name, schema):
        if isinstance(each, Relation) and each.kind in kinds:
            yield each


def _pg_tables(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "tablename"), _text(hints, "schemaname"), ("table", "partitioned")):
        yield {
            "schemaname": each.schema,
            "tablename": each.name,
            "tableowner": each.owner,
            "rowsecurity": each.rls,
            "hasindexes": bool(state.members_of("index", each.oid)),
            "hastriggers": bool(state.members_of("trigger", each.oid)),
            "tablespace": None,
        }


def _pg_views(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "viewname"), _text(hints, "schemaname"), ("view",)):
        yield {"schemaname": each.schema, "viewname": each.name, "viewowner": each.owner}


def _pg_matviews(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "matviewname"), _text(hints, "schemaname"), ("materialized view",)):
        yield {
            "schemaname": each.schema,
            "matviewname": each.name,
            "matviewowner": each.owner,
            "ispopulated": each.populated,
        }


def _pg_sequences(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "sequencename"), _text(hints, "schemaname"), ("sequence",)):
        yield {"schemaname": each.schema, "sequencename": each.name, "sequenceowner": each.owner}


def _policies(state: State, name: str | None, table: str | None, schema: str | None) -> Iterator[Policy]:
    if name is not None:
        for oid in list(state.member_names.get(("policy", name), ())):
            yield state.get(oid, Policy)
        return
    if table is not None:
        for relation in _tables(state, {}, table, schema, ("table", "partitioned")):
            yield from state.policies_of(relation.oid)
        return
    for obj in list(state.objects.values()):
        if isinstance(obj, Policy):
            yield obj


def _pg_policies(state: State, hints: Hints) -> Iterator[RowOf]:
    schema, table = _text(hints, "schemaname"), _text(hints, "tablename")
    for policy in _policies(state, _text(hints, "policyname"), table, schema):
        relation = state.relation(policy.table)
        yield {
            "schemaname": relation.schema,
            "tablename": relation.name,
            "policyname": policy.name,
            "permissive": "PERMISSIVE" if policy.permissive else "RESTRICTIVE",
            "roles": list(policy.roles),
            "cmd": policy.command.upper(),
            "qual": deparse(state, policy.using),
            "with_check": deparse(state, policy.check),
        }


def _pg_policy(state: State, hints: Hints) -> Iterator[RowOf]:
    oid = _number(hints, "polrelid")
    letters = {"all": "*", "select": "r", "insert": "a", "update": "w", "delete": "d"}
    found: Iterable[Policy]
    if oid is not None and oid in state.objects:
        found = state.policies_of(oid)
    else:
        found = _policies(state, _text(hints, "polname"), None, None)
    for policy in found:
        yield {
            "oid": policy.oid,
            "polname": policy.name,
            "polrelid": policy.table,
            "polcmd": letters[policy.command],
            "polpermissive": policy.permissive,
            "polqual": _tree(state, policy.using),
            "polwithcheck": _tree(state, policy.check),
            "polroles": [0 if role == "public" else state.find("role", role) for role in policy.roles],
        }


def _tree(state: State, stored: Stored | None) -> NodeTree | None:
    text = deparse(state, stored)
    return NodeTree(text) if text is not None else None


def _pg_type(state: State, hints: Hints) -> Iterator[RowOf]:
    name = _text(hints, "typname")
    schema = _schema_of(state, hints, "typnamespace")
    found: list[Type] = []
    if name is not None:
        for place in [schema] if schema is not None else _schemas(state):
            oid = state.names.get(("type", place, name))
            if oid is not None:
                found.append(state.get(oid, Type))
        row = builtin().type_names.get(name)
        if row is not None and not row.array:
            yield {
                "oid": row.oid,
                "typname": name,
                "typnamespace": 11,
                "typtype": "b",
                "typcategory": "U",
                "typrelid": 0,
            }
    else:
        found = [
            obj for obj in state.objects.values() if isinstance(obj, Type) and (schema is None or obj.schema == schema)
        ]
    letters = {
        "enum": "e",
        "domain": "d",
        "composite": "c",
        "range": "r",
        "multirange": "m",
        "base": "b",
        "pseudo": "p",
        "shell": "p",
    }
    for each in found:
        yield {
            "oid": each.oid,
            "typname": each.name,
            "typnamespace": _schema_oid(state, each.schema),
            "typtype": letters[each.kind],
            "typcategory": each.category,
            "typrelid": each.relation,
            "typowner": state.find("role", each.owner),
            "typnotnull": each.not_null,
        }


def _pg_enum(state: State, hints: Hints) -> Iterator[RowOf]:
    oid = _number(hints, "enumtypid")
    found = [state.objects[oid]] if oid is not None and oid in state.objects else list(state.objects.values())
    for each in found:
        if isinstance(each, Type) and each.kind == "enum":
            for position, label in enumerate(each.labels, 1):
                yield {
                    "oid": each.oid * 1000 + position,
                    "enumtypid": each.oid,
                    "enumlabel": label,
                    "enumsortorder": float(position),
                }


def _constraints(state: State, hints: Hints) -> Iterator[Constraint]:
    name = _text(hints, "conname")
    table = _number(hints, "conrelid")
    if name is not None:
        for kind in ("constraint", "domain constraint"):
            for oid in list(state.member_names.get((kind, name), ())):
                yield state.get(oid, Constraint)
    elif table is not None:
        yield from state.constraints_of(table)
    else:
        yield from [obj for obj in state.objects.values() if isinstance(obj, Constraint)]


def _pg_constraint(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _constraints(state, hints):
        yield {
            "oid": each.oid,
            "conname": each.name,
            "connamespace": _schema_oid(state, each.schema),
            "contype": _CONSTRAINTS[each.kind],
            "conrelid": each.table,
            "contypid": each.domain,
            "confrelid": each.referenced,
            "conindid": each.index,
            "conkey": list(each.columns) or None,
            "confkey": list(each.referenced_columns) or None,
            "confdeltype": _ACTIONS[each.on_delete] if each.kind == "foreign key" else " ",
            "confupdtype": _ACTIONS[each.on_update] if each.kind == "foreign key" else " ",
            "convalidated": each.validated,
            "condeferrable": each.deferrable,
            "condeferred": each.deferred,
            "conparentid": each.parent,
        }


def _pg_indexes(state: State, hints: Hints) -> Iterator[RowOf]:
    from analyzer.database.definitions import index_definition

    for index in _indexes(state, _text(hints, "indexname"), _text(hints, "tablename"), _text(hints, "schemaname")):
        table = state.relation(index.table)
        yield {
            "schemaname": index.schema,
            "tablename": table.name,
            "indexname": index.name,
            "tablespace": None,
            "indexdef": index_definition(state, index),
        }


def _indexes(state: State, name: str | None, table: str | None, schema: str | None) -> Iterator[Index]:
    if name is None and table is not None:
        for relation in _tables(state, {}, table, schema, ("table", "partitioned", "materialized view")):
            yield from state.indexes_of(relation.oid)
        return
    for each in _classes(state, {}, name, schema):
        if isinstance(each, Index):
            yield each


def _pg_index(state: State, hints: Hints) -> Iterator[RowOf]:
    table, own = _number(hints, "indrelid"), _number(hints, "indexrelid")
    if own is not None:
        obj = state.objects.get(own)
        found = [obj] if isinstance(obj, Index) else []
    elif table is not None:
        found = list(state.indexes_of(table))
    else:
        found = [obj for obj in state.objects.values() if isinstance(obj, Index)]
    for index in found:
        yield {
            "indexrelid": index.oid,
            "indrelid": index.table,
            "indisunique": index.unique,
            "indisprimary": index.primary,
            "indisvalid": True,
            "indkey": [key.column for key in index.keys],
            "indnatts": len(index.keys) + len(index.include),
            "indnkeyatts": len(index.keys),
            "indpred": None if index.predicate is None else _NOT,
        }


def _pg_trigger(state: State, hints: Hints) -> Iterator[RowOf]:
    name, table = _text(hints, "tgname"), _number(hints, "tgrelid")
    found: Iterable[Trigger]
    if name is not None:
        found = [state.get(oid, Trigger) for oid in list(state.member_names.get(("trigger", name), ()))]
    elif table is not None:
        found = list(state.triggers_of(table))
    else:
        found = [obj for obj in state.objects.values() if isinstance(obj, Trigger)]
    for trigger in found:
        yield {
            "oid": trigger.oid,
            "tgname": trigger.name,
            "tgrelid": trigger.table,
            "tgfoid": trigger.function,
            "tgisinternal": False,
            "tgenabled": trigger.enabled,
            "tgparentid": trigger.parent,
        }


def _functions(state: State, name: str | None, schema: str | None, oid: int | None = None) -> Iterator[Function]:
    if oid is not None:
        found = state.objects.get(oid)
        if isinstance(found, Function):
            yield found
        return
    if name is not None:
        for place in [schema] if schema is not None else _schemas(state):
            for each in list(state.functions.get((place, name), ())):
                yield state.get(each, Function)
        return
    for obj in list(state.objects.values()):
        if isinstance(obj, Function) and (schema is None or obj.schema == schema):
            yield obj


def _type_oid(type_: DataType) -> int:
    """A type's oid. Array types have none here: the negative of the element's tells each from every other type."""
    return -type_.oid if type_.array else type_.oid


def _pg_proc(state: State, hints: Hints) -> Iterator[RowOf]:
    schema = _schema_of(state, hints, "pronamespace")
    for function in _functions(state, _text(hints, "proname"), schema, _number(hints, "oid")):
        yield {
            "oid": function.oid,
            "proname": function.name,
            "pronamespace": _schema_oid(state, function.schema),
            "prokind": {"function": "f", "procedure": "p", "aggregate": "a", "window": "w"}[function.kind],
            "prosecdef": function.security_definer,
            "pronargs": len(function.inputs),
            "proargtypes": OidVector(parameter.type for parameter in function.inputs),
            "proowner": state.find("role", function.owner),
            "proacl": acl_items(state, function.acl, function.owner),
            "prorettype": _type_oid(function.returns),
            "proretset": function.returns_set,
            "provolatile": function.volatility[0],
            "proisstrict": function.strict,
            "prosrc": function.definition.value if function.definition is not None else None,
            "proconfig": [f"{key}={', '.join(values)}" for key, values in function.settings] or None,
        }


def _pg_attribute(state: State, hints: Hints) -> Iterator[RowOf]:
    table = _number(hints, "attrelid")
    found = [state.objects.get(table)] if table is not None else list(state.objects.values())
    for relation in found:
        if isinstance(relation, Relation):
            for column in relation.columns:
                yield {
                    "attrelid": relation.oid,
                    "attname": column.name,
                    "attnum": column.number,
                    "atttypid": column.type.oid if not column.type.array else _NOT,
                    "attnotnull": column.not_null,
                    "attisdropped": False,
                    "atthasdef": column.default is not None or bool(column.sequence and not column.identity),
                    "attidentity": {"": "", "always": "a", "by default": "d"}[column.identity],
                    "attgenerated": "s" if column.generated is not None else "",
                }


def _pg_extension(state: State, hints: Hints) -> Iterator[RowOf]:
    for obj in (
        list(state.objects.values())
        if _text(hints, "extname") is None
        else _named(state, "extension", hints, "extname")
    ):
        if isinstance(obj, Extension):
            yield {
                "oid": obj.oid,
                "extname": obj.name,
                "extnamespace": _schema_oid(state, obj.schema),
                "extversion": obj.version or _NOT,
            }


def _named(state: State, kind: str, hints: Hints, column: str) -> list[Any]:
    oid = state.find(kind, _text(hints, column) or "")
    return [state.objects[oid]] if oid else []


def _pg_available_extensions(state: State, hints: Hints) -> Iterator[RowOf]:
    from analyzer.database.extensions import available

    for name in available():
        yield {"name": name, "default_version": _NOT, "installed_version": _NOT, "comment": _NOT}


def _pg_roles(state: State, hints: Hints) -> Iterator[RowOf]:
    roles = _named(state, "role", hints, "rolname") if _text(hints, "rolname") else list(state.objects.values())
    for role in roles:
        if isinstance(role, Role):
            yield {
                "oid": role.oid,
                "rolname": role.name,
                "rolsuper": role.superuser,
                "rolbypassrls": role.bypass_rls,
                "rolcanlogin": role.login,
                "rolinherit": role.inherit,
                "rolcreaterole": role.create_role,
                "rolcreatedb": role.create_database,
                "rolreplication": role.replication,
            }


def _pg_publication(state: State, hints: Hints) -> Iterator[RowOf]:
    for obj in (
        list(state.objects.values())
        if _text(hints, "pubname") is None
        else _named(state, "publication", hints, "pubname")
    ):
        if isinstance(obj, Publication):
            yield {"oid": obj.oid, "pubname": obj.name, "puballtables": obj.all_tables}


def published(state: State, publication: Publication) -> list[Relation]:
    """The tables of a publication."""
    found = {table.table: state.relation(table.table) for table in publication.tables}
    if publication.all_tables or publication.schemas:
        for obj in state.objects.values():
            if (
                isinstance(obj, Relation)
                and obj.kind in ("table", "partitioned")
                and not obj.persistence
                and (obj.schema in publication.schemas or publication.all_tables)
            ):
                found[obj.oid] = obj
    return list(found.values())


def _pg_publication_tables(state: State, hints: Hints) -> Iterator[RowOf]:
    for row in _pg_publication(state, hints):
        publication = state.get(cast("int", row["oid"]), Publication)
        for table in published(state, publication):
            yield {"pubname": publication.name, "schemaname": table.schema, "tablename": table.name}


def _pg_publication_rel(state: State, hints: Hints) -> Iterator[RowOf]:
    for row in _pg_publication(state, {}):
        publication = state.get(cast("int", row["oid"]), Publication)
        for table in publication.tables:
            yield {"oid": _NOT, "prpubid": publication.oid, "prrelid": table.table}


def _pg_event_trigger(state: State, hints: Hints) -> Iterator[RowOf]:
    for obj in list(state.objects.values()):
        if isinstance(obj, EventTrigger):
            yield {
                "oid": obj.oid,
                "evtname": obj.name,
                "evtevent": obj.event,
                "evtfoid": obj.function,
                "evtenabled": obj.enabled,
            }


def _pg_settings(state: State, hints: Hints) -> Iterator[RowOf]:
    for name, value in list(state.settings.items()):
        yield {"name": name, "setting": ", ".join(value)}


def _pg_language(state: State, hints: Hints) -> Iterator[RowOf]:
    for number, name in ((12, "internal"), (13, "c"), (14, "sql"), (13500, "plpgsql")):
        yield {"oid": number, "lanname": name}


# information_schema

_READABLE = ("table", "partitioned", "foreign", "view")


def _is_tables(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "table_name"), _text(hints, "table_schema"), _READABLE):
        kind = {"view": "VIEW", "foreign": "FOREIGN"}.get(each.kind, "BASE TABLE")
        yield {"table_catalog": "postgres", "table_schema": each.schema, "table_name": each.name, "table_type": kind}


def _is_columns(state: State, hints: Hints) -> Iterator[RowOf]:
    wanted = _text(hints, "column_name")
    for each in _tables(state, hints, _text(hints, "table_name"), _text(hints, "table_schema"), _READABLE):
        for position, column in enumerate(each.columns, 1):
            if wanted is not None and column.name != wanted:
                continue
            yield _is_column(state, each, column, position)


def _is_column(state: State, table: Relation, column: Column, position: int) -> RowOf:
    type_ = column.type
    own = own_type(state, type_)
    base = own.base if own is not None and own.kind == "domain" and own.base is not None else type_
    row = builtin().types.get(base.oid)
    name = row.name if row is not None else (own.name if own is not None else "")
    if base.array:
        shown: str = "ARRAY"
    elif row is not None:
        shown = formatted(state, DataType(base.oid)) if base.oid != 1042 else "character"
    else:
        shown = "USER-DEFINED"
    length = base.modifiers[0] if base.oid in (1042, 1043) and base.modifiers else None
    default: Value = None
    if column.sequence and not column.identity and column.sequence in state.objects:
        sequence = state.relation(column.sequence)
        default = f"nextval('{sequence.name}'::regclass)"
    elif column.default is not None:
        default = deparse(state, column.default)
    return {
        "table_catalog": "postgres",
        "table_schema": table.schema,
        "table_name": table.name,
        "column_name": column.name,
        "ordinal_position": column.number if position else position,
        "column_default": default,
        "is_nullable": "NO" if column.not_null else "YES",
        "data_type": shown,
        "character_maximum_length": length,
        "udt_schema": "pg_catalog" if row is not None else (own.schema if own is not None else ""),
        "udt_name": f"_{name}" if base.array else name,
        "is_identity": "YES" if column.identity else "NO",
        "identity_generation": column.identity.upper() or None,
        "is_generated": "ALWAYS" if column.generated is not None else "NEVER",
        "is_updatable": "YES",
        "numeric_precision": _NOT,
        "numeric_scale": _NOT,
    }


def _is_views(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "table_name"), _text(hints, "table_schema"), ("view",)):
        yield {"table_catalog": "postgres", "table_schema": each.schema, "table_name": each.name}


def _is_schemata(state: State, hints: Hints) -> Iterator[RowOf]:
    for row in _pg_namespace(state, {}):
        yield {"catalog_name": "postgres", "schema_name": row["nspname"]}


def _is_constraints_of(state: State, hints: Hints) -> Iterator[tuple[Constraint, Relation]]:
    name, table = _text(hints, "constraint_name"), _text(hints, "table_name")
    if name is not None:
        found = [state.get(oid, Constraint) for oid in list(state.member_names.get(("constraint", name), ()))]
    elif table is not None:
        schema = _text(hints, "table_schema")
        found = [
            each
            for relation in _tables(state, {}, table, schema, ("table", "partitioned", "foreign"))
            for each in state.constraints_of(relation.oid)
        ]
    else:
        found = [obj for obj in state.objects.values() if isinstance(obj, Constraint) and obj.table]
    for each in found:
        yield each, state.relation(each.table)


def _is_table_constraints(state: State, hints: Hints) -> Iterator[RowOf]:
    for each, table in _is_constraints_of(state, hints):
        kind = _CONSTRAINT_NAMES.get(each.kind)
        if kind is not None:
            yield {
                "constraint_catalog": "postgres",
                "constraint_schema": each.schema,
                "constraint_name": each.name,
                "table_schema": table.schema,
                "table_name": table.name,
                "constraint_type": kind,
                "is_deferrable": "YES" if each.deferrable else "NO",
            }


def _is_key_column_usage(state: State, hints: Hints) -> Iterator[RowOf]:
    for each, table in _is_constraints_of(state, hints):
        if each.kind in ("primary key", "unique", "foreign key"):
            for position, number in enumerate(each.columns, 1):
                yield {
                    "constraint_schema": each.schema,
                    "constraint_name": each.name,
                    "table_schema": table.schema,
                    "table_name": table.name,
                    "column_name": table.numbered(number).name,
                    "ordinal_position": position,
                }


def _is_constraint_column_usage(state: State, hints: Hints) -> Iterator[RowOf]:
    for each, table in _is_constraints_of(
        state, {key: value for key, value in hints.items() if key == "constraint_name"}
    ):
        if each.kind == "foreign key":
            target, numbers = state.relation(each.referenced), each.referenced_columns
        else:
            target, numbers = table, each.columns
        for number in numbers:
            yield {
                "table_schema": target.schema,
                "table_name": target.name,
                "column_name": target.numbered(number).name,
                "constraint_schema": each.schema,
                "constraint_name": each.name,
            }


def _is_referential(state: State, hints: Hints) -> Iterator[RowOf]:
    for each, _ in _is_constraints_of(state, hints):
        if each.kind == "foreign key":
            index = state.objects.get(each.index)
            yield {
                "constraint_schema": each.schema,
                "constraint_name": each.name,
                "unique_constraint_name": index.name if index is not None else None,
                "delete_rule": each.on_delete,
                "update_rule": each.on_update,
            }


def _is_check(state: State, hints: Hints) -> Iterator[RowOf]:
    for each, _ in _is_constraints_of(state, hints):
        if each.kind == "check":
            text = deparse(state, each.expression) or ""
            yield {"constraint_schema": each.schema, "constraint_name": each.name, "check_clause": f"({text})"}


def _is_triggers(state: State, hints: Hints) -> Iterator[RowOf]:
    name, table = _text(hints, "trigger_name"), _text(hints, "event_object_table")
    if name is not None:
        found: Iterable[Trigger] = [
            state.get(oid, Trigger) for oid in list(state.member_names.get(("trigger", name), ()))
        ]
    else:
        found = [obj for obj in state.objects.values() if isinstance(obj, Trigger)]
    for trigger in found:
        relation = state.relation(trigger.table)
        if table is not None and relation.name != table:
            continue
        for event in trigger.events:
            yield {
                "trigger_schema": relation.schema,
                "trigger_name": trigger.name,
                "event_object_schema": relation.schema,
                "event_object_table": relation.name,
                "event_manipulation": event.upper(),
                "action_timing": trigger.timing.upper(),
                "action_orientation": "ROW" if trigger.row else "STATEMENT",
            }


def _is_routines(state: State, hints: Hints) -> Iterator[RowOf]:
    for function in _functions(state, _text(hints, "routine_name"), _text(hints, "routine_schema")):
        yield {
            "specific_schema": function.schema,
            "specific_name": f"{function.name}_{function.oid}",
            "routine_schema": function.schema,
            "routine_name": function.name,
            "routine_type": "PROCEDURE" if function.kind == "procedure" else "FUNCTION",
            "security_type": "DEFINER" if function.security_definer else "INVOKER",
            "routine_definition": function.definition.value if function.definition is not None else None,
            "external_language": function.language.upper(),
        }


def _is_sequences(state: State, hints: Hints) -> Iterator[RowOf]:
    for each in _tables(state, hints, _text(hints, "sequence_name"), _text(hints, "sequence_schema"), ("sequence",)):
        yield {"sequence_schema": each.schema, "sequence_name": each.name}


_RELATIONS: dict[tuple[str, str], Callable[[State, Hints], Iterator[RowOf]]] = {
    ("pg_catalog", "pg_class"): _pg_class,
    ("pg_catalog", "pg_namespace"): _pg_namespace,
    ("pg_catalog", "pg_tables"): _pg_tables,
    ("pg_catalog", "pg_views"): _pg_views,
    ("pg_catalog", "pg_matviews"): _pg_matviews,
    ("pg_catalog", "pg_sequences"): _pg_sequences,
    ("pg_catalog", "pg_policies"): _pg_policies,
    ("pg_catalog", "pg_policy"): _pg_policy,
    ("pg_catalog", "pg_type"): _pg_type,
    ("pg_catalog", "pg_enum"): _pg_enum,
    ("pg_catalog", "pg_constraint"): _pg_constraint,
    ("pg_catalog", "pg_indexes"): _pg_indexes,
    ("pg_catalog", "pg_index"): _pg_index,
    ("pg_catalog", "pg_trigger"): _pg_trigger,
    ("pg_catalog", "pg_proc"): _pg_proc,
    ("pg_catalog", "pg_attribute"): _pg_attribute,
    ("pg_catalog", "pg_extension"): _pg_extension,
    ("pg_catalog", "pg_available_extensions"): _pg_available_extensions,
    ("pg_catalog", "pg_roles"): _pg_roles,
    ("pg_catalog", "pg_authid"): _pg_roles,
    ("pg_catalog", "pg_user"): _pg_roles,
    ("pg_catalog", "pg_publication"): _pg_publication,
    ("pg_catalog", "pg_publication_tables"): _pg_publication_tables,
    ("pg_catalog", "pg_publication_rel"): _pg_publication_rel,
    ("pg_catalog", "pg_event_trigger"): _pg_event_trigger,
    ("pg_catalog", "pg_settings"): _pg_settings,
    ("pg_catalog", "pg_language"): _pg_language,
    ("information_schema", "tables"): _is_tables,
    ("information_schema", "columns"): _is_columns,
    ("information_schema", "views"): _is_views,
    ("information_schema", "schemata"): _is_schemata,
    ("information_schema", "table_constraints"): _is_table_constraints,
    ("information_schema", "key_column_usage"): _is_key_column_usage,
    ("information_schema", "constraint_column_usage"): _is_constraint_column_usage,
    ("information_schema", "referential_constraints"): _is_referential,
    ("information_schema", "check_constraints"): _is_check,
    ("information_schema", "triggers"): _is_triggers,
    ("information_schema", "routines"): _is_routines,
    ("information_schema", "sequences"): _is_sequences,
}
