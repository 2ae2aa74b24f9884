"""
The supervisor: the processes of one installation, kept running and ended in order.

Every process has a group of its own, so Ctrl-C reaches the supervisor alone and it ends the others: first
the web, then the worker, PostgreSQL last. A process that falls is started again, later each time.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from freehold.config import say
from freehold.config.postgres import Cluster

_FIRST_PAUSE, _LONGEST_PAUSE, _CALM = 0.5, 15.0, 30.0
_PATIENCE = 12.0
_LOOK = 0.2


@dataclass
class Child:
    """
    One process.

    :ivar name: what people read
    :ivar command: arguments for ``freehold``
    :ivar once: it ends by itself and is not started again
    :ivar after: name of a process that must have ended before this one starts
    """

    name: str
    command: list[str]
    once: bool = False
    after: str = ""
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = _FIRST_PAUSE
    due: float = 0.0
    ended: bool = False

    def start(self) -> None:
        self.began = time.monotonic()
        command = [sys.executable, "-m", "freehold.config.cli", *self.command]
        environment = {**os.environ, "FREEHOLD_SUPERVISED": str(os.getpid())}
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    """
    :ivar children: in the order they are started and ended
    :ivar cluster: PostgreSQL of our own, or None
    :ivar stopping: somebody asked us to end
    """

    children: list[Child]
    cluster: Cluster | None = None
    stopping: bool = False
    hurried: bool = field(default=False)

    def run(self, when_started: Callable[[], None]) -> int:
        """
        Keep everything running until Ctrl-C or SIGTERM.

        :param when_started: called once the processes are on their way
        :returns: exit code
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        looked = time.monotonic()
        self._look_after()
        when_started()
        while not self.stopping:
            time.sleep(_LOOK)
            if time.monotonic() - looked > 1.0:
                looked = time.monotonic()
                self._look_after_postgres()
            self._look_after()
        self._end()
        return 0

    def _asked_to_stop(self, _number: int, _frame: object) -> None:
        self.hurried, self.stopping = self.stopping, True

    def _look_after(self) -> None:
        for child in self.children:
            if child.ended or self.stopping or not self._may_start(child):
                continue
            if child.process is None:
                if time.monotonic() >= child.due:
                    child.start()
                continue
            code = child.process.poll()
            if code is not None:
                self._fallen(child, code)

    def _may_start(self, child: Child) -> bool:
        return not child.after or all(c.ended for c in self.children if c.name == child.after)

    def _fallen(self, child: Child, code: int) -> None:
        child.process = None
        if child.once:
            child.ended = True
            if code:
                say.complain(f"  ✗ {child.name} ended with {_how(code)}")
            return
        if time.monotonic() - child.began > _CALM:
            child.pause = _FIRST_PAUSE
        say.complain(f"  ✗ {child.name} ended with {_how(code)}; starting it again in {child.pause:.1f} s")
        child.due = time.monotonic() + child.pause
        child.pause = min(child.pause * 2, _LONGEST_PAUSE)

    def _look_after_postgres(self) -> None:
        if self.cluster is None or self.cluster.running():
            return
        say.complain("  ✗ PostgreSQL fell; starting it again")
        try:
            self.cluster.start()
        except Exception as error:
            say.complain(f"  ✗ {error}")

    def _end(self) -> None:
        say.line("\nStopping …")
        for child in self.children:
            self._end_child(child)
        if self.cluster is not None:
            self.cluster.stop()
        say.line("Stopped. Everything is kept in the data folder.")

    def _end_child(self, child: Child) -> None:
        child.signal(signal.SIGTERM)
        patience = time.monotonic() + _PATIENCE
        while child.process and child.process.poll() is None:
            if self.hurried or time.monotonic() > patience:
                break
            time.sleep(0.05)
        child.kill()  # also whatever it left behind


def _how(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def end_with_supervisor() -> None:
    """Ask the kernel to end this process when the supervisor is gone, however that happened (Linux)."""
    above = os.environ.get("FREEHOLD_SUPERVISED")
    if not above or not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.getppid() != int(above):
            raise SystemExit(0)
