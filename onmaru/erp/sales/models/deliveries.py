"""Deliveries, and goods that came back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales.models.orders import Order, OrderLine
from onmaru.kernel import parts
from onmaru.kernel.models import Extended, Record
from onmaru.masters.party.models import Address, Party
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company, Warehouse


class Delivery(Record):
    """Goods that left for a customer (출하) or came back (반품); posted as soon as it exists."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("Delivery")
        RETURN = "return", _("Return")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), db_index=False
    )
    number = models.CharField(_("delivery number"), max_length=30, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DELIVERY)
    order = models.ForeignKey(Order, models.PROTECT, related_name="deliveries", verbose_name=_("order"))
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))
    delivered_on = models.DateField(_("delivered on"))
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"), db_index=False
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
    returns = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returned_by",
        verbose_name=_("returned from"),
        db_index=False,
    )
    redeliver = models.BooleanField(_("to be sent again"), default=False)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    memo = models.CharField(_("memo"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["company", "number"], name="delivery_number_unique")]
        indexes = [
            models.Index(fields=["delivered_on", "id"], name="delivery_by_day"),
            models.Index(
                fields=["ship_to"], name="delivery_by_ship_to", condition=models.Q(ship_to__isnull=False)
            ),
            models.Index(
                fields=["returns"], name="delivery_by_returns", condition=models.Q(returns__isnull=False)
            ),
            parts.Index("number", "tracking_number", name="delivery_parts"),
        ]

    def __str__(self) -> str:
        return self.number or "–"


class DeliveryLine(Extended):
    """A quantity, in the product's base unit, of an order's line; negative when it came back."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="lines", verbose_name=_("delivery"))
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, related_name="delivery_lines", verbose_name=_("order line")
    )
    returns = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="returned_by",
        verbose_name=_("returned from"),
        db_index=False,
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product"), db_index=False
    )
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("delivery line")
        verbose_name_plural = _("delivery lines")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, returns=None)
                | models.Q(quantity__lt=0, returns__isnull=False),
                name="delivery_line_goes_one_way",
            )
        ]
        indexes = [
            models.Index(
                fields=["returns"], name="delivery_line_by_returns", condition=models.Q(returns__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)
