"""What people see and enter of sales."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales import models, queries, reports
from onmaru.erp.sales.commands import pricing
from onmaru.workbench.entity import Column, Entity, by, lines, section

DELIVERED = Column(_("Delivery"), kind="state", choices=tuple(queries.status.DELIVERY_STATUS.items()))
PAID = Column(_("Payment"), kind="state", choices=tuple(queries.status.PAYMENT_STATUS.items()))

orders = Entity(
    models.Order,
    label=_("Sales orders"),
    one=_("Sales order"),
    icon="shopping-cart",
    list="number state customer ordered_on promised_on total delivery_status payment_status",
    form=[
        "company customer ordered_on promised_on",
        lines(
            models.OrderLine,
            "product quantity unit unit_price discount promised_on",
            only={"kit": None},
            optional="unit unit_price",
            fills=pricing.offered,
        ),
        section(_("More"), "warehouse price_list customer_reference valid_until bill_to ship_to memo"),
    ],
    detail=[
        "customer ordered_on promised_on valid_until customer_reference warehouse bill_to ship_to",
        "supply_amount tax_amount total currency price_list payment_days delivery_status payment_status",
        lines(
            models.OrderLine,
            "ordinal product description unit quantity unit_price discount tax_class amount tax promised_on",
        ),
        "invoice_policy rounding rounding_scope over_delivery salesperson memo",
    ],
    board=by("state"),
    calendar="promised_on",
    pivot=("total", "customer", "ordered_on"),
    search="number customer.name customer_reference",
    filters="state customer ordered_on promised_on delivery_status payment_status salesperson currency",
    actions="quote confirm deliver invoice credit reserve reopen close cancel",
    related=[("deliveries", "order"), ("invoices", "order")],
    beside="customer",
    annotate=queries.status.orders,
    columns={"delivery_status": DELIVERED, "payment_status": PAID},
    prefill={"deliver": queries.positions.to_deliver},
    offered={
        "deliver": lambda order, by: order.delivery_status in ("none", "partial"),
        "invoice": lambda order, by: queries.terms.is_chargeable(order),
    },
    leads="customer",
    documents=[
        ("quotation", _("Quotation"), reports.quotation),
        ("confirmation", _("Order confirmation"), reports.order_confirmation),
    ],
)

deliveries = Entity(
    models.Delivery,
    icon="truck-delivery",
    list="number kind customer order delivered_on warehouse tracking_number",
    detail=[
        "kind customer order delivered_on warehouse ship_to tracking_number returns redeliver memo",
        lines(models.DeliveryLine, "product quantity"),
    ],
    calendar="delivered_on",
    search="number customer.name order.number tracking_number",
    related=[("deliveries", "returns"), ("moves", "document"), ("entries", "source")],
    prefill={"take_back": queries.returns.to_take_back},
    offered={"take_back": lambda delivery, by: delivery.kind == models.Delivery.Kind.DELIVERY},
    documents=[("statement", _("Transaction statement"), reports.statement)],
)

invoices = Entity(
    models.Invoice,
    icon="file-invoice",
    list="number kind customer invoiced_on due_on supply_amount tax_amount total open_amount payment_status",
    detail=[
        "kind customer bill_to order invoiced_on due_on corrects",
        "supply_amount tax_amount total open_amount payment_status currency exchange_rate memo",
        lines(models.InvoiceLine, "product description quantity unit_price tax_class amount tax"),
    ],
    calendar="due_on",
    search="number customer.name order.number",
    filters="kind customer invoiced_on due_on payment_status currency",
    related=[("invoices", "corrects"), ("entries", "source")],
    beside="customer",
    annotate=queries.status.invoices,
    columns={"open_amount": Column(_("Open amount"), kind="money", summed=True), "payment_status": PAID},
    actions="pay cancel",
    prefill={"pay": queries.receipts.to_pay},
    offered={"pay": lambda invoice, by: invoice.open_amount > 0},
    documents=[("invoice", _("Invoice (PDF)"), reports.invoice)],
)

payments = Entity(
    models.Payment,
    icon="cash",
    list="number state customer received_on method amount fee open_amount memo",
    form=["company customer received_on", "amount fee method currency memo", "invoices"],
    detail=["customer received_on method amount fee open_amount currency exchange_rate memo"],
    made_by="collect",
    prefill={"collect": queries.receipts.to_collect},
    leads="company customer amount fee currency",
    filters="state customer received_on method currency",
    related=[("entries", "source")],
    beside="customer",
    annotate=queries.status.payments,
    columns={"open_amount": Column(_("Advance left"), kind="money", summed=True)},
)

customer_terms = Entity(
    models.CustomerTerms,
    icon="writing-sign",
    list="customer price_list payment_days credit_limit invoice_policy rounding rounding_scope over_delivery",
    beside="customer",
)
