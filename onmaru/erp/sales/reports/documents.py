"""Quotation, order confirmation, invoice and credit note."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import pgettext

from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Invoice, Order
from onmaru.erp.sales.reports import goods, parties
from onmaru.erp.sales.reports.goods import Item
from onmaru.erp.sales.rules import Charge
from onmaru.kernel import paper, printing
from onmaru.kernel.paper import Figures, Pair, day
from onmaru.masters.party.models import Address

TEMPLATE = "erp/sales/templates/print/document.typ"


def quotation(order: Order, language: str) -> bytes:
    """What a customer is offered (견적서), as a PDF."""
    with translation.override(language):
        title, opening = (
            pgettext("print", "Quotation"),
            pgettext("print", "We are pleased to quote as follows."),
        )
        quoted = (pgettext("print", "Quoted on"), day(order.ordered_on))
        return _order_paper(
            order, title, opening, [quoted, (pgettext("print", "Valid until"), day(order.valid_until))]
        )


def order_confirmation(order: Order, language: str) -> bytes:
    """What was agreed with a customer (수주확인서), as a PDF."""
    with translation.override(language):
        title, opening = (
            pgettext("print", "Order confirmation"),
            pgettext("print", "We confirm your order as follows."),
        )
        return _order_paper(order, title, opening, [(pgettext("print", "Ordered on"), day(order.ordered_on))])


def invoice(invoice: Invoice, language: str) -> bytes:
    """What is charged (청구서) or, by a credit note, taken off (감액 청구서), as a PDF."""
    with translation.override(language):
        credit, order, corrected = invoice.kind == Invoice.Kind.CREDIT_NOTE, invoice.order, invoice.corrects
        lines = invoice.lines.select_related("product", "order_line__unit").order_by(
            "order_line__ordinal", "id"
        )
        items = [
            Item(
                line.product,
                line.order_line.unit,
                line.quantity,
                line.unit_price,
                line.order_line.discount,
                line.tax_class,
                Charge(line.amount, line.tax),
                line.order_line.kit_id is not None,
                line.description,
            )
            for line in lines
        ]
        words = {
            "title": pgettext("print", "Credit note") if credit else pgettext("print", "Invoice"),
            "opening": pgettext("print", "We credit you as follows.")
            if credit
            else pgettext("print", "We invoice you as follows."),
            "facts": paper.told(
                (
                    pgettext("print", "Credited on") if credit else pgettext("print", "Invoiced on"),
                    day(invoice.invoiced_on),
                ),
                (pgettext("print", "Due on"), "" if credit else day(invoice.due_on)),
                (pgettext("print", "Order no."), order.number or ""),
                (pgettext("print", "Your order no."), order.customer_reference),
                (pgettext("print", "Corrects invoice"), str(corrected) if corrected else ""),
            ),
            "notes": paper.told(
                (pgettext("print", "Payment"), "" if credit else _payment(order)),
                (
                    pgettext("print", "Pay to"),
                    "" if credit else printing.letterhead().bank or invoice.company.bank_account,
                ),
                (pgettext("print", "Remarks"), invoice.memo),
            ),
        }
        return _render(invoice, order, invoice.bill_to or order.bill_to, items, words)


def _order_paper(order: Order, title: str, opening: str, dated: list[Pair]) -> bytes:
    items = [
        Item(
            line.product,
            line.unit,
            line.quantity,
            line.unit_price,
            line.discount,
            line.tax_class,
            Charge(line.amount, line.tax),
            line.kit_id is not None,
            line.description,
        )
        for line in order.lines.select_related("product", "unit").order_by("ordinal")
    ]
    marks = {
        Order.State.DRAFT: pgettext("print", "DRAFT"),
        Order.State.CANCELLED: pgettext("print", "CANCELLED"),
    }
    words = {
        "title": title,
        "opening": opening,
        "mark": marks.get(Order.State(order.state), ""),
        "facts": paper.told(
            *dated,
            (pgettext("print", "Delivery by"), day(order.promised_on)),
            (pgettext("print", "Payment"), _payment(order)),
            (pgettext("print", "Your order no."), order.customer_reference),
            (pgettext("print", "Contact"), str(order.salesperson or "")),
        ),
        "notes": paper.told(
            (pgettext("print", "Deliver to"), order.ship_to.one_line if order.ship_to else ""),
            (pgettext("print", "Pay to"), printing.letterhead().bank),
            (pgettext("print", "Remarks"), order.memo),
        ),
    }
    return _render(order, order, order.bill_to, items, words)


def _payment(order: Order) -> str:
    if not order.payment_days:
        return pgettext("print", "On receipt of the invoice")
    return pgettext("print", "Within {days} days of the invoice").format(days=order.payment_days)


def _render(
    record: Order | Invoice, order: Order, bill_to: Address | None, items: list[Item], words: dict[str, Any]
) -> bytes:
    company, number = record.company, record.number or "–"
    write = Figures(record.currency, queries.terms.digits(company, record.currency))
    charge = Charge(record.supply_amount, record.tax_amount)
    supplier = parties.seller(company)
    inside = f" · {pgettext('print', 'unit prices include VAT')}" if order.tax_included else ""
    hides = printing.letterhead().hides
    data = {
        "mark": "",
        "centred": "unit" not in hides,
        **words,
        "lang": paper.language(),
        "name": f"{words['title']} {number}",
        "author": company.shown_name,
        "number": (pgettext("print", "No."), number),
        "to": parties.addressee(record.customer, parties.place(record.customer, bill_to)),
        "supplier": supplier | {"rows": [*supplier["rows"], *parties.reachable(company)]},
        "total": write.band(charge.total, pgettext("print", "VAT included") if charge.tax else ""),
        "unit": write.unit() + inside,
        "heads": goods.heads(hides),
        "lines": goods.rows(items, write, hides),
        "sums": goods.sums(items, charge, write),
    }
    return printing.render(TEMPLATE, data, bytes(company.seal.content) if company.seal else b"")
