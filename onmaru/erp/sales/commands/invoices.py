"""Invoices and credit notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales import events, queries, rules
from onmaru.erp.sales.commands import orders
from onmaru.erp.sales.models import Invoice, InvoiceLine, Order
from onmaru.erp.sales.rules import Billed, Charge, Position
from onmaru.kernel import commands, money, numbering, refusals, sql, work
from onmaru.kernel import events as outbox
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import entries, matching
from onmaru.ledgers.accounting.models import OpenItem, PostingDefault
from onmaru.ledgers.accounting.queries import documents
from onmaru.ledgers.accounting.rules import DraftLine

SERIES = numbering.series("IV", Invoice.Kind.INVOICE.label)
CREDIT_SERIES = numbering.series("CN", Invoice.Kind.CREDIT_NOTE.label)
State = Order.State
Role = PostingDefault.Role


@commands.command(
    label=_("Invoice"),
    model=Order,
    name="sales.order.invoice",
    move=((State.CONFIRMED, State.CLOSED), None),
    primary=True,
    fetch=("company",),
    asks={"invoiced_on": _("Invoiced on")},
)
def issue(order: Order, *, invoiced_on: date | None = None, by: Actor, today: date) -> Invoice:
    """Charge what was delivered (or ordered) and not charged yet; an order all delivered and charged is closed.

    What came back after it was charged is set off here; when that is more than there is to charge, this refuses
    and ``credit`` is the command. Refuses ``nothing_to_invoice``.
    """
    return _issue(order, invoiced_on or today, by, credit=False)


@commands.command(
    label=_("Credit returns"),
    model=Order,
    name="sales.order.credit",
    move=((State.CONFIRMED, State.CLOSED), None),
    fetch=("company",),
    asks={"invoiced_on": _("Credited on")},
)
def credit(order: Order, *, invoiced_on: date | None = None, by: Actor, today: date) -> Invoice:
    """Credit what was charged and came back: a credit note, settled against the order's open invoices.

    Refuses ``nothing_to_credit``.
    """
    return _issue(order, invoiced_on or today, by, credit=True)


def _issue(order: Order, day: date, by: Actor, *, credit: bool) -> Invoice:
    billed, whole, positions = queries.positions.to_charge(order, queries.terms.amounts(order))
    if credit and (not billed or whole.total > 0):
        raise refusals.Refused(rules.NOTHING_TO_CREDIT())
    if not credit and (not billed or whole.total < 0):
        raise refusals.Refused(rules.NOTHING_TO_INVOICE())
    invoice = _post(order, billed, whole, day, by)
    if rules.is_done(positions):
        order.state = State.CLOSED
    if whole.total < 0:
        _set_off(order, invoice, by)
    return invoice


def _post(
    order: Order,
    billed: Sequence[Billed],
    whole: Charge,
    day: date,
    by: Actor,
    corrects: Invoice | None = None,
) -> Invoice:
    company = order.company
    is_credit = whole.total < 0 or corrects is not None
    invoice = Invoice(
        company=company,
        kind=Invoice.Kind.CREDIT_NOTE if is_credit else Invoice.Kind.INVOICE,
        customer_id=order.customer_id,
        order=order,
        bill_to_id=order.bill_to_id,
        corrects=corrects,
        invoiced_on=day,
        due_on=day if is_credit else day + timedelta(days=order.payment_days),
        currency=order.currency,
        exchange_rate=corrects.exchange_rate
        if corrects
        else documents.rate(order.currency, company.currency, on=day),
        supply_amount=whole.supply,
        tax_amount=whole.tax,
        total=whole.total,
    )
    sql.insert_document(invoice, InvoiceLine, [_line(one) for one in billed], "invoice")
    lines = _entry_lines(invoice, billed, company.digits)
    if lines:
        entries.post(company, lines, posted_on=day, source=invoice, by=by)
    year = accounting.fiscal_year_of(day, company.fiscal_year_start_month)
    series = CREDIT_SERIES if is_credit else SERIES
    work.required().claims.append(numbering.Claim(invoice, company.pk, series, year, day))
    outbox.emit(events.InvoicePosted(invoice.pk, order.pk), invoice)
    return invoice


def _line(one: Billed) -> dict[str, Any]:
    return {
        "order_line_id": one.position.line_id,
        "product_id": one.position.product,
        "description": one.position.description,
        "quantity": one.quantity,
        "unit_price": one.position.unit_price,
        "tax_class": one.position.tax_class,
        "amount": one.charge.supply,
        "tax": one.charge.tax,
    }


def _entry_lines(invoice: Invoice, billed: Sequence[Billed], digits: int) -> list[DraftLine]:
    """Receivable against revenue by product and output tax, in company currency; a credit note mirrored.

    Each is converted by itself; revenue takes the rounding, so that the customer's debt and the tax are exact.
    """
    rate = invoice.exchange_rate
    owed = money.round_money(invoice.total * rate, digits)
    tax = money.round_money(invoice.tax_amount * rate, digits)
    weights: dict[tuple[str, int], Decimal] = {}
    for one in billed:
        key = one.position.revenue_account, one.position.product
        weights[key] = weights.get(key, rules.ZERO) + one.charge.supply
    revenue = rules.shares(weights, owed - tax, digits)
    receivable = _side(
        Role.RECEIVABLE,
        owed,
        party=invoice.customer_id,
        currency=invoice.currency,
        amount_currency=invoice.total,
        due_on=invoice.due_on,
    )
    sold = [
        line
        for (account, product), value in revenue.items()
        for line in _side(account, -value, product=product)
    ]
    return receivable + sold + _side(Role.TAX_OUTPUT, -tax)


def _side(account: str, amount: Decimal, **more: object) -> list[DraftLine]:
    """A debit for a positive amount, a credit for a negative one, nothing for zero."""
    if not amount:
        return []
    debit, credited = (amount, rules.ZERO) if amount > 0 else (rules.ZERO, -amount)
    return [DraftLine(account=account, debit=debit, credit=credited, **more)]  # type: ignore[arg-type]


def _set_off(order: Order, note: Invoice, by: Actor) -> None:
    """Settle a credit note against what is open of its order, the oldest due first."""
    invoices = [*order.invoices.values_list("pk", flat=True)]
    lines = list(
        OpenItem.objects.filter(
            line__entry__source_kind=work.kind_of(note), line__entry__source_id__in=invoices
        )
        .exclude(remaining=0)
        .order_by("due_on", "line_id")
        .values_list("line_id", flat=True)
    )
    if len(lines) > 1:
        matching.settle(order.company, lines, matched_on=note.invoiced_on, source=note, by=by)


@commands.command(
    label=_("Cancel invoice"),
    model=Invoice,
    name="sales.invoice.cancel",
    danger=True,
    fetch=("company", "order"),
    asks={"cancelled_on": _("Cancelled on"), "reason": _("Reason")},
)
def cancel(
    invoice: Invoice, *, cancelled_on: date | None = None, reason: str = "", by: Actor, today: date
) -> Invoice:
    """Cancel by a credit note over all of it (계약의 해제·착오); the order can be charged anew.

    What was paid on it becomes the customer's credit. Refuses a credit note, and what was corrected before.
    """
    order = Order.objects.select_for_update(no_key=True).select_related("company").get(pk=invoice.order_id)
    corrected = invoice.kind == Invoice.Kind.CREDIT_NOTE or invoice.corrected_by.exists()
    refusals.check([rules.CORRECTED_ALREADY(number=invoice.number) if corrected else None])
    billed = _mirrored(invoice)
    whole = Charge(-invoice.supply_amount, -invoice.tax_amount)
    note = _post(order, billed, whole, cancelled_on or today, by, corrects=invoice)
    note.memo = reason[:200]
    note.save(update_fields=["memo"])
    _set_off(order, note, by)
    # One that was closed by hand stays closed: what it still wants is not wanted any more.
    if order.state == State.CLOSED and rules.is_done(queries.positions.of(order.pk)):
        orders.resume(order)
    return note


def _mirrored(invoice: Invoice) -> list[Billed]:
    positions: Mapping[int, Position] = {one.line_id: one for one in queries.positions.of(invoice.order_id)}
    return [
        Billed(positions[line.order_line_id], -line.quantity, Charge(-line.amount, -line.tax))
        for line in invoice.lines.order_by("id")
    ]
