"""A mail's HTML in a frame of its own in which nothing runs, and the picture by which openings are counted."""

from __future__ import annotations

import base64

from django.http import HttpRequest, HttpResponse

from onmaru.kernel.identity import Actor
from onmaru.office.discussion.views import talk
from onmaru.office.mail.commands import openings
from onmaru.office.mail.models import Mail
from onmaru.office.mail.queries import entries
from onmaru.workbench.views.page import page

DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
RULES = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups; "
    "img-src 'self' data:"
)


@page
def html(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The HTML, made harmless; ``?images=1`` fetches pictures from elsewhere, of which their sender hears."""
    mail = talk.one(Mail, by, pk)
    remote = request.GET.get("images") == "1"
    body = entries.safe_html(mail, remote=remote)
    whole = f'<!doctype html><meta charset="utf-8"><base target="_blank"><body>{body}</body>'
    rules = f"{RULES} http: https:" if remote else RULES
    return HttpResponse(whole, headers={"Content-Security-Policy": rules, "Referrer-Policy": "no-referrer"})


def seen(request: HttpRequest, track: str) -> HttpResponse:
    """One dot, for anybody: whether its mail is known is not told."""
    openings.note(track, request.headers.get("User-Agent", ""))
    return HttpResponse(DOT, content_type="image/gif", headers={"Cache-Control": "no-store"})
