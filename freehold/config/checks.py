"""``freehold check`` and ``freehold check-books``: is everything as it should be?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

from freehold.config import installation, say
from freehold.config.apps import exists

_ROOM = 1024 * 1024 * 1024

#: what is looked at, what is wrong with it (empty: nothing), what helps
Finding = tuple[str, str, str]


def check() -> int:
    """
    Look at settings, database and health, and say what helps where something is wrong.

    :returns: exit code, 1 if anything is wrong
    """
    wrong = 0
    for look in (_settings, _migrations, _files, _jobs, _mail, _secrets):
        for title, complaint, remedy in look():
            wrong += bool(complaint)
            say.line(f"  ✗ {title}: {complaint}" if complaint else f"  ✓ {title}")
            if complaint and remedy:
                say.line(f"      {remedy}")
    say.line(f"{wrong} to look at." if wrong else "All is well.")
    return 1 if wrong else 0


def _settings() -> Iterator[Finding]:
    from django.conf import settings
    from django.core import checks

    found = [m for m in checks.run_checks() if m.level >= checks.WARNING and not m.is_silenced()]
    yield "settings", "; ".join(f"{m.id} {m.msg}" for m in found), ""
    plain = settings.FREEHOLD_MODE == "production" and not settings.HTTPS
    local = any(f"//{name}" in settings.FREEHOLD_URL for name in ("127.0.0.1", "localhost", "[::1]"))
    complaint = "this market is in production without HTTPS" if plain and not local else ""
    yield "address", complaint, "Set FREEHOLD_URL=https://… and put a proxy with a certificate in front."


def _migrations() -> Iterator[Finding]:
    version = installation.answer_or_complain()
    waiting = installation.waiting_migrations()
    yield f"database (PostgreSQL {version})", "", ""
    complaint = f"{len(waiting)} are not applied" if waiting else ""
    yield "migrations", complaint, "freehold up applies them, or: freehold manage migrate"


def _files() -> Iterator[Finding]:
    from django.conf import settings

    folder = settings.FREEHOLD_DATA
    free = shutil.disk_usage(folder).free
    complaint = f"only {free // 1024 // 1024} MB are left on its disk" if free < _ROOM else ""
    yield f"data folder {folder}", complaint, "Make room, or move it: freehold up --data DIR"
    secret = folder / "secret-key"
    open_to_others = secret.exists() and secret.stat().st_mode & 0o077
    yield "secret key", "others can read it" if open_to_others else "", f"chmod 600 {secret}"


def _jobs() -> Iterator[Finding]:
    from django.utils import timezone
    from procrastinate.contrib.django.models import ProcrastinateJob

    if installation.waiting_migrations():
        return
    failed = ProcrastinateJob.objects.filter(status="failed").count()
    yield "jobs", f"{failed} failed for good" if failed else "", "freehold manage procrastinate shell"
    overdue = ProcrastinateJob.objects.filter(
        status="todo", scheduled_at__lt=timezone.now() - timedelta(minutes=10)
    ).count()
    complaint = f"{overdue} have waited for more than ten minutes" if overdue else ""
    yield "worker", complaint, "Is it running? freehold up, or: freehold worker"


def _mail() -> Iterator[Finding]:
    from django.conf import settings

    sends = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    complaint = "" if sends or settings.FREEHOLD_MODE != "production" else "no mail leaves this market"
    yield "mail", complaint, "Set FREEHOLD_EMAIL_URL=smtp://user:password@host:587"


def _secrets() -> Iterator[Finding]:
    from freehold.kit import seals

    if installation.waiting_migrations():
        return
    for source in seals.SOURCES:
        broken = seals.broken(source)
        complaint = f"{len(broken)} sealed ranges were changed afterwards" if broken else ""
        yield f"seals of {source}", complaint, "Compare with a backup: somebody wrote past the market."


def check_books() -> int:
    """
    Ask the ledger whether its laws hold, and show every row that breaks one.

    :returns: exit code, 1 if any law is broken
    """
    if not exists("freehold.money.ledger.queries"):
        say.line("This market keeps no books.")
        return 0
    from freehold.money.ledger import queries

    ask: Callable[[], list[object]] = queries.broken_laws
    broken = ask()
    for one in broken:
        say.line(f"  ✗ {getattr(one, 'law', '')}: {getattr(one, 'row', one)}")
    say.line(f"{len(broken)} rows break a law of the books." if broken else "The books balance.")
    return 1 if broken else 0
