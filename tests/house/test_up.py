"""``freehold up``, for real: from an empty folder to a market that answers, falls, heals, stops and comes back."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Market:
    def __init__(self, folder, *options):
        self.port, self.folder = free_port(), folder
        self.log = folder.parent / f"up-{self.port}.log"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FREEHOLD_")}
        command = [sys.executable, "-m", "freehold.config.cli", "up", "--data", str(folder), *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)], stdout=log, stderr=log, cwd=ROOT, env=kept
            )

    @property
    def said(self):
        return self.log.read_text()

    def until(self, true, seconds=40):
        patience = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < patience, self.said
            time.sleep(0.1)

    def status(self, path="/static/kit/icons.svg"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def children(self, name):
        """Those that run now; one that ends while it is looked at is none of them."""
        found = []
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is no such process either
                if name in process.cmdline():
                    found.append(process)
        return found

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 0, self.said


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="freehold-up-") as made:
        Path(made).chmod(0o711)
        yield Path(made) / "data"


def test_a_market_starts_heals_stops_and_comes_back(folder):
    market = Market(folder)
    try:
        market.until(lambda: market.status() == 200)
        market.until(lambda: market.children("worker"))
        assert f"Open http://127.0.0.1:{market.port}" in market.said
        assert market.status("/events") == 204

        server = int((folder / "postgres/data/postmaster.pid").read_text().split("\n")[0])
        web, worker = market.children("web")[0].pid, market.children("worker")[0].pid
        os.kill(worker, signal.SIGKILL)
        os.kill(server, signal.SIGQUIT)
        market.until(lambda: "PostgreSQL fell; starting it again" in market.said)
        market.until(lambda: market.children("worker") and market.children("worker")[0].pid != worker)
        market.until(lambda: market.status() == 200)
        assert market.children("web")[0].pid == web, "the web lives through a restart of the database"

        family = psutil.Process(market.process.pid).children(recursive=True)
        market.stop()
        assert not psutil.wait_procs(family, timeout=5)[1], "nothing is left behind"
        assert not (folder / "postgres/data/postmaster.pid").exists()

        began = time.monotonic()
        market = Market(folder)
        market.until(lambda: market.status() == 200)
        assert time.monotonic() - began < 20
        assert "database up to date" in market.said
        market.stop()
    finally:
        market.process.kill()
        market.process.wait()


def test_children_end_when_their_supervisor_is_killed(folder):
    market = Market(folder)
    try:
        market.until(lambda: market.status() == 200)
        family = list(psutil.Process(market.process.pid).children(recursive=True))
        market.process.kill()
        market.process.wait()
        assert not psutil.wait_procs(family, timeout=15)[1]
        again = Market(folder)
        again.until(lambda: again.status() == 200)
        again.stop()
    finally:
        market.process.kill()
        market.process.wait()
