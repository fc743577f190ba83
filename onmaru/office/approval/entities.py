"""What people see and enter of approvals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars
from onmaru.kernel.identity import Actor
from onmaru.office.approval import models, reports
from onmaru.office.approval.queries import inbox
from onmaru.workbench.entity import Entity, by


def _turn(approval: Any, who: Actor) -> bool:
    return inbox.turn(approval, who, calendars.today()) is not None


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
