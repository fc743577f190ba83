"""How pages are laid out: every change is a new version, and going back is one too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.masters.site.models import Company
from onmaru.office.shaping import rules
from onmaru.office.shaping.commands import fields
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.office.shaping.queries import shapes
from onmaru.workbench import registry, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.references import References


@commands.command(label=_("Arrange"), model=Layout)
def arrange(*, by: Actor, entity: str, document: dict[str, Any], company: Company | None = None) -> Layout:
    """Lay the pages of an entity out for everyone, or for those who work for one company only; it holds at once.

    Refuses with every name that does not fit.
    ``document``: ``list`` names columns in their order; ``form`` sections (``ko``, ``en``, ``fields``); ``fields``
    what is said of each (``ko``, ``en``, ``required``, ``default``, ``hidden``). What it leaves out stays as declared.
    """
    shown = registry.get(entity)
    if shown is None:
        raise Refused(rules.FIELD_KIND_UNKNOWN("entity", kind=entity))
    refusals.check(problems(shown, document, by))
    return _next(entity, company, document, by)


def _next(entity: str, company: Company | None, document: Any, by: Actor) -> Layout:
    last = Layout.objects.filter(entity=entity, company=company).order_by("-revision").first()
    said = {"entity": entity, "company": company, "document": document, "made_by": by.name}
    made = records.fill(Layout(), {**said, "revision": last.revision + 1 if last else 1})
    made.save()
    fields.changed()
    return made


@commands.command(label=_("Go back to this"), model=Layout)
def go_back(layout: Layout, *, by: Actor) -> Layout:
    """Lay the pages out as they were in an older version: a new version that says the same. Refuses as ``arrange``."""
    if layout.document is None:
        return _next(layout.entity, layout.company, None, by)
    made: Layout = arrange(by=by, entity=layout.entity, document=layout.document, company=layout.company)
    return made


@commands.command(label=_("Follow the layout for all"), model=Layout, fetch=("company",))
def follow(layout: Layout, *, by: Actor) -> Layout:
    """Let a company follow the layout for all again: a new version of its own without one. Refuses that for all."""
    refusals.check([rules.LAYOUT_FOR_ALL() if layout.company is None else None])
    return _next(layout.entity, layout.company, None, by)


def problems(entity: Entity, document: Any, by: Actor) -> list[Refusal]:
    """Every reason why a layout does not fit an entity as it is declared, with the company's own fields."""
    kind = entity.model._meta.label_lower
    own = CustomField.objects.filter(kind=kind, is_active=True).order_by("id")
    whole = shapes.build(registry.declaration(entity), {kind: list(own)}, {})
    asked = {one.name: one for one in whole.input_fields if one.kind != "lines"}
    listable = {column.name: str(column.label) for column in shapes.listable(whole)}
    labels = listable | {name: str(one.label) for name, one in asked.items()}
    needed = {name: one.required and one.default is None for name, one in asked.items()}
    found = rules.check_layout(document, listable, needed, labels)
    return found or _unreadable(document.get("fields", {}), asked, by)


def _unreadable(said: Mapping[str, Any], asked: Mapping[str, Any], by: Actor) -> list[Refusal]:
    """Beginnings that cannot be read as their field."""
    found: list[Refusal] = []
    for name, one in said.items():
        if name in asked and one.get("default"):
            try:
                values.read(asked[name], str(one["default"]), References(by))
            except Refused as refused:
                found += refused.reasons
    return found
