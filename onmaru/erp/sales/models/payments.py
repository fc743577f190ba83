"""Money received from customers."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts
from onmaru.kernel.models import Record
from onmaru.masters.party.models import Party
from onmaru.masters.site.models import Company


class Payment(Record):
    """A receipt of money (수금). What it settles is read from the ledger; what is over is an advance."""

    class Method(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        CASH = "cash", _("Cash")

    class State(models.TextChoices):
        POSTED = "posted", _("Received")
        CANCELLED = "cancelled", _("Cancelled")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), db_index=False
    )
    number = models.CharField(_("receipt number"), max_length=30, null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.POSTED, editable=False)
    customer = models.ForeignKey(Party, models.PROTECT, related_name="payments", verbose_name=_("customer"))
    received_on = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.BANK)
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(
        _("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1)
    )
    amount = models.DecimalField(_("amount received"), max_digits=20, decimal_places=6)
    fee = models.DecimalField(_("bank fee"), max_digits=20, decimal_places=6, default=Decimal(0))
    memo = models.CharField(_("memo"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment received")
        verbose_name_plural = _("payments received")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="payment_number_unique"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, fee__gte=0), name="payment_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["received_on", "id"], name="payment_by_day"),
            parts.Index("number", "memo", name="payment_parts"),
        ]

    def __str__(self) -> str:
        return self.number or "–"
