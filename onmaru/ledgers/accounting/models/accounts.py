"""The chart of accounts and what hangs on it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onmaru.kernel import i18n
from onmaru.kernel.models import Record, Share
from onmaru.masters.site.models import Company


class Section(models.TextChoices):
    """What the sections of the Korean chart (data/chart_kr.csv) are called in a statement."""

    CURRENT_ASSET = "current_asset", pgettext_lazy("statement", "Quick assets")
    INVENTORY = "inventory", pgettext_lazy("statement", "Inventories")
    INVESTMENT = "investment", pgettext_lazy("statement", "Investments")
    TANGIBLE_ASSET = "tangible_asset", pgettext_lazy("statement", "Tangible assets")
    INTANGIBLE_ASSET = "intangible_asset", pgettext_lazy("statement", "Intangible assets")
    OTHER_NONCURRENT_ASSET = "other_noncurrent_asset", pgettext_lazy("statement", "Other non-current assets")
    CURRENT_LIABILITY = "current_liability", pgettext_lazy("statement", "Current liabilities")
    NONCURRENT_LIABILITY = "noncurrent_liability", pgettext_lazy("statement", "Non-current liabilities")
    CAPITAL = "capital", pgettext_lazy("statement", "Capital")
    CAPITAL_SURPLUS = "capital_surplus", pgettext_lazy("statement", "Capital surplus")
    CAPITAL_ADJUSTMENT = "capital_adjustment", pgettext_lazy("statement", "Capital adjustments")
    OTHER_COMPREHENSIVE_INCOME = (
        "other_comprehensive_income",
        pgettext_lazy("statement", "Accumulated other comprehensive income"),
    )
    RETAINED_EARNINGS = "retained_earnings", pgettext_lazy("statement", "Retained earnings")
    SALES = "sales", pgettext_lazy("statement", "Revenue")
    COST_OF_SALES = "cost_of_sales", pgettext_lazy("statement", "Cost of sales")
    SELLING_AND_ADMINISTRATIVE = (
        "selling_and_administrative",
        pgettext_lazy("statement", "Selling and administrative expenses"),
    )
    MANUFACTURING_COST = "manufacturing_cost", pgettext_lazy("statement", "Manufacturing costs")
    NON_OPERATING_INCOME = "non_operating_income", pgettext_lazy("statement", "Non-operating income")
    NON_OPERATING_EXPENSE = "non_operating_expense", pgettext_lazy("statement", "Non-operating expenses")
    INCOME_TAX = "income_tax", pgettext_lazy("statement", "Income tax expense")
    CLOSING = "closing", pgettext_lazy("statement", "Closing")


class Account(Record):
    """An account of one company. ``matchable`` accounts carry open items (receivables, payables, advances)."""

    class Kind(models.TextChoices):
        ASSET = "asset", _("Asset")
        LIABILITY = "liability", _("Liability")
        EQUITY = "equity", _("Equity")
        INCOME = "income", _("Income")
        EXPENSE = "expense", _("Expense")

    class Side(models.TextChoices):
        DEBIT = "debit", _("Debit")
        CREDIT = "credit", _("Credit")

    company = models.ForeignKey(Company, models.PROTECT, related_name="accounts", verbose_name=_("company"))
    code = models.CharField(_("code"), max_length=12)
    name_ko = models.CharField(_("Korean name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    kind = models.CharField(_("account kind"), max_length=10, choices=Kind)
    normal = models.CharField(_("normal side"), max_length=6, choices=Side)
    section = models.CharField(_("section"), max_length=30, blank=True)
    matchable = models.BooleanField(_("open items"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["company", "code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="account_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return i18n.pick(self.name_ko, self.name_en)


class PostingDefault(models.Model):
    """Which account a posting takes for a role (receivable, output tax, bank …) when nothing nearer names one."""

    class Role(models.TextChoices):
        RECEIVABLE = "receivable", _("Receivables")
        PAYABLE = "payable", _("Payables")
        BANK = "bank", _("Bank")
        CASH = "cash", _("Cash")
        TAX_OUTPUT = "tax_output", _("Output VAT")
        TAX_INPUT = "tax_input", _("Input VAT")
        ADVANCE_RECEIVED = "advance_received", _("Advances received")
        BANK_FEE = "bank_fee", _("Bank fees")
        FX_GAIN = "fx_gain", _("Foreign exchange gain")
        FX_LOSS = "fx_loss", _("Foreign exchange loss")
        ROUNDING = "rounding", _("Rounding difference")
        STOCK_VARIANCE = "stock_variance", _("Stock price variance")
        STOCK_ADJUSTMENT = "stock_adjustment", _("Stock adjustment")
        GOODS_RECEIVED = "goods_received", _("Goods received, not invoiced")
        OPENING = "opening", _("Opening balances")

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="posting_defaults", verbose_name=_("company")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))

    class Meta:
        verbose_name = _("posting default")
        verbose_name_plural = _("posting defaults")
        constraints = [models.UniqueConstraint(fields=["company", "role"], name="one_account_per_role")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} → {self.account}"


class CostObject(Record):
    """A department or a project that a line can be charged to."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        PROJECT = "project", _("Project")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="cost_objects", verbose_name=_("company")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("parent"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("cost object")
        verbose_name_plural = _("cost objects")
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "code"], name="cost_object_code_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ExchangeRate(models.Model):
    """How many units of ``target`` one unit of ``currency`` was worth on a day, and who said so."""

    currency = models.CharField(_("currency"), max_length=3)
    target = models.CharField(_("in currency"), max_length=3)
    valid_on = models.DateField(_("valid on"))
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)
    source = models.CharField(_("source"), max_length=100)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["currency", "target", "valid_on"], name="one_rate_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency}/{self.target} {self.valid_on} {self.rate.normalize():f}"


class TaxRate(models.Model):
    """The rate of a tax class in a country from a day on, and the law that says so."""

    country = models.CharField(_("country"), max_length=2)
    tax_class = models.CharField(_("tax class"), max_length=10)
    valid_from = models.DateField(_("valid from"))
    rate = Share(_("rate (%)"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "tax_class", "valid_from"], name="one_tax_rate_per_day"
            ),
            models.CheckConstraint(condition=models.Q(rate__range=(0, 1)), name="tax_rate_share"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class} {self.valid_from}: {self.rate.normalize():f}"
