"""Workers that are born at once, to be killed: one process loads the house, and each worker is a fork of it.

As a program (``python -m tests.stories.workers MODULE``) it is that process. It reads lines of JSON: a verb of the
story, what it is told, and the file for its answer; it answers the number of the process that does it.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import django

from onmaru.app.postgres import process

PATIENCE = 120.0


@dataclass(frozen=True)
class Worker:
    """A process that does one verb of a story."""

    pid: int
    told: Path

    @property
    def complaint(self) -> str:
        """What went wrong with it by itself; "" as long as nothing did."""
        found = self.told.with_suffix(".wrong")
        return found.read_text() if found.exists() else ""

    @property
    def is_alive(self) -> bool:
        return process.alive(self.pid)

    def must_live(self) -> None:
        """Fail with what went wrong when it ended by itself."""
        assert self.is_alive, self.complaint

    def wait(self) -> None:
        """Until it ended, by itself or by its own hand; fail with what went wrong."""
        assert process.wait(lambda: not self.is_alive, PATIENCE)
        assert not self.complaint, self.complaint

    def kill(self) -> None:
        """End it as the power does."""
        if self.is_alive:
            os.kill(self.pid, signal.SIGKILL)
            assert process.wait(lambda: not self.is_alive, PATIENCE)


@dataclass(frozen=True)
class Workers:
    """The process that workers of a story come from."""

    home: Path
    asks: IO[str]
    answers: IO[str]

    def start(self, verb: str, said: str = "") -> Worker:
        """Let a worker do a verb of the story."""
        told = self.home / f"{verb}.told"
        for old in (told, told.with_suffix(".wrong")):
            old.unlink(missing_ok=True)
        self.asks.write(json.dumps([verb, said, str(told)]) + "\n")
        self.asks.flush()
        return Worker(int(self.answers.readline()), told)

    def run(self, verb: str, said: str = "") -> Any:
        """Let a verb be done, and return its answer."""
        worker = self.start(verb, said)
        worker.wait()
        return json.loads(worker.told.read_text())


@contextmanager
def of(story: str, home: Path, **environment: str) -> Iterator[Workers]:
    """Have the house loaded in a home for the length of the block, for the verbs of a module of stories."""
    settings = {"ONMARU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "onmaru.app.settings"} | environment
    command = [sys.executable, "-m", "tests.stories.workers", f"tests.stories.{story}"]
    with subprocess.Popen(
        command, env=os.environ | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as mother:
        assert mother.stdin is not None and mother.stdout is not None
        yield Workers(home, mother.stdin, mother.stdout)
        mother.stdin.close()


def _bear(verbs: Any, verb: str, said: str, told: Path) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        answer = verbs[verb](said)
        told.write_text(json.dumps(answer, default=str))
    except BaseException:
        told.with_suffix(".wrong").write_text(traceback.format_exc())
    os._exit(0)


def main() -> None:
    """Load the house and a story, then bear workers until nobody asks any more."""
    django.setup()
    verbs = importlib.import_module(sys.argv[1]).VERBS
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that the dead are buried by the system
    for line in sys.stdin:
        verb, said, told = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _bear(verbs, verb, said, Path(told))
        print(pid, flush=True)


if __name__ == "__main__":
    main()
