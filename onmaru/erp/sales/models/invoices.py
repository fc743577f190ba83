"""Invoices and credit notes."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales.models.orders import Order, OrderLine
from onmaru.kernel import parts
from onmaru.kernel.models import Record
from onmaru.masters.party.models import Address, Party
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company


class Invoice(Record):
    """An invoice, or (all amounts below zero) a credit note; posted as soon as it exists, never changed."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("company"), db_index=False
    )
    number = models.CharField(_("invoice number"), max_length=30, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INVOICE)
    customer = models.ForeignKey(Party, models.PROTECT, related_name="invoices", verbose_name=_("customer"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="invoices", verbose_name=_("order"))
    bill_to = models.ForeignKey(
        Address,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invoice address"),
        db_index=False,
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("corrects"),
        db_index=False,
    )
    invoiced_on = models.DateField(_("invoiced on"))
    due_on = models.DateField(_("due on"))
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(
        _("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1)
    )
    supply_amount = models.DecimalField(_("supply amount"), max_digits=20, decimal_places=6)
    tax_amount = models.DecimalField(_("tax"), max_digits=20, decimal_places=6)
    total = models.DecimalField(_("total"), max_digits=20, decimal_places=6)
    memo = models.CharField(_("memo"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="invoice_number_unique"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("supply_amount") + models.F("tax_amount")),
                name="invoice_total_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["invoiced_on", "id"], name="invoice_by_day"),
            models.Index(
                fields=["bill_to"], name="invoice_by_bill_to", condition=models.Q(bill_to__isnull=False)
            ),
            models.Index(
                fields=["corrects"], name="invoice_by_corrects", condition=models.Q(corrects__isnull=False)
            ),
            parts.Index("number", name="invoice_parts"),
        ]

    def __str__(self) -> str:
        return self.number or "–"


class InvoiceLine(models.Model):
    """What is charged of an order's line, in the order's unit; below zero on a credit note."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, related_name="invoice_lines", verbose_name=_("order line")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product"), db_index=False
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6)
    unit_price = models.DecimalField(_("unit price"), max_digits=20, decimal_places=6)
    tax_class = models.CharField(_("tax class"), max_length=10, choices=Product.TaxClass)
    amount = models.DecimalField(_("supply amount"), max_digits=20, decimal_places=6)
    tax = models.DecimalField(_("tax"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
