"""What the triggers of a table do with its rows."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.database.model import Function, Relation, Trigger
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import ColumnReference, Insert


def row_triggers(database: Database, table: Relation, event: str) -> Iterator[tuple[Trigger, Function]]:
    """The triggers that run before a row is written, with their functions; those that are disabled do not count."""
    for trigger in database.triggers(table):
        function = database.state.objects.get(trigger.function)
        if (
            trigger.timing == "before"
            and trigger.row
            and event in trigger.events
            and trigger.enabled not in ("D", "R")
            and isinstance(function, Function)
        ):
            yield trigger, function


def writes_new(database: Database, table: Relation, column: str, event: str = "update") -> bool:
    """Whether a trigger reads or sets `new.<column>` before the row is written; one whose body is unknown may."""
    for _, function in row_triggers(database, table, event):
        if function.body is None:
            if database.own(function):
                return True
            continue
        for node in descendants(function.body):
            if (
                isinstance(node, ColumnReference)
                and len(node.parts) > 1
                and node.parts[0].text == "new"
                and node.parts[1].text == column
            ):
                return True
    return False


def is_filled_at_sign_up(database: Database, table: Relation) -> bool:
    """Whether a trigger on `auth.users` makes each user's row: then nobody can insert a second one of the same key."""
    return sign_up_trigger(database, table) is not None


def sign_up_trigger(database: Database, table: Relation) -> Trigger | None:
    """The trigger on `auth.users` that makes a row of the table for each user."""
    users = database.relation("auth", "users")
    for trigger in database.triggers(users) if users is not None else ():
        function = database.state.objects.get(trigger.function)
        if "insert" not in trigger.events or not isinstance(function, Function) or function.body is None:
            continue
        for node in descendants(function.body):
            if isinstance(node, Insert) and node.table.name.name == table.name:
                return trigger
    return None
