"""Warehouses of a company, each with its tree of locations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.site import ports, rules
from onmaru.masters.site.commands import locations
from onmaru.masters.site.models import Location, Warehouse

STOCK = "STOCK"


@commands.command(label=_("New warehouse"), model=Warehouse)
def create(*, by: Actor, **values: Any) -> Warehouse:
    """Open a warehouse with the root of its tree and one storage location."""
    warehouse = Warehouse()
    refusals.check([*records.problems(warehouse, values), rules.code(warehouse.code)])
    warehouse.save()
    root = _place(warehouse, None, warehouse.code, warehouse.name, Location.Kind.VIEW)
    _place(warehouse, root, STOCK, str(Location.Kind.INTERNAL.label), Location.Kind.INTERNAL)
    return warehouse


@commands.command(label=_("Edit"), model=Warehouse)
def edit(warehouse: Warehouse, *, by: Actor, **values: Any) -> Warehouse:
    """Change a warehouse; its company stands. A new code renames the paths of all its locations."""
    code, name = warehouse.code, warehouse.name
    fixed = records.fixed(warehouse, values, "company")
    refusals.check([*fixed, *records.problems(warehouse, values), rules.code(warehouse.code)])
    if (code, name) != (warehouse.code, warehouse.name):
        root = Location.objects.get(warehouse=warehouse, parent=None)
        locations.rename(root, code=warehouse.code, name=warehouse.name)
    return warehouse


@commands.command(label=_("Archive"), model=Warehouse)
def archive(warehouse: Warehouse, *, by: Actor) -> Warehouse:
    """Take a warehouse out of use. Refuses while goods lie in it."""
    places = list(warehouse.locations.values_list("pk", flat=True))
    if any(holds(places) for holds in ports.holds_goods):
        raise refusals.Refused(rules.GOODS_LIE_HERE(place=warehouse.name))
    warehouse.is_active = False
    return warehouse


@commands.command(label=_("Restore"), model=Warehouse)
def restore(warehouse: Warehouse, *, by: Actor) -> Warehouse:
    """Take an archived warehouse into use again."""
    warehouse.is_active = True
    return warehouse


def _place(warehouse: Warehouse, parent: Location | None, code: str, name: str, kind: str) -> Location:
    location = Location(
        company_id=warehouse.company_id, warehouse=warehouse, parent=parent, code=code, name=name
    )
    location.kind = kind
    location.path = rules.path(parent.path if parent else "", code)
    location.full_clean()
    location.save()
    return location
