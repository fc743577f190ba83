"""Lots and serial numbers."""

from __future__ import annotations

from datetime import date

from onmaru.ledgers.stock.models import Lot


def ensure(codes: dict[tuple[int, str], date | None]) -> dict[tuple[int, str], int]:
    """The keys of lots named by (product, code), made where they are new; the value is the day of expiry."""
    Lot.objects.bulk_create(
        [
            Lot(product_id=product, code=code, expires_on=expires)
            for (product, code), expires in sorted(codes.items())
        ],
        ignore_conflicts=True,
    )
    products = {product for product, _code in codes}
    found = Lot.objects.filter(product_id__in=products, code__in={code for _product, code in codes})
    return {(lot.product_id, lot.code): lot.pk for lot in found}
