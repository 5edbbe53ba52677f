"""A reset of the database stops: PostgreSQL rejects a statement of the migrations.

`supabase db reset`, preview branches and every new environment run all migrations on an empty database, in the order
of their names. Where a statement names a table that nothing has created yet, or creates what exists already, the run
ends there with an error, and nothing behind it is applied. The hosted project does not notice: it has had what is
missing since somebody made it by hand.

One finding stands for a cause. What fails only because of it is counted, not listed: a table whose creation is
rejected takes its indexes, policies and triggers with it. Objects that no migration creates are gathered by the file
that needs them first.

Create what is missing in an earlier migration (`supabase db pull` writes the tables that were made by hand), or make
the statement safe to repeat: `IF NOT EXISTS`, `DROP ... IF EXISTS` before it.

What only differs by its cause has rules of its own: syntax errors, `ON CONFLICT` targets, enum values of the same
transaction, files that the CLI skips. What dynamic SQL makes is not known, and nothing is said about it.

## Bad: before it exists

```sql supabase/migrations/20250101000000_items.sql
create table items (id bigint primary key, order_id bigint references orders (id));
                                                                      ^^^^^^ `orders` does not exist here yet (42P01): a later migration creates it; 1 more statement fails with it
alter table items enable row level security;
```

```sql supabase/migrations/20250102000000_orders.sql
create table orders (id bigint primary key);
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ created here
```

## Bad: nothing creates it

```sql supabase/migrations/20250101000000_trial.sql
alter table public.profiles add column trial_ends_at timestamptz;
            ^^^^^^^^^^^^^^^ `public.profiles` does not exist (42P01): no migration creates it, nor `public.teams`; 1 more statement fails with it
create index profiles_trial on public.profiles (trial_ends_at);
alter table public.teams add column seats integer;
            ~~~~~~~~~~~~ `public.teams` does not exist
```

## Bad: only the hosted project has it

What the generated types of the database hold was made outside the migrations: a warning.

```sql supabase/migrations/20250101000000_trial.sql
alter table public.profiles add column trial_ends_at timestamptz;
            ^^^^^^^^^^^^^^^ `public.profiles` does not exist (42P01): no migration creates it; the generated types have it
```

```ts src/types.ts
export type Database = { public: { Tables: { profiles: { Row: { id: string } } } } };
```

## Bad: twice

```sql supabase/migrations/20250101000000_init.sql
create table orders (id bigint primary key);
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ created here
create policy own on orders for select using (true);
```

```sql supabase/migrations/20250102000000_again.sql
create table orders (id bigint primary key);
             ^^^^^^ `orders` already exists (42P07), as `own`
create policy own on orders for select using (true);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
create table items (id bigint primary key, order_id bigint references orders (id));
```

```sql supabase/migrations/20250102000000_again.sql
create table if not exists orders (id bigint primary key);
drop policy if exists own on orders;
create policy own on orders for select using (true);
```
"""

import re
from collections.abc import Iterator

import msgspec

from analyzer import Finding, Place, Project, ProjectRule, Result
from analyzer.facts.typescript import DeclareType
from analyzer.replay_causes import Cause, causes

# Rules of their own speak of these: migration-syntax, migration-conflict-target, migration-enum-same-tx,
# migration-concurrently.
_ELSEWHERE = frozenset({"42601", "42P10", "55P04", "25001"})
_SHOWN = 3  # names in a message


class MigrationReplayFailure(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        groups: dict[tuple[object, ...], list[Cause]] = {}
        for cause in causes(project):
            if cause.failure.sqlstate not in _ELSEWHERE and not cause.elsewhere:
                groups.setdefault(_group(cause), []).append(cause)
        types = _generated_types(project) if any(group[0].kind == "outside" for group in groups.values()) else ""
        for group in groups.values():
            finding = self._finding(group)
            if group[0].kind == "outside" and all(_is_typed(cause, types) for cause in group):
                finding = msgspec.structs.replace(
                    finding, severity="warning", message=f"{finding.message}; the generated types have it"
                )
            yield finding

    def _finding(self, group: list[Cause]) -> Finding:
        first, *others = group
        state = first.failure.sqlstate
        name = f"`{first.subject}`"
        related: list[Place] = []
        match first.kind:
            case "outside":
                message = f"{name} does not exist ({state}): no migration creates it{_nor(others)}"
                related = [Place(each.span, f"`{each.subject}` does not exist") for each in others]
            case "later":
                message = f"{name} does not exist here yet ({state}): a later {_where(first)} creates it{_as(others)}"
                related = list(_others(group, "created here"))
            case "gone":
                message = f"{name} does not exist any more ({state}){_as(others)}"
                related = list(_others(group, "removed here"))
            case "shadowed":
                message = (
                    f"{name} does not exist ({state}): the statement that declares it found the table already there"
                )
                related = list(_others(group, "does nothing where the table exists"))
            case "duplicate":
                message = f"{name} already exists ({state}){_as(others)}"
                related = list(_others(group[:1], "created here"))
            case _:
                text = first.failure.message.replace("`", "'")
                message = f"PostgreSQL rejects this `{first.failure.statement}`: {text} ({state})"
                related = [Place(each.span, "rejected for the same reason") for each in others]
        if following := sum(len(each.consequences) for each in group):
            word = "statement fails" if following == 1 else "statements fail"
            message += f"; {following} more {word} with it"
        return self.finding(first.span, message, subject=f"{first.kind} {first.subject}", related=tuple(related))


def _group(cause: Cause) -> tuple[object, ...]:
    """Causes with the same group are one finding."""
    if cause.kind == "other":
        return cause.kind, cause.span.path, cause.failure.message
    return cause.kind, cause.span.path


def _nor(others: list[Cause]) -> str:
    names = list(dict.fromkeys(f"`{each.subject}`" for each in others))
    if not names:
        return ""
    if len(names) <= _SHOWN:
        return ", nor " + ", ".join(names)
    return f", nor {len(names)} more that this file needs"


def _as(others: list[Cause]) -> str:
    names = list(dict.fromkeys(f"`{each.subject}`" for each in others))
    if not names:
        return ""
    return f", as {', '.join(names)}" if len(names) <= _SHOWN else f", as {len(names)} more in this file"


def _where(cause: Cause) -> str:
    return "statement" if cause.other is not None and cause.other.path == cause.span.path else "migration"


def _others(group: list[Cause], what: str) -> Iterator[Place]:
    for cause in group:
        if cause.other is not None:
            yield Place(cause.other, what if cause is group[0] else f"`{cause.subject}`: {what}")


def _generated_types(project: Project) -> str:
    """The text of the types that `supabase gen types` wrote: what the hosted project has."""
    found = []
    for file in project.of_kind("types", "frontend", "shared", "function"):
        module = file.facts.module
        for node in module.body if module is not None else ():
            if isinstance(node, DeclareType) and node.name == "Database":
                found += [node.type, *(member.type for member in node.members)]
    return "\n".join(found)


def _is_typed(cause: Cause, types: str) -> bool:
    name = cause.subject.partition("(")[0].rpartition(".")[2]
    return bool(re.search(rf"\b{re.escape(name)}\"?: ", types))
