"""What the pages ask of the floors above; those register their answers at start-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from onmaru.kernel.identity import Actor


class DemoPerson(NamedTuple):
    """A sign-in of the demonstration company, shown at the door."""

    name: str
    login: str
    password: str


company_names: list[Callable[[Actor], Sequence[str]]] = []
"""The names of the companies a person works for, shown beside their own."""

zones: list[Callable[[Actor], str]] = []
"""The time zone of the company a person works for, by its IANA name; Korea's when nobody knows."""

demo_people: list[Callable[[], Sequence[DemoPerson]]] = []
"""Who may be tried out; nobody unless the demonstration company was seeded."""
