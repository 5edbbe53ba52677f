"""A private PostgreSQL server that looks like a fresh Supabase project.

It listens on a Unix socket in a temporary folder only. The prepared cluster is kept between runs, so that a start is a
copy. Every database that `fresh` gives is a copy of the platform's; roles, which databases share, are put back as well.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from .account import give, run
from .account import owner as account_of_server
from .binaries import Binaries
from .cluster import TEMPLATE, end, launch, prepare, programs_of, reach, stand_ins

DATABASE = "postgres"

#: The name of a server's folder, and of the file in it that says whose it is.
PREFIX = "supalint-pg-"
OWNER = "owner.pid"

#: Bytes that a server may need: its cluster has 60 MB, and its log of changes up to 1 GB before it is reused.
ROOM = 4 << 30

#: How often to look whether the sessions of a finished case have gone.
LOOKS = 50
SESSIONS = "select 1 from pg_stat_activity where datname = %s"

#: What databases share: a migration that changes it gets the whole cluster replaced before the next one.
SHARED = """
    select json_build_array(
      (select json_agg(datname order by datname) from pg_database where datname <> 'postgres'),
      (select json_agg(spcname order by spcname) from pg_tablespace),
      (select json_agg(r order by r.rolname) from (select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb,
         rolcanlogin, rolreplication, rolbypassrls, rolconnlimit from pg_authid where rolname = any(%(kept)s)) r),
      (select json_agg(m order by m::text)
         from (select roleid::regrole::text, member::regrole::text, admin_option from pg_auth_members) m
         where m.roleid = any(%(kept)s) and m.member = any(%(kept)s)),
      (select json_agg(s.setconfig order by s.setrole) from pg_db_role_setting s
         join pg_roles r on r.oid = s.setrole where r.rolname = any(%(kept)s)))::text
"""


class Server:
    """A running server; `fresh` gives one database after another, always of the same name."""

    def __init__(self, binaries: Binaries) -> None:
        self.binaries = binaries
        self._prepared = prepare(binaries)
        #: The extensions that are only names and empty functions here.
        self.stand_ins = stand_ins(binaries)
        place = _quick_place()
        _sweep(place)
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        (self._folder / OWNER).write_text(str(os.getpid()))
        give(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection | None = None
        self._start()

    def fresh(self) -> None:
        """Puts a new database of a fresh project in the place of the last one."""
        try:
            self._drop()
            self._drop_roles()
            clean = self._shared_state() == self._state
        except psycopg.Error:  # the last migrations crashed the server, or left what holds on to a role
            clean = False
        if not clean:
            self._restart()
            self._drop()
        # Copying files is ten times quicker than copying pages through the log.
        self._execute(f"create database {DATABASE} template {TEMPLATE} owner postgres strategy file_copy")

    def connect(self, user: str = "postgres", *, database: str = DATABASE) -> psycopg.Connection:
        """A session that commits each statement unless told otherwise."""
        return psycopg.connect(
            host=str(self._folder), user=user, dbname=database, autocommit=True, application_name="supalint tests"
        )

    def stop(self) -> None:
        """Ends the server and removes what it wrote."""
        self._halt()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _drop(self) -> None:
        """Drops the last database; the server itself would sleep 100 ms where a session is just ending."""
        for _ in range(LOOKS):
            if not self._execute(SESSIONS, [DATABASE]):
                break
            time.sleep(0.002)
        self._execute(f"drop database if exists {DATABASE} with (force)")

    def _drop_roles(self) -> None:
        for role in self._role_names() - self._roles:
            self._execute(psycopg.sql.SQL("drop role {}").format(psycopg.sql.Identifier(role)))

    def _start(self) -> None:
        data = self._folder / "data"
        run("cp", "-a", str(self._prepared / "data"), str(data))
        self._process = launch(programs_of(self._prepared, self.binaries), data, self._folder)
        self._admin = reach(self._process, self._folder, "template1")
        self._roles = self._role_names()
        self._state = self._shared_state()

    def _role_names(self) -> frozenset[str]:
        return frozenset(str(name) for (name,) in self._execute("select rolname from pg_roles"))

    def _shared_state(self) -> object:
        return self._execute(SHARED, {"kept": sorted(self._roles)})

    def _execute(
        self, query: str | psycopg.sql.Composed, values: Sequence[str] | Mapping[str, list[str]] = ()
    ) -> list[tuple[object, ...]]:
        assert self._admin is not None
        done = self._admin.execute(query, values or None)
        return done.fetchall() if done.description else []

    def _restart(self) -> None:
        self._halt()
        shutil.rmtree(self._folder / "data", ignore_errors=True)
        self._start()

    def _halt(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self._process is not None:
            end(self._process, signal.SIGQUIT)
            self._process = None


def _sweep(place: Path) -> None:
    """Ends servers whose owner was killed before it could, and removes what they wrote."""
    for left in place.glob(f"{PREFIX}*"):
        owner = _read(left / OWNER)
        if left.stat().st_uid != account_of_server().pw_uid or not owner or Path(f"/proc/{owner}").exists():
            continue
        server = _read(left / "data/postmaster.pid").partition("\n")[0]
        if server.isdecimal() and str(left) in _read(Path(f"/proc/{server}/cmdline")):
            os.kill(int(server), signal.SIGQUIT)
        shutil.rmtree(left, ignore_errors=True)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _quick_place() -> Path:
    """A folder in memory where there is room, else on disk; both have short names, as a socket's path must."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path("/tmp")  # noqa: S108
