"""What Splinter says of one object, in the words of Splinter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from analyzer.database.model import AnyObject
from analyzer.database.replay import Database

# Schemas of the platform, which nearly all lints leave out: the list in each lint's WHERE.
INTERNAL_SCHEMAS = frozenset({
    "_timescaledb_cache", "_timescaledb_catalog", "_timescaledb_config", "_timescaledb_internal", "auth", "cron",
    "extensions", "graphql", "graphql_public", "information_schema", "net", "pgmq", "pgroonga", "pgsodium",
    "pgsodium_masks", "pgtle", "pgbouncer", "pg_catalog", "realtime", "repack", "storage", "supabase_functions",
    "supabase_migrations", "tiger", "topology", "vault",
})  # fmt: skip
API_ROLES = ("anon", "authenticated")


class Lint(NamedTuple):
    """A lint's number, its level, and what it says."""

    number: str
    level: Literal["ERROR", "WARN", "INFO"]
    title: str


LINTS = {
    "unindexed_foreign_keys": Lint("0001", "INFO", "foreign key without a covering index"),
    "auth_users_exposed": Lint("0002", "ERROR", "view that shows `auth.users` to API roles"),
    "auth_rls_initplan": Lint("0003", "WARN", "policy that calls auth functions for each row"),
    "no_primary_key": Lint("0004", "INFO", "table without a primary key"),
    "multiple_permissive_policies": Lint("0006", "WARN", "several permissive policies for one role and action"),
    "policy_exists_rls_disabled": Lint("0007", "ERROR", "policies on a table without row level security"),
    "rls_enabled_no_policy": Lint("0008", "INFO", "row level security without a policy"),
    "duplicate_index": Lint("0009", "WARN", "identical indexes"),
    "security_definer_view": Lint("0010", "ERROR", "view that runs as its owner"),
    "function_search_path_mutable": Lint("0011", "WARN", "function without a fixed search_path"),
    "rls_disabled_in_public": Lint("0013", "ERROR", "served table without row level security"),
    "extension_in_public": Lint("0014", "WARN", "extension in the schema `public`"),
    "rls_references_user_metadata": Lint("0015", "ERROR", "policy that reads `user_metadata`"),
    "materialized_view_in_api": Lint("0016", "WARN", "materialized view that API roles can read"),
    "foreign_table_in_api": Lint("0017", "WARN", "foreign table that API roles can read"),
    "unsupported_reg_types": Lint("0018", "WARN", "column of a reg* type that upgrades do not carry over"),
    "insecure_queue_exposed_in_api": Lint("0019", "ERROR", "served queue without row level security"),
    "fkey_to_auth_unique": Lint("0021", "ERROR", "foreign key to a unique constraint of `auth`"),
    "sensitive_columns_exposed": Lint(
        "0023", "ERROR", "served table without row level security, with sensitive columns"
    ),
    "rls_policy_always_true": Lint("0024", "WARN", "policy that reads as always true"),
    "public_bucket_allows_listing": Lint("0025", "WARN", "public bucket whose files can be listed"),
    "pg_graphql_anon_table_exposed": Lint("0026", "WARN", "relation in the GraphQL schema of visitors"),
    "pg_graphql_authenticated_table_exposed": Lint("0027", "WARN", "relation in the GraphQL schema of signed-in users"),
    "anon_security_definer_function_executable": Lint(
        "0028", "WARN", "SECURITY DEFINER function that visitors can call"
    ),
    "authenticated_security_definer_function_executable": Lint(
        "0029", "WARN", "SECURITY DEFINER function that signed-in users can call"
    ),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row of a lint: `detail` tells apart what a lint says several times of one object."""

    lint: str
    schema: str
    object: str
    detail: str
    subject: AnyObject  # the object whose making decides


def selectable(database: Database, relation: AnyObject) -> bool:
    """Whether a visitor or a signed-in user may SELECT (has_table_privilege): grants on columns do not count."""
    return any(database.allows(relation, role, "select") for role in API_ROLES)
