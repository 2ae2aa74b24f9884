"""The rest of the market while a story runs: a worker that does what waits, a clock that can be moved, a mailbox."""

from __future__ import annotations

import math
import re
import threading
from datetime import timedelta
from typing import Any

from freehold.kit import clock, deadlines, jobs


class Market:
    """
    A worker in a thread of its own; ``with Market() as market:``.

    :raises Exception: at the end, what broke in a job meanwhile
    """

    def __enter__(self) -> Market:
        self.broken: list[Exception] = []
        self._over = threading.Event()
        self._busy = threading.Lock()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join(20)
        if self.broken:
            raise self.broken[0]

    def _work(self) -> None:
        from django.db import connection

        while not self._over.wait(0.05):
            self.catch_up()
        connection.close()

    def catch_up(self) -> None:
        """Do what waits in the queue now."""
        with self._busy:
            try:
                jobs.drain()
            except Exception as error:
                self.broken.append(error)

    def advance(self, **span: int) -> None:
        """Move the clock, doing at each deadline on the way what silence does."""
        goal = clock.now() + timedelta(**span)
        self.catch_up()
        while (stop := deadlines.next_due()) is not None and stop <= goal:
            self._set(max(stop, clock.now()))
            deadlines.run_due(stop)
            self.catch_up()
        self._set(goal)
        self.catch_up()

    def _set(self, moment: Any) -> None:
        clock._kept = (math.inf, timedelta(0), moment)

    def link(self, address: str, path: str) -> str:
        """The newest link in somebody's mailbox whose path begins so."""
        from django.apps import apps

        for mail in apps.get_model("notifications", "Mail").objects.filter(to_address=address).order_by("-pk"):
            found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", mail.text)
            if found:
                return found[1]
        raise AssertionError(f"no mail to {address} has a link to {path}")
