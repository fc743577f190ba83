"""One place decides who may see and change which rows: lists, forms, search, export, API and commands ask here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor, Granted, Rule
from onmaru.kernel.models import RecordRule
from onmaru.kernel.refusals import Refusal

M = TypeVar("M", bound=models.Model)

VERBS = ("view", "export", "import", "reveal")
Scope = RecordRule.Scope

concerned: dict[type[models.Model], Callable[[Actor], models.Q]] = {}
"""Kinds of which a person sees, whatever their role, what concerns them only, unless they may ``oversee`` them all."""

hanging: dict[type[models.Model], Callable[[Actor], models.Q]] = {}
"""By model, for rows that hang on other records: the condition of those whose record an actor may see. They need no
permission of their own to be seen; roles that have it may be narrowed further."""

NOT_YOURS = refusals.reason("not_yours", _("You may see this record, and not change it."))

FIELD_NOT_YOURS = refusals.reason("field_not_yours", _("“{label}” is not yours to change."))


def code(model: type[models.Model], verb: str) -> str:
    """The permission for a verb on a kind of record: ``sales.order.view``."""
    return f"{model._meta.app_label}.{model._meta.model_name}.{verb}"


def company_path(model: type[models.Model]) -> str | None:
    """The field that says whose company a row belongs to, or None when it is everyone's.

    A model whose rows know it by a reference only names the way as its ``company_path``.
    """
    names = {field.name for field in model._meta.get_fields()}
    return "company" if "company" in names else getattr(model, "company_path", None)


def visible(rows: models.QuerySet[M], by: Actor) -> models.QuerySet[M]:
    """Only the rows this actor may see: of each role that views the kind, those of its companies and its rule."""
    reach = [_reach(one, rows.model, by, "view") for one in by.granting(code(rows.model, "view"))]
    if not reach and rows.model in hanging:
        reach = [hanging[rows.model](by)]
    if not reach:
        return rows.none()
    # A role that is not narrowed makes the others idle, and the statement short.
    return rows if any(not one for one in reach) else rows.filter(reduce(or_, reach))


def may_do(record: models.Model, by: Actor) -> Callable[[str], bool]:
    """A function that says of a permission whether it may be used on ``record``; it asks once for each rule."""
    known: dict[str, bool] = {}

    def may(permission: str) -> bool:
        fitting = [one for one in by.granting(permission) if _is_of_company(one, record)]
        reach = [_narrowed(one, type(record), by, "write") for one in fitting]
        if not reach or any(not one for one in reach):
            return bool(reach)
        condition = reduce(or_, reach)
        if str(condition) not in known:
            known[str(condition)] = type(record)._base_manager.filter(condition, pk=record.pk).exists()
        return known[str(condition)]

    return may


def withheld(record: models.Model, by: Actor, permission: str) -> Refusal | None:
    """Why a command with ``permission`` may not touch ``record``: not there to see, not theirs to change, or None."""
    if may_do(record, by)(permission):
        return None
    shown = visible(type(record)._base_manager.filter(pk=record.pk), by).exists()
    return NOT_YOURS() if shown else refusals.NOT_FOUND()


def _reach(grant: Granted, model: type[models.Model], by: Actor, verb: str) -> models.Q:
    """The rows of ``model`` that a role reaches; an empty condition reaches all."""
    return _of_companies(grant, model) & _narrowed(grant, model, by, verb)


def _narrowed(grant: Granted, model: type[models.Model], by: Actor, verb: str) -> models.Q:
    """What the role's rule leaves of ``model``; what is written must be seen too."""
    rule = grant.rule(model._meta.label_lower)
    reached = hanging[model](by) if model in hanging else models.Q()
    if not oversees(model, by):
        reached &= concerned[model](by)
    if rule is None:
        return reached
    seen = reached & _scope(rule, rule.reads, by)
    return seen & _scope(rule, rule.writes, by) if verb == "write" else seen


def oversees(model: type[models.Model], by: Actor) -> bool:
    """Whether an actor sees of a kind also what does not concern them: programs do."""
    return model not in concerned or by.user_id is None or by.may(code(model, "oversee"))


def _is_of_company(grant: Granted, record: models.Model) -> bool:
    company_id = getattr(record, "company_id", None)
    return company_id is None or grant.companies is None or company_id in grant.companies


def _of_companies(grant: Granted, model: type[models.Model]) -> models.Q:
    path = company_path(model)
    if grant.companies is None or path is None:
        return models.Q()
    return models.Q(**{f"{path}_id__in": grant.companies}) | models.Q(**{f"{path}_id": None})


def _scope(rule: Rule, scope: str, by: Actor) -> models.Q:
    owner = rule.owner.replace(".", "__")
    if scope == Scope.EVERYTHING:
        return models.Q()
    if scope == Scope.VALUES:
        return models.Q(**{f"{rule.field.replace('.', '__')}__in": rule.values})
    mine = models.Q(**{owner: by.user_id})
    return mine | models.Q(**{f"{owner}__team": by.team}) if scope == Scope.TEAM and by.team else mine


def in_words(command: Any) -> str:
    """What a command does to which kind of record, as people read it."""
    kind = capfirst(command.model._meta.verbose_name) if command.model else ""
    return f"{kind}: {command.label}" if kind else str(command.label)


def unwritable(command: Any, by: Actor, asked: Mapping[str, Any]) -> list[Refusal]:
    """A reason for each field that a person gives and may not write, and for what the command needs and nobody gave.

    Only of what was asked from outside: what a command sets by its own rules is nobody's field.
    """
    needed = (name for name, one in command.parameters.items() if one.default is one.empty)
    missing = [refusals.FIELD_REQUIRED(name, label=name) for name in needed if name not in asked]
    narrowed = by.hidden | by.fixed
    if not narrowed or command.model is None:
        return missing
    kind = command.model._meta.label_lower
    found = [_field(command.model, name, name) for name in asked if (kind, name) in narrowed]
    for name, rows in asked.items():
        if isinstance(rows, list | tuple):
            cells = dict.fromkeys(cell for row in rows if isinstance(row, Mapping) for cell in row)
            kinds = {lines_model(one, name) for one in (command.model, command.makes) if one}
            pairs = [(line, cell) for line in kinds if line is not None for cell in cells]
            found += [
                _field(line, cell, name) for line, cell in pairs if (line._meta.label_lower, cell) in narrowed
            ]
    return found + missing


def lines_model(model: type[models.Model], name: str) -> type[models.Model] | None:
    """The kind of the rows that a record calls by ``name``: order, lines → order line."""
    return next((one.related_model for one in model._meta.related_objects if one.name == name), None)


def _field(model: type[models.Model], name: str, at: str) -> Refusal:
    # A field of the company's own is known by its name alone down here.
    known = {one.name: one.verbose_name for one in model._meta.concrete_fields}
    return FIELD_NOT_YOURS(at, label=known.get(name, name))
