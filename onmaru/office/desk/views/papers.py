"""The paper of a document as it was signed, where it tells what is personal now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.approval.models import Approval
from onmaru.office.desk import commands
from onmaru.workbench import registry
from onmaru.workbench.views.page import page


@require_POST
@page
def original(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The paper as a download, for a reason that the access log keeps. Raises Refused(not_found)."""
    approval = registry.rows_for(Approval, by).exclude(paper=None).filter(pk=pk).first()
    if approval is None:
        raise Refused(refusals.NOT_FOUND())
    try:
        content = commands.open_paper(approval, reason=request.POST.get("reason", ""), by=by)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
        return redirect(f"/approvals/{pk}/")
    named = content_disposition_header(as_attachment=True, filename=approval.paper.name) or "attachment"
    headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
