"""What people see and enter of products, units and prices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.masters.product import models
from onmaru.workbench.entity import Column, Entity, lines, section

products = Entity(
    models.Product,
    icon="package",
    list="code name specification category unit kind tax_class standard_price tracking barcode is_active",
    form=[
        "code name specification category unit standard_price tax_class kind name_en",
        section(_("Keeping and selling"), "barcode sales_unit tracking shelf_life_days weight"),
        lines(models.UnitConversion, "unit numerator denominator", label=_("Packing units")),
        lines(models.KitComponent, "component quantity", label=_("Kit components")),
        "note",
    ],
    exchange="code name name_en specification category.code unit.code sales_unit.code kind tax_class standard_price "
    "tracking shelf_life_days barcode weight note",
)

POSTING = "revenue_account cogs_account stock_account adjustment_account variance_account"

categories = Entity(
    models.Category,
    icon="category",
    list=f"path name {POSTING} is_active",
    form=["code name parent", section(_("Posting accounts"), POSTING)],
    filters="parent",
    related=[("categories", "parent"), ("products", "category")],
)

price_lists = Entity(
    models.PriceList,
    icon="tags",
    list="code name currency tax_included is_active",
)

prices = Entity(
    models.Price,
    icon="tag",
    list="price_list product unit min_quantity unit_price price_list.currency valid_from valid_to",
    columns={"unit_price": Column(kind="money", currency="price_list.currency")},
    key="price_list product unit min_quantity valid_from",
    beside="price_list product",
)

units = Entity(
    models.Unit,
    area="settings",
    icon="ruler-2",
    place=20,
    list="code name_ko name_en dimension digits is_active",
)

conversions = Entity(
    models.UnitConversion,
    area="settings",
    icon="arrows-exchange",
    place=20,
    list="unit base numerator denominator product",
    form=["unit base numerator denominator"],
    search="unit.code base.code",
    exchange="unit.code base.code numerator denominator product.code",
)
