"""What people see and enter of approvals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.office.approval import models, reports
from onmaru.office.approval.queries import inbox
from onmaru.workbench import calls
from onmaru.workbench.entity import Column, Entity, by, lines, section


def _turn(approval: Any, who: Actor) -> bool:
    return inbox.turn(approval, who, calls.today()) is not None


def _mine(approval: Any, who: Actor) -> bool:
    return bool(approval.drafter_id == who.user_id)


def _to_carry_out(approval: Any, who: Actor) -> bool:
    return _mine(approval, who) and bool(approval.command) and approval.carried_out_at is None


def _told(approval: Any, who: Actor) -> bool:
    return bool(approval.steps.filter(person_id=who.user_id, state=models.Step.State.TOLD).exists())


approvals = Entity(
    models.Approval,
    icon="writing-sign",
    list="number title state drafter department amount drafted_at finished_at",
    form=["kind record_id title opinion"],
    detail=["number state drafter department company amount drafted_at finished_at carried_out_at"],
    actions="approve reject recall remind read carry_out",
    offered={
        "approve": _turn,
        "reject": _turn,
        "recall": _mine,
        "remind": lambda approval, who: _mine(approval, who) and approval.state == "pending",
        "read": _told,
        "carry_out": _to_carry_out,
    },
    search="number title",
    filters="state drafter department company drafted_at",
    board=by("state"),
    made_by="draft",
    edited_by="",
    documents=[("paper", _("Approval document"), reports.paper)],
)
absences = Entity(
    models.Absence,
    icon="calendar-off",
    list="person deputy starts_on ends_on reason",
    search="person.full_name deputy.full_name",
    calendar="starts_on",
    exchange="person.username deputy.username starts_on ends_on reason",
    key="person starts_on",
)
approval_lines = Entity(
    models.Line,
    icon="list-check",
    list="name place kind company department from_amount below_amount condition starts_on ends_on",
    form=[
        "name place starts_on ends_on",
        section(_("Which documents take it"), "kind company department from_amount below_amount condition"),
        section(_("How it goes"), "consent remind_after escalate_after"),
        lines(models.Seat, "role whose person department final_up_to signs_after is_fixed", name="seats"),
    ],
    search="name",
    filters="kind company department starts_on",
    columns={"from_amount": Column(summed=False), "below_amount": Column(summed=False)},
    order="place",
)
demands = Entity(
    models.Demand,
    icon="shield-check",
    list="name command company condition refusal line runs starts_on ends_on",
    form=[
        "name command company condition line runs starts_on ends_on",
        section(_("A reason that it waives"), "refusal waiver"),
    ],
    search="name command",
    exchange="name command company.code condition refusal waiver runs starts_on ends_on",
    key="name starts_on",
    filters="company line starts_on",
    order="name",
)
