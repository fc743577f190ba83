"""Where: companies of the group, their warehouses, the tree of locations, their own days off."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import i18n, money
from onmaru.kernel.models import Record, StoredFile
from onmaru.masters.party import rules


class Company(Record):
    """A legal person that keeps books of its own. Amounts in its currency carry ``digits`` decimals."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("company name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    amount_digits = models.PositiveSmallIntegerField(
        _("decimals of amounts"), null=True, blank=True, help_text=_("Empty: as the currency has them.")
    )
    country = models.CharField(_("country"), max_length=2, default="KR")
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Seoul")
    fiscal_year_start_month = models.PositiveSmallIntegerField(_("first month of the fiscal year"), default=1)
    business_number = models.CharField(_("business number"), max_length=20, blank=True)
    corporate_number = models.CharField(_("corporate number"), max_length=20, blank=True)
    representative = models.CharField(_("representative"), max_length=60, blank=True)
    business_type = models.CharField(_("business type"), max_length=100, blank=True)
    business_item = models.CharField(_("business item"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bank_account = models.CharField(
        _("bank account to pay to"), max_length=200, blank=True, help_text=_("As invoices print it.")
    )
    seal = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("seal"), null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year_start_month__range=(1, 12)),
                name="company_fiscal_month_is_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_digits=None) | models.Q(amount_digits__lte=6),
                name="company_amounts_fit_their_columns",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def digits(self) -> int:
        """Decimals of an amount in the company's currency."""
        return money.minor_digits(self.currency) if self.amount_digits is None else self.amount_digits

    @property
    def shown_name(self) -> str:
        """The name in the language active now."""
        return i18n.pick(self.name, self.name_en)

    @property
    def shown_business_number(self) -> str:
        """The business number as it is printed: 124-81-00998."""
        return rules.format_business_number(self.business_number)


class Warehouse(Record):
    """A building or yard of a company. Its goods lie in the locations of its tree."""

    company = models.ForeignKey(Company, models.PROTECT, verbose_name=_("company"), related_name="warehouses")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="warehouse_code_unique_in_company")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Location(Record):
    """A place goods can be: a shelf, or a side of the books such as customers. Goods lie in leaves only."""

    class Kind(models.TextChoices):
        VIEW = "view", _("Group of places")
        INTERNAL = "internal", _("Storage")
        CUSTOMER = "customer", _("Customers")
        SUPPLIER = "supplier", _("Suppliers")
        ADJUSTMENT = "adjustment", _("Stock-taking differences")
        PRODUCTION = "production", _("Production")
        TRANSIT = "transit", _("In transit")
        SCRAP = "scrap", _("Scrap")

    company = models.ForeignKey(Company, models.PROTECT, verbose_name=_("company"), related_name="locations")
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        verbose_name=_("warehouse"),
        null=True,
        blank=True,
        related_name="locations",
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("place above"), null=True, blank=True, related_name="children"
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INTERNAL)
    path = models.CharField(_("path"), max_length=255, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(fields=["company", "path"], name="location_path_unique_in_company"),
            models.UniqueConstraint(
                fields=["company", "kind"],
                name="one_virtual_location_of_a_kind",
                condition=models.Q(warehouse=None, parent=None),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["transit", "scrap"])
                | models.Q(kind__in=["view", "internal"], warehouse__isnull=False)
                | models.Q(kind__in=["customer", "supplier", "adjustment", "production"], warehouse=None),
                name="location_kind_fits_its_warehouse",
            ),
        ]

    def __str__(self) -> str:
        return self.path if self.warehouse_id or self.parent_id else str(self.get_kind_display())

    @property
    def is_own(self) -> bool:
        """Whether goods here belong to the company's stock."""
        return self.kind in {self.Kind.INTERNAL, self.Kind.TRANSIT}


class Holiday(Record):
    """A day off that a company keeps besides the public ones; without a company, the whole group keeps it."""

    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), null=True, blank=True, related_name="holidays"
    )
    on = models.DateField(_("day off"))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "on"], name="one_holiday_a_day_and_company", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
