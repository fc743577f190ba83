"""What can be typed: a field of a form, a cell of a file, a parameter of a command, in one shape."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Share
from onmaru.workbench import countries

Text = str | Promise


@dataclass(frozen=True)
class Asked:
    """Choices that are asked for each time they are read, in the order of their words in the language active then."""

    read: Callable[[], Iterable[tuple[Any, Text]]]

    def __iter__(self) -> Iterator[tuple[Any, Text]]:
        return iter(sorted(self.read(), key=lambda one: str(one[1])))


Choices = tuple[tuple[Any, Text], ...] | Asked
Kind = Literal[
    "text",
    "integer",
    "money",
    "quantity",
    "date",
    "datetime",
    "time",
    "bytes",
    "choice",
    "reference",
    "boolean",
    "file",
    "state",
    "json",
    "lines",
]

COUNTRIES = Asked(lambda: countries.named().items())

# What a decimal measures cannot be read off its type, so its name must say it.
QUANTITY_WORDS = {
    *("quantity", "qty", "weight", "volume", "length"),
    *("factor", "percent", "tolerance", "ratio", "rate", "over"),
}
UNSUMMED_WORDS = {
    *("price", "cost", "factor", "percent", "tolerance", "ratio", "rate", "limit", "exchange", "min", "over")
}


@dataclass(frozen=True)
class Field:
    """One thing asked for. ``limits`` are the smallest and largest integer, ``digits`` the decimals kept.

    ``model`` is what a reference points to, ``lines`` the cells of a grid, ``shape`` the dataclass of its rows,
    ``many`` a list of plain values, ``listed`` a list and no object, ``percent`` a share that is typed as 10 for 0.1.
    ``fixed`` is shown and not this person's to change, ``covers`` what is asked as text because it may be masked,
    ``address`` where the bytes of a file are sent, ``fills`` says what a grid would hold where nothing is typed.
    """

    name: str
    label: Text
    kind: Kind = "text"
    required: bool = True
    choices: Choices = ()
    model: type[models.Model] | None = None
    max_length: int | None = None
    whole_digits: int | None = None
    digits: int | None = None
    limits: tuple[int, int] | None = None
    default: Any = None
    help: Text = ""
    multiline: bool = False
    listed: bool = False
    many: bool = False
    percent: bool = False
    lines: tuple[Field, ...] = ()
    shape: type | None = None
    enum: type[enum.Enum] | None = None
    keeps_empty: bool = False
    fixed: bool = False
    covers: Kind | None = None
    address: str = ""
    fills: Callable[..., Any] | None = None

    def later(self) -> Field:
        """The field as an edit asks it: what a new record must say may be empty later if the column can be."""
        return dataclasses.replace(self, required=self.required and not self.keeps_empty)

    def typed(self, value: Any) -> Any:
        """A value of a record as people type it."""
        return value * 100 if self.percent and value is not None else value

    def emptied(self) -> Any:
        """What the field holds when a person leaves it empty."""
        if self.keeps_empty or self.default is None:
            return "" if self.kind == "text" else None
        return self.default() if callable(self.default) else self.default


def kind_of(source: models.Field[Any, Any]) -> Kind:
    """How the values of a model field read and look."""
    if source.is_relation:
        return "reference"
    if source.choices:
        return "state" if source.name == "state" else "choice"
    if isinstance(source, Share):
        return "quantity"
    if isinstance(source, models.DecimalField):
        return "quantity" if QUANTITY_WORDS & set(source.name.split("_")) else "money"
    for types_, kind in _KINDS:
        if isinstance(source, types_):
            return kind
    return "text"


_KINDS: tuple[tuple[Any, Kind], ...] = (
    (models.BooleanField, "boolean"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.IntegerField, "integer"),
    ((models.JSONField, ArrayField), "json"),
)


def label_of(source: models.Field[Any, Any]) -> Text:
    """The words people read for a model field."""
    return capfirst(source.verbose_name)


def of_model(source: models.Field[Any, Any], name: str = "") -> Field:
    """What a person types for a model field, with everything the database would refuse."""
    kind = kind_of(source)
    decimal = source if isinstance(source, models.DecimalField) else None
    percent = 2 if isinstance(source, Share) else 0
    return Field(
        name or source.name,
        label_of(source),
        kind,
        required=not (source.blank or source.null or source.has_default() or kind == "boolean"),
        choices=tuple(source.flatchoices) if source.choices else (),
        model=source.related_model if kind == "reference" else None,
        max_length=getattr(source, "max_length", None),
        whole_digits=decimal.max_digits - decimal.decimal_places + percent if decimal else None,
        digits=decimal.decimal_places - percent if decimal else None,
        percent=bool(percent),
        limits=connection.ops.integer_field_range(source.get_internal_type()) if kind == "integer" else None,
        default=source.default if source.has_default() else None,
        help=source.help_text,
        multiline=type(source) is models.TextField,
        listed=isinstance(source, ArrayField),
        keeps_empty=source.null or (source.blank and kind == "text"),
    )


def of_parameter(
    parameter: inspect.Parameter, label: Text = "", model: type[models.Model] | None = None
) -> Field:
    """What a person types for a command's parameter; ``model`` lends words and limits to its namesake."""
    annotation, optional = _unwrap(parameter.annotation)
    default = None if parameter.default is inspect.Parameter.empty else parameter.default
    required = parameter.default is inspect.Parameter.empty and not optional
    source = _namesake(model, parameter.name)
    typed = _of_type(
        parameter.name, label or _parameter_label(parameter.name, source, annotation), annotation
    )
    typable = typed.kind in {"text", "integer", "money", "date", "datetime"}
    if source is not None and typable and not isinstance(source, ArrayField):
        typed = dataclasses.replace(of_model(source), label=typed.label)
    return dataclasses.replace(typed, required=required, default=default)


def _namesake(model: type[models.Model] | None, name: str) -> models.Field[Any, Any] | None:
    if model is None:
        return None
    return next((found for found in model._meta.concrete_fields if found.name == name), None)


def _label(name: str, source: models.Field[Any, Any] | None) -> Text:
    return (
        label_of(source) if source is not None else COMMON_LABELS.get(name, capfirst(name.replace("_", " ")))
    )


def _parameter_label(name: str, source: models.Field[Any, Any] | None, annotation: Any) -> Text:
    """A record asked for without other words is called what its kind is called."""
    a_record = isinstance(annotation, type) and issubclass(annotation, models.Model)
    if source is None and a_record and name not in COMMON_LABELS:
        return capfirst(annotation._meta.verbose_name or name)
    return _label(name, source)


COMMON_LABELS: Mapping[str, Text] = {
    "reason": _("Reason"),
    "lines": _("Lines"),
    "note": _("Note"),
    "amount": _("Amount"),
    "quantity": _("Quantity"),
    "company": _("Company"),
    "name": _("Name"),
}


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [one for one in get_args(annotation) if one is not type(None)]
        optional = len(inner) < len(get_args(annotation))
        return (inner[0] if inner else Any), optional
    return annotation, False


_PLAIN: Mapping[Any, Kind] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    date: "date",
    datetime: "datetime",
    time: "time",
    bytes: "bytes",
}
_BIGINT = (-(2**63), 2**63 - 1)


def _of_type(name: str, label: Text, annotation: Any) -> Field:
    origin = get_origin(annotation)
    if origin is Literal:
        return Field(name, label, "choice", choices=tuple((one, str(one)) for one in get_args(annotation)))
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _of_sequence(name, label, get_args(annotation)[0] if get_args(annotation) else str)
    if annotation is Decimal:
        kind: Kind = "quantity" if QUANTITY_WORDS & set(name.split("_")) else "money"
        return Field(name, label, kind, whole_digits=15, digits=6)
    if isinstance(annotation, type):
        if issubclass(annotation, models.Model):
            return Field(name, label, "reference", model=annotation)
        if issubclass(annotation, models.TextChoices | models.IntegerChoices):
            return Field(name, label, "choice", choices=tuple(annotation.choices), enum=annotation)
    kind = _PLAIN.get(annotation, "json")
    return Field(name, label, kind, limits=_BIGINT if kind == "integer" else None)


def _of_sequence(name: str, label: Text, inner: Any) -> Field:
    if dataclasses.is_dataclass(inner) and isinstance(inner, type):
        return Field(name, label, "lines", lines=_of_dataclass(inner), shape=inner)
    if is_typeddict(inner):
        return Field(name, label, "lines", lines=_of_typed_dict(inner))
    if get_origin(inner) in (dict, Mapping) or (isinstance(inner, type) and issubclass(inner, Mapping)):
        return Field(name, label, "lines")
    return dataclasses.replace(_of_type(name, label, inner), many=True)


def _of_typed_dict(shape: Any) -> tuple[Field, ...]:
    """The cells of rows that stay dictionaries; ``Annotated[int, Order]`` is the key of an order."""
    found = []
    for name, hint in get_type_hints(shape, include_extras=True).items():
        typed = _of_hint(name, hint)
        found.append(dataclasses.replace(typed, required=name in shape.__required_keys__))
    return tuple(found)


def _of_hint(name: str, hint: Any) -> Field:
    """A cell by its type; ``Annotated`` adds its words, or the model whose key it holds."""
    plain, said = get_args(hint)[:2] if get_origin(hint) is Annotated else (hint, None)
    annotation, _optional = _unwrap(plain)
    if isinstance(said, type) and issubclass(said, models.Model):
        words = said._meta.verbose_name or said.__name__
        return dataclasses.replace(_of_type(name, capfirst(words), annotation), model=said)
    return _of_type(name, said or _label(name, None), annotation)


def _of_dataclass(shape: type) -> tuple[Field, ...]:
    hints = get_type_hints(shape, include_extras=True)
    found = []
    for one in dataclasses.fields(shape):
        _annotation, optional = _unwrap(hints[one.name])
        has_default = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
        default = one.default if one.default is not dataclasses.MISSING else None
        typed = _of_hint(one.name, hints[one.name])
        found.append(dataclasses.replace(typed, required=not has_default and not optional, default=default))
    return tuple(found)
