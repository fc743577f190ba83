"""Who writes this room's tables."""

from onmaru.office.approval.commands import absences, demands, drafting, guarding, lines, running, signing

__all__ = ["absences", "demands", "drafting", "guarding", "lines", "running", "signing"]
