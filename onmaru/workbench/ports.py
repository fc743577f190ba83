"""What the pages ask of the floors above; those register their answers at start-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString

from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.workbench.entity import Document, Entity
from onmaru.workbench.fields import Text


class Company(NamedTuple):
    """A company a person works for, as the shell shows it, the time zone (IANA) its clocks go by, and its currency."""

    name: str
    zone: str
    currency: str


class DemoPerson(NamedTuple):
    """A sign-in of the demonstration company, shown at the door."""

    login: str
    password: str
    role: str


companies: list[Callable[[Actor], Sequence[Company]]] = []
"""The companies a person works for, the first one first."""

demo_people: list[Callable[[], Sequence[DemoPerson]]] = []
"""Who may be tried out; nobody unless the demonstration company was seeded."""

shapes: list[Callable[[Entity], Entity]] = []
"""An entity as the administrator shaped it: a copy with fields, columns and defaults of its own, else the same one."""

sights: list[Callable[[Entity, Actor], Entity]] = []
"""An entity as it is shaped for the company of one person: another copy, else the same one."""

usual: list[Callable[[HttpRequest, Entity, Actor], str]] = []
"""How a person wants to meet a list that they open by its name alone: a query string, or nothing."""

printed: list[Callable[[Entity, Document, Any, str], bytes]] = []
"""A document of a record under its company's letterhead, in a language, or where that is empty in the one due."""

operations: list[Callable[[Any, Sequence[Entity]], list[Any]]] = []
"""What rooms above add to the API (a ninja API) for these entities; they answer the models of what it asks."""

before: list[Callable[[Command[Any], Actor, Any, Mapping[str, Any]], Callable[[], None] | None]] = []
"""Told before a command is done to a record (or its key) with what it is given; they answer what to call afterwards."""

differences: dict[tuple[str, str], Callable[[Any, Any], list[tuple[Text, str, str]]]] = {}
"""How the history tells of a field, by kind and name, where old and new beside each other would say little: its
changes, each as label, old and new."""

Context = Mapping[str, Any]

slots: defaultdict[str, list[Callable[[Context], SafeString]]] = defaultdict(list)
"""What rooms above put into the pages, by place: a function from the template's context (``request``, ``by`` and,
where there is one, ``entity`` and ``detail``) to HTML, empty where it has nothing to say. The places are
``list.tools``, ``list.files`` (ways out of a list), ``record.tools``, ``record.below``, ``record.talk`` (history and
files), ``home.above``, ``menu.above``,
``top.tools``, ``person.menu``, ``notice.tools`` (beside what was said last) and ``page.end``."""
