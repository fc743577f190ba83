"""The transaction statement (거래명세서) that goes with goods, in two copies on one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils import translation
from django.utils.translation import pgettext

from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Delivery, OrderLine
from onmaru.erp.sales.queries.statements import Account
from onmaru.erp.sales.reports import goods, parties
from onmaru.erp.sales.reports.goods import Item
from onmaru.erp.sales.rules import ZERO, Billed, Charge
from onmaru.kernel import money, paper, printing
from onmaru.kernel.paper import Figures, Pair

TEMPLATE = "erp/sales/templates/print/statement.typ"


@printing.of_fixed_form
def statement(delivery: Delivery, language: str) -> bytes:
    """What was delivered, or came back, what it is worth, and the customer's account around it, as a PDF."""
    with translation.override(language):
        order, company = delivery.order, delivery.company
        write = Figures(order.currency, queries.terms.digits(company, order.currency))
        billed, charge = queries.statements.of(delivery)
        items = list(_items(delivery, {one.position.line_id: one for one in billed}))
        back = delivery.kind == Delivery.Kind.RETURN
        title = pgettext("print", "Return statement") if back else pgettext("print", "Transaction statement")
        number, sums = delivery.number or "–", goods.sums(items, charge, write)
        data = {
            "mark": "",
            "lang": paper.language(),
            "name": f"{title} {number}",
            "author": company.shown_name,
            "title": title,
            "number": (pgettext("print", "No."), number),
            "day": (
                pgettext("print", "Returned on") if back else pgettext("print", "Delivered on"),
                paper.day(delivery.delivered_on),
            ),
            "order": (pgettext("print", "Order no."), order.number or "–"),
            "copies": (pgettext("print", "supplier's copy"), pgettext("print", "recipient's copy")),
            "supplier": parties.seller(company),
            "recipient": parties.buyer(delivery.customer, parties.place(delivery.customer, order.bill_to)),
            "total": write.band(charge.total, f"{sums[-2][0]} {sums[-2][1]}"),
            "unit": write.unit(),
            "heads": goods.heads(),
            "lines": goods.rows(items, write),
            "sums": (pgettext("print", "Sum"), write.amount(charge.supply), write.amount(charge.tax)),
            "continued": pgettext("print", "Continued on the next sheet"),
            "balance": _balance(queries.statements.account(delivery, charge), write),
            "memo": (pgettext("print", "Remarks"), _memo(delivery)),
            "receiver": (pgettext("print", "Received by"), pgettext("print", "(signature)")),
        }
        return printing.render(TEMPLATE, data, bytes(company.seal.content) if company.seal else b"")


def _items(delivery: Delivery, billed: dict[int, Billed]) -> Iterator[Item]:
    """What the delivery is charged for, and below a kit what of it went."""
    went = dict(delivery.lines.values_list("order_line", "quantity"))
    lines = list(delivery.order.lines.select_related("product__unit", "unit").order_by("ordinal"))
    kits = {line.kit_id for line in lines if line.pk in went}
    for line in lines:
        one = billed.get(line.pk)
        if one is not None or line.pk in went or line.pk in kits:
            yield _item(line, one, went.get(line.pk))


def _item(line: OrderLine, one: Billed | None, went: Decimal | None) -> Item:
    """In the order's unit where the quantity comes out even in it, else in the unit that goods are counted in."""
    quantity = one.quantity if one else None
    unit, price = line.unit, line.unit_price
    if went is not None and (
        line.kit_id or quantity is None or money.round_money(quantity, unit.digits) != quantity
    ):
        unit, quantity = line.product.unit, went
        price = money.round_money(line.unit_price * line.quantity / line.base_quantity, 2)
    charge = one.charge if one else Charge(ZERO, ZERO)
    part = line.kit_id is not None
    return Item(
        line.product, unit, quantity, price, line.discount, line.tax_class, charge, part, line.description
    )


def _balance(account: Account, write: Figures) -> list[Pair]:
    return [
        (pgettext("print", "Previous balance"), write.amount(account.previous)),
        (pgettext("print", "This delivery"), write.amount(account.charged)),
        (pgettext("print", "Received"), write.amount(account.received)),
        (pgettext("print", "Balance"), write.amount(account.balance)),
    ]


def _memo(delivery: Delivery) -> str:
    """What a receiver asks: where it was to go, under which parcel number, and what was noted."""
    place, parcel = delivery.ship_to, delivery.tracking_number
    return " · ".join(
        filter(
            None,
            [
                f"{pgettext('print', 'Deliver to')}: {place.one_line}" if place else "",
                f"{pgettext('print', 'Parcel no.')}: {parcel}" if parcel else "",
                pgettext("print", "unit prices include VAT") if delivery.order.tax_included else "",
                delivery.memo,
            ],
        )
    )
