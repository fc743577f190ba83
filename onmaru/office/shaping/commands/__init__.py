"""The only writers of this room's tables."""

from onmaru.office.shaping.commands import fields, layouts

__all__ = ["fields", "layouts"]
