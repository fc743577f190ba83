"""Planning below a record, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_POST

from onmaru.kernel import refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.activities import commands
from onmaru.office.activities.models import Activity
from onmaru.office.discussion.queries import reach
from onmaru.office.discussion.views import talk
from onmaru.office.notices import queries as notices
from onmaru.workbench import calls
from onmaru.workbench.views.page import page


@require_POST
@page
def plan(request: HttpRequest, by: Actor, kind: str, pk: int) -> HttpResponse:
    """An activity on the record; one that was just done (a call) is noted in the same breath."""
    record = reach.record(kind, pk, by)

    def do() -> None:
        actor = talk.may(by, commands.activities.create)
        made = calls.do(
            commands.activities.create, actor, said_of(request, by) | {"subject_kind": kind, "subject_id": pk}
        )
        if "done" in request.POST:
            finish = commands.activities.finish
            calls.do(finish, talk.may(by, finish), {"outcome": request.POST.get("note", "")}, subject=made)

    return talk.done(request, by, record, do)


def said_of(request: HttpRequest, by: Actor) -> dict[str, Any]:
    """What the small form of an activity says, in the command's words; what cannot be read is left out."""
    said = request.POST
    moment = parse_datetime(said.get("starts_at", "")) if said.get("starts_at") else None
    found: dict[str, Any] = {name: said.get(name, "") for name in ("title", "note")}
    for name, choices in (("kind", Activity.Kind), ("repeats", Activity.Repeats), ("remind", Activity.Lead)):
        if said.get(name) in choices.values:
            found[name] = choices(said[name])
    found["starts_at"] = moment.replace(tzinfo=notices.clock(by).tzinfo) if moment else None
    found["due_on"] = parse_date(said["due_on"]) if said.get("due_on") else None
    if said.get("person", "").isdigit():
        found["person"] = User.objects.filter(pk=said["person"][:18], is_active=True).first()
    return found


@require_POST
@page
def move(request: HttpRequest, by: Actor, pk: int, verb: str) -> HttpResponse:
    """Done with a note and the next one, dropped, or reopened: by its person or who planned it, else by right."""
    activity = talk.one(Activity, by, pk)
    verbs: dict[str, Command[Any]] = {
        "finish": commands.activities.finish,
        "drop": commands.activities.drop,
        "reopen": commands.activities.reopen,
    }
    if verb not in verbs:
        raise Refused(refusals.NOT_FOUND())
    actor = talk.may(by, verbs[verb]) if by.user_id in (activity.person_id, activity.author_id) else by
    said = request.POST
    asked: dict[str, Any] = {"reason": said.get("outcome", "")} if verb == "drop" else {}
    if verb == "finish":
        day = parse_date(said["next_on"]) if said.get("next_on") else None
        asked = {"outcome": said.get("outcome", ""), "next_title": said.get("next_title", ""), "next_on": day}
    back = "" if activity.subject_kind else "/day/"
    record = reach.record(activity.subject_kind, activity.subject_id, by) if activity.subject_kind else None
    return talk.done(
        request, by, record, lambda: calls.do(verbs[verb], actor, asked, subject=activity), back=back
    )
