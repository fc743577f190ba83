"""What waits for a person, and whose document it is to see."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from onmaru.kernel import calendars, permissions
from onmaru.kernel.identity import Actor
from onmaru.masters.organization import queries as organization
from onmaru.office.approval.models import Approval, Step
from onmaru.office.signatories.queries import absences
from onmaru.workbench import registry


def mine(user_id: Any, on: Any) -> Q:
    """The steps that are a person's to sign: their own, those of whom they stand in for, those raised to them."""
    stood_in_for = absences.on(on).filter(deputy_id=user_id).values("person_id")
    return Q(person_id=user_id) | Q(person_id__in=stood_in_for) | Q(raised_to_id=user_id)


def turn(approval: Approval, by: Actor, on: date) -> Step | None:
    """The step of a document that this person may sign now: their own before another's."""
    if by.user_id is None:
        return None
    found = approval.steps.filter(mine(by.user_id, on), state=Step.State.OPEN)
    steps = sorted(found.select_related("person"), key=lambda one: (one.person_id != by.user_id, one.ordinal))
    return steps[0] if steps else None


def above(approval: Approval, step: Step, on: date) -> int | None:
    """Who heads the department above that of a step's person, and is neither its drafter nor in the line already."""
    but = {approval.drafter_id, *approval.steps.values_list("person_id", flat=True)}
    places = organization.memberships(step.person_id, on)
    upwards = organization.upwards(places[0].department).values() if places else ()
    heads = (organization.head(one, on) for one in upwards)
    return next((one.pk for one in heads if one is not None and one.pk not in but), None)


def waiting(by: Actor, on: date) -> QuerySet[Approval]:
    """The documents that wait for this person, the oldest first; never their own drafts."""
    if by.user_id is None:
        return Approval.objects.none()
    found = waiting_for(by.user_id, on)
    return found.select_related("drafter", "department").order_by("drafted_at", "id")


def waiting_for(person_id: Any, on: Any) -> QuerySet[Approval]:
    """The same documents in no order, to be counted."""
    steps = Step.objects.filter(mine(person_id, on), approval=OuterRef("pk"), state=Step.State.OPEN)
    return Approval.objects.filter(Exists(steps)).exclude(drafter_id=person_id)


def concerned(by: Actor) -> Q:
    """The documents that a person sees: drafted by them, with a part for them, or about a record they see."""
    steps = Step.objects.filter(mine(by.user_id, calendars.today()), approval=OuterRef("pk"))
    seen: Any = Q(drafter_id=by.user_id) | Exists(steps.exclude(role="receive", state=Step.State.WAITING))
    for kind in Approval.objects.order_by().values_list("subject_kind", flat=True).distinct():
        entity = registry.of_model(apps.get_model(kind))
        if entity is not None and by.may(permissions.code(entity.model, "view")):
            seen |= Q(subject_kind=kind, subject_id__in=registry.rows_for(entity.model, by).values("pk"))
    return cast("Q", seen)
