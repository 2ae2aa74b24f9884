"""The data folder: everything an installation owns outside its database."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

DEFAULT = ".freehold"


def folder() -> Path:
    """The data folder's absolute path: ``FREEHOLD_DATA``, or ``.freehold`` where one stands."""
    return Path(os.environ.get("FREEHOLD_DATA") or DEFAULT).expanduser().absolute()


def mode() -> str:
    """
    What kind of installation this is: ``FREEHOLD_MODE``, or what the data folder was made for, or production.
    """
    if given := os.environ.get("FREEHOLD_MODE"):
        return given
    noted = folder() / "mode"
    return noted.read_text().strip() if noted.exists() else "production"


def secret_key() -> str:
    """
    The key that signs sessions and links: ``FREEHOLD_SECRET_KEY``, or a file only its owner can read.
    """
    if given := os.environ.get("FREEHOLD_SECRET_KEY"):
        return given
    path = folder() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        written = write_private(path, secrets.token_urlsafe(64))
        if written:
            return written
    return path.read_text().strip()


def write_private(path: Path, text: str) -> str:
    """
    Write a file only its owner can read, unless another process was faster.

    :returns: the text, or an empty string when the file was there already
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return ""
    with os.fdopen(handle, "w") as file:
        file.write(text)
    return text


def database_url() -> str:
    """The database's address: ``FREEHOLD_DATABASE_URL``, or what the launcher noted in the data folder."""
    if given := os.environ.get("FREEHOLD_DATABASE_URL"):
        return given
    noted = folder() / "database-url"
    return noted.read_text().strip() if noted.exists() else "postgresql:///freehold"


def note_database(url: str) -> None:
    """Remember where the launcher's database is, for every other process of this installation."""
    path = folder() / "database-url"
    path.unlink(missing_ok=True)
    write_private(path, url)


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """
    Be the one process that looks after this data folder.

    :returns: False when another one does already
    """
    path = folder() / "lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
