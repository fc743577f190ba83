"""Mails that stand on no record yet, and linking them."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from onmaru.kernel import refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.models import Party
from onmaru.office.discussion.views import talk
from onmaru.office.mail.commands import mails
from onmaru.office.mail.models import Mail
from onmaru.office.mail.queries import entries
from onmaru.workbench import calls, registry
from onmaru.workbench.views.page import page, show

_PAGE = re.compile(r"/([a-z0-9-]+)/(\d{1,18})(?:/|$)")


@page
def inbox(request: HttpRequest, by: Actor) -> HttpResponse:
    """The newest of them, each with what links it."""
    return show(request, by, "mail/inbox.html", {"mails": entries.unlinked(by)[:50]})


@require_POST
@page
def link(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Link to the party that was chosen, or to the record whose address was pasted."""
    mail = talk.one(Mail, by, pk)
    try:
        kind, key = _named(request.POST)
        calls.do(mails.link, by, {"subject_kind": kind, "subject_id": key}, subject=mail)
    except Refused as refused:
        for one in refused.reasons:
            messages.error(request, one.message)
    return redirect("/mail/")


def _named(said: Any) -> tuple[str, int]:
    """Raises Refused(not_found) when nothing was named."""
    if said.get("party", "").isdigit():
        return work.kind_of(Party()), int(said["party"][:18])
    found = _PAGE.search(said.get("address", ""))
    entity = registry.get(found[1]) if found else None
    if found is None or entity is None:
        raise Refused(refusals.NOT_FOUND())
    return entity.model._meta.label_lower, int(found[2])
