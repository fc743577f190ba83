"""Which demands a command meets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from onmaru.kernel import commands, permissions, refusals, work
from onmaru.office.demands import ports
from onmaru.office.demands.models import Demand
from onmaru.office.signatories.queries import lines
from onmaru.office.signatories.queries.facts import Case
from onmaru.workbench import registry
from onmaru.workbench.fields import Text


def first_steps(model: type[models.Model] | None) -> list[str]:
    """The commands that lead records of a kind out of their first state; what throws them away is none."""
    states = (one for one in model._meta.concrete_fields if one.name == "state") if model else ()
    first = next((one.get_default() for one in states), None)
    return [
        name
        for name, one in commands.registry.items()
        if one.model is model and one.has_subject and not one.danger and first in (one.moves_from or ())
    ]


def commands_in_words() -> list[tuple[str, str]]:
    """The commands of which an approval may be demanded, by name: what is done to which kind of record."""
    return [
        (name, permissions.in_words(one)) for name, one in commands.registry.items() if is_demandable(one)
    ]


def is_demandable(command: commands.Command[Any]) -> bool:
    """Whether a command acts on records that have a first step, or on a record; documents of approval are exempt."""
    if command.model is None or command.model in ports.exempt or registry.of_model(command.model) is None:
        return False
    return command.has_subject or bool(first_steps(command.model))


def waivers_in_words() -> list[tuple[str, Text]]:
    """The reasons that an approval may waive, by code."""
    return [(code, one.label) for code, one in refusals.waivers.items()]


def on(command: str, company_id: int | None, on: date) -> QuerySet[Demand]:
    """The demands on a command that hold on a day, in the order in which they were made.

    The first step out of a draft meets those on making such records too.
    """
    model = commands.registry[command].model if command in commands.registry else None
    made = Q(makes=work.kind_of(model)) if model and command in first_steps(model) else Q(pk=None)
    rows = lines.in_force(Demand.objects.filter(Q(command=command) | made), on)
    return rows.filter(Q(company=None) | Q(company=company_id)).order_by("id")


def met(found: Iterable[Demand], case: Case) -> Demand | None:
    """The first of these demands whose condition is true of the case."""
    return next((one for one in found if case.holds(one.condition)), None)
