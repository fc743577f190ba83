"""What the rooms around answer: who tells people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise

from onmaru.kernel.models import User


class Tell(Protocol):
    """Tell ``people`` something about a record; ``kind`` is what they may choose to hear of (``approval.turn``)."""

    def __call__(
        self, people: Sequence[User], *, kind: str, record: models.Model, words: str | Promise
    ) -> Any: ...


tellers: list[Tell] = []
"""Who tells people; nobody as long as no room does."""
