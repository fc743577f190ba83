"""Pages of the room: what a role may, opening what is masked, taking personal data out with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onmaru.kernel import calendars, personal, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role
from onmaru.kernel.refusals import Refused
from onmaru.office.access import commands, queries, reports
from onmaru.workbench import detail
from onmaru.workbench.views.page import entity, page, show


@page
def permissions(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """All that a role may, to be read by who sees roles and ticked by who may change them."""
    roles = entity("roles", by)
    role = detail.find(roles, by, pk)
    context: dict[str, Any] = {"role": role, "entity": roles, "verbs": dict(queries.READING).values()}
    if request.method == "POST":
        try:
            commands.roles.permit(role, by=by, permissions=_ticked(request, role))
            messages.success(request, _("Saved: {record}").format(record=role))
            return redirect(f"/roles/{pk}/")
        except Refused as refused:
            context["reasons"] = refused.reasons
    context |= {"rooms": queries.of(role), "may_change": by.may(commands.roles.permit.permission)}
    context["everything"] = "*" in role.permissions
    status = 422 if "reasons" in context else 200
    return show(request, by, "access/permissions.html", context, here="roles", status=status)


def _ticked(request: HttpRequest, role: Role) -> list[str]:
    """What was ticked, and what the role has that the table does not show."""
    unseen = [one for one in role.permissions if one not in queries.offered() and one != "*"]
    return [*request.POST.getlist("may"), *unseen]


@require_POST
@page
def reveal(request: HttpRequest, by: Actor, kind: str, pk: int, field: str) -> HttpResponse:
    """The whole of a masked value in place of its mask; the log says who saw it."""
    record = queries.named(kind, pk, by)
    if record is None:
        raise Refused(refusals.NOT_FOUND())
    try:
        value = personal.reveal(record, field, by=by)
    except Refused as refused:
        return HttpResponse(format_html('<span class="wrong">{}</span>', refused.reasons[0].message))
    written = getattr(record, f"shown_{field}", value)
    return HttpResponse(format_html('<span class="revealed">{}</span>', written))


@page
def export(request: HttpRequest, by: Actor, name: str) -> HttpResponseBase:
    """Ask what the personal data is for, then hand the list out with it."""
    shown = entity(name, by)
    context: dict[str, Any] = {"entity": shown, "address": request.GET.urlencode()}
    if request.method == "POST":
        try:
            reason, on_paper = request.POST.get("reason", ""), "paper" in request.POST
            file = reports.whole(shown, by, request.GET, reason=reason, on_paper=on_paper)
            file_name = f"{shown.label} {calendars.today():%Y-%m-%d}.{'pdf' if on_paper else 'xlsx'}"
            return FileResponse(file, filename=file_name, as_attachment=True)
        except Refused as refused:
            context |= {"reasons": refused.reasons, "reason": request.POST.get("reason", "")}
    status = 422 if "reasons" in context else 200
    return show(request, by, "access/export.html", context, here=name, status=status)
