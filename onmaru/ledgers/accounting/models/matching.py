"""Open items of matchable accounts, and which of them settle which."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.accounting.models.accounts import Account
from onmaru.ledgers.accounting.models.entries import Line
from onmaru.masters.party.models import Party
from onmaru.masters.site.models import Company


class OpenItem(models.Model):
    """What is still open of a line, signed (debit +): a projection of the line and its matches."""

    line = models.OneToOneField(Line, models.PROTECT, primary_key=True, related_name="open_item")
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    currency = models.CharField(_("currency"), max_length=3)
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    remaining = models.DecimalField(_("open"), max_digits=20, decimal_places=6)
    remaining_base = models.DecimalField(_("open in company currency"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("open item")
        verbose_name_plural = _("open items")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, remaining__gte=0, remaining__lte=models.F("amount"))
                | models.Q(amount__lte=0, remaining__lte=0, remaining__gte=models.F("amount")),
                name="open_within_amount",
            )
        ]
        indexes = [
            models.Index(
                fields=["party", "account", "due_on"], name="open_by_party", condition=~models.Q(remaining=0)
            ),
            models.Index(
                fields=["company", "account", "due_on"],
                name="open_by_account",
                condition=~models.Q(remaining=0),
            ),
        ]


class Match(models.Model):
    """A part of a debit settled by a part of a credit; undoing adds a row with the opposite sign.

    ``amount`` is in the items' currency; the base amounts are what left each side in company currency, and
    their difference is the exchange difference realised (posted by ``difference``, when there is one).
    """

    debit_line = models.ForeignKey(
        Line, models.PROTECT, related_name="matches_as_debit", verbose_name=_("debit")
    )
    credit_line = models.ForeignKey(
        Line, models.PROTECT, related_name="matches_as_credit", verbose_name=_("credit")
    )
    matched_on = models.DateField(_("matched on"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    debit_base = models.DecimalField(max_digits=20, decimal_places=6)
    credit_base = models.DecimalField(max_digits=20, decimal_places=6)
    by_name = models.CharField(_("by"), max_length=100)
    at = models.DateTimeField(db_default=Now())

    company_path = "debit_line__company"

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")

    def __str__(self) -> str:
        return f"{self.debit_line} ↔ {self.credit_line}"

    @property
    def company(self) -> Company:
        """The company in whose books it is."""
        return self.debit_line.company

    @property
    def company_id(self) -> int:
        """The key of that company."""
        return self.debit_line.company_id
