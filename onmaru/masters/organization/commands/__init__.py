"""Who writes this room's tables."""

from onmaru.masters.organization.commands import departments, members

__all__ = ["departments", "members"]
