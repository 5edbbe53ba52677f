"""PL/pgSQL, followed as far as its values are known: DO blocks, called functions, triggers of rows and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyzer.database import calls, conditions, platform_calls
from analyzer.database import rows as table_rows
from analyzer.database.datatypes import RECORD, TRIGGER, DataType
from analyzer.database.evaluate import Frame, Result, evaluate, truth
from analyzer.database.lookup import find_class, function_named
from analyzer.database.model import BlindSpot, EventTrigger, Function, Place, Relation, Trigger
from analyzer.database.rejected import Rejected, Unfollowed
from analyzer.database.row_changes import Changed
from analyzer.database.run_query import run_query
from analyzer.database.scope import Scope, Variable
from analyzer.database.state import State
from analyzer.database.types import data_type, own_type
from analyzer.database.values import Cell, Record, Row, Unknown, Value, convert, text_of
from analyzer.database.walk import descendants
from analyzer.facts import sql
from analyzer.facts.sql_query import (
    ColumnReference,
    Delete,
    Expression,
    FieldSelection,
    FunctionCall,
    Identifier,
    Insert,
    Merge,
    NamedArgument,
    Node,
    QualifiedName,
    Subscript,
    Update,
)
from analyzer.source import Lines

if TYPE_CHECKING:
    from analyzer.database.executor import Executor

_MOST_STEPS = 50_000  # of one statement of a file, so that no loop takes long
_DEEPEST = 20  # functions that call each other
_CHANGES = (Insert, Update, Delete, Merge)


class _Return(Exception):  # noqa: N818 - control flow of the interpreted language
    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _Leave(Exception):  # noqa: N818 - EXIT or CONTINUE
    def __init__(self, kind: str, label: str) -> None:
        super().__init__()
        self.kind = kind
        self.label = label


@dataclass(slots=True)
class WrittenRows:
    """The rows that one statement wrote, as the triggers with transition tables see them."""

    old: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Routine:
    """One running body: its variables with their types."""

    variables: dict[str, Value] = field(default_factory=dict)
    types: dict[str, DataType | None] = field(default_factory=dict)
    fields: dict[str, Mapping[str, DataType | None]] = field(default_factory=dict)  # of records
    common: dict[str, Result] = field(default_factory=dict)
    returned: list[Value] = field(default_factory=list)
    count: Value = 0  # of the rows that the last statement touched
    name: str = ""

    def declare(self, name: str, type_: DataType | None, value: Value) -> None:
        self.variables[name] = value
        self.types[name] = type_

    def scope(self) -> Scope:
        listed = {
            name: Variable(name, self.types.get(name), int(name[1:]) if name[0] == "$" else 0, self.fields.get(name))
            for name in self.variables
        }
        scope = Scope(variables=listed, variables_first=True, function_name=self.name)
        for name in self.common:
            scope.common_tables[name] = None
        return scope


class Interpreter:
    """Follows bodies for one executor."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.steps = 0
        self.depth = 0
        self.file = -1  # the text that the running body stands in; -1 is the statement's own

    @property
    def state(self) -> State:
        return self.executor.state

    # Entries

    def run_block(self, body: sql.PlpgsqlBody) -> None:
        """A DO block."""
        self.steps = 0
        routine = Routine()
        routine.declare("found", DataType(16), False)
        try:
            self._block(body.block, routine)
        except _Return:
            return
        except _Leave:
            return

    def call(self, node: FunctionCall, arguments: list[Value], frame: Frame) -> Value:
        """A call of a function that is not PostgreSQL's own."""
        state = self.state
        schema, name = node.name.schema, node.name.name
        special = platform_calls.find(state, schema, name)
        names = [each.name.text for each in node.arguments if isinstance(each, NamedArgument)]
        if special is not None:
            return special(self.executor, node, dict(_named(node, arguments)), list(arguments))
        function = self._chosen(schema, name, arguments, names)
        if function is None:
            return Unknown("which function is meant is not known")
        if function.body is None:
            return calls.call(name, arguments, node)
        return self.call_function(function, arguments, names, node)

    def _chosen(
        self, schema: str | None, name: str, arguments: Sequence[Value], names: Sequence[str]
    ) -> Function | None:
        fitting = [
            function
            for function in function_named(self.state, schema, name)
            if function.kind in ("function", "procedure")
            and len(function.inputs) >= len(arguments)
            and all(each.default is not None for each in function.inputs[len(arguments) :])
            and all(any(each.name == wanted for each in function.inputs) for wanted in names)
        ]
        if len(fitting) > 1:
            exact = [each for each in fitting if len(each.inputs) == len(arguments)]
            fitting = exact or fitting
        return fitting[0] if len(fitting) == 1 else None

    def call_function(self, function: Function, arguments: Sequence[Value], names: Sequence[str], node: Node) -> Value:
        """Runs a function of the migrations.

        Raises:
            Rejected: it raises an exception.
        """
        state = self.state
        if function.body is None or function.file < 0:
            return Unknown(f"`{function.name}` is not followed")
        if self.depth >= _DEEPEST:
            return Unknown("functions call each other too deeply")
        routine = Routine(name=function.name)
        values = self._bind(function, arguments, names)
        for position, parameter in enumerate(function.inputs, 1):
            value = values.get(parameter.name or f"${position}")
            routine.declare(f"${position}", parameter.type, value)
            if parameter.name:
                routine.declare(parameter.name, parameter.type, value)
        for parameter in function.outputs:
            if parameter.name and parameter.mode != "inout":
                routine.declare(parameter.name, parameter.type, None)
        settings = [(name, state.settings.get(name)) for name, _ in function.settings]
        for name, given in function.settings:
            state.put(state.settings, name, given)
        try:
            return self._run(function, routine, node)
        finally:
            for name, old in settings:
                if old is None:
                    state.remove(state.settings, name)
                else:
                    state.put(state.settings, name, old)

    def _bind(self, function: Function, arguments: Sequence[Value], names: Sequence[str]) -> dict[str, Value]:
        inputs = function.inputs
        positional = len(arguments) - len(names)
        found: dict[str, Value] = {}
        for position, parameter in enumerate(inputs):
            key = parameter.name or f"${position + 1}"
            if position < positional:
                value = arguments[position]
            elif parameter.name in names:
                value = arguments[positional + list(names).index(parameter.name)]
            elif parameter.default is not None:
                value = evaluate(parameter.default.node, Frame(self.state))  # type: ignore[arg-type]
            else:
                value = None
            try:
                found[key] = convert(self.state, value, parameter.type)
            except Rejected:
                found[key] = value
        return found

    def _run(self, function: Function, routine: Routine, node: Node) -> Value:
        body = function.body
        self.depth += 1
        outer_file, self.file = self.file, function.file
        try:
            match body:
                case sql.PlpgsqlBody():
                    routine.declare("found", DataType(16), False)
                    return self._run_plpgsql(function, body, routine)
                case sql.SqlBody():
                    return self._run_sql(function, body, routine)
                case sql.ReturnBody():
                    return evaluate(body.expression, self.frame(routine))
                case _:
                    return Unknown(f"`{function.name}` is not followed")
        except Rejected as rejected:
            if rejected.file is None:
                rejected.file = function.file
            raise
        except Unfollowed as unfollowed:
            self._forget_writes(function, unfollowed.why)
            place = Place(self.state.place.file, node.start, node.end) if node.start >= 0 else self.state.place
            self.state.blind_spots.append(BlindSpot(place, f"`{function.name}`: {unfollowed.why}"))
            return Unknown(f"`{function.name}` is not followed: {unfollowed.why}")
        finally:
            self.file = outer_file
            self.depth -= 1

    def _run_plpgsql(self, function: Function, body: sql.PlpgsqlBody, routine: Routine) -> Value:
        blind = len(self.state.blind_spots)
        value: Value = None
        try:
            self._block(body.block, routine)
        except _Return as returned:
            value = returned.value
        except _Leave:
            value = None
        if function.returns_set:
            return Unknown("functions that give several rows are not followed")
        outputs = function.outputs
        if outputs:
            if len(outputs) == 1:
                return routine.variables.get(outputs[0].name)
            return Record(
                tuple(each.name for each in outputs), tuple(routine.variables.get(each.name) for each in outputs)
            )
        if len(self.state.blind_spots) > blind and value is None:
            return Unknown(f"`{function.name}` is not followed")
        return value

    def _run_sql(self, function: Function, body: sql.SqlBody, routine: Routine) -> Value:
        value: Value = None
        frame = self.frame(routine)
        for statement in body.statements:
            result = (
                self.executor.execute(statement, self._sql_scope(routine), frame)
                if not isinstance(statement, _CHANGES)
                else None
            )
            if isinstance(statement, _CHANGES):
                self.executor.change(statement, self._sql_scope(routine), frame)
            if isinstance(result, Result):
                value = (
                    (result.rows[0][0] if len(result.names) < 2 else Record(result.names, result.rows[0]))
                    if result.rows
                    else None
                )
        if function.returns_set:
            return Unknown("functions that give several rows are not followed")
        return value

    def _sql_scope(self, routine: Routine) -> Scope:
        scope = routine.scope()
        scope.variables_first = False
        return scope

    def _forget_writes(self, function: Function, why: str) -> None:
        """The tables that a body writes have rows that nobody knows any more."""
        for table in written_tables(self.state, function.body):
            table_rows.forget(self.state, table.oid, f"`{function.name}` is not followed: {why}")

    def frame(self, routine: Routine) -> Frame:
        return Frame(self.state, variables=routine.variables, common=routine.common, caller=self.call)

    # Triggers

    def row_triggers(
        self, table: Relation, timing: str, event: str, old: Row | None, new: Row | None
    ) -> tuple[bool, Row | None]:
        """Fires the triggers of a row: whether the row is still written, and as what."""
        state = self.state
        if (state.setting("session_replication_role") or ("origin",))[0] == "replica":
            return True, new
        for trigger in sorted(state.triggers_of(table.oid), key=lambda each: each.name):
            if not trigger.row or trigger.timing != timing or event not in trigger.events or trigger.enabled == "D":
                continue
            watched = trigger.columns if event == "update" and old is not None and new is not None else ()
            if (
                watched
                and old is not None
                and new is not None
                and all(old.get(each) == new.get(each) for each in watched)
            ):
                continue
            keep, new = self._row_trigger(table, trigger, timing, event, old, new)
            if not keep:
                return False, new
        return True, new

    def _row_trigger(
        self,
        table: Relation,
        trigger: Trigger,
        timing: str,
        event: str,
        old: Row | None,
        new: Row | None,
        written: WrittenRows | None = None,
    ) -> tuple[bool, Row | None]:
        state = self.state
        function = state.objects.get(trigger.function)
        before = _record(table, old), _record(table, new)
        if trigger.when is not None:
            sources: list[tuple[str, Mapping[str, Value]]] = []
            for name, row in (("old", before[0]), ("new", before[1])):
                if row is not None:
                    sources.append((name, dict(zip(row.names, row.values, strict=True))))
            value = truth(evaluate(trigger.when.node, Frame(state, sources, caller=self.call)))  # type: ignore[arg-type]
            if value is False or value is None:
                return True, new
        if not isinstance(function, Function) or not isinstance(function.body, sql.PlpgsqlBody) or function.file < 0:
            return True, _builtin_trigger(table, trigger, function, new)
        if self.depth >= _DEEPEST:
            return True, new
        routine = Routine(name=function.name)
        row_type = DataType(table.row_type)
        routine.declare("new", row_type, before[1])
        routine.declare("old", row_type, before[0])
        for name, text in (
            ("tg_op", event.upper()), ("tg_when", timing.upper()), ("tg_level", "ROW" if trigger.row else "STATEMENT"), ("tg_name", trigger.name),  # noqa: E501
            ("tg_table_name", table.name), ("tg_relname", table.name), ("tg_table_schema", table.schema),
        ):  # fmt: skip
            routine.declare(name, DataType(25), text)
        routine.declare("tg_argv", DataType(25, True), list(trigger.arguments))
        routine.declare("tg_nargs", DataType(23), len(trigger.arguments))
        routine.declare("found", DataType(16), False)
        if trigger.transitions:
            if written is None:
                why = "the rows that the statement changed are not known"
                state.blind_spots.append(BlindSpot(state.place, f"trigger `{trigger.name}`: {why}"))
                self._forget_writes(function, why)
                return True, new
            names = tuple(column.name for column in table.columns)
            for transition in trigger.transitions:
                rows = written.new if transition.new else written.old
                listed = [record.values for row in rows if (record := _record(table, row)) is not None]
                routine.common[transition.name] = Result(names, listed)
        settings = [(name, state.settings.get(name)) for name, _ in function.settings]
        for name, given in function.settings:
            state.put(state.settings, name, given)
        self.depth += 1
        outer_file, self.file = self.file, function.file
        blind = len(state.blind_spots)
        returned: Value = Unknown("nothing is returned")
        try:
            self._block(function.body.block, routine)
        except _Return as found:
            returned = found.value
        except _Leave:
            pass
        except Rejected as rejected:
            if rejected.file is None:
                rejected.file = function.file
            raise
        except Unfollowed as unfollowed:
            state.blind_spots.append(BlindSpot(state.place, f"trigger `{trigger.name}`: {unfollowed.why}"))
            self._forget_writes(function, unfollowed.why)
            returned = Unknown(unfollowed.why)
        finally:
            self.file = outer_file
            self.depth -= 1
            for name, old_value in settings:
                if old_value is None:
                    state.remove(state.settings, name)
                else:
                    state.put(state.settings, name, old_value)
        if timing != "before":
            return True, new
        doubtful = len(state.blind_spots) > blind
        if event == "delete":
            return returned is not None, new
        if returned is None and not doubtful:
            return False, new
        return True, self._new_row(table, function, returned, new, doubtful=doubtful)

    def _new_row(
        self, table: Relation, function: Function, returned: Value, new: Row | None, *, doubtful: bool
    ) -> Row | None:
        """The row that a BEFORE trigger gives back."""
        if new is None:
            return None
        changed = dict(new)
        if isinstance(returned, Record):
            values = dict(zip(returned.names, returned.values, strict=True))
            for column in table.columns:
                if column.name not in values:
                    continue
                value = values[column.name]
                old = new.get(column.number)
                if old is not None and old.value is value:
                    continue
                if value is None:
                    changed.pop(column.number, None)
                else:
                    converted = convert(self.state, value, column.type)
                    if old is None or old.value != converted:
                        changed[column.number] = Cell(converted, self.state.place)
        if doubtful or not isinstance(returned, Record):
            assigned = assigned_fields(function.body)
            for column in table.columns:
                if column.name in assigned:
                    changed[column.number] = Cell(
                        Unknown(f"the trigger function `{function.name}` sets it"), self.state.place
                    )
        return changed

    def statement_triggers(self, table: Relation, timing: str, event: str, written: WrittenRows | None = None) -> None:
        """Fires the triggers of a whole statement, with the rows that it wrote where those are known."""
        state = self.state
        if (state.setting("session_replication_role") or ("origin",))[0] == "replica":
            return
        for trigger in sorted(state.triggers_of(table.oid), key=lambda each: each.name):
            if trigger.row or trigger.timing != timing or event not in trigger.events or trigger.enabled == "D":
                continue
            self._row_trigger(table, trigger, timing, event, None, None, written)

    def fire_event_triggers(self, statement: object, event: str) -> None:
        """Runs the event triggers of a moment of a command."""
        state = self.state
        tag, created = command_tag(state, statement)
        if not tag:
            return
        for oid in list(state.event_triggers):
            trigger = state.get(oid, EventTrigger)
            if trigger.event != event or trigger.enabled == "D" or (trigger.tags and tag not in trigger.tags):
                continue
            function = state.objects.get(trigger.function)
            if (
                not isinstance(function, Function)
                or not isinstance(function.body, sql.PlpgsqlBody)
                or function.file < 0
            ):
                continue
            routine = Routine(name=function.name)
            routine.declare("tg_event", DataType(25), trigger.event)
            routine.declare("tg_tag", DataType(25), tag)
            routine.declare("found", DataType(16), False)
            names = (
                "classid",
                "objid",
                "objsubid",
                "command_tag",
                "object_type",
                "schema_name",
                "object_identity",
                "in_extension",
            )
            routine.common["pg_event_trigger_ddl_commands"] = Result(names, created)
            self.depth += 1
            outer_file, self.file = self.file, function.file
            self.steps = 0
            try:
                self._block(function.body.block, routine)
            except (_Return, _Leave):
                pass
            except Unfollowed as unfollowed:
                state.blind_spots.append(BlindSpot(state.place, f"event trigger `{trigger.name}`: {unfollowed.why}"))
            finally:
                self.file = outer_file
                self.depth -= 1

    # Statements

    def _block(self, block: sql.Block, routine: Routine) -> None:
        outer = {}
        for declaration in block.declarations:
            name = declaration.name.text
            outer[name] = (name in routine.variables, routine.variables.get(name), routine.types.get(name))
            self._declare(declaration, routine)
        try:
            if block.handlers:
                self._guarded(block, routine)
            else:
                self._statements(block.statements, routine)
        except _Leave as leave:
            if not (block.label and leave.label == block.label and leave.kind == "exit"):
                raise
        finally:
            for name, (known, value, type_) in outer.items():
                if known:
                    routine.declare(name, type_, value)
                else:
                    routine.variables.pop(name, None)

    def _declare(self, declaration: sql.Declaration, routine: Routine) -> None:
        name = declaration.name.text
        match declaration:
            case sql.VariableDeclaration():
                type_ = self._declared_type(declaration, routine)
                value: Value = None
                if declaration.default is not None:
                    value = self.value(declaration.default, routine)
                    if type_ is not None and type_.oid != RECORD.oid:
                        value = convert(self.state, value, type_, declaration.default)
                routine.declare(name, type_, value)
            case sql.CursorDeclaration():
                routine.declare(name, None, _Cursor(declaration))
            case sql.AliasDeclaration():
                routine.declare(name, routine.types.get(declaration.target), routine.variables.get(declaration.target))

    def _declared_type(self, declaration: sql.VariableDeclaration, routine: Routine) -> DataType | None:
        name = declaration.type
        if name.parts[-1] == "record" or name.parts[-1] == "refcursor":
            return None
        if name.percent_type and name.parts[0] in routine.variables:
            return routine.types.get(name.parts[0])
        return data_type(self.state, name)

    def _guarded(self, block: sql.Block, routine: Routine) -> None:
        """A block with EXCEPTION: a sub-transaction, undone where a handler takes the error."""
        state = self.state
        mark = state.mark()
        blind = len(state.blind_spots)
        try:
            self._statements(block.statements, routine)
        except Rejected as rejected:
            for handler in block.handlers:
                if any(conditions.matches(condition, rejected.sqlstate) for condition in handler.conditions):
                    state.undo(mark)
                    del state.blind_spots[blind:]
                    routine.declare("sqlstate", DataType(25), rejected.sqlstate)
                    routine.declare("sqlerrm", DataType(25), rejected.message)
                    try:
                        self._statements(handler.statements, routine)
                    except _Rethrow:
                        raise rejected from None
                    return
            raise

    def _statements(self, statements: Iterable[sql.PlpgsqlStatement], routine: Routine) -> None:
        for statement in statements:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Unfollowed("it takes too many steps", statement)
            method = _METHODS.get(type(statement))
            if method is not None:
                method(self, statement, routine)

    def blind(self, node: Node, why: str) -> None:
        """Notes that a statement is left out."""
        place = self.state.place
        file = place.file if self.file == -1 else self.file
        if node.start >= 0 and isinstance(self.state.texts[file], Lines):
            place = Place(file, node.start, node.end)
        self.state.blind_spots.append(BlindSpot(place, why))

    def value(self, node: Expression, routine: Routine) -> Value:
        """The value of an expression, checked first."""
        if id(node) not in self.executor.checked:
            self.executor.check(node, routine.scope())
        return evaluate(node, self.frame(routine))

    def condition(self, node: Expression, routine: Routine) -> bool | None:
        """Whether a condition holds; None: that is not known."""
        found = truth(self.value(node, routine))
        if isinstance(found, Unknown):
            self.blind(node, f"the condition is not known: {found.why}")
            return None
        return found is True

    def _assign(self, node: sql.Assign, routine: Routine) -> None:
        self.store(node.target, self.value(node.value, routine), routine)

    def store(self, target: Expression, value: Value, routine: Routine) -> None:
        """Writes a variable, a field of a row or an element of an array."""
        if isinstance(target, ColumnReference):
            name = target.parts[0].text
            if len(target.parts) == 1 or name not in routine.variables:
                name = target.parts[-1].text
                type_ = routine.types.get(name)
                if type_ is not None and type_.oid not in (RECORD.oid, TRIGGER.oid) and not isinstance(value, Record):
                    value = convert(self.state, value, type_, target)
                elif isinstance(value, Record) and type_ is not None:
                    value = self._as_row(value, type_)
                routine.variables[name] = value
                return
            routine.variables[name] = self._with_field(routine, name, target.parts[1].text, value, target)
        elif isinstance(target, Subscript | FieldSelection):
            operand = target.operand
            if isinstance(operand, ColumnReference):
                routine.variables[operand.parts[0].text] = Unknown("parts of it are assigned")

    def _as_row(self, value: Record, type_: DataType) -> Value:
        """A row with the names of a declared row type."""
        own = own_type(self.state, type_)
        relation = self.state.objects.get(own.relation) if own is not None and own.relation else None
        if isinstance(relation, Relation) and len(relation.columns) == len(value.values):
            return Record(tuple(column.name for column in relation.columns), value.values)
        return value

    def _with_field(self, routine: Routine, name: str, field_name: str, value: Value, node: Node) -> Value:
        row = routine.variables.get(name)
        type_ = routine.types.get(name)
        own = own_type(self.state, type_) if type_ is not None else None
        relation = self.state.objects.get(own.relation) if own is not None and own.relation else None
        if isinstance(relation, Relation):
            column = relation.column(field_name)
            if column is None:
                message = f'record "{name}" has no field "{field_name}"'
                raise Rejected("42703", message, node, subject=field_name)
            value = convert(self.state, value, column.type, node)
            if row is None:
                row = Record(tuple(each.name for each in relation.columns), tuple(None for _ in relation.columns))
        if isinstance(row, Record):
            if field_name not in row.names:
                raise Rejected("42703", f'record "{name}" has no field "{field_name}"', node, subject=field_name)
            values = tuple(
                value if each == field_name else old for each, old in zip(row.names, row.values, strict=True)
            )
            return Record(row.names, values)
        return row

    def _if(self, node: sql.If, routine: Routine) -> None:
        for branch in node.branches:
            found = self.condition(branch.condition, routine)
            if found is None:
                self._skip(node, routine)
                return
            if found:
                self._statements(branch.statements, routine)
                return
        if node.otherwise is not None:
            self._statements(node.otherwise, routine)

    def _skip(self, node: Node, routine: Routine) -> None:
        """What a statement that is not followed writes is not known afterwards."""
        for each in descendants(node):
            if isinstance(each, sql.Assign) and isinstance(each.target, ColumnReference):
                name = each.target.parts[0].text
                if name in routine.variables and name not in ("new", "old"):
                    routine.variables[name] = Unknown("it is assigned where nobody can follow")
            elif isinstance(each, sql.RunSql | sql.Execute):
                for target in each.into:
                    if isinstance(target, ColumnReference) and target.parts[0].text in routine.variables:
                        routine.variables[target.parts[0].text] = Unknown("it is assigned where nobody can follow")
        for table in written_tables(self.state, node):
            table_rows.forget(self.state, table.oid, "whether a statement runs is not known")

    def _case(self, node: sql.CaseStatement, routine: Routine) -> None:
        operand = self.value(node.operand, routine) if node.operand is not None else None
        for branch in node.branches:
            for condition in branch.conditions:
                if node.operand is None:
                    found = self.condition(condition, routine)
                else:
                    from analyzer.database.evaluate import operate

                    value = operate("=", operand, self.value(condition, routine), condition)
                    found = None if isinstance(value, Unknown) else value is True
                if found is None:
                    self._skip(node, routine)
                    return
                if found:
                    self._statements(branch.statements, routine)
                    return
        if node.otherwise is None:
            raise Rejected("20000", "case not found", node)
        self._statements(node.otherwise, routine)

    def _loop(self, statements: Sequence[sql.PlpgsqlStatement], label: str, routine: Routine) -> bool:
        """One turn of a loop: whether to go on."""
        try:
            self._statements(statements, routine)
        except _Leave as leave:
            if leave.label and leave.label != label:
                raise
            return leave.kind == "continue"
        return True

    def _endless(self, node: sql.Loop, routine: Routine) -> None:
        while self._loop(node.statements, node.label, routine):
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Unfollowed("it takes too many steps", node)

    def _while(self, node: sql.While, routine: Routine) -> None:
        while True:
            found = self.condition(node.condition, routine)
            if found is None:
                self._skip(node, routine)
                return
            if not found or not self._loop(node.statements, node.label, routine):
                return
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Unfollowed("it takes too many steps", node)

    def _for_integer(self, node: sql.ForInteger, routine: Routine) -> None:
        lower, upper = self.value(node.lower, routine), self.value(node.upper, routine)
        step = self.value(node.step, routine) if node.step is not None else 1
        if not isinstance(lower, int) or not isinstance(upper, int) or not isinstance(step, int) or step < 1:
            self.blind(node, "the bounds of the loop are not known")
            self._skip(node, routine)
            return
        numbers = range(lower, upper - 1, -step) if node.reverse else range(lower, upper + 1, step)
        if len(numbers) > _MOST_STEPS:
            raise Unfollowed("it takes too many steps", node)
        self._each(((number,) for number in numbers), node.variable, node.statements, node.label, routine)

    def _each(
        self,
        values: Iterable[tuple[Value, ...]],
        variable: Identifier,
        statements: Sequence[sql.PlpgsqlStatement],
        label: str,
        routine: Routine,
    ) -> None:
        name = variable.text
        known, old, type_ = name in routine.variables, routine.variables.get(name), routine.types.get(name)
        for (value,) in values:
            routine.declare(name, DataType(23), value)
            if not self._loop(statements, label, routine):
                break
        if known:
            routine.declare(name, type_, old)
        else:
            routine.variables.pop(name, None)

    def _for_query(self, node: sql.ForQuery, routine: Routine) -> None:
        try:
            result = self.run(node.query, routine)
        except Unfollowed as unfollowed:
            self.blind(node.query, unfollowed.why)
            self._skip(node, routine)
            return
        self._note_fields(node.query, node.targets, routine)
        self._rows(result, node.targets, node.statements, node.label, routine)

    def _note_fields(self, query: object, targets: Sequence[Expression], routine: Routine) -> None:
        """The types of the fields of a record that a query fills."""
        columns = self.executor.checked.get(id(query))
        if columns is not None and len(targets) == 1 and isinstance(targets[0], ColumnReference):
            name = targets[0].parts[0].text
            if routine.types.get(name) is None:
                routine.fields[name] = {column.name: column.type for column in columns}

    def _rows(
        self,
        result: Result,
        targets: Sequence[Expression],
        statements: Sequence[sql.PlpgsqlStatement],
        label: str,
        routine: Routine,
    ) -> None:
        for row in result.rows:
            self.into(targets, result.names, row, routine)
            if not self._loop(statements, label, routine):
                break
        routine.variables["found"] = bool(result.rows)

    def run(self, node: Any, routine: Routine) -> Result:
        """The rows of a query, or of a change with RETURNING.

        Raises:
            Unfollowed: they cannot be known.
        """
        frame = self.frame(routine)
        if isinstance(node, _CHANGES):
            changed = self.executor.change(node, routine.scope(), frame)
            return self._returned(node, changed, frame)
        from analyzer.database.query_analysis import QueryAnalysis

        if id(node) not in self.executor.checked:
            self.executor.checked[id(node)] = QueryAnalysis(self.state).query(node, routine.scope())
        return run_query(node, frame)

    def _returned(self, node: Insert | Update | Delete | Merge, changed: Changed, frame: Frame) -> Result:
        if not changed.known:
            raise Unfollowed("the rows that it changes are not known", node)
        from analyzer.database.run_query import _targets

        names: tuple[str, ...] = ()
        rows = []
        for row in changed.rows:
            alias = node.table.alias
            name = alias.name.text if alias is not None and alias.name is not None else node.table.name.name
            inner = Frame(self.state, [(name, row)], frame)
            names, values = _targets(node.returning, inner)
            rows.append(tuple(values))
        return Result(names, rows)

    def into(
        self, targets: Sequence[Expression], names: Sequence[str], row: Sequence[Value] | None, routine: Routine
    ) -> None:
        """Writes a row into INTO's variables; None writes NULL."""
        if len(targets) == 1 and isinstance(targets[0], ColumnReference):
            single = targets[0]
            name = single.parts[0].text
            type_ = routine.types.get(name)
            composite = type_ is None or self._is_row(type_)
            if (
                len(single.parts) == 1
                and composite
                and name in routine.variables
                and not (len(names) == 1 and type_ is not None and row is not None and isinstance(row[0], Record))
            ):
                record: Value = Record(tuple(names), tuple(row)) if row is not None else None
                if row is None and names:
                    record = Record(tuple(names), tuple(None for _ in names))
                if isinstance(record, Record) and type_ is not None:
                    record = self._as_row(record, type_)
                routine.variables[name] = record
                return
        for index, target in enumerate(targets):
            value = row[index] if row is not None and index < len(row) else None
            self.store(target, value, routine)

    def _is_row(self, type_: DataType) -> bool:
        own = own_type(self.state, type_)
        return type_.oid == RECORD.oid or (own is not None and bool(own.relation) and not type_.array)

    def _for_execute(self, node: sql.ForExecute, routine: Routine) -> None:
        text = self.value(node.command, routine)
        if not isinstance(text, str):
            self.blind(node.command, _why(text))
            self._skip(node, routine)
            return
        arguments = [self.value(each, routine) for each in node.arguments]
        try:
            result = self._dynamic(text, arguments, routine, node)
        except Unfollowed as unfollowed:
            self.blind(node.command, unfollowed.why)
            self._skip(node, routine)
            return
        if result is not None:
            self._rows(result, node.targets, node.statements, node.label, routine)

    def _for_cursor(self, node: sql.ForCursor, routine: Routine) -> None:
        cursor = routine.variables.get(node.cursor.text)
        if not isinstance(cursor, _Cursor):
            self.blind(node, "the cursor is not followed")
            self._skip(node, routine)
            return
        try:
            result = self.run(cursor.declaration.query, routine)
        except Unfollowed as unfollowed:
            self.blind(node, unfollowed.why)
            self._skip(node, routine)
            return
        records = ((Record(result.names, row),) for row in result.rows)
        self._each(records, node.variable, node.statements, node.label, routine)

    def _foreach(self, node: sql.ForeachArray, routine: Routine) -> None:
        values = self.value(node.array, routine)
        if values is None:
            raise Rejected("22004", "FOREACH expression must not be null", node.array)
        if not isinstance(values, list) or node.slice:
            self.blind(node.array, _why(values))
            self._skip(node, routine)
            return
        for value in _flat(values):
            for target in node.targets:
                self.store(target, value, routine)
            if not self._loop(node.statements, node.label, routine):
                break

    def _exit(self, node: sql.Exit, routine: Routine) -> None:
        if node.condition is not None:
            found = self.condition(node.condition, routine)
            if found is None:
                raise Unfollowed("whether the loop ends is not known", node)
            if not found:
                return
        raise _Leave(node.kind, node.label)

    def _return(self, node: sql.Return, routine: Routine) -> None:
        raise _Return(self.value(node.value, routine) if node.value is not None else None)

    def _return_next(self, node: sql.ReturnNext, routine: Routine) -> None:
        if node.value is not None:
            self.value(node.value, routine)

    def _return_query(self, node: sql.ReturnQuery, routine: Routine) -> None:
        if node.query is not None:
            try:
                self.run(node.query, routine)
            except Unfollowed:
                return

    def _raise(self, node: sql.Raise, routine: Routine) -> None:
        if node.format is None and not node.condition and not node.sqlstate and not node.options:
            raise _Rethrow
        arguments = [self.value(each, routine) for each in node.arguments]
        options = {option.name.lower(): self.value(option.value, routine) for option in node.options}
        if node.level != "exception":
            return
        code = node.sqlstate or conditions.code_of(node.condition) or "P0001"
        if isinstance(options.get("errcode"), str):
            given = text_of(options["errcode"])
            code = conditions.code_of(given.lower()) or (given if len(given) == 5 else code)
        message = (
            _message(node.format, arguments)
            if node.format is not None
            else text_of(options.get("message") or node.condition)
        )
        raise Rejected(code, message, node)

    def _assert(self, node: sql.Assert, routine: Routine) -> None:
        found = self.condition(node.condition, routine)
        if found is False:
            message = self.value(node.message, routine) if node.message is not None else "assertion failed"
            raise Rejected("P0004", text_of(message), node)

    def _execute(self, node: sql.Execute, routine: Routine) -> None:
        text = self.value(node.command, routine)
        if text is None:
            raise Rejected("22004", "query string argument of EXECUTE is null", node.command)
        if not isinstance(text, str):
            self.blind(node, _why(text))
            for target in node.into:
                self.store(target, Unknown("the command is not known"), routine)
            return
        arguments = [self.value(each, routine) for each in node.arguments]
        try:
            result = self._dynamic(text, arguments, routine, node)
        except Unfollowed as unfollowed:
            self.blind(node, unfollowed.why)
            for target in node.into:
                self.store(target, Unknown(unfollowed.why), routine)
            return
        if node.into:
            self._take(result, node.into, routine, strict=node.strict, node=node)

    def _dynamic(self, text: str, arguments: Sequence[Value], routine: Routine, node: Node) -> Result | None:
        """Runs a text; its places are those of the EXECUTE."""
        state = self.state
        outer = state.place
        own = outer.file if self.file == -1 else self.file
        place = Place(own, node.start, node.end) if isinstance(state.texts[own], Lines) else outer
        file, number = self.executor.dynamic(text, place)
        if file.errors:
            raise Rejected("42601", file.errors[0].message, node)
        frame = Frame(
            state,
            variables={f"${index}": value for index, value in enumerate(arguments, 1)},
            common=routine.common,
            caller=self.call,
        )
        scope = Scope(
            variables={f"${index}": Variable(f"${index}", None, index) for index in range(1, len(arguments) + 1)}
        )
        result: Result | None = None
        inner_file, self.file = self.file, number
        try:
            for statement in file.statements:
                state.place = Place(number, statement.start, statement.end)
                found = self.executor.execute(statement, scope, frame)
                if isinstance(found, Changed):
                    routine.count = len(found.rows) if found.known else Unknown("how many rows it changes is not known")
                    if isinstance(statement, _CHANGES) and statement.returning:
                        found = self._returned(statement, found, frame)
                result = found if isinstance(found, Result) else result
        except Rejected as rejected:
            rejected.start, rejected.end = node.start, node.end
            rejected.file = own
            raise
        finally:
            self.file = inner_file
            state.place = outer
        return result

    def _take(
        self, result: Result | None, targets: Sequence[Expression], routine: Routine, *, strict: bool, node: Node
    ) -> None:
        rows = result.rows if result is not None else []
        names = result.names if result is not None else ()
        if strict and not rows:
            raise Rejected("P0002", "query returned no rows", node)
        if strict and len(rows) > 1:
            raise Rejected("P0003", "query returned more than one row", node)
        self.into(targets, names, rows[0] if rows else None, routine)

    def _perform(self, node: sql.Perform, routine: Routine) -> None:
        try:
            result = self.run(node.query, routine)
        except Unfollowed as unfollowed:
            self.blind(node, unfollowed.why)
            routine.variables["found"] = Unknown(unfollowed.why)
            return
        routine.variables["found"] = bool(result.rows)
        routine.count = len(result.rows)

    def _run_statement(self, node: sql.RunSql, routine: Routine) -> None:
        statement = node.statement
        rows: Any = None
        if isinstance(statement, _CHANGES):
            frame = self.frame(routine)
            changed = self.executor.change(statement, routine.scope(), frame)
            known = changed.known
            routine.variables["found"] = (
                bool(changed.rows) if known else Unknown("the rows that it changes are not known")
            )
            routine.count = len(changed.rows) if known else Unknown("the rows that it changes are not known")
            if node.into:
                if not known:
                    for target in node.into:
                        self.store(target, Unknown("the rows that it changes are not known"), routine)
                    return
                self._take(self._returned(statement, changed, frame), node.into, routine, strict=node.strict, node=node)
            return
        if type(statement).__name__ in ("Select", "Values", "TableQuery", "SetOperation"):
            if not node.into:
                if getattr(statement, "into", None) is not None:
                    self.executor.execute(statement)
                    return
                raise Rejected("42601", "query has no destination for result data", node)
            try:
                rows = self.run(statement, routine)
            except Unfollowed as unfollowed:
                self.blind(node, unfollowed.why)
                for target in node.into:
                    self.store(target, Unknown(unfollowed.why), routine)
                routine.variables["found"] = Unknown(unfollowed.why)
                return
            routine.variables["found"] = bool(rows.rows)
            routine.count = min(len(rows.rows), 1)
            self._note_fields(statement, node.into, routine)
            self._take(rows, node.into, routine, strict=node.strict, node=node)
            return
        self.executor.execute(statement, routine.scope(), self.frame(routine))
        if self.state.event_triggers and self.depth == 0:
            self.fire_event_triggers(statement, "ddl_command_end")

    def _diagnostics(self, node: sql.GetDiagnostics, routine: Routine) -> None:
        for item in node.items:
            name = item.item.lower()
            if name == "row_count":
                self.store(item.target, routine.count, routine)
            elif name == "returned_sqlstate":
                self.store(item.target, routine.variables.get("sqlstate"), routine)
            elif name == "message_text":
                self.store(item.target, routine.variables.get("sqlerrm"), routine)
            else:
                self.store(item.target, "", routine)

    def _cursor(self, node: Node, routine: Routine) -> None:
        self.blind(node, "cursors are not followed")
        for target in getattr(node, "into", ()):
            self.store(target, Unknown("cursors are not followed"), routine)

    def _end_transaction(self, node: Node, routine: Routine) -> None:
        raise Rejected("2D000", "invalid transaction termination", node)

    def _nothing(self, node: Node, routine: Routine) -> None:
        del node, routine


class _Rethrow(Exception):  # noqa: N818 - a bare RAISE
    pass


@dataclass(frozen=True, slots=True)
class _Cursor:
    declaration: sql.CursorDeclaration


def _why(value: Value) -> str:
    return value.why if isinstance(value, Unknown) else "the command is not known"


def _flat(values: Sequence[Value]) -> Iterator[Value]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _message(pattern: str, arguments: Sequence[Value]) -> str:
    """RAISE's format: `%` is the next argument, `%%` a percent sign."""
    found = []
    rest = list(arguments)
    position = 0
    while position < len(pattern):
        each = pattern[position]
        position += 1
        if each != "%":
            found.append(each)
        elif pattern[position : position + 1] == "%":
            found.append("%")
            position += 1
        else:
            value = rest.pop(0) if rest else None
            found.append("<NULL>" if value is None else "?" if isinstance(value, Unknown) else text_of(value))
    return "".join(found)


def _record(table: Relation, row: Row | None) -> Record | None:
    if row is None:
        return None
    values = table_rows.values_of(table, row)
    return Record(tuple(values), tuple(values.values()))


def _named(node: FunctionCall, arguments: Sequence[Value]) -> Iterator[tuple[str, Value]]:
    for argument, value in zip(node.arguments, arguments, strict=False):
        if isinstance(argument, NamedArgument):
            yield argument.name.text, value


def _builtin_trigger(table: Relation, trigger: Trigger, function: object, new: Row | None) -> Row | None:
    """`moddatetime(column)` sets its column to the time."""
    from analyzer.database.values import TIME

    if getattr(function, "name", "") == "moddatetime" and new is not None and trigger.arguments:
        column = table.column(trigger.arguments[0])
        if column is not None:
            old = new.get(column.number)
            place = old.place if old is not None else Place(0, 0, 0)
            return {**new, column.number: Cell(TIME, place)}
    return new


def written_tables(state: State, body: object) -> list[Relation]:
    """The tables whose rows a body changes."""
    found: dict[int, Relation] = {}
    if not isinstance(body, Node):
        return []
    for each in descendants(body):
        name: QualifiedName | None = None
        if isinstance(each, Insert | Update | Delete | Merge):
            name = each.table.name
        if name is not None:
            relation = find_class(state, name)
            if isinstance(relation, Relation):
                found[relation.oid] = relation
    return list(found.values())


def assigned_fields(body: object) -> set[str]:
    """The columns of NEW that a trigger function sets."""
    found: set[str] = set()
    if not isinstance(body, Node):
        return found
    for each in descendants(body):
        targets: tuple[Expression, ...] = ()
        if isinstance(each, sql.Assign):
            targets = (each.target,)
        elif isinstance(each, sql.RunSql | sql.Execute):
            targets = each.into
        for target in targets:
            if isinstance(target, ColumnReference) and len(target.parts) > 1 and target.parts[0].text == "new":
                found.add(target.parts[1].text)
    return found


def command_tag(state: State, statement: object) -> tuple[str, list[tuple[Value, ...]]]:
    """The tag of a command for event triggers, and the objects that it made."""
    kind = type(statement).__name__
    tags = {"CreateTable": "CREATE TABLE", "CreateTableAs": "CREATE TABLE AS", "AlterTable": "ALTER TABLE", "CreateView": "CREATE VIEW",  # noqa: E501
            "CreateFunction": "CREATE FUNCTION", "CreateIndex": "CREATE INDEX", "CreatePolicy": "CREATE POLICY",
            "CreateExtension": "CREATE EXTENSION", "CreateSchema": "CREATE SCHEMA", "Drop": f"DROP {getattr(statement, 'kind', '')}".upper(), "Grant": "GRANT"}  # fmt: skip  # noqa: E501
    tag = tags.get(kind, "")
    if kind == "CreateTableAs" and getattr(statement, "materialized_view", False):
        tag = "CREATE MATERIALIZED VIEW"
    name = getattr(statement, "name", None)
    if not tag or not isinstance(name, QualifiedName):
        return tag, []
    relation = find_class(state, name)
    if not isinstance(relation, Relation):
        return tag, []
    from analyzer.database.names import qualified

    kinds = {"partitioned": "table", "foreign": "foreign table"}
    identity = qualified(relation.schema, relation.name)
    if not any(change.place == state.place for change in state.history.get(relation.oid, ())):
        return tag, []
    row = (1259, relation.oid, 0, tag, kinds.get(relation.kind, relation.kind), relation.schema, identity, False)
    return tag, [row]


_METHODS: dict[type, Callable[[Interpreter, Any, Routine], None]] = {
    sql.Block: Interpreter._block,
    sql.Assign: Interpreter._assign,
    sql.If: Interpreter._if,
    sql.CaseStatement: Interpreter._case,
    sql.Loop: Interpreter._endless,
    sql.While: Interpreter._while,
    sql.ForInteger: Interpreter._for_integer,
    sql.ForQuery: Interpreter._for_query,
    sql.ForExecute: Interpreter._for_execute,
    sql.ForCursor: Interpreter._for_cursor,
    sql.ForeachArray: Interpreter._foreach,
    sql.Exit: Interpreter._exit,
    sql.Return: Interpreter._return,
    sql.ReturnNext: Interpreter._return_next,
    sql.ReturnQuery: Interpreter._return_query,
    sql.Raise: Interpreter._raise,
    sql.Assert: Interpreter._assert,
    sql.Execute: Interpreter._execute,
    sql.Perform: Interpreter._perform,
    sql.RunSql: Interpreter._run_statement,
    sql.GetDiagnostics: Interpreter._diagnostics,
    sql.Open: Interpreter._cursor,
    sql.Fetch: Interpreter._cursor,
    sql.Close: Interpreter._nothing,
    sql.NullStatement: Interpreter._nothing,
    sql.TransactionEnd: Interpreter._end_transaction,
}
