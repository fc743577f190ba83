"""What lies where, and for whom it is kept: projections of moves, locked in the order of their keys."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.stock.models.moves import Lot
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company, Location


class Quant(models.Model):
    """On hand and reserved of a product (and lot) in one of the company's own locations, in the base unit."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), db_index=False
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="quants", verbose_name=_("location"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="quants", verbose_name=_("product"))
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="quants", verbose_name=_("lot"))
    on_hand = models.DecimalField(_("on hand"), max_digits=20, decimal_places=6, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=20, decimal_places=6, default=0)

    class Meta:
        verbose_name = _("stock on hand")
        verbose_name_plural = _("stock on hand")
        constraints = [
            models.UniqueConstraint(
                fields=["location", "product", "lot"], nulls_distinct=False, name="one_quant_per_place"
            ),
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="reserved_not_negative"),
            models.CheckConstraint(
                condition=models.Q(reserved__lte=models.F("on_hand")), name="reserved_within_on_hand"
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(one) for one in (self.product, self.lot, self.location) if one)


class Reservation(models.Model):
    """A part of a quant kept for a line of an open document; gone once delivered or released."""

    quant = models.ForeignKey(
        Quant, models.PROTECT, related_name="reservations", verbose_name=_("stock on hand")
    )
    document_kind = models.CharField(_("document kind"), max_length=60)
    document_id = models.BigIntegerField(_("document"))
    line_id = models.BigIntegerField(_("document line"))
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reservation_positive")
        ]
        indexes = [
            models.Index(fields=["document_kind", "document_id", "line_id"], name="reservation_by_document")
        ]
