"""The house served as in earnest, streams and all, on a thread of the test's own process and database."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.contrib.staticfiles.handlers import StaticFilesHandler
from granian.constants import Interfaces
from granian.server.embed import Server

from onmaru.app import asgi, wsgi

PATIENCE = 15.0


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server for the length of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pages = StaticFilesHandler(wsgi.application)
    server = Server(asgi.routed(pages), port=port, interface=Interfaces.ASGI, log_enabled=False)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    _wait(port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        thread.join(PATIENCE)


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class Page:
    """An open page: its stream, read an event at a time."""

    def __init__(self, address: str, session: str, *, on: str = "", last: str = "") -> None:
        self.line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
        headers = {"Cookie": f"sessionid={session}"} | ({"Last-Event-ID": last} if last else {})
        self.line.request("GET", f"/live?on={on}", headers=headers)
        self.answer = self.line.getresponse()

    def next(self) -> tuple[str, Any, str]:
        """The next event: its name, what it says, and its id; what only keeps the line open is passed over."""
        found: dict[str, str] = {}
        while (line := self.answer.readline().decode().rstrip()) or "event" not in found:
            name, _colon, value = line.partition(": ")
            found[name] = value
        return found["event"], orjson.loads(found["data"]), found.get("id", "")

    def until(self, event: str) -> Any:
        """What the next event of this name says."""
        while True:
            name, said, _key = self.next()
            if name == event:
                return said

    def close(self) -> None:
        """Leave the page."""
        if self.line.sock is not None:
            self.line.sock.shutdown(socket.SHUT_RDWR)
        self.answer.close()
        self.line.close()
