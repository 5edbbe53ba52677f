"""The grammar of CREATE TRIGGER and CREATE EVENT TRIGGER."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_ddl import CreateEventTrigger, CreateTrigger, Option, TriggerTransition
from analyzer.facts.sql_query import Expression, Identifier, QualifiedName
from analyzer.sql import constraints, tables
from analyzer.sql.cursor import Cursor
from analyzer.sql.strings import string_value
from analyzer.sql.tokens import BITS, NUMBER, RESERVED_WORD, STRING

Event = Literal["insert", "update", "delete", "truncate"]
Timing = Literal["before", "after", "instead of"]


def create_trigger(p: Cursor, start: int, *, replace: bool) -> CreateTrigger:
    """CREATE TRIGGER, from CONSTRAINT or TRIGGER on."""
    constraint = p.accept("constraint")
    p.expect("trigger")
    name = p.name()
    timing: Timing = "after"
    if p.accept("before"):
        timing = "before"
    elif p.accept("instead"):
        p.expect("of")
        timing = "instead of"
    else:
        p.expect("after")
    events, columns = _events(p)
    p.expect("on")
    table = p.qualified_name()
    referenced: QualifiedName | None = None
    if constraint and p.accept("from"):
        referenced = p.qualified_name()
    found = constraints.attributes(p) if constraint else None
    transitions = _transitions(p) if p.accept("referencing") else ()
    row = False
    if constraint:
        p.expect("for", "each", "row")
        row = True
    elif p.accept("for"):
        p.accept("each")
        row = p.accept("row")
        if not row:
            p.expect("statement")
    when: Expression | None = tables.parenthesized_expression(p) if p.accept("when") else None
    p.expect("execute")
    if not p.accept("function"):
        p.expect("procedure")
    function = p.function_name()
    p.expect("(")
    arguments = () if p.keys[p.i] == ")" else p.listed(_argument)
    p.expect(")")
    return CreateTrigger(
        start,
        p.end,
        name=name,
        table=table,
        timing=timing,
        events=events,
        columns=columns,
        function=function,
        arguments=arguments,
        row=row,
        when=when,
        replace=replace,
        constraint=constraint,
        referenced_table=referenced,
        deferrable=found.deferrable if found else None,
        initially_deferred=found.initially_deferred if found else None,
        transitions=transitions,
    )


def _events(p: Cursor) -> tuple[tuple[Event, ...], tuple[Identifier, ...]]:
    events: list[Event] = []
    columns: tuple[Identifier, ...] = ()
    while True:
        if p.accept("insert"):
            events.append("insert")
        elif p.accept("delete"):
            events.append("delete")
        elif p.accept("truncate"):
            events.append("truncate")
        else:
            p.expect("update")
            events.append("update")
            if p.accept("of"):
                columns += p.listed(Cursor.name)
        if not p.accept("or"):
            return tuple(events), columns


def _transitions(p: Cursor) -> tuple[TriggerTransition, ...]:
    found = []
    while p.keys[p.i] in ("old", "new"):
        start = p.start
        new = p.keys[p.i] == "new"
        p.i += 1
        table = p.accept("table")
        if not table:
            p.expect("row")
        p.accept("as")
        name = p.name()
        found.append(TriggerTransition(start, p.end, new, table, name))
    if not found:
        raise p.rejected()
    return tuple(found)


def _argument(p: Cursor) -> str:
    i = p.i
    kind = p.classes[i]
    if kind == STRING:
        p.i += 1
        return string_value(p.slice(i))
    if kind in (NUMBER, BITS):
        p.i += 1
        return p.slice(i)
    if kind <= RESERVED_WORD:
        return p.label().text
    raise p.rejected()


def create_event_trigger(p: Cursor, start: int) -> CreateEventTrigger:
    """CREATE EVENT TRIGGER, from EVENT on."""
    p.expect("event", "trigger")
    name = p.name()
    p.expect("on")
    event = p.label().text
    filters: tuple[Option, ...] = ()
    if p.accept("when"):
        found = [_filter(p)]
        while p.accept("and"):
            found.append(_filter(p))
        filters = tuple(found)
    p.expect("execute")
    if not p.accept("function"):
        p.expect("procedure")
    function = p.function_name()
    p.expect("(", ")")
    return CreateEventTrigger(start, p.end, name, event, filters, function)


def _filter(p: Cursor) -> Option:
    start = p.start
    name = p.name().text
    p.expect("in")
    values = p.parenthesized(Cursor.string)
    return Option(start, p.end, name, ",".join(values))
