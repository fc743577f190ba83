"""What the room puts into the pages of others: the timeline, and following."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import files, permissions
from onmaru.office.discussion.queries import people, reach
from onmaru.office.discussion.views import talk
from onmaru.office.notices import queries as notices
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")


def register() -> None:
    """Called once when the house starts."""
    ports.slots["record.tools"].append(tools)
    ports.slots["record.talk"].append(timeline)


def tools(context: Context) -> SafeString:
    """Following a record; from what hangs on a record, the way to it."""
    record, by = context["detail"].record, context["by"]
    said = {"by": by, "talk": f"/talk/{record._meta.label_lower}/{record.pk}/"}
    if type(record) in permissions.hanging:
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
    more = {"may_attach": by.may(files.attach.permission), "entity": context["entity"]}
    return talk.whole(talk.context_of(record, by, request.GET) | more, request)
