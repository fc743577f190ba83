"""The only writers of this room's tables."""

from onmaru.masters.party.commands import bank_accounts, banks, bulk, drafts, parties

__all__ = ["bank_accounts", "banks", "bulk", "drafts", "parties"]
