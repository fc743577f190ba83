"""The ten seconds in which what was just done is taken back with one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refused
from onmaru.office.undo import commands, queries
from onmaru.workbench import ports
from onmaru.workbench.views import cells
from onmaru.workbench.views.page import page

LOOKED_BACK = 200


def register() -> None:
    """Called once when the house starts."""
    ports.slots["notice.tools"].append(_taking_back)
    ports.before.append(commands.keep)


def _taking_back(context: ports.Context) -> SafeString:
    """The button beside "saved" or "deleted", when the last thing this person did has a way back; of an edit that
    moved the record to another state, why it has none."""
    row = last(context["by"])
    reason = queries.stuck(row, context["by"]) if row else None
    if row is None or not (reason or queries.can_undo(row, context["by"])):
        return SafeString("")
    return SafeString(
        render_to_string("undo/button.html", {"row": row.pk, "reason": reason}, context["request"])
    )


def last(by: Actor) -> AuditRow | None:
    """What this person did last, if it was just now."""
    newest = AuditRow.objects.order_by("-id").values_list("id", flat=True).first() or 0
    mine = AuditRow.objects.filter(id__gt=newest - LOOKED_BACK, by_id=by.user_id, source="screen")
    return mine.filter(at__gt=timezone.now() - commands.WITHIN).order_by("-id").first()


@page
def undo(request: HttpRequest, by: Actor, row: int) -> HttpResponse:
    """Take back one thing that the person did just now. Refuses what is older, and what others did."""
    found = AuditRow.objects.filter(pk=row, by_id=by.user_id, at__gt=timezone.now() - commands.WITHIN).first()
    if found is None or request.method != "POST":
        raise Refused(refusals.NOT_FOUND())
    done: Any = commands.undo(found, by)
    messages.success(request, _("Taken back: {record}").format(record=done))
    return redirect((cells.address(done, by) if isinstance(done, Model) else "") or "/")
