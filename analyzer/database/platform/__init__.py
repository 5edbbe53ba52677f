"""The database of a fresh project, replayed from the statements beside this module."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from analyzer.database import settings
from analyzer.database.executor import Executor
from analyzer.database.model import Extension, Role, Schema
from analyzer.database.state import State
from analyzer.source import Source
from analyzer.sql.parse import parse

ADMIN = "supabase_admin"
# https://www.postgresql.org/docs/17/predefined-roles.html
_PREDEFINED = (
    "pg_checkpoint", "pg_create_subscription", "pg_database_owner", "pg_execute_server_program", "pg_maintain",
    "pg_monitor", "pg_read_all_data", "pg_read_all_settings", "pg_read_all_stats", "pg_read_server_files",
    "pg_signal_backend", "pg_stat_scan_tables", "pg_use_reserved_connections", "pg_write_all_data", "pg_write_server_files",  # noqa: E501
)  # fmt: skip

# What `[api].auto_expose_new_tables = false` adds:
# https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/db/start/start.go
_UNEXPOSED = """
alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke execute on functions from anon, authenticated, service_role;
"""


@lru_cache(maxsize=4)
def _fresh(exposed: bool, major: int) -> State:
    state = State()
    state.major = major
    executor = Executor(state)
    state.add(Role(oid=state.new_oid(), name=ADMIN, superuser=True, login=True, bypass_rls=True))
    for name in _PREDEFINED:
        state.add(Role(oid=state.new_oid(), name=name))
    usage = {"pg_database_owner": frozenset({"usage", "create"}), "public": frozenset({"usage"})}
    state.add(Schema(oid=state.new_oid(), name="public", owner="pg_database_owner", acl=usage))
    state.add(Extension(oid=state.new_oid(), name="plpgsql", schema="pg_catalog", version="1.0"))
    state.put(state.settings, "search_path", settings.SEARCH_PATH)
    state.put(state.settings, "role", (ADMIN,))
    executor.run_script(parse(Source("platform.sql", (Path(__file__).parent / "platform.sql").read_text("utf-8"))))
    if not exposed:
        executor.run_script(parse(Source("exposure.sql", _UNEXPOSED)))
    settings.reset_all(state)
    state.settings["server_version_num"] = (f"{major}0004",)
    state.settings["server_version"] = (f"{major}.4",)
    for mapping in (state.new_labels, state.made_in_transaction, state.history):
        mapping.clear()
    state.journal.clear()
    return state


def fresh(*, exposed: bool = True, major: int = 17) -> State:
    """A database before the first migration; `exposed` says whether new tables are granted to the API's roles."""
    return _fresh(exposed, major).copy()
