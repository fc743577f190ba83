"""A mail server of each kind on loopback: SMTP by aiosmtpd, IMAP (RFC 3501) as much of it as a reader needs."""

from __future__ import annotations

import re
import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from aiosmtpd.controller import Controller


class Post:
    """What arrived by SMTP. ``refuses`` answers recipients; ``falls_silent`` drops the line after a mail."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.whom: list[list[str]] = []
        self.refuses: dict[str, str] = {}
        self.falls_silent = False
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - its name for it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope.content)
        self.whom.append(list(envelope.rcpt_tos))
        if self.falls_silent:
            server.transport.abort()
        return "250 OK"


@contextmanager
def smtp() -> Iterator[Post]:
    """A server that takes mail for the length of the block."""
    post = Post()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        post.port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=post.port, decode_data=False)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


class Box:
    """A folder: mails by UID, all of today; ``validity`` is its UIDVALIDITY, ``tells`` whether the server has IDLE.

    ``during`` are mails that come while a command beginning so is answered: too late for its answer, as with servers
    that look at a folder once a command and tell of the rest below it. ``lines`` are the open connections, ``waiting``
    those that are told at once. ``murmurs`` says that the line is still there, again and again.
    """

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.validity = 7
        self.tells = True
        self.during: list[tuple[str, bytes]] = []
        self.lines: list[socket.socket] = []
        self.waiting = 0
        self.murmurs = False
        self.password = 'open "sesame" \\ 9'
        self.port = 0
        self.said: list[str] = []

    def put(self, raw: bytes) -> int:
        """Let a mail arrive; its UID."""
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return uid

    def cut(self) -> None:
        """End every line, as a server does that is started again."""
        for line in self.lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.lines = []


class _Line(socketserver.StreamRequestHandler):
    server: Any
    known = 0

    def handle(self) -> None:
        self.server.box.lines.append(self.connection)
        self.say("* OK ready")
        for line in self.rfile:
            tag, _space, rest = line.decode().rstrip("\r\n").partition(" ")
            while found := re.search(r"\{(\d+)\}$", rest):
                self.say("+ go on")
                literal = self.rfile.read(int(found[1])).decode()
                rest = rest[: found.start()] + literal + self.rfile.readline().decode().rstrip("\r\n")
            if not self.answer(tag, rest):
                return

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def answer(self, tag: str, rest: str) -> bool:
        box: Box = self.server.box
        box.said.append(rest)
        verb = rest.upper()
        if verb.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1" + " IDLE" * box.tells)
        elif verb.startswith("LOGIN"):
            if re.sub(r"\\(.)", r"\1", rest.partition('"" ')[2])[1:-1] != box.password:
                self.say(f"{tag} NO wrong password")
                return True
        elif verb.startswith(("SELECT", "EXAMINE")):
            self.known = len(box.mails)
            self.say(f"* {self.known} EXISTS")
            self.say(f"* OK [UIDVALIDITY {box.validity}] numbers")
            self.say(f"* OK [UIDNEXT {max(box.mails, default=0) + 1}] numbers")
        elif verb.startswith("UID SEARCH"):
            self.say("* SEARCH " + " ".join(str(one) for one in self.found(rest)))
        elif verb.startswith("UID FETCH"):
            self.fetch(rest)
        elif verb == "IDLE":
            self.idle()
        elif verb.startswith("LOGOUT"):
            self.say("* BYE")
        if box.during and verb.startswith(box.during[0][0]):
            box.put(box.during.pop(0)[1])
            self.wfile.write(self.news())
        self.say(f"{tag} OK done")
        return not verb.startswith("LOGOUT")

    def news(self) -> bytes:
        """How many mails there are, when that is another number than the client was told."""
        before, self.known = self.known, len(self.server.box.mails)
        return b"" if before == self.known else b"* %d EXISTS\r\n" % self.known

    def idle(self) -> None:
        """Tell of what comes until the client is done (RFC 2177); what waits already, in one breath with the answer."""
        box: Box = self.server.box
        while box.during and box.during[0][0] == "IDLE":
            box.put(box.during.pop(0)[1])
        self.wfile.write(b"+ idling\r\n" + self.news())
        box.waiting += 1
        while not select.select([self.connection], [], [], 0.02)[0]:
            self.wfile.write(self.news() + b"* OK still here\r\n" * box.murmurs)
        box.waiting -= 1
        self.rfile.readline()

    def found(self, rest: str) -> list[int]:
        uids = sorted(self.server.box.mails)
        first = re.search(r"UID (\d+):\*", rest)
        fitting = [one for one in uids if first is None or one >= int(first[1])]
        # "*" is the last there is (RFC 3501, 6.4.8): it is found though its number lies before the first asked for.
        return fitting or uids[-1:]

    def fetch(self, rest: str) -> None:
        uid = int(rest.split()[2])
        raw = self.server.box.mails.get(uid)
        if raw is None:
            return
        if "RFC822.SIZE" in rest:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        else:
            self.wfile.write(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(raw)) + raw + b")\r\n")


@contextmanager
def imap() -> Iterator[Box]:
    """A server with one mailbox for the length of the block."""
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Line) as server:
        box = server.box = Box()  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()
