"""What commands meet: a record in approval is not changed, and some are done only once they were approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _words
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, commands, refusals, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.approval.commands.drafting import APPROVAL_PENDING
from onmaru.office.approval.models import Approval
from onmaru.office.demands import queries as demands
from onmaru.office.demands.models import Demand
from onmaru.office.signatories.queries import facts
from onmaru.office.snapshots import queries as content
from onmaru.workbench import registry

APPROVAL_DEMANDED = refusals.reason("approval_demanded", _("This needs an approval first: {demand}."))
APPROVED_STAYS = refusals.reason("approved_stays", _("It was approved, and stays as long as its approval."))
APPROVAL_OUTDATED = refusals.reason(
    "approval_outdated", _("It was approved, and changed since: it needs an approval anew ({demand}).")
)

HELD = "approval_held"
"""The database's answer to whether a record is held: ``pending``, ``approved``, ``demand`` or nothing."""


def against(
    command: Command[Any], subject: Any, by: Actor, asked: Mapping[str, Any], held: str | None
) -> Sequence[Refusal]:
    """Why a command may not touch its subject now: it is in approval, or an approval is demanded and not there."""
    if held == "pending":
        return [APPROVAL_PENDING()]
    if held == "approved":
        return [APPROVED_STAYS()]
    return _demanded(command, subject, by, asked) if held == "demand" else []


def _demanded(
    command: Command[Any], subject: Model, by: Actor, asked: Mapping[str, Any]
) -> Sequence[Refusal]:
    today = calendars.today(subject)
    rows = demands.on(command.name, getattr(subject, "company_id", None), today).filter(refusal="")
    demand = demands.met(rows, facts.case(subject, by.user_id, today))
    if demand is None:
        return []
    said = orjson.loads(work.to_json(content.asked(command, asked)))
    approved = _approved(subject, demand)
    exact = content.digest(subject, command.name, said)
    if approved.filter(digest=exact).update(carried_out_at=timezone.now()):
        return []
    reason = APPROVAL_OUTDATED if approved.exists() else APPROVAL_DEMANDED
    return [reason(demand=demand, way=_way(demand, command, subject, said, by))]


def _approved(subject: Model, demand: Demand) -> QuerySet[Approval]:
    """What was approved under a demand, and not carried out yet."""
    return Approval.objects.filter(
        subject_kind=work.kind_of(subject),
        subject_id=subject.pk,
        demand=demand,
        state=Approval.State.APPROVED,
        carried_out_at=None,
    )


def remedy(
    command: Command[Any], subject: Any, by: Actor, asked: Mapping[str, Any], refused: Refused
) -> Sequence[Refusal]:
    """The way out where a command was refused by a reason that an approval waives."""
    if not command.has_subject or command.model is None or subject is None:
        return []
    key = subject.pk if isinstance(subject, Model) else subject
    record = command.model._base_manager.filter(pk=key).first()
    today = calendars.today(record)
    company = getattr(record, "company_id", None)
    rows = demands.on(command.name, company, today).filter(refusal__in=refused.codes)
    demand = demands.met(rows, facts.case(record, by.user_id, today)) if record is not None else None
    if demand is None or record is None:
        return []
    said = orjson.loads(work.to_json(content.asked(command, asked)))
    return [APPROVAL_DEMANDED(demand=demand, way=_way(demand, command, record, said, by))]


def _way(
    demand: Demand, command: Command[Any], subject: Model, said: Mapping[str, Any], by: Actor
) -> tuple[str, str] | None:
    """Where the approval is drafted, with what the command was told."""
    entity = registry.of_model(subject)
    if entity is None or not by.may(commands.registry["approval.approval.draft"].permission):
        return None
    step = {"command": command.name} if demand.makes else {}
    query = urlencode({"demand": demand.pk, **step, "asked": orjson.dumps(said).decode()})
    return f"/approval/draft/{entity.name}/{subject.pk}?{query}", _words("Put to approval")
