"""The timeline below a record: reading on and saying something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from onmaru.kernel import files, identity, permissions, refusals, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.discussion import commands, ports
from onmaru.office.discussion.models import Comment
from onmaru.office.discussion.queries import people as persons
from onmaru.office.discussion.queries import reach, timeline
from onmaru.office.notices import queries as notices
from onmaru.office.notices.commands import live
from onmaru.workbench import calls
from onmaru.workbench.views.page import is_part, page, show


def context_of(record: Any, by: Actor, asked: Any) -> dict[str, Any]:
    """What the timeline of a record draws: its entries and where they come from."""
    wanted = asked.get("show", "")
    found = timeline.page(record, by, show=wanted, place=asked.get("place", ""))
    return {
        "record": record,
        "talk": f"/talk/{work.kind_of(record)}/{record.pk}/",
        "found": found,
        "wanted": wanted,
        "sources": sorted(ports.sources.values(), key=lambda one: one.order),
        "by": by,
    }


@page
def entries(request: HttpRequest, by: Actor, kind: str, pk: int) -> HttpResponse:
    """The timeline: its newest part, or with ``?place=`` the part after that; ``?show=`` one source."""
    record = reach.record(kind, pk, by)
    part = "more" if "place" in request.GET else "entries"
    return show(request, by, f"discussion/part/{part}.html", context_of(record, by, request.GET))


@require_POST
@page
def say(request: HttpRequest, by: Actor, kind: str, pk: int) -> HttpResponse:
    """A comment, and the files that came with it; each file is a command of its own."""
    record = reach.record(kind, pk, by)

    def do() -> None:
        text, attached = request.POST.get("text", ""), request.FILES.getlist("file")
        for one in attached:
            size = one.size or 0
            content = one.read() if size <= files.LARGEST else bytes(files.LARGEST + 1)
            files.attach(record=record, name=one.name or "file", content=content, by=by)
            live.signal(f"{kind}:{pk}", changed="files")
        if text.strip() or not attached:
            said = {"subject_kind": kind, "subject_id": pk, "text": text}
            calls.do(commands.comments.write, may(by, commands.comments.write), said)

    return done(request, by, record, do)


@require_POST
@page
def change(request: HttpRequest, by: Actor, pk: int, verb: str) -> HttpResponse:
    """Edit or delete one's own comment."""
    comment = one(Comment, by, pk)
    command: Command[Any] = {"edit": commands.comments.edit}.get(verb, commands.comments.delete)
    if verb not in ("edit", "delete"):
        raise Refused(refusals.NOT_FOUND())
    asked = {"text": request.POST.get("text", "")} if verb == "edit" else {}
    record = reach.record(comment.subject_kind, comment.subject_id, by)
    return done(request, by, record, lambda: calls.do(command, may(by, command), asked, subject=comment))


def one(model: Any, by: Actor, pk: int) -> Any:
    """A row that hangs on a record which the actor sees. Raises Refused(not_found)."""
    found = model.objects.filter(permissions.hanging[model](by), pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def may(by: Actor, command: Command[Any]) -> Actor:
    """Whoever sees a record may speak and plan on it: that is nobody's to grant."""
    return identity.also(by, command.permission)


def done(
    request: HttpRequest, by: Actor, record: Any, do: Callable[[], Any], *, back: str = ""
) -> HttpResponse:
    """The timeline as it is then, with the reasons why nothing was done; without a script, back to the page."""
    reasons: list[refusals.Refusal] = []
    try:
        do()
    except Refused as refused:
        reasons = list(refused.reasons)
    if record is not None and is_part(request):
        context = context_of(record, by, request.GET) | {"reasons": [("", one) for one in reasons]}
        return show(request, by, "discussion/part/entries.html", context, status=422 if reasons else 200)
    for one in reasons:
        messages.error(request, one.message)
    return redirect(back or notices.address(work.kind_of(record), record.pk) + "#talk")


@page
def people(request: HttpRequest, by: Actor) -> HttpResponse:
    """Whom an @ may call, for what was typed after it."""
    found = persons.choices(request.GET.get("q", "")[:60])
    results = [{"id": key, "label": name, "detail": login} for key, name, login in found]
    return JsonResponse({"results": results})


def whole(context: dict[str, Any], request: HttpRequest) -> SafeString:
    """The timeline with its head and what one writes into."""
    return render_to_string("discussion/talk.html", context, request)
