"""``freehold up``: from nothing, or from yesterday's data folder, to a running market."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from freehold.config import data, installation, postgres, say
from freehold.config.apps import exists
from freehold.config.binaries import Missing
from freehold.config.supervisor import Child, Supervisor

DEMO_PASSWORD = "freehold-demo"  # noqa: S105
DEMO_PEOPLE = (
    ("ada@example.com", "hires"),
    ("basil@example.com", "works"),
    ("dora@example.com", "is staff"),
)


def up(*, demo: bool, host: str, port: int) -> int:
    """
    Start everything and stay until Ctrl-C.

    :param demo: fill an empty data folder with the demo market
    :param host: address to listen at
    :param port: port to listen at
    :returns: exit code
    :raises Missing: when something is missing; the text says what, and the command that fixes it
    """
    folder = data.folder()
    _make(folder)
    with data.alone() as alone:
        if not alone:
            raise Missing(
                f"Freehold runs already with the data in {folder}."
                " Stop that one, or use another folder: freehold up --data DIR --port 8001"
            )
        _decide_mode(folder, demo)
        _free(host, port)
        _decide_address(host, port)
        say.line(f"Freehold · data in {folder}")
        cluster = _start_postgres(folder)
        try:
            made_demo = _prepare()
        except BaseException:
            if cluster:
                cluster.stop()
            raise
        return _run(cluster, made_demo, host, port)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid == os.geteuid() and not any(folder.iterdir()):
            folder.chmod(0o700)
        os.environ["FREEHOLD_DATA"] = str(folder)
        probe = folder / "lock"
        probe.touch()
    except OSError as error:
        raise Missing(
            f"The data folder {folder} cannot be written: {error.strerror}."
            " Choose another one: freehold up --data DIR"
        ) from None


def _decide_mode(folder: Path, demo: bool) -> None:
    """A data folder stays what it was made for: a demo never turns into a market, nor the other way round."""
    noted = folder / "mode"
    was = noted.read_text().strip() if noted.exists() else ""
    wanted = "demo" if demo else os.environ.get("FREEHOLD_MODE") or was or "production"
    if was and (was == "demo") != (wanted == "demo"):
        raise Missing(
            f"The data in {folder} is a {'demo' if was == 'demo' else 'market of its own, not a demo'}."
            f" Use another folder: freehold up{' --demo' if demo else ''} --data DIR"
        )
    noted.write_text(f"{wanted}\n")
    os.environ["FREEHOLD_MODE"] = wanted


def _free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Missing(
                f"Port {port} needs more rights than yours. Take one above 1023: --port 8000"
            ) from None
        except OSError as error:
            if error.errno == 98 or "in use" in str(error):
                raise Missing(
                    f"Port {port} is taken by another program. Choose another: freehold up --port {port + 1}"
                ) from None
            raise Missing(
                f"Freehold cannot listen at {host}: {error.strerror}. Try: --host 127.0.0.1"
            ) from None


def _decide_address(host: str, port: int) -> None:
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104
    named = "127.0.0.1" if everywhere else f"[{host}]" if ":" in host else host
    os.environ.setdefault("FREEHOLD_URL", f"http://{named}:{port}")
    if everywhere and os.environ["FREEHOLD_MODE"] != "production":
        os.environ.setdefault("FREEHOLD_HOSTS", "*")


def _start_postgres(folder: Path) -> postgres.Cluster | None:
    if os.environ.get("FREEHOLD_DATABASE_URL"):
        return None
    cluster = postgres.of_data_folder(folder)
    with say.step("PostgreSQL started"):
        cluster.start()
    if cluster.place.parent != folder:
        say.line(f"    its files are in {cluster.place}: its account cannot enter the data folder")
    data.note_database(cluster.url)
    return cluster


def _prepare() -> bool:
    """
    Bring everything up to date.

    :returns: is the demo market still to be made?
    """
    with say.step("Freehold loaded"):
        installation.wake()
    from django.conf import settings
    from django.db import connections

    installation.answer_or_complain()
    if _half_a_demo():
        with say.step("the half-made demo of last time removed"):
            installation.empty()
    with say.step("database up to date") as progress:
        installation.migrate(progress)
    with say.step("categories and skills loaded"):
        installation.load_reference()
    if settings.FREEHOLD_MODE in ("demo", "production"):
        with say.step("pictures and styles laid out"):
            installation.collect_static()
    wanted = settings.FREEHOLD_MODE == "demo" and exists("freehold.config.demo") and not _demo_done()
    connections.close_all()
    return wanted


def _demo_row() -> tuple[bool, bool]:
    """Was a demo begun, and was it finished?"""
    from freehold.kit.models import DemoProgress

    row = DemoProgress.objects.first()
    return row is not None, bool(row and row.finished_at)


def _demo_done() -> bool:
    return _demo_row()[1]


def _half_a_demo() -> bool:
    from django.conf import settings
    from django.db import connection

    if settings.FREEHOLD_MODE != "demo" or "kit_demoprogress" not in connection.introspection.table_names():
        return False
    begun, finished = _demo_row()
    return begun and not finished


def _run(cluster: postgres.Cluster | None, make_demo: bool, host: str, port: int) -> int:
    children = [Child("web", ["web", "--host", host, "--port", str(port)])]
    if make_demo:
        children.append(Child("demo", ["make-demo"], once=True))
    children.append(Child("worker", ["worker"], after="demo"))
    return Supervisor(children, cluster).run(lambda: _welcome(host, port, make_demo))


def _welcome(host: str, port: int, make_demo: bool) -> None:
    from django.conf import settings

    say.line(f"\n  Open {settings.FREEHOLD_URL}\n")
    if settings.FREEHOLD_MODE == "demo":
        say.line(f"  Log in with the password {DEMO_PASSWORD} as")
        for address, role in DEMO_PEOPLE:
            say.line(f"    {address:<20} {role}")
        say.line("  Mail the market sends is at /dev/mail.")
        if make_demo:
            say.line("  The demo market is being made; the site answers meanwhile and shows how far it is.")
    elif link := _first_run_link():
        say.line(f"  Nobody runs this market yet. Become its operator (the link works once):\n    {link}")
    say.line("  Stop with Ctrl-C.\n")
    sys.stdout.flush()


def _first_run_link() -> str:
    from django.conf import settings
    from django.db import connections

    if not exists("freehold.people.accounts.actions"):
        return ""
    from freehold.kit import clock
    from freehold.people.accounts import actions

    token = actions.first_run_token(at=clock.now())
    connections.close_all()
    return f"{settings.FREEHOLD_URL}/first-run/{token}" if token else ""
