"""The building itself: order, anatomy, and the promises every file keeps."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import engines

from freehold.config.apps import CONTENTS, exists, our_apps

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(p for p in (ROOT / "freehold").rglob("*.py") if "migrations" not in p.parts)
TEMPLATES = sorted(p for p in (ROOT / "freehold").rglob("templates/**/*") if p.suffix in (".html", ".txt", ".svg"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef))


def decorated(function: ast.FunctionDef) -> set[str]:
    return {re.split(r"[.(]", ast.unparse(d))[-1 if "(" not in ast.unparse(d) else 0] for d in function.decorator_list}


def test_a_chapter_knows_only_what_stands_below_it():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert linted.returncode == 0, linted.stdout[-4000:] + linted.stderr


def test_every_app_of_the_table_of_contents_exists_and_no_other():
    listed = {f"freehold.{chapter}.{app}" for chapter, apps in CONTENTS.items() for app in apps}
    assert {app for app in listed if not exists(app)} == set()
    found = {
        f"freehold.{path.parent.parent.name}.{path.parent.name}"
        for path in (ROOT / "freehold").glob("*/*/__init__.py")
        if path.parent.parent.name in CONTENTS
    }
    assert found == listed


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_app_says_what_it_is_about():
    silent = [app for app in our_apps() if not ast.get_docstring(parsed(ROOT / app.replace(".", "/") / "__init__.py"))]
    assert silent == []


def test_no_file_is_longer_than_four_hundred_lines():
    long = {named(p): n for p in CODE if (n := len(p.read_text().splitlines())) > 400}
    assert long == {}


def test_only_the_clock_reads_the_clock():
    """Moments are passed in; what is counted on the wall clock (sessions, links, processes) says so here."""
    wall = re.compile(r"\b(?:datetime\.now|timezone\.now|datetime\.utcnow|date\.today|time\.time)\(")
    allowed = {
        "freehold/kit/clock.py",
        "freehold/kit/doors.py",  # when somebody proved who they are
        "freehold/kit/pages.py",  # shows the year where it is not this one
        "freehold/config/checks.py",  # how long a job waits
    }
    found = {named(p) for p in CODE if wall.search(p.read_text())}
    assert found - allowed == set()


def test_nothing_is_pickled():
    assert [named(p) for p in CODE if re.search(r"^\s*(?:import|from) pickle", p.read_text(), re.M)] == []


def test_every_action_of_an_actor_asks_a_policy():
    """``require(…)``, itself or in the helper or the action it hands over to."""
    forgetful = []
    for path in CODE:
        if "actions" not in (path.stem, path.parent.name):
            continue
        bodies = {f.name: f for f in functions(path)}
        package = sorted(path.parent.glob("*.py")) if path.parent.name == "actions" else [path]
        near = {f.name: f for one in package for f in functions(one)} | bodies
        asking = {name for name, f in near.items() if re.search(r"\brequire\(", ast.unparse(f))}
        for name, function in bodies.items():
            takes_actor = "actor" in {a.arg for a in function.args.kwonlyargs}
            if "action" not in decorated(function) or not takes_actor:
                continue
            called = {re.split(r"\.", ast.unparse(c.func))[-1] for c in ast.walk(function) if isinstance(c, ast.Call)}
            hands_over = any(
                k.arg == "actor" for c in ast.walk(function) if isinstance(c, ast.Call) for k in c.keywords
                if not ast.unparse(c.func).endswith("publish")
            )
            if name not in asking and not called & asking and not hands_over:
                forgetful.append(f"{named(path)}: {name}")
    assert forgetful == []


def test_every_view_that_acts_looks_at_the_method():
    careless = []
    for path in CODE:
        if path.stem != "views" and path.parent.name != "views":
            continue
        # a module may give ``require_http_methods([…])`` a shorter name; what returns no answer is no view
        near = "\n".join(p.read_text() for p in path.parent.glob("*.py")) if path.parent.name == "views" else path.read_text()
        named_guards = set(re.findall(r"^(\w+) = require_http_methods", near, re.M))
        for function in functions(path):
            text = ast.unparse(function)
            if function.returns is not None and "Response" not in ast.unparse(function.returns):
                continue
            if not function.args.args or function.args.args[0].arg != "request" or "actions." not in text:
                continue
            guarded = decorated(function) & ({"posts_only", "require_POST", "require_http_methods"} | named_guards)
            if not guarded and "request.method" not in text and not function.name.startswith("_"):
                careless.append(f"{named(path)}: {function.name}")
    assert careless == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_compiles(path):
    engines["jinja2"].env.parse(path.read_text())


INLINE = re.compile(r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+=[\"']|javascript:", re.I)


#: mail programs read no style sheets, and no content policy binds them
PAGES = [p for p in TEMPLATES if p.suffix == ".html" and p.name != "mail.html"]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_has_no_inline_style_or_script(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert INLINE.findall(text) == []
