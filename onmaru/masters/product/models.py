"""What: products with their units, categories with posting accounts, kits, price lists."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import i18n
from onmaru.kernel.models import Record

NOT_NEGATIVE = MinValueValidator(Decimal(0))
POSITIVE = MinValueValidator(Decimal("0.000001"))


class Unit(Record):
    """A unit of measure. Quantities in it carry at most ``digits`` decimals: pieces none, kilograms three."""

    class Dimension(models.TextChoices):
        COUNT = "count", _("Piece count")
        WEIGHT = "weight", _("Weight")
        LENGTH = "length", _("Length")
        AREA = "area", _("Area")
        VOLUME = "volume", _("Volume")
        TIME = "time", _("Time")

    code = models.CharField(_("code"), max_length=10, unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40)
    dimension = models.CharField(_("dimension"), max_length=10, choices=Dimension, default=Dimension.COUNT)
    digits = models.PositiveSmallIntegerField(_("decimals"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(condition=models.Q(digits__lte=6), name="unit_digits_fit_their_columns")
        ]

    def __str__(self) -> str:
        return i18n.pick(self.name_ko, self.name_en)


class Category(Record):
    """A branch of the product tree. A posting account left empty is inherited from the branch above."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("category above"),
        null=True,
        blank=True,
        related_name="children",
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    revenue_account = models.CharField(_("revenue account"), max_length=20, blank=True)
    cogs_account = models.CharField(_("cost of sales account"), max_length=20, blank=True)
    stock_account = models.CharField(_("stock account"), max_length=20, blank=True)
    adjustment_account = models.CharField(_("stock-taking difference account"), max_length=20, blank=True)
    variance_account = models.CharField(_("cost variance account"), max_length=20, blank=True)
    path = models.CharField(_("path"), max_length=255, unique=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    ACCOUNTS = ("revenue_account", "cogs_account", "stock_account", "adjustment_account", "variance_account")

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")

    def __str__(self) -> str:
        return self.name


class Product(Record):
    """Something bought, made, kept or sold. Stock and costs are kept in its base unit ``unit``."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        KIT = "kit", _("Kit")

    class Tracking(models.TextChoices):
        NONE = "none", _("Not tracked")
        LOT = "lot", _("Lots")
        SERIAL = "serial", _("Serial numbers")

    class TaxClass(models.TextChoices):
        TAXABLE = "taxable", _("Taxable")
        ZERO = "zero", _("Zero-rated")
        EXEMPT = "exempt", _("Exempt")

    code = models.CharField(_("product code"), max_length=40, unique=True)
    name = models.CharField(_("product name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    category = models.ForeignKey(
        Category, models.PROTECT, verbose_name=_("category"), related_name="products"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    sales_unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("sales unit"), null=True, blank=True, related_name="+"
    )
    tracking = models.CharField(_("tracking"), max_length=10, choices=Tracking, default=Tracking.NONE)
    shelf_life_days = models.PositiveIntegerField(_("shelf life in days"), null=True, blank=True)
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass, default=TaxClass.TAXABLE)
    standard_price = models.DecimalField(
        _("standard price"), max_digits=20, decimal_places=6, default=Decimal(0), validators=[NOT_NEGATIVE]
    )
    weight = models.DecimalField(_("weight in kg"), max_digits=20, decimal_places=6, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    search_text = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["barcode"],
                name="product_barcode_unique",
                condition=~models.Q(barcode=""),
                violation_error_code="barcode_taken",
            ),
            models.CheckConstraint(
                condition=models.Q(standard_price__gte=0), name="product_price_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(tracking="none") | models.Q(kind="goods"),
                name="product_tracks_goods_only",
                violation_error_code="only_goods_are_tracked",
            ),
        ]
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="product_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.shown_name}"

    @property
    def shown_name(self) -> str:
        """The name in the language active now."""
        return i18n.pick(self.name, self.name_en)


class UnitConversion(Record):
    """1 ``unit`` = ``numerator`` ÷ ``denominator`` ``base``, exactly.

    With a product it counts for that product only (a box of 12 bottles) and ``base`` is the product's unit.
    """

    product = models.ForeignKey(
        Product, models.CASCADE, verbose_name=_("product"), null=True, blank=True, related_name="conversions"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="conversions")
    base = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("base unit"), related_name="+")
    numerator = models.PositiveBigIntegerField(_("base units"), validators=[MinValueValidator(1)])
    denominator = models.PositiveBigIntegerField(
        _("in this many units"), default=1, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("unit conversion")
        verbose_name_plural = _("unit conversions")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "unit"], name="one_conversion_per_product_and_unit", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(numerator__gt=0, denominator__gt=0), name="conversion_ratio_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(unit=models.F("base")),
                name="conversion_between_two_units",
                violation_error_code="unit_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.denominator} {self.unit.code} = {self.numerator} {self.base.code}"


class KitComponent(Record):
    """How many of a component (in its base unit) one kit holds. A kit keeps no stock: its components do."""

    kit = models.ForeignKey(Product, models.CASCADE, verbose_name=_("kit"), related_name="components")
    component = models.ForeignKey(
        Product, models.PROTECT, verbose_name=_("component"), related_name="part_of_kits"
    )
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=6, validators=[POSITIVE])

    class Meta:
        verbose_name = _("kit component")
        verbose_name_plural = _("kit components")
        constraints = [
            models.UniqueConstraint(fields=["kit", "component"], name="kit_component_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="kit_quantity_positive"),
            models.CheckConstraint(condition=~models.Q(kit=models.F("component")), name="kit_not_in_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.component}"


class PriceList(Record):
    """Prices agreed in one currency, with or without tax inside."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3, default="KRW")
    tax_included = models.BooleanField(_("tax included"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")

    def __str__(self) -> str:
        return self.name


class DateRange(models.Func):
    """Both days included; an empty end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Price(Record):
    """The price of one ``unit`` (empty: the base unit) from ``min_quantity`` of that unit on, while valid."""

    price_list = models.ForeignKey(
        PriceList, models.CASCADE, verbose_name=_("price list"), related_name="prices"
    )
    product = models.ForeignKey(Product, models.PROTECT, verbose_name=_("product"), related_name="prices")
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+"
    )
    min_quantity = models.DecimalField(
        _("from quantity"), max_digits=20, decimal_places=6, default=Decimal(0), validators=[NOT_NEGATIVE]
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    unit_price = models.DecimalField(
        _("unit price"), max_digits=20, decimal_places=6, validators=[NOT_NEGATIVE]
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="price_valid_from_before_to",
                violation_error_code="days_reversed",
            ),
            models.CheckConstraint(
                condition=models.Q(min_quantity__gte=0, unit_price__gte=0), name="price_not_negative"
            ),
            ExclusionConstraint(
                name="price_never_ambiguous",
                violation_error_code="price_overlaps",
                expressions=[
                    ("price_list", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    (Coalesce("unit", 0), RangeOperators.EQUAL),
                    ("min_quantity", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.unit_price.normalize():f}"
