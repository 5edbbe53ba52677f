"""Where the migrations write a database object: the spans at which findings about it stand."""

from __future__ import annotations

import re
from bisect import bisect_right

from analyzer.database.model import AnyObject, Change, Constraint, Function, Place, Relation
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.database.walk import descendants
from analyzer.facts.sql import Do, SqlFile, Statement
from analyzer.facts.sql_ddl import AlterTable, ColumnDefinition, CreateTable, ForeignKey, Set
from analyzer.facts.sql_query import Identifier, Node, QualifiedName
from analyzer.project import Project
from analyzer.source import Lines, Span


def name_span(project: Project, database: Database, obj: AnyObject) -> Span | None:
    """The object's name in the statement that made it, or last replaced it; None for an object of the platform.

    Where EXECUTE made it, the EXECUTE; where another statement did (`CREATE TABLE ... REFERENCES`), its part.
    """
    place = database.created(obj)
    return None if place is None else change_span(project, database, place, obj)


def column_span(project: Project, database: Database, table: Relation, column: str) -> Span | None:
    """The column's name in the statement that made it; the table's name where that cannot be told."""
    for change in database.history(table):
        statement = statement_at(project, database, change.place)
        for node in descendants(statement) if isinstance(statement, CreateTable | AlterTable) else ():
            if isinstance(node, ColumnDefinition) and node.name.text == column:
                return _first_line(database, Place(change.place.file, node.name.start, node.name.end))
    return name_span(project, database, table)


def change_span(project: Project, database: Database, place: Place, obj: AnyObject | None = None) -> Span:
    """The name in a statement that the replay ran at `place`; the first line of one that has no name."""
    lines = database.state.texts[place.file]
    found = statement_at(project, database, place)
    if found is None or isinstance(found, Do) or not isinstance(lines, Lines):
        return _first_line(database, place)
    node = _part(found, database, obj)
    return _first_line(database, Place(place.file, node.start, node.end))


def stored_span(database: Database, stored: Stored) -> Span:
    """Where an expression is written, its first line."""
    return _first_line(database, Place(stored.file, stored.node.start, stored.node.end))


def node_span(database: Database, stored: Stored, node: Node) -> Span:
    """Where a part of a stored expression is written, its first line."""
    return _first_line(database, Place(stored.file, node.start, node.end))


def body_span(database: Database, function: Function, node: Node) -> Span | None:
    """Where a part of a function's body is written, its first line."""
    return _first_line(database, Place(function.file, node.start, node.end)) if function.file >= 0 else None


def last_change(database: Database, obj: AnyObject, *what: str) -> Change | None:
    """The last change of the object that is called one of `what`."""
    return next((change for change in reversed(database.history(obj)) if change.what in what), None)


def statement_at(project: Project, database: Database, place: Place) -> Statement | None:
    """The statement of a file that stands at a place, if it is one of the file's own."""
    lines = database.state.texts[place.file]
    file = sql_file(project, lines.path) if isinstance(lines, Lines) else None
    if file is None:
        return None
    index = bisect_right([each.start for each in file.statements], place.start) - 1
    found = file.statements[index] if index >= 0 else None
    return found if found is not None and place.start < found.end and place.end <= found.end + 1 else None


def sql_file(project: Project, path: str) -> SqlFile | None:
    file = project.files.get(path)
    return file.facts.sql if file is not None else None


def _part(statement: Statement, database: Database, obj: AnyObject | None) -> Node:
    if isinstance(obj, Constraint) and isinstance(statement, CreateTable | AlterTable):
        return _foreign_key(statement, database, obj) or _name(statement)
    return _name(statement)


def _name(statement: Statement) -> Node:
    for field in ("name", "table"):
        value = getattr(statement, field, None)
        if isinstance(value, QualifiedName | Identifier):
            return value
    return statement


def _foreign_key(statement: Statement, database: Database, constraint: Constraint) -> Node | None:
    table = database.state.objects.get(constraint.table)
    target = database.state.objects.get(constraint.referenced)
    if not isinstance(table, Relation) or not isinstance(target, Relation):
        return None
    columns = [table.numbered(number).name for number in constraint.columns]
    for node in descendants(statement):
        if isinstance(node, ForeignKey) and node.table.name == target.name:
            written = [column.text for column in node.columns]
            if written == columns or (not written and len(columns) == 1 and _column_of(statement, node) == columns[0]):
                return node
    return None


def _column_of(statement: Statement, key: ForeignKey) -> str | None:
    """The column in whose definition a foreign key stands."""
    for node in descendants(statement):
        if isinstance(node, ColumnDefinition) and node.start <= key.start < node.end:
            return node.name.text
    return None


def _first_line(database: Database, place: Place) -> Span:
    """A span that stays short: it ends with its first line."""
    span = database.span(place)
    text = database.state.texts[place.file]
    if span.end_line == span.line:
        return span
    width = text.starts[span.line] - text.starts[span.line - 1] if isinstance(text, Lines) else span.column + 1
    return Span(span.path, span.line, span.column, span.line, max(width, span.column + 1))


def unfollowed(project: Project, database: Database, words: str) -> Span | None:
    """A DO block that the replay could not follow to its end and whose text holds `words` (a regular expression)."""
    pattern = re.compile(words, re.IGNORECASE)
    for blind in database.blind_spots:
        statement = statement_at(project, database, blind.place)
        if isinstance(statement, Do) and pattern.search(statement.definition.value):
            return _first_line(database, blind.place)
    return None


_MOST_SETTINGS = 30  # statements at the start of a dump that may be settings
# What pg_dump sets before anything else.
_DUMP_SETTINGS = frozenset({"check_function_bodies", "xmloption", "row_security", "client_min_messages"})


def is_in_dump(project: Project, database: Database, place: Place) -> bool:
    """Whether a place is in what `supabase db pull` or pg_dump has written: it describes what a project had.

    Its REVOKEs are those of the source; the default privileges that a new database adds were not there.
    """
    lines = database.state.texts[place.file]
    file = sql_file(project, lines.path) if isinstance(lines, Lines) else None
    return file is not None and is_dump(file)


def is_dump(file: SqlFile) -> bool:
    """Whether pg_dump has written a file."""
    names = {each.parameter.name for each in file.statements[:_MOST_SETTINGS] if isinstance(each, Set)}
    return len(names & _DUMP_SETTINGS) > 1
