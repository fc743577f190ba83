"""Who sees instances and steps: whoever sees their record, and of steps those whose role they wait for."""

from __future__ import annotations

from django.db.models import Q

from onmaru.kernel import permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role
from onmaru.office.discussion.queries import reach
from onmaru.office.processes.models import Instance, Step


def register() -> None:
    """Tell the one place that decides who sees which rows."""
    permissions.hanging[Instance] = reach.with_its_record(Instance)
    seen = reach.with_its_record(Step)
    permissions.hanging[Step] = lambda by: seen(by) | mine(by)


def roles_in_words() -> list[tuple[str, str]]:
    """Every role by its code, as a step names it."""
    return [(one.code, str(one)) for one in Role.objects.order_by("code")]


def mine(by: Actor) -> Q:
    """The steps that wait for a role of a person's."""
    roles = Grant.objects.filter(user=by.user_id, role__is_active=True).values("role__code")
    return Q(kind="person", role__in=roles)
