"""From the words of a declaration to columns that know their field, path, kind and how to read a row."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.utils.text import format_lazy

from onmaru.kernel import personal
from onmaru.kernel.models import Share
from onmaru.workbench import fields
from onmaru.workbench.entity import Align, Column, Entity

Source: TypeAlias = "models.Field[Any, Any]"

NATURAL = ("number", "code", "slug", "username", "name")
ALIGNED: dict[str, Align] = {"integer": "end", "money": "end", "quantity": "end", "boolean": "center"}


def wrong(entity: Entity, option: str, word: str, why: str) -> ImproperlyConfigured:
    """The error that stops the start when a declaration names something that is not there."""
    return ImproperlyConfigured(
        f"Entity {entity.name!r} ({entity.model.__name__}): {option} names {word!r}: {why}"
    )


def of(
    entity: Entity, option: str, words: str, model: type[models.Model] | None = None
) -> tuple[Column, ...]:
    """The columns that ``words`` name on ``model`` (the entity's own unless one is given)."""
    return tuple(resolve(entity, option, word, model or entity.model) for word in words.split())


def resolve(entity: Entity, option: str, word: str, model: type[models.Model]) -> Column:
    """The column of one word; raises ImproperlyConfigured for a name that the model has not."""
    said = word if model is entity.model else f"{model._meta.model_name}.{word}"
    declared = entity.columns.get(said)
    try:
        chain = follow(model, word)
    except FieldDoesNotExist as error:
        if declared is None and not _is_attribute(model, word):
            raise wrong(entity, option, word, f"{error}; a derived value needs columns={{...}}") from None
        return _masked(_derived(entity, word, declared or Column(label=word.replace("_", " "))))
    column = _from_chain(word, chain)
    return _masked(_override(column, declared) if declared else column)


def follow(model: type[models.Model], word: str) -> list[Source]:
    """The fields from ``model`` along a dotted word. Raises FieldDoesNotExist."""
    chain: list[Source] = []
    for part in word.split("."):
        found = model._meta.get_field(part)
        if not isinstance(found, models.Field) or found.many_to_many:
            raise FieldDoesNotExist(f"{model.__name__}.{part} is not a column")
        chain.append(found)
        model = found.related_model if found.is_relation else model  # type: ignore[assignment]
    return chain


def _from_chain(word: str, chain: list[Source]) -> Column:
    last = chain[-1]
    kind = fields.kind_of(last)
    label = fields.label_of(last)
    if len(chain) > 1:
        label = format_lazy("{} {}", fields.label_of(chain[-2]), label)
    path = word.replace(".", "__")
    names = set(last.name.split("_"))
    return Column(
        label=label,
        kind=kind,
        name=word,
        path=path,
        sort=_sort_path(path, last),
        nullable=any(one.null for one in chain),
        sortable=kind != "json",
        filterable=kind != "json",
        summed=kind in {"money", "quantity"}
        and not isinstance(last, Share)
        and not names & fields.UNSUMMED_WORDS,
        align=ALIGNED.get(kind, ""),
        choices=tuple(last.flatchoices) if last.choices else (),
        model=last.related_model if kind == "reference" else None,
        source=last,
        currency=_currency(chain) if kind == "money" else "",
        tells=frozenset((one.model._meta.label_lower, one.name) for one in chain),
        getter=_percent(getter(word)) if isinstance(last, Share) else getter(word),
    )


def column_of(source: Source) -> Column:
    """The column of one model field."""
    return _from_chain(source.name, [source])


def _sort_path(path: str, last: Source) -> str:
    if not last.is_relation or not isinstance(last.related_model, type):
        return path
    name = natural_name(last.related_model)
    return f"{path}__{name}" if name else f"{path}_id"


def natural_name(model: type[models.Model]) -> str:
    """The field by whose order people expect records of this kind: their name, else their code or number."""
    names = {one.name for one in model._meta.concrete_fields}
    return next((name for name in ("name", *NATURAL) if name in names), "")


def _currency(chain: list[Source]) -> str:
    """The path of the currency of an amount: beside it, or of the company the row belongs to."""
    prefix = "".join(f"{one.name}." for one in chain[:-1])
    owner = chain[-1].model
    for word in ("currency", "order.currency", "invoice.currency", "company.currency"):
        try:
            found = follow(owner, word)
        except FieldDoesNotExist:
            continue
        return prefix + (f"{word}_id" if found[-1].is_relation else word)
    return ""


def _derived(entity: Entity, word: str, declared: Column) -> Column:
    """A value that ``annotate`` or a property gives. Only an annotation can sort and filter."""
    annotated = entity.annotate is not None and word in _annotations(entity)
    path = word if annotated else ""
    return dataclasses.replace(
        declared,
        name=word,
        path=path,
        sort=path,
        sortable=annotated if declared.sortable is None else declared.sortable and annotated,
        filterable=annotated if declared.filterable is None else declared.filterable and annotated,
        summed=annotated and bool(declared.summed),
        align=ALIGNED.get(declared.kind, "") if declared.align is None else declared.align,
        currency=declared.currency or (currency_of(entity.model) if declared.kind == "money" else ""),
        tells=frozenset((entity.model._meta.label_lower, name) for name in declared.of.split()),
        getter=declared.getter if declared.getter is not Column.getter else getter(word),
    )


def _annotations(entity: Entity) -> set[str]:
    if entity.annotate is None:
        return set()
    return set(entity.annotate(entity.model._default_manager.all()).query.annotations)


def currency_of(model: type[models.Model]) -> str:
    """The path of the currency in which amounts of a kind of record are, "" when it has none."""
    any_field = model._meta.concrete_fields[0]
    return _currency([any_field])


def _override(column: Column, declared: Column) -> Column:
    """What the declaration says wins over what the model says."""
    names = "label choices sortable filterable summed align currency sort written"
    said = {name: value for name in names.split() if (value := getattr(declared, name)) not in (None, "", ())}
    if declared.kind != "text":
        said |= {"kind": declared.kind, "align": declared.align or ALIGNED.get(declared.kind, "")}
    return dataclasses.replace(column, **said)


def _is_attribute(model: type[models.Model], word: str) -> bool:
    return "." not in word and isinstance(getattr(model, word, None), property)


def getter(word: str) -> Callable[[Any], Any]:
    """A function from a row to the value of a dotted word, None where a reference on the way is empty."""
    if "." not in word:
        return operator.attrgetter(word)
    parts = word.split(".")

    def get(row: Any) -> Any:
        for part in parts:
            if row is None:
                return None
            row = getattr(row, part)
        return row

    return get


def _percent(share: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda row: None if (value := share(row)) is None else value * 100


def _masked(column: Column) -> Column:
    """A personal column shows its mask to everyone; it neither sorts nor filters, which would tell it bit by bit."""
    found = [(kind, name) for kind, name in column.tells if name in personal.names(apps.get_model(kind))]
    if not found:
        return column
    (_kind, name), whole = found[0], column.getter
    owner = getter(column.name.rpartition(".")[0]) if "." in column.name else lambda row: row

    def mask(row: Any) -> Any:
        record, value = owner(row), whole(row)
        return personal.shown(record, name, value) if record is not None else value

    return dataclasses.replace(column, sortable=False, filterable=False, bare=whole, getter=mask)


def joins(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """The foreign keys to join so that showing these columns asks no further query."""
    found: dict[str, None] = {}
    for column in columns:
        for path in (column.path if column.model else "", *_parents(column.path), *_parents(column.currency)):
            if path:
                found[path] = None
    return tuple(found)


def _parents(path: str) -> list[str]:
    parts = path.replace(".", "__").split("__")
    return ["__".join(parts[:depth]) for depth in range(1, len(parts))]
