"""Refusals are data: a code, words in the person's language, the field concerned; every reason at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Refusal:
    """One reason why a command did nothing. ``field`` is a parameter name, ``lines.3.quantity`` for a cell."""

    code: str
    template: str | Promise
    field: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        """The reason in the language active now."""
        return str(self.template).format(**{name: str(value) for name, value in self.params.items()})

    def as_dict(self) -> dict[str, str]:
        """What the API answers for this reason."""
        return {"code": self.code, "message": self.message, "field": self.field}


@dataclass(frozen=True)
class Reason:
    """A declared kind of refusal; calling it makes the refusal itself."""

    code: str
    template: str | Promise

    def __call__(self, field: str = "", **params: Any) -> Refusal:
        return Refusal(self.code, self.template, field, params)


registry: dict[str, Reason] = {}


def reason(code: str, template: str | Promise) -> Reason:
    """Declare a refusal code once, with its words. Raises ValueError when the code is taken."""
    if code in registry:
        raise ValueError(f"refusal code {code!r} is declared twice")
    registry[code] = Reason(code, template)
    return registry[code]


@dataclass(frozen=True)
class Waiver:
    """The permission with which a reason holds no more, and in words what is then let pass."""

    permission: str
    label: str | Promise


waivers: dict[str, Waiver] = {}
"""By the code of the reason that they waive: what a role may be given, and an approval may stand for."""


class Refused(Exception):
    """A command that did nothing, with every reason. Adapters show it; nobody else swallows it."""

    def __init__(self, *reasons: Refusal) -> None:
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return "; ".join(f"{reason.code}: {reason.message}" for reason in self.reasons)

    @property
    def codes(self) -> list[str]:
        """The codes in the order given, for tests and for programs."""
        return [reason.code for reason in self.reasons]


def check(reasons: Iterable[Refusal | None]) -> None:
    """Refuse with all of ``reasons`` at once, or return when there is none."""
    found = tuple(reason for reason in reasons if reason is not None)
    if found:
        raise Refused(*found)


def at(prefix: str, reasons: Iterable[Refusal | None]) -> list[Refusal]:
    """The reasons there are, with ``prefix`` (``lines.3.``) before their fields."""
    return [dataclasses.replace(one, field=prefix + one.field) for one in reasons if one is not None]


NOT_PERMITTED = reason("not_permitted", _("Your role does not include “{permission}”."))
NOT_FOUND = reason("not_found", _("There is no such record, or it is not yours to see."))
MOVE_NOT_ALLOWED = reason("move_not_allowed", _("This cannot be done while it is “{state}”."))
CHANGED_MEANWHILE = reason("changed_meanwhile", _("Somebody changed this since you opened it."))
KEY_REUSED = reason("key_reused", _("This request key was used before for a different request."))
FIELD_REQUIRED = reason("field_required", _("“{label}” is needed."))
FIELD_INVALID = reason("field_invalid", _("“{label}”: {problem}"))
FIELD_UNKNOWN = reason("field_unknown", _("There is no field “{label}” here."))
FIELD_FIXED = reason("field_fixed", _("“{label}” cannot change any more."))
NOT_UNIQUE = reason("not_unique", _("“{label}” is used by another record."))
VALUE_NOT_ALLOWED = reason("value_not_allowed", _("The values contradict a rule of the books ({rule})."))
STILL_USED = reason("still_used", _("It is still used by other records and cannot be deleted."))

_BY_VALIDATOR = {
    "blank": FIELD_REQUIRED,
    "null": FIELD_REQUIRED,
    "unique": NOT_UNIQUE,
    "unique_together": NOT_UNIQUE,
}


def from_validation(error: ValidationError, labels: Mapping[str, str | Promise]) -> list[Refusal]:
    """Django's validation errors of one record as refusals, field by field; ``labels`` names the fields."""
    found = []
    for name, errors in error.error_dict.items():
        field_name = "" if name == NON_FIELD_ERRORS else name
        for one in errors:
            # A constraint whose violation_error_code is a declared reason speaks with that reason's words.
            code = one.code or ""
            declared = _BY_VALIDATOR.get(code) or registry.get(code, FIELD_INVALID)
            label = labels.get(field_name) or (one.params or {}).get("field_labels", field_name)
            found.append(declared(field_name, label=label, problem=" ".join(one.messages)))
    return found
