"""Who writes this room's tables."""

from onmaru.office.approval.commands import drafting, guarding, running, signing

__all__ = ["drafting", "guarding", "running", "signing"]
