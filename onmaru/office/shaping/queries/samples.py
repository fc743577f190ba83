"""What a formula or a condition may name: the fields of a kind of record, each with a value to try it on."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps

from onmaru.kernel import expressions, personal
from onmaru.office.shaping import rules
from onmaru.office.shaping.models import CustomField
from onmaru.workbench import fields

HIDDEN = {"id", "version", "search_text"}


def of(kind: str) -> Mapping[str, expressions.Value]:
    """A value for each field of a kind of record that has one, the company's own included."""
    model = apps.get_model(kind)
    kinds = {one.name: fields.kind_of(one) for one in model._meta.concrete_fields if one.name not in HIDDEN}
    kinds |= {one.name: str(one.type) for one in CustomField.objects.filter(kind=kind, is_active=True)}  # type: ignore[misc]
    return {name: rules.SAMPLES[found] for name, found in kinds.items() if found in rules.SAMPLES}


def unmasked(kind: str) -> Mapping[str, expressions.Value]:
    """The same without what is masked, which nothing shown to everybody may be made of."""
    masked = personal.names(apps.get_model(kind))
    return {name: one for name, one in of(kind).items() if name not in masked}
