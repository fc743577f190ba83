"""Moves: goods from place to place, the append-only truth of stock."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onmaru.kernel import parts, work
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company, Location


class Lot(models.Model):
    """A lot, or one serial number, of a product."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("product"))
    code = models.CharField(_("lot number"), max_length=60)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="lot_code_unique")]
        indexes = [parts.Index("code", name="lot_parts")]

    def __str__(self) -> str:
        return self.code


class Move(models.Model):
    """A quantity, in the product's base unit, that went from one place to another for a document."""

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="+",
        verbose_name=_("company"),
        db_index=False,
        db_constraint=False,
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="moves", verbose_name=_("product"))
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="moves", verbose_name=_("lot"))
    source = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("place", "from"),
        db_index=False,
    )
    destination = models.ForeignKey(
        Location, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("place", "to"), db_index=False
    )
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    moved_on = models.DateField(_("moved on"))
    document_kind = models.CharField(_("document kind"), max_length=60)
    document_id = models.BigIntegerField(_("document"))
    line_id = models.BigIntegerField(_("document line"), null=True)
    posted_by = models.CharField(_("posted by"), max_length=100)
    posted_at = models.DateTimeField(_("posted at"), db_default=Now())

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="move_quantity_positive"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("destination")), name="move_goes_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["document_kind", "document_id"], name="move_by_document")]

    def __str__(self) -> str:
        return f"{self.product} {self.quantity.normalize():f}"

    @property
    def document(self) -> models.Model | None:
        """What it was moved for."""
        return work.record_of(self.document_kind, self.document_id)

    @property
    def document_name(self) -> str:
        """What kind of document it was moved for, in words."""
        return work.words_of(self.document_kind)
