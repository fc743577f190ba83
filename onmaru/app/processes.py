"""The processes of a running house, and the file by which `down` and a second `up` know of them."""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onmaru.app import home

PARENT_DEATH = 1  # PR_SET_PDEATHSIG


class Occupied(RuntimeError):
    """Another `up` already serves this home."""


@contextmanager
def only_one() -> Iterator[Path]:
    """Hold this home's door for the length of the block; yields the file that tells others where we are."""
    note = home.prepare() / "up.json"
    with open(note.with_suffix(".lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Occupied from None
        note.unlink(missing_ok=True)
        try:
            yield note
        finally:
            note.unlink(missing_ok=True)


class Gate:
    """Where the server waits, all its modules loaded, until the house is ready: nobody waits for them twice."""

    NAMED = "ONMARU_GATE"

    def __init__(self, note: Path) -> None:
        self.path = note.with_suffix(".gate")
        self._lock = open(self.path, "w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def open(self) -> None:
        """Let the server answer."""
        self._lock.close()

    @classmethod
    def wait(cls) -> None:
        """Return when the house is ready; at once in a process that was not told of a gate."""
        if cls.NAMED in os.environ:
            with open(os.environ[cls.NAMED]) as lock:
                fcntl.flock(lock, fcntl.LOCK_SH)


def running() -> dict[str, Any] | None:
    """What the `up` of this home wrote about itself, {} while it is starting, None when there is none."""
    note = home.directory() / "up.json"
    if not _held(note.with_suffix(".lock")):
        return None
    try:
        found: dict[str, Any] = json.loads(note.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def tell(note: Path, **facts: Any) -> None:
    """Write what others need to know about this `up`, whole or not at all."""
    fresh = note.with_suffix(".new")
    fresh.write_text(json.dumps({"pid": os.getpid(), **facts}))
    fresh.replace(note)


def start(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start `python -m onmaru.app.children ...` in a process group of its own."""
    command = [sys.executable, "-m", "onmaru.app.children", *arguments]
    kept = os.environ | environment | {"ONMARU_PARENT": str(os.getpid())}
    return subprocess.Popen(command, env=kept, start_new_session=True)


def die_with_parent() -> None:
    """Have the kernel stop this process when its parent is killed: nobody else could, and it would keep the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGTERM)
        if os.getppid() != int(os.environ.get("ONMARU_PARENT", os.getppid())):
            sys.exit("The parent is gone.")


def stop(children: list[subprocess.Popen[bytes]], seconds: float = 8.0) -> None:
    """Ask the groups of these children to end, then make them; empties the list."""
    for child in children:
        _signal(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        # The workers of a server that was itself killed are still in its group.
        _signal(child.pid, signal.SIGKILL)
        child.wait()
    children.clear()


def _signal(group: int, sign: signal.Signals) -> None:
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        pass


def _held(path: Path) -> bool:
    try:
        with open(path) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
