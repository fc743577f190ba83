"""What the rooms around answer: who tells people, what records of a kind say for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise

from onmaru.kernel.expressions import Value
from onmaru.kernel.models import User


class Tell(Protocol):
    """Tell ``people`` something about a record; ``kind`` is what they may choose to hear of (``approval.turn``)."""

    def __call__(
        self, people: Sequence[User], *, kind: str, record: models.Model, words: str | Promise
    ) -> Any: ...


tellers: list[Tell] = []
"""Who tells people; nobody as long as no room does."""


class Told(Protocol):
    """What records of one kind say for themselves, where their fields do not say it all."""

    def values(self, record: Any) -> Mapping[str, Value]:
        """What conditions may name beside its fields."""

    def samples(self) -> Mapping[str, Value]:
        """A value of each of those."""

    def content(self, record: Any) -> Mapping[str, Any]:
        """Sections and grids, as ``queries.content`` makes them."""


told: dict[str, Told] = {}
"""By kind of record."""
