"""The ten seconds in which what was just done is taken back with one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refused
from onmaru.office.batches.commands import reversal
from onmaru.workbench.views import cells
from onmaru.workbench.views.page import page

LOOKED_BACK = 200


def last(by: Actor) -> AuditRow | None:
    """What this person did last, when it can be taken back and was just now."""
    newest = AuditRow.objects.order_by("-id").values_list("id", flat=True).first() or 0
    mine = AuditRow.objects.filter(id__gt=newest - LOOKED_BACK, by_id=by.user_id, source="screen")
    row = mine.filter(at__gt=timezone.now() - reversal.WITHIN).order_by("-id").first()
    return row if row is not None and reversal.can_undo(row) else None


@page
def undo(request: HttpRequest, by: Actor, row: int) -> HttpResponse:
    """Take back one thing that the person did just now. Refuses what is older, and what others did."""
    found = AuditRow.objects.filter(pk=row, by_id=by.user_id, at__gt=timezone.now() - reversal.WITHIN).first()
    if found is None or request.method != "POST":
        raise Refused(refusals.NOT_FOUND())
    done: Any = reversal.undo(found, by)
    messages.success(request, _("Taken back: {record}").format(record=done))
    return redirect((cells.address(done, by) if isinstance(done, Model) else "") or "/")
