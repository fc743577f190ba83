"""Who listens in this process, and who is where in all of them: fan-out in memory, fed by one LISTEN.

Each process tells the others, in the same channel, who has which record open in it, and again every ``BEAT`` seconds;
what was not heard of for three beats is forgotten with the process that said it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import orjson
import psycopg
from django.db import DatabaseError

log = logging.getLogger(__name__)

BEAT = 20.0
MOST_WAITING = 100
MOST_SHOWN = 8
Sender = Callable[..., None]
A = TypeVar("A")

# The database is asked on two threads with a connection each, however many pages are open.
_threads = ThreadPoolExecutor(2, thread_name_prefix="live")


async def in_thread(function: Callable[..., A], *given: Any, **named: Any) -> A:
    """Wait for what asks the database, while the loop goes on."""
    return await asyncio.get_running_loop().run_in_executor(_threads, partial(function, *given, **named))


def frame(event: str, said: Any, *, key: int | None = None) -> bytes:
    """One server-sent event; ``key`` is what the browser names when it comes again (Last-Event-ID)."""
    head = b"" if key is None else b"id: %d\n" % key
    return b"%sevent: %s\ndata: %s\n\n" % (head, event.encode(), orjson.dumps(said))


@dataclass(eq=False)
class Stream:
    """An open page: whose, of which record (or ""), and the frames it is still to be sent. None ends it."""

    person: int
    name: str
    session: str
    record: str
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 1))

    @property
    def topics(self) -> list[str]:
        """What it hears of."""
        return [f"person:{self.person}", *([self.record] if self.record else [])]

    def give(self, sent: bytes | None) -> None:
        """Queue a frame. A page that does not take what it is sent is let go; it comes again and catches up."""
        if self.waiting.qsize() >= MOST_WAITING:
            sent = None
        if not self.waiting.full():
            self.waiting.put_nowait(sent)


class Hub:
    """The streams of this process by topic, and the people present by record and process."""

    def __init__(self, channel: str, parameters: Callable[[], dict[str, Any]], send: Sender) -> None:
        self.channel, self.parameters, self.send = channel, parameters, send
        self.me = uuid4().hex[:12]
        self.streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self.present: defaultdict[str, dict[str, tuple[float, dict[int, str]]]] = defaultdict(dict)
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen; does nothing when it does already."""
        if not self.tasks:
            self.tasks = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._beat())]

    def stop(self) -> None:
        """Listen no more and end every stream: the server goes down, and its pages come to the next one."""
        for task in self.tasks:
            task.cancel()
        self.tasks = []
        for one in self.all():
            one.give(None)
        self.present.clear()

    async def join(self, stream: Stream) -> None:
        """Take a page in and tell who is there."""
        self.start()
        for topic in stream.topics:
            self.streams[topic].add(stream)
        await self._tell(stream.record)

    async def leave(self, stream: Stream) -> None:
        """Let a page go."""
        for topic in stream.topics:
            self.streams[topic].discard(stream)
            if not self.streams[topic]:
                del self.streams[topic]
        await self._tell(stream.record)

    def all(self) -> set[Stream]:
        """Every open page of this process."""
        return {one for some in self.streams.values() for one in some}

    def hear(self, payload: str) -> None:
        """What the channel said: people at a record, a new process that asks, or a word for some pages."""
        said: dict[str, Any] = orjson.loads(payload)
        topic = said.pop("to")
        if "here" in said:
            people = dict(said["here"])
            self._place(topic, said["process"], people)
        elif topic == "who":
            self.tasks.append(asyncio.ensure_future(self._tell_all()))
        else:
            event = "notices" if topic.startswith("person:") else "record"
            sent = frame(event, said, key=said.get("notice"))
            for one in self.streams.get(topic, ()):
                one.give(sent)

    def _place(self, topic: str, process: str, people: dict[int, str]) -> None:
        before = self._people(topic)
        if people:
            self.present[topic][process] = (time.monotonic() + 3 * BEAT, people)
        else:
            self.present[topic].pop(process, None)
        after = self._people(topic)
        if not after:
            self.present.pop(topic, None)
        # Who came just now knows nobody yet, so a word of one's own process is always handed on.
        if after != before or process == self.me:
            for one in self.streams.get(topic, ()):
                one.give(frame("here", [[key, name] for key, name in after.items() if key != one.person]))

    def _people(self, topic: str) -> dict[int, str]:
        now = time.monotonic()
        found: dict[int, str] = {}
        for until, people in self.present.get(topic, {}).values():
            found |= people if until > now else {}
        return dict(sorted(found.items())[:MOST_SHOWN])

    async def _tell(self, topic: str) -> None:
        if topic:
            people = {one.person: one.name for one in self.streams.get(topic, ())}
            here = sorted(people.items())[:MOST_SHOWN]
            try:
                await in_thread(self.send, topic, here=here, process=self.me)
            except DatabaseError as error:
                log.warning("who is where was not told: %s", error)

    async def _tell_all(self) -> None:
        for topic in [one for one in self.streams if not one.startswith("person:")]:
            await self._tell(topic)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self.tasks = [one for one in self.tasks if not one.done()]
            for topic in list(self.present):
                for process, (until, _people) in list(self.present[topic].items()):
                    if until < time.monotonic():
                        self._place(topic, process, {})
            await self._tell_all()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (psycopg.Error, DatabaseError) as error:
                log.warning("the live channel is gone: %s", error)
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        opened = await psycopg.AsyncConnection.connect(**self.parameters(), autocommit=True)
        async with opened:
            await opened.execute(f"LISTEN {self.channel}")
            # Whatever was said while nobody listened is found by looking: every page looks.
            for one in self.all():
                one.give(frame("again", {}))
            await in_thread(self.send, "who")
            async for note in opened.notifies():
                self.hear(note.payload)
