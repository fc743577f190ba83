"""What the room puts into every page: the bell, and where news come up."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import work
from onmaru.office.counts import queries as counts
from onmaru.office.notices import commands, queries
from onmaru.workbench import ports
from onmaru.workbench.ports import Context


def register() -> None:
    """Called once when the house starts."""
    counts.counted["unread"] = queries.unread_by
    ports.slots["top.tools"].append(bell)
    ports.slots["record.tools"].append(present)
    ports.slots["page.end"].append(place)


def bell(context: Context) -> SafeString:
    """The bell with how many notices are unread."""
    unread = counts.of(context["request"], context["by"])["unread"]
    said = {"unread": unread, "most": queries.MOST_COUNTED}
    return render_to_string("notices/part/button.html", said, context["request"])


def present(context: Context) -> SafeString:
    """Where those who have the same record open are shown; to have opened it is to have read what was said of it."""
    record, by = context["detail"].record, context["by"]
    commands.notices.read(by, subject=record)
    return render_to_string("notices/part/present.html", {"topic": f"{work.kind_of(record)}:{record.pk}"})


def place(context: Context) -> SafeString:
    """Where what is told just now comes up."""
    return render_to_string("notices/part/place.html", {}, context["request"])
