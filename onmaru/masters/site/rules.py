"""Decisions about companies and places: values in, reasons out."""

from __future__ import annotations

import re
import zoneinfo
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.masters.site.models import Location

Kind = Location.Kind
LONGEST_PATH = 255
VIRTUAL = (Kind.CUSTOMER, Kind.SUPPLIER, Kind.ADJUSTMENT, Kind.PRODUCTION, Kind.TRANSIT, Kind.SCRAP)
PLACED = (Kind.VIEW, Kind.INTERNAL, Kind.TRANSIT, Kind.SCRAP)

ZONE_UNKNOWN = refusals.reason("zone_unknown", _("There is no time zone “{zone}”."))
CODE_UNFIT = refusals.reason(
    "code_unfit", _("The code “{code}” may hold letters, digits, hyphen, point and underscore only.")
)
PATH_TOO_LONG = refusals.reason(
    "path_too_long", _("The tree is too deep: its path is longer than {limit} letters.")
)
LOCATION_PARENT_UNFIT = refusals.reason(
    "location_parent_unfit", _("A location of this kind cannot stand inside “{parent}”.")
)
LOCATION_IN_ITSELF = refusals.reason("location_in_itself", _("A location cannot stand inside itself."))
LOCATION_NEEDED = refusals.reason(
    "location_needed", _("The company or its warehouse cannot do without “{path}”.")
)
LOCATION_HAS_PARTS = refusals.reason("location_has_parts", _("“{path}” still holds locations in use."))
GOODS_LIE_HERE = refusals.reason("goods_lie_here", _("Goods still lie in “{place}”. Move them away first."))

_CODE = re.compile(r"[\w.-]+")


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone(name: str) -> refusals.Refusal | None:
    """Refuse a time zone that the IANA database does not have."""
    return None if name in _zones() else ZONE_UNKNOWN("zone", zone=name)


def code(text: str, field: str = "code") -> refusals.Refusal | None:
    """Refuse a code that would not survive as a step of a path. An empty one is the model's to refuse."""
    return None if not text or _CODE.fullmatch(text) else CODE_UNFIT(field, code=text)


def path(above: str, step: str) -> str:
    """The path of ``step`` below ``above``: WH1/A + 01 → WH1/A/01."""
    return f"{above}/{step}" if above else step


def path_length(whole: str) -> refusals.Refusal | None:
    """Refuse a path longer than its column."""
    return None if len(whole) <= LONGEST_PATH else PATH_TOO_LONG("code", limit=LONGEST_PATH)


def inside(kind: str, parent: Location) -> refusals.Refusal | None:
    """Goods lie in leaves only, so storage stands in views, and a virtual place in its own kind."""
    fits = parent.kind == Kind.VIEW if parent.warehouse_id else parent.kind == kind
    if fits and (not parent.warehouse_id or kind in PLACED):
        return None
    return LOCATION_PARENT_UNFIT("parent", parent=parent.path)


def moved(location: Location, parent: Location) -> refusals.Refusal | None:
    """A location moves within its own warehouse and never below itself."""
    if parent.path == location.path or parent.path.startswith(location.path + "/"):
        return LOCATION_IN_ITSELF("parent")
    if (parent.company_id, parent.warehouse_id) != (location.company_id, location.warehouse_id):
        return LOCATION_PARENT_UNFIT("parent", parent=parent.path)
    return inside(location.kind, parent)
