"""What rooms above tell people about; they register their kinds when they are loaded."""

from __future__ import annotations

from typing import NamedTuple

from onmaru.workbench.fields import Text


class Kind(NamedTuple):
    """A kind of notice, and how it is told to those who did not choose."""

    name: str
    label: Text
    screen: bool = True
    mail: bool = True
    push: bool = True


kinds: dict[str, Kind] = {}


def declare(name: str, label: Text, *, screen: bool = True, mail: bool = True, push: bool = True) -> Kind:
    """Declare a kind under its stable name."""
    kinds[name] = Kind(name, label, screen, mail, push)
    return kinds[name]
