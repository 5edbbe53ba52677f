"""The grammar of PL/pgSQL.

From pl_gram.y (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/pl/plpgsql/src/pl_gram.y). Names are not
resolved: whether one is a variable or a column is a question for those who know the tables.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.sql import (
    AliasDeclaration,
    Assert,
    Assign,
    Block,
    CaseBranch,
    CaseStatement,
    Close,
    CursorDeclaration,
    CursorParameter,
    Declaration,
    DiagnosticsItem,
    ExceptionHandler,
    Execute,
    Exit,
    Fetch,
    GetDiagnostics,
    If,
    IfBranch,
    Loop,
    NullStatement,
    Open,
    Perform,
    PlpgsqlStatement,
    Return,
    ReturnNext,
    ReturnQuery,
    RunSql,
    TransactionEnd,
    VariableDeclaration,
    While,
)
from analyzer.facts.sql_query import Expression, Identifier
from analyzer.sql import embedded, loops, query, raising, session, type_names
from analyzer.sql.cursor import MAX_DEPTH, Cursor, TooDeepError
from analyzer.sql.keywords import words
from analyzer.sql.tokens import END, PARAMETER, RESERVED_WORD

# The words that no variable may be called, pl_reserved_kwlist.h
_RESERVED = words(
    """
    all begin by case declare else end execute for foreach from if in into loop not null or strict then to using
    when while
    """
)
_ENDS = frozenset({"end", "exception", "else", "elsif", "elseif", "when", ""})


def body(p: Cursor) -> Block:
    """The block that a function's body is, with the options before it."""
    while p.keys[p.i] == "#":
        p.i += 1
        if not p.accept_any(frozenset({"variable_conflict", "option", "print_strict_params"})):
            raise p.rejected()
        p.label()
    label = _label(p)
    found = _block(p, p.start, label)
    p.accept(";")
    if p.classes[p.i] != END:
        raise p.rejected()
    return found


def _label(p: Cursor) -> str:
    if p.keys[p.i] != "<<":
        return ""
    p.i += 1
    name = p.label().text
    p.expect(">>")
    return name


def _end_label(p: Cursor) -> None:
    if p.keys[p.i] != ";" and p.classes[p.i] <= RESERVED_WORD:
        p.i += 1


def _block(p: Cursor, start: int, label: str) -> Block:
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    declarations: list[Declaration] = []
    while p.accept("declare"):
        while p.keys[p.i] not in ("begin", "declare", ""):
            declarations.append(_declaration(p))
    p.expect("begin")
    statements = _statements(p)
    handlers: list[ExceptionHandler] = []
    if p.accept("exception"):
        while p.keys[p.i] == "when":
            handlers.append(_handler(p))
        if not handlers:
            raise p.rejected()
    p.expect("end")
    _end_label(p)
    p.depth -= 1
    return Block(start, p.ends[p.i - 1], tuple(declarations), statements, tuple(handlers), label)


def _handler(p: Cursor) -> ExceptionHandler:
    start = p.start
    p.i += 1
    conditions = []
    while True:
        if p.keys[p.i] == "sqlstate" and p.keys[p.i + 1] == "'":
            p.i += 1
            conditions.append(p.string())
        else:
            conditions.append(_variable_name(p).text)
        if not p.accept("or"):
            break
    p.expect("then")
    statements = _statements(p)
    return ExceptionHandler(start, p.ends[p.i - 1], tuple(conditions), statements)


def _variable_name(p: Cursor) -> Identifier:
    if p.keys[p.i] in _RESERVED:
        raise p.rejected()
    return p.label()


# Declarations


def _declaration(p: Cursor) -> Declaration:
    start = p.start
    if p.keys[p.i] == "<<":
        raise p.rejected("block label must be placed before DECLARE, not after")
    name = _variable_name(p)
    key = p.keys[p.i]
    if key == "alias" and p.keys[p.i + 1] == "for":
        p.i += 2
        i = p.i
        if p.classes[i] != PARAMETER:
            p.qualified_label()
        else:
            p.i += 1
        target = p.text[p.starts[i] : p.end] if p.classes[i] == PARAMETER else p.identifier(i).text
        p.expect(";")
        return AliasDeclaration(start, p.ends[p.i - 2], name, target)
    if key == "cursor" or (key in ("scroll", "no") and "cursor" in p.keys[p.i + 1 : p.i + 3]):
        return _cursor(p, start, name)
    constant = p.accept("constant")
    type_ = type_names.function_type(p)
    collation = p.qualified_name() if p.accept("collate") else None
    not_null = p.accept("not")
    if not_null:
        p.expect("null")
    default: Expression | None = None
    if p.keys[p.i] in (":=", "=", "default"):
        p.i += 1
        default = embedded.sql_expression(p, ";")
    if p.keys[p.i] != ";":
        raise p.rejected()
    p.i += 1
    return VariableDeclaration(start, p.ends[p.i - 2], name, type_, constant, not_null, collation, default)


def _cursor(p: Cursor, start: int, name: Identifier) -> CursorDeclaration:
    scroll: bool | None = None
    if p.accept_words("no", "scroll"):
        scroll = False
    elif p.accept("scroll"):
        scroll = True
    p.expect("cursor")
    parameters: tuple[CursorParameter, ...] = ()
    if p.keys[p.i] == "(":
        parameters = p.parenthesized(_cursor_parameter)
    if not p.accept_any(frozenset({"for", "is"})):
        raise p.rejected()
    of = query.query(p)
    p.expect(";")
    return CursorDeclaration(start, p.ends[p.i - 2], name, parameters, of, scroll)


def _cursor_parameter(p: Cursor) -> CursorParameter:
    name = _variable_name(p)
    type_ = type_names.function_type(p)
    return CursorParameter(name.start, p.end, name, type_)


# Statements


def _statements(p: Cursor) -> tuple[PlpgsqlStatement, ...]:
    found: list[PlpgsqlStatement] = []
    while p.keys[p.i] not in _ENDS:
        p.chain = 0
        found.append(_statement(p))
    return tuple(found)


def _statement(p: Cursor) -> PlpgsqlStatement:
    i = p.i
    start = p.starts[i]
    key = p.keys[i]
    following = p.keys[i + 1]
    if following in _ASSIGNMENTS and p.classes[i] <= RESERVED_WORD and key not in _RESERVED:
        return _assign(p, start)
    if following in (".", "[") and key not in _RESERVED and _assigns_part(p):
        return _assign(p, start)
    parse = _BY_WORD.get(key)
    if parse is not None:
        return parse(p, start)
    if key == "<<":
        return _labelled(p, start)
    if p.classes[i] > RESERVED_WORD and key != "(":
        raise p.rejected()
    return embedded.run_sql(p, start)


_ASSIGNMENTS = frozenset({":=", "="})


def _assigns_part(p: Cursor) -> bool:
    i = p.i + 1
    keys = p.keys
    while True:
        if keys[i] == "." and p.classes[i + 1] <= RESERVED_WORD:
            i += 2
        elif keys[i] == "[":
            depth = 0
            while p.classes[i] != END and keys[i] != ";":
                depth += (keys[i] == "[") - (keys[i] == "]")
                i += 1
                if depth == 0:
                    break
        else:
            return keys[i] in _ASSIGNMENTS


def _assign(p: Cursor, start: int) -> Assign:
    target = embedded.variable(p, subscripts=True)
    if p.keys[p.i] not in _ASSIGNMENTS:
        raise p.rejected()
    p.i += 1
    value = embedded.sql_expression(p, ";")
    end = p.end
    p.expect(";")
    return Assign(start, end, target, value)


def _labelled(p: Cursor, start: int) -> PlpgsqlStatement:
    label = _label(p)
    key = p.keys[p.i]
    if key in ("declare", "begin"):
        found = _block(p, start, label)
        p.expect(";")
        return found
    if key == "loop":
        return _loop(p, start, label)
    if key == "while":
        return _while(p, start, label)
    if key == "for":
        return loops.for_loop(p, start, label, _loop_body)
    if key == "foreach":
        return loops.foreach(p, start, label, _loop_body)
    raise p.rejected()


def _nested_block(p: Cursor, start: int) -> Block:
    found = _block(p, start, "")
    p.expect(";")
    return found


def _if(p: Cursor, start: int) -> If:
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    branches: list[IfBranch] = []
    otherwise: tuple[PlpgsqlStatement, ...] | None = None
    while not branches or p.keys[p.i] in ("elsif", "elseif"):
        begin = p.start
        p.i += 1
        condition = embedded.sql_expression(p, "then")
        p.expect("then")
        statements = _statements(p)
        branches.append(IfBranch(begin, p.ends[p.i - 1], condition, statements))
    if p.accept("else"):
        otherwise = _statements(p)
    p.expect("end", "if", ";")
    p.depth -= 1
    return If(start, p.ends[p.i - 2], tuple(branches), otherwise)


def _case(p: Cursor, start: int) -> CaseStatement:
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    p.i += 1
    operand = None if p.keys[p.i] == "when" else embedded.sql_expression(p, "when")
    branches = []
    while p.keys[p.i] == "when":
        begin = p.start
        p.i += 1
        conditions = [embedded.sql_expression(p, "then", ",")]
        while operand is not None and p.accept(","):
            conditions.append(embedded.sql_expression(p, "then", ","))
        p.expect("then")
        statements = _statements(p)
        branches.append(CaseBranch(begin, p.ends[p.i - 1], tuple(conditions), statements))
    if not branches:
        raise p.rejected()
    otherwise = _statements(p) if p.accept("else") else None
    p.expect("end", "case", ";")
    p.depth -= 1
    return CaseStatement(start, p.ends[p.i - 2], operand, tuple(branches), otherwise)


def _loop_body(p: Cursor) -> tuple[PlpgsqlStatement, ...]:
    """The statements of a loop from LOOP to its last semicolon."""
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    p.expect("loop")
    statements = _statements(p)
    p.expect("end", "loop")
    _end_label(p)
    p.expect(";")
    p.depth -= 1
    return statements


def _loop(p: Cursor, start: int, label: str = "") -> Loop:
    statements = _loop_body(p)
    return Loop(start, p.ends[p.i - 2], statements, label)


def _while(p: Cursor, start: int, label: str = "") -> While:
    p.i += 1
    condition = embedded.sql_expression(p, "loop")
    statements = _loop_body(p)
    return While(start, p.ends[p.i - 2], condition, statements, label)


def _for(p: Cursor, start: int) -> PlpgsqlStatement:
    return loops.for_loop(p, start, "", _loop_body)


def _foreach(p: Cursor, start: int) -> PlpgsqlStatement:
    return loops.foreach(p, start, "", _loop_body)


def _exit(p: Cursor, start: int) -> Exit:
    leave = p.keys[p.i] == "exit"
    p.i += 1
    label = ""
    if p.keys[p.i] not in (";", "when"):
        label = p.label().text
    condition = embedded.sql_expression(p, ";") if p.accept("when") else None
    p.expect(";")
    return Exit(start, p.ends[p.i - 2], "exit" if leave else "continue", label, condition)


def _return(p: Cursor, start: int) -> PlpgsqlStatement:
    p.i += 1
    if p.accept(";"):
        return Return(start, p.ends[p.i - 2], None)
    if p.accept("next"):
        value = None if p.keys[p.i] == ";" else embedded.sql_expression(p, ";")
        p.expect(";")
        return ReturnNext(start, p.ends[p.i - 2], value)
    if p.keys[p.i] == "query" and p.keys[p.i + 1] != ";":
        p.i += 1
        return _return_query(p, start)
    value = embedded.sql_expression(p, ";")
    p.expect(";")
    return Return(start, p.ends[p.i - 2], value)


def _return_query(p: Cursor, start: int) -> ReturnQuery:
    if p.accept("execute"):
        command = embedded.sql_expression(p, ";", "using")
        arguments = embedded.using(p)
        p.expect(";")
        return ReturnQuery(start, p.ends[p.i - 2], None, command, arguments)
    of = query.query_or_change(p)
    p.expect(";")
    return ReturnQuery(start, p.ends[p.i - 2], of)


def _assert(p: Cursor, start: int) -> Assert:
    p.i += 1
    condition = embedded.sql_expression(p, ";", ",")
    message = embedded.sql_expression(p, ";") if p.accept(",") else None
    p.expect(";")
    return Assert(start, p.ends[p.i - 2], condition, message)


def _execute(p: Cursor, start: int) -> Execute:
    p.i += 1
    command = embedded.sql_expression(p, ";", "into", "using")
    into: tuple[Expression, ...] = ()
    strict = False
    arguments: tuple[Expression, ...] = ()
    while p.keys[p.i] in ("into", "using"):
        if p.keys[p.i] == "using":
            if arguments:
                raise p.rejected()
            arguments = embedded.using(p)
        elif into:
            raise p.rejected()
        else:
            p.i += 1
            strict = p.accept("strict")
            into = embedded.targets(p)
    p.expect(";")
    return Execute(start, p.ends[p.i - 2], command, into, strict, arguments)


def _perform(p: Cursor, start: int) -> Perform:
    # PostgreSQL itself replaces the word
    p.keys[p.i] = "select"
    of = query.query(p)
    p.expect(";")
    return Perform(start, p.ends[p.i - 2], of)


def _diagnostics(p: Cursor, start: int) -> GetDiagnostics:
    p.i += 1
    stacked = p.accept("stacked")
    if not stacked:
        p.accept("current")
    p.expect("diagnostics")
    found = p.listed(_diagnostics_item)
    p.expect(";")
    return GetDiagnostics(start, p.ends[p.i - 2], stacked, found)


def _diagnostics_item(p: Cursor) -> DiagnosticsItem:
    start = p.start
    target = embedded.variable(p, subscripts=True)
    if p.keys[p.i] not in _ASSIGNMENTS:
        raise p.rejected()
    p.i += 1
    item = p.label().text
    return DiagnosticsItem(start, p.end, target, item)


def _open(p: Cursor, start: int) -> Open:
    p.i += 1
    cursor = _variable_name(p)
    arguments: tuple[Expression, ...] = ()
    if p.keys[p.i] == "(":
        arguments = embedded.cursor_arguments(p)
    p.accept("no")
    p.accept("scroll")
    if not p.accept("for"):
        p.expect(";")
        return Open(start, p.ends[p.i - 2], cursor, arguments)
    if p.accept("execute"):
        command = embedded.sql_expression(p, ";", "using")
        values = embedded.using(p)
        p.expect(";")
        return Open(start, p.ends[p.i - 2], cursor, (), None, command, values)
    of = query.query_or_change(p)
    p.expect(";")
    return Open(start, p.ends[p.i - 2], cursor, (), of)


def _fetch(p: Cursor, start: int) -> Fetch:
    move = p.keys[p.i] == "move"
    p.i += 1
    direction = session.fetch_direction(p)
    cursor = _variable_name(p)
    into: tuple[Expression, ...] = ()
    if p.accept("into"):
        into = embedded.targets(p)
    p.expect(";")
    return Fetch(start, p.ends[p.i - 2], move, direction, cursor, into)


def _close(p: Cursor, start: int) -> Close:
    p.i += 1
    cursor = _variable_name(p)
    p.expect(";")
    return Close(start, p.ends[p.i - 2], cursor)


def _null(p: Cursor, start: int) -> NullStatement:
    p.i += 1
    p.expect(";")
    return NullStatement(start, p.ends[p.i - 2])


def _transaction_end(p: Cursor, start: int) -> TransactionEnd:
    commit = p.keys[p.i] == "commit"
    p.i += 1
    chain = False
    if p.accept("and"):
        chain = not p.accept("no")
        p.expect("chain")
    p.expect(";")
    return TransactionEnd(start, p.ends[p.i - 2], "commit" if commit else "rollback", chain)


def _call(p: Cursor, start: int) -> RunSql:
    return embedded.run_sql(p, start)


_BY_WORD: dict[str, Callable[[Cursor, int], PlpgsqlStatement]] = {
    "declare": _nested_block,
    "begin": _nested_block,
    "if": _if,
    "case": _case,
    "loop": _loop,
    "while": _while,
    "for": _for,
    "foreach": _foreach,
    "exit": _exit,
    "continue": _exit,
    "return": _return,
    "raise": raising.raise_statement,
    "assert": _assert,
    "execute": _execute,
    "perform": _perform,
    "get": _diagnostics,
    "open": _open,
    "fetch": _fetch,
    "move": _fetch,
    "close": _close,
    "null": _null,
    "commit": _transaction_end,
    "rollback": _transaction_end,
    "call": _call,
}
