"""A sub-select in a policy is tied neither to the row nor to the user, so that it is true for everybody.

A name in a sub-select means a column of the inner table first. `where org_id = org_id` inside a sub-select on `members`
compares a column of `members` with itself; `exists (select 1 from admins)` asks only whether there is any admin. Once
the inner table has one row, the policy lets everybody through, to every row.

Write the outer column with its table, `members.org_id = orders.org_id`, and compare the user.

Source: [SELECT, names in sub-queries](https://www.postgresql.org/docs/17/queries-table-expressions.html)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.members (org_id bigint, user_id uuid);
create table public.orders (id bigint primary key, org_id bigint);
alter table public.members enable row level security;
alter table public.orders enable row level security;
create policy "members read" on public.members for select using (true);
create policy "members" on public.orders for select using (
              ^^^^^^^^^ the sub-select of this policy looks at neither the row nor the user: anyone with the public key can read every row of `public.orders` once it finds one row
  exists (select 1 from public.members m where m.org_id = org_id)
);
create policy "somebody" on public.orders for update using (exists (select 1 from public.members));
              ^^^^^^^^^^ the sub-select of this policy looks at neither the row nor the user: anyone with the public key can update every row of `public.orders` once it finds one row
```

## Bad: only members are let through, but to all teams

```sql supabase/migrations/20250101000000_notes.sql
create table public.members (team_id bigint, user_id uuid);
create table public.notes (id bigint primary key, team_id bigint);
alter table public.members enable row level security;
alter table public.notes enable row level security;
create policy "own" on public.members for select using (user_id = auth.uid());
create policy "team" on public.notes for select using (
              ^^^^^^ a sub-select of this policy compares `m.team_id` with itself: it is not tied to the row of `public.notes`
  exists (select 1 from public.members m where m.team_id = team_id and m.user_id = auth.uid())
);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.members (org_id bigint, user_id uuid);
create table public.orders (id bigint primary key, org_id bigint);
alter table public.orders enable row level security;
create policy "members" on public.orders for select using (
  exists (select 1 from public.members m where m.org_id = orders.org_id and m.user_id = auth.uid())
);
create policy "ours" on public.orders for update using (
  org_id in (select org_id from public.members where user_id = auth.uid())
);
create policy "any" on public.orders for delete using (
  (select count(*) from public.members m where m.org_id = orders.org_id and m.user_id = auth.uid()) > 0
);
```
"""

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.access import ApiRole, deeds, shown, tables, who
from analyzer.database.model import Policy
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import (
    BinaryOperation,
    ColumnReference,
    FunctionCall,
    Node,
    Select,
    SubSelect,
    ValueFunction,
)
from analyzer.policy_terms import alternatives, deciding, expressions, node_of, reach, relations_read, roles_of
from analyzer.view_terms import may_read_all
from analyzer.written import name_span, node_span


class PolicyUncorrelatedSubquery(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (284, 863)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None:
                    continue
                found = {
                    command: (roles, stored, node)
                    for command, granted in reach(project, database, table, policy).items()
                    if (stored := deciding(policy, command)) is not None
                    for node in alternatives(node_of(stored))
                    if isinstance(node, SubSelect)
                    and node.kind == "exists"
                    and _stands_alone(stored, node)
                    # the inner table's own policies may tie the sub-select to the user
                    and (roles := [role for role in granted if _sees_all(database, stored, node, role)])
                }
                if not found:
                    yield from self._self_comparison(project, policy, shown(table), span)
                    continue
                roles, stored, node = next(iter(found.values()))
                yield self.finding(
                    span,
                    f"the sub-select of this policy looks at neither the row nor the user: {who(roles)} can "
                    f"{deeds(found)} every row of `{shown(table)}` once it finds one row",
                    subject=f"{shown(table)} {policy.name}",
                    related=(Place(node_span(database, stored, node), "true for everybody"),),
                )

    def _self_comparison(self, project: Project, policy: Policy, name: str, span: Span) -> Result:
        database = project.hosted_database
        for stored in expressions(policy) if roles_of(policy) else ():
            for node in descendants(node_of(stored)):
                if isinstance(node, BinaryOperation) and _compares_itself(stored, node):
                    column = stored.bindings.columns[node.left.start]
                    inner = stored.bindings.entries[column.entry].name
                    yield self.finding(
                        span,
                        f"a sub-select of this policy compares `{inner}.{column.name}` with itself: "
                        f"it is not tied to the row of `{name}`",
                        subject=f"{name} {policy.name}",
                        related=(Place(node_span(database, stored, node), "both are the inner column"),),
                    )
                    return


def _compares_itself(stored: Stored, node: Node) -> bool:
    """`m.team_id = team_id` where both are the column of the inner table."""
    if not isinstance(node, BinaryOperation) or node.operator != "=":
        return False
    sides = [stored.bindings.columns.get(side.start) for side in (node.left, node.right)]
    one, other = sides
    return (
        isinstance(node.left, ColumnReference)
        and isinstance(node.right, ColumnReference)
        and one is not None
        and other is not None
        and one.entry >= 0
        and (one.entry, one.number) == (other.entry, other.number)
    )


def _sees_all(database: Database, stored: Stored, node: SubSelect, role: ApiRole) -> bool:
    return all(
        relation.kind in ("table", "partitioned") and may_read_all(database, relation, role)
        for name, relation in relations_read(database, stored)
        if node.start <= name.start < node.end
    )


def _stands_alone(stored: Stored, node: SubSelect) -> bool:
    """Whether nothing in the sub-select depends on the outer row or on who asks."""
    if not isinstance(node.query, Select) or not node.query.from_:
        return False
    for each in descendants(node):
        if isinstance(each, FunctionCall | ValueFunction):
            return False
        if isinstance(each, ColumnReference) and not each.star and _is_outer(stored, each):
            return False
    return True


def _is_outer(stored: Stored, column: Node) -> bool:
    """Whether a column is the table's own: the first item that the expression may use; what is not bound may be."""
    bound = stored.bindings.columns.get(column.start)
    return bound is None or bound.entry not in stored.bindings.from_entries.values()
