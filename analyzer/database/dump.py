"""The database as plain data: the JSON of `supalint schema --format json`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from analyzer.database import privileges
from analyzer.database.catalogue_relations import published
from analyzer.database.definitions import index_keys
from analyzer.database.executor import OnFailure
from analyzer.database.model import (
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
from analyzer.database.replay import Database, from_extension, replay
from analyzer.database.state import State
from analyzer.database.types import formatted
from analyzer.database.values import to_json
from analyzer.facts.sql import SqlFile
from analyzer.source import Source
from analyzer.sql.parse import parse

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

# Schemas of the platform and its extensions: what stands in them is not the project's schema.
PLATFORM = frozenset(
    {"auth", "storage", "realtime", "_realtime", "extensions", "graphql", "graphql_public", "vault", "pgbouncer",
     "supabase_functions", "supabase_migrations", "pgsodium", "pgsodium_masks", "cron", "net", "pgmq", "pgtle", "repack",  # noqa: E501
     "hint_plan", "tiger", "tiger_data", "topology", "partman", "pg_catalog", "information_schema", "pg_temp"}
)  # fmt: skip
PREINSTALLED = frozenset(
    {"plpgsql", "pg_stat_statements", "uuid-ossp", "pgcrypto", "pgjwt", "pg_graphql", "supabase_vault"}
)
_ROLES = ("anon", "authenticated")
_TABLE_KINDS = {"table": "table", "partitioned": "partitioned", "foreign": "foreign"}
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE")
_MOST_ROWS = 199  # of a table that the dump lists


def schema_json(database: Database) -> dict[str, Json]:
    """The whole database in the documented shape."""
    state = database.state
    relations = [each for each in database.relations() if _own(state, each)]
    tables = [each for each in relations if each.kind in _TABLE_KINDS]
    objects = list(state.objects.values())
    return {
        "schemas": [{"name": each.name} for each in objects if isinstance(each, Schema) and each.name not in PLATFORM],
        "tables": [_table(state, each) for each in tables],
        "table_grants": [_grants(state, each) for each in tables],
        "policies": [
            _policy(state, each) for each in objects if isinstance(each, Policy) and not _of_extension(state, each.oid)
        ],
        "functions": [_function(state, each) for each in objects if isinstance(each, Function) and _own(state, each)],
        "views": [_view(each) for each in relations if each.kind in ("view", "materialized view")],
        "indexes": [
            _index(state, each)
            for each in objects
            if isinstance(each, Index)
            and not each.constraint
            and not each.primary
            and _own(state, each)
            and not _of_extension(state, each.table)
        ],
        "foreign_keys": [_foreign_key(state, each) for each in _constraints(state, "foreign key")],
        "uniques": [_unique(state, each) for each in _constraints(state, "unique")],
        "checks": [_member(state, each) for each in _constraints(state, "check")],
        "exclusions": [_member(state, each) for each in _constraints(state, "exclude")],
        "triggers": [
            _trigger(state, each) for each in objects if isinstance(each, Trigger) and _shown_trigger(state, each)
        ],
        "enums": [
            {"schema": each.schema, "name": each.name, "values": list(each.labels)}
            for each in objects
            if isinstance(each, Type) and each.kind == "enum" and _own(state, each)
        ],
        "domains": [
            {"schema": each.schema, "name": each.name, "type": formatted(state, each.base)}
            for each in objects
            if isinstance(each, Type) and each.kind == "domain" and _own(state, each)
        ],
        "sequences": [{"schema": each.schema, "name": each.name} for each in relations if each.kind == "sequence"],
        "extensions": [
            {"name": each.name, "schema": each.schema}
            for each in objects
            if isinstance(each, Extension) and each.name not in PREINSTALLED
        ],
        "publication_tables": [
            {"publication": each.name, "table": f"{table.schema}.{table.name}"}
            for each in objects
            if isinstance(each, Publication)
            for table in published(state, each)
        ],
        "buckets": _buckets(database),
        "cron_jobs": _jobs(database),
        "rows": _rows(database, tables),
        "rows_unknown": {
            f"{each.schema}.{each.name}": state.rows_unknown[each.oid]
            for each in tables
            if each.oid in state.rows_unknown
        },
        "failures": [_failure(database, index) for index in range(len(database.failures))],
    }


def _own(state: State, obj: Relation | Function | Index | Type) -> bool:
    return obj.schema not in PLATFORM and not _of_extension(state, obj.oid)


def _of_extension(state: State, oid: int) -> bool:
    return from_extension(state, oid)


def _table(state: State, table: Relation) -> Json:
    key = next((each for each in state.constraints_of(table.oid) if each.kind == "primary key"), None)
    return {
        "schema": table.schema,
        "name": table.name,
        "rls": table.rls,
        "force_rls": table.force_rls,
        "kind": _TABLE_KINDS[table.kind],
        "primary_key": [table.numbered(number).name for number in key.columns] if key is not None else None,
        "columns": [
            {
                "name": column.name,
                "type": formatted(state, column.type),
                "not_null": column.not_null,
                "has_default": column.default is not None or bool(column.sequence and not column.identity),
                "generated": column.generated is not None,
                "identity": bool(column.identity),
            }
            for column in table.columns
        ],
    }


def _grants(state: State, table: Relation) -> Json:
    found: dict[str, Json] = {"schema": table.schema, "name": table.name}
    for role in _ROLES:
        found[role] = [each for each in _PRIVILEGES if privileges.allows(state, table, role, each.lower())]
    return found


def _policy(state: State, policy: Policy) -> Json:
    from analyzer.database.deparse import deparse

    table = state.relation(policy.table)
    return {
        "schema": table.schema,
        "table": table.name,
        "name": policy.name,
        "cmd": policy.command.upper(),
        "roles": [*sorted(policy.roles)],
        "permissive": policy.permissive,
        "qual": deparse(state, policy.using),
        "with_check": deparse(state, policy.check),
    }


def _function(state: State, function: Function) -> Json:
    return {
        "schema": function.schema,
        "name": function.name,
        "arg_types": [_bare(state, parameter) for parameter in function.inputs],
        "returns": result_text(state, function),
        "language": function.language,
        "kind": function.kind,
        "security_definer": function.security_definer,
        "volatility": function.volatility,
        "search_path_set": any(name == "search_path" for name, _ in function.settings),
        "anon_execute": privileges.allows(state, function, "anon", "execute"),
        "authenticated_execute": privileges.allows(state, function, "authenticated", "execute"),
        "public_execute": privileges.allows_public(function, "execute"),
    }


def _bare(state: State, parameter: Parameter) -> str:
    return formatted(state, parameter.type.bare, modifiers=False)


def result_text(state: State, function: Function) -> str | None:
    """`SETOF text`, `TABLE(a integer)` (pg_get_function_result)."""
    from analyzer.database.names import quoted

    if function.kind == "procedure":
        return None
    columns = [each for each in function.parameters if each.mode == "table"]
    if columns:
        return "TABLE(" + ", ".join(f"{quoted(each.name)} {_bare(state, each)}" for each in columns) + ")"
    return ("SETOF " if function.returns_set else "") + formatted(state, function.returns, modifiers=False)


def _view(view: Relation) -> Json:
    options = dict(view.options)
    invoker = (options.get("security_invoker", "false") or "true").lower() in ("true", "on", "yes", "1")
    return {
        "schema": view.schema,
        "name": view.name,
        "kind": view.kind,
        "security_invoker": invoker and "security_invoker" in options,
        "columns": [column.name for column in view.columns],
    }


def _index(state: State, index: Index) -> Json:
    from analyzer.database.deparse import deparse

    return {
        "schema": index.schema,
        "table": state.relation(index.table).name,
        "name": index.name,
        "unique": index.unique,
        "method": index.method,
        "columns": list(index_keys(state, index)),
        "predicate": deparse(state, index.predicate),
    }


def _constraints(state: State, kind: str) -> list[Constraint]:
    return [
        each
        for each in state.objects.values()
        if isinstance(each, Constraint)
        and each.kind == kind
        and each.table
        and each.schema not in PLATFORM
        and not _of_extension(state, each.table)
    ]


def _member(state: State, constraint: Constraint) -> dict[str, Json]:
    return {"schema": constraint.schema, "table": state.relation(constraint.table).name, "name": constraint.name}


def _columns(state: State, table: int, numbers: Sequence[int]) -> list[Json]:
    relation = state.relation(table)
    return [relation.numbered(number).name for number in numbers]


def _foreign_key(state: State, constraint: Constraint) -> Json:
    target = state.relation(constraint.referenced)
    return {
        **_member(state, constraint),
        "columns": _columns(state, constraint.table, constraint.columns),
        "ref_schema": target.schema,
        "ref_table": target.name,
        "ref_columns": _columns(state, constraint.referenced, constraint.referenced_columns),
        "on_delete": constraint.on_delete,
        "on_update": constraint.on_update,
    }


def _unique(state: State, constraint: Constraint) -> Json:
    return {**_member(state, constraint), "columns": _columns(state, constraint.table, constraint.columns)}


_PLATFORM_TRIGGERS = frozenset(
    {
        "update_objects_updated_at",
        "enforce_bucket_name_length_trigger",
        "protect_buckets_delete",
        "protect_objects_delete",
    }
)


def _shown_trigger(state: State, trigger: Trigger) -> bool:
    table = state.relation(trigger.table)
    return not (table.schema == "storage" and trigger.name in _PLATFORM_TRIGGERS) and not _of_extension(
        state, trigger.table
    )


def _trigger(state: State, trigger: Trigger) -> Json:
    table = state.relation(trigger.table)
    function = state.objects.get(trigger.function)
    return {
        "schema": table.schema,
        "table": table.name,
        "name": trigger.name,
        "function": function.name if function is not None else trigger.builtin,
        "timing": trigger.timing.upper(),
        "level": "ROW" if trigger.row else "STATEMENT",
        "events": [*sorted(event.upper() for event in trigger.events)],
    }


def table_rows(database: Database, table: Relation) -> list[Json]:
    """The known rows as JSON objects; a cell that is not known is `{"unknown": why}`."""
    found: list[Json] = []
    for row in database.rows(table):
        cells: dict[str, Json] = {}
        for column in table.columns:
            cell = row.get(column.number)
            cells[column.name] = to_json(cell.value) if cell is not None else None  # type: ignore[assignment]
        found.append(cells)
    return found


def _rows(database: Database, tables: Sequence[Relation]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for table in tables:
        if table.partition_of:
            continue
        rows = table_rows(database, table)
        if rows and len(rows) <= _MOST_ROWS:
            found[f"{table.schema}.{table.name}"] = rows
    return found


def _platform_rows(database: Database, schema: str, name: str) -> list[dict[str, Json]]:
    table = database.relation(schema, name)
    return [row for row in table_rows(database, table) if isinstance(row, dict)] if table is not None else []


def _buckets(database: Database) -> list[Json]:
    rows = _platform_rows(database, "storage", "buckets")
    return [
        {"id": row.get("id"), "public": bool(row.get("public")) if not isinstance(row.get("public"), dict) else False}
        for row in rows
    ]


def _jobs(database: Database) -> list[Json]:
    rows = _platform_rows(database, "cron", "job")
    return [
        {"jobname": row.get("jobname") or str(row.get("command") or "")[:40], "schedule": row.get("schedule")}
        for row in rows
    ]


def _failure(database: Database, index: int) -> Json:
    failure = database.failures[index]
    span = database.span(failure.place)
    return {
        "file": span.path.rpartition("/")[2],
        "line": span.line,
        "sqlstate": failure.sqlstate,
        "message": failure.message,
        "statement": failure.statement,
        "cause": failure.cause,
    }


def dump(
    files: Mapping[str, str], on_failure: OnFailure, seeds: Sequence[str], expose: bool, major: int
) -> dict[str, Json]:
    """The dump of a project's files, given as texts by path: roles first, then the migrations, then the seeds."""
    order = _in_order(files, seeds)
    parsed: list[SqlFile] = [parse(Source(path, files[path])) for path in order]
    return schema_json(replay(parsed, major_version=major, on_failure=on_failure, exposed=expose, texts=files))


# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/list.go
_MIGRATION = re.compile(r"(?:.*/)?migrations/([0-9]+)_[^/]*\.sql")
_OLD_INIT = re.compile(r"([0-9]{14})_init\.sql")
_OLD_INIT_UNTIL = 20211209000000


def _in_order(files: Mapping[str, str], seeds: Sequence[str]) -> list[str]:
    """The paths in the order in which the CLI applies them."""
    migrations = sorted(
        (path for path in files if _MIGRATION.fullmatch(path)), key=lambda path: path.rpartition("/")[2].encode()
    )
    if migrations and (old := _OLD_INIT.search(migrations[0])) and int(old[1]) < _OLD_INIT_UNTIL:
        del migrations[0]
    roles = [path for path in files if path.rpartition("/")[2] == "roles.sql" and "/migrations/" not in path]
    return [*roles, *migrations, *(seed for seed in seeds if seed in files)]
