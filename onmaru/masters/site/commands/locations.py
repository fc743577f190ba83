"""The tree of places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.site import ports, queries, rules
from onmaru.masters.site.models import Location

TAKEN = ("company", "warehouse")


@commands.command(label=_("New location"), model=Location)
def create(*, by: Actor, parent: Location, **values: Any) -> Location:
    """Add a place inside ``parent``, whose company and warehouse it takes."""
    # A parent that is being moved has a new path in a moment: wait for it.
    parent = Location.objects.select_for_update(of=("self",), no_key=True).get(pk=parent.pk)
    if not by.of_company(parent.company_id):
        raise refusals.Refused(refusals.NOT_FOUND("parent"))
    location = Location(company_id=parent.company_id, warehouse_id=parent.warehouse_id, parent=parent)
    location.path = rules.path(parent.path, _code(location, values))
    # A file names them again; a form does not.
    fixed = records.fixed(location, {name: values[name] for name in TAKEN if values.get(name)}, *TAKEN)
    own = {name: value for name, value in values.items() if name not in TAKEN}
    found = records.problems(location, own)
    refusals.check([*fixed, *found, *_path_reasons(location), rules.inside(location.kind, parent)])
    location.save()
    return location


@commands.command(label=_("Edit"), model=Location)
def edit(location: Location, *, by: Actor, **values: Any) -> Location:
    """Change a place or move it with all it holds inside another of its warehouse. Its kind stands,
    and so do code and name of a root, which are its warehouse's."""
    root = () if location.parent_id else ("code", "name")
    fixed = records.fixed(location, values, "company", "warehouse", "kind", *root)
    parent = values.get("parent", location.parent)
    moved = None
    if parent is not None and parent.pk != location.parent_id:
        moved = rules.moved(location, parent)
    elif parent is None and location.parent_id:
        moved = refusals.FIELD_REQUIRED("parent", label=_("place above"))
    inside = _below(location)
    before, location.path = location.path, rules.path(parent.path if parent else "", _code(location, values))
    refusals.check([*fixed, moved, *records.problems(location, values), *_path_reasons(location)])
    if before != location.path:
        _rename(before, location, inside)
    return location


@commands.command(label=_("Archive"), model=Location)
def archive(location: Location, *, by: Actor) -> Location:
    """Take a place out of use. Refuses a root, one that holds others in use, and one where goods lie."""
    held = any(holds([location.pk]) for holds in ports.holds_goods)
    busy = location.children.filter(is_active=True).exists()
    refusals.check(
        [
            rules.LOCATION_NEEDED(path=location.path) if location.parent_id is None else None,
            rules.LOCATION_HAS_PARTS(path=location.path) if busy else None,
            rules.GOODS_LIE_HERE(place=location.path) if held else None,
        ]
    )
    location.is_active = False
    return location


@commands.command(label=_("Restore"), model=Location)
def restore(location: Location, *, by: Actor) -> Location:
    """Take an archived place into use again."""
    location.is_active = True
    return location


def rename(location: Location, *, code: str, name: str) -> None:
    """Give the root of a warehouse the code and name of its warehouse. Part of that command, not one of its own."""
    inside, before = _below(location), location.path
    location.code, location.name, location.path = code, name, code
    location.full_clean()
    location.save()
    _rename(before, location, inside)


def _code(location: Location, values: Mapping[str, Any]) -> str:
    return str(values.get("code", location.code)).strip()


def _path_reasons(location: Location) -> list[refusals.Refusal | None]:
    return [rules.code(location.code), rules.path_length(location.path)]


def _below(location: Location) -> list[int]:
    """Lock what stands inside, in order: a place added there meanwhile has committed before this returns."""
    ids = [place.pk for place in queries.below(location) if place.pk != location.pk]
    return list(
        Location.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )


def _rename(before: str, location: Location, inside: list[int]) -> None:
    if inside:
        tail = Substr("path", Length(Value(before)) + 1)
        Location.objects.filter(company_id=location.company_id, path__startswith=before + "/").update(
            path=Concat(Value(location.path), tail)
        )
