"""The inbox: everything that waits for one's signature, each with its summary, decided on the spot."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onmaru.kernel import calendars, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.approval.commands import signing
from onmaru.office.approval.models import Approval
from onmaru.office.approval.queries import inbox
from onmaru.office.snapshots import queries as contents
from onmaru.workbench import calls, shown
from onmaru.workbench.views.page import is_part, page, show

VERBS = {"approve": (signing.approve, "opinion"), "reject": (signing.reject, "reason")}
SUMMARY = 6
MOST = 50


@dataclass(frozen=True)
class Slip:
    """A document as the inbox shows it."""

    approval: Approval
    cells: list[dict[str, str]]
    lines: int
    instead_of: str
    afterwards: bool
    key: str
    reasons: tuple[Refusal, ...] = ()

    @property
    def amount(self) -> str:
        """What it comes to, as people read it."""
        found = self.approval
        return shown.told(found.amount, found.currency) if found.amount is not None else ""


def slip(approval: Approval, by: Actor, reasons: tuple[Refusal, ...] = ()) -> Slip:
    """What is seen at a glance: the first cells, how many lines, in whose place it is signed, whether afterwards."""
    told = contents.veiled(approval.content, approval.subject_kind)
    cells = [one for part in told["sections"] for one in part["cells"]]
    hidden = {name for kind, name in by.hidden if kind == approval.subject_kind}
    first = [one for one in cells if one["name"].partition(".")[0] not in hidden][:SUMMARY]
    count = sum(len(grid["rows"]) for grid in approval.content["grids"])
    step = inbox.turn(approval, by, calendars.today())
    other = step.person.display_name if step is not None and step.person_id != by.user_id else ""
    after = step is not None and step.signs_after
    return Slip(approval, first, count, other, after, uuid.uuid4().hex, reasons)


def _slips(by: Actor) -> list[Slip]:
    return [slip(one, by) for one in inbox.waiting(by, calendars.today())[:MOST]]


@page
def opened(request: HttpRequest, by: Actor) -> HttpResponse:
    """What waits for this person, and below it what they drafted lately."""
    rows = Approval.objects.filter(drafter_id=by.user_id).order_by("-id")[:SUMMARY]
    context = {"slips": _slips(by), "drafted": rows}
    return show(request, by, "desk/inbox.html", context, here="approval/inbox")


@require_POST
@page
def sign(request: HttpRequest, by: Actor, pk: int, verb: str) -> HttpResponse:
    """Decide on one document; its slip goes, or comes back with the reasons."""
    if verb not in VERBS:
        raise Refused(refusals.NOT_FOUND())
    approval = _found(by, pk)
    try:
        _done(request, by, approval, verb)
    except Refused as refused:
        if is_part(request):
            return _part(request, by, slip(approval, by, refused.reasons))
        for reason in refused.reasons:
            messages.error(request, reason.message)
    return _part(request, by, None) if is_part(request) else redirect("/approval/inbox/")


def _found(by: Actor, pk: int) -> Approval:
    found = inbox.waiting(by, calendars.today()).filter(pk=pk).first()
    if found is None:
        raise Refused(signing.NOT_YOUR_TURN())
    return found


def _done(request: HttpRequest, by: Actor, approval: Approval, verb: str) -> None:
    command, words = VERBS[verb]
    given = {words: request.POST.get(words, "").strip()}
    calls.do(command, by, given, subject=approval, key=request.POST.get("idempotency_key") or None)


def _part(request: HttpRequest, by: Actor, left: Slip | None) -> HttpResponse:
    count = inbox.waiting(by, calendars.today()).count()
    drawn = render_to_string("desk/part/signed.html", {"slip": left, "count": count, "by": by}, request)
    return HttpResponse(drawn, status=422 if left is not None else 200)


@require_POST
@page
def many(request: HttpRequest, by: Actor) -> HttpResponse:
    """Approve all that was chosen, each by itself: what is refused stays, with its reasons."""
    named = [int(one) for one in request.POST.getlist("ids") if one.isascii() and one.isdigit()][:MOST]
    done = 0
    for approval in inbox.waiting(by, calendars.today()).filter(pk__in=named):
        try:
            calls.do(signing.approve, by, {}, subject=approval)
            done += 1
        except Refused as refused:
            messages.error(request, f"{approval}: {'; '.join(one.message for one in refused.reasons)}")
    if done:
        words = ngettext("{count} document approved.", "{count} documents approved.", done)
        messages.success(request, words.format(count=done))
    else:
        messages.error(request, _("Choose what you approve."))
    return redirect("/approval/inbox/")
