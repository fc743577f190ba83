"""Receipts, issues, transfers and stock-taking made in the stock ledger itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, money, numbering, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.models import PostingDefault
from onmaru.ledgers.stock import rules
from onmaru.ledgers.stock.commands import lots, movements, reservations
from onmaru.ledgers.stock.models import Quant, StockDocument, ValuationPolicy
from onmaru.ledgers.stock.queries import facts, stock
from onmaru.ledgers.stock.queries.facts import ProductFacts
from onmaru.ledgers.stock.rules import Receipt, Want
from onmaru.masters.product.models import Category, Product
from onmaru.masters.site.models import Company, Location

SERIES = numbering.series("ST", StockDocument._meta.verbose_name)
Kind = StockDocument.Kind
Role = PostingDefault.Role


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A product received: quantity in its base unit, cost of one unit or of all, lot where it is tracked."""

    product: Annotated[int, Product]
    quantity: Decimal
    unit_cost: Annotated[Decimal, _("Unit cost")] = Decimal(0)
    lot: Annotated[str, _("Lot number")] = ""
    expires_on: Annotated[date | None, _("Expires on")] = None


def _problems(place: int, line: ReceiptLine, known: ProductFacts | None) -> list[Refusal]:
    at = f"lines.{place}"
    if known is None or known.kind != "goods":
        return [rules.NOT_STOCKED(f"{at}.product", product=known.label if known else line.product)]
    found = []
    if line.quantity <= 0:
        found.append(rules.QUANTITY_NOT_POSITIVE(f"{at}.quantity"))
    elif line.quantity != money.round_money(line.quantity, known.digits):
        found.append(rules.QUANTITY_TOO_FINE(f"{at}.quantity", product=known.label, digits=known.digits))
    if line.unit_cost < 0:
        found.append(rules.COST_NEGATIVE(f"{at}.unit_cost"))
    if known.tracking != "none" and not line.lot:
        found.append(rules.LOT_NEEDED(f"{at}.lot", product=known.label))
    if known.tracking == "serial" and line.quantity != 1:
        found.append(rules.SERIAL_ONE_PIECE(f"{at}.quantity", lot=line.lot))
    return found


def _own(company: Company, location: Location) -> Refusal | None:
    own = location.kind == Location.Kind.INTERNAL and location.company_id == company.pk
    return None if own else rules.LOCATION_NOT_OWN("location", location=location)


def _fit(field: str, quantity: Decimal, known: ProductFacts) -> Refusal | None:
    """Why goods of this kind cannot be moved in this quantity."""
    if known.kind != "goods":
        return rules.NOT_STOCKED("product", product=known.label)
    if quantity != money.round_money(quantity, known.digits):
        return rules.QUANTITY_TOO_FINE(field, product=known.label, digits=known.digits)
    return None


def _new(company: Company, kind: str, moved_on: date, memo: str) -> StockDocument:
    document = StockDocument.objects.create(company=company, kind=kind, moved_on=moved_on, memo=memo)
    year = accounting.fiscal_year_of(moved_on, company.fiscal_year_start_month)
    work.required().claims.append(numbering.Claim(document, company.pk, SERIES, year, moved_on))
    return document


@commands.command(
    label=_("Receive stock"),
    model=StockDocument,
    name="stock.stockdocument.receive",
    asks={"opening": _("Opening stock")},
)
def receive(
    *,
    company: Company,
    location: Location,
    lines: Sequence[ReceiptLine],
    moved_on: date,
    opening: bool = False,
    memo: str = "",
    by: Actor,
) -> StockDocument:
    """Bring goods into a location at a cost, against goods received (or opening balances).

    Quantities in base units, costs in company currency. Refuses, line by line: what is no stock, no quantity,
    finer than its unit, below zero, or without its lot; a serial number that is on hand already.
    """
    known = facts.facts(company.pk, {line.product for line in lines}, on=moved_on)
    found = [
        one for place, line in enumerate(lines) for one in _problems(place, line, known.get(line.product))
    ]
    refusals.check([_own(company, location), *found])
    lot_ids = lots.ensure({(line.product, line.lot): line.expires_on for line in lines if line.lot})
    refusals.check(_serials_on_hand(company, lines, lot_ids, known))
    document = _new(company, Kind.OPENING if opening else Kind.RECEIPT, moved_on, memo)
    movements.receive(
        company,
        [_receipt(company, place, line, lot_ids) for place, line in enumerate(lines)],
        known,
        side=Location.Kind.ADJUSTMENT if opening else Location.Kind.SUPPLIER,
        destination=location,
        contra=Role.OPENING if opening else Role.GOODS_RECEIVED,
        document=document,
        moved_on=moved_on,
        by=by,
    )
    return document


def _receipt(company: Company, place: int, line: ReceiptLine, lot_ids: dict[tuple[int, str], int]) -> Receipt:
    value = money.round_money(line.quantity * line.unit_cost, company.digits)
    return Receipt(
        line.product, line.quantity, value, line_id=place, lot=lot_ids.get((line.product, line.lot))
    )


def _serials_on_hand(
    company: Company,
    lines: Sequence[ReceiptLine],
    lot_ids: dict[tuple[int, str], int],
    known: dict[int, ProductFacts],
) -> list[Refusal]:
    serials = {
        place: lot_ids[line.product, line.lot]
        for place, line in enumerate(lines)
        if known[line.product].tracking == "serial"
    }
    lots.lock(serials.values())
    on_hand = Quant.objects.filter(company=company, lot__in=serials.values(), on_hand__gt=0)
    taken = set(on_hand.values_list("lot_id", flat=True))
    found = []
    for place, lot_id in serials.items():
        if lot_id in taken:
            found.append(rules.SERIAL_ON_HAND(f"lines.{place}.lot", lot=lines[place].lot))
        taken.add(lot_id)
    return found


@commands.command(label=_("Issue stock"), model=StockDocument, name="stock.stockdocument.issue")
def issue(
    *,
    company: Company,
    location: Location,
    product: Product,
    quantity: Decimal,
    moved_on: date,
    memo: str = "",
    by: Actor,
) -> StockDocument:
    """Take free stock of a product out of a location as a stock difference. Refuses what is not free there."""
    known = facts.facts(company.pk, [product.pk], on=moved_on)[product.pk]
    refusals.check(
        [
            _own(company, location),
            _fit("quantity", quantity, known),
            None if quantity > 0 else rules.QUANTITY_NOT_POSITIVE("quantity"),
        ]
    )
    document = _new(company, Kind.ISSUE, moved_on, memo)
    _take_out(company, location, document, known, quantity, moved_on, by)
    return document


def _take_out(
    company: Company,
    location: Location,
    document: StockDocument,
    known: ProductFacts,
    quantity: Decimal,
    moved_on: date,
    by: Actor,
) -> None:
    assert location.warehouse_id is not None
    want = Want(document.pk, known.id, quantity)
    where = {"warehouse_id": location.warehouse_id, "location_id": location.pk}
    reservations.reserve(document, [want], on=moved_on, **where)
    movements.issue(
        company,
        [rules.Pick(document.pk, document.pk, known.id, quantity)],
        held_by=document,
        document=document,
        side=Location.Kind.ADJUSTMENT,
        moved_on=moved_on,
        by=by,
        contra=known.adjustment_account,
    )


@commands.command(
    label=_("Count stock"),
    model=StockDocument,
    name="stock.stockdocument.count",
    asks={"counted": _("Counted quantity")},
)
def count(
    *,
    company: Company,
    location: Location,
    product: Product,
    counted: Decimal,
    moved_on: date,
    memo: str = "",
    by: Actor,
) -> StockDocument:
    """Set what was counted of a product (untracked) in a location: the difference is moved and posted.

    A surplus is valued at the present unit cost. Refuses a count below what is reserved, and goods kept by lots.
    """
    known = facts.facts(company.pk, [product.pk], on=moved_on)
    refusals.check(
        [
            _own(company, location),
            _fit("counted", counted, known[product.pk]),
            rules.LOT_NEEDED("product", product=product) if known[product.pk].tracking != "none" else None,
            None if counted >= 0 else rules.QUANTITY_NOT_POSITIVE("counted"),
        ]
    )
    quant = Quant.objects.select_for_update().filter(location=location, product=product, lot=None).first()
    difference = counted - (quant.on_hand if quant else rules.ZERO)
    document = _new(company, Kind.COUNT, moved_on, memo)
    if difference < 0:
        _take_out(company, location, document, known[product.pk], -difference, moved_on, by)
    elif difference > 0:
        _find(company, location, document, known, product, difference, moved_on, by)
    return document


def _find(
    company: Company,
    location: Location,
    document: StockDocument,
    known: dict[int, ProductFacts],
    product: Product,
    quantity: Decimal,
    moved_on: date,
    by: Actor,
) -> None:
    cost = stock.unit_cost(company, product.pk) or known[product.pk].standard_cost or rules.ZERO
    movements.receive(
        company,
        [Receipt(product.pk, quantity, money.round_money(cost * quantity, company.digits))],
        known,
        side=Location.Kind.ADJUSTMENT,
        destination=location,
        contra=known[product.pk].adjustment_account,
        document=document,
        moved_on=moved_on,
        by=by,
    )


@commands.command(
    label=_("Transfer stock"),
    model=StockDocument,
    name="stock.stockdocument.transfer",
    asks={"destination": _("To location")},
)
def transfer(
    *,
    company: Company,
    quant: Quant,
    quantity: Decimal,
    destination: Location,
    moved_on: date,
    memo: str = "",
    by: Actor,
) -> StockDocument:
    """Move free stock to another of the company's locations. Refuses more than is free."""
    locked = Quant.objects.select_for_update().filter(pk=quant.pk, company=company).first()
    if locked is None:
        raise refusals.Refused(refusals.NOT_FOUND("quant"))
    free = locked.on_hand - locked.reserved
    known = facts.facts(company.pk, [locked.product_id], on=moved_on)[locked.product_id]
    refusals.check(
        [
            _own(company, destination),
            _fit("quantity", quantity, known),
            None if quantity > 0 else rules.QUANTITY_NOT_POSITIVE("quantity"),
            rules.STOCK_SHORT("quantity", product=locked.product, missing=quantity - free)
            if quantity > free
            else None,
        ]
    )
    document = _new(company, Kind.TRANSFER, moved_on, memo)
    movements.transfer(
        company,
        {locked.pk: quantity},
        destination_id=destination.pk,
        document=document,
        moved_on=moved_on,
        by=by,
    )
    return document


@commands.command(label=_("Set valuation"), model=ValuationPolicy, name="stock.valuationpolicy.set")
def set_method(
    *, company: Company, method: str, category: Category | None = None, by: Actor
) -> ValuationPolicy:
    """Choose how a company, or one category and its branches, values stock. Refuses while such stock is on hand."""
    policy = ValuationPolicy.objects.filter(company=company, category=category).first()
    if policy is not None and policy.method == method:
        return policy
    on_hand = Quant.objects.filter(company=company, on_hand__gt=0)
    if category is not None:
        branches = Q(product__category=category) | Q(product__category__path__startswith=category.path + "/")
        on_hand = on_hand.filter(branches)
    refusals.check([rules.METHOD_IN_USE("method") if on_hand.exists() else None])
    stored, _created = ValuationPolicy.objects.update_or_create(
        company=company, category=category, defaults={"method": method}
    )
    return stored
