"""What may be said of a field and of a layout; values as their column keeps them and as programs use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import custom, expressions, personal, refusals, sealed
from onmaru.kernel.refusals import Refusal, Refused

NAME = re.compile(rf"{custom.PREFIX}[a-z][a-z0-9_]{{0,36}}")
MOST_DIGITS = 6
KEYS = {"list", "form", "fields"}

FIELD_NAME_UNUSABLE = refusals.reason(
    "field_name_unusable", _("A field name is x_ and then small letters, digits or _.")
)
FIELD_KIND_UNKNOWN = refusals.reason("field_kind_unknown", _("There are no records of kind “{kind}”."))
CHOICES_MISSING = refusals.reason("choices_missing", _("A list to choose from needs at least one choice."))
CHOICE_UNUSABLE = refusals.reason("choice_unusable", _("The choice “{text}” is there twice or has a comma."))
TARGET_MISSING = refusals.reason("target_missing", _("Say which kind of record the field refers to."))
DIGITS_TOO_MANY = refusals.reason("digits_too_many", _("A number keeps at most {most} decimals."))
SEARCHED_WORDS = refusals.reason(
    "searched_words", _("The search looks into texts and the names of files of records, not of their lines.")
)
PRIVACY_TYPE = refusals.reason(
    "privacy_type",
    _(
        "What can be masked is a text, a number, an amount, a date or a file; what can be encrypted is a text."
    ),
)
PRIVACY_SOUGHT = refusals.reason(
    "privacy_sought", _("The search does not look into personal data: it would tell it bit by bit.")
)
COMPUTED_ALONE = refusals.reason(
    "computed_alone", _("A formula is neither needed nor begins with anything: nobody types it.")
)
LAYOUT_UNREADABLE = refusals.reason("layout_unreadable", _("This layout cannot be read near “{part}”."))
LAYOUT_UNKNOWN = refusals.reason("layout_unknown", _("The layout names “{name}”, which is not there."))
LAYOUT_TWICE = refusals.reason("layout_twice", _("The layout names “{name}” twice."))
LAYOUT_NEEDED = refusals.reason(
    "layout_needed", _("“{label}” cannot be left out: no record is saved without it.")
)
LAYOUT_FOR_ALL = refusals.reason("layout_for_all", _("This layout is the one for all companies."))
LIST_EMPTY = refusals.reason("list_empty", _("A list needs at least one column."))

Choice = tuple[str, str, str]


def choices(text: str) -> list[Choice]:
    """Value, Korean and English words of each line: ``빨강``, ``빨강 | Red`` or ``red | 빨강 | Red``."""
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|") if part.strip()]
        if parts:
            korean = parts[1] if len(parts) > 2 else parts[0]
            found.append((parts[0], korean, parts[-1]))
    return found


def check_choices(text: str) -> list[Refusal]:
    """Why a list of choices is none: empty, one twice, or a comma in one, by which files part several."""
    found = choices(text)
    values = [value for value, _ko, _en in found]
    wrong = [one for one in found if values.count(one[0]) > 1 or any("," in word for word in one)]
    return (
        [CHOICES_MISSING("choices")]
        if not found
        else [CHOICE_UNUSABLE("choices", text=one[0]) for one in dict.fromkeys(wrong)]
    )


def check_name(name: str) -> Refusal | None:
    """Why a name cannot be a field's."""
    return None if NAME.fullmatch(name) else FIELD_NAME_UNUSABLE("name")


def name_from(label: str, taken: Collection[str]) -> str:
    """A name for a field with this label in English: its letters, else a number, and none that is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:30]
    stem = f"{custom.PREFIX}{plain}"
    stem = stem if NAME.fullmatch(stem) else f"{custom.PREFIX}field"
    places = ["", *(f"_{place}" for place in range(2, len(taken) + 3))]
    return next(f"{stem}{place}" for place in places if f"{stem}{place}" not in taken)


MASKED = {"text", "number", "money", "date", "file"}


def mask_of(type_: str, privacy: str) -> personal.Mask:
    """How a personal field is masked: of a birthday or a salary any digit says too much."""
    if type_ != "text":
        return lambda _text: sealed.MASK
    return sealed.mask if privacy == "identifier" else personal.mask


_BACK: Mapping[str, Callable[[Any], Any]] = {
    "number": Decimal,
    "money": Decimal,
    "date": date.fromisoformat,
}


def back(type_: str, stored: Any) -> Any:
    """A value as programs use it, from what the column keeps; what cannot be one any more is left as it is."""
    try:
        return _BACK[type_](stored) if type_ in _BACK and isinstance(stored, str) else stored
    except (ValueError, ArithmeticError):
        return stored


SAMPLES: Mapping[str, expressions.Value] = {
    "integer": Decimal(2),
    "number": Decimal(2),
    "money": Decimal(2),
    "quantity": Decimal(2),
    "date": date(2026, 2, 3),
    "boolean": True,
    "text": "a",
    "choice": "a",
    "state": "a",
}
"""A value of each kind that a formula may use, on which it is tried before it is kept."""

RESULTS: Mapping[type, str] = {Decimal: "quantity", date: "date", str: "text", bool: "boolean"}


def check_layout(
    document: Any, columns: Collection[str], fields: Mapping[str, bool], labels: Mapping[str, str]
) -> list[Refusal]:
    """Every reason why a layout does not fit: ``columns`` may be listed, ``fields`` asked (True: must be)."""
    try:
        listed, asked, said = parts(document)
    except Refused as refused:
        return list(refused.reasons)
    found = _names("list", listed, columns) if "list" in document else []
    found += [LIST_EMPTY("list")] if "list" in document and not listed else []
    found += _names("form", asked, fields) + _names("fields", said, {*columns, *fields}, once=False)
    hidden = {name for name, one in said.items() if one.get("hidden")}
    gone = hidden | ({*fields} - {*asked} if "form" in document else set())
    needed = [name for name, must in fields.items() if must and name in gone and not _begins(said, name)]
    return found + [LAYOUT_NEEDED("form", label=labels.get(name, name)) for name in needed]


def parts(document: Any) -> tuple[list[str], list[str], Mapping[str, Any]]:
    """The names a layout lists, those it asks in its form, and what it says of fields. Raises Refused."""
    if not isinstance(document, dict) or not document.keys() <= KEYS:
        raise Refused(LAYOUT_UNREADABLE("layout", part=str(document)[:40]))
    sections, said = document.get("form", []), document.get("fields", {})
    good = (
        isinstance(sections, list)
        and all(isinstance(one, dict) and _is_names(one.get("fields")) for one in sections)
        and isinstance(said, dict)
        and all(isinstance(one, dict) for one in said.values())
        and _is_names(document.get("list", []))
    )
    if not good:
        raise Refused(LAYOUT_UNREADABLE("layout", part=str(document)[:40]))
    return document.get("list", []), [name for one in sections for name in one["fields"]], said


def _is_names(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _names(part: str, named: Iterable[str], known: Collection[str], *, once: bool = True) -> list[Refusal]:
    names = list(named)
    found = [LAYOUT_UNKNOWN(part, name=name[:60]) for name in names if name not in known]
    twice = {name for name in names if names.count(name) > 1} if once else set()
    return found + [LAYOUT_TWICE(part, name=name[:60]) for name in sorted(twice)]


def _begins(said: Mapping[str, Any], name: str) -> bool:
    return bool(said.get(name, {}).get("default"))
