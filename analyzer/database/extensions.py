"""Extensions, with the schemas, types and functions that they bring."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from analyzer.database.model import Extension, Other, Schema
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.types import schema_exists
from analyzer.facts.sql import SqlFile
from analyzer.facts.sql_ddl import AlterExtension, CreateExtension
from analyzer.source import Source
from analyzer.sql.parse import parse

_FOLDER = Path(__file__).parent / "platform" / "extensions"

# The schema that an extension makes for itself, whatever CREATE EXTENSION says: `schema` in its control file.
FIXED_SCHEMAS = {
    "pg_net": "",
    "pgmq": "pgmq",
    "pgsodium": "pgsodium",
    "supabase_vault": "vault",
    "pg_graphql": "graphql",
    "pg_cron": "pg_catalog",  # the platform's setting of supautils puts it there
    "pgtle": "pgtle",
    "pg_tle": "pgtle",
    "postgis_topology": "topology",
    "postgis_tiger_geocoder": "tiger",
    "plpgsql": "pg_catalog",
    "pgjwt": "",
}
# https://github.com/supabase/postgres/tree/develop/ansible/files/postgresql_extension_custom_scripts, and
# https://supabase.com/docs/guides/database/extensions
REQUIRES = {
    "earthdistance": ("cube",),
    "pgjwt": ("pgcrypto",),
    "postgis_topology": ("postgis",),
    "postgis_raster": ("postgis",),
    "postgis_sfcgal": ("postgis",),
    "postgis_tiger_geocoder": ("postgis", "fuzzystrmatch"),
    "pgrouting": ("postgis",),
    "address_standardizer_data_us": (),
    "index_advisor": ("hypopg",),
}
_AVAILABLE = (
    "address_standardizer", "address_standardizer_data_us", "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist",
    "citext", "cube", "dblink", "dict_int", "dict_xsyn", "earthdistance", "fuzzystrmatch", "hstore", "http", "hypopg",
    "index_advisor", "insert_username", "intarray", "isn", "lo", "ltree", "moddatetime", "old_snapshot", "orioledb",
    "pageinspect", "pg_backtrace", "pg_buffercache", "pg_cron", "pg_freespacemap", "pg_graphql", "pg_hashids",
    "pg_jsonschema", "pg_net", "pg_partman", "pg_prewarm", "pg_repack", "pg_stat_monitor", "pg_stat_statements",
    "pg_surgery", "pg_tle", "pg_trgm", "pg_visibility", "pg_walinspect", "pgaudit", "pgcrypto", "pgjwt", "pgmq",
    "pgroonga", "pgroonga_database", "pgrouting", "pgrowlocks", "pgsodium", "pgstattuple", "pgtap", "plcoffee", "plls",
    "plpgsql", "plpgsql_check", "plv8", "postgis", "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder",
    "postgis_topology", "postgres_fdw", "refint", "rum", "seg", "sslinfo", "supabase_vault", "supautils", "tablefunc",
    "tcn", "timescaledb", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector", "wrappers", "xml2",
    "pg_hint_plan",
)  # fmt: skip


# The access methods that extensions bring.
ACCESS_METHODS = {"vector": ("ivfflat", "hnsw"), "bloom": ("bloom",), "rum": ("rum",), "pgroonga": ("pgroonga",)}
# `relocatable = false` in the control file: SET SCHEMA is refused.
FIXED = frozenset(
    {"pg_cron", "pg_net", "pgmq", "pgsodium", "supabase_vault", "pg_graphql", "pg_tle", "postgis", "postgis_topology",
     "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder", "pgrouting", "pgtap", "plpgsql", "wrappers", "timescaledb",  # noqa: E501
     "pg_partman", "pg_repack", "pg_stat_monitor", "pgaudit", "pg_hint_plan", "earthdistance", "index_advisor"}
)  # fmt: skip


def available() -> tuple[str, ...]:
    """The extensions that the platform offers."""
    return _AVAILABLE


@lru_cache(maxsize=64)
def script(name: str) -> SqlFile | None:
    """What an extension brings, as statements; None: nothing that matters here."""
    path = _FOLDER / f"{name}.sql"
    if not path.is_file():
        return None
    return parse(Source(f"{name}.sql", path.read_text("utf-8")))


def create_extension(state: State, node: CreateExtension, run: Callable[[SqlFile], None]) -> None:
    """CREATE EXTENSION; `run` carries out the statements of its script."""
    name = node.name.text
    if state.find("extension", name):
        if node.if_not_exists:
            return
        raise Rejected("42710", f'extension "{name}" already exists', node.name, subject=name)
    if name not in available():
        raise Rejected("0A000", f'extension "{name}" is not available', node.name, subject=name)
    if node.schema is not None and not schema_exists(state, node.schema.text):
        message = f'schema "{node.schema.text}" does not exist'
        raise Rejected("3F000", message, node.schema, subject=node.schema.text)
    for required in REQUIRES.get(name, ()):
        if not state.find("extension", required):
            if not node.cascade:
                message = f'required extension "{required}" is not installed'
                raise Rejected("42704", message, node.name, subject=required)
            install(state, required, node.schema.text if node.schema is not None else "", run)
    install(state, name, node.schema.text if node.schema is not None else "", run)


def install(state: State, name: str, schema: str, run: Callable[[SqlFile], None]) -> None:
    """Makes an extension with all that it brings."""
    fixed = FIXED_SCHEMAS.get(name, "")
    place = fixed or schema or state.creation_schema or "public"
    extension = Extension(oid=state.new_oid(), name=name, schema=place)
    state.add(extension)
    for required in REQUIRES.get(name, ()):
        state.depend(extension.oid, state.find("extension", required))
    for method in ACCESS_METHODS.get(name, ()):
        made_method = Other(oid=state.new_oid(), name=method, kind="access method")
        state.add(made_method)
        state.depend(made_method.oid, extension.oid, "extension")
    if fixed and fixed != "pg_catalog" and not schema_exists(state, fixed):
        made = Schema(oid=state.new_oid(), name=fixed, owner="supabase_admin")
        state.add(made)
        state.depend(made.oid, extension.oid, "extension")
    found = script(name)
    if found is None:
        return
    before = state.next_oid
    settings = {key: state.settings.get(key) for key in ("search_path", "check_function_bodies", "role")}
    state.put(state.settings, "search_path", (place,))
    state.put(state.settings, "check_function_bodies", ("off",))
    state.put(state.settings, "role", ("supabase_admin",))
    try:
        run(found)
    finally:
        for key, old in settings.items():
            if old is None:
                state.remove(state.settings, key)
            else:
                state.put(state.settings, key, old)
    for oid in range(before + 1, state.next_oid + 1):
        obj = state.objects.get(oid)
        if obj is not None and not any(kind == "internal" for kind in state.dependencies.get(oid, {}).values()):
            state.depend(oid, extension.oid, "extension")


def alter_extension(state: State, node: AlterExtension) -> None:
    """ALTER EXTENSION ... UPDATE, ADD or DROP."""
    if not state.find("extension", node.name.text):
        name = node.name.text
        raise Rejected("42704", f'extension "{name}" does not exist', node.name, subject=name)
