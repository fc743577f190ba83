"""The only writers of this room's tables."""

from onmaru.office.shaping.commands import fields, layouts, packages

__all__ = ["fields", "layouts", "packages"]
