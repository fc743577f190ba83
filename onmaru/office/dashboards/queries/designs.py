"""The first pages that nobody has to make: of an owner at half past seven, of a manager, of a clerk at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.office.dashboards.models import Card
from onmaru.workbench.fields import Text

Kind, Against = Card.Kind, Card.Against
SALES, LATE = "invoices", "state=confirmed&promised_on__lt=today&delivery_status=none&delivery_status=partial"
OVERDUE = "due_on__lt=today&payment_status=none&payment_status=partial"


def _card(
    kind: Card.Kind, title: Text, source: str, query: str = "", measure: str = "count", **more: object
) -> Card:
    return Card(kind=kind, title=cast("str", title), source=source, query=query, measure=measure, **more)


def owner() -> list[Card]:
    """What an owner asks before the first coffee: did we sell, have we cash, who owes, what is late, what ran out."""
    year = {"against": Against.YEAR}
    return [
        _card(Kind.NUMBER, _("Sales yesterday"), SALES, "invoiced_on=yesterday", "supply_amount", **year),
        _card(Kind.NUMBER, _("Sales this month"), SALES, "invoiced_on=this month", "supply_amount", **year),
        _card(Kind.NUMBER, _("Cash and deposits"), "cash"),
        _card(Kind.NUMBER, _("Receivables overdue"), SALES, OVERDUE, "open_amount"),
        _card(Kind.NUMBER, _("Orders late"), "orders", LATE),
        _card(Kind.NUMBER, _("Out of stock"), "stock-out"),
        _card(Kind.NUMBER, _("Waiting for approval"), "approvals-waiting"),
        _card(
            Kind.NUMBER,
            _("Orders this month"),
            "orders",
            "state=confirmed&ordered_on=this month",
            "total",
            **year,
        ),
        _card(Kind.TREND, _("Sales by month"), SALES, "invoiced_on=last 13 months", "supply_amount", width=2),
        _card(
            Kind.LIST,
            _("Orders late"),
            "orders",
            f"{LATE}&sort=promised_on&fields=number,customer,promised_on,total",
            width=2,
        ),
    ]


def manager() -> list[Card]:
    """What a manager steers by: what comes in, where it stands, who buys, what hangs."""
    year = {"against": Against.YEAR}
    buyers = "invoiced_on=this year&down=customer&measure=supply_amount"
    return [
        _card(Kind.NUMBER, _("Sales this month"), SALES, "invoiced_on=this month", "supply_amount", **year),
        _card(Kind.NUMBER, _("Orders late"), "orders", LATE),
        _card(Kind.NUMBER, _("Receivables overdue"), SALES, OVERDUE, "open_amount"),
        _card(Kind.NUMBER, _("Out of stock"), "stock-out"),
        _card(Kind.BOARD, _("Orders by state"), "orders", "ordered_on=last 90 days", width=2),
        _card(Kind.CHART, _("Who buys this year"), SALES, buyers, "supply_amount", width=2),
    ]


def clerk() -> list[Card]:
    """What a clerk begins with; what waits and what was worked on last stand below it."""
    return [
        _card(Kind.NUMBER, _("Orders entered today"), "orders", "ordered_on=today"),
        _card(Kind.NUMBER, _("To go out today"), "orders", LATE.replace("__lt", "__lte")),
        _card(Kind.NUMBER, _("Out of stock"), "stock-out"),
        _card(Kind.NUMBER, _("Waiting for approval"), "approvals-waiting"),
    ]


def of(by: Actor) -> Sequence[Card]:
    """The design that fits what somebody may do: all; share what others look at or see the books; the day's work."""
    if by.may("*"):
        return owner()
    leads = by.may("dashboards.dashboard.share") or by.may("accounting.entry.view")
    return manager() if leads else clerk()
