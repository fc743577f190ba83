"""Who writes this room's tables."""

from onmaru.office.forms.commands import designs, papers

__all__ = ["designs", "papers"]
