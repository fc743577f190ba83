"""From a declaration, the company's own fields and a layout to the entity that every face draws."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Func, Value
from django.db.models.expressions import Combinable, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, JSONObject, NullIf
from django.utils.functional import lazy
from django.utils.translation import get_language

from onmaru.kernel import custom, expressions, identity, personal, sealed
from onmaru.kernel.models import Extended
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping import rules
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import attached
from onmaru.workbench import columns, fields, references, values
from onmaru.workbench.entity import Column, Entity, Lines, Section
from onmaru.workbench.fields import Field, Kind
from onmaru.workbench.references import References

TYPES: Mapping[str, Kind] = {
    "text": "text",
    "number": "quantity",
    "money": "money",
    "date": "date",
    "boolean": "boolean",
    "choice": "choice",
    "choices": "json",
    "reference": "reference",
    "file": "text",
}
LONGEST_TEXT = 500
Said = Mapping[str, Mapping[str, Any]]
Defined = Mapping[str, Sequence[CustomField]]
Part = Section | Lines


def build(entity: Entity, defined: Defined, layout: Mapping[str, Any]) -> Entity:
    """A copy of ``entity`` with the own fields of its records and lines, laid out; the same one without any of it."""
    kinds = [entity.model, *(one.model for one in grids(entity) if one.model)]
    if not layout and not any(defined.get(one._meta.label_lower) for one in kinds):
        return entity
    made = copy.copy(entity)
    made.form_parts = tuple(_below(one, defined) for one in made.form_parts)
    made.detail_parts = tuple(_below(one, defined) for one in made.detail_parts)
    _add(made, defined.get(entity.model._meta.label_lower, ()))
    _lay_out(made, layout)
    return made


def _add(entity: Entity, own: Sequence[CustomField]) -> None:
    if not own:
        return
    entity.own = {one.name: column_of(one, entity.model) for one in own}
    typed = [one for one in own if one.type != CustomField.Type.COMPUTED]
    asked = tuple(asked_of(one) for one in typed)
    listed = tuple(entity.own[one.name] for one in own if one.listed)
    every = tuple(entity.own.values())
    entity.annotate = _annotator(entity.annotate, [one for one in typed if not one.privacy])
    entity.list_columns += listed
    entity.searched = {one.name: expression(one) for one in own if one.searched and not one.privacy}
    entity.filter_columns = {**entity.filter_columns, **{c.name: c for c in every if c.filterable}}
    entity.sort_columns = {**entity.sort_columns, **{c.name: c for c in every if c.sortable}}
    chips = [c.name for c in every if c.filterable and c.kind not in ("text", "money", "quantity")]
    entity.filters = " ".join([entity.filters, *chips])
    entity.detail_parts = _appended(entity.detail_parts, Section("", columns=every))
    if entity.create or entity.edit:
        entity.form_parts = _appended(entity.form_parts, Section("", fields=asked))
    if entity.exchange:
        entity.exchange_columns += tuple(entity.own[one.name] for one in typed if one.type != one.Type.FILE)
    entity.given = {**entity.given, **_beginnings(asked)}


def grids(entity: Entity) -> list[Lines]:
    """The grids of lines in the form of an entity and on its page."""
    return [one for one in (*entity.form_parts, *entity.detail_parts) if isinstance(one, Lines)]


def kinds(entity: Entity) -> dict[str, fields.Text]:
    """What of an entity takes own fields, by kind: its records, and its lines under the name of their grid."""
    every = {entity.model: entity.one, **{one.model: one.label for one in grids(entity) if one.model}}
    return {one._meta.label_lower: label for one, label in every.items() if issubclass(one, Extended)}


def _below(part: Part, defined: Defined) -> Part:
    """A grid of lines with the own fields of its kind, of which no line sorts or filters."""
    own = defined.get(part.model._meta.label_lower, ()) if isinstance(part, Lines) and part.model else ()
    if not own or not isinstance(part, Lines) or part.model is None:
        return part
    made = {one.name: dataclasses.replace(column_of(one, part.model), path="", sort="") for one in own}
    typed = tuple(asked_of(one) for one in own if one.type != one.Type.COMPUTED)
    return dataclasses.replace(
        part,
        columns=(*part.columns, *made.values()),
        fields=(*part.fields, *typed),
        own=made,
        annotate=_words(own),
    )


def _appended(parts: Sequence[Part], more: Section) -> tuple[Part, ...]:
    """The parts with a section more, before the grids of lines."""
    sections = [one for one in parts if isinstance(one, Section)]
    return (*sections, more, *(one for one in parts if isinstance(one, Lines)))


def _beginnings(asked: Sequence[Field]) -> dict[str, Any]:
    return {one.name: one.default for one in asked if one.default is not None}


def _bilingual(korean: str, english: str) -> str:
    return (korean if get_language() == "ko" else english) or korean or english


label = lazy(_bilingual, str)
"""Words an administrator gave in both languages, in the one active when they are read."""


def field_of(one: CustomField) -> Field:
    """What a person types for a field of the company's own."""
    many = one.type == one.Type.CHOICES
    typed = Field(
        one.name,
        label(one.label_ko, one.label_en),
        "choice" if many else "file" if one.type == one.Type.FILE else TYPES[one.type],
        required=one.required,
        choices=_choices(one),
        model=target_of(one),
        max_length=LONGEST_TEXT if one.type == one.Type.TEXT else None,
        digits=one.digits,
        many=many,
        keeps_empty=not one.required,
        address=f"/shaping/files/{one.pk}" if one.type == one.Type.FILE else "",
    )
    return _beginning(typed, one.default)


def asked_of(one: CustomField) -> Field:
    """The same as a form shows it: what may be masked is asked as text, which is read as what it is when it is kept."""
    typed = field_of(one)
    covers = typed.kind if one.privacy and typed.kind != "file" else None
    return dataclasses.replace(typed, kind="text", covers=covers) if covers else typed


def _beginning(typed: Field, text: str) -> Field:
    """The field with what it begins with, when that can be read; it is then never found empty."""
    if not text:
        return typed
    try:
        default = values.read(typed, text, References(identity.system("shaping")))
    except Refused:
        return typed
    return dataclasses.replace(typed, default=default, required=False)


def _choices(one: CustomField) -> fields.Choices:
    return tuple((value, label(korean, english)) for value, korean, english in rules.choices(one.choices))


def target_of(one: CustomField) -> type[models.Model] | None:
    """The kind of record a reference points to."""
    return apps.get_model(one.target) if one.type == one.Type.REFERENCE else None


def column_of(one: CustomField, owner: type[models.Model]) -> Column:
    """The column of a field of the company's own, as every face uses it."""
    computed = one.type == one.Type.COMPUTED
    kind: Kind = one.result or "text" if computed else TYPES[one.type]  # type: ignore[assignment]
    model = target_of(one)
    made = Column(
        label(one.label_ko, one.label_en),
        kind,
        one.name,
        "" if computed else one.name,
        "" if computed else one.name,
        sortable=not computed and kind not in ("json", "reference"),
        filterable=not computed,
        summed=kind == "money",
        align=columns.ALIGNED.get(kind, ""),
        choices=_choices(one),
        model=model,
        currency=columns.currency_of(owner) if kind == "money" else "",
        many=kind == "json",
        tells=frozenset((owner._meta.label_lower, name) for name in (one.name, *_told_by(one))),
        getter=_computed(one, owner) if computed else _pointing(one, model) if model else _reader(one),
    )
    return _masked(made) if one.privacy else made


def _masked(column: Column) -> Column:
    """The column as its mask, which is a text, adds up to nothing, and neither sorts nor filters."""
    name, whole = column.name, column.getter
    return dataclasses.replace(
        Column(column.label, "text", name, sortable=False, filterable=False, align=""),
        tells=column.tells,
        bare=whole,
        getter=lambda row: personal.shown(row, name, whole(row)),
    )


def _told_by(one: CustomField) -> Collection[str]:
    """The fields that a formula tells of: who may not see one of them does not see what comes of it."""
    return expressions.parse(one.formula).names if one.type == one.Type.COMPUTED else ()


def _reader(one: CustomField) -> Callable[[Any], Any]:
    name, type_ = one.name, str(one.type)
    if one.privacy == one.Privacy.IDENTIFIER:
        return lambda row: _closed(custom.value(row, name))
    is_file = one.type == one.Type.FILE
    return lambda row: attached.shown(row, name) if is_file else rules.back(type_, custom.value(row, name))


def _closed(value: str | None) -> str | None:
    """What is encrypted, or soon will be: it leaves the house opened one by one only."""
    return value if not value or isinstance(value, sealed.Sealed) else sealed.seal(value)


def _computed(one: CustomField, owner: type[models.Model]) -> Callable[[Any], Any]:
    """What a formula comes to; of what is personal it gets to see the mask alone."""
    formula = expressions.parse(one.formula)
    others = CustomField.objects.filter(kind=one.kind, is_active=True)
    defined = {other.name: str(other.type) for other in others if other.name not in personal.names(owner)}

    def value(row: Any) -> Any:
        own = custom.of(row)
        found = {
            name: rules.back(defined[name], own.get(name)) if name in defined else personal.shown(row, name)
            for name in formula.names
        }
        return formula.value(found)

    return value


def _pointing(one: CustomField, model: type[models.Model]) -> Callable[[Any], Any]:
    """The record referred to. A list brings its words with each row, so that no row asks for its own."""
    name = one.name

    def record(row: Any) -> Any:
        key = custom.of(row).get(name)
        if key is None:
            return None
        words = getattr(row, f"{name}_words", None)
        if words is None:
            return model._default_manager.filter(pk=key).first()
        return model.from_db(connection.alias, ["id", *words], [key, *words.values()])

    return record


def _words_of(one: CustomField) -> Combinable:
    model = target_of(one)
    assert model is not None
    named = {name: models.F(name) for name in references.natural(model)}
    key = Cast(KeyTextTransform(one.name, OuterRef("custom")), models.BigIntegerField())
    return Subquery(model._default_manager.filter(pk=key).values(words=JSONObject(**named))[:1])


def expression(one: CustomField) -> Any:
    """The value of a field in the database, of its own type and by functions that an index may use."""
    text = KeyTextTransform(one.name, "custom")
    if one.type in (one.Type.NUMBER, one.Type.MONEY):
        return Cast(text, models.DecimalField(max_digits=30, decimal_places=one.digits))
    if one.type == one.Type.DATE:
        return _day(text)
    if one.type == one.Type.BOOLEAN:
        return Cast(text, models.BooleanField())
    if one.type == one.Type.REFERENCE:
        return Cast(text, models.BigIntegerField())
    if one.type == one.Type.FILE:
        return KeyTextTransform("name", KeyTransform(one.name, "custom"))
    if one.type == one.Type.CHOICES:
        return _list(KeyTransform(one.name, "custom"))
    return text


def _day(text: Any) -> Func:
    """A cast from text to a day depends on the session's settings, so no index could use it; this does not."""
    parts = [
        Cast(Func(text, Value(at), Value(size), function="substr"), models.IntegerField())
        for at, size in ((1, 4), (6, 2), (9, 2))
    ]
    return Func(*parts, function="make_date", output_field=models.DateField())


def _list(found: Any) -> Any:
    """Choices as an array; none is null, as an empty field of any other type."""
    kind: Any = ArrayField(models.TextField())
    listed = Func(
        found, template="ARRAY(SELECT jsonb_array_elements_text(%(expressions)s))", output_field=kind
    )
    return NullIf(listed, Value([], kind), output_field=kind)


def _annotator(before: Any, own: Sequence[CustomField]) -> Callable[[Any], Any]:
    named, words = {one.name: expression(one) for one in own}, _words(own)

    def annotate(rows: Any) -> Any:
        return words((before(rows) if before else rows).annotate(**named))

    return annotate


def _words(own: Sequence[CustomField]) -> Callable[[Any], Any]:
    named = {f"{one.name}_words": _words_of(one) for one in own if one.type == one.Type.REFERENCE}
    return lambda rows: rows.annotate(**named)


def _lay_out(entity: Entity, layout: Mapping[str, Any]) -> None:
    if not layout:
        return
    said: Said = layout.get("fields", {})
    known = {one.name: one for one in listable(entity)}
    if "list" in layout:
        entity.list_columns = tuple(known[name] for name in layout["list"] if name in known)
    hidden = {name for name, one in said.items() if one.get("hidden")}
    entity.list_columns = tuple(_named(c, said) for c in entity.list_columns if c.name not in hidden)
    entity.exchange_columns = tuple(_named(c, said) for c in entity.exchange_columns)
    entity.filter_columns = {name: _named(c, said) for name, c in entity.filter_columns.items()}
    entity.filters = " ".join(name for name in entity.filters.split() if name not in hidden)
    entity.form_parts = _form(entity, layout, said, hidden)
    entity.detail_parts = _detail(entity, layout, said, hidden)
    spoken = [one for one in entity.input_fields if said.get(one.name, {}).get("default")]
    entity.given = {**entity.given, **_beginnings(spoken)}
    entity.joins = tuple(dict.fromkeys((*entity.joins, *columns.joins(entity.list_columns))))


def listable(entity: Entity) -> list[Column]:
    """Every column that a list of the entity may show, those shown now first."""
    parts = [part.columns for part in entity.detail_parts if isinstance(part, Section)]
    every = [entity.list_columns, *parts, tuple(entity.filter_columns.values())]
    return list({column.name: column for some in every for column in some}.values())


def _named(column: Column, said: Said) -> Column:
    """The column under the name that the administrator gave it."""
    words = said.get(column.name, {})
    if not (words.get("ko") or words.get("en")):
        return column
    return dataclasses.replace(column, label=label(words.get("ko", ""), words.get("en", "")))


def _asked(typed: Field, said: Said) -> Field:
    """The field as the administrator wants it asked: its name, whether it is needed, what it begins with."""
    words = said.get(typed.name, {})
    if words.get("ko") or words.get("en"):
        typed = dataclasses.replace(typed, label=label(words.get("ko", ""), words.get("en", "")))
    if words.get("required"):
        typed = dataclasses.replace(typed, required=True, keeps_empty=False)
    return _beginning(typed, str(words.get("default") or ""))


def _sections(parts: Sequence[Part], layout: Mapping[str, Any]) -> list[tuple[fields.Text, list[str]]]:
    """Headings with the names below them: of the layout, else as they stand."""
    if "form" in layout:
        return [(label(one.get("ko", ""), one.get("en", "")), one["fields"]) for one in layout["form"]]
    plain = [one for one in parts if isinstance(one, Section)]
    return [
        (one.label, [*(asked.name for asked in one.fields), *(c.name for c in one.columns)]) for one in plain
    ]


def _form(entity: Entity, layout: Mapping[str, Any], said: Said, hidden: set[str]) -> tuple[Part, ...]:
    known = {one.name: _asked(one, said) for one in entity.input_fields if one.kind != "lines"}
    made: list[Part] = []
    for heading, names in _sections(entity.form_parts, layout):
        shown = tuple(known[name] for name in names if name in known and name not in hidden)
        made += [Section(" ".join(one.name for one in shown), heading, fields=shown)] if shown else []
    return (*made, *(one for one in entity.form_parts if isinstance(one, Lines)))


def _detail(entity: Entity, layout: Mapping[str, Any], said: Said, hidden: set[str]) -> tuple[Part, ...]:
    """The detail as the form is laid out; what no form asks stands last, so that nothing is lost."""
    plain = [one for one in entity.detail_parts if isinstance(one, Section)]
    known = {c.name: _named(c, said) for one in plain for c in one.columns if c.name not in hidden}
    made: list[Part] = []
    for heading, names in _sections(entity.detail_parts, layout):
        shown = tuple(known.pop(name) for name in names if name in known)
        made += [Section("", heading, columns=shown)] if shown else []
    made += [Section("", columns=tuple(known.values()))] if known else []
    return (*made, *(one for one in entity.detail_parts if isinstance(one, Lines)))
