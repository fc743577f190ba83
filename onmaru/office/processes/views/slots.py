"""What the room puts into the pages of others: one's steps on the first page, starting on a record, diagrams."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import work
from onmaru.office.discussion.queries import reach
from onmaru.office.processes.commands import instances
from onmaru.office.processes.models import Instance, Process
from onmaru.office.processes.queries import standing
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")


def register() -> None:
    """Called once when the house starts."""
    ports.slots["home.above"].append(home)
    ports.slots["record.tools"].append(tools)
    ports.slots["record.below"].append(below)


def home(context: Context) -> SafeString:
    """The steps that wait for somebody, on the first page."""
    steps = list(standing.mine(context["by"]))
    return (
        render_to_string("processes/part/mine.html", {"steps": steps}, context["request"])
        if steps
        else NOTHING
    )


def tools(context: Context) -> SafeString:
    """Drawing a process; on any other record, starting one of its kind."""
    record, by = context["detail"].record, context["by"]
    if isinstance(record, Process):
        return render_to_string("processes/part/draw.html", {"process": record})
    if not by.may(instances.start.permission) or not reach.bears(type(record)):
        return NOTHING
    found = Process.objects.filter(kind=work.kind_of(record), state="active").order_by("name")
    more = {"processes": list(found), "record": record, "record_kind": work.kind_of(record)}
    return (
        render_to_string("processes/part/start.html", more, context["request"])
        if more["processes"]
        else NOTHING
    )


def below(context: Context) -> SafeString:
    """Where an instance stands, in its diagram; of a process, where all of them stand and how long."""
    record = context["detail"].record
    if isinstance(record, Instance):
        steps = standing.of_instance(record)
        more = _diagram(record.of_version.xml, {one.element: 1 for one in steps if one.left_at is None})
        return render_to_string("processes/part/instance.html", {"steps": steps, **more}, context["request"])
    if isinstance(record, Process):
        places = standing.of_process(record)
        more = _diagram(record.xml, {one.element: one.open for one in places if one.open})
        return render_to_string("processes/part/places.html", {"places": places, **more}, context["request"])
    return NOTHING


def _diagram(xml: str, tokens: dict[str, int]) -> dict[str, Any]:
    """What the island that draws is given."""
    return {"given": {"xml": xml, "tokens": tokens}}
