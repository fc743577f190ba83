"""How products are valued, and the stock documents of the ledger itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts
from onmaru.kernel.models import Record
from onmaru.masters.product.models import Category, Product
from onmaru.masters.site.models import Company


class ValuationPolicy(Record):
    """The valuation method of a company's products, or of one category and the branches below it."""

    class Method(models.TextChoices):
        AVERAGE = "average", _("Moving average")
        FIFO = "fifo", _("First in, first out")
        STANDARD = "standard", _("Standard cost")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="valuation_policies", verbose_name=_("company")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    method = models.CharField(_("valuation"), max_length=10, choices=Method, default=Method.AVERAGE)

    class Meta:
        verbose_name = _("valuation policy")
        verbose_name_plural = _("valuation policies")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "category"], nulls_distinct=False, name="one_policy_per_category"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category or self.company}: {self.get_method_display()}"


class StandardCost(models.Model):
    """The standard cost of a product's base unit from a day on, in company currency.

    ``revalued_on`` is the day stock on hand was brought to it; none while its day is still to come.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    valid_from = models.DateField(_("valid from"))
    cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=6)
    revalued_on = models.DateField(_("stock revalued on"), null=True, editable=False)

    class Meta:
        verbose_name = _("standard cost")
        verbose_name_plural = _("standard costs")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "product", "valid_from"], name="one_standard_cost_per_day"
            ),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="standard_cost_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["valid_from"], name="standard_cost_to_come", condition=models.Q(revalued_on=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.valid_from}: {self.cost.normalize():f}"


class StockDocument(Record):
    """A receipt, issue, transfer or count made in the stock ledger itself, without a purchase or a sale."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening stock")
        RECEIPT = "receipt", _("Receipt")
        ISSUE = "issue", _("Issue")
        TRANSFER = "transfer", _("Transfer")
        COUNT = "count", _("Stock-taking")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    number = models.CharField(_("number"), max_length=30, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    moved_on = models.DateField(_("moved on"))
    memo = models.CharField(_("memo"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stock document")
        verbose_name_plural = _("stock documents")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="stock_document_number_unique")
        ]
        indexes = [parts.Index("number", "memo", name="stock_document_parts")]

    def __str__(self) -> str:
        return self.number or "–"


class CostAdjustment(Record):
    """A dated change of what stock is worth: a late cost of a receipt, or a new standard cost."""

    class Kind(models.TextChoices):
        LATE_COST = "late_cost", _("Late cost")
        STANDARD = "standard", _("New standard cost")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    number = models.CharField(_("number"), max_length=30, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    adjusted_on = models.DateField(_("adjusted on"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    memo = models.CharField(_("memo"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("cost adjustment")
        verbose_name_plural = _("cost adjustments")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="cost_adjustment_number_unique")
        ]
        indexes = [parts.Index("number", "memo", name="cost_adjustment_parts")]

    def __str__(self) -> str:
        return self.number or "–"
