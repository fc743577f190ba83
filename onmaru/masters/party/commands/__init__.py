"""The only writers of this room's tables."""

from onmaru.masters.party.commands import banks, bulk, drafts, parties

__all__ = ["banks", "bulk", "drafts", "parties"]
