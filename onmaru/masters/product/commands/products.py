"""Products with their own unit conversions and, for kits, their components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, permissions, records, refusals, search, work
from onmaru.kernel.identity import Actor
from onmaru.masters.product import ports, queries, rules
from onmaru.masters.product.events import ProductCreated
from onmaru.masters.product.models import KitComponent, Product, UnitConversion

MOVED = ("unit", "kind", "tracking")
CREATED = "product.product.create"
Rows = Sequence[Mapping[str, Any]]


@commands.command(label=_("New product"), model=Product)
def create(*, by: Actor, conversions: Rows = (), components: Rows = (), **values: Any) -> Product:
    """Add a product, with what its own units hold and, for a kit, what is in it."""
    product = Product()
    refusals.check([*_problems(product, values), *_component_reasons(product, components)])
    product.search_text = _document(product)
    product.save()
    _save_lines(product, conversions, components)
    events.emit(ProductCreated(product.pk, product.code), product)
    return product


@commands.command(label=_("Edit"), model=Product)
def edit(
    product: Product,
    *,
    by: Actor,
    conversions: Rows | None = None,
    components: Rows | None = None,
    **values: Any,
) -> Product:
    """Change a product; grids left out stay as they are. Unit, kind and tracking stand once it has moved."""
    moved = any(has(product.pk) for has in ports.has_moved)
    held = conversions is None and product.conversions.exists()
    fixed = records.fixed(product, values, *(MOVED if moved else ("unit",) if held else ()))
    joins_kit = values.get("kind") == Product.Kind.KIT and product.part_of_kits.exists()
    kit_part = rules.KIT_PART("kind", product=product) if joins_kit else None
    kept = [{"component": one.component} for one in product.components.select_related("component")]
    found = [*fixed, kit_part, *_problems(product, values)]
    refusals.check([*found, *_component_reasons(product, kept if components is None else components)])
    product.search_text = _document(product)
    _save_lines(product, conversions, components)
    if conversions is not None or components is not None:
        commands.touch(product)
    return product


@commands.command(label=_("Archive"), model=Product)
def archive(product: Product, *, by: Actor) -> Product:
    """Take a product out of use: it can no longer be ordered; what is ordered is still delivered."""
    product.is_active = False
    return product


@commands.command(label=_("Restore"), model=Product)
def restore(product: Product, *, by: Actor) -> Product:
    """Take an archived product into use again."""
    product.is_active = True
    return product


@commands.command(label=_("Import products"), model=Product, permission=permissions.code(Product, "import"))
def create_many(*, by: Actor, rows: Rows) -> list[Product]:
    """Add thousands of products (no kits) with one INSERT and an audit row each.

    Every row is looked at; refusals name their cells ``rows.<n>.<field>``.
    """
    made = [Product() for _row in rows]
    found: list[refusals.Refusal] = []
    for place, (product, row) in enumerate(zip(made, rows, strict=True)):
        prefix = f"rows.{place}."
        found += _problems(product, row, prefix=prefix, alone=True)
        found += refusals.at(prefix, rules.components(product.kind, []))
        product.search_text = _document(product)
    work.in_turn()
    refusals.check([*found, *_taken(made)])
    Product.objects.bulk_create(made, batch_size=2000)
    refusals.check(_unrelated(made))
    for product in made:
        events.emit(ProductCreated(product.pk, product.code), product)
        work.audit(CREATED, product, {})
    return made


def _problems(
    product: Product, values: Mapping[str, Any], *, prefix: str = "", alone: bool = False
) -> list[refusals.Refusal]:
    found = records.problems(product, values, prefix=prefix, alone=alone)
    decided = refusals.at(prefix, rules.product(product.kind, product.tracking, product.shelf_life_days))
    said = {one.code for one in decided}
    missing = [
        refusals.FIELD_REQUIRED(prefix + field.name, label=field.verbose_name)
        for field in product._meta.concrete_fields
        if alone and not field.null and field.is_relation and getattr(product, field.attname) is None
    ]
    return [*(one for one in found if one.code not in said), *decided, *missing]


def _component_reasons(product: Product, rows: Rows) -> list[refusals.Refusal | None]:
    return rules.components(product.kind, [row["component"] for row in rows if row.get("component")])


def _document(product: Product) -> str:
    return search.document(
        product.name, product.name_en, product.code, product.barcode, product.specification
    )


def _save_lines(product: Product, conversions: Rows | None, components: Rows | None) -> None:
    if conversions is not None:
        rows = [{**row, "base": product.unit} for row in conversions]
        records.save_lines(product, UnitConversion, "product", rows, name="conversions")
    if components is not None:
        records.save_lines(product, KitComponent, "kit", components, name="components")
    if product.sales_unit_id and product.pk not in queries.ratios({product.pk: product.sales_unit_id}):
        raise refusals.Refused(rules.UNIT_UNRELATED("sales_unit", unit=product.sales_unit, base=product.unit))


def _taken(made: Sequence[Product]) -> list[refusals.Refusal]:
    codes, barcodes = [one.code for one in made], [one.barcode for one in made if one.barcode]
    known = Product.objects.filter(code__in=codes).values_list("code", flat=True)
    scanned = Product.objects.filter(barcode__in=barcodes).values_list("barcode", flat=True)
    found = rules.repeated(codes, set(known), "code")
    return found + rules.repeated([one.barcode for one in made], set(scanned), "barcode")


def _unrelated(made: Sequence[Product]) -> list[refusals.Refusal]:
    wanted = {one.pk: one.sales_unit_id for one in made if one.sales_unit_id}
    related = queries.ratios(wanted)
    return [
        rules.UNIT_UNRELATED(f"rows.{place}.sales_unit", unit=one.sales_unit, base=one.unit)
        for place, one in enumerate(made)
        if one.sales_unit_id and one.pk not in related
    ]
