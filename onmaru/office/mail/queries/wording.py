"""The words of templates over a record: its own fields, those of what it points to, and who writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import translation

from onmaru.kernel.identity import Actor
from onmaru.office.letters.rules import filling
from onmaru.office.mail.models import Template
from onmaru.office.shaping.queries import paths
from onmaru.workbench import registry

ALWAYS = {"record": paths.WORDS, "my_name": paths.WORDS}


def samples(kind: str, text: str) -> Mapping[str, Any]:
    """What of a text for a kind of record leads to a field, with values to try it on; of no kind, who and what."""
    return (paths.samples(apps.get_model(kind), filling.names(text)) if kind else {}) | ALWAYS


def templates(kind: str) -> list[Template]:
    """The templates for a kind of record, those made for it first."""
    return list(Template.objects.filter(Q(kind=kind) | Q(kind="")).order_by("-kind", "name"))


def filled(template: Template, record: Any, by: Actor, language: str) -> tuple[str, str]:
    """Subject and text for a record, in a language. What the actor may not see is left empty."""
    with translation.override(language):
        title, text = template.words()
        said = paths.values(record, filling.names(title) | filling.names(text), by)
        values = {**said, "record": str(record), "my_name": by.name}
        return filling.fill(title, values), filling.fill(text, values)


def preview(template: Template, by: Actor, language: str) -> tuple[str, str] | None:
    """The words over the newest record of their kind that the actor sees; None while there is none."""
    rows = registry.rows_for(apps.get_model(template.kind), by) if template.kind else None
    record = rows.order_by("-pk").first() if rows is not None else None
    return filled(template, record, by, language) if record is not None else None
