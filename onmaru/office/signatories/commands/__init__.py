"""Who writes this room's tables."""

from onmaru.office.signatories.commands import absences, lines

__all__ = ["absences", "lines"]
