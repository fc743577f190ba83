"""Dated changes of what stock is worth. History stays as it was; the difference is posted on a day that is open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, money, numbering, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import entries
from onmaru.ledgers.accounting.rules import DraftLine
from onmaru.ledgers.stock import rules
from onmaru.ledgers.stock.models import CostAdjustment, Pile, StandardCost, StockDocument, Valuation
from onmaru.ledgers.stock.queries import facts
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company

SERIES = numbering.series("CA", CostAdjustment._meta.verbose_name)
Kind = CostAdjustment.Kind


def _new(
    company: Company, kind: str, product: Product, amount: Decimal, on: date, memo: str
) -> CostAdjustment:
    document = CostAdjustment.objects.create(
        company=company, kind=kind, product=product, amount=amount, adjusted_on=on, memo=memo
    )
    year = accounting.fiscal_year_of(on, company.fiscal_year_start_month)
    work.required().claims.append(numbering.Claim(document, company.pk, SERIES, year, on))
    return document


def _revalue(pile: Pile, amount: Decimal, document: CostAdjustment) -> None:
    """Change a locked pile's value and keep the valuation that says why."""
    pile.value += amount
    pile.save(update_fields=["value"])
    Valuation.objects.create(
        company_id=pile.company_id,
        pile=pile,
        product_id=pile.product_id,
        account_id=pile.account_id,
        valued_on=document.adjusted_on,
        quantity=rules.ZERO,
        value=amount,
        document_kind=work.kind_of(document),
        document_id=document.pk,
    )


def _signed(account: str, amount: Decimal, product: int) -> list[DraftLine]:
    if not amount:
        return []
    debit, credit = max(amount, rules.ZERO), max(-amount, rules.ZERO)
    return [DraftLine(account, debit=debit, credit=credit, product=product)]


@commands.command(
    label=_("Add late cost"),
    model=CostAdjustment,
    name="stock.costadjustment.add_late_cost",
    asks={"contra": _("Contra account (code)")},
)
def add_late_cost(
    *,
    company: Company,
    receipt: StockDocument,
    product: Product,
    amount: Decimal,
    contra: str,
    adjusted_on: date,
    memo: str = "",
    by: Actor,
) -> CostAdjustment:
    """Add a cost known only now (freight, duty, a corrected price; may be negative) to goods of an earlier receipt.

    What of the receipt may still be on hand takes its share into stock, the rest goes to cost of sales (to the
    variance account at standard cost), both dated ``adjusted_on``. ``contra`` is the account code credited.
    """
    origin = Valuation.objects.filter(
        company=company,
        document_kind=work.kind_of(receipt),
        document_id=receipt.pk,
        product=product,
        quantity__gt=0,
    )
    received = sum(origin.values_list("quantity", flat=True), rules.ZERO)
    piles = list(Pile.objects.select_for_update().filter(pk__in=origin.values("pile")).order_by("pk"))
    if not received:
        raise refusals.Refused(rules.NO_SUCH_RECEIPT("receipt", product=product))
    known = facts.facts(company.pk, [product.pk], on=adjusted_on)[product.pk]
    left = sum((pile.quantity for pile in piles), rules.ZERO)
    if known.method == "standard":
        left = rules.ZERO
    to_stock, gone = rules.late_cost_shares(amount, received, left, company.digits)
    document = _new(company, Kind.LATE_COST, product, amount, adjusted_on, memo)
    holding = [pile for pile in piles if pile.quantity]
    shares = money.allocate(to_stock, [pile.quantity for pile in holding], company.digits) if holding else []
    lines = []
    for pile, share in zip(holding, shares, strict=True):
        if share:
            _revalue(pile, share, document)
            lines += _signed(_account_code(pile), share, product.pk)
    rest = known.variance_account if known.method == "standard" else known.cogs_account
    lines += _signed(rest, gone, product.pk) + _signed(contra, -amount, product.pk)
    entries.post(company, lines, posted_on=adjusted_on, source=document, by=by)
    return document


@commands.command(label=_("Set standard cost"), model=StandardCost, name="stock.standardcost.set")
def set_standard(
    *, company: Company, product: Product, cost: Decimal, valid_from: date, by: Actor, today: date
) -> StandardCost:
    """Set the standard cost of one base unit from a day on; stock on hand is revalued on that day.

    The difference goes to the variance account. A day that is still to come revalues when it has come (``revalue``).
    A cost that a later one has followed already changes nothing on hand. Refuses a cost below zero.
    """
    refusals.check([rules.COST_NEGATIVE("cost") if cost < 0 else None])
    stored, _created = StandardCost.objects.update_or_create(
        company=company, product=product, valid_from=valid_from, defaults={"cost": cost, "revalued_on": None}
    )
    if valid_from <= today:
        _revalue_on_hand(stored, valid_from, today, by)
    return stored


@commands.command(
    label=_("Revalue stock"),
    model=StandardCost,
    name="stock.standardcost.revalue",
    fetch=("company", "product"),
    inner="the clock, on the day from which it holds",
)
def revalue(standard: StandardCost, *, by: Actor, today: date) -> StandardCost:
    """Revalue what is on hand at a cost whose day has come, dated ``today``; once, however often it is called."""
    if standard.revalued_on is None and standard.valid_from <= today:
        _revalue_on_hand(standard, today, today, by)
    return standard


def _revalue_on_hand(standard: StandardCost, on: date, today: date, by: Actor) -> None:
    """Bring the pile to the standard, posted on the day ``on``, and note that it was done."""
    company, product = standard.company, standard.product
    standard.revalued_on = on
    standard.save(update_fields=["revalued_on"])
    later = StandardCost.objects.filter(company=company, product=product, valid_from__lte=today)
    if later.filter(valid_from__gt=standard.valid_from).exists():
        return
    known = facts.facts(company.pk, [product.pk], on=on)[product.pk]
    pile = Pile.objects.select_for_update().filter(company=company, product=product, shared=True).first()
    if known.method != "standard" or pile is None or not pile.quantity:
        return
    difference = money.round_money(pile.quantity * standard.cost, company.digits) - pile.value
    if difference:
        document = _new(company, Kind.STANDARD, product, difference, on, "")
        _revalue(pile, difference, document)
        lines = _signed(_account_code(pile), difference, product.pk)
        lines += _signed(known.variance_account, -difference, product.pk)
        entries.post(company, lines, posted_on=on, source=document, by=by)


def _account_code(pile: Pile) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM accounting_account WHERE id = %s", [pile.account_id])
        return str(cursor.fetchone()[0])
