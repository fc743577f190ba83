"""What the worker does by itself: reminding people of their activities."""

from __future__ import annotations

from django.utils import timezone

from onmaru.kernel import identity, jobs
from onmaru.office.activities import commands
from onmaru.office.activities.models import Activity

AT_ONCE = 200


@jobs.every(seconds=20, name="activities.remind")
def remind() -> int:
    """Remind of what is due; returns how many. Each is a command of its own, so that one cut off is taken up again."""
    by = identity.house()
    due = Activity.objects.filter(remind_at__lte=timezone.now(), state="open").order_by("remind_at")[:AT_ONCE]
    for one in due:
        commands.activities.remind(one, by=by)
    return len(due)
