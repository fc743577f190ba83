"""What the room puts into the pages of others: planning and what is planned in a timeline, and one's day."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import permissions
from onmaru.office.activities.models import Activity
from onmaru.office.activities.queries import entries
from onmaru.office.activities.views import days
from onmaru.office.notices import queries as notices
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")


def register() -> None:
    """Called once when the house starts."""
    ports.slots["talk.write"].append(planning)
    ports.slots["talk.above"].append(planned)
    ports.slots["home.above"].append(day)
    ports.slots["menu.above"].append(menu)


def planning(context: Context) -> SafeString:
    """Planning on a record; what hangs on one bears none itself."""
    record, by = context["record"], context["by"]
    if type(record) in permissions.hanging:
        return NOTHING
    more = {"choices": Activity, "today": notices.clock(by).date(), "record": record, "talk": context["talk"]}
    return render_to_string("activities/part/planning.html", more, context["request"])


def planned(context: Context) -> SafeString:
    """What is still to be done about a record, above what was."""
    found = entries.planned(context["record"]) if context["wanted"] in ("", "activities") else []
    more = {"planned": found, "record": context["record"], "by": context["by"]}
    return render_to_string("activities/part/all.html", more, context["request"]) if found else NOTHING


def day(context: Context) -> SafeString:
    """What is to be done, on the first page."""
    found = {**days.context_of(context["by"]), "by": context["by"]}
    return (
        render_to_string("activities/part/day.html", found, context["request"]) if found["any"] else NOTHING
    )


def menu(context: Context) -> SafeString:
    """The way to one's day."""
    return render_to_string("activities/part/menu.html", {}, context["request"])
