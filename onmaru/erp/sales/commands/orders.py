"""Quotations and orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales import events, queries, rules
from onmaru.erp.sales.commands import pricing
from onmaru.erp.sales.models import CustomerTerms, Order
from onmaru.erp.sales.rules import Position
from onmaru.kernel import commands, numbering, records, refusals, sql, work
from onmaru.kernel import events as outbox
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.stock.commands import reservations
from onmaru.ledgers.stock.rules import Want
from onmaru.masters.party.models import Address, Party
from onmaru.masters.product.models import PriceList
from onmaru.masters.site.models import Company, Warehouse

SERIES = numbering.series("SO", Order._meta.verbose_name)
EXCEED_CREDIT = "sales.order.exceed_credit"
refusals.waivers[rules.CREDIT_LIMIT_EXCEEDED.code] = refusals.Waiver(
    EXCEED_CREDIT, _("Exceed the credit limit")
)
State = Order.State
AGREED = ("payment_days", "invoice_policy", "rounding", "rounding_scope", "over_delivery")
Rows = Sequence[Mapping[str, Any]]


@commands.command(label=_("New quotation"), model=Order)
def create(
    *,
    company: Company,
    customer: Party,
    lines: Rows,
    ordered_on: date | None = None,
    warehouse: Warehouse | None = None,
    price_list: PriceList | None = None,
    by: Actor,
    today: date,
    **values: Any,
) -> Order:
    """Make a quotation (견적): prices from the customer's list unless typed, terms as agreed with the customer.

    Each row has ``product`` and ``quantity`` and may have ``unit``, ``unit_price``, ``discount`` (a share, 0 to 1),
    ``description``, ``tax_class``, ``promised_on``. Refuses, all at once: an unfit customer, no lines, and
    whatever is wrong with a line.
    """
    agreed = queries.terms.of(company, customer.pk)
    price_list = price_list or agreed.price_list
    order = Order(
        company=company,
        customer=customer,
        ordered_on=ordered_on or today,
        warehouse=warehouse or _first_warehouse(company),
        price_list=price_list,
        currency=price_list.currency if price_list else customer.currency or company.currency,
        tax_included=bool(price_list and price_list.tax_included),
        salesperson_id=by.user_id,
        **{name: getattr(agreed, name) for name in AGREED},
    )
    _fill(order, values)
    written = pricing.build(order, lines)
    pricing.save(order, written)
    year = accounting.fiscal_year_of(order.ordered_on, company.fiscal_year_start_month)
    work.required().claims.append(numbering.Claim(order, company.pk, SERIES, year, order.ordered_on))
    return order


def _first_warehouse(company: Company) -> Warehouse:
    found = sql.first(Warehouse, "t0.company_id = %s AND t0.is_active ORDER BY t0.id LIMIT 1", [company.pk])
    if found is None:
        raise refusals.Refused(rules.WAREHOUSE_MISSING("warehouse", company=company))
    return found


def _fill(order: Order, values: Mapping[str, Any]) -> None:
    customer = order.customer
    unfit = not (customer.is_customer and customer.is_active)
    # Looked at by themselves: references were given as records, and the constraints judge at the insert.
    exclude = ("supply_amount", "tax_amount", "total")
    refusals.check(
        [
            rules.CUSTOMER_UNFIT("customer", customer=customer) if unfit else None,
            _of_company("warehouse", values.get("warehouse") or order.warehouse, order.company_id),
            _of_customer("bill_to", values.get("bill_to"), customer),
            _of_customer("ship_to", values.get("ship_to"), customer),
            *(records.problems(order, values, exclude=exclude, alone=True) if values else ()),
        ]
    )


def _of_company(field: str, place: Warehouse, company_id: int) -> Refusal | None:
    return None if place.company_id == company_id else refusals.NOT_FOUND(field)


def _of_customer(field: str, address: Address | None, customer: Party) -> Refusal | None:
    return None if address is None or address.party_id == customer.pk else refusals.NOT_FOUND(field)


@commands.command(
    label=_("Edit"),
    model=Order,
    move=((State.DRAFT, State.QUOTED), State.DRAFT),
    fetch=("company", "customer"),
)
def edit(order: Order, *, lines: Rows | None = None, by: Actor, **values: Any) -> Order:
    """Change a quotation; one that was given to the customer is a draft again. Refuses like ``create``."""
    refusals.check(records.fixed(order, values, "company"))
    _fill(order, values)
    stood = _rows(order)
    rows = lines if lines is not None else stood
    written = pricing.build(order, rows, dict(order.lines.values_list("pk", "custom")))
    order.lines.all().delete()
    pricing.save(order, written)
    if [{**one, "id": None} for one in stood] != [{**one, "id": None} for one in _rows(order)]:
        work.lined(order, {})
    commands.touch(order)
    return order


def _rows(order: Order) -> list[dict[str, Any]]:
    names = (
        "id",
        "product_id",
        "unit_id",
        "quantity",
        "unit_price",
        "discount",
        "description",
        "tax_class",
        "promised_on",
    )
    kept = order.lines.filter(kit=None).order_by("ordinal").values(*names)
    return [{name.removesuffix("_id"): value for name, value in row.items()} for row in kept]


@commands.command(label=_("Submit quotation"), model=Order, move=(State.DRAFT, State.QUOTED))
def quote(order: Order, *, by: Actor) -> Order:
    """Give the quotation to the customer."""
    return order


@commands.command(
    label=_("Confirm"),
    model=Order,
    move=((State.DRAFT, State.QUOTED), State.CONFIRMED),
    primary=True,
    fetch=("company", "customer"),
)
def confirm(order: Order, *, by: Actor, today: date) -> Order:
    """Take the order (수주): reserve what is free; what is missing is a backorder that the next receipt fills.

    Refuses ``credit_limit_exceeded`` unless the person may exceed it.
    """
    refusals.check([_over_credit(order, by)])
    _reserve(order, queries.positions.of(order.pk), today)
    outbox.emit(events.OrderConfirmed(order.pk), order)
    return order


def _over_credit(order: Order, by: Actor) -> Refusal | None:
    # The row is locked so that two orders of one customer cannot pass the limit side by side.
    limited = "t0.company_id = %s AND t0.customer_id = %s AND t0.credit_limit IS NOT NULL"
    agreed = sql.first(CustomerTerms, limited, [order.company_id, order.customer_id], locked=True)
    if agreed is None or agreed.credit_limit is None or by.may(EXCEED_CREDIT):
        return None
    exposure = queries.terms.exposure(order.company, order.customer_id) + queries.terms.in_company_currency(
        order
    )
    if exposure <= agreed.credit_limit:
        return None
    return rules.CREDIT_LIMIT_EXCEEDED(
        "customer", customer=order.customer, exposure=exposure, limit=agreed.credit_limit
    )


def _reserve(order: Order, positions: Sequence[Position], on: date) -> dict[int, Decimal]:
    wants = [
        Want(one.line_id, one.product, one.outstanding - one.reserved)
        for one in positions
        if one.outstanding > one.reserved
    ]
    return reservations.reserve(order, wants, warehouse_id=order.warehouse_id, on=on)


@commands.command(label=_("Reserve stock"), model=Order, move=(State.CONFIRMED, State.CONFIRMED))
def reserve(order: Order, *, by: Actor, today: date) -> Order:
    """Reserve for the backorder what has become free since. Doing it twice does nothing more."""
    _reserve(order, queries.positions.of(order.pk), today)
    return order


@commands.command(label=_("Back to draft"), model=Order, move=((State.QUOTED, State.CONFIRMED), State.DRAFT))
def reopen(order: Order, *, by: Actor) -> Order:
    """Open a confirmed order for changes; its reservations are given back. Refuses once anything happened to it."""
    refusals.check(
        [
            rules.DELIVERED_ALREADY() if order.deliveries.exists() else None,
            rules.INVOICED_ALREADY() if order.invoices.exists() else None,
        ]
    )
    reservations.release(order)
    return order


@commands.command(
    label=_("Cancel"),
    model=Order,
    move=((State.DRAFT, State.QUOTED, State.CONFIRMED), State.CANCELLED),
    danger=True,
    asks={"reason": _("Reason")},
)
def cancel(order: Order, *, reason: str = "", by: Actor) -> Order:
    """Cancel; reservations are given back. Refuses while the customer has goods, or charges are not credited."""
    refusals.check(_happened(queries.positions.of(order.pk)))
    reservations.release(order)
    outbox.emit(events.OrderCancelled(order.pk), order)
    return order


def _happened(positions: Sequence[Position]) -> list[Refusal | None]:
    return [
        rules.DELIVERED_ALREADY() if any(one.kept for one in positions) else None,
        rules.INVOICED_ALREADY() if any(one.invoiced for one in positions) else None,
    ]


@commands.command(
    label=_("Close"),
    model=Order,
    move=(State.CONFIRMED, State.CLOSED),
    danger=True,
    asks={"reason": _("Reason")},
)
def close(order: Order, *, reason: str = "", by: Actor) -> Order:
    """End the order though not all was delivered; its reservations are given back. Charging goes on."""
    reservations.release(order)
    return order


def resume(order: Order) -> None:
    """Confirm a closed order again, because something about it is open again; part of the command that made it so."""
    Order.objects.filter(pk=order.pk).update(
        state=State.CONFIRMED, version=F("version") + 1, changed_at=Now()
    )
    work.audit("sales.order.resume", order, {"state": [State.CLOSED, State.CONFIRMED]})
