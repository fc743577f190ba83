"""A layout as the administrator's screen holds it: rows to move, and the document they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.site.models import Company
from onmaru.office.shaping.queries import live, samples, shapes
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity, Section
from onmaru.workbench.fields import Field, Text

SECTION = "section"
ALL = "all"


@dataclass(frozen=True)
class Row:
    """A field of the form, or with no ``name`` the heading of a section."""

    name: str
    label: Text
    ko: str = ""
    en: str = ""
    must: bool = False
    required: bool = False
    hidden: bool = False
    default: str = ""
    own: bool = False


def companies(by: Actor) -> list[Company]:
    """The companies for which somebody may lay screens out apart: none where the house has only one."""
    every = list(Company.objects.order_by("id"))
    return [one for one in every if by.of_company(one.pk)] if len(every) > 1 else []


def chosen(raw: str, by: Actor) -> Company | None:
    """The company that an address names; where it names none, the only one of who works for one. Raises Refused."""
    known = companies(by)
    if not raw:
        return known[0] if len(known) == 1 else None
    found = next((one for one in known if str(one.pk) == raw), None)
    refusals.check([refusals.NOT_FOUND() if found is None and raw != ALL else None])
    return found


def of(entity: Entity, company: Company | None) -> dict[str, Any]:
    """The rows of the form and of the list, in their order, with what is left out at the end."""
    layout = live.layout_of(entity, company.pk if company else None)
    said = layout.get("fields", {})
    whole = {one.name: one for one in live.unlaid(entity).input_fields if one.kind != "lines"}
    rows: list[Row] = []
    for part in entity.form_parts:
        if isinstance(part, Section):
            rows.append(Row("", "", *_both(part.label)))
            rows += [_row(whole[one.name], said, entity) for one in part.fields]
    there = {one.name for one in rows}
    rows.append(Row("", ""))  # a heading to be named: one with nothing below it is no section
    rows += [_row(one, said, entity) for name, one in whole.items() if name not in there]
    shown = [column.name for column in entity.list_columns]
    every = {column.name: column for column in (*entity.list_columns, *shapes.listable(live.unlaid(entity)))}
    return {"rows": rows, "listed": [(name, one.label, name in shown) for name, one in every.items()]}


def _row(one: Field, said: Any, entity: Entity) -> Row:
    words = said.get(one.name, {})
    return Row(
        one.name,
        one.label,
        words.get("ko", ""),
        words.get("en", ""),
        one.required,
        bool(words.get("required")),
        bool(words.get("hidden")),
        str(words.get("default") or ""),
        one.name in entity.own,
    )


def _both(label: Text) -> tuple[str, str]:
    """A heading in Korean and English."""
    found = []
    for language in ("ko", "en"):
        with override(language):
            found.append(str(label))
    return found[0], found[1]


def read(posted: Any) -> dict[str, Any]:
    """The document that the rows of a POST stand for, in their order."""
    sections: list[dict[str, Any]] = []
    headings = zip(posted.getlist("ko"), posted.getlist("en"), strict=False)
    for name in posted.getlist("item"):
        if name == SECTION or not sections:
            korean, english = next(headings, ("", ""))
            sections.append({"ko": korean.strip(), "en": english.strip(), "fields": []})
        if name != SECTION:
            sections[-1]["fields"].append(name)
    kept = [one for one in sections if one["fields"]]
    return {"list": posted.getlist("list"), "form": kept, "fields": _said(posted, posted.getlist("item"))}


def _said(posted: Any, names: Iterable[str]) -> dict[str, Any]:
    """What is said of each field; nothing of one of which nothing is said."""
    ticked = {key: set(posted.getlist(key)) for key in ("required", "hidden")}
    found = {}
    for name in names:
        words: dict[str, Any] = {
            key: posted.get(f"{key}.{name}", "").strip() for key in ("ko", "en", "default")
        }
        words |= {key: name in chosen for key, chosen in ticked.items()}
        if any(words.values()):
            found[name] = {key: value for key, value in words.items() if value}
    return found


def formula_names(entity: Entity) -> list[tuple[str, str]]:
    """What a formula of this kind of record may name, with the words people know it by."""
    labels = {column.name: str(column.label) for column in shapes.listable(entity)}
    labels |= {one.name: str(one.label) for one in registry.now(entity).input_fields}
    return [
        (name, labels[name]) for name in samples.unmasked(entity.model._meta.label_lower) if name in labels
    ]
