"""The running house, from outside: started, asked, killed, started again, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onmaru.app import database, postgres
from onmaru.app.postgres import process

ROOT = Path(__file__).resolve().parent.parent.parent.parent
WORKER = ["onmaru.app.children", "work"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is in use"),
]


@dataclass
class House:
    """One home, its port, and the command line on it."""

    home: Path
    port: int

    def do(self, *words: str) -> tuple[int, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))
        }
        done = subprocess.run(
            [sys.executable, "-m", "onmaru", *words],
            env=kept | {"ONMARU_HOME": str(self.home), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def up(self) -> tuple[int, str]:
        return self.do("up", "--detach", "--port", str(self.port), "--no-demo", "--workers", "1")

    @property
    def pid(self) -> int:
        return int(json.loads((self.home / "up.json").read_text())["pid"])

    @property
    def worker(self) -> int | None:
        """The process that does queued jobs, while there is one."""
        told = subprocess.run(["ps", "-axo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        rows = (line.split() for line in told.stdout.splitlines())
        mine = (int(row[0]) for row in rows if row[1] == str(self.pid) and row[-2:] == WORKER)
        return next(mine, None)

    def ask(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    found = House(tmp_path / "home", port)
    yield found
    found.do("down")


def test_it_is_started_asked_killed_started_again_and_stopped(house: House) -> None:
    code, words = house.up()
    assert code == 0, words
    assert f"http://localhost:{house.port}/" in words
    assert house.ask("/healthz") == 200
    assert house.ask("/account/login/") == 200

    code, words = house.up()
    assert (code, "already runs" in words) == (0, True)
    code, words = house.do("restore", os.devnull)
    assert (code, "stop it first" in words) == (2, True)

    killed = house.worker
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert process.wait(lambda: house.worker not in (killed, None), 10)
    assert house.ask("/healthz") == 200

    os.kill(house.pid, signal.SIGKILL)
    code, words = house.up()
    assert code == 0, words
    assert house.ask("/healthz") == 200

    cluster = postgres.Cluster(house.home)
    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert process.wait(lambda: not cluster.answers(), 10)
    assert house.ask("/healthz") == 503
    with cluster.running():
        assert house.ask("/healthz") == 200

    assert house.do("down") == (0, "Stopped.\n")
    assert not cluster.answers()
    code, words = house.do("down")
    assert (code, "Nothing runs" in words) == (0, True)


def test_a_port_that_is_taken_is_said_kindly(house: House) -> None:
    with socket.create_server(("127.0.0.1", house.port)):
        code, words = house.up()
    assert (code, "Choose another with --port" in words) == (1, True)
