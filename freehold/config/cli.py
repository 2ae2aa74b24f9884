"""The command line: one program, ``freehold``."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from freehold.config import say
from freehold.config.binaries import Missing

_SPAN = re.compile(r"(\d+)\s*([wdhm])")
_WITHOUT_DATABASE = {"makemigrations", "makemessages", "compilemessages", "help", "diffsettings"}
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def span(text: str) -> timedelta:
    """
    Read a length of time: ``14d``, ``36h``, ``1d12h``, ``2w``.

    :raises argparse.ArgumentTypeError: for anything else
    """
    parts = _SPAN.findall(text.strip().lower())
    if not parts or "".join(f"{n}{unit}" for n, unit in parts) != text.strip().lower().replace(" ", ""):
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write 14d, 36h, 2w or 1d12h")
    return timedelta(**{_UNITS[unit]: sum(int(n) for n, u in parts if u == unit) for _n, unit in parts})


def parser() -> argparse.ArgumentParser:
    """The program's commands and options."""
    top = argparse.ArgumentParser(prog="freehold", description="The freelance marketplace you own.")
    top.add_argument("--data", metavar="DIR", help="the data folder (default .freehold, or FREEHOLD_DATA)")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="the data folder")
        return one

    def listens(one: argparse.ArgumentParser) -> None:
        one.add_argument("--host", default="127.0.0.1", help="address to listen at (default 127.0.0.1)")
        one.add_argument("--port", type=int, default=8000, help="port to listen at (default 8000)")

    up = command("up", "Start the market and keep it running.")
    up.add_argument("--demo", action="store_true", help="with the demo market: 200 people and a year of work")
    listens(up)
    test = command("test", "Run the tests; further arguments go to pytest.")
    test.add_argument("--deep", action="store_true", help="also the long forms")
    command("check", "Look at settings, database and health.")
    command("check-books", "Ask the ledger whether its laws hold.")
    clock = command("clock", "Show or move the market's clock.")
    hands = clock.add_subparsers(dest="hand", metavar="show | advance", required=True)
    hands.add_parser("show", help="what the market's clock says")
    advance = hands.add_parser("advance", help="move it forward, running everything that falls due")
    advance.add_argument("by", type=span, help="how far, e.g. 14d, 36h, 2w")
    listens(command("web", "Serve pages and live events (up does this)."))
    command("worker", "Do what waits in the queue (up does this).")
    command("make-demo", "Make the demo market (up --demo does this).")
    command("manage", "Django's own commands, e.g. freehold manage showmigrations.")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: without the program's name; the process's own by default
    :returns: exit code
    """
    top = parser()
    given, rest = top.parse_known_args(arguments)
    if rest and given.command not in ("test", "manage"):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    if given.data:
        os.environ["FREEHOLD_DATA"] = str(Path(given.data).expanduser().absolute())
    if given.command is None:
        top.print_help()
        return 2
    try:
        return _do(given, rest)
    except Missing as missing:
        say.complain(f"freehold: {missing}")
        return 1
    except KeyboardInterrupt:
        say.complain("Stopped.")
        return 130


def _do(given: argparse.Namespace, rest: list[str]) -> int:
    if given.command == "up":
        from freehold.config.up import up

        return up(demo=given.demo, host=given.host, port=given.port)
    if given.command == "test":
        return _test(given.deep, rest)

    from freehold.config import checks, installation, processes

    if given.command == "web":
        return processes.web(host=given.host, port=given.port)
    if given.command == "worker":
        return processes.worker()
    if given.command == "make-demo":
        return processes.make_demo()
    if given.command == "manage" and rest[:1] and rest[0] in _WITHOUT_DATABASE:
        return _manage(rest)
    with installation.database():
        if given.command == "check":
            return checks.check()
        if given.command == "check-books":
            return checks.check_books()
        if given.command == "clock":
            return _clock(given)
        return _manage(rest)


def _manage(rest: list[str]) -> int:
    from django.core.management import execute_from_command_line

    from freehold.config import data, installation

    if not data.folder().exists():  # nothing is signed by these, and no folder should appear
        os.environ.setdefault("FREEHOLD_SECRET_KEY", "none is needed here")
    installation.wake()
    execute_from_command_line(["freehold manage", *rest])
    return 0


def _clock(given: argparse.Namespace) -> int:
    from freehold.config import processes
    from freehold.kit import clock

    if given.hand == "advance":
        if not clock.movable():
            raise Missing("The clock of a market in production cannot be moved. Try it in a demo: up --demo")
        ran = processes.advance(given.by)
        say.line(f"  {ran} deadlines ran.")
    say.line(f"The market's clock says {clock.now():%A %d %B %Y, %H:%M} UTC.")
    return 0


def _test(deep: bool, rest: list[str]) -> int:
    """Run pytest beside the package, in one process per processor unless a part is asked for."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "tests").is_dir():
        raise Missing("The tests are not installed. Get them with: git clone, then uv run freehold test")
    try:
        import pytest
    except ImportError:
        raise Missing("pytest is not installed. Install it with: uv sync") from None
    os.chdir(root)
    os.environ["FREEHOLD_DEEP"] = "1" if deep else ""
    whole = not any(not a.startswith("-") for a in rest)
    spread = ["-n", "2", "--dist", "loadscope"] if whole and not {"-n", "--pdb"} & set(rest) else []
    return int(pytest.main([*spread, *rest]))


if __name__ == "__main__":
    sys.exit(main())
