"""Writing plain records from what a form, a file or a program gave: all reasons at once, never half."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.expressions import DatabaseDefault

from onmaru.kernel import custom, refusals, work

M = TypeVar("M", bound=models.Model)
Glance = Callable[[Any], bool]


def fill(record: M, values: Mapping[str, Any], *, prefix: str = "", exclude: Collection[str] = ()) -> M:
    """Set ``values`` on ``record`` and validate it against its model; nothing is saved.

    ``prefix`` is put before field names in refusals (``lines.3.``), ``exclude`` names fields set later.
    Raises Refused with every unknown field and every broken rule of the model at once.
    """
    found = problems(record, values, prefix=prefix, exclude=exclude)
    refusals.check(found)
    return record


def problems(
    record: models.Model,
    values: Mapping[str, Any],
    *,
    prefix: str = "",
    exclude: Collection[str] = (),
    alone: bool = False,
) -> list[refusals.Refusal]:
    """Like ``fill`` but returns the reasons, so that several records' reasons can be shown together.

    ``alone`` looks at the fields by themselves and asks the database nothing: for thousands of rows, whose
    references and uniqueness the caller proves with one query for all.
    """
    fields = _editable(type(record))
    unknown = [refusals.FIELD_UNKNOWN(prefix + name, label=name) for name in values if name not in fields]
    held = {**record.__dict__}
    for name, value in values.items():
        if name in fields:
            setattr(record, name, _plain(fields[name], value))
    changed = {
        name for name, one in fields.items() if held.get(one.attname) != record.__dict__.get(one.attname)
    }
    # Of what does not change the record obeys the law already: the database is not asked again.
    asks = record._state.adding or not values or not changed.isdisjoint(_bound(type(record)))
    try:
        if alone:
            _clean_fields(record, exclude)
        else:
            record.full_clean(exclude=set(exclude), validate_unique=asks, validate_constraints=asks)
    except ValidationError as error:
        labels = {name: field.verbose_name for name, field in fields.items()}
        return unknown + refusals.at(prefix, refusals.from_validation(error, labels))
    return unknown


@cache
def _editable(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.concrete_fields if field.editable}


@cache
def _bound(model: type[models.Model]) -> set[str]:
    """The fields of which a constraint of the table speaks."""
    laws: Any = model._meta.constraints
    if any(getattr(one, "expressions", ()) for one in laws):
        return {*_editable(model)}
    unique = (one.name for one in model._meta.fields if one.unique)
    spoken = ({*getattr(one, "fields", ())} | models.Q(one.condition).referenced_base_fields for one in laws)
    return {*unique}.union(*spoken)


def _clean_fields(record: models.Model, exclude: Collection[str]) -> None:
    """What Django's ``clean_fields`` does, without its length where one sees at a glance that a field is right.

    References always are: the caller proves them.
    """
    wrong: dict[str, Any] = {}
    for field, name, passes in _glances(type(record)):
        value = getattr(record, name)
        if passes(value) or field.name in exclude or isinstance(value, DatabaseDefault):
            continue
        try:
            setattr(record, name, field.clean(value, record))
        except ValidationError as error:
            wrong[field.name] = error.error_list
    if wrong:
        raise ValidationError(wrong)


@cache
def _glances(model: type[models.Model]) -> tuple[tuple[Any, str, Glance], ...]:
    return tuple((one, one.attname, _glance(one)) for one in model._meta.fields if not one.generated)


def _glance(field: Any) -> Glance:
    if field.is_relation:
        return lambda value: True
    if isinstance(field, models.BooleanField):
        return lambda value: value is True or value is False
    plain = type(field) in {models.CharField, models.TextField}
    if not plain or any(type(one) is not MaxLengthValidator for one in field.validators):
        return lambda value: field.blank and value in field.empty_values
    if field.choices:
        known = {value for value, _label in field.flatchoices}
        return lambda value: isinstance(value, str) and value in known
    least, most = 0 if field.blank or not field.editable else 1, field.max_length or sys.maxsize
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def fixed(record: models.Model, values: Mapping[str, Any], *names: str) -> list[refusals.Refusal]:
    """A reason for each of ``names`` that ``values`` would change, though it may not change any more."""
    fields = {one.name: one for one in record._meta.concrete_fields}
    return [
        refusals.FIELD_FIXED(name, label=fields[name].verbose_name)
        for name in names
        if name in values and _plain(fields[name], values[name]) != getattr(record, name)
    ]


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    """An empty text field holds '' and any other empty field None: forms and files cannot tell them apart."""
    if isinstance(value, str):
        value = value.strip()
    text = isinstance(field, models.CharField | models.TextField)
    if value is None and text and not field.null:
        return ""
    if value == "" and not text:
        return None
    return value


def save_lines(
    parent: models.Model,
    model: type[models.Model],
    link: str,
    rows: Collection[Mapping[str, Any]],
    *,
    name: str = "lines",
) -> list[models.Model]:
    """Make ``rows`` the lines of ``parent``: those with an ``id`` are changed, new ones added, the rest deleted.

    ``link`` is the foreign key to the parent. Raises Refused with the reasons of every line at once.
    """
    existing = {line.pk: line for line in model._default_manager.filter(**{link: parent})}
    kept_ids = {values.get("id") for values in rows} & existing.keys()
    # First, so that a new row may take the place of one that goes.
    model._default_manager.filter(pk__in=existing.keys() - kept_ids).delete()
    held = {key: custom.of(line) for key, line in existing.items()}
    own, found = custom.of_lines(parent, model, rows, held, name)
    kept = []
    for place, values in enumerate(rows):
        asked = {key: one for key, one in values.items() if key != "id" and key[:2] != custom.PREFIX}
        line = existing.get(values.get("id")) or model(**{link: parent})
        found += problems(line, asked, prefix=f"{name}.{place}.", exclude=[link] if parent.pk is None else [])
        if own[place] != custom.of(line):
            line.custom = own[place]  # type: ignore[attr-defined]
        kept.append(line)
    refusals.check(found)
    stood = {line.pk: _held(line) for line in model._default_manager.filter(**{link: parent})}
    if existing.keys() != {line.pk for line in kept} or any(stood.get(one.pk) != _held(one) for one in kept):
        work.lined(parent, {})
    for line in kept:
        line.save()
    return kept


def _held(line: models.Model) -> dict[str, str]:
    """What a line holds, as text: a typed 2 is the stored 2.000."""
    return {
        field.attname: field.value_to_string(line)
        for field in line._meta.concrete_fields
        if field.editable or field.name == "custom"
    }
