"""What stock is worth: piles of quantity and value, and every change of them.

A pile is a quantity with a value. FIFO opens a pile for each receipt and draws from the oldest; moving average
pours every receipt into one pile; standard cost keeps one pile at the standard price. Drawing is the same for
all: a share of the pile's value by quantity, rounded cumulatively, and the last piece takes what is left.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.accounting.models import Account
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company


class Pile(models.Model):
    """What is left of a layer of stock: a projection of its valuations, in base unit and company currency."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product"), db_index=False
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=_("account"), db_index=False
    )
    shared = models.BooleanField(default=False)
    opened_on = models.DateField(_("opened on"))
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("cost layer")
        verbose_name_plural = _("cost layers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, value__gte=0) | models.Q(quantity=0, value=0),
                name="pile_has_worth",
            ),
            models.UniqueConstraint(
                fields=["company", "product"],
                condition=models.Q(shared=True),
                name="one_shared_pile_per_product",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "product", "opened_on", "id"],
                name="pile_to_draw",
                condition=~models.Q(quantity=0),
            )
        ]


class Valuation(models.Model):
    """A change of a pile for a document: quantity and value, signed. Its accounting entry has the same document."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    pile = models.ForeignKey(Pile, models.PROTECT, related_name="valuations")
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    valued_on = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=6)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    document_kind = models.CharField(max_length=60)
    document_id = models.BigIntegerField()
    line_id = models.BigIntegerField(null=True)
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["document_kind", "document_id"], name="valuation_by_document"),
            models.Index(fields=["company", "product", "valued_on"], name="valuation_by_product"),
        ]
