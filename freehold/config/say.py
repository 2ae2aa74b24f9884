"""What the command line says while it works."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

_EVERY = 3.0


def line(text: str = "") -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[Callable[[str], None]]:
    """
    Show a step: its title when it begins to take long, how far it is, how long it took.

    :param title: what is being done, e.g. ``database brought up to date``
    :returns: a function that takes how far it is, in words
    """
    shown = sys.stdout.isatty()
    began, last = time.monotonic(), time.monotonic()

    def progress(how_far: str) -> None:
        nonlocal last
        if shown:
            print(f"\r\033[K  … {title}: {how_far}", end="", flush=True)
        elif time.monotonic() - last > _EVERY:
            last = time.monotonic()
            line(f"  … {title}: {how_far}")

    if shown:
        print(f"  … {title}", end="", flush=True)
    try:
        yield progress
    except BaseException:
        if shown:
            print("\r\033[K", end="", flush=True)
        raise
    took = time.monotonic() - began
    wiped = "\r\033[K" if shown else ""
    line(f"{wiped}  ✓ {title} ({took:.1f} s)")
