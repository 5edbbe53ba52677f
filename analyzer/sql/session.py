"""The grammar of statements about the session: SET, transactions, LOCK, TRUNCATE, COPY, EXPLAIN and their like."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql import (
    Call,
    Close,
    Copy,
    Deallocate,
    DeclareCursor,
    ExecutePrepared,
    Explain,
    Fetch,
    Prepare,
    Statement,
)
from analyzer.facts.sql_ddl import (
    Lock,
    Maintain,
    Notify,
    Option,
    Refresh,
    Set,
    SetConstraints,
    SetParameter,
    Show,
    Transaction,
    Truncate,
)
from analyzer.facts.sql_query import Expression, Identifier, QualifiedName, TypeName
from analyzer.sql import call, expression, from_items, objects, options, query, statement, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import words
from analyzer.sql.strings import string_value
from analyzer.sql.tokens import COLUMN_WORD, NUMBER, RESERVED_WORD, STRING, TYPE_WORD

Scope = Literal["", "session", "local"]


def set_statement(p: Cursor, start: int) -> Set | SetConstraints | Transaction:
    """SET or RESET."""
    if p.at("set", "constraints"):
        return _set_constraints(p, start)
    if p.at("set", "transaction") or p.at("set", "session", "characteristics"):
        p.i += 2
        if p.keys[p.i - 1] == "characteristics" or p.accept("characteristics"):
            p.expect("as", "transaction")
        elif p.accept("snapshot"):
            p.string()
            parameter = SetParameter(start, p.end, "transaction snapshot", None)
            return Set(start, p.end, parameter)
        modes = transaction_modes(p)
        if not modes:
            raise p.rejected()
        return Set(start, p.end, SetParameter(start, p.end, "transaction", modes))
    parameter = set_or_reset(p)
    return Set(start, p.end, parameter)


def set_or_reset(p: Cursor) -> SetParameter:
    """`SET name = values`, `SET name FROM CURRENT` or `RESET name`, in a statement or an option."""
    start = p.start
    if p.accept("reset"):
        name = _reset_name(p)
        return SetParameter(start, p.end, name, None, reset=True)
    p.expect("set")
    scope: Scope = ""
    if p.keys[p.i] in ("session", "local") and p.keys[p.i + 1] not in ("=", "to", ".", "from"):
        scope = "session" if p.keys[p.i] == "session" else "local"
        if not p.at("session", "authorization"):
            p.i += 1
    return _set_rest(p, start, scope)


def _reset_name(p: Cursor) -> str:
    if p.accept("all"):
        return "all"
    if p.accept("time"):
        p.expect("zone")
        return "timezone"
    if p.accept_words("transaction", "isolation", "level"):
        return "transaction_isolation"
    if p.accept_words("session", "authorization"):
        return "session_authorization"
    return _parameter_name(p)


def _parameter_name(p: Cursor) -> str:
    name = p.name().text
    while p.accept("."):
        name = f"{name}.{p.name().text}"
    return name


def _set_rest(p: Cursor, start: int, scope: Scope) -> SetParameter:
    keys = p.keys
    if p.accept_words("time", "zone"):
        if p.accept_any(frozenset({"default", "local"})):
            return SetParameter(start, p.end, "timezone", None, scope)
        begin = p.start
        if keys[p.i] == "interval":
            expression.expression(p)
            return SetParameter(start, p.end, "timezone", (p.text[begin : p.end],), scope)
        value = options.number(p) if p.classes[p.i] == NUMBER or keys[p.i] in "+-" else p.word_or_string()
        return SetParameter(start, p.end, "timezone", (value,), scope)
    if keys[p.i] in ("role", "schema", "names", "catalog") and keys[p.i + 1] not in ("=", "to", ".", "from"):
        return _set_word(p, start, scope)
    if p.accept_words("session", "authorization"):
        values = None if p.accept("default") else (p.word_or_string(),)
        return SetParameter(start, p.end, "session_authorization", values, scope)
    if p.accept_words("xml", "option"):
        if not p.accept_any(frozenset({"document", "content"})):
            raise p.rejected()
        return SetParameter(start, p.end, "xmloption", (keys[p.i - 1],), scope)
    name = _parameter_name(p)
    if p.accept("from"):
        p.expect("current")
        return SetParameter(start, p.end, name, None, scope, from_current=True)
    if not p.accept("to"):
        p.expect("=")
    if p.accept("default"):
        return SetParameter(start, p.end, name, None, scope)
    found = p.listed(_value)
    return SetParameter(start, p.end, name, found, scope)


def _set_word(p: Cursor, start: int, scope: Scope) -> SetParameter:
    key = p.keys[p.i]
    p.i += 1
    name = {"schema": "search_path", "names": "client_encoding"}.get(key, key)
    if key == "names" and (p.accept("default") or p.keys[p.i] in (";", "")):
        return SetParameter(start, p.end, name, None, scope)
    value = ("none" if p.accept("none") else p.word_or_string()) if key == "role" else p.string()
    return SetParameter(start, p.end, name, (value,), scope)


def _value(p: Cursor) -> str:
    i = p.i
    kind = p.classes[i]
    if kind == STRING:
        p.i += 1
        return string_value(p.slice(i))
    if kind == NUMBER or p.keys[i] in ("+", "-"):
        return options.number(p)
    if p.keys[i] in ("true", "false", "on"):
        p.i += 1
        return p.keys[i]
    return p.word()


def _set_constraints(p: Cursor, start: int) -> SetConstraints:
    p.i += 2
    names = () if p.accept("all") else p.listed(Cursor.qualified_name)
    deferred = p.accept("deferred")
    if not deferred:
        p.expect("immediate")
    return SetConstraints(start, p.end, names, deferred)


def show(p: Cursor, start: int) -> Show:
    """SHOW."""
    p.expect("show")
    name = _reset_name(p)
    return Show(start, p.end, name)


# Transactions


def transaction(p: Cursor, start: int) -> Transaction:
    """BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their like."""
    key = p.keys[p.i]
    p.i += 1
    match key:
        case "begin":
            p.accept_any(frozenset({"work", "transaction"}))
            modes = transaction_modes(p)
            return Transaction(start, p.end, "begin", "", modes)
        case "start":
            p.expect("transaction")
            modes = transaction_modes(p)
            return Transaction(start, p.end, "begin", "", modes)
        case "commit" | "end":
            if key == "commit" and p.accept("prepared"):
                return Transaction(start, p.ends[p.i], "commit prepared", p.string())
            _transaction_end(p)
            return Transaction(start, p.end, "commit")
        case "rollback" | "abort":
            if key == "rollback" and p.accept("prepared"):
                return Transaction(start, p.ends[p.i], "rollback prepared", p.string())
            p.accept_any(frozenset({"work", "transaction"}))
            if key == "rollback" and p.accept("to"):
                _savepoint_word(p)
                name = p.name()
                return Transaction(start, p.end, "rollback to", name.text)
            _chain(p)
            return Transaction(start, p.end, "rollback")
        case "savepoint":
            name = p.name()
            return Transaction(start, p.end, "savepoint", name.text)
        case "release":
            _savepoint_word(p)
            name = p.name()
            return Transaction(start, p.end, "release", name.text)
    raise p.rejected()


def _savepoint_word(p: Cursor) -> None:
    if p.classes[p.i + 1] <= COLUMN_WORD:  # else it is the savepoint's name
        p.accept("savepoint")


def _transaction_end(p: Cursor) -> None:
    p.accept_any(frozenset({"work", "transaction"}))
    _chain(p)


def _chain(p: Cursor) -> None:
    if p.accept("and"):
        p.accept("no")
        p.expect("chain")


def transaction_modes(p: Cursor) -> tuple[str, ...]:
    """ISOLATION LEVEL, READ ONLY and their like."""
    found: list[str] = []
    while True:
        mark = p.i
        if found:
            p.accept(",")
        if p.accept("isolation"):
            p.expect("level")
            if not (
                p.accept("serializable")
                or p.accept_words("repeatable", "read")
                or p.accept_words("read", "committed")
                or p.accept_words("read", "uncommitted")
            ):
                raise p.rejected()
        elif not (
            p.accept_words("read", "only")
            or p.accept_words("read", "write")
            or p.accept("deferrable")
            or p.accept_words("not", "deferrable")
        ):
            if p.i > mark:
                raise p.rejected()
            return tuple(found)
        found.append(" ".join(word for word in p.keys[mark : p.i] if word != ","))


# Tables


def truncate(p: Cursor, start: int) -> Truncate:
    """TRUNCATE."""
    p.expect("truncate")
    p.accept("table")
    tables = p.listed(from_items.table_reference)
    restart = p.accept_words("restart", "identity")
    if not restart:
        p.accept_words("continue", "identity")
    how = objects.behavior(p)
    return Truncate(start, p.end, tables, restart, how)


_LOCK_WORDS = frozenset({"access", "row", "share", "update", "exclusive"})
_LOCK_MODES = frozenset(
    {"access share", "row share", "row exclusive", "share update exclusive", "share", "share row exclusive"}
    | {"exclusive", "access exclusive"}
)


def lock(p: Cursor, start: int) -> Lock:
    """LOCK."""
    p.expect("lock")
    p.accept("table")
    tables = p.listed(from_items.table_reference)
    mode = "access exclusive"
    if p.accept("in"):
        words = []
        while word := p.accept_any(_LOCK_WORDS):
            words.append(word)
        mode = " ".join(words)
        if mode not in _LOCK_MODES:
            p.i -= 1 if words else 0
            raise p.rejected()
        p.expect("mode")
    nowait = p.accept("nowait")
    return Lock(start, p.end, tables, mode, nowait)


def refresh(p: Cursor, start: int) -> Refresh:
    """REFRESH MATERIALIZED VIEW."""
    p.expect("refresh", "materialized", "view")
    concurrently = p.accept("concurrently")
    name = p.qualified_name()
    data = True
    if p.accept("with"):
        data = not p.accept("no")
        p.expect("data")
    return Refresh(start, p.end, name, concurrently, data)


def maintain(p: Cursor, start: int) -> Maintain:
    """VACUUM, ANALYZE, CLUSTER, REINDEX or CHECKPOINT."""
    key = p.keys[p.i]
    p.i += 1
    settings: tuple[Option, ...] = ()
    if p.keys[p.i] == "(":
        settings = utility_options(p)
    tables: tuple[QualifiedName, ...] = ()
    if key == "reindex":
        if not p.accept_any(frozenset({"index", "table", "schema", "database", "system"})):
            raise p.rejected()
        p.accept("concurrently")
        if p.classes[p.i] < RESERVED_WORD:
            tables = (p.qualified_name(),)
        return Maintain(start, p.end, "reindex", tables, settings)
    if key == "checkpoint":
        return Maintain(start, p.end, "checkpoint", (), settings)
    while p.accept_any(_VACUUM_WORDS):
        pass
    if p.classes[p.i] < TYPE_WORD:
        if key == "cluster":
            tables = (p.qualified_name(),)
            if p.accept_any(frozenset({"using", "on"})):
                p.name()
        else:
            tables = p.listed(_maintained)
    kind: Literal["vacuum", "analyze", "cluster"] = (
        "vacuum" if key == "vacuum" else "cluster" if key == "cluster" else "analyze"
    )
    return Maintain(start, p.end, kind, tables, settings)


_VACUUM_WORDS = frozenset({"full", "freeze", "verbose", "analyze", "analyse"})


def _maintained(p: Cursor) -> QualifiedName:
    _, name, _ = from_items.relation(p)
    p.names()
    return name


def utility_options(p: Cursor) -> tuple[Option, ...]:
    """`(name value, ...)` of EXPLAIN, VACUUM, COPY and their like."""
    return p.parenthesized(_utility_option)


def _utility_option(p: Cursor) -> Option:
    start = p.start
    name = p.label().text
    value: str | None = None
    if p.keys[p.i] == "(":
        begin = p.start
        p.parenthesized(options.option_value)
        value = p.text[begin : p.end]
    elif p.keys[p.i] == "*":
        p.i += 1
        value = "*"
    elif p.keys[p.i] not in (",", ")"):
        value = options.option_value(p)
    return Option(start, p.end, name, value)


# Statements that run others


def explain(p: Cursor, start: int) -> Explain:
    """EXPLAIN."""
    p.expect("explain")
    settings: tuple[Option, ...] = ()
    if p.keys[p.i] == "(" and not query.starts_query(p, p.i):
        settings = utility_options(p)
    else:
        settings = tuple(
            Option(p.starts[p.i - 1], p.end, word, None)
            for word in ("analyze", "verbose")
            if p.accept(word) or (word == "analyze" and p.accept("analyse"))
        )
    explained = statement.statement(p)
    return Explain(start, p.end, explained, settings)


def prepare(p: Cursor, start: int) -> Prepare | Transaction:
    """PREPARE of a statement or a transaction."""
    p.expect("prepare")
    if p.accept("transaction"):
        return Transaction(start, p.ends[p.i], "prepare", p.string())
    name = p.name()
    found: tuple[TypeName, ...] = p.parenthesized(type_names.type_name) if p.keys[p.i] == "(" else ()
    p.expect("as")
    prepared = query.query_or_change(p)
    return Prepare(start, p.end, name, found, prepared)


def execute(p: Cursor, start: int) -> ExecutePrepared:
    """EXECUTE of a prepared statement."""
    p.expect("execute")
    name = p.name()
    arguments = p.parenthesized(expression.expression) if p.keys[p.i] == "(" else ()
    return ExecutePrepared(start, p.end, name, arguments)


def deallocate(p: Cursor, start: int) -> Deallocate:
    """DEALLOCATE."""
    p.expect("deallocate")
    p.accept("prepare")
    name = None if p.accept("all") else p.name()
    return Deallocate(start, p.end, name)


def call_statement(p: Cursor, start: int) -> Call:
    """CALL."""
    p.expect("call")
    of: Expression = call.function_call(p)
    return Call(start, p.end, of)


def notify(p: Cursor, start: int) -> Notify:
    """NOTIFY, LISTEN or UNLISTEN."""
    key = p.keys[p.i]
    p.i += 1
    kind: Literal["notify", "listen", "unlisten"] = (
        "notify" if key == "notify" else "listen" if key == "listen" else "unlisten"
    )
    if kind == "unlisten" and p.accept("*"):
        return Notify(start, p.end, kind, None)
    channel = p.name()
    payload = p.string() if kind == "notify" and p.accept(",") else None
    return Notify(start, p.end, kind, channel, payload)


# Cursors


def declare(p: Cursor, start: int) -> DeclareCursor:
    """DECLARE ... CURSOR."""
    p.expect("declare")
    name = p.name()
    words = []
    while word := p.accept_any(frozenset({"binary", "insensitive", "asensitive", "no", "scroll"})):
        words.append(word)
    p.expect("cursor")
    if p.accept_any(frozenset({"with", "without"})):
        words.append(f"{p.keys[p.i - 1]} hold")
        p.expect("hold")
    p.expect("for")
    of = query.query(p)
    return DeclareCursor(start, p.end, name, of, tuple(words))


_DIRECTIONS = words(
    """
    next prior first last absolute relative all forward backward
    """
)


def fetch(p: Cursor, start: int) -> Fetch:
    """FETCH or MOVE."""
    move = p.keys[p.i] == "move"
    p.i += 1
    words = fetch_direction(p)
    cursor: Identifier = p.name()
    return Fetch(start, p.end, move, words, cursor)


def fetch_direction(p: Cursor) -> str:
    """The direction of a FETCH up to its FROM or IN."""
    mark = p.i
    while p.keys[p.i] in _DIRECTIONS or p.classes[p.i] == NUMBER or p.keys[p.i] in ("+", "-"):
        if p.keys[p.i + 1] in (";", "", "into") and p.classes[p.i] < TYPE_WORD:
            break  # a cursor that is called so
        p.i += 1
    words = " ".join(p.slice(index).lower() for index in range(mark, p.i))
    p.accept_any(frozenset({"from", "in"}))
    return words


def close(p: Cursor, start: int) -> Close:
    """CLOSE."""
    p.expect("close")
    cursor = None if p.accept("all") else p.name()
    return Close(start, p.end, cursor)


# COPY


def copy(p: Cursor, start: int) -> Copy:
    """COPY."""
    p.expect("copy")
    table: QualifiedName | None = None
    of: Statement | None = None
    columns: tuple[Identifier, ...] = ()
    p.accept("binary")
    if p.accept("("):
        of = query.query_or_change(p)
        p.expect(")")
    else:
        table = p.qualified_name()
        columns = p.names()
    to = p.accept("to")
    if not to:
        if of is not None:
            raise p.rejected()
        p.expect("from")
    program = p.accept("program")
    file: str | None = None
    standard = not program and bool(p.accept_any(frozenset({"stdin", "stdout"})))
    if not standard:
        file = p.string()
    settings = _copy_options(p)
    where = expression.expression(p) if p.accept("where") else None
    data = p.copies.get(p.start) if p.keys[p.i] == ";" else None
    return Copy(
        start,
        p.end,
        table=table,
        columns=columns,
        query=of,
        to=to,
        stdin=standard,
        file=file,
        program=program,
        options=settings,
        where=where,
        data=data,
    )


def _copy_options(p: Cursor) -> tuple[Option, ...]:
    if p.accept_any(frozenset({"using"})):
        p.expect("delimiters")
        p.string()
    p.accept("with")
    if p.keys[p.i] == "(":
        return utility_options(p)
    found: list[Option] = []
    while True:
        start = p.start
        word = p.accept_any(_OLD_COPY_OPTIONS)
        if not word:
            return tuple(found)
        value: str | None = None
        if word in ("delimiter", "null", "quote", "escape"):
            p.accept("as")
            value = p.string()
        elif word == "encoding":
            value = p.string()
        elif word == "force":
            p.accept("not")
            p.accept_any(frozenset({"quote", "null"}))
            if not p.accept("*"):
                p.listed(Cursor.name)
        found.append(Option(start, p.end, word, value))


_OLD_COPY_OPTIONS = words(
    """
    binary freeze delimiter null csv header quote escape force encoding
    """
)
