"""Reading mailboxes: by the minute, or at once where their servers tell of what came."""

from onmaru.office.mailboxes.commands import reading, watching

__all__ = ["reading", "watching"]
