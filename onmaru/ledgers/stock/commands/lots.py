"""Lots and serial numbers."""

from __future__ import annotations

from collections.abc import Collection
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


def lock(lot_ids: Collection[int]) -> None:
    """Hold lots, in the order of their keys: of two receipts of one serial number the second sees the first."""
    list(Lot.objects.select_for_update(no_key=True).filter(pk__in=lot_ids).order_by("pk"))
