"""Quotations and orders: one document, from the first offer to its end."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales.models.terms import InvoicePolicy, Rounding, Scope
from onmaru.kernel import parts
from onmaru.kernel.models import Extended, Record, Share
from onmaru.masters.party.models import Address, Party
from onmaru.masters.product.models import PriceList, Product, Unit
from onmaru.masters.site.models import Company, Warehouse


class Order(Record):
    """What a customer is offered or has ordered. Delivery and payment are derived from what happened, never kept."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft quotation")
        QUOTED = "quoted", _("Quoted")
        CONFIRMED = "confirmed", _("Confirmed")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), db_index=False
    )
    number = models.CharField(_("order number"), max_length=30, null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    customer = models.ForeignKey(Party, models.PROTECT, related_name="orders", verbose_name=_("customer"))
    customer_reference = models.CharField(_("customer's order number"), max_length=60, blank=True)
    ordered_on = models.DateField(_("ordered on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    promised_on = models.DateField(_("promised on"), null=True, blank=True)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"), db_index=False
    )
    bill_to = models.ForeignKey(
        Address,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invoice address"),
        db_index=False,
    )
    ship_to = models.ForeignKey(
        Address,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("delivery address"),
        db_index=False,
    )
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("salesperson"),
    )
    currency = models.CharField(_("currency"), max_length=3)
    price_list = models.ForeignKey(
        PriceList,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price list"),
        db_index=False,
    )
    tax_included = models.BooleanField(_("prices include tax"), default=False)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=30)
    invoice_policy = models.CharField(
        _("invoice"), max_length=10, choices=InvoicePolicy, default=InvoicePolicy.DELIVERY
    )
    rounding = models.CharField(_("rounding"), max_length=10, choices=Rounding, default=Rounding.DOWN)
    rounding_scope = models.CharField(_("rounded"), max_length=10, choices=Scope, default=Scope.LINE)
    over_delivery = models.DecimalField(
        _("over-delivery tolerance (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    supply_amount = models.DecimalField(_("supply amount"), max_digits=20, decimal_places=6, editable=False)
    tax_amount = models.DecimalField(_("tax"), max_digits=20, decimal_places=6, editable=False)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=6, editable=False)
    memo = models.TextField(_("memo"), blank=True)

    class Meta:
        verbose_name = _("sales order")
        verbose_name_plural = _("sales orders")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="order_number_unique"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("supply_amount") + models.F("tax_amount")),
                name="order_total_adds_up",
            ),
        ]
        # A reference that most rows leave empty is indexed where it is said: looked up all the same, written for few.
        indexes = [
            models.Index(fields=["ordered_on", "id"], name="order_by_day"),
            models.Index(fields=["state", "id"], name="order_by_state"),
            models.Index(
                fields=["bill_to"], name="order_by_bill_to", condition=models.Q(bill_to__isnull=False)
            ),
            models.Index(
                fields=["ship_to"], name="order_by_ship_to", condition=models.Q(ship_to__isnull=False)
            ),
            models.Index(
                fields=["price_list"],
                name="order_by_price_list",
                condition=models.Q(price_list__isnull=False),
            ),
            parts.Index("number", "customer_reference", name="order_parts"),
        ]

    def __str__(self) -> str:
        return self.number or "–"


class OrderLine(Extended):
    """A line of an order. A kit's line is followed by one for each component, without a price, below ``kit``."""

    order = models.ForeignKey(
        Order, models.CASCADE, related_name="lines", verbose_name=_("order"), db_index=False
    )
    ordinal = models.PositiveIntegerField(_("line"))
    kit = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of kit"),
        db_index=False,
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200, blank=True)
    stocked = models.BooleanField(_("from stock"), editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"), db_index=False)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    base_quantity = models.DecimalField(
        _("quantity in base unit"), max_digits=20, decimal_places=6, editable=False
    )
    unit_price = models.DecimalField(_("unit price"), max_digits=20, decimal_places=6)
    discount = Share(_("discount (%)"), default=Decimal(0))
    tax_class = models.CharField(_("tax class"), max_length=10, choices=Product.TaxClass)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=6)
    amount = models.DecimalField(_("supply amount"), max_digits=20, decimal_places=6, editable=False)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=6, editable=False)
    promised_on = models.DateField(_("promised on"), null=True, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "ordinal"], name="order_line_ordinal_unique"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, base_quantity__gt=0), name="order_line_quantity_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(discount__range=(0, 1)), name="order_line_discount_share"
            ),
        ]
        indexes = [
            models.Index(fields=["kit"], name="order_line_by_kit", condition=models.Q(kit__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}. {self.product}"
