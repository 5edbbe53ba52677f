"""Triggers, rules and event triggers (trigger.c, event_trigger.c)."""

from __future__ import annotations

from analyzer.database.datatypes import EVENT_TRIGGER, TRIGGER
from analyzer.database.dependencies import depend_on_needs
from analyzer.database.lookup import function_named, relation
from analyzer.database.members import children_of
from analyzer.database.model import Constraint, EventTrigger, Function, Relation, Rule, Transition, Trigger
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Scope
from analyzer.database.state import State, renamed
from analyzer.database.types import schema_exists
from analyzer.facts.sql import CreateRule
from analyzer.facts.sql_ddl import AlterEventTrigger, CreateEventTrigger, CreateTrigger
from analyzer.facts.sql_query import QualifiedName

_BUILTIN_TRIGGERS = frozenset(
    {"suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"}
)


def create_trigger(state: State, node: CreateTrigger) -> None:
    """CREATE TRIGGER."""
    table = relation(state, node.table, ("table", "partitioned", "foreign", "view"))
    _require_form(table, node)
    numbers = []
    for name in node.columns:
        column = table.column(name.text)
        if column is None:
            message = f'column "{name.text}" of relation "{table.name}" does not exist'
            raise Rejected("42703", message, name, subject=name.text)
        numbers.append(column.number)
    when = None
    needs: dict[tuple[int, int], None] = {}
    if node.when is not None:
        analysis = QueryAnalysis(state)
        scope = Scope()
        for event_row in ("old", "new"):
            entry = analysis.add_relation(scope, table, event_row)
            entry.qualified_only = True
        analysis.condition(node.when, scope, "WHEN")
        if analysis.has_subquery:
            raise Rejected("0A000", "cannot use subquery in trigger WHEN condition", node.when)
        _require_rows(analysis, node)
        when = analysis.stored(node.when)
        needs = analysis.needs
    function = _function(state, node.function, TRIGGER.oid, "trigger")
    existing = state.members_of("trigger", table.oid).get(node.name.text)
    if existing is not None and not node.replace:
        message = f'trigger "{node.name.text}" for relation "{table.name}" already exists'
        raise Rejected("42710", message, node.name, subject=node.name.text)
    trigger = Trigger(
        oid=existing or state.new_oid(),
        name=node.name.text,
        table=table.oid,
        function=function.oid if function is not None else 0,
        builtin="" if function is not None else node.function.name,
        timing=node.timing,
        events=node.events,
        columns=tuple(numbers),
        row=node.row,
        when=when,
        arguments=node.arguments,
        transitions=tuple(Transition(each.name.text, each.new) for each in node.transitions),
    )
    if existing is not None:
        state.change(trigger, "replace")
        state.forget_dependencies(existing, kinds=("normal",))
    else:
        if node.constraint:
            trigger = renamed(trigger, constraint=_constraint(state, table, node))
        state.add(trigger)
    _depend(state, trigger, needs)
    if node.row and table.kind == "partitioned":
        _on_partitions(state, table, trigger)


def _constraint(state: State, table: Relation, node: CreateTrigger) -> int:
    constraint = Constraint(
        oid=state.new_oid(),
        name=node.name.text,
        schema=table.schema,
        table=table.oid,
        kind="trigger",
        deferrable=bool(node.deferrable),
        deferred=bool(node.initially_deferred),
    )
    state.add(constraint)
    state.depend(constraint.oid, table.oid, "auto")
    return constraint.oid


def _depend(state: State, trigger: Trigger, needs: dict[tuple[int, int], None]) -> None:
    state.depend(trigger.oid, trigger.table, "auto")
    state.depend(trigger.oid, trigger.function, "normal")
    for number in trigger.columns:
        state.depend(trigger.oid, trigger.table, "normal", on_sub=number)
    for needed, column in needs:
        if column or needed != trigger.table:
            state.depend(trigger.oid, needed, "normal", on_sub=column)


def _on_partitions(state: State, table: Relation, trigger: Trigger) -> None:
    for child in children_of(state, table.oid):
        if child.partition_of != table.oid or trigger.name in state.members_of("trigger", child.oid):
            continue
        copied = renamed(trigger, oid=state.new_oid(), table=child.oid, parent=trigger.oid)
        state.add(copied)
        state.depend(copied.oid, child.oid, "auto")
        state.depend(copied.oid, trigger.oid, "partition")
        _on_partitions(state, child, copied)


def _require_form(table: Relation, node: CreateTrigger) -> None:
    """What kinds of triggers a relation may have."""
    if table.kind in ("table", "partitioned", "foreign"):
        if node.timing == "instead of":
            raise Rejected("42809", f'"{table.name}" is a table', node, subject=table.name)
        if table.kind == "partitioned" and node.row and node.transitions:
            raise Rejected("42809", f'"{table.name}" is a partitioned table', node, subject=table.name)
    elif node.timing != "instead of" and node.row:
        raise Rejected("42809", f'"{table.name}" is a view', node, subject=table.name)
    if node.timing == "instead of":
        if not node.row:
            raise Rejected("0A000", "INSTEAD OF triggers must be FOR EACH ROW", node)
        if node.when is not None:
            raise Rejected("0A000", "INSTEAD OF triggers cannot have WHEN conditions", node)
        if node.columns:
            raise Rejected("0A000", "INSTEAD OF triggers cannot have column lists", node)
    if "truncate" in node.events and node.row:
        raise Rejected("0A000", "TRUNCATE FOR EACH ROW triggers are not supported", node)
    if node.transitions:
        if node.timing != "after":
            raise Rejected("42P17", "transition table name can only be specified for an AFTER trigger", node)
        if len(node.events) > 1:
            message = "transition tables cannot be specified for triggers with more than one event"
            raise Rejected("0A000", message, node)
        if node.columns:
            message = "transition tables cannot be specified for triggers with column lists"
            raise Rejected("0A000", message, node)
        for transition in node.transitions:
            wrong = (transition.new and node.events[0] == "delete") or (
                not transition.new and node.events[0] == "insert"
            )
            if wrong:
                word, events = ("NEW", "an INSERT or UPDATE") if transition.new else ("OLD", "a DELETE or UPDATE")
                message = f"{word} TABLE can only be specified for {events} trigger"
                raise Rejected("42P17", message, transition)


def _require_rows(analysis: QueryAnalysis, node: CreateTrigger) -> None:
    """WHEN may read OLD and NEW only where there are such rows."""
    for bound in analysis.columns.values():
        row = "OLD" if bound.entry == 0 else "NEW"
        if not node.row:
            raise Rejected("42P17", "statement trigger's WHEN condition cannot reference column values", node.when)
        if row == "OLD" and "insert" in node.events:
            raise Rejected("42P17", "INSERT trigger's WHEN condition cannot reference OLD values", node.when)
        if row == "NEW" and "delete" in node.events:
            raise Rejected("42P17", "DELETE trigger's WHEN condition cannot reference NEW values", node.when)


def _function(state: State, name: QualifiedName, returns: int, what: str) -> Function | None:
    if name.schema is not None and not schema_exists(state, name.schema):
        raise Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
    for function in function_named(state, name.schema, name.name):
        if not function.inputs:
            if function.returns.oid != returns:
                message = f"function {name} must return type {what}"
                raise Rejected("42P17", message, name, subject=str(name))
            return function
    if name.name in _BUILTIN_TRIGGERS:
        return None
    raise Rejected("42883", f"function {name}() does not exist", name, subject=f"{name}()")


def create_event_trigger(state: State, node: CreateEventTrigger) -> None:
    """CREATE EVENT TRIGGER."""
    if state.find("event trigger", node.name.text):
        message = f'event trigger "{node.name.text}" already exists'
        raise Rejected("42710", message, node.name, subject=node.name.text)
    if node.event.lower() not in ("ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite", "login"):
        raise Rejected("42601", f'unrecognized event name "{node.event}"', node, subject=node.event)
    tags = tuple(
        part.strip().strip("'").upper() for option in node.filters if option.value for part in option.value.split(",")
    )
    function = _function(state, node.function, EVENT_TRIGGER.oid, "event_trigger")
    trigger = EventTrigger(
        oid=state.new_oid(),
        name=node.name.text,
        event=node.event.lower(),
        tags=tags,
        function=function.oid if function is not None else 0,
    )
    state.add(trigger)
    state.depend(trigger.oid, trigger.function, "normal")


def alter_event_trigger(state: State, node: AlterEventTrigger) -> None:
    """ALTER EVENT TRIGGER ... ENABLE or DISABLE."""
    oid = state.find("event trigger", node.name.text)
    if not oid:
        message = f'event trigger "{node.name.text}" does not exist'
        raise Rejected("42704", message, node.name, subject=node.name.text)
    letter = {"enable": "O", "disable": "D", "enable always": "A", "enable replica": "R"}[node.mode]
    state.change(renamed(state.get(oid, EventTrigger), enabled=letter), node.mode)


def create_rule(state: State, node: CreateRule) -> None:
    """CREATE RULE."""
    table = relation(state, node.table)
    existing = state.members_of("rule", table.oid).get(node.name.text)
    if existing is not None and not node.replace:
        message = f'rule "{node.name.text}" for relation "{table.name}" already exists'
        raise Rejected("42710", message, node.name, subject=node.name.text)
    analysis = QueryAnalysis(state)
    scope = Scope()
    for name in ("old", "new"):
        entry = analysis.add_relation(scope, table, name)
        entry.qualified_only = True
    if node.where is not None:
        analysis.condition(node.where, scope, "WHERE")
    rule = Rule(
        oid=existing or state.new_oid(), name=node.name.text, table=table.oid, event=node.event, instead=node.instead
    )
    if existing is None:
        state.add(rule)
    else:
        state.change(rule, "replace")
    state.depend(rule.oid, table.oid, "auto")
    depend_on_needs(state, rule.oid, analysis.needs, own=table.oid, own_kind="none")
