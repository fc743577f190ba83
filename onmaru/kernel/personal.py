"""Personal data: masked wherever it is shown, opened by a deed that is written down, destroyed when its time is over.

A model names its personal fields once, ``personal = ("phone", "email")``; its sealed fields are always among them. A
model that holds organisations too says by ``is_of_person`` whether a row is one. The rules are those of the Korean
safeguards (개인정보의 안전성 확보조치 기준): who, when, from where, whose, what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Self

from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import custom, permissions, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, AuditRow
from onmaru.kernel.refusals import Refused
from onmaru.kernel.sealed import Sealed, SealedField

NOTHING_PERSONAL = refusals.reason("nothing_personal", _("There is nothing masked here."))
REASON_NEEDED = refusals.reason("reason_needed", _("Say what the personal data is needed for."))
STILL_MASKED = refusals.reason(
    "still_masked", _("“{label}” is masked: write all of it, or leave it as it is.")
)

DOT = "●"
_MAIL = re.compile(r"([^@\s]{1,2})[^@\s]*(@.+)")
SHOWN_BEFORE, SHOWN_AFTER, MANY = 3, 4, 10

Mask = Callable[[str], str]
of_company: list[Callable[[Any], Mapping[str, Mask]]] = []
"""What tells the fields of a kind that the company added and declared personal, each with how it is masked."""


class Masked(str):
    """What people and programs get to see of a personal value, and where the whole of it lies."""

    __slots__ = ("field", "kind", "pk")
    kind: str
    pk: int
    field: str

    def __new__(cls, text: str, record: models.Model, field: str) -> Self:
        masked = super().__new__(cls, text)
        masked.kind, masked.pk, masked.field = work.kind_of(record), record.pk, field
        return masked


def names(model: Any) -> AbstractSet[str]:
    """The personal fields of a model, those that the company added among them."""
    return _masks(model).keys()


def _masks(model: Any) -> Mapping[str, Mask]:
    added = of_company[0](model) if of_company else {}
    return {**_declared(model), **added} if added else _declared(model)


@cache
def _declared(model: Any) -> Mapping[str, Mask]:
    sealed = (one.name for one in model._meta.concrete_fields if isinstance(one, SealedField))
    return dict.fromkeys([*getattr(model, "personal", ()), *sealed], mask)


def mask(text: str) -> str:
    """ki●●●@naver.com, 010-●●●●-5678, 홍●●: enough to recognise, too little to use. A mask stays as it is."""
    if DOT in text:
        return text
    mail = _MAIL.fullmatch(text)
    if mail:
        return f"{mail[1]}{DOT * 3}{mail[2]}"
    digits = [place for place, letter in enumerate(text) if letter.isdigit()]
    if len(digits) > SHOWN_BEFORE + SHOWN_AFTER:
        first = SHOWN_BEFORE if len(digits) >= MANY else 0  # of a birthday none
        covered = set(digits[first:-SHOWN_AFTER])
        return "".join(DOT if place in covered else letter for place, letter in enumerate(text))
    return text[:1] + DOT * max(len(text) - 1, 1)


def shown(record: models.Model, name: str, text: Any = None) -> Any:
    """What a face shows of a field: masked where it is personal and of a person. ``text`` is how it is written out."""
    value = held(record, name) if text is None else text
    cover = _masks(type(record)).get(name)
    if cover is None or value in (None, "") or isinstance(value, Masked):
        return value
    if name in _declared(type(record)) and not getattr(record, "is_of_person", True):
        return value
    return Masked(str(value) if isinstance(value, Sealed) else cover(str(value)), record, name)


def held(record: Any, name: str) -> Any:
    """What a record holds in a field, one that the company added among them: a file by its name."""
    return custom.value(record, name) if name.startswith(custom.PREFIX) else getattr(record, name, None)


def veiled(model: type[models.Model] | None, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a history tells: personal values by their masks only, those of lines (``lines.2.x_phone``) too."""
    return {name: _veil(value, _mask_of(model, name)) for name, value in told.items()}


def _mask_of(model: type[models.Model] | None, name: str) -> Mask | None:
    grid, _dot, rest = name.partition(".")
    if rest and model is not None:
        model, name = permissions.lines_model(model, grid), rest.rpartition(".")[2]
    return _masks(model).get(name) if model is not None else None


def _veil(value: Any, cover: Mask | None) -> Any:
    if cover is None or isinstance(value, Sealed) or value in (None, ""):
        return value
    if isinstance(value, list):
        return [_veil(one, cover) for one in value]
    value = custom.plain(value)
    return value if isinstance(value, Sealed) else cover(str(value))


def cover(
    told: models.QuerySet[AuditRow],
    name: str,
    change: Callable[[Any], Any],
    *,
    after: int = 0,
    most: int = 500,
) -> int | None:
    """Mask or encrypt what histories tell of a field, of lines too: the key of the last row, None at the end.

    ``change`` makes it of a value; the database refuses whatever else would change.
    """
    rows = told.annotate(words=Cast("changes", models.TextField())).filter(words__contains=f'{name}"')
    last = None
    for row in rows.filter(pk__gt=after).order_by("pk")[:most]:
        last, changes = row.pk, dict(row.changes)
        for key, pair in row.changes.items():
            if key.rpartition(".")[2] == name and isinstance(pair, list):
                changes[key] = [change(one) if one not in (None, "") else one for one in pair]
        if changes != row.changes:
            AuditRow.objects.filter(pk=row.pk).update(changes=changes)
    return last


def untouched(subject: models.Model | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    """``asked`` without the masks that a form or a file brings back: what they cover stays as it is.

    Raises Refused for a mask that is none of the record's own.
    """
    if subject is None or not asked or not has_any(type(subject)):
        return dict(asked)
    kept = _without_masks(subject, asked, "")
    for name, rows in kept.items():
        line = permissions.lines_model(type(subject), name)
        if line is not None and isinstance(rows, list | tuple):
            kept[name] = _lines_without_masks(line, rows, name)
    return kept


def has_any(model: Any) -> bool:
    """Whether a record, or a line below it, has personal fields."""
    return any(names(one) for one in _with_lines(model))


@cache
def _with_lines(model: Any) -> list[Any]:
    below = (one.related_model for one in model._meta.related_objects)
    return [one for one in (model, *below) if isinstance(one, type)]


def _lines_without_masks(line: type[models.Model], rows: Sequence[Any], name: str) -> list[Any]:
    told = [row for row in rows if isinstance(row, Mapping) and row.get("id")]
    wanted = [row["id"] for row in told if any(DOT in str(cell) for cell in row.values())]
    known = {one.pk: one for one in line._base_manager.filter(pk__in=wanted)} if wanted else {}
    return [
        _without_masks(known[row["id"]], row, f"{name}.{place}.") if row.get("id") in known else row
        for place, row in enumerate(rows)
    ]


def _without_masks(record: models.Model, asked: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    dotted = {name: value for name, value in asked.items() if DOT in str(value)}
    if not dotted:
        return dict(asked)
    masks = {
        name: value
        for name, value in dotted.items()
        if name in names(type(record)) or isinstance(custom.value(record, name), Sealed)
    }
    labels = {one.name: one.verbose_name for one in record._meta.concrete_fields}
    sealed = {name for name in masks if isinstance(getattr(record, name, None), Sealed)}
    wrong = [
        STILL_MASKED(prefix + name, label=labels.get(name, name))
        for name, value in masks.items()
        if str(shown(record, name)) != str(value) and name not in sealed
    ]
    refusals.check(wrong)
    return {name: value for name, value in asked.items() if name not in masks or name in sealed}


def permission(model: type[models.Model]) -> str:
    """What opening the personal fields of a kind asks for: ``party.contact.reveal``."""
    return permissions.code(model, "reveal")


def reveal(record: models.Model, name: str, *, by: Actor, reason: str = "") -> str:
    """The whole of a masked field, and a line in the log that says who saw it. Raises Refused.

    ``record`` is one that ``by`` may see; what a person may not open is refused before it is read.
    """
    kind = type(record)
    if not by.may(permission(kind)):
        raise Refused(refusals.NOT_PERMITTED(permission=permission(kind)))
    if name not in names(kind) or (work.kind_of(record), name) in by.hidden:
        raise Refused(NOTHING_PERSONAL(name))
    value = held(record, name)
    note(AccessLog.Deed.SHOWN, kind, [record.pk], [name], whose=whose(record), by=by, reason=reason)
    return value.open() if isinstance(value, Sealed) else str(value)


def whose(record: models.Model) -> str:
    """What the log calls the person: the record, and for a line the record it belongs to."""
    party = getattr(record, "party", None)
    return f"{record} ({party})" if party is not None else str(record)


def note(
    deed: str,
    model: type[models.Model],
    keys: Sequence[int],
    fields: Collection[str],
    *,
    whose: str,
    by: Actor,
    reason: str = "",
) -> None:
    """Write a line of the access log, committed with the transaction it stands in."""
    with transaction.atomic():
        AccessLog.objects.create(
            deed=deed,
            by_id=by.user_id,
            by_name=by.name,
            source=by.source,
            address=by.address,
            kind=work.kind_of(model),
            subject_ids=list(keys),
            whose=whose[:200],
            fields=sorted(fields),
            reason=reason[:300],
        )
