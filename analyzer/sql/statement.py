"""The grammar of one statement, by its first word."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.sql import Statement
from analyzer.facts.sql_ddl import ImportForeignSchema, Notify, Other
from analyzer.facts.sql_query import QualifiedName
from analyzer.sql import alter, create, functions, objects, options, privileges, query, session, skipped
from analyzer.sql.cursor import Cursor


def statement(p: Cursor) -> Statement:
    """One statement, up to its semicolon.

    Raises:
        RejectedError: where PostgreSQL's grammar does not accept it.
        TooDeepError: where it is nested more deeply than it will be read.
    """
    start = p.start
    parse = _BY_WORD.get(p.keys[p.i])
    if parse is None:
        raise p.rejected()
    return parse(p, start)


def rule_action(p: Cursor) -> Statement:
    """A statement of a rule, which may also be NOTIFY."""
    if p.keys[p.i] == "notify":
        found: Notify = session.notify(p, p.start)
        return found
    return query.query_or_change(p)


def _query(p: Cursor, _start: int) -> Statement:
    return query.query_or_change(p)


def _drop(p: Cursor, start: int) -> Statement:
    p.i += 1
    return objects.drop(p, start)


def _import(p: Cursor, start: int) -> Statement:
    p.expect("import", "foreign", "schema")
    remote = p.name()
    limit = ""
    tables: tuple[QualifiedName, ...] = ()
    if p.accept("limit"):
        p.expect("to")
        limit = "limit to"
    elif p.accept("except"):
        limit = "except"
    if limit:
        tables = p.parenthesized(Cursor.qualified_name)
    p.expect("from", "server")
    server = p.name()
    p.expect("into")
    schema = p.name()
    settings = options.foreign(p)
    return ImportForeignSchema(
        start,
        p.end,
        remote,
        "limit to" if limit == "limit to" else "except" if limit else "",
        tables,
        server,
        schema,
        settings,
    )


def _discard(p: Cursor, start: int) -> Statement:
    return skipped.other(p, start, "discard")


def _load(p: Cursor, start: int) -> Statement:
    p.i += 1
    p.string()
    return Other(start, p.end, "load")


_BY_WORD: dict[str, Callable[[Cursor, int], Statement]] = {
    "create": create.create,
    "alter": alter.alter,
    "drop": _drop,
    "select": _query,
    "with": _query,
    "values": _query,
    "table": _query,
    "(": _query,
    "insert": _query,
    "update": _query,
    "delete": _query,
    "merge": _query,
    "comment": objects.comment,
    "security": objects.security_label,
    "grant": privileges.grant,
    "revoke": privileges.revoke,
    "reassign": privileges.reassign_owned,
    "do": functions.do,
    "set": session.set_statement,
    "reset": session.set_statement,
    "show": session.show,
    "begin": session.transaction,
    "start": session.transaction,
    "commit": session.transaction,
    "end": session.transaction,
    "rollback": session.transaction,
    "abort": session.transaction,
    "savepoint": session.transaction,
    "release": session.transaction,
    "truncate": session.truncate,
    "lock": session.lock,
    "refresh": session.refresh,
    "vacuum": session.maintain,
    "analyze": session.maintain,
    "analyse": session.maintain,
    "cluster": session.maintain,
    "reindex": session.maintain,
    "checkpoint": session.maintain,
    "explain": session.explain,
    "prepare": session.prepare,
    "execute": session.execute,
    "deallocate": session.deallocate,
    "call": session.call_statement,
    "notify": session.notify,
    "listen": session.notify,
    "unlisten": session.notify,
    "declare": session.declare,
    "fetch": session.fetch,
    "move": session.fetch,
    "close": session.close,
    "copy": session.copy,
    "import": _import,
    "discard": _discard,
    "load": _load,
}
