"""Carrying out one statement after another, as a session of PostgreSQL does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from analyzer.database import (
    alter_table,
    causes,
    drops,
    extensions,
    functions,
    indexes,
    policies,
    privileges,
    renames,
    schemas,
    sequences,
    settings,
    tables,
    triggers,
    type_objects,
    views,
)
from analyzer.database.evaluate import Frame, evaluate
from analyzer.database.lookup import find_class, relation
from analyzer.database.model import BlindSpot, Failure, Place, Relation
from analyzer.database.plpgsql import Interpreter, WrittenRows
from analyzer.database.plpgsql_check import check_inline_block
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected, Unfollowed
from analyzer.database.row_changes import change_rows, copy, truncate
from analyzer.database.run_query import run_query
from analyzer.database.scope import Scope, ScopeColumn
from analyzer.database.state import State
from analyzer.database.values import Row, Unknown
from analyzer.facts import sql, sql_ddl, sql_query
from analyzer.facts.sql import SqlFile, Statement
from analyzer.facts.sql_query import FunctionCall, Node
from analyzer.source import Lines, Source
from analyzer.sql.parse import parse

OnFailure = Literal["statement", "file", "stop"]
_DEEPEST = 24  # levels of functions that call each other


@dataclass(slots=True)
class _Savepoint:
    name: str
    mark: int


class StopReplay(Exception):  # noqa: N818 - the end of a reset, no error of ours
    """Raised where `on_failure` is `stop`."""


@dataclass(slots=True)
class Executor:
    """A session with its state; `texts` are the files' texts, for the lines of COPY."""

    state: State
    texts: dict[str, str] = field(default_factory=dict)
    savepoints: list[_Savepoint] = field(default_factory=list)
    prepared: dict[str, Statement] = field(default_factory=dict)
    transaction: int = 0  # where the journal stood when it began
    depth: int = 0
    text: str | None = None
    # nodes of bodies that were checked in this statement, by identity, with the columns that they give
    checked: dict[int, Sequence[ScopeColumn] | None] = field(default_factory=dict)
    interpreter: Interpreter = field(init=False)

    def __post_init__(self) -> None:
        self.interpreter = Interpreter(self)

    # Files

    def add_text(self, text: Lines | Place | None) -> int:
        """Gives a text its number, by which places name it."""
        self.state.texts.append(text)
        return len(self.state.texts) - 1

    def run_file(self, file: SqlFile, on_failure: OnFailure) -> None:
        """One file: one transaction, a new session's settings.

        Raises:
            StopReplay: a statement fails and the replay is to stop there.
        """
        state = self.state
        number = self.add_text(file.lines)
        self.text = self.texts.get(file.path)
        settings.reset_all(state)
        self.prepared.clear()
        start = state.mark()
        failures = len(state.failures)
        self._begin()
        for statement, error in _with_errors(file):
            if statement is None:
                assert error is not None
                whole = error.whole or (error.start, error.end)
                self._fail(Rejected("42601", error.message, error), Place(number, *whole), "syntax")
            elif error is None:
                self.run_statement(statement, number)
            elif error.whole is not None:
                self._blame(statement, len(state.failures) - 1)
            elif isinstance(statement, sql.Do) or _checks(state):
                place = Place(number, statement.start, statement.end)
                self._fail(Rejected("42601", error.message, error), place, "syntax", statement)
            else:
                self.run_statement(statement, number)
            if len(state.failures) > failures and on_failure != "statement":
                state.undo(max(start, self.transaction))
                if on_failure == "stop":
                    raise StopReplay
                return
        self._commit()

    def run_script(self, file: SqlFile, at: Place | None = None) -> None:
        """The statements of the platform, or of an extension that is made at a place; they do not fail."""
        place = self.state.place
        number = self.add_text(at)
        for statement in file.statements:
            self.state.place = Place(number, statement.start, statement.end)
            self.execute(statement)
        self.state.place = place

    def run_statement(self, statement: Statement, file: int) -> None:
        """One statement of a file: where PostgreSQL rejects it, nothing of it stays."""
        state = self.state
        place = Place(file, statement.start, statement.end)
        state.place = place
        mark = state.mark()
        self.checked.clear()
        try:
            if state.event_triggers:
                self.interpreter.fire_event_triggers(statement, "ddl_command_start")
            self.execute(statement)
            if state.causes:
                for name in causes.made(statement):
                    state.causes.pop(name, None)
            if state.event_triggers:
                if isinstance(statement, sql_ddl.Drop) and state.mark() > mark:
                    self.interpreter.fire_event_triggers(statement, "sql_drop")
                self.interpreter.fire_event_triggers(statement, "ddl_command_end")
        except Rejected as rejected:
            state.undo(mark)
            self._fail(rejected, place, _kind(statement), statement)
        except Unfollowed as unfollowed:
            self.blind(unfollowed)
        except RecursionError:
            state.undo(mark)
            state.blind_spots.append(BlindSpot(place, "it is nested too deeply"))

    def _fail(self, rejected: Rejected, place: Place, kind: str, statement: Statement | None = None) -> None:
        state = self.state
        state.place = place
        token = place
        file = rejected.file if rejected.file is not None else place.file
        if rejected.start >= 0 and state.texts[file] is not None:
            token = Place(file, rejected.start, rejected.end)
        subject = rejected.subject
        cause = state.causes.get(causes.missing(subject)) if rejected.sqlstate in causes.CONSEQUENCES else None
        if statement is not None:
            self._blame(statement, len(state.failures) if cause is None else cause)
        state.failures.append(
            Failure(
                sqlstate=rejected.sqlstate,
                message=rejected.message,
                place=place,
                token=token,
                statement=kind,
                subject=subject,
                cause=cause,
            )
        )

    def _blame(self, statement: Statement, failure: int) -> None:
        """Notes that what the statement would have made is missing because of a failure."""
        for name in causes.made(statement):
            self.state.causes.setdefault(name, failure)

    def blind(self, unfollowed: Unfollowed) -> None:
        """Notes that something could not be followed."""
        place = self.state.place
        if unfollowed.start >= 0:
            place = Place(place.file, unfollowed.start, unfollowed.end)
        self.state.blind_spots.append(BlindSpot(place, unfollowed.why))

    # Transactions

    def _begin(self) -> None:
        self.transaction = self.state.mark()
        self.savepoints.clear()

    def _commit(self) -> None:
        state = self.state
        for label in list(state.new_labels):
            state.remove(state.new_labels, label)
        for oid in list(state.made_in_transaction):
            state.remove(state.made_in_transaction, oid)
        self._begin()

    def _transaction(self, node: sql_ddl.Transaction) -> None:
        state = self.state
        match node.kind:
            case "begin" | "prepare" | "commit prepared" | "rollback prepared":
                pass
            case "commit":
                self._commit()
            case "rollback":
                state.undo(self.transaction)
                self._begin()
            case "savepoint":
                self.savepoints.append(_Savepoint(node.name, state.mark()))
            case "release" | "rollback to":
                for index in range(len(self.savepoints) - 1, -1, -1):
                    if self.savepoints[index].name == node.name:
                        if node.kind == "rollback to":
                            state.undo(self.savepoints[index].mark)
                            del self.savepoints[index + 1 :]
                        else:
                            del self.savepoints[index:]
                        return
                raise Rejected("3B001", f'savepoint "{node.name}" does not exist', node, subject=node.name)

    # Statements

    def execute(self, statement: Statement, scope: Scope | None = None, frame: Frame | None = None) -> Any:
        """Carries out a statement; with the scope and frame of a PL/pgSQL body where it stands in one.

        Raises:
            Rejected: PostgreSQL would reject it.
            Unfollowed: its effect cannot be known.
        """
        kind = type(statement)
        simple = _SIMPLE.get(kind)
        if simple is not None:
            simple(self.state, statement)
            return None
        if kind in _QUERIES:
            return self.query(statement, scope, frame)
        if kind in _CHANGES:
            return self.change(statement, scope, frame)
        if isinstance(statement, sql_ddl.CreateTableAs):
            views.create_table_as(self.state, statement, scope, frame)
            return None
        if isinstance(statement, sql_ddl.Other):
            if statement.kind.startswith("discard all"):
                raise Rejected("25001", "DISCARD ALL cannot run inside a transaction block", statement)
            if statement.kind.startswith("alter system"):
                raise Rejected("25001", "ALTER SYSTEM cannot run inside a transaction block", statement)
            return None
        if isinstance(statement, sql_ddl.SecurityLabel):
            raise Rejected("22023", "no security label providers have been loaded", statement)
        method = _OWN.get(kind)
        if method is not None:
            method(self, statement)
        return None

    def frame(self) -> Frame:
        return Frame(self.state, caller=self.interpreter.call)

    def query(self, statement: Any, scope: Scope | None, frame: Frame | None) -> Any:
        """A query: checked, and run for what its functions do."""
        made = views.select_into(statement) if isinstance(statement, sql_query.Select) else None
        if made is not None:
            views.create_table_as(self.state, made, scope, frame)
            return None
        analysis = QueryAnalysis(self.state)
        analysis.query(statement, scope)
        if frame is None:
            self._require_populated(analysis)
        if frame is None and not _has_effects(analysis, statement):
            if isinstance(statement, sql_query.Select) and not statement.from_:
                self._constant(statement)
            return None
        return run_query(statement, frame or self.frame())

    def _require_populated(self, analysis: QueryAnalysis) -> None:
        """A materialized view WITH NO DATA cannot be read before its first refresh."""
        for oid, _ in analysis.needs:
            found = self.state.objects.get(oid)
            if isinstance(found, Relation) and found.kind == "materialized view" and not found.populated:
                message = f'materialized view "{found.name}" has not been populated'
                raise Rejected("55000", message, subject=found.name)

    def _constant(self, statement: sql_query.Select) -> None:
        """A query without tables is computed when it is planned: it may divide by zero."""
        try:
            run_query(statement, self.frame())
        except Unfollowed:
            return

    def change(self, statement: Any, scope: Scope | None, frame: Frame | None) -> Any:
        """A change of rows: checked, then carried out on the known rows."""
        if id(statement) not in self.checked:
            self.checked[id(statement)] = QueryAnalysis(self.state).query(statement, scope)
        found = find_class(self.state, statement.table.name)
        table = found if isinstance(found, Relation) else None
        event = type(statement).__name__.lower()
        if table is not None:
            self.interpreter.statement_triggers(table, "before", event)
        written = WrittenRows()

        def row_triggers(
            of: Relation, timing: str, what: str, old: Row | None, new: Row | None
        ) -> tuple[bool, Row | None]:
            if timing == "after" and what == event:
                written.old += [old] if old is not None else []
                written.new += [new] if new is not None else []
            return self.interpreter.row_triggers(of, timing, what, old, new)

        changed = change_rows(self.state, statement, frame or self.frame(), row_triggers)
        if table is not None:
            self.interpreter.statement_triggers(table, "after", event, written if changed.known else None)
        return changed

    def check(self, node: sql_query.Expression, scope: Scope) -> None:
        """Checks an expression, once for each statement of a file."""
        if id(node) not in self.checked:
            QueryAnalysis(self.state).type_of(node, scope)
            self.checked[id(node)] = None

    def dynamic(self, text: str, place: Place) -> tuple[SqlFile, int]:
        """A text that EXECUTE runs, parsed; its places all mean that of the EXECUTE."""
        lines = self.state.texts[place.file]
        path = lines.path if isinstance(lines, Lines) else ""
        file = parse(Source(path, text))
        return file, self.add_text(place)

    # Statements that need more than the state

    def _do(self, node: sql.Do) -> None:
        if node.language.lower() != "plpgsql" or node.body is None:
            language = node.language.lower()
            if language in ("sql", "c", "internal"):
                message = f'language "{language}" does not support inline code execution'
                raise Rejected("0A000", message, node)
            if language != "plpgsql":
                if not self.state.find("language", language):
                    raise Rejected("42704", f'language "{language}" does not exist', node, subject=language)
                raise Unfollowed(f"a block in {node.language} is not followed", node)
            return
        check_inline_block(self.state, node.body)
        self.interpreter.run_block(node.body)

    def _create_extension(self, node: sql_ddl.CreateExtension) -> None:
        extensions.create_extension(self.state, node, lambda file: self.run_script(file, self.state.place))

    def _copy(self, node: sql.Copy) -> None:
        if node.stdin and not node.to and node.table is not None:
            relation(self.state, node.table)
            raise Rejected("08P01", "unexpected message type during COPY from stdin", node)
        text = self.text[node.data[0] : node.data[1]] if self.text is not None and node.data is not None else None
        if node.table is not None and not node.to:
            copy(self.state, node, text, None, self.interpreter.row_triggers)
        elif node.table is not None:
            relation(self.state, node.table)

    def _call(self, node: sql.Call) -> None:
        call = node.call
        if not isinstance(call, FunctionCall):
            return
        analysis = QueryAnalysis(self.state)
        analysis.resolve_call(call, Scope(), procedure=True)
        frame = self.frame()
        arguments = [
            evaluate(each.value if isinstance(each, sql_query.NamedArgument) else each, frame)
            for each in call.arguments
        ]
        found = self.interpreter.call(call, arguments, frame)
        if isinstance(found, Unknown):
            raise Unfollowed(found.why, call)

    def _explain(self, node: sql.Explain) -> None:
        statement = node.statement
        if type(statement) in _QUERIES or type(statement) in _CHANGES:
            QueryAnalysis(self.state).query(statement, None)  # type: ignore[arg-type]

    def _prepare(self, node: sql.Prepare) -> None:
        if node.name.text in self.prepared:
            message = f'prepared statement "{node.name.text}" already exists'
            raise Rejected("42P05", message, node.name, subject=node.name.text)
        self.prepared[node.name.text] = node.statement

    def _execute_prepared(self, node: sql.ExecutePrepared) -> None:
        statement = self.prepared.get(node.name.text)
        if statement is None:
            message = f'prepared statement "{node.name.text}" does not exist'
            raise Rejected("26000", message, node.name, subject=node.name.text)
        variables = {f"${i}": evaluate(each, self.frame()) for i, each in enumerate(node.arguments, 1)}
        frame = self.frame()
        frame.variables = variables
        from analyzer.database.scope import Variable

        scope = Scope(variables={name: Variable(name, None, index) for index, name in enumerate(variables, 1)})
        self.execute(statement, scope, frame)

    def _deallocate(self, node: sql.Deallocate) -> None:
        if node.name is None:
            self.prepared.clear()
        else:
            self.prepared.pop(node.name.text, None)

    def _lock(self, node: sql_ddl.Lock) -> None:
        for item in node.tables:
            relation(self.state, item.name)

    def _maintain(self, node: sql_ddl.Maintain) -> None:
        for name in node.tables:
            if node.kind in ("vacuum", "analyze", "cluster") and find_class(self.state, name) is None:
                relation(self.state, name)


_QUERIES = frozenset({sql_query.Select, sql_query.Values, sql_query.TableQuery, sql_query.SetOperation})
_CHANGES = frozenset({sql_query.Insert, sql_query.Update, sql_query.Delete, sql_query.Merge})


def _has_effects(analysis: QueryAnalysis, statement: Node) -> bool:
    """Whether running a query may change anything: it calls volatile functions."""
    del statement
    return analysis.volatility == "v" or bool(analysis.functions)


def _checks(state: State) -> bool:
    from analyzer.database.bodies import checks_bodies

    return checks_bodies(state)


def _with_errors(file: SqlFile) -> Iterator[tuple[Statement | None, sql.SqlSyntaxError | None]]:
    """The statements in order, each with the first syntax error in its body; an error of the file itself stands alone.

    Such an error comes again with each statement that PostgreSQL rejects with it, for want of a semicolon between them.
    """
    errors = sorted(file.errors, key=_begin)
    position = 0
    broken: sql.SqlSyntaxError | None = None
    end = 0
    for statement in (*file.statements, None):
        inside: sql.SqlSyntaxError | None = None
        while position < len(errors) and (statement is None or _begin(errors[position]) < statement.end):
            error = errors[position]
            position += 1
            if _begin(error) < end:
                continue
            if error.whole is not None:
                broken, end = error, error.whole[1]
                yield None, error
            elif inside is None:
                inside = error
        if statement is not None:
            yield statement, broken if statement.start < end else inside


def _begin(error: sql.SqlSyntaxError) -> int:
    return error.start if error.whole is None else error.whole[0]


def _kind(statement: Statement) -> str:
    """`create table`, `drop policy`: what a statement does, in PostgreSQL's words."""
    match statement:
        case sql_ddl.Drop(kind=kind):
            return f"drop {kind}"
        case sql_ddl.AlterTable(kind=kind):
            return f"alter {kind}"
        case sql_ddl.Rename(object=reference):
            return f"alter {reference.kind}"
        case sql_ddl.Grant(revoke=revoke):
            return "revoke" if revoke else "grant"
        case sql.CreateFunction(kind=kind):
            return f"create {kind}"
        case _:
            name = type(statement).__name__
            return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()


_SIMPLE: dict[type, Callable[[State, Any], None]] = {
    sql_ddl.CreateTable: tables.create_table,
    sql_ddl.AlterTable: alter_table.alter_table,
    sql_ddl.CreateIndex: indexes.create_index,
    sql_ddl.CreatePolicy: policies.create_policy,
    sql_ddl.AlterPolicy: policies.alter_policy,
    sql_ddl.CreateView: views.create_view,
    sql_ddl.Refresh: views.refresh,
    sql.CreateFunction: functions.create_function,
    sql_ddl.AlterFunction: functions.alter_function,
    sql_ddl.CreateTrigger: triggers.create_trigger,
    sql_ddl.CreateEventTrigger: triggers.create_event_trigger,
    sql_ddl.AlterEventTrigger: triggers.alter_event_trigger,
    sql.CreateRule: triggers.create_rule,
    sql_ddl.CreateEnum: type_objects.create_enum,
    sql_ddl.CreateCompositeType: type_objects.create_composite,
    sql_ddl.CreateDomain: type_objects.create_domain,
    sql_ddl.CreateRangeType: type_objects.create_range,
    sql_ddl.CreateBaseType: type_objects.create_base,
    sql_ddl.AlterEnumAddValue: type_objects.add_value,
    sql_ddl.AlterEnumRenameValue: type_objects.rename_value,
    sql_ddl.AlterDomain: type_objects.alter_domain,
    sql_ddl.CreateSchema: schemas.create_schema,
    sql_ddl.CreateRole: schemas.create_role,
    sql_ddl.AlterRole: schemas.alter_role,
    sql_ddl.AlterRoleSet: schemas.alter_role_set,
    sql_ddl.ReassignOwned: schemas.reassign_owned,
    sql_ddl.CreatePublication: schemas.create_publication,
    sql_ddl.AlterPublication: schemas.alter_publication,
    sql_ddl.DefineObject: schemas.define,
    sql_ddl.CreateOperatorClass: schemas.create_operator_class,
    sql_ddl.CreateCast: schemas.create_cast,
    sql_ddl.CreateStatistics: schemas.create_statistics,
    sql_ddl.CreateForeignObject: schemas.create_foreign_object,
    sql_ddl.AlterForeignObject: schemas.alter_foreign_object,
    sql_ddl.CreateSequence: sequences.create_sequence,
    sql_ddl.AlterSequence: sequences.alter_sequence,
    sql_ddl.AlterExtension: extensions.alter_extension,
    sql_ddl.Drop: drops.drop_objects,
    sql_ddl.Rename: renames.rename,
    sql_ddl.SetSchema: renames.set_schema,
    sql_ddl.SetOwner: renames.set_owner,
    sql_ddl.Comment: renames.comment,
    sql_ddl.Grant: privileges.grant,
    sql_ddl.GrantRole: privileges.grant_role,
    sql_ddl.AlterDefaultPrivileges: privileges.alter_default_privileges,
    sql_ddl.Set: settings.set_parameter,
    sql_ddl.Truncate: truncate,
}
_OWN: dict[type, Callable[[Executor, Any], None]] = {
    sql.Do: Executor._do,
    sql.Copy: Executor._copy,
    sql.Call: Executor._call,
    sql.Explain: Executor._explain,
    sql.Prepare: Executor._prepare,
    sql.ExecutePrepared: Executor._execute_prepared,
    sql.Deallocate: Executor._deallocate,
    sql_ddl.CreateExtension: Executor._create_extension,
    sql_ddl.Transaction: Executor._transaction,
    sql_ddl.Lock: Executor._lock,
    sql_ddl.Maintain: Executor._maintain,
}
