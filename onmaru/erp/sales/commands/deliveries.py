"""Deliveries and returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypedDict

from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales import events, queries, rules
from onmaru.erp.sales.commands import orders
from onmaru.erp.sales.models import Delivery, DeliveryLine, Order, OrderLine
from onmaru.erp.sales.models.terms import InvoicePolicy
from onmaru.erp.sales.queries.returns import Left, Part, parts_back
from onmaru.erp.sales.rules import Position
from onmaru.kernel import commands, custom, numbering, refusals, sql, work
from onmaru.kernel import events as outbox
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.stock.commands import movements, reservations
from onmaru.ledgers.stock.models import Lot
from onmaru.ledgers.stock.queries import facts
from onmaru.ledgers.stock.rules import LOCATION_NOT_OWN, STOCK_SHORT, Pick, Receipt, Want
from onmaru.masters.site.models import Location

SERIES = numbering.series("DO", Delivery.Kind.DELIVERY.label)
RETURN_SERIES = numbering.series("RT", Delivery.Kind.RETURN.label)
State = Order.State
Rows = Sequence[Mapping[str, Any]]


class _Goods(TypedDict):
    line: Annotated[int, OrderLine]
    quantity: Decimal


class Sent(_Goods, total=False):
    """A row of a delivery: a line of the order by its key, the quantity in its base unit, perhaps a lot by its key."""

    lot: Annotated[int | None, Lot]


class _Back(TypedDict):
    line: Annotated[int, DeliveryLine]
    quantity: Decimal


class Returned(_Back, total=False):
    """A row of a return: a line of the delivery by its key, the quantity in its base unit, perhaps a lot by its key."""

    lot: Annotated[int | None, Lot]


@commands.command(
    label=_("Deliver"),
    model=Order,
    move=(State.CONFIRMED, None),
    primary=True,
    fetch=("company",),
    asks={"delivered_on": _("Delivered on"), "lines": _("Lines"), "tracking_number": _("Tracking number")},
)
def deliver(
    order: Order,
    *,
    delivered_on: date | None = None,
    lines: Sequence[Sent] | None = None,
    tracking_number: str = "",
    by: Actor,
    today: date,
) -> Delivery:
    """Deliver (출하): without ``lines`` all that is reserved or free now; the rest stays a backorder.

    Rows name ``line`` (of the order), ``quantity`` in the base unit, and perhaps a ``lot`` (key). Refuses, row by
    row: unknown lines, more than is outstanding and tolerated, more than is in stock; and nothing at all. An order
    charged by what was ordered is closed with its last goods.
    """
    day = delivered_on or today
    positions = {one.line_id: one for one in queries.positions.of(order.pk)}
    kept, wrong = custom.of_lines(order, DeliveryLine, lines or (), {})
    if lines is None:
        wanted = _everything(order, positions, day)
    else:
        wanted = _asked(order, positions, lines, day, wrong)
    if not wanted:
        raise refusals.Refused(rules.NOTHING_TO_DELIVER("lines"))
    delivery = Delivery(order=order, company=order.company, customer_id=order.customer_id, delivered_on=day)
    delivery.warehouse_id, delivery.ship_to_id = order.warehouse_id, order.ship_to_id
    delivery.tracking_number = tracking_number
    own = _by_line_kept(lines or (), kept)
    sent = [
        {"order_line_id": line_id, "product_id": positions[line_id].product, "quantity": quantity}
        | ({"custom": own.get(line_id, {})} if own else {})
        for line_id, quantity in wanted.items()
    ]
    keys = sql.insert_document(delivery, DeliveryLine, sent, "delivery")
    picks = [
        Pick(line_id, key, positions[line_id].product, quantity)
        for key, (line_id, quantity) in zip(keys, wanted.items(), strict=True)
    ]
    movements.issue(
        order.company,
        picks,
        held_by=order,
        document=delivery,
        side=Location.Kind.CUSTOMER,
        moved_on=day,
        by=by,
    )
    _finish(delivery, SERIES)
    if order.invoice_policy == InvoicePolicy.ORDER and _is_done(order):
        order.state = State.CLOSED
    return delivery


def _by_line_kept(lines: Rows, kept: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """By line, what was given for the company's own fields of the new one; nothing where nobody gave any."""
    return {int(row["line"]): given for row, given in zip(lines, kept, strict=True) if given}


def _is_done(order: Order) -> bool:
    positions = queries.positions.of(order.pk)
    charged = all(one.invoiced == one.quantity for one in positions if one.kit_id is None)
    return charged and rules.is_done(positions)


def _finish(delivery: Delivery, series: str) -> None:
    year = accounting.fiscal_year_of(delivery.delivered_on, delivery.company.fiscal_year_start_month)
    work.required().claims.append(
        numbering.Claim(delivery, delivery.company_id, series, year, delivery.delivered_on)
    )
    outbox.emit(events.DeliveryPosted(delivery.pk, delivery.order_id), delivery)


def _everything(order: Order, positions: Mapping[int, Position], day: date) -> dict[int, Decimal]:
    """By line, what is reserved once the backorder has been topped up from what is free."""
    wants = [
        Want(one.line_id, one.product, one.outstanding - one.reserved)
        for one in positions.values()
        if one.outstanding > one.reserved
    ]
    got = reservations.reserve(order, wants, warehouse_id=order.warehouse_id, on=day)
    held = {
        one.line_id: one.reserved + got.get(one.line_id, rules.ZERO)
        for one in positions.values()
        if one.stocked
    }
    return {line_id: quantity for line_id, quantity in held.items() if quantity > 0}


def _asked(
    order: Order, positions: Mapping[int, Position], lines: Rows, day: date, wrong: Sequence[Refusal]
) -> dict[int, Decimal]:
    """By line, what was asked, reserved now: named lots instead of what was held before, the rest on top of it.

    Refuses what is ``wrong`` already with what it finds itself.
    """
    asked: dict[int, Decimal] = {}
    found = [one for place, row in enumerate(lines) for one in _problems(place, row, positions, order, asked)]
    refusals.check([*wrong, *found])
    named = {int(row["line"]) for row in lines if row.get("lot")}
    if named:
        reservations.release(order, line_ids=named)
    wanted: dict[int, Decimal] = {}
    wants = []
    for row in lines:
        line_id = int(row["line"])
        wanted[line_id] = wanted.get(line_id, rules.ZERO) + row["quantity"]
        if line_id in named:
            wants.append(Want(line_id, positions[line_id].product, row["quantity"], row.get("lot")))
    missing = {
        key: quantity - positions[key].reserved for key, quantity in wanted.items() if key not in named
    }
    wants += [
        Want(key, positions[key].product, quantity) for key, quantity in missing.items() if quantity > 0
    ]
    got = reservations.reserve(order, wants, warehouse_id=order.warehouse_id, on=day)
    refusals.check(_short(lines, wants, got, positions))
    # Other lots were held for these lines before: what stays to be delivered of them is promised still.
    kept = {key: min(positions[key].reserved, positions[key].outstanding) - wanted[key] for key in named}
    rest = [Want(key, positions[key].product, quantity) for key, quantity in kept.items() if quantity > 0]
    reservations.reserve(order, rest, warehouse_id=order.warehouse_id, on=day)
    return {line_id: quantity for line_id, quantity in wanted.items() if quantity > 0}


def _problems(
    place: int,
    row: Mapping[str, Any],
    positions: Mapping[int, Position],
    order: Order,
    asked: dict[int, Decimal],
) -> list[Refusal]:
    position = positions.get(int(row.get("line") or 0))
    if position is None or not position.stocked:
        return [rules.LINE_UNKNOWN(f"lines.{place}.line")]
    quantity = row.get("quantity") or rules.ZERO
    if quantity < 0 or quantity != round(quantity, position.digits):
        return [rules.ORDER_QUANTITY(f"lines.{place}.quantity", digits=position.digits)]
    most = rules.most_deliverable(position, order.over_delivery)
    asked[position.line_id] = asked.get(position.line_id, rules.ZERO) + quantity
    if asked[position.line_id] > most:
        return [
            rules.OVER_DELIVERY(
                f"lines.{place}.quantity", product=position.label, most=f"{most.normalize():f}"
            )
        ]
    return []


def _short(
    lines: Rows, wants: Sequence[Want], got: Mapping[int, Decimal], positions: Mapping[int, Position]
) -> list[Refusal]:
    wanted: dict[int, Decimal] = {}
    for want in wants:
        wanted[want.line_id] = wanted.get(want.line_id, rules.ZERO) + want.quantity
    places = {int(row["line"]): place for place, row in enumerate(lines)}
    return [
        STOCK_SHORT(
            f"lines.{places[key]}.quantity", product=positions[key].label, missing=f"{missing.normalize():f}"
        )
        for key, quantity in wanted.items()
        if (missing := quantity - got.get(key, rules.ZERO)) > 0
    ]


@commands.command(
    label=_("Take back"),
    model=Delivery,
    danger=True,
    fetch=("company", "order"),
    asks={
        "returned_on": _("Returned on"),
        "lines": _("Lines"),
        "redeliver": _("To be sent again"),
        "reason": _("Reason"),
    },
)
def take_back(
    delivery: Delivery,
    *,
    returned_on: date | None = None,
    lines: Sequence[Returned] | None = None,
    redeliver: bool = False,
    location: Location | None = None,
    reason: str = "",
    by: Actor,
    today: date,
) -> Delivery:
    """Take goods back (반품): without ``lines`` all of the delivery; they return at the cost they left with.

    Rows name ``line`` (of the delivery), ``quantity`` in the base unit, and perhaps the ``lot`` (key) that came back;
    otherwise lots return in the order they left. ``redeliver`` leaves the order wanting them again; otherwise
    crediting the order (``orders.invoice``) is what remains. Refuses more than left, and a lot that did not leave.
    """
    # The order is locked too: a delivery and a return of it must not count its lines side by side.
    order = Order.objects.select_for_update(no_key=True).get(pk=delivery.order_id)
    day = returned_on or today
    left = queries.returns.returnable(delivery)
    kept, wrong = custom.of_lines(delivery, DeliveryLine, lines or (), {})
    refusals.check(
        [
            *wrong,
            rules.LINE_UNKNOWN() if delivery.kind == Delivery.Kind.RETURN else None,
            None
            if location is None or _is_own(location, delivery)
            else LOCATION_NOT_OWN("location", location=location),
            *_over_returns(lines or (), left),
        ]
    )
    if lines is None:
        wanted: dict[int, list[Part]] = {key: [(None, one.left)] for key, one in left.items() if one.left > 0}
    else:
        wanted = _by_line(lines)
    if not wanted:
        raise refusals.Refused(rules.NOTHING_TO_DELIVER("lines"))
    back = Delivery(
        order=delivery.order,
        company=delivery.company,
        customer_id=delivery.customer_id,
        kind=Delivery.Kind.RETURN,
        delivered_on=day,
        warehouse_id=delivery.warehouse_id,
        returns=delivery,
        redeliver=redeliver,
        memo=reason[:200],
    )
    sql.insert([back])
    _receive_back(back, wanted, left, location or _shelf(delivery), by, own=_by_line_kept(lines or (), kept))
    _finish(back, RETURN_SERIES)
    if redeliver and order.state == State.CLOSED:
        orders.resume(order)
    return back


def _is_own(location: Location, delivery: Delivery) -> bool:
    return location.kind == Location.Kind.INTERNAL and location.company_id == delivery.company_id


def _by_line(lines: Rows) -> dict[int, list[Part]]:
    asked: dict[int, list[Part]] = {}
    for row in lines:
        if quantity := row.get("quantity"):
            asked.setdefault(int(row["line"]), []).append((row.get("lot") or None, quantity))
    return asked


def _over_returns(lines: Rows, left: Mapping[int, Left]) -> list[Refusal]:
    asked = _by_line([row for row in lines if int(row.get("line") or 0) in left])
    return [
        one for place, row in enumerate(lines) for one in _over_return(f"lines.{place}.", row, left, asked)
    ]


def _over_return(
    where: str, row: Mapping[str, Any], left: Mapping[int, Left], asked: Mapping[int, list[Part]]
) -> list[Refusal]:
    line, quantity, lot = (
        left.get(int(row.get("line") or 0)),
        row.get("quantity") or rules.ZERO,
        row.get("lot"),
    )
    if line is None:
        return [rules.LINE_UNKNOWN(f"{where}line")]
    if quantity < 0 or quantity != round(quantity, line.digits):
        return [rules.ORDER_QUANTITY(f"{where}quantity", digits=line.digits)]
    if lot and lot not in line.away:
        return [rules.LOT_NOT_AWAY(f"{where}lot", product=line.label)]
    parts = asked.get(line.line_id, ())
    mosts = [(sum((one for _lot, one in parts), rules.ZERO), line.left)]
    if lot:
        mosts.append((sum((one for named, one in parts if named == lot), rules.ZERO), line.away[lot]))
    over = [most for wanted, most in mosts if wanted > most]
    if not over:
        return []
    return [rules.OVER_RETURN(f"{where}quantity", product=line.label, most=f"{min(over).normalize():f}")]


def _shelf(delivery: Delivery) -> Location:
    shelf = Location.objects.filter(
        warehouse=delivery.warehouse_id, kind=Location.Kind.INTERNAL, is_active=True
    )
    return shelf.order_by("id")[0]


def _receive_back(
    back: Delivery,
    wanted: Mapping[int, list[Part]],
    left: Mapping[int, Left],
    shelf: Location,
    by: Actor,
    *,
    own: Mapping[int, Mapping[str, Any]],
) -> None:
    digits = back.company.digits
    written = sql.insert(
        [
            DeliveryLine(
                delivery=back,
                order_line_id=left[key].order_line,
                product_id=left[key].product,
                returns_id=key,
                quantity=-sum((quantity for _lot, quantity in parts), rules.ZERO),
                custom=own.get(key, {}),
            )
            for key, parts in wanted.items()
        ]
    )
    receipts = [
        Receipt(left[key].product, quantity, value, line_id=line.pk, lot=lot)
        for line in written
        if (key := line.returns_id) is not None
        for lot, quantity, value in parts_back(left[key], wanted[key], digits)
    ]
    known = facts.facts(back.company_id, {one.product for one in receipts}, on=back.delivered_on)
    movements.receive(
        back.company,
        receipts,
        known,
        side=Location.Kind.CUSTOMER,
        destination=shelf,
        contra="",
        document=back,
        moved_on=back.delivered_on,
        by=by,
    )
