"""What there is no more of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from onmaru.kernel import permissions
from onmaru.kernel.identity import Actor
from onmaru.ledgers.stock.models import Quant
from onmaru.office.dashboards.ports import Amount


def out(by: Actor, _today: date) -> Sequence[Amount]:
    """How many products that the house had or promised have nothing left that is free to promise."""
    rows = permissions.visible(Quant.objects.filter(product__is_active=True), by).order_by()
    products = rows.values("product", "company").annotate(left=Sum(F("on_hand") - F("reserved")))
    return [Amount(Decimal(products.filter(left__lte=0).count()))]
