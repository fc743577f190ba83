"""What was agreed with a customer."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import PriceList
from onmaru.masters.site.models import Company


class Rounding(models.TextChoices):
    """How a fraction of the smallest coin is rounded; Korean practice cuts below one won."""

    DOWN = "down", _("Cut")
    HALF_UP = "half_up", _("Half up")
    UP = "up", _("Up")


class Scope(models.TextChoices):
    """Where rounding happens: on every line, or once on the document."""

    LINE = "line", _("Per line")
    DOCUMENT = "document", _("Per document")


class InvoicePolicy(models.TextChoices):
    DELIVERY = "delivery", _("What was delivered")
    ORDER = "order", _("What was ordered")


class CustomerTerms(Record):
    """Prices, payment, credit and rounding of a customer with one company of the group."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    customer = models.ForeignKey(
        Party, models.PROTECT, related_name="sales_terms", verbose_name=_("customer")
    )
    price_list = models.ForeignKey(
        PriceList, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price list")
    )
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=30)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    invoice_policy = models.CharField(
        _("invoice"), max_length=10, choices=InvoicePolicy, default=InvoicePolicy.DELIVERY
    )
    rounding = models.CharField(_("rounding"), max_length=10, choices=Rounding, default=Rounding.DOWN)
    rounding_scope = models.CharField(_("rounded"), max_length=10, choices=Scope, default=Scope.LINE)
    over_delivery = models.DecimalField(
        _("over-delivery tolerance (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )

    class Meta:
        verbose_name = _("customer terms")
        verbose_name_plural = _("customer terms")
        constraints = [
            models.UniqueConstraint(fields=["company", "customer"], name="one_terms_per_customer"),
            models.CheckConstraint(
                condition=models.Q(credit_limit=None) | models.Q(credit_limit__gte=0),
                name="credit_limit_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(over_delivery__range=(0, 100)), name="over_delivery_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}"
