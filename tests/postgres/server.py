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
from pathlib import Path

import psycopg

from .account import give, run
from .binaries import Binaries
from .cluster import TEMPLATE, end, launch, prepare, programs_of, reach, stand_ins

DATABASE = "postgres"

#: Bytes that a server may need: its cluster has 60 MB, and its log of changes up to 1 GB before it is reused.
ROOM = 4 << 30

#: How often to look whether the sessions of a finished case have gone.
LOOKS = 50
SESSIONS = "select 1 from pg_stat_activity where datname = %s"

ROLES = """
    select json_build_array(
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
        self._folder = Path(tempfile.mkdtemp(prefix="supalint-pg-", dir=_quick_place()))
        give(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection | None = None
        self._start()

    def fresh(self) -> None:
        """Puts a new database of a fresh project in the place of the last one."""
        assert self._admin is not None
        admin = self._admin
        self._drop()
        for (role,) in admin.execute("select rolname from pg_roles where rolname !~ '^pg_'").fetchall():
            if role not in self._roles:
                admin.execute(psycopg.sql.SQL("drop role {}").format(psycopg.sql.Identifier(role)))
        if self._role_state() != self._state:
            self._restart()
            admin = self._admin
            self._drop()
        # Copying files is ten times quicker than copying pages through the log.
        admin.execute(f"create database {DATABASE} template {TEMPLATE} owner postgres strategy file_copy")

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
        assert self._admin is not None
        for _ in range(LOOKS):
            if not self._admin.execute(SESSIONS, (DATABASE,)).fetchall():
                break
            time.sleep(0.002)
        self._admin.execute(f"drop database if exists {DATABASE} with (force)")

    def _start(self) -> None:
        data = self._folder / "data"
        run("cp", "-a", str(self._prepared / "data"), str(data))
        self._process = launch(programs_of(self._prepared, self.binaries), data, self._folder)
        self._admin = reach(self._process, self._folder, "template1")
        self._roles = frozenset(name for (name,) in self._admin.execute("select rolname from pg_roles").fetchall())
        self._state = self._role_state()

    def _role_state(self) -> object:
        assert self._admin is not None
        return self._admin.execute(ROLES, {"kept": sorted(self._roles)}).fetchone()

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


def _quick_place() -> str:
    """A folder in memory where there is room, else on disk; both have short names, as a socket's path must."""
    memory = "/dev/shm"  # noqa: S108
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else "/tmp"  # noqa: S108
