"""
The reference: documents written by the registries of the code, so that they cannot say anything else.

``python -m freehold.config.reference`` writes them to ``docs/reference``; a test compares.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import os
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
_UNITS = {
    "days": "days", "hours": "hours", "minutes": "minutes", "years": "years", "bps": "hundredths of a percent",
    "mb": "MB", "megapixels": "million pixels",
}  # fmt: skip


def render() -> dict[str, str]:
    """File name → text of every document."""
    from django.utils import translation

    with translation.override("en"):
        every = (events, settings, permissions, lifecycles, deadlines, privacy)
        return {f"{write.__name__}.md": write() for write in every}


# --- the documents ------------------------------------------------------------------------------------


def events() -> str:
    """Events."""
    from freehold.kit.events import EVENTS, PROJECTIONS, REACTIONS

    by_app: dict[str, list[Any]] = {}
    for event in EVENTS.values():
        by_app.setdefault(_app(event.__module__), []).append(event)
    parts = ["Facts the market writes down. Fields are ids, amounts in minor units, codes, moments and days."]
    for app in _in_order(by_app):
        parts.append(f"## {app}")
        for event in sorted(by_app[app], key=lambda e: e.name):
            fields = ", ".join(f"`{f.name}: {f.type}`" for f in dataclasses.fields(event))
            parts.append(f"### `{event.name}`\n\n{_first(event)}\n\nFields: {fields or 'none'}")
            heard = [*REACTIONS.get(event.name, {}), *(_short(p) for p in PROJECTIONS.get(event.name, ()))]
            if heard:
                parts.append("Heard by: " + ", ".join(f"`{name}`" for name in sorted(heard)))
    return _document("Events", parts)


def settings() -> str:
    """Settings."""
    from freehold.kit.defaults import Settings

    by_area: dict[str, list[tuple[str, ...]]] = {}
    for area, key, value in each_setting():
        said = meaning(type(getattr(Settings(), area)), key)
        amount = f"`{_plain(value)}` {_UNITS.get(key.rpartition('_')[2], '')}".strip()
        by_area.setdefault(area, []).append((f"`{area}.{key}`", amount, said))
    parts = ["What an operator can change. Money is in minor units of the base currency."]
    parts += [f"## {area}\n\n" + _table(["Setting", "Default", "Meaning"], *rows) for area, rows in by_area.items()]
    return _document("Settings", parts)


def permissions() -> str:
    """Permissions."""
    from freehold.kit.scopes import Scope
    from freehold.people.teams.states import COMPANY, PERSON, Can, Role

    columns = [*((str(Role(role).label), held) for role, held in COMPANY.items()), ("Freelancer", PERSON)]
    rows = [(f"`{can}`", *("✓" if can in held else "" for _label, held in columns)) for can in Can]
    parts = [
        "Who may what. A permission is held by a role in a company, or by a person for their own freelancer side.",
        _table(["Permission", *(label for label, _held in columns)], *rows),
        "## Policies\n\nEvery question the actions ask before they act.",
    ]
    for module in _modules("policies"):
        asked = [(f"`{f.__name__}`", _first(f)) for f in _functions(module)]
        if asked:
            parts.append(f"### {_app(module.__name__)}\n\n" + _table(["Policy", "Question"], *asked))
    parts.append("## Scopes\n\nWhat a token can be given.\n\n" + "\n".join(f"- `{scope}`" for scope in Scope))
    return _document("Permissions", parts)


def lifecycles() -> str:
    """Lifecycles."""
    from freehold.kit.lifecycles import Lifecycle

    parts = ["Every state a thing can be in, and every move it can make. No other move exists."]
    for module in _modules("states"):
        for name, cycle in vars(module).items():
            if isinstance(cycle, Lifecycle):
                parts.append(f"## {_app(module.__name__)}: {name.lower()}\n\n{_diagram(cycle)}")
                moves = cycle.moves.items()
                rows = [(f"`{n}`", ", ".join(m.sources), m.to, m.stamp and f"`{m.stamp}`") for n, m in moves]
                parts.append(_table(["Move", "From", "To", "Remembers"], *rows))
    return _document("Lifecycles", parts)


def deadlines() -> str:
    """Deadlines."""
    from freehold.kit.deadlines import DEADLINES

    rows = [(f"`{line.name}`", f"`{line.field}`", _default(line.act)) for line in DEADLINES.values()]
    return _document("Deadlines", [
        "Every clock that runs while something waits for a person, and what happens when nobody says anything.",
        _table(["Clock", "Column", "What happens then"], *sorted(rows)),
    ])  # fmt: skip


def privacy() -> str:
    """Privacy."""
    from freehold.kit.privacy import DECLARED, IMPERSONAL

    kept = [
        (str(d.label), f"`{d.model._meta.label}`", d.fate.value, "" if d.basis.value == "none" else d.basis.value,
         d.keep_years and f"`{d.keep_years}`", str(d.seen_by))
        for d in DECLARED
    ]  # fmt: skip
    other = [(f"`{model._meta.label}`", why) for model, why in IMPERSONAL.items()]
    return _document("Privacy", [
        "What the market knows about people, and what becomes of it when an account is erased.",
        _table(["What", "Model", "At erasure", "Kept because of", "For", "Seen by"], *sorted(kept)),
        "## Nothing about people",
        _table(["Model", "Why"], *sorted(other)),
    ])  # fmt: skip


# --- where the registries are -------------------------------------------------------------------------


def each_setting() -> Iterator[tuple[str, str, Any]]:
    """Area, key and default of every setting."""
    from freehold.kit.defaults import Settings

    for area in dataclasses.fields(Settings):
        holder = getattr(Settings(), area.name)
        for key in dataclasses.fields(holder):
            yield area.name, key.name, getattr(holder, key.name)


def meaning(holder: type, key: str) -> str:
    """A setting's ``#:`` comment, above or behind it."""
    lines = inspect.getsource(holder).splitlines()
    found = next(n for n, line in enumerate(lines) if re.match(rf"\s+{key}:", line))
    if "#:" in lines[found]:
        return lines[found].partition("#:")[2].strip()
    above: list[str] = []
    while lines[found - 1].strip().startswith("#:"):
        found -= 1
        above.insert(0, lines[found].partition("#:")[2].strip())
    return " ".join(above).replace("``", "`")


def _modules(kind: str) -> Iterator[ModuleType]:
    """Our modules of one name, in the order of the table of contents."""
    from freehold.config.apps import our_apps

    for app in our_apps():
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            place = found.name.removeprefix(f"{app}.").split(".")
            if place[0] == kind:
                yield importlib.import_module(found.name)


def _functions(module: ModuleType) -> list[FunctionType]:
    """A module's own public functions, in the order they are written."""
    tree = ast.parse(inspect.getsource(module))
    named = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]
    return [inspect.unwrap(getattr(module, name)) for name in named]


def _default(act: Callable[..., Any]) -> str:
    """What a clock does, in the words of itself or of the action it calls."""
    from freehold.kit.actions import ACTIONS

    if act.__doc__:
        return _first(act)
    app = act.__module__.rpartition(".")[0]
    for name in act.__code__.co_names:
        for place, action in ACTIONS.items():
            if place.startswith(f"{app}.") and place.endswith(f".{name}"):
                return _first(action)
    return ""


# --- writing ------------------------------------------------------------------------------------------


def _document(title: str, parts: Iterable[str]) -> str:
    note = "<!-- Written by `uv run python -m freehold.config.reference`. -->"
    return "\n\n".join([f"# {title}", note, *parts]) + "\n"


def _table(head: list[str], *rows: tuple[Any, ...]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _diagram(cycle: Any) -> str:
    arrows = [f"    {source} --> {m.to}: {name}" for name, m in cycle.moves.items() for source in m.sources]
    reached = {m.to for m in cycle.moves.values()}
    left = {source for m in cycle.moves.values() for source in m.sources}
    first = [f"    [*] --> {state}" for state in cycle.states.values if state not in reached]
    last = [f"    {state} --> [*]" for state in cycle.states.values if state not in left]
    return "\n".join(["```mermaid", "stateDiagram-v2", *first, *arrows, *last, "```"])


def _first(thing: Any) -> str:
    """The first paragraph of what something says about itself, on one line."""
    said = inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0]
    said = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", said).replace("``", "`")
    said = re.sub(r"\s*\(spec [^)]*\)", "", said)
    return "" if said.startswith(f"{thing.__name__}(") else " ".join(said.split())


def _app(module: str) -> str:
    """``freehold.work.contracts.events`` → ``work/contracts``."""
    place = module.split(".")
    return "/".join(place[1:3]) if place[1] != "kit" else "kit"


def _short(thing: Any) -> str:
    return f"{thing.__module__.removeprefix('freehold.')}.{thing.__name__}"


def _in_order(found: Iterable[str]) -> list[str]:
    from freehold.config.apps import our_apps

    order = [_app(f"{app}.x") for app in our_apps()]
    return sorted(found, key=lambda app: order.index(app) if app in order else -1)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value) or "none"
    return str(value)


def main() -> None:
    os.environ.setdefault("FREEHOLD_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freehold.config.settings")
    import django

    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in render().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
