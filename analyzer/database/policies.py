"""Row level security policies (policy.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database import expressions
from analyzer.database.dependencies import depend_on_needs
from analyzer.database.lookup import relation
from analyzer.database.model import Policy, Relation
from analyzer.database.privileges import PUBLIC, role_name
from analyzer.database.rejected import Rejected
from analyzer.database.state import State, renamed
from analyzer.database.stored import Stored
from analyzer.facts.sql_ddl import AlterPolicy, CreatePolicy, Role
from analyzer.facts.sql_query import Expression


def create_policy(state: State, node: CreatePolicy) -> None:
    """CREATE POLICY."""
    # the order of PostgreSQL's checks: the form, the roles, the table, the expressions, the name
    if node.command in ("select", "delete") and node.check is not None:
        raise Rejected("42601", "WITH CHECK cannot be applied to SELECT or DELETE", node.check)
    if node.command == "insert" and node.using is not None:
        raise Rejected("42601", "only WITH CHECK expression allowed for INSERT", node.using)
    roles = _roles(state, node.roles)
    table = relation(state, node.table, ("table", "partitioned"))
    needs: dict[tuple[int, int], None] = {}
    using = _condition(state, table, node.using, needs)
    check = _condition(state, table, node.check, needs)
    if node.name.text in state.members_of("policy", table.oid):
        message = f'policy "{node.name.text}" for table "{table.name}" already exists'
        raise Rejected("42710", message, node.name, subject=node.name.text)
    policy = Policy(
        oid=state.new_oid(),
        name=node.name.text,
        table=table.oid,
        permissive=node.permissive,
        command=node.command,
        roles=roles,
        using=using,
        check=check,
    )
    state.add(policy)
    state.depend(policy.oid, table.oid, "auto")
    _depend(state, policy.oid, needs)


def alter_policy(state: State, node: AlterPolicy) -> None:
    """ALTER POLICY, other than RENAME."""
    roles = _roles(state, node.roles) if node.roles is not None else None
    table = relation(state, node.table, ("table", "partitioned"))
    needs: dict[tuple[int, int], None] = {}
    using = _condition(state, table, node.using, needs)
    check = _condition(state, table, node.check, needs)
    oid = state.members_of("policy", table.oid).get(node.name.text)
    if oid is None:
        message = f'policy "{node.name.text}" for table "{table.name}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    policy = state.get(oid, Policy)
    if policy.command in ("select", "delete") and node.check is not None:
        raise Rejected("42601", "only USING expression allowed for SELECT, DELETE", node.check)
    if policy.command == "insert" and node.using is not None:
        raise Rejected("42601", "only WITH CHECK expression allowed for INSERT", node.using)
    changed = renamed(
        policy,
        roles=roles if roles is not None else policy.roles,
        using=using if using is not None else policy.using,
        check=check if check is not None else policy.check,
    )
    state.change(changed, "alter")
    kept = dict(needs)
    for old, new in ((policy.using, using), (policy.check, check)):
        if new is None and old is not None:
            kept.update(_needs_again(state, table, old))
    state.forget_dependencies(oid, kinds=("normal",))
    _depend(state, oid, kept)


def _needs_again(state: State, table: Relation, stored: Stored) -> dict[tuple[int, int], None]:
    try:
        return expressions.condition(state, table, stored.node, "POLICY").needs  # type: ignore[arg-type]
    except Rejected:
        return {}


def _depend(state: State, oid: int, needs: dict[tuple[int, int], None]) -> None:
    depend_on_needs(state, oid, needs)


def _condition(
    state: State, table: Relation, node: Expression | None, needs: dict[tuple[int, int], None]
) -> Stored | None:
    if node is None:
        return None
    analysis = expressions.condition(state, table, node, "POLICY")
    if analysis.has_aggregate:
        raise Rejected("42803", "aggregate functions are not allowed in policy expressions", node)
    if analysis.has_window:
        raise Rejected("42P20", "window functions are not allowed in policy expressions", node)
    needs.update(analysis.needs)
    return analysis.stored(node)


def _roles(state: State, roles: Sequence[Role]) -> tuple[str, ...]:
    if not roles:
        return (PUBLIC,)
    names = tuple(role_name(state, role, public=True) for role in roles)
    return (PUBLIC,) if PUBLIC in names else names
