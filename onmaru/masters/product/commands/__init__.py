"""The only writers of this room's tables."""

from onmaru.masters.product.commands import categories, conversions, price_lists, prices, products, units

__all__ = ["categories", "conversions", "price_lists", "prices", "products", "units"]
