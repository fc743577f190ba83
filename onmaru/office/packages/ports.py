"""What other rooms keep in the file of a house's shape; they register it at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from onmaru.kernel.identity import Actor


class Part(NamedTuple):
    """``whole`` answers what is kept, one JSON object each; ``bring`` makes one so, or raises Refused."""

    whole: Callable[[], list[dict[str, Any]]]
    bring: Callable[[Actor, Mapping[str, Any]], Any]


parts: dict[str, Part] = {}
"""By their name in the file."""
