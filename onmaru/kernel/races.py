"""A lost race between transactions (a deadlock, a serialization failure) is run again here and never shown."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

R = TypeVar("R")
TRIES = 8
_LOST = {"40P01", "40001"}


def retried(transact: Callable[[], R]) -> R:
    """What ``transact``, a whole transaction, returns; tried again when it lost a race, eight times at most.

    Within a larger transaction the error goes to whoever began that one: only the whole can be tried again.
    """
    for attempt in range(TRIES):
        try:
            return transact()
        except OperationalError as error:
            lost = getattr(error.__cause__, "sqlstate", None) in _LOST
            if not lost or attempt == TRIES - 1 or connection.in_atomic_block:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
    raise AssertionError("the last try either returns or raises")
