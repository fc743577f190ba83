"""Parts of a whole."""

from __future__ import annotations

from typing import Any

from django.db import models


class Share(models.DecimalField):  # type: ignore[type-arg]
    """A part of a whole, kept as 0.1; people, files and programs say 10, per cent."""

    def __init__(self, *said: Any, max_digits: int = 7, decimal_places: int = 6, **more: Any) -> None:
        super().__init__(*said, max_digits=max_digits, decimal_places=decimal_places, **more)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To the database it is a decimal like any other."""
        name, _path, said, more = super().deconstruct()
        return name, "django.db.models.DecimalField", said, more
