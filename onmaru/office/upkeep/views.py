"""Counting on every page by which own fields lists are filtered and sorted.

Each process adds what it saw when that is ``EACH`` or a minute old, so that a busy list waits for no write. What a
killed process had not told yet is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock
from time import monotonic

from django.http import HttpRequest, HttpResponse

from onmaru.kernel import calendars, custom
from onmaru.office.upkeep import commands
from onmaru.workbench import registry

EACH = 5
PAUSE = 60.0  # seconds
_asked: Counter[tuple[str, str]] = Counter()
_told = monotonic()
_turn = Lock()


def counted(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count by which own fields lists are filtered and sorted, on the pages and over the API."""

    def middleware(request: HttpRequest) -> HttpResponse:
        found = answer(request)
        words = {one.partition("__")[0] for one in [*request.GET, request.GET.get("sort", "").lstrip("-")]}
        own = [one for one in words if one.startswith(custom.PREFIX)]
        entity = registry.get(request.path.strip("/").removeprefix("api/")) if own else None
        if entity is not None and found.status_code == 200:
            _note([(entity.model._meta.label_lower, one) for one in own])
        return found

    return middleware


def _note(asked: list[tuple[str, str]]) -> None:
    global _told
    with _turn:
        _asked.update(asked)
        if _asked.total() < EACH and monotonic() - _told < PAUSE:
            return
        told, _told = dict(_asked), monotonic()
        _asked.clear()
    for (kind, name), times in told.items():
        commands.count(kind, name, times, today=calendars.today())
