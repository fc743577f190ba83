"""What people see and enter of products, units and prices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.masters.product.commands import categories, conversions, price_lists, prices, products, units
from onmaru.masters.product.models import (
    Category,
    KitComponent,
    Price,
    PriceList,
    Product,
    Unit,
    UnitConversion,
)
from onmaru.workbench.entity import Entity, lines, section

products_entity = Entity(
    Product,
    name="products",
    label=_("Products"),
    one=_("Product"),
    area="masters",
    icon="package",
    place=20,
    list="code name specification category unit kind tax_class standard_price tracking barcode is_active",
    form=[
        "code name specification category unit standard_price tax_class kind name_en",
        section(_("Keeping and selling"), "barcode sales_unit tracking shelf_life_days weight"),
        lines(
            UnitConversion,
            link="product",
            name="conversions",
            label=_("Packing units"),
            columns="unit numerator denominator",
        ),
        lines(
            KitComponent,
            link="kit",
            name="components",
            label=_("Kit components"),
            columns="component quantity",
        ),
        "note",
    ],
    search="code name name_en specification barcode",
    actions=[products.archive, products.restore],
    create=products.create,
    edit=products.edit,
    exchange="code name name_en specification category.code unit.code sales_unit.code kind tax_class standard_price "
    "tracking shelf_life_days barcode weight note",
    related=[("prices", "product")],
)

categories_entity = Entity(
    Category,
    name="categories",
    label=_("Product categories"),
    one=_("Product category"),
    area="masters",
    icon="category",
    place=25,
    list="path name revenue_account cogs_account stock_account adjustment_account variance_account is_active",
    form=[
        "code name parent",
        section(
            _("Posting accounts"),
            "revenue_account cogs_account stock_account adjustment_account variance_account",
        ),
    ],
    search="code name",
    filters="parent",
    actions=[categories.archive, categories.restore],
    create=categories.create,
    edit=categories.edit,
    exchange="code name parent.code revenue_account cogs_account stock_account adjustment_account variance_account",
    related=[("categories", "parent"), ("products", "category")],
    order="path",
)

price_lists_entity = Entity(
    PriceList,
    name="price-lists",
    label=_("Price lists"),
    one=_("Price list"),
    area="masters",
    icon="tags",
    place=30,
    list="code name currency tax_included is_active",
    form=["code name currency tax_included"],
    search="code name",
    actions=[price_lists.archive, price_lists.restore],
    create=price_lists.create,
    edit=price_lists.edit,
    exchange="code name currency tax_included",
    related=[("prices", "price_list")],
    order="code",
)

prices_entity = Entity(
    Price,
    name="prices",
    label=_("Prices"),
    one=_("Price"),
    area="masters",
    icon="tag",
    place=31,
    list="price_list product unit min_quantity unit_price price_list.currency valid_from valid_to",
    form=["price_list product unit", "min_quantity unit_price valid_from valid_to"],
    search="product.code product.name",
    actions=[prices.change, prices.delete],
    create=prices.create,
    edit=prices.edit,
    exchange="price_list.code product.code unit.code min_quantity unit_price valid_from valid_to",
    key="price_list product unit min_quantity valid_from",
)

units_entity = Entity(
    Unit,
    name="units",
    label=_("Units"),
    one=_("Unit"),
    area="settings",
    icon="ruler-2",
    place=40,
    list="code name_ko name_en dimension digits is_active",
    form=["code name_ko name_en dimension digits"],
    search="code name_ko name_en",
    actions=[units.archive, units.restore],
    create=units.create,
    edit=units.edit,
    exchange="code name_ko name_en dimension digits",
    order="code",
)

conversions_entity = Entity(
    UnitConversion,
    name="conversions",
    label=_("Unit conversions"),
    one=_("Unit conversion"),
    area="settings",
    icon="arrows-exchange",
    place=41,
    list="unit base numerator denominator product",
    form=["unit base numerator denominator"],
    search="unit.code base.code",
    actions=[conversions.delete],
    create=conversions.create,
    edit=conversions.edit,
    exchange="unit.code base.code numerator denominator product.code",
)
