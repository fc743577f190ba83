"""What people see and enter of sales."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales import queries, reports
from onmaru.erp.sales.commands import deliveries, invoices, orders, payments, terms
from onmaru.erp.sales.models import (
    CustomerTerms,
    Delivery,
    DeliveryLine,
    Invoice,
    InvoiceLine,
    Order,
    OrderLine,
    Payment,
)
from onmaru.workbench.entity import Column, Entity, by, lines, section

DELIVERED = Column(_("Delivery"), kind="state", choices=tuple(queries.status.DELIVERY_STATUS.items()))
PAID = Column(_("Payment"), kind="state", choices=tuple(queries.status.PAYMENT_STATUS.items()))

orders_entity = Entity(
    Order,
    name="orders",
    label=_("Sales orders"),
    one=_("Sales order"),
    area="sales",
    icon="shopping-cart",
    place=10,
    list="number state customer ordered_on promised_on total delivery_status payment_status",
    form=[
        "company customer ordered_on promised_on",
        lines(
            OrderLine,
            link="order",
            columns="product quantity unit unit_price discount promised_on",
            order="ordinal",
            only={"kit": None},
            optional="unit unit_price",
        ),
        section(_("More"), "warehouse price_list customer_reference valid_until memo"),
    ],
    detail=[
        "customer ordered_on promised_on valid_until customer_reference warehouse",
        "supply_amount tax_amount total currency price_list payment_days delivery_status payment_status",
        lines(
            OrderLine,
            link="order",
            columns="ordinal product description unit quantity unit_price discount tax_class amount tax promised_on",
            order="ordinal",
        ),
        "invoice_policy rounding rounding_scope over_delivery salesperson memo",
    ],
    board=by("state"),
    calendar="promised_on",
    pivot=("total", "customer", "ordered_on"),
    search="number customer.name customer_reference",
    filters="state customer ordered_on promised_on delivery_status payment_status salesperson",
    actions=[
        orders.quote,
        orders.confirm,
        deliveries.deliver,
        invoices.issue,
        invoices.credit,
        orders.reserve,
        orders.reopen,
        orders.close,
        orders.cancel,
    ],
    create=orders.create,
    edit=orders.edit,
    related=[("deliveries", "order"), ("invoices", "order")],
    beside="customer",
    annotate=queries.status.orders,
    columns={"delivery_status": DELIVERED, "payment_status": PAID},
    prefill={"deliver": queries.positions.to_deliver},
    documents=[
        ("quotation", _("Quotation"), reports.quotation),
        ("confirmation", _("Order confirmation"), reports.order_confirmation),
    ],
)

deliveries_entity = Entity(
    Delivery,
    name="deliveries",
    area="sales",
    icon="truck-delivery",
    place=20,
    list="number kind customer order delivered_on warehouse tracking_number",
    detail=[
        "kind customer order delivered_on warehouse tracking_number returns redeliver memo",
        lines(DeliveryLine, link="delivery", columns="product quantity"),
    ],
    calendar="delivered_on",
    search="number customer.name order.number tracking_number",
    filters="kind customer delivered_on warehouse",
    actions=[deliveries.take_back],
    related=[("deliveries", "returns"), ("moves", "document"), ("entries", "source")],
    prefill={"take_back": queries.returns.to_take_back},
    documents=[("statement", _("Transaction statement"), reports.statement)],
)

invoices_entity = Entity(
    Invoice,
    name="invoices",
    area="sales",
    icon="file-invoice",
    place=30,
    list="number kind customer invoiced_on due_on supply_amount tax_amount total open_amount payment_status",
    detail=[
        "kind customer order invoiced_on due_on corrects",
        "supply_amount tax_amount total open_amount payment_status currency exchange_rate memo",
        lines(
            InvoiceLine,
            link="invoice",
            columns="product description quantity unit_price tax_class amount tax",
        ),
    ],
    calendar="due_on",
    search="number customer.name order.number",
    filters="kind customer invoiced_on due_on payment_status currency",
    actions=[invoices.cancel],
    related=[("invoices", "corrects"), ("entries", "source")],
    beside="customer",
    annotate=queries.status.invoices,
    columns={
        "open_amount": Column(_("Open amount"), kind="money", summed=True),
        "payment_status": PAID,
    },
    documents=[("invoice", _("Invoice (PDF)"), reports.invoice)],
)

payments_entity = Entity(
    Payment,
    name="payments",
    area="sales",
    icon="cash",
    place=40,
    list="number state customer received_on method amount fee open_amount memo",
    form=["company customer received_on", "amount fee method currency memo"],
    detail=["customer received_on method amount fee open_amount currency exchange_rate memo"],
    search="number customer.name memo",
    filters="state customer received_on method currency",
    actions=[payments.apply_advance, payments.cancel],
    create=payments.collect,
    related=[("entries", "source")],
    beside="customer",
    annotate=queries.status.payments,
    columns={"open_amount": Column(_("Advance left"), kind="money", summed=True)},
)

terms_entity = Entity(
    CustomerTerms,
    name="customer-terms",
    area="sales",
    icon="writing-sign",
    place=60,
    list="customer price_list payment_days credit_limit invoice_policy rounding rounding_scope over_delivery",
    form=[
        "company customer price_list payment_days credit_limit",
        "invoice_policy rounding rounding_scope over_delivery",
    ],
    search="customer.name customer.code",
    filters="customer price_list",
    create=terms.create,
    edit=terms.edit,
    exchange="company.code customer.code price_list.code payment_days credit_limit invoice_policy rounding "
    "rounding_scope over_delivery",
    key="company customer",
    beside="customer",
)
