"""What the room puts into the pages of others: the timeline, following, one's day."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import files
from onmaru.office.discussion.models import Activity
from onmaru.office.discussion.queries import people, reach
from onmaru.office.discussion.views import days, talk
from onmaru.office.notices import queries as notices
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")


def register() -> None:
    """Called once when the house starts."""
    ports.slots["record.tools"].append(tools)
    ports.slots["record.talk"].append(timeline)
    ports.slots["home.above"].append(day)
    ports.slots["menu.above"].append(menu)


def tools(context: Context) -> SafeString:
    """Following a record; from what hangs on a record, the way to it."""
    record, by = context["detail"].record, context["by"]
    said = {"by": by, "talk": f"/talk/{record._meta.label_lower}/{record.pk}/"}
    if hasattr(record, "subject_kind") and not reach.bears(type(record), hangs=Activity):
        kind, key = record.subject_kind, record.subject_id
        said["about"] = notices.address(kind, key) if kind else ""
    if reach.bears(type(record)):
        said["following"] = people.following(record)
    return render_to_string("discussion/part/tools.html", said, context["request"])


def timeline(context: Context) -> SafeString:
    """The timeline of a record, its newest part drawn with the page."""
    record, by, request = context["detail"].record, context["by"], context["request"]
    if not reach.bears(type(record)):
        return NOTHING
    more = {"may_attach": by.may(files.attach.permission), "choices": Activity, "entity": context["entity"]}
    more["today"] = notices.clock(by).date()
    return talk.whole(talk.context_of(record, by, request.GET) | more, request)


def day(context: Context) -> SafeString:
    """What is to be done, on the first page."""
    found = days.context_of(context["by"])
    return (
        render_to_string("discussion/part/day.html", found, context["request"]) if found["any"] else NOTHING
    )


def menu(context: Context) -> SafeString:
    """The way to one's day."""
    return render_to_string("discussion/part/menu.html", {}, context["request"])
