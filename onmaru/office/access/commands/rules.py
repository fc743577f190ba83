"""Record rules: what a role sees and changes of a kind of record, and which of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import RecordRule, Role, User
from onmaru.kernel.refusals import Refusal
from onmaru.workbench import registry

RULE_FIELD_UNKNOWN = refusals.reason(
    "rule_field_unknown", _("“{name}” is no field of this kind. There are: {names}")
)
RULE_NEEDS_PERSON = refusals.reason("rule_needs_person", _("Name the field that points to a user."))
RULE_NEEDS_VALUES = refusals.reason("rule_needs_values", _("Name the field and the values it may have."))
SCOPES = RecordRule.Scope


@commands.command(label=_("New rule"), model=RecordRule)
def create(*, by: Actor, role: Role, kind: str, **values: Any) -> RecordRule:
    """Narrow what a role sees and changes of a kind. Refuses fields that the kind has not."""
    rule = _filled(RecordRule(), {"role": role, "kind": kind, **values})
    rule.save()
    return rule


@commands.command(label=_("Edit"), model=RecordRule)
def edit(rule: RecordRule, *, by: Actor, **values: Any) -> RecordRule:
    """Change a rule; its role and kind stay."""
    refusals.check(records.fixed(rule, values, "role", "kind"))
    return _filled(rule, values)


@commands.command(label=_("Delete"), model=RecordRule, danger=True)
def remove(rule: RecordRule, *, by: Actor) -> None:
    """Narrow the role no longer."""
    RecordRule.objects.filter(pk=rule.pk).delete()


def _filled(rule: RecordRule, values: dict[str, Any]) -> RecordRule:
    model = model_of(values.get("kind", rule.kind))
    for name in ("hidden", "fixed"):
        values[name] = [_name_of(model, word) for word in values.get(name, getattr(rule, name)) or ()]
    for name in ("owner", "field"):
        values[name] = _name_of(model, values.get(name, getattr(rule, name)) or "")
    found = records.problems(rule, values)
    refusals.check([*found, *(_against(rule, model) if model else ())])
    return rule


def model_of(kind: str) -> type[models.Model] | None:
    """The kind of record that a rule is about, None where there is none."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None  # the choices of the field refuse it


def _name_of(model: type[models.Model] | None, word: str) -> str:
    """The field that a word names: by its name, or as people read it in either language."""
    said = word.strip()
    for one in model._meta.concrete_fields if model else ():
        for language in ("ko", "en"):
            with translation.override(language):
                if said.casefold() == str(one.verbose_name).casefold():
                    return one.name
    return said


def _against(rule: RecordRule, model: type[models.Model]) -> Iterable[Refusal]:
    own = [one.name for one in model._meta.concrete_fields] + registry.own_names(model)
    for name in ("hidden", "fixed"):
        for word in getattr(rule, name):
            if word not in own:
                yield RULE_FIELD_UNKNOWN(name, name=word, names=", ".join(own))
    scopes = {rule.reads, rule.writes}
    owner, chosen = _follow(model, rule.owner), _follow(model, rule.field)
    if scopes & {SCOPES.MINE, SCOPES.TEAM} and (owner is None or owner.related_model is not User):
        yield RULE_NEEDS_PERSON("owner")
    if SCOPES.VALUES in scopes and (chosen is None or not _fit(chosen, rule.values)):
        yield RULE_NEEDS_VALUES("field")


def _follow(model: type[models.Model], path: str) -> models.Field[Any, Any] | None:
    """The field at the end of a dotted path, None when there is none."""
    found: Any = None
    for part in path.split("."):
        try:
            found = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        model = found.related_model if found.is_relation else model
    return found if isinstance(found, models.Field) else None


def _fit(field: models.Field[Any, Any], values: Sequence[str]) -> bool:
    try:
        return bool(values) and all(field.get_prep_value(value) is not None for value in values)
    except (ValueError, TypeError):
        return False
