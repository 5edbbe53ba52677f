"""The newest migration changes a table in a way that fails on its rows, or holds everybody up.

On an empty database, where a migration is tried out, it always succeeds. On the hosted project it meets rows: a NOT NULL
column without a default has no value for them, and neither has a column that becomes NOT NULL without being filled
first. The migration is rejected (`23502`), and with it the deploy. These are warnings.

Notes are what mostly succeeds, and lets others wait: a change of a column's type or a default that is another one for
each row (`gen_random_uuid()`) writes the whole table anew, while nobody can read or write; a constraint that is added
reads all of it, while nobody can write, and fails on the first row that does not meet it. On a table of a few thousand
rows nobody notices the wait.

Add the column without NOT NULL, fill it, then `set not null`. Add a constraint `not valid`, and validate it in a
later migration.

Only the last migration is judged, since history cannot be changed, and only tables of earlier ones. What this migration
fills with UPDATE first, or empties, is fine, and so is a constraint that takes the place of another one. `small-tables` names tables whose size is no matter.

Source: [ALTER TABLE](https://www.postgresql.org/docs/17/sql-altertable.html#SQL-ALTERTABLE-NOTES)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, note text, total integer);
```

```sql supabase/migrations/20250201000000_more.sql
alter table public.orders add column currency text not null;
                                     ^^^^^^^^ this fails as soon as `public.orders` has a row: `currency` is NOT NULL and has no default (23502)
alter table public.orders alter column note set not null;
                                       ^^^^ this fails if a row of `public.orders` has no `note`, and nothing fills it before (23502)
alter table public.orders alter column total type text;
                                       ^^^^^ this writes `public.orders` anew, which nobody can read or write meanwhile: `integer` becomes `text`
alter table public.orders add column token uuid default gen_random_uuid();
                                     ^^^^^ this writes `public.orders` anew, which nobody can read or write meanwhile: each row gets a value of its own
alter table public.orders add constraint positive check (id > 0);
                                         ^^^^^^^^ this fails if a row of `public.orders` does not meet `positive` (23514), and nobody can write while that is checked: add it as NOT VALID, and validate it in a later migration
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, note varchar(20), total numeric(10, 2));
```

```sql supabase/migrations/20250201000000_more.sql
alter table public.orders add column currency text not null default 'eur';
alter table public.orders add column made_at timestamptz not null default now();
alter table public.orders add column region text;
update public.orders set region = 'eu';
alter table public.orders alter column region set not null;
alter table public.orders alter column note type text;
alter table public.orders alter column total type numeric(12, 2);
alter table public.orders add constraint positive check (id > 0) not valid;
create table public.events (id bigint primary key);
alter table public.events add column name text not null;
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result, Severity, option
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql import Statement
from analyzer.facts.sql_ddl import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterTable,
    Check,
    ColumnDefault,
    ColumnDefinition,
    DropConstraint,
    ForeignKey,
    Generated,
    Identity,
    NotNull,
    PrimaryKey,
    SetNotNull,
    Truncate,
)
from analyzer.facts.sql_query import Delete, Expression, FunctionCall, Node, Update
from analyzer.migration_steps import made_at, steps, table_named, versions
from analyzer.policy_terms import columns_in
from analyzer.written import is_dump

_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_VOLATILE = frozenset({"gen_random_uuid", "uuid_generate_v4", "random", "clock_timestamp", "timeofday", "nextval"})
_TEXTS = re.compile(r"(?:text|character varying(?:\((\d+)\))?)\Z")
_NUMERIC = re.compile(r"numeric(?:\((\d+),(\d+)\))?\Z")
Problem = tuple[Node, Severity, str]


class MigrationUnsafeDdl(ProjectRule):
    severity = "warning"
    precision = "high"
    small_tables: tuple[str, ...] = option((), "tables with few rows, as `public.plans`")

    def check(self, project: Project) -> Result:
        newest = [step for step in steps(project) if step.newest]
        if not newest or is_dump(newest[0].file):
            return
        database = project.hosted_database
        for index, step in enumerate(newest):
            statement = step.statement
            table = table_named(database, statement.name) if isinstance(statement, AlterTable) else None
            if not isinstance(statement, AlterTable) or table is None or table.kind not in ("table", "partitioned"):
                continue
            made = made_at(database, table)
            name = f"{table.schema}.{table.name}"
            if made is None or made.file == step.number or name in self.small_tables:
                continue
            before = [each.statement for each in newest[: index + 1]]
            if any(_empties(database, each, table) for each in before):
                continue
            for node, severity, message in _problems(project, statement, table, before):
                said = message.replace("{table}", f"`{name}`")
                yield self.finding(step.span(node), said, severity=severity, subject=f"{name} {said}")


def _empties(database: Database, statement: Statement, table: Relation) -> bool:
    """Whether a statement leaves the table without rows."""
    match statement:
        case Truncate(tables=items):
            return any(table_named(database, item.name) == table for item in items)
        case Delete(where=None, using=()):
            return table_named(database, statement.table.name) == table
        case _:
            return False


def _filled(database: Database, before: list[Statement], table: Relation) -> set[str]:
    """The columns that earlier statements of the migration fill."""
    return {
        target.name.text
        for statement in before
        if isinstance(statement, Update) and table_named(database, statement.table.name) == table
        for assignment in statement.assignments
        for target in assignment.targets
    }


def _new(database: Database, before: list[Statement], table: Relation) -> set[str]:
    """The columns that the migration adds, and the constraints that it takes away, to put others in their place."""
    return {
        part.column.name.text if isinstance(part, AddColumn) else part.name.text
        for statement in before
        if isinstance(statement, AlterTable) and table_named(database, statement.name) == table
        for part in statement.subcommands
        if isinstance(part, AddColumn | DropConstraint)
    }


def _problems(project: Project, statement: AlterTable, table: Relation, before: list[Statement]) -> Iterator[Problem]:
    database = project.hosted_database
    filled, new = _filled(database, before, table), _new(database, before, table)
    yield from _constraints(statement, new)
    for part in statement.subcommands:
        match part:
            case AddColumn(column=column):
                yield from _added(database, column)
            case SetNotNull(name=name) if name.text not in filled and not _is_checked(database, table, name.text):
                text = f"this fails if a row of {{table}} has no `{name.text}`, and nothing fills it before (23502)"
                yield name, "warning", text
            case AlterColumnType(name=name):
                former, current = _types(project, table, name.text)
                if former and "???" not in former and not _keeps(former, current):
                    yield name, "note", f"{_ANEW}: `{former}` becomes `{current}`"
            case _:
                pass


def _constraints(statement: AlterTable, new: set[str]) -> Iterator[Problem]:
    """The constraints that every row has to meet at once: one problem for all of them."""
    added = [
        part.constraint
        for part in statement.subcommands
        if isinstance(part, AddConstraint) and isinstance(part.constraint, Check | ForeignKey)
    ]
    open_ = [each for each in added if not each.not_valid and not _is_new(each, new)]
    if not open_:
        return
    first, *others = open_
    name = f"`{first.name.text}`" if first.name is not None else "the constraint"
    code = "23514" if isinstance(first, Check) else "23503"
    more = f" (so with {len(others)} more)" if others else ""
    text = (
        f"this fails if a row of {{table}} does not meet {name} ({code}), and nobody can write while that is checked: "
        f"add it as NOT VALID, and validate it in a later migration{more}"
    )
    yield first.name or first, "note", text


def _is_new(constraint: Check | ForeignKey, new: set[str]) -> bool:
    """Whether the constraint takes the place of another one, or is about columns that the migration adds."""
    if constraint.name is not None and constraint.name.text in new:
        return True
    if isinstance(constraint, ForeignKey):
        return {column.text for column in constraint.columns} <= new
    return columns_in(constraint.expression) <= new


_ANEW = "this writes {table} anew, which nobody can read or write meanwhile"


def _added(database: Database, column: ColumnDefinition) -> Iterator[Problem]:
    kinds = {type(constraint) for constraint in column.constraints}
    serial = column.type is not None and column.type.name in _SERIAL
    default = next((each.expression for each in column.constraints if isinstance(each, ColumnDefault)), None)
    if serial or Identity in kinds or (default is not None and _is_volatile(database, default)):
        yield column.name, "note", f"{_ANEW}: each row gets a value of its own"
    elif kinds & {NotNull, PrimaryKey} and default is None and Generated not in kinds:
        text = f"this fails as soon as {{table}} has a row: `{column.name.text}` is NOT NULL and has no default (23502)"
        yield column.name, "warning", text


def _is_volatile(database: Database, default: Expression) -> bool:
    for node in descendants(default):
        if isinstance(node, FunctionCall):
            own = (each for each in database.functions(None, node.name.name) if database.own(each))
            if node.name.name in _VOLATILE or any(each.volatility == "volatile" for each in own):
                return True
    return False


def _is_checked(database: Database, table: Relation, column: str) -> bool:
    """Whether a constraint says already that the column is not NULL: PostgreSQL then believes it."""
    found = table.column(column)
    return found is not None and any(
        constraint.kind == "check"
        and constraint.columns == (found.number,)
        and "is not null" in (database.text(constraint.expression) or "").lower()
        for constraint in database.constraints(table)
    )


def _types(project: Project, table: Relation, column: str) -> tuple[str, str]:
    """The column's type before and after its last change."""
    database = project.hosted_database
    found = table.column(column)
    if found is None:
        return "", ""
    new = database.type_text(found.type)
    for version in versions(project).get(table.oid, ()):
        columns = version.columns if isinstance(version, Relation) else ()
        former = next((each for each in columns if each.number == found.number), None)
        if former is not None and database.type_text(former.type) != new:
            return database.type_text(former.type), new
    return "", new


def _keeps(old: str, new: str) -> bool:
    """Whether PostgreSQL leaves the rows as they are: the stored form is the same, and every value fits."""
    before, after = _TEXTS.match(old), _TEXTS.match(new)
    if before and after:
        return after[1] is None or (before[1] is not None and int(before[1]) <= int(after[1]))
    one, other = _NUMERIC.match(old), _NUMERIC.match(new)
    if one and other:
        return other[1] is None or (one[1] is not None and int(one[1]) <= int(other[1]) and one[2] == other[2])
    return False
