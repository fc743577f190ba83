"""Whose paper it is to see, and how far it went."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from onmaru.kernel import calendars
from onmaru.kernel.identity import Actor
from onmaru.office.approval.models import Approval, Step
from onmaru.office.approval.queries import inbox
from onmaru.office.forms.models import Form, Paper

KIND = Paper._meta.label_lower


def concerned(by: Actor) -> Q:
    """A person's own papers, and those they have a part in."""
    about = Approval.objects.filter(subject_kind=KIND, subject_id=OuterRef("pk"))
    steps = Step.objects.filter(inbox.mine(by.user_id, calendars.today())).values("approval_id")
    return Q(drafter_id=by.user_id) | Q(Exists(about.filter(pk__in=steps)))


def offered() -> QuerySet[Form]:
    """The forms that may be filled in."""
    return Form.objects.filter(is_active=True).order_by("place", "code")


def is_decided(paper: Paper) -> bool:
    """Whether it was approved."""
    return Approval.objects.filter(
        subject_kind=KIND, subject_id=paper.pk, state=Approval.State.APPROVED
    ).exists()
