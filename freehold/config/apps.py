"""The table of contents: which apps there are, lowest first."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import AppConfig

#: chapter → its apps, in the order of their imports
CONTENTS: dict[str, tuple[str, ...]] = {
    "people": ("accounts", "teams"),
    "talk": ("files", "notifications"),
    "money": ("ledger", "fees", "escrow", "payments", "payouts", "invoices"),
    "market": ("taxonomy", "profiles", "credits", "jobs", "proposals", "search"),
    "work": ("contracts", "offers"),
    "trust": ("feedback", "closure"),
}


def exists(module: str) -> bool:
    """Is there such a module? Nothing is imported but its parents."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def our_apps() -> list[str]:
    """Dotted names of all our apps, lowest first."""
    chapters = [f"freehold.{chapter}.{app}" for chapter, apps in CONTENTS.items() for app in apps]
    return ["freehold.kit", *(a for a in [*chapters, "freehold.web"] if exists(a))]


class ConfigConfig(AppConfig):
    name = "freehold.config"
    label = "config"
