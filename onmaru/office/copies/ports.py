"""Where rooms keep what records told: each covers there what is encrypted or destroyed in the records themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Protocol

from django.db import models

from onmaru.kernel.identity import Actor


class Copies(Protocol):
    """What keeps copies of records beside them."""

    def __call__(
        self,
        model: type[models.Model],
        name: str,
        change: Callable[[Any], Any],
        *,
        keys: Collection[int] | None,
    ) -> None:
        """Make ``change`` of what the copies of these records (None: of all) tell of a field."""


copies: list[Copies] = []

papers: dict[tuple[str, str], Callable[..., Any]] = {}
"""Fields, by kind and name, that are not personal but may tell what is: a rule destroys one by ``(record, by=)``."""


def destroys(record: models.Model, field: str, *, by: Actor) -> bool:
    """Destroy a paper; False when the field is none."""
    paper = papers.get((record._meta.label_lower, field))
    if paper is not None:
        paper(record, by=by)
    return paper is not None
