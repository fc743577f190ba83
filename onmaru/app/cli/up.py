"""Start everything: browser assets, database, migrations, demo company, server, worker."""

import argparse
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from onmaru.app import assets, catalogue, home, house, processes

PATIENCE = 60.0


def run(arguments: list[str]) -> int:
    """Serve until stopped, or with --detach until `down`."""
    options = _options().parse_args(arguments)
    already = processes.running()
    if already is not None:
        return _say_already(already)
    _require_port(options.host, options.port)
    if options.detach:
        return _detach(arguments)
    try:
        with processes.only_one() as note:
            processes.tell(note)
            return _start(options, note)
    except processes.Occupied:
        return _say_already(processes.running() or {})


def _start(options: argparse.Namespace, note: Path) -> int:
    catalogue.require()
    assets.require()
    # The server loads its modules while this process sees to the database: half of a start is loading modules.
    gate = processes.Gate(note)
    serving = ("serve", options.host, str(options.port), str(options.workers))
    children = [processes.start(*serving, **{gate.NAMED: str(gate.path)})]
    try:
        house.wake()
        with house.ready():
            _seed(demo=options.demo)
            gate.open()
            return _serve(options, note, children)
    finally:
        processes.stop(children)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("run up", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=min(2, os.cpu_count() or 1), help="server processes (%(default)s)"
    )
    parser.add_argument("--detach", action="store_true", help="return when it serves; `down` stops it")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="leave an empty database empty")
    return parser


def _say_already(facts: dict[str, Any]) -> int:
    where = facts.get("address", "an address that it will print (it is still starting)")
    print(f"Onmaru already runs for {home.directory()} at {where}. `down` stops it.")
    return 0


def _require_port(host: str, port: int) -> None:
    # The server of a killed `up` needs a moment to notice and to let its port go.
    deadline = time.monotonic() + 8
    while True:
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
            return
        except OSError as error:
            if time.monotonic() > deadline:
                sys.exit(
                    f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --port."
                )
            time.sleep(0.2)


def _seed(*, demo: bool) -> None:
    if demo and _module("demo") and not get_user_model().objects.exists():
        print("Seeding the demo company ...", file=sys.stderr, flush=True)
        # Whole or not at all: a half-made company would count as data and never be made whole.
        with transaction.atomic():
            import_module("onmaru.app.demo").seed()


def _module(name: str) -> bool:
    return importlib.util.find_spec(f"onmaru.app.{name}") is not None


def _serve(options: argparse.Namespace, note: Path, children: list[subprocess.Popen[bytes]]) -> int:
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = (
        f"http://{'localhost' if options.host in ('0.0.0.0', '::', '127.0.0.1') else host}:{options.port}/"
    )
    stopping = _Stopping()
    (server,) = children
    try:
        came = _until(lambda: stopping.asked or server.poll() is not None or _answers(address), PATIENCE)
        if not came or server.poll() is not None:
            print("The server does not come up; see its words above.", file=sys.stderr)
            return 1
        # After the pages, which somebody waits for; jobs can wait a second.
        workers = _Workers(children)
        processes.tell(note, address=address)
        _announce(address)
        connection.close()
        while not stopping.asked and workers.tended() and server.poll() is None:
            time.sleep(0.2)
        if not stopping.asked:
            print("A process of the house ended by itself; stopping the rest.", file=sys.stderr)
            return 1
        return 0
    finally:
        processes.stop(children)


class _Workers:
    """The workers beside the server. One that was killed is started anew: the pages need not go with it."""

    MOST, WITHIN = 5, 60.0  # starts anew, seconds: what ends again and again is broken

    def __init__(self, children: list[subprocess.Popen[bytes]]) -> None:
        self.children = children
        self.running = {name: processes.start(name) for name in ("work", "help")}
        self.children += self.running.values()
        self.renewed: deque[float] = deque(maxlen=self.MOST)

    def tended(self) -> bool:
        """Start anew what ended; False when that did not help."""
        ended = [name for name, child in self.running.items() if child.poll() is not None]
        for name in ended:
            now = time.monotonic()
            if len(self.renewed) == self.MOST and now - self.renewed[0] < self.WITHIN:
                return False
            self.renewed.append(now)
            print("A worker ended by itself; it is started anew.", file=sys.stderr, flush=True)
            self.children.remove(self.running[name])
            processes.stop([self.running[name]])  # what it had started itself
            self.running[name] = processes.start(name)
            self.children.append(self.running[name])
        return True


class _Stopping:
    """Whether somebody asked us to stop, by Ctrl-C or by `down`."""

    def __init__(self) -> None:
        self.asked = False
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._ask)

    def _ask(self, *_: Any) -> None:
        self.asked = True


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _announce(address: str) -> None:
    print(f"\nOnmaru (온마루) serves at {address}")
    people = _sign_ins()
    if people:
        print("Demo sign-ins:")
    elif not get_user_model().objects.exists():
        print(
            "Nobody can sign in yet: `manage createsuperuser` makes the first person, who may do everything."
        )
    for name, password, role in people:
        print(f"  {name:<12} {password:<16} {role}")
    print("Ctrl-C or `down` stops it.", flush=True)


def _sign_ins() -> list[tuple[str, str, str]]:
    """The demo people that are really there: (user name, password, role)."""
    if not _module("demo"):
        return []
    demo = import_module("onmaru.app.demo")
    present = set(get_user_model().objects.values_list("username", flat=True))
    return [person for person in demo.SIGN_INS if person[0] in present]


def _detach(arguments: list[str]) -> int:
    log = home.prepare() / "up.log"
    command = [sys.executable, "-m", "onmaru", "up", *(word for word in arguments if word != "--detach")]
    with open(log, "wb") as written:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=written, stderr=written, start_new_session=True
        )
    with open(log, encoding="utf-8", errors="replace") as read:
        while child.poll() is None and not (processes.running() or {}).get("address"):
            print(read.read(), end="", flush=True)
            time.sleep(0.1)
        time.sleep(0.1)
        print(read.read(), end="", flush=True)
    return child.poll() or 0
