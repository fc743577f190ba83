"""What a delivery is worth: its share of the order, in the words of an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, Sum

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import Delivery, DeliveryLine
from onmaru.erp.sales.queries import positions, terms
from onmaru.erp.sales.rules import ZERO, Billed, Charge, Position, Terms


def of(delivery: Delivery) -> tuple[list[Billed], Charge]:
    """The lines a delivery makes chargeable and their total, whatever was invoiced since; below zero for a return.

    Charged up to what the customer had after this delivery, less what was chargeable before it: so the statements
    of an order add up to the order, a kit counts as far as it is complete, and a service goes with the first goods.
    """
    before, after = _kept(delivery)
    order_lines, agreed = positions.of(delivery.order_id), terms.amounts(delivery.order)
    # What goes with the goods went with the first of them, even when they all came back since.
    gone = [_at(one, before, Fraction(one.quantity if before else 0), agreed) for one in order_lines]
    earlier = rules.due(gone, by_order=False)
    now = [_at(one, after, earlier.get(one.line_id, Fraction(0)), agreed) for one in order_lines]
    so_far = rules.total([one.charged for one in now], agreed)
    return rules.bill(now, rules.due(now, by_order=False), agreed, so_far)


def _kept(delivery: Delivery) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """By order line, what the customer had (base unit) before and after a delivery."""
    rows = (
        DeliveryLine.objects.filter(delivery__order=delivery.order_id, delivery__lte=delivery.pk)
        .values_list("order_line")
        .annotate(before=Sum("quantity", filter=Q(delivery__lt=delivery.pk)), after=Sum("quantity"))
    )
    known = list(rows)
    return {line: one for line, one, _ in known if one is not None}, {line: one for line, _, one in known}


def _at(position: Position, kept: Mapping[int, Decimal], invoiced: Fraction, agreed: Terms) -> Position:
    """The position at another time: what the customer had then, and what had been charged for it."""
    charged = rules.part(Charge(position.amount, position.tax), invoiced, position.quantity, agreed)
    return replace(
        position,
        delivered=kept.get(position.line_id, ZERO),
        returned=ZERO,
        redelivered=ZERO,
        invoiced=rules.shown(invoiced),
        charged_supply=charged.supply,
        charged_tax=charged.tax,
    )
