"""What rooms above tell people about; they register their kinds when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from onmaru.kernel.models import User
from onmaru.workbench.fields import Text


class Kind(NamedTuple):
    """A kind of notice, and how it is told to those who did not choose."""

    name: str
    label: Text
    screen: bool = True
    mail: bool = True
    push: bool = True


kinds: dict[str, Kind] = {}


Carrier = tuple[Any, str]
"""How a person's digest goes out: over which connection of Django's, and from whom."""

carriers: list[Callable[[User], Carrier | None]] = []
"""Ways for digests that rooms above know, asked where the house has no mail server of its own."""


def declare(name: str, label: Text, *, screen: bool = True, mail: bool = True, push: bool = True) -> Kind:
    """Declare a kind under its stable name."""
    kinds[name] = Kind(name, label, screen, mail, push)
    return kinds[name]
