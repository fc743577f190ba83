"""What a benchmark hands back: figures that were seen, and bars that they must clear."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """One claim measured: `figures` are what was seen, `bars` decide whether the claim holds."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    bars: list[dict[str, Any]] = field(default_factory=list)

    def at_most(self, name: str, value: float, limit: float) -> None:
        """A bar that `value` must stay at or below."""
        self.bars.append({"name": name, "value": value, "limit": limit, "ok": value <= limit})

    def at_least(self, name: str, value: float, limit: float) -> None:
        """A bar that `value` must reach."""
        self.bars.append({"name": name, "value": value, "limit": limit, "ok": value >= limit})

    def equal(self, name: str, value: Any, limit: Any) -> None:
        """A bar for what must come out exactly."""
        self.bars.append({"name": name, "value": value, "limit": limit, "ok": value == limit})

    @property
    def ok(self) -> bool:
        """Whether every bar is cleared; a claim without a bar proves nothing."""
        return bool(self.bars) and all(bar["ok"] for bar in self.bars)

    def as_dict(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {"name": self.name, "figures": self.figures, "bars": self.bars}


@dataclass
class Span:
    """Seconds of wall time."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Span]:
    """Measure the wall time of the block."""
    span = Span()
    started = time.perf_counter()
    try:
        yield span
    finally:
        span.seconds = time.perf_counter() - started


def progress(words: str) -> None:
    """Say how far it is, where it does not mix with the result."""
    print(words, file=sys.stderr, flush=True)
