"""A cluster of a fresh Supabase project: made once, kept in a cache, copied by every server."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from .account import account, give, owner, run
from .binaries import Binaries

HERE = Path(__file__).parent
ADMIN = "supabase_admin"
TEMPLATE = "platform"

#: Extensions that would let a migration read files or run programs of this machine.
WITHHELD = ("plpython3u", "plperlu", "pltclu", "file_fdw", "adminpack", "dblink")

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "logical",  # as on the platform: CREATE PUBLICATION warns below it
    "max_wal_size": "1GB",
    "shared_buffers": "64MB",
    "max_connections": "20",
    "max_locks_per_transaction": "512",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "statement_timeout": "60s",
}

#: Seconds until a server that does not answer counts as broken.
START_TIMEOUT = 30.0


def prepare(binaries: Binaries) -> Path:
    """The folder with a cluster of a fresh project and with the programs that run it; made on the first call."""
    made = _cache() / f"{binaries.major}-{_digest(binaries)}"
    if made.exists():
        return made
    part = Path(tempfile.mkdtemp(prefix="part-", dir=made.parent))
    try:
        _mirror(binaries, part / "programs")
        give(part)
        initdb = programs_of(part, binaries) / "initdb"
        encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
        run(str(initdb), "-D", str(part / "data"), "-U", ADMIN, "-A", "trust", "-N", "--no-instructions", *encoding)
        _install_platform(part, binaries)
        try:
            part.rename(made)
        except OSError:  # another process was quicker
            if not made.exists():
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return made


def stand_ins(binaries: Binaries) -> frozenset[str]:
    """The extensions of `extensions/` that the server does not bring itself."""
    wanted = {stub.stem.split("--")[0] for stub in (HERE / "extensions").glob("*.sql")}
    return frozenset(name for name in wanted if not (binaries.share / "extension" / f"{name}.control").exists())


def _install_platform(part: Path, binaries: Binaries) -> None:
    process = launch(programs_of(part, binaries), part / "data", part)
    try:
        with reach(process, part, "template1") as admin:
            admin.execute(f"create database {TEMPLATE}")
        with reach(process, part, TEMPLATE) as admin:
            admin.execute((HERE / "platform.sql").read_text())
    finally:
        end(process, signal.SIGINT)


def launch(programs: Path, data: Path, socket: Path) -> subprocess.Popen[bytes]:
    options = [option for name, value in SETTINGS.items() for option in ("-c", f"{name}={value}")]
    with (socket / "log").open("wb") as log:
        return subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), "-k", str(socket), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,  # Ctrl-C in pytest is not the server's
            **account(),
        )


def reach(process: subprocess.Popen[bytes], socket: Path, database: str) -> psycopg.Connection:
    """The administrator's session, once the server answers.

    Raises:
        RuntimeError: when it ends or does not answer in time.
    """
    until = time.monotonic() + START_TIMEOUT
    while True:
        try:
            return psycopg.connect(host=str(socket), user=ADMIN, dbname=database, autocommit=True)
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                said = (socket / "log").read_text(errors="replace")
                raise RuntimeError(f"the PostgreSQL server does not start: {said[-2000:]}") from error
            time.sleep(0.02)


def end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """SIGINT is a clean shutdown, SIGQUIT one that loses what was not written."""
    process.send_signal(how)
    process.wait(timeout=START_TIMEOUT)


def _mirror(binaries: Binaries, into: Path) -> None:
    """A tree of links to an installed server, with the extensions that Supabase has and this machine lacks.

    A server finds its files relative to its own program, so a copied program reads the tree around it.
    """
    above = Path(os.path.commonpath([binaries.bin, binaries.share]))
    programs = into / binaries.bin.relative_to(above)
    share = into / binaries.share.relative_to(above)
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(binaries.bin / name, programs / name)
        (programs / name).chmod(0o755)
    for beside in binaries.bin.parent.iterdir():
        if beside != binaries.bin and not share.is_relative_to(programs.parent / beside.name):
            (programs.parent / beside.name).symlink_to(beside)
    (share / "extension").mkdir(parents=True)
    for entry in binaries.share.iterdir():
        if entry.name != "extension":
            (share / entry.name).symlink_to(entry)
    for entry in (binaries.share / "extension").iterdir():
        if entry.name.split("--")[0].removesuffix(".control") not in WITHHELD:
            (share / "extension" / entry.name).symlink_to(entry)
    missing = stand_ins(binaries)
    for stub in sorted((HERE / "extensions").glob("*.sql")):
        name, version = stub.stem.split("--")
        control = share / "extension" / f"{name}.control"
        if name in missing:
            shutil.copyfile(stub, share / "extension" / stub.name)
            said = [line[3:] for line in stub.read_text().splitlines() if line.startswith("-- ") and " = " in line]
            control.write_text("\n".join([f"default_version = '{version}'", *said]) + "\n")


def programs_of(prepared: Path, binaries: Binaries) -> Path:
    above = Path(os.path.commonpath([binaries.bin, binaries.share]))
    return prepared / "programs" / binaries.bin.relative_to(above)


def _digest(binaries: Binaries) -> str:
    own = [HERE / "platform.sql", HERE / "cluster.py", *sorted((HERE / "extensions").glob("*.sql"))]
    digest = hashlib.sha256(f"{binaries.bin} {binaries.version}".encode())
    for path in own:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _cache() -> Path:
    """A folder that only the server's account may enter; never one that somebody else has made."""
    expected = owner().pw_uid
    folder = Path("/tmp") / f"supalint-postgres-{expected}"  # noqa: S108 checked below
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        give(folder)
    if folder.is_symlink() or folder.stat().st_uid != expected or folder.stat().st_mode & 0o077:
        raise RuntimeError(f"`{folder}` belongs to somebody else or is open to others")
    return folder
