"""What rooms above do with fields of the company's own."""

from __future__ import annotations

from collections.abc import Callable

from onmaru.office.shaping.models import CustomField

changed: list[Callable[[CustomField], None]] = []
"""Called with a field that was made or changed, in its transaction: what it takes is to be seen to."""
