"""Turning what was typed into the lines of an order: products, units, prices, tax, kits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import Order, OrderLine
from onmaru.erp.sales.queries import terms as agreed
from onmaru.kernel import custom, refusals, sql
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting.queries import documents
from onmaru.masters.product import queries as products
from onmaru.masters.product.models import KitComponent, Product, Unit

Row = Mapping[str, Any]
NEW: custom.Held = {}
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sold:
    """What pricing must know of a product."""

    id: int
    code: str
    kind: str
    unit: int
    sales_unit: int | None
    digits: int
    tax_class: str
    standard_price: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """A typed row whose product is known, with the unit it means."""

    place: int
    row: Row
    product: Sold

    @property
    def pair(self) -> Pair:
        """Product and unit."""
        unit = _key(self.row.get("unit")) or self.product.sales_unit or self.product.unit
        return self.product.id, unit

    @property
    def quantity(self) -> Decimal:
        return self.row.get("quantity") or rules.ZERO

    @property
    def tax_class(self) -> str:
        return self.row.get("tax_class") or self.product.tax_class


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows of an order need to know, read once for all of them."""

    order: Order
    terms: rules.Terms
    ratios: Mapping[Pair, Fraction]
    prices: Mapping[Pair, Decimal]
    rates: Mapping[str, Decimal]


def _key(value: Any) -> int | None:
    key: int | None = getattr(value, "pk", value)
    return key


def build(order: Order, rows: Sequence[Row], held: custom.Held = NEW) -> list[OrderLine]:
    """The unsaved lines of ``order`` from typed rows, and the order's amounts set to their sums.

    A row has ``product`` and ``quantity``, and may have ``unit``, ``unit_price``, ``discount`` (a share, 0 to 1),
    ``description``, ``tax_class`` and ``promised_on``. ``held`` is what lines kept of the company's own fields, by
    the id that a row names. Refuses with the reasons of every row at once.
    """
    if not rows:
        raise refusals.Refused(rules.ORDER_EMPTY("lines"))
    own, wrong = custom.of_lines(order, OrderLine, rows, held)
    asked, found = _products(rows)
    found += wrong
    context = _context(order, asked)
    for one in asked:
        found += refusals.at(f"lines.{one.place}.", _problems(one, context))
    refusals.check(found)
    kits = {one.product.id for one in asked if one.product.kind == Product.Kind.KIT}
    typed = [_line(one, context) for one in asked]
    if any(own):
        for line, kept in zip(typed, own, strict=True):
            line.custom = kept
    lines = _with_parts(order, typed, kits)
    for ordinal, line in enumerate(lines, start=1):
        line.ordinal = ordinal
    whole = rules.total([rules.Charge(line.amount, line.tax) for line in lines], context.terms)
    order.supply_amount, order.tax_amount, order.total = whole.supply, whole.tax, whole.total
    return lines


_SOLD = """
SELECT p.id, p.code, p.kind, p.unit_id, p.sales_unit_id, u.digits, p.tax_class, p.standard_price
FROM product_product p JOIN product_unit u ON u.id = p.unit_id WHERE p.id = ANY(%s::bigint[]) AND p.is_active
"""


def _products(rows: Sequence[Row]) -> tuple[list[Asked], list[Refusal]]:
    keys = sorted({key for row in rows if (key := _key(row.get("product")))})
    known = {row[0]: Sold(*row) for row in sql.rows(_SOLD, [keys])}
    asked, found = [], []
    for place, row in enumerate(rows):
        product = known.get(_key(row.get("product")) or 0)
        if product is None:
            found.append(rules.PRODUCT_UNFIT(f"lines.{place}.product", product=row.get("product")))
        else:
            asked.append(Asked(place, row, product))
    return asked, found


def _context(order: Order, asked: Sequence[Asked]) -> Context:
    return Context(
        order,
        agreed.amounts(order),
        _ratios(asked),
        _listed(order, asked),
        documents.tax_rates(order.company.country, on=order.ordered_on),
    )


def _rounds(pairs: Collection[Pair]) -> Iterator[dict[int, int]]:
    """The pairs in as few {product: unit} as hold them: one, unless a product is asked in several units."""
    rest = sorted(pairs)
    while rest:
        some = dict(rest)
        yield some
        rest = [pair for pair in rest if some[pair[0]] != pair[1]]


def _ratios(asked: Sequence[Asked]) -> dict[Pair, Fraction]:
    """Base units in one unit asked; pairs that nothing converts are left out."""
    found = {one.pair: Fraction(1) for one in asked if one.pair[1] == one.product.unit}
    for some in _rounds({one.pair for one in asked} - set(found)):
        found |= {(product, some[product]): ratio for product, ratio in products.ratios(some).items()}
    return found


def _listed(order: Order, asked: Sequence[Asked]) -> dict[Pair, Decimal]:
    """Prices of the order's list; quantity breaks go by what the whole order asks of a product in that unit."""
    found: dict[Pair, Decimal] = {}
    if order.price_list_id is None:
        return found
    wanted: dict[Pair, Decimal] = {}
    for one in asked:
        if one.row.get("unit_price") is None:
            wanted[one.pair] = wanted.get(one.pair, rules.ZERO) + one.quantity
    for some in _rounds(wanted):
        quantities = {product: wanted[product, unit] for product, unit in some.items()}
        listed = products.prices(order.price_list_id, quantities, order.ordered_on, units=some)
        found |= {(product, some[product]): price for product, price in listed.items()}
    return found


def _price(one: Asked, ratios: Mapping[Pair, Fraction], prices: Mapping[Pair, Decimal]) -> Decimal | None:
    """What was typed, else the customer's list, else the standard price; None when there is no price at all."""
    typed: Decimal | None = one.row.get("unit_price")
    if typed is not None:
        return typed
    ratio = ratios.get(one.pair, Fraction(1))
    standard = one.product.standard_price * ratio.numerator / ratio.denominator
    return prices.get(one.pair, standard or None)


def offered(head: Row, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What each row of a form would get where it says nothing: its ``unit``, and its ``unit_price`` by the list that
    the head of the form means. Nothing for a row without a product.
    """
    company, customer = head.get("company"), head.get("customer")
    terms = agreed.of(company, customer.pk) if company and customer else None
    day = head.get("ordered_on")
    order = Order(ordered_on=day) if day else Order()
    order.price_list = head.get("price_list") or (terms.price_list if terms else None)
    asked, _unfit = _products(rows)
    ratios, prices = _ratios(asked), _listed(order, asked) if day else {}
    units = Unit.objects.in_bulk({one.pair[1] for one in asked})
    found: list[dict[str, Any]] = [{} for _row in rows]
    for one in asked:
        price = _price(one, ratios, prices)
        found[one.place] = {"unit": units[one.pair[1]]} | ({} if price is None else {"unit_price": price})
    return found


def _problems(one: Asked, context: Context) -> list[Refusal | None]:
    price = _price(one, context.ratios, context.prices)
    discount = one.row.get("discount") or rules.ZERO
    convertible = one.pair in context.ratios
    return [
        None if convertible else rules.UNIT_UNFIT("unit", product=one.product.code, unit=one.row.get("unit")),
        _quantity_problem(one, context.ratios.get(one.pair, Fraction(1))),
        rules.PRICE_MISSING("unit_price", product=one.product.code) if price is None else None,
        rules.PRICE_NEGATIVE("unit_price") if price is not None and price < 0 else None,
        None if 0 <= discount <= 1 else rules.DISCOUNT_OUT_OF_RANGE("discount"),
        _rate_problem(one.tax_class, context),
    ]


def _quantity_problem(one: Asked, ratio: Fraction) -> Refusal | None:
    digits = one.product.digits
    base = Fraction(one.quantity) * ratio * 10**digits
    return None if base > 0 and base.denominator == 1 else rules.ORDER_QUANTITY("quantity", digits=digits)


def _rate_problem(tax_class: str, context: Context) -> Refusal | None:
    if tax_class in context.rates or tax_class != Product.TaxClass.TAXABLE:
        return None
    company, day = context.order.company, context.order.ordered_on
    return rules.TAX_RATE_MISSING("tax_class", tax_class=tax_class, country=company.country, day=day)


def _line(one: Asked, context: Context) -> OrderLine:
    price = _price(one, context.ratios, context.prices)
    assert price is not None
    discount = one.row.get("discount") or rules.ZERO
    rate = context.rates.get(one.tax_class, rules.ZERO)
    cost = rules.charge(one.quantity, price, discount, rate, context.terms)
    ratio = context.ratios[one.pair]
    return OrderLine(
        order=context.order,
        product_id=one.product.id,
        description=one.row.get("description") or "",
        stocked=one.product.kind == Product.Kind.GOODS,
        unit_id=one.pair[1],
        quantity=one.quantity,
        base_quantity=one.quantity * ratio.numerator / ratio.denominator,
        unit_price=price,
        discount=discount,
        tax_class=one.tax_class,
        tax_rate=rate,
        amount=cost.supply,
        tax=cost.tax,
        promised_on=one.row.get("promised_on"),
    )


def _with_parts(order: Order, lines: list[OrderLine], kits: Collection[int]) -> list[OrderLine]:
    """Each kit's line followed by one for every component."""
    if not kits:
        return lines
    parts: dict[int, list[KitComponent]] = {}
    for one in KitComponent.objects.filter(kit__in=kits).select_related("component").order_by("id"):
        parts.setdefault(one.kit_id, []).append(one)
    spread = []
    for line in lines:
        spread.append(line)
        for one in parts.get(line.product_id, ()):
            quantity = line.base_quantity * one.quantity
            spread.append(
                OrderLine(
                    order=order,
                    kit=line,
                    product=one.component,
                    stocked=one.component.kind == Product.Kind.GOODS,
                    unit_id=one.component.unit_id,
                    quantity=quantity,
                    base_quantity=quantity,
                    unit_price=rules.ZERO,
                    tax_class=line.tax_class,
                    tax_rate=line.tax_rate,
                    amount=rules.ZERO,
                    tax=rules.ZERO,
                    promised_on=line.promised_on,
                )
            )
    return spread


def save(order: Order, lines: Sequence[OrderLine]) -> None:
    """Insert the lines of an order, and the order if it is new: kits' parts after the kits they point to."""
    heads = [line for line in lines if line.kit is None]
    parts = [line for line in lines if line.kit is not None]
    if order._state.adding:
        keys = sql.insert_document(order, OrderLine, sql.values(heads, but="order"), "order")
        sql.adopt(heads, keys)
    else:
        sql.insert(heads)
    sql.insert(parts)
