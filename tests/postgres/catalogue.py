"""What a database holds, in the shape of `supalint schema --format json`."""

# The queries are put together from constants of this module alone.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

import psycopg

from .apply import Applied
from .server import Server
from .stand_ins import shown

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Dump: TypeAlias = "dict[str, Json]"

#: Schemas that the platform or its extensions own; what a migration makes in them is not the project's schema.
PLATFORM = (
    "auth", "storage", "realtime", "_realtime", "extensions", "graphql", "graphql_public", "vault", "pgbouncer",
    "supabase_functions", "supabase_migrations", "pgsodium", "pgsodium_masks", "cron", "net", "pgmq", "pgtle", "repack",
    "hint_plan", "tiger", "tiger_data", "topology", "partman", "information_schema",
)  # fmt: skip

PREINSTALLED = ("plpgsql", "pg_stat_statements", "uuid-ossp", "pgcrypto", "pgjwt", "pg_graphql", "supabase_vault")

#: Tables with more rows than this are no catalogue tables; their rows are not dumped.
MOST_ROWS = 199

_OWN = "n.nspname <> all (%(platform)s) and n.nspname !~ '^pg_'"
_NOT_OF_EXTENSION = (
    "not exists (select from pg_depend e where e.classid = '{}'::regclass and e.objid = {} and e.deptype = 'e')"
)


def _privileges(role: str) -> str:
    return (
        "(select coalesce(json_agg(p order by o), '[]') from unnest(array['SELECT','INSERT','UPDATE','DELETE']) "
        f"with ordinality u(p, o) where has_table_privilege('{role}', c.oid, p)) as {role}"
    )


_ACTION = (
    "case {} when 'c' then 'CASCADE' when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' when 'r' then 'RESTRICT' "
    "else 'NO ACTION' end"
)
_COLUMNS = (
    "(select json_agg(a.attname order by u.o) from unnest({1}) with ordinality u(n, o) "
    "join pg_attribute a on a.attrelid = {0} and a.attnum = u.n)"
)
_RELATION = f"pg_class c join pg_namespace n on n.oid = c.relnamespace where {_OWN} and " + _NOT_OF_EXTENSION.format(
    "pg_class", "c.oid"
)
_CONSTRAINT = (
    "from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace "
    f"where {_OWN} and " + _NOT_OF_EXTENSION.format("pg_class", "c.oid")
)

#: One query for each key of the dump; every query gives the attributes of one object a row.
QUERIES: Mapping[str, str] = {
    "schemas": f"select n.nspname as name from pg_namespace n where {_OWN}",
    "tables": f"""
        select n.nspname as schema, c.relname as name, c.relrowsecurity as rls, c.relforcerowsecurity as force_rls,
          case c.relkind when 'p' then 'partitioned' when 'f' then 'foreign' else 'table' end as kind,
          (select {_COLUMNS.format("c.oid", "k.conkey")} from pg_constraint k
             where k.conrelid = c.oid and k.contype = 'p') as primary_key,
          (select coalesce(json_agg(json_build_object(
              'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull,
              'has_default', d.oid is not null and a.attgenerated = '',
              'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
              'generated', a.attgenerated <> '', 'identity', a.attidentity <> '') order by a.attnum), '[]')
            from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
        from {_RELATION} and c.relkind in ('r', 'p', 'f')""",
    "table_grants": f"""
        select n.nspname as schema, c.relname as name, {_privileges("anon")}, {_privileges("authenticated")}
        from {_RELATION} and c.relkind in ('r', 'p', 'f')""",
    "policies": """
        select n.nspname as schema, c.relname as table, p.polname as name, p.polpermissive as permissive,
          case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE'
            else 'ALL' end as cmd,
          (select json_agg(case r when 0 then 'public' else pg_get_userbyid(r) end order by 1)
            from unnest(p.polroles) r) as roles,
          pg_get_expr(p.polqual, p.polrelid) as qual, pg_get_expr(p.polwithcheck, p.polrelid) as with_check
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname <> 'cron'""",
    "functions": f"""
        select n.nspname as schema, p.proname as name,
          (select coalesce(json_agg(format_type(t, null) order by o), '[]')
            from unnest(p.proargtypes::oid[]) with ordinality u(t, o)) as arg_types,
          pg_get_function_result(p.oid) as returns, l.lanname as language,
          case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window' else 'function' end
            as kind,
          p.prosecdef as security_definer,
          case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
          coalesce(exists (select from unnest(p.proconfig) s where s like 'search_path=%%'), false) as search_path_set,
          has_function_privilege('anon', p.oid, 'EXECUTE') as anon_execute,
          has_function_privilege('authenticated', p.oid, 'EXECUTE') as authenticated_execute,
          exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x where x.grantee = 0)
            as public_execute
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
        where {_OWN} and {_NOT_OF_EXTENSION.format("pg_proc", "p.oid")}""",
    "views": f"""
        select n.nspname as schema, c.relname as name,
          case c.relkind when 'v' then 'view' else 'materialized view' end as kind,
          coalesce((select lower(o.option_value) in ('true', 'on', 'yes', '1') from pg_options_to_table(c.reloptions) o
            where o.option_name = 'security_invoker'), false) as security_invoker,
          (select coalesce(json_agg(a.attname order by a.attnum), '[]') from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
          {_privileges("anon")}, {_privileges("authenticated")}
        from {_RELATION} and c.relkind in ('v', 'm')""",
    "indexes": f"""
        select n.nspname as schema, c.relname as table, i.relname as name, x.indisunique as unique,
          am.amname as method,
          (select json_agg(case x.indkey[o - 1] when 0 then pg_get_indexdef(i.oid, o, false)
              else (select a.attname::text from pg_attribute a
                where a.attrelid = c.oid and a.attnum = x.indkey[o - 1]) end
              order by o) from generate_series(1, x.indnatts::int) o) as columns,
          pg_get_expr(x.indpred, x.indrelid) as predicate
        from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
          join pg_namespace n on n.oid = c.relnamespace join pg_am am on am.oid = i.relam
        where {_OWN} and {_NOT_OF_EXTENSION.format("pg_class", "c.oid")}
          and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))""",
    "foreign_keys": f"""
        select n.nspname as schema, c.relname as table, k.conname as name,
          {_COLUMNS.format("k.conrelid", "k.conkey")} as columns,
          (select fn.nspname from pg_class f join pg_namespace fn on fn.oid = f.relnamespace where f.oid = k.confrelid)
            as ref_schema,
          (select f.relname from pg_class f where f.oid = k.confrelid) as ref_table,
          {_COLUMNS.format("k.confrelid", "k.confkey")} as ref_columns,
          {_ACTION.format("k.confdeltype")} as on_delete, {_ACTION.format("k.confupdtype")} as on_update,
          k.convalidated as validated
        {_CONSTRAINT} and k.contype = 'f'""",
    "uniques": f"""
        select n.nspname as schema, c.relname as table, k.conname as name,
          {_COLUMNS.format("k.conrelid", "k.conkey")} as columns
        {_CONSTRAINT} and k.contype = 'u'""",
    "checks": f"""
        select n.nspname as schema, c.relname as table, k.conname as name,
          pg_get_expr(k.conbin, k.conrelid) as expression
        {_CONSTRAINT} and k.contype = 'c'""",
    "exclusions": f"""
        select n.nspname as schema, c.relname as table, k.conname as name
        {_CONSTRAINT} and k.contype = 'x'""",
    "primary_keys": f"""
        select n.nspname as schema, c.relname as table, k.conname as name,
          {_COLUMNS.format("k.conrelid", "k.conkey")} as columns
        {_CONSTRAINT} and k.contype = 'p'""",
    "triggers": """
        select n.nspname as schema, c.relname as table, t.tgname as name, p.proname as function,
          case when t.tgtype & 2 <> 0 then 'BEFORE' when t.tgtype & 64 <> 0 then 'INSTEAD OF' else 'AFTER' end
            as timing,
          case when t.tgtype & 1 <> 0 then 'ROW' else 'STATEMENT' end as level,
          (select json_agg(e order by o) from (values (4, 'INSERT', 1), (16, 'UPDATE', 2), (8, 'DELETE', 3),
             (32, 'TRUNCATE', 4)) v(bit, e, o) where t.tgtype & bit <> 0) as events,
          t.tgenabled <> 'D' as enabled
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
          join pg_proc p on p.oid = t.tgfoid
        where not t.tgisinternal""",
    "event_triggers": """
        select e.evtname as name, e.evtevent as event, p.proname as function
        from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid""",
    "enums": f"""
        select n.nspname as schema, t.typname as name,
          (select coalesce(json_agg(e.enumlabel order by e.enumsortorder), '[]') from pg_enum e
            where e.enumtypid = t.oid) as values
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        where t.typtype = 'e' and {_OWN} and {_NOT_OF_EXTENSION.format("pg_type", "t.oid")}""",
    "domains": f"""
        select n.nspname as schema, t.typname as name, format_type(t.typbasetype, t.typtypmod) as type,
          t.typnotnull as not_null
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        where t.typtype = 'd' and {_OWN} and {_NOT_OF_EXTENSION.format("pg_type", "t.oid")}""",
    "composite_types": f"select n.nspname as schema, c.relname as name from {_RELATION} and c.relkind = 'c'",
    "sequences": f"select n.nspname as schema, c.relname as name from {_RELATION} and c.relkind = 'S'",
    "extensions": """
        select e.extname as name, n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        where e.extname <> all (%(preinstalled)s)""",
    "publication_tables": """
        select pubname as publication, schemaname || '.' || tablename as table from pg_publication_tables""",
    "buckets": "select id, coalesce(public, false) as public from storage.buckets",
}

_CRON = "select coalesce(jobname, left(command, 40)) as jobname, schedule from cron.job"


def dump(server: Server, applied: Applied) -> Dump:
    """Everything that the migrations left, and what failed among them."""
    with server.connect() as session:
        session.execute("set search_path to ''; set statement_timeout to '60s'")
        found: Dump = {key: _shown(_objects(session, query), server) for key, query in QUERIES.items()}
        found["cron_jobs"] = _objects(session, _CRON) if _one(session, "select to_regclass('cron.job')") else []
        found["rows"], found["rows_unknown"] = _rows(session)
    found["failures"] = [
        {"file": failure.file, "line": failure.line, "sqlstate": failure.sqlstate, "message": failure.message}
        for failure in applied.failures
    ]
    return found


def without(found: Dump, platform: Dump) -> Dump:
    """The dump without what a fresh project holds already."""
    kept: Dump = {}
    for key, objects in found.items():
        base = platform.get(key)
        if isinstance(objects, list) and isinstance(base, list) and key != "failures":
            kept[key] = [thing for thing in objects if thing not in base]
        else:
            kept[key] = objects
    return kept


def _shown(objects: list[Json], server: Server) -> list[Json]:
    if not server.stand_ins:
        return objects
    real: list[Json] = json.loads(shown(json.dumps(objects), server.stand_ins))
    return real


def _objects(session: psycopg.Connection, query: str) -> list[Json]:
    parameters = {"platform": list(PLATFORM), "preinstalled": list(PREINSTALLED)}
    text = _one(session, f"select coalesce(json_agg(o order by o::text), '[]')::text from ({query}) o", parameters)
    assert isinstance(text, str)
    objects: list[Json] = json.loads(text)
    return objects


def _rows(session: psycopg.Connection) -> tuple[dict[str, Json], dict[str, Json]]:
    rows: dict[str, Json] = {}
    unknown: dict[str, Json] = {}
    query = f"""
        select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as sql, n.nspname || '.' || c.relname as name
        from {_RELATION} and c.relkind in ('r', 'p') and not c.relispartition"""
    for table in _objects(session, query):
        assert isinstance(table, dict)
        name = str(table["name"])
        some = f"select * from {table['sql']} limit {MOST_ROWS + 1}"
        select = f"select coalesce(json_agg(to_jsonb(t)), '[]')::text from ({some}) t"
        try:
            text = _one(session, select)
        except psycopg.Error as error:
            unknown[name] = str(error).splitlines()[0]
            continue
        found = json.loads(str(text))
        if len(found) > MOST_ROWS:
            unknown[name] = f"more than {MOST_ROWS} rows"
        elif found:
            rows[name] = found
    return rows, unknown


def _one(session: psycopg.Connection, query: str, parameters: Mapping[str, list[str]] | None = None) -> object:
    row = session.execute(query, parameters).fetchone()
    return row[0] if row else None
