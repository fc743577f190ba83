"""Putting a record to approval: the line that was found for it, changed within its limits, and off it goes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onmaru.kernel import calendars, commands, permissions, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.masters.organization import queries as organization
from onmaru.masters.organization.models import Department
from onmaru.office.approval.commands import drafting
from onmaru.office.approval.models import Approval
from onmaru.office.demands.models import Demand
from onmaru.office.signatories import rules
from onmaru.office.signatories.models import Line, Role
from onmaru.office.signatories.queries import facts, lines, people
from onmaru.office.signatories.queries.facts import Case
from onmaru.office.signatories.rules import Place
from onmaru.office.snapshots import queries as content
from onmaru.office.snapshots import rules as snapshots
from onmaru.workbench import calls, detail
from onmaru.workbench.views.page import entity, page, show

BLANK = 1


@page
def draft(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """Show what would be frozen and who would sign; send it off."""
    shown = entity(name, by)
    record = detail.find(shown, by, pk)
    asked = _asked(request)
    department = _department(request, by)
    case = facts.case(record, by.user_id, calendars.today(record), department)
    if not by.may(drafting.draft.permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(drafting.draft)))
    reasons: Sequence[Refusal] = ()
    steps = _steps(request)
    if request.method == "POST" and "department_only" not in request.POST:
        given = {
            "kind": work.kind_of(record),
            "record_id": record.pk,
            "title": request.POST.get("title", ""),
            "opinion": request.POST.get("opinion", ""),
            "steps": steps,
            "department": department,
            "demand": asked["demand"],
            "command": asked["command"] if asked["demand"] else "",
            "asked": asked["asked"],
            "previous": asked["previous"],
        }
        try:
            made = calls.do(drafting.draft, by, given, key=request.POST.get("idempotency_key") or None)
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("Put to approval: {title}").format(title=made))
            return redirect(f"/approvals/{made.pk}/")
    context = _context(request, case, asked, steps, by) | {"entity": shown, "record": record}
    reasons = reasons or context["empty"]
    context |= {"reasons": reasons, "title": request.POST.get("title") or drafting.title_of(record)}
    status = 422 if request.method == "POST" and reasons else 200
    return show(request, by, "desk/draft.html", context, here=name, status=status)


def _context(
    request: HttpRequest, case: Case, asked: dict[str, Any], steps: list[drafting.Asked] | None, by: Actor
) -> dict[str, Any]:
    demand = asked["demand"]
    line: Line | None = (demand.line if demand else None) or lines.find(case)
    found, empty = lines.lay(line, case)
    places = found if steps is None else rules.altered(found, _places(steps))
    before = asked["previous"]
    now = content.of(case.record)
    command = commands.registry.get(asked["command"]) if demand else None
    memberships = organization.memberships(by.user_id, case.on)
    return {
        "line": line,
        "empty": empty if steps is None else [],
        "places": places,
        "blank": [None] * (BLANK if places else 3),
        "roles": Role.choices,
        "people": people.able(case),
        "content": content.laid(now),
        "amount": case.amount,
        "currency": case.currency,
        "last": rules.final(places, case.weight),
        "departments": [one.department for one in memberships],
        "department": case.department,
        "demand": demand,
        "verb": command.label if command else "",
        "command": asked["command"],
        "asked": request.POST.get("asked") or request.GET.get("asked", ""),
        "previous": before,
        "changed": snapshots.compare(content.veiled(before.content, before.subject_kind), now)
        if before
        else None,
        "opinion": request.POST.get("opinion", ""),
        "key": request.POST.get("idempotency_key") or uuid.uuid4().hex,
    }


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address or the form says of why it is drafted."""
    said = request.POST if request.method == "POST" else request.GET
    demand, previous = _number(said.get("demand")), _number(said.get("previous"))
    try:
        told = orjson.loads(said.get("asked") or "{}")
    except orjson.JSONDecodeError:
        told = {}
    mine = Approval.objects.filter(drafter_id=request.user.pk)
    found = Demand.objects.filter(pk=demand).first() if demand else None
    before = mine.filter(pk=previous).first() if previous else None
    step = (said.get("command") or (before.command if before else "")) if found and found.makes else ""
    return {
        "demand": found,
        "command": step or (found.command if found else ""),
        "previous": before,
        "asked": told if isinstance(told, dict) else {},
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _department(request: HttpRequest, by: Actor) -> Department | None:
    chosen = _number(request.POST.get("department"))
    mine = organization.memberships(by.user_id, calendars.today())
    return next((one.department for one in mine if one.department_id == chosen), None)


def _steps(request: HttpRequest) -> list[drafting.Asked] | None:
    """The line as it stands in the form; None where no form was sent, or another department finds another line."""
    if request.method != "POST" or "department_only" in request.POST:
        return None
    pairs = zip(request.POST.getlist("role"), request.POST.getlist("person"), strict=False)
    return [
        drafting.Asked(Role(role), _number(person))
        for role, person in pairs
        if role in Role.values and _number(person)
    ]


def _places(steps: Sequence[drafting.Asked]) -> list[Place]:
    names = User.objects.in_bulk([one.person for one in steps])
    return [Place(str(one.role), one.person, str(names.get(one.person, ""))) for one in steps]
