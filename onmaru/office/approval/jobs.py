"""What the worker does by itself: asking again, and asking the head above."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from onmaru.kernel import calendars, identity, jobs
from onmaru.masters.site import queries as site
from onmaru.office.approval.commands import signing
from onmaru.office.approval.models import Step
from onmaru.office.approval.queries import inbox


@jobs.every(seconds=600, name="approval.remind")
def remind() -> int:
    """Remind and raise what waits longer than its line says; returns how many documents."""
    today = calendars.today()
    late = [one for one in _open() if _is_late(one, "remind_after", one.reminded_at, today)]
    raised = [one for one in _open() if _is_late(one, "escalate_after", one.raised_to_id, today)]
    raised = [one for one in raised if inbox.above(one.approval, one, today)]
    robot = identity.house()
    for approval in {one.approval for one in late}:
        signing.remind(approval, by=robot)
    for approval in {one.approval for one in raised}:
        signing.escalate(approval, by=robot, today=today)
    return len({one.approval_id for one in [*late, *raised]})


def _open() -> QuerySet[Step]:
    """The steps whose turn it is, of documents that took a line of the house; who signs afterwards is asked too."""
    steps = Step.objects.filter(state=Step.State.OPEN)
    return steps.exclude(approval__line=None).select_related("approval__line", "approval__company")


def _is_late(step: Step, rule: str, done: object, today: date) -> bool:
    after: int | None = getattr(step.approval.line, rule)
    if after is None or done or step.opened_at is None:
        return False
    company, opened = step.approval.company, calendars.day_of(step.opened_at, step.approval)
    own = {day: calendars.SpecialDay(day, "", "company") for day in site.holidays(company, opened, today)}
    country = company.country if company else "KR"
    return calendars.working_days_between(opened, today, own, country=country) >= after
