"""Lints on row level security policies, which Splinter reads as text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from analyzer.database.model import Policy, Relation, Role
from analyzer.database.replay import Database, from_extension
from analyzer.splinter.judgement import API_ROLES, INTERNAL_SCHEMAS, Judgement

_COMMANDS = {
    "select": ("SELECT",),
    "insert": ("INSERT",),
    "update": ("UPDATE",),
    "delete": ("DELETE",),
    "all": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
# The calls of 0003, and the same in a sub-select, where PostgreSQL makes them once for a statement.
_CALLS = (
    *((rf"auth\.{name}\(\)", rf"select auth\.{name}\(\)") for name in ("uid", "jwt", "role", "email")),
    (r"current_setting\(.*\)", r"select current_setting\(.*\)"),
)
_INIT_PLANS = tuple((re.compile(bare, re.DOTALL), re.compile(wrapped, re.DOTALL)) for bare, wrapped in _CALLS)
_USER_METADATA = re.compile(r"(?:auth\.jwt\(\)|current_setting\(.*request\.jwt\.claims.*\)).*user_metadata", re.DOTALL)
_TRUE = frozenset({"true", "(true)", "1=1", "(1=1)"})


def judge_policies(database: Database) -> Iterator[Judgement]:
    """0003, 0006, 0007, 0008, 0015, 0024."""
    for table in database.relations("table", "partitioned"):
        policies = list(database.policies(table))
        plain = (
            table.kind == "table"
            and table.schema not in INTERNAL_SCHEMAS
            and not from_extension(database.state, table.oid)
        )
        if plain and policies and not table.rls:
            yield _judgement("policy_exists_rls_disabled", table)
        if plain and table.rls and not policies:
            yield _judgement("rls_enabled_no_policy", table)
        if plain:
            yield from _multiple(database, table, policies)
        for policy in policies:
            yield from _policy(database, table, policy)


def _judgement(lint: str, table: Relation, detail: str = "", policy: Policy | None = None) -> Judgement:
    return Judgement(lint, table.schema, table.name, detail, policy if policy is not None else table)


def _policy(database: Database, table: Relation, policy: Policy) -> Iterator[Judgement]:
    using, check = database.text(policy.using), database.text(policy.check)
    texts = [text for text in (using, check) if text is not None]
    internal = table.schema in INTERNAL_SCHEMAS
    # realtime is no exception here, so that policies on realtime.messages are judged
    if table.rls and (not internal or table.schema == "realtime") and any(map(_calls_for_each_row, texts)):
        yield _judgement("auth_rls_initplan", table, policy.name, policy)
    if not internal and any(map(_USER_METADATA.search, texts)):
        yield _judgement("rls_references_user_metadata", table, policy.name, policy)
    if (
        table.kind == "table"
        and table.rls
        and not internal
        and policy.permissive
        and (policy.roles == ("public",) or any(role in API_ROLES for role in policy.roles))
        and _reads_as_true(policy, using, check)
    ):
        yield _judgement("rls_policy_always_true", table, policy.name, policy)


def _calls_for_each_row(text: str) -> bool:
    return any(bare.search(text) and not wrapped.search(text.lower()) for bare, wrapped in _INIT_PLANS)


def _reads_as_true(policy: Policy, using: str | None, check: str | None) -> bool:
    """Splinter's reading: an expression that is missing counts as true, although PostgreSQL then admits no row."""
    always = _is_true(using)
    if policy.command in ("update", "delete", "all") and (using is None or always):
        return True
    return _is_true(check) or (check is None and policy.command == "insert")


def _is_true(text: str | None) -> bool:
    return text is not None and re.sub(r"[ \n\t]", "", text.lower()) in _TRUE


def _multiple(database: Database, table: Relation, policies: list[Policy]) -> Iterator[Judgement]:
    counts: dict[tuple[str, str], list[Policy]] = defaultdict(list)
    for policy in policies:
        if policy.permissive:
            for role in _roles(database, policy):
                for action in _COMMANDS[policy.command]:
                    counts[role, action].append(policy)
    for (role, action), several in counts.items():
        if len(several) > 1:
            yield _judgement("multiple_permissive_policies", table, f"{role}:{action}", several[1])


def _roles(database: Database, policy: Policy) -> Iterator[str]:
    for role in database.state.objects.values():
        if (
            isinstance(role, Role)
            and not role.bypass_rls
            and role.name != "pgbouncer"  # the pooler's own; the advisors of hosted projects do not name it
            and not role.name.startswith("pg_")
            and not (role.name.startswith("supabase") and role.name.endswith("admin"))
            and (policy.roles == ("public",) or role.name in policy.roles)
        ):
            yield role.name
