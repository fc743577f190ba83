"""Parts of a whole."""

from __future__ import annotations

from typing import Any

from django.db import models


class Share(models.DecimalField):
    """A part of a whole, kept as 0.1; people, files and programs say 10, per cent."""

    def __init__(self, verbose_name: Any = None, **more: Any) -> None:
        super().__init__(verbose_name, **{"max_digits": 7, "decimal_places": 6} | more)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To the database it is a decimal like any other."""
        name, _path, said, more = super().deconstruct()
        return name, "django.db.models.DecimalField", said, more
