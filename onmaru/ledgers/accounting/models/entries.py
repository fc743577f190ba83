"""Entries and lines: append-only truth. Triggers (see the guards migration) make it law."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts, work
from onmaru.ledgers.accounting.models.accounts import Account, CostObject
from onmaru.ledgers.accounting.models.periods import Period
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company


class Entry(models.Model):
    """A posted journal entry (전표). Its lines arrive in one statement, balanced, and never change."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="entries", verbose_name=_("company"), db_index=False
    )
    number = models.CharField(_("entry number"), max_length=30, null=True, editable=False)
    posted_on = models.DateField(_("posted on"))
    period = models.ForeignKey(
        Period, models.PROTECT, related_name="entries", verbose_name=_("period"), db_index=False
    )
    source_kind = models.CharField(_("document kind"), max_length=60)
    source_id = models.BigIntegerField(_("document"))
    memo = models.CharField(_("memo"), max_length=200, blank=True)
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name=_("reversal of")
    )
    posted_by_id = models.BigIntegerField(null=True)
    posted_by = models.CharField(_("posted by"), max_length=100)
    posted_at = models.DateTimeField(_("posted at"), db_default=Now())

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        constraints = [models.UniqueConstraint(fields=["company", "number"], name="entry_number_unique")]
        indexes = [
            models.Index(fields=["source_kind", "source_id"], name="entry_by_source"),
            models.Index(fields=["company", "posted_on", "id"], name="entry_by_day"),
            parts.Index("number", "memo", name="entry_parts"),
        ]

    def __str__(self) -> str:
        return self.number or "–"

    @property
    def document(self) -> models.Model | None:
        """What it was posted for; None for a manual entry, which is its own document."""
        return (
            None if self.source_kind == "site.company" else work.record_of(self.source_kind, self.source_id)
        )

    @property
    def document_name(self) -> str:
        """What kind of document it was posted for, in words."""
        return (
            str(_("Manual entry")) if self.source_kind == "site.company" else work.words_of(self.source_kind)
        )


class Line(models.Model):
    """One side of an entry, in company currency; ``amount_currency`` is signed (debit +) in ``currency``."""

    entry = models.ForeignKey(
        Entry,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("entry"),
        db_index=False,
        db_constraint=False,
    )
    ordinal = models.PositiveIntegerField(_("line"))
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="+",
        verbose_name=_("company"),
        db_index=False,
        db_constraint=False,
    )
    posted_on = models.DateField(_("posted on"))
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("account"),
        db_index=False,
        db_constraint=False,
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="+", verbose_name=_("party"), db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", verbose_name=_("product"), db_index=False
    )
    department = models.ForeignKey(
        CostObject, models.PROTECT, null=True, related_name="+", verbose_name=_("department"), db_index=False
    )
    project = models.ForeignKey(
        CostObject, models.PROTECT, null=True, related_name="+", verbose_name=_("project"), db_index=False
    )
    debit = models.DecimalField(_("debit"), max_digits=20, decimal_places=6, default=0)
    credit = models.DecimalField(_("credit"), max_digits=20, decimal_places=6, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    amount_currency = models.DecimalField(_("amount in currency"), max_digits=20, decimal_places=6)
    due_on = models.DateField(_("due on"), null=True)
    memo = models.CharField(_("memo"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        constraints = [
            models.UniqueConstraint(fields=["entry", "ordinal"], name="line_ordinal_unique"),
            models.CheckConstraint(
                condition=models.Q(debit__gte=0, credit__gte=0) & (models.Q(debit=0) | models.Q(credit=0)),
                name="line_has_one_side",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "posted_on", "id"], name="line_by_account"),
            models.Index(
                fields=["party", "account", "posted_on"],
                name="line_by_party",
                condition=models.Q(party__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}/{self.ordinal}"


class Tail(models.Model):
    """An entry posted but not yet sealed and folded. Readings add these few to the folded balances."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="tail")


class Seal(models.Model):
    """A link of the company's hash chain: the digest of an entry, its lines and the link before.

    The chain follows the order in which entries became visible, so that posting never waits for it.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="seal")
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    sequence = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "sequence"], name="seal_sequence_unique")]
