"""Money received from customers: settling invoices, advances, bank fees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales import events, queries, rules
from onmaru.erp.sales.commands import debts
from onmaru.erp.sales.models import Invoice, Payment
from onmaru.kernel import commands, money, numbering, refusals, sql, work
from onmaru.kernel import events as outbox
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import entries, matching
from onmaru.ledgers.accounting.models import OpenItem, PostingDefault
from onmaru.ledgers.accounting.queries import documents
from onmaru.ledgers.accounting.rules import DraftLine
from onmaru.masters.party.models import Party
from onmaru.masters.site.models import Company

SERIES = numbering.series("RC", Payment._meta.verbose_name)
Role = PostingDefault.Role
State = Payment.State


@commands.command(label=_("Record payment"), model=Payment, asks={"invoices": _("Invoices paid")})
def collect(
    *,
    company: Company,
    customer: Party,
    amount: Decimal,
    received_on: date | None = None,
    invoices: Sequence[debts.Settled] | None = None,
    fee: Decimal = Decimal(0),
    method: str = Payment.Method.BANK,
    currency: str = "",
    memo: str = "",
    by: Actor,
    today: date,
) -> Payment:
    """Record money received (수금) and settle invoices with it: those named in their order, else the oldest due.

    ``amount`` is what arrived, ``fee`` what the bank kept of it; together they settle. What is over is an
    advance. Rows name an ``invoice`` (key) and perhaps the ``amount`` of it. Refuses amounts not above zero or too
    fine, invoices of another customer or currency, more of one than is open, and more of all than was received.
    """
    day, currency = received_on or today, currency or company.currency
    digits = queries.terms.digits(company, currency)
    asked = debts.oldest(company, customer, currency) if invoices is None else debts.named(invoices)
    parts = debts.spread(amount + fee, asked)
    refusals.check(
        [
            *_amount_problems(amount, fee, digits),
            *_named_problems(invoices or (), parts, (company.pk, customer.pk, currency), digits),
        ]
    )
    payment = Payment(
        company=company, customer=customer, received_on=day, method=method, currency=currency, memo=memo
    )
    payment.amount, payment.fee = amount, fee
    payment.exchange_rate = documents.rate(currency, company.currency, on=day)
    sql.insert([payment])
    settled = sum((part.amount for part in parts), rules.ZERO)
    posted = entries.post(company, _entry_lines(payment, settled), posted_on=day, source=payment, by=by)
    if settled:
        # The receivable's credit stands first among the lines.
        _settle(payment, parts, posted.lines[0], by, together=invoices is None)
    year = accounting.fiscal_year_of(day, company.fiscal_year_start_month)
    work.required().claims.append(numbering.Claim(payment, company.pk, SERIES, year, day))
    outbox.emit(events.PaymentReceived(payment.pk, customer.pk), payment)
    return payment


@commands.command(
    label=_("Collect"),
    model=Invoice,
    permission="sales.payment.collect",
    primary=True,
    fetch=("company", "customer"),
    asks={
        "amount": _("Amount received"),
        "received_on": _("Received on"),
        "fee": _("Bank fee"),
        "method": _("Method"),
        "memo": _("Memo"),
    },
)
def pay(
    invoice: Invoice,
    *,
    amount: Decimal,
    received_on: date | None = None,
    fee: Decimal = Decimal(0),
    method: Payment.Method = Payment.Method.BANK,
    memo: str = "",
    by: Actor,
    today: date,
) -> Payment:
    """Record money received for this invoice; what is over is an advance. Refuses like ``collect``."""
    return collect(
        company=invoice.company,
        customer=invoice.customer,
        amount=amount,
        received_on=received_on,
        invoices=[{"invoice": invoice.pk}],
        fee=fee,
        method=method,
        currency=invoice.currency,
        memo=memo,
        by=by,
        today=today,
    )


def _settle(payment: Payment, parts: Sequence[debts.Part], credit: int, by: Actor, *, together: bool) -> None:
    """Settle the debts by the payment's line: all ``together`` as far as it goes, or each by its own part."""
    company, day = payment.company, payment.received_on
    if together:
        lines = [*(part.debt.line_id for part in parts), credit]
        matching.settle(company, lines, matched_on=day, source=payment, by=by)
        return
    for part in parts:
        if part.amount:
            pair, limit = [part.debt.line_id, credit], part.amount
            matching.settle(company, pair, matched_on=day, source=payment, by=by, limit=limit)


def _amount_problems(amount: Decimal, fee: Decimal, digits: int) -> list[Refusal | None]:
    return [
        rules.PAYMENT_EMPTY("amount") if amount < 0 or fee < 0 or amount + fee <= 0 else None,
        _too_fine(amount, digits, "amount"),
        _too_fine(fee, digits, "fee"),
    ]


def _too_fine(amount: Decimal, digits: int, field: str) -> Refusal | None:
    fits = amount == money.round_money(amount, digits)
    return None if fits else rules.AMOUNT_TOO_FINE(field, amount=amount, digits=digits)


def _named_problems(
    rows: Sequence[debts.Settled], parts: Sequence[debts.Part], owner: tuple[int, int, str], digits: int
) -> list[Refusal]:
    known = {part.debt.invoice: part.debt for part in parts}
    left = {key: debt.remaining for key, debt in known.items()}
    found = []
    for place, row in enumerate(rows):
        debt, asked = known.get(row["invoice"]), row.get("amount") or rules.ZERO
        if debt is None:
            found.append(refusals.NOT_FOUND(f"invoices.{place}.invoice"))
        elif debt.owner != owner:
            found.append(rules.INVOICE_OF_ANOTHER(f"invoices.{place}.invoice", number=debt.number))
        elif not 0 <= asked <= left[debt.invoice]:
            field, most = f"invoices.{place}.amount", left[debt.invoice]
            found.append(rules.OVER_SETTLED(field, number=debt.number, most=f"{most.normalize():f}"))
        elif fine := _too_fine(asked, digits, f"invoices.{place}.amount"):
            found.append(fine)
        else:
            left[debt.invoice] -= asked
    if not found and any(part.asked is not None and part.amount < part.asked for part in parts):
        found.append(rules.SETTLES_TOO_MUCH("invoices"))
    return found


def _entry_lines(payment: Payment, settled: Decimal) -> list[DraftLine]:
    """Receivable first, then advance; bank and fee against them, converted so that the whole stays exact."""
    digits, rate = payment.company.digits, payment.exchange_rate
    whole = payment.amount + payment.fee
    base = money.round_money(whole * rate, digits)
    fee_base = money.round_money(payment.fee * rate, digits)
    advance = whole - settled
    settled_base = money.round_money(settled * rate, digits) if advance else base
    bank = Role.CASH if payment.method == Payment.Method.CASH else Role.BANK
    party, currency = payment.customer_id, payment.currency
    lines = [
        _credit(Role.RECEIVABLE, settled, settled_base, party, currency),
        _credit(Role.ADVANCE_RECEIVED, advance, base - settled_base, party, currency),
        DraftLine(account=bank, debit=base - fee_base, currency=currency, amount_currency=payment.amount),
        DraftLine(account=Role.BANK_FEE, debit=fee_base, currency=currency, amount_currency=payment.fee),
    ]
    return [line for line in lines if line.debit or line.credit]


def _credit(role: str, amount: Decimal, base: Decimal, party: int, currency: str) -> DraftLine:
    return DraftLine(account=role, credit=base, party=party, currency=currency, amount_currency=-amount)


@commands.command(
    label=_("Use advance"),
    model=Payment,
    fetch=("company", "customer"),
    move=(State.POSTED, State.POSTED),
    asks={"applied_on": _("Used on")},
)
def apply_advance(payment: Payment, *, applied_on: date | None = None, by: Actor, today: date) -> Payment:
    """Settle the customer's open invoices, the oldest due first, with what is left of an advance.

    Refuses when there is no advance or nothing open.
    """
    day, company = applied_on or today, payment.company
    advance = _advance(payment)
    if advance is None:
        raise refusals.Refused(rules.NO_ADVANCE(customer=payment.customer, currency=payment.currency))
    owed = [debt for debt, _asked in debts.oldest(company, payment.customer, payment.currency)]
    used = min(-advance.remaining, sum((debt.remaining for debt in owed), rules.ZERO))
    if used <= 0:
        raise refusals.Refused(matching.NOTHING_TO_SETTLE())
    base = money.round_money(-advance.remaining_base * used / -advance.remaining, company.digits)
    party, currency = payment.customer_id, payment.currency
    lines = [
        _credit(Role.RECEIVABLE, used, base, party, currency),
        DraftLine(
            account=Role.ADVANCE_RECEIVED, debit=base, party=party, currency=currency, amount_currency=used
        ),
    ]
    posted = entries.post(company, lines, posted_on=day, source=payment, by=by)
    matching.settle(company, [advance.line_id, posted.lines[1]], matched_on=day, source=payment, by=by)
    settling = [*(debt.line_id for debt in owed), posted.lines[0]]
    matching.settle(company, settling, matched_on=day, source=payment, by=by)
    return payment


def _advance(payment: Payment) -> OpenItem | None:
    account = payment.company.posting_defaults.filter(role=Role.ADVANCE_RECEIVED).values("account")
    return (
        OpenItem.objects.filter(
            account__in=account,
            remaining__lt=0,
            line__entry__source_kind=work.kind_of(payment),
            line__entry__source_id=payment.pk,
        )
        .select_for_update(of=("self",), no_key=True)
        .order_by("line_id")
        .first()
    )


@commands.command(
    label=_("Cancel payment"),
    model=Payment,
    move=(State.POSTED, State.CANCELLED),
    danger=True,
    fetch=("company",),
    asks={"cancelled_on": _("Cancelled on"), "reason": _("Reason")},
)
def cancel(
    payment: Payment, *, cancelled_on: date | None = None, reason: str = "", by: Actor, today: date
) -> Payment:
    """Cancel a payment (a bounced transfer, a slip): what it settled is open again, its entries are reversed."""
    day, company = cancelled_on or today, payment.company
    posted = list(documents.entries_of(payment).filter(reversal_of=None, reversal=None))
    lines = (
        OpenItem.objects.filter(line__entry__in=posted).order_by("line_id").values_list("line_id", flat=True)
    )
    matching.unsettle(company, list(lines), on=day, source=payment, by=by)
    for entry in posted:
        if _is_exchange_difference(entry.pk):
            continue
        back = entries.mirror(entry, posted_on=day, source=payment, by=by, memo=reason)
        _close_pairs(payment, entry.pk, back.entry.pk, day, by)
    return payment


def _is_exchange_difference(entry_id: int) -> bool:
    """Differences were posted back by undoing the settlements; they carry a settled line and open nothing."""
    return not OpenItem.objects.filter(line__entry=entry_id).exists()


def _close_pairs(payment: Payment, entry_id: int, back_id: int, day: date, by: Actor) -> None:
    """Settle the lines of an entry with those of its reversal, account by account."""
    items = OpenItem.objects.filter(line__entry__in=[entry_id, back_id]).exclude(remaining=0)
    for account in sorted({item.account_id for item in items}):
        pair = [item.line_id for item in items if item.account_id == account]
        matching.settle(payment.company, pair, matched_on=day, source=payment, by=by)
