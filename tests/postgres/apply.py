"""Migrations run against a real server, in the order and the transactions of the Supabase CLI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

from .server import Server
from .stand_ins import sent
from .statements import Statement, split

OnFailure = Literal["statement", "file", "stop"]

MIGRATIONS = "supabase/migrations"
ROLES = "supabase/roles.sql"
SEED = "supabase/seed.sql"

# github.com/supabase/cli, pkg/migration/file.go and list.go, read 2026-11
_NAME = re.compile(r"([0-9]+)_(.*)\.sql", re.DOTALL)
_OLD_INIT = re.compile(r"([0-9]{14})_init\.sql")
_OLD_INIT_UNTIL = 20211209000000

#: What `[api].auto_expose_new_tables = false` adds. github.com/supabase/cli, internal/db/start/start.go, read 2026-11
UNEXPOSE = """
    alter default privileges for role postgres in schema public
      revoke select, insert, update, delete on tables from anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
      revoke usage, select on sequences from anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
      revoke execute on functions from anon, authenticated, service_role;
"""

#: What a migration of a stranger may not do with a superuser's session: reach files, programs and settings of the
#: machine. On the platform `postgres` is no superuser and may not do it either.
_REFUSED = re.compile(
    r"(?is)(?:^|;|\b(?:begin|then|else|loop)\b|\bexecute\b[^;]*?')\s*(?:copy\b[^;]*?\b(?:from|to)\s+(?:program\b|'|e')|load\s+'|alter\s+system\b)"
    r"|\blanguage\s+'?(?:c|internal)\b"
    r"|\b(?:pg_read_(?:binary_)?file|pg_ls_\w+|pg_stat_file|pg_file_\w+|pg_reload_conf|lo_import|lo_export)\s*\("
)
_NOT_PERMITTED = ("42501", "permission denied: it reaches files, programs or settings of the server")

#: What the server answers to a batch that goes on after COPY ... FROM STDIN, as the CLI's does.
_COPY_IN_A_BATCH = ("08P01", "unexpected message type during COPY from stdin")

_TRANSACTION = re.compile(
    r"(?is)(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b(.*)"
)
_ALONE = re.compile(
    r"(?is)(?:create\s+(?:unique\s+)?index|drop\s+index|reindex\s+\w+)\s+concurrently\b|vacuum\b"
    r"|(?:create|drop)\s+(?:database|tablespace|subscription)\b|alter\s+table\b[^;]*\bdetach\s+partition\b[^;]*\bconcurrently\b"
)
_TO_SAVEPOINT = re.compile(r"(?is)\s*(?:work\s+|transaction\s+)?to\b")


@dataclass(frozen=True, slots=True)
class Failure:
    """A statement that the server rejected; `line` is that of its first token, from 1."""

    file: str
    line: int
    sqlstate: str
    message: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What happened: the files in the order they ran, and what failed."""

    files: tuple[str, ...]
    statements: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How to apply: where to go on after a failure, with seeds or not, whether new tables are exposed by default."""

    on_failure: OnFailure = "statement"
    seeds: tuple[str, ...] = ()
    expose: bool = True


DEFAULT = Options()


def apply(server: Server, files: Mapping[str, str], options: Options = DEFAULT) -> Applied:
    """Puts a fresh project on the server and runs the project's files; paths begin with `supabase/`."""
    server.fresh()
    run = _Run(server, options.on_failure)
    try:
        if not options.expose:
            run.session.execute(UNEXPOSE)
        order = [
            *([ROLES] if ROLES in files else []),
            *order_of(files),
            *(seed for seed in options.seeds if seed in files),
        ]
        done = []
        for path in order:
            done.append(path)
            if not run.file(path, files[path]):
                break
        return Applied(tuple(done), run.statements, tuple(run.failures))
    finally:
        run.session.close()


def order_of(files: Mapping[str, str]) -> Sequence[str]:
    """The paths of the migrations that the CLI applies, in its order."""
    names = sorted(
        (PurePosixPath(path).name for path in files if str(PurePosixPath(path).parent) == MIGRATIONS),
        key=lambda name: name.encode(),
    )
    if names and (old := _OLD_INIT.search(names[0])) and int(old[1]) < _OLD_INIT_UNTIL:
        del names[0]
    return [f"{MIGRATIONS}/{name}" for name in names if _NAME.fullmatch(name)]


@dataclass(slots=True)
class _Run:
    server: Server
    on_failure: OnFailure
    statements: int = 0
    failures: list[Failure] = field(default_factory=list)
    session: psycopg.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.session = self.server.connect()

    def file(self, path: str, text: str) -> bool:
        """Runs one file as one transaction; False where the CLI would stop."""
        statements = list(split(text.replace("\0", "").removeprefix("\ufeff")))
        self.statements += len(statements)
        self._revive()
        self._execute("RESET ALL")
        self._execute("BEGIN")
        before = len(self.failures)
        if self.on_failure == "statement":
            self.failures.extend(self._each(path, statements))
            if error := self._execute("COMMIT"):
                # Deferred constraints fail here. Which statement is at fault shows when each has its own transaction.
                self._execute("ROLLBACK")
                del self.failures[before:]
                self.failures.extend(self._alone(path, statements, error))
            return True
        error, line = None, 1
        for statement in statements:
            line = statement.line
            if error := self._run(statement.text):
                break
        error = error or self._execute("COMMIT")
        if error:
            self._revive()
            self._execute("ROLLBACK")
            self.failures.append(Failure(path, line, *error))
        return error is None or self.on_failure == "file"

    def _each(self, path: str, statements: list[Statement]) -> Iterator[Failure]:
        for statement in statements:
            self._execute("SAVEPOINT supalint")
            if error := self._run(statement.text):
                if self._revive():
                    self._execute("BEGIN")
                else:
                    self._execute("ROLLBACK TO SAVEPOINT supalint; RELEASE SAVEPOINT supalint")
                yield Failure(path, statement.line, *error)
            elif not _TRANSACTION.match(statement.text):
                self._execute("RELEASE SAVEPOINT supalint")

    def _alone(self, path: str, statements: list[Statement], error: tuple[str, str]) -> Iterator[Failure]:
        failed = False
        for statement in statements:
            self._execute("BEGIN")
            wrong = self._run(statement.text) or self._execute("COMMIT")
            if wrong:
                self._revive()
                self._execute("ROLLBACK")
                failed = True
                yield Failure(path, statement.line, *wrong)
        if not failed and statements:
            yield Failure(path, statements[-1].line, *error)

    def _run(self, sql: str) -> tuple[str, str] | None:
        """Runs one statement of a file; what is wrong with it, or None."""
        if control := _TRANSACTION.match(sql):
            word = control[1].lower().split()[0]
            if word in ("begin", "start"):
                return None
            if word in ("commit", "end") or (word in ("rollback", "abort") and not _TO_SAVEPOINT.match(control[2])):
                ended = self._execute("COMMIT" if word in ("commit", "end") else "ROLLBACK")
                self._execute("BEGIN")
                return ended
        if _REFUSED.search(sql):
            return _NOT_PERMITTED
        sql = sent(sql, self.server.stand_ins)
        if not _ALONE.match(sql):
            return self._execute(sql)
        # Since 2.109 the CLI takes what refuses a transaction out of its batch.
        self._execute("COMMIT")
        error = self._execute(sql)
        self._execute("BEGIN")
        self._execute("SAVEPOINT supalint")
        return error

    def _execute(self, sql: str) -> tuple[str, str] | None:
        """The SQLSTATE and the message of a failure, or None."""
        if self.session.closed:
            return "08003", "connection does not exist"
        wire = self.session.pgconn
        result = wire.exec_(sql.encode())
        if result.status == ExecStatus.COPY_IN:
            wire.put_copy_end(b"no data")
            while wire.get_result():
                pass
            return _COPY_IN_A_BATCH
        if result.status == ExecStatus.COPY_OUT:
            while wire.get_copy_data(0)[0] > 0:
                pass
            while wire.get_result():
                pass
            return None
        if result.status == ExecStatus.FATAL_ERROR:
            state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
            message = result.error_field(psycopg.pq.DiagnosticField.MESSAGE_PRIMARY) or wire.error_message
            return (state or b"08006").decode(), message.decode(errors="replace").strip()
        return None

    def _revive(self) -> bool:
        """A new session where a statement has ended the last one."""
        if self.session.pgconn.transaction_status == TransactionStatus.UNKNOWN:
            self.session.close()
            self.session = self.server.connect()
            return True
        return False
