"""Which commands need an approval first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.office.demands import ports, queries
from onmaru.office.demands.models import Demand
from onmaru.office.signatories.commands.lines import condition_problems

COMMAND_UNKNOWN = refusals.reason("command_unknown", _("“{name}” is nothing that is done to a record."))
WAIVER_BEYOND = refusals.reason(
    "waiver_beyond", _("Nobody lets a command run with more than they may themselves.")
)
DRAFTLESS = refusals.reason(
    "draftless",
    _(
        "“{name}” makes records: that needs a kind with drafts, whose first step then waits, and waives nothing."
    ),
)
REFUSAL_UNKNOWN = refusals.reason("refusal_unknown", _("No command refuses by “{name}”."))


@commands.command(label=_("New demand"), model=Demand)
def create(*, by: Actor, **values: Any) -> Demand:
    """Demand an approval before a command: where a condition holds, or where it was refused by a reason that
    the approval waives. A demand on making records holds of their first step: they are made as drafts.
    Refuses command_unknown, draftless, refusal_unknown, waiver_beyond.
    """
    demand = Demand()
    _fit(demand, values, by)
    demand.save()
    return demand


@commands.command(label=_("Edit"), model=Demand)
def edit(demand: Demand, *, by: Actor, **values: Any) -> Demand:
    """Change a demand; what was approved under it stays approved."""
    _fit(demand, values, by)
    return demand


@commands.command(label=_("End"), model=Demand)
def end(demand: Demand, *, by: Actor, on: date) -> Demand:
    """Let a demand hold until a day."""
    return records.fill(demand, {"ends_on": on})


delete = trash.deletion(Demand)


def _fit(demand: Demand, values: dict[str, Any], by: Actor) -> None:
    refusals.check(records.problems(demand, values))
    if demand.refusal in refusals.waivers and not demand.waiver:
        demand.waiver = refusals.waivers[demand.refusal].permission
    refusals.check([*_of_command(demand), *_of_waiver(demand, by)])


def _of_command(demand: Demand) -> list[Refusal]:
    command = commands.registry.get(demand.command)
    if command is None or command.model in (None, *ports.exempt):
        return [COMMAND_UNKNOWN("command", name=demand.command)]
    assert command.model is not None
    demand.makes = "" if command.has_subject else command.model._meta.label_lower
    waives = demand.refusal or demand.waiver
    if demand.makes and (waives or not queries.first_steps(command.model)):
        return [DRAFTLESS("command", name=demand.command)]
    return condition_problems(demand.condition, command.model._meta.label_lower)


def _of_waiver(demand: Demand, by: Actor) -> list[Refusal]:
    unknown = demand.refusal and demand.refusal not in refusals.registry
    beyond = demand.waiver and not by.may(demand.waiver)
    return [
        *([REFUSAL_UNKNOWN("refusal", name=demand.refusal)] if unknown else []),
        *([WAIVER_BEYOND("waiver")] if beyond else []),
    ]
