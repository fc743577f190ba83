"""What programs may ask the house. Rooms above add their own when they are loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.workbench.fields import Field, Text

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Inquiry:
    """``words`` say what it answers, ``fields`` what it asks. ``permission`` is needed to be offered it, if any is.

    ``answer`` gets who asks and the values of the fields that were said, and gives JSON. Raises Refused.
    """

    name: str
    label: Text
    words: Text
    answer: Callable[[Actor, Mapping[str, Any]], Answer]
    fields: Sequence[Field] = ()
    permission: str = ""


inquiries: dict[str, Inquiry] = {}


def add(inquiry: Inquiry) -> None:
    """Take an inquiry in, under its name."""
    inquiries[inquiry.name] = inquiry
