"""The only writers of this room's tables."""

from onmaru.masters.site.commands import companies, holidays, locations, warehouses

__all__ = ["companies", "holidays", "locations", "warehouses"]
