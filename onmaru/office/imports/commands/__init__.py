"""The only writers of this room's tables."""

from onmaru.office.imports.commands import staging, taking

__all__ = ["staging", "taking"]
