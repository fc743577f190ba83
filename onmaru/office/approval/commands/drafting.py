"""Putting a record to approval, taking it back, and drafting it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import orjson
from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, identity, numbering, permissions, refusals, sql, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.masters.organization import queries as organization
from onmaru.masters.organization.models import Department
from onmaru.office.approval.commands import signing
from onmaru.office.approval.events import Drafted, Recalled
from onmaru.office.approval.models import Approval, Step
from onmaru.office.approval.rules import DECIDED
from onmaru.office.demands import queries as demands
from onmaru.office.demands.models import Demand
from onmaru.office.signatories import rules
from onmaru.office.signatories.models import Line, Role
from onmaru.office.signatories.queries import facts, lines
from onmaru.office.signatories.queries.facts import Case
from onmaru.office.signatories.rules import Place
from onmaru.office.snapshots import queries as content
from onmaru.workbench import registry

SERIES = numbering.series("AP", Approval._meta.verbose_name)

NOT_APPROVABLE = refusals.reason("not_approvable", _("Records of this kind are not put to approval."))
APPROVAL_PENDING = refusals.reason(
    "approval_pending", _("This is in approval; it is not changed until it was decided or taken back.")
)
NOT_THE_DRAFTER = refusals.reason("not_the_drafter", _("Only who drafted it does this."))
SIGNED_ALREADY = refusals.reason("signed_already", _("Somebody signed already; ask for it to be returned."))
DEMAND_UNFIT = refusals.reason("demand_unfit", _("This is not what the command needs an approval for."))
NO_LINE = refusals.reason("no_line", _("There is no approval line for this yet; ask who keeps the lines."))
NO_DEPARTMENT = refusals.reason("no_department", _("You are not a member of this department today."))


@dataclass(frozen=True)
class Asked:
    """A place of the line as its drafter wants it."""

    role: Annotated[Role, _("Does what")]
    person: Annotated[int, User]


@commands.command(
    label=_("Put to approval"),
    model=Approval,
    asks={"kind": _("Kind of record"), "record_id": _("Record"), "steps": _("Approval line")},
)
def draft(
    *,
    by: Actor,
    today: date,
    kind: str,
    record_id: int,
    title: str = "",
    opinion: str = "",
    steps: Sequence[Asked] | None = None,
    department: Department | None = None,
    demand: Demand | None = None,
    command: str = "",
    asked: Mapping[str, Any] | None = None,
    previous: Approval | None = None,
) -> Approval:
    """Freeze a record and send it through its line: the one found for it, or ``steps`` within its limits.

    ``command`` and what it is ``asked`` is carried out once it is approved. ``previous`` is the document that came
    back. Refuses what does not fit the line, and a record that is in approval (approval_pending).
    """
    record = _locked(kind, record_id, by)
    case = facts.case(record, by.user_id, today, department)
    refusals.check(
        [None if department is None or _is_member(department, by, today) else NO_DEPARTMENT("department")]
    )
    command = _step(demand, command, type(record))
    refusals.check([_command_withheld(command, kind, record, by)])
    line = _line(case, demand, command)
    places = _places(case, *lines.lay(line, case), steps)
    said = orjson.loads(work.to_json(content.asked(commands.registry.get(command), asked or {})))
    made = Approval.objects.create(
        title=(title or title_of(record))[:200],
        subject_kind=kind,
        subject_id=record_id,
        company=case.company,
        department=case.department,
        drafter_id=by.user_id or 0,
        amount=case.amount,
        currency=case.currency if case.amount is not None else "",
        opinion=opinion,
        line=line,
        consent=line.consent if line else "all",
        demand=demand,
        command=command,
        asked=said,
        content=content.of(record),
        digest=content.digest(record, command, said),
        previous=previous,
        drafted_at=timezone.now(),
    )
    _lay(made, places, case)
    if case.company is not None:
        work.required().claims.append(numbering.Claim(made, case.company.pk, SERIES, today.year, today))
    events.emit(Drafted(made.pk), made)
    signing.go_on(made)
    return made


def _locked(kind: str, record_id: int, by: Actor) -> models.Model:
    """The record, seen by the drafter and locked: nobody changes it between what is read and what is frozen."""
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        raise Refused(refusals.NOT_FOUND("kind")) from None
    entity = registry.of_model(model)
    if by.user_id is None or entity is None or model is Approval:
        raise Refused(NOT_APPROVABLE("kind"))
    if not registry.rows_for(model, by).filter(pk=record_id).exists():
        raise Refused(refusals.NOT_FOUND("record_id"))
    record: models.Model | None = sql.lock(model, record_id)
    pending = Approval.objects.filter(subject_kind=kind, subject_id=record_id, state=Approval.State.PENDING)
    refusals.check([APPROVAL_PENDING() if pending.exists() else None])
    assert record is not None
    return record


def _is_member(department: Department, by: Actor, on: date) -> bool:
    return any(one.department_id == department.pk for one in organization.memberships(by.user_id, on))


def _command_withheld(name: str, kind: str, record: models.Model, by: Actor) -> Refusal | None:
    """Nobody has something done for them that they may not do."""
    if not name:
        return None
    command = commands.registry.get(name)
    if command is None or command.model is not type(record) or not command.has_subject:
        return refusals.NOT_FOUND("command")
    return (
        None
        if by.may(command.permission)
        else refusals.NOT_PERMITTED("command", permission=permissions.in_words(command))
    )


def _step(demand: Demand | None, command: str, model: type[models.Model]) -> str:
    """What is approved: what the demand is on; where that is the making of records, the first step that waits."""
    if demand is None or not demand.makes:
        return demand.command if demand is not None else command
    refusals.check([None if command in demands.first_steps(model) else DEMAND_UNFIT("command")])
    return command


def _line(case: Case, demand: Demand | None, command: str) -> Line | None:
    """The line of a case. Whose approval is demanded does not choose who gives it."""
    if demand is None:
        return lines.find(case)
    company = case.company.pk if case.company else None
    held = demands.on(command, company, case.on).filter(refusal=demand.refusal)
    if demands.met(held, case) != demand:
        raise Refused(DEMAND_UNFIT("demand"))
    line = demand.line or lines.find(case)
    refusals.check([None if line else NO_LINE("demand")])
    return line


def title_of(record: models.Model) -> str:
    """What a document about a record is called unless its drafter says."""
    entity = registry.of_model(record)
    return f"{entity.one} {record}" if entity and not hasattr(record, "title") else str(record)


def _places(
    case: Case, found: list[Place], empty: list[Refusal], steps: Sequence[Asked] | None
) -> list[Place]:
    drafter = case.drafter.pk if case.drafter else None
    if steps is None:
        wanted, reasons = found, empty
    else:
        people = User.objects.filter(is_active=True).in_bulk([one.person for one in steps])
        gone = [refusals.NOT_FOUND("steps") for one in steps if one.person not in people]
        refusals.check(gone)
        laid = [Place(str(one.role), one.person, people[one.person].display_name) for one in steps]
        wanted, reasons = rules.altered(found, laid), []
    refusals.check([*reasons, *rules.check_line(found, wanted, drafter)])
    refusals.check(_unfit(wanted))
    return wanted


def _unfit(places: Sequence[Place]) -> list[Refusal]:
    """A document that waits for somebody whose role lets them do nothing would wait for ever."""
    people = User.objects.in_bulk([one.person_id for one in places if one.signs])
    actors = {key: identity.actor(one) for key, one in people.items()}
    permission = signing.approve.permission
    return [
        rules.MAY_NOT_SIGN("steps", person=people[key])
        for key, one in actors.items()
        if not one.may(permission)
    ]


def _lay(approval: Approval, places: Sequence[Place], case: Case) -> None:
    last = rules.final(places, case.weight)
    titles = organization.titles([one.person_id for one in places], case.on)
    numbers = rules.stages(places)
    for at, (place, stage) in enumerate(zip(places, numbers, strict=True)):
        covered = last is not None and at > last and place.signs
        told = place.role == Role.COPY
        Step.objects.create(
            approval=approval,
            ordinal=at + 1,
            stage=stage,
            role=place.role,
            person_id=place.person_id,
            title=titles.get(place.person_id, ""),
            state=Step.State.COVERED if covered else Step.State.TOLD if told else Step.State.WAITING,
            is_final=at == last and at != max(_deciding(places)),
            signs_after=place.signs_after,
            is_fixed=place.is_fixed,
        )


def _deciding(places: Sequence[Place]) -> list[int]:
    return [at for at, one in enumerate(places) if one.role == Role.DECIDE]


@commands.command(label=_("Recall"), model=Approval, move=("pending", "recalled"))
def recall(approval: Approval, *, by: Actor) -> Approval:
    """Take a document back (회수) as long as nobody signed. Refuses not_the_drafter and signed_already."""
    signed = approval.steps.filter(state__in=DECIDED).exists()
    refusals.check(
        [
            None if approval.drafter_id == by.user_id else NOT_THE_DRAFTER(),
            SIGNED_ALREADY() if signed else None,
        ]
    )
    approval.steps.filter(state__in=["waiting", "open"]).update(state=Step.State.DROPPED)
    approval.finished_at = timezone.now()
    events.emit(Recalled(approval.pk), approval)
    return approval
