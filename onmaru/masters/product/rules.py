"""Decisions about products, units and prices: values in, reasons out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.masters.product.models import Product

Kind = Product.Kind
LONGEST_PATH = 255
Ratio = tuple[int, int]

BARCODE_TAKEN = refusals.reason("barcode_taken", _("This barcode is on another product."))
ONLY_GOODS_ARE_TRACKED = refusals.reason(
    "only_goods_are_tracked", _("Only goods can be tracked by lot or serial number.")
)
SHELF_LIFE_NEEDS_LOTS = refusals.reason(
    "shelf_life_needs_lots", _("A shelf life needs goods tracked by lot or serial number.")
)
UNIT_UNRELATED = refusals.reason(
    "unit_unrelated", _("“{unit}” cannot be converted into “{base}”: enter how many go into one.")
)
UNIT_INTO_ITSELF = refusals.reason("unit_into_itself", _("A unit cannot be converted into itself."))
DIMENSIONS_DIFFER = refusals.reason(
    "dimensions_differ",
    _("“{unit}” and “{base}” measure different things; convert them for one product only."),
)
UNIT_IN_USE = refusals.reason("unit_in_use", _("“{unit}” is the unit of products in use."))
KIT_EMPTY = refusals.reason("kit_empty", _("A kit needs at least one component."))
KIT_ONLY = refusals.reason("kit_only", _("Only a kit has components."))
KIT_IN_KIT = refusals.reason("kit_in_kit", _("“{product}” is a kit: list its components instead."))
KIT_PART = refusals.reason("kit_part", _("“{product}” is part of a kit and cannot become one."))
LISTED_TWICE = refusals.reason("listed_twice", _("“{what}” is listed twice."))
CATEGORY_IN_ITSELF = refusals.reason("category_in_itself", _("A category cannot stand inside itself."))
CATEGORY_TOO_DEEP = refusals.reason(
    "category_too_deep", _("The tree is too deep: its path is over {limit} letters.")
)
CATEGORY_IN_USE = refusals.reason(
    "category_in_use", _("“{category}” still holds products or categories in use.")
)
CODE_NOT_A_STEP = refusals.reason("code_not_a_step", _("The code “{code}” may not hold a slash."))
ACCOUNT_CODE_UNFIT = refusals.reason("account_code_unfit", _("“{code}” is not an account code."))
DAYS_REVERSED = refusals.reason("days_reversed", _("The last day is before the first."))
PRICE_OVERLAPS = refusals.reason(
    "price_overlaps", _("Another price for this product, unit and quantity is valid in these days.")
)

_ACCOUNT = re.compile(r"[0-9A-Za-z.-]+")


def product(kind: str, tracking: str, shelf_life_days: int | None) -> list[refusals.Refusal | None]:
    """What kind, tracking and shelf life must keep to together."""
    untracked = tracking == Product.Tracking.NONE
    return [
        ONLY_GOODS_ARE_TRACKED("tracking") if kind != Kind.GOODS and not untracked else None,
        SHELF_LIFE_NEEDS_LOTS("shelf_life_days") if shelf_life_days is not None and untracked else None,
    ]


def components(kind: str, parts: Sequence[Product]) -> list[refusals.Refusal | None]:
    """A kit has components, nothing else has; each stands once and none is a kit, so no kit holds itself."""
    if kind != Kind.KIT:
        return [KIT_ONLY("components") if parts else None]
    found = [
        KIT_IN_KIT(f"components.{place}.component", product=part) if part.kind == Kind.KIT else None
        for place, part in enumerate(parts)
    ]
    return [KIT_EMPTY("components") if not parts else None, *found, *twice("components", "component", parts)]


def twice(name: str, cell: str, values: Sequence[Any]) -> list[refusals.Refusal | None]:
    """A reason for each of ``values`` that stood before in the same grid."""
    return [
        LISTED_TWICE(f"{name}.{place}.{cell}", what=value) if value in values[:place] else None
        for place, value in enumerate(values)
    ]


def repeated(values: Sequence[Any], taken: Collection[Any], cell: str) -> list[refusals.Refusal]:
    """For thousands of rows: a reason for each value met before or in ``taken``; empty ones repeat freely."""
    seen, found = set(taken), []
    for place, value in enumerate(values):
        if value and value in seen:
            found.append(LISTED_TWICE(f"rows.{place}.{cell}", what=value))
        seen.add(value)
    return found


def ratio(
    unit_id: int, base_id: int, own: Mapping[int, Ratio], general: Mapping[int, tuple[int, Ratio]]
) -> Fraction | None:
    """How many ``base`` one ``unit`` is, or None when nothing says so.

    ``own`` holds the product's ratios by unit, ``general`` each unit's reference unit and ratio to it. What the
    product says comes first, then the general ratio, also backwards or over a common reference unit.
    """
    if unit_id == base_id:
        return Fraction(1)
    if unit_id in own:
        return Fraction(*own[unit_id])
    reference, up = general.get(unit_id, (unit_id, (1, 1)))
    base_reference, down = general.get(base_id, (base_id, (1, 1)))
    return Fraction(*up) / Fraction(*down) if reference == base_reference else None


def days(first: date | None, last: date | None) -> refusals.Refusal | None:
    """A period does not end before it begins; without a last day it goes on."""
    return DAYS_REVERSED("valid_to") if first and last and last < first else None


def category_path(above: str, code: str) -> str:
    """The path of a category below ``above``."""
    return f"{above}/{code}" if above else code


def category(path: str, code: str, above: str, before: str) -> list[refusals.Refusal | None]:
    """A category stands at a path that fits, and never below the place ``before`` where it stood."""
    own = bool(before) and (above == before or above.startswith(before + "/"))
    return [
        CODE_NOT_A_STEP("code", code=code) if "/" in code else None,
        CATEGORY_TOO_DEEP("code", limit=LONGEST_PATH) if len(path) > LONGEST_PATH else None,
        CATEGORY_IN_ITSELF("parent") if own else None,
    ]


def account_code(field: str, code: str) -> refusals.Refusal | None:
    """Refuse what cannot be an account's code. Whether a company has it, posting will see."""
    return ACCOUNT_CODE_UNFIT(field, code=code) if code and not _ACCOUNT.fullmatch(code) else None
