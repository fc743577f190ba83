"""Who writes this room's tables."""

from onmaru.office.approval.commands import covering, drafting, guarding, running, signing

__all__ = ["covering", "drafting", "guarding", "running", "signing"]
