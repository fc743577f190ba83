"""A file as it is shown in a page. Only what cannot run is: pictures and PDF, by their first bytes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.workbench.views.page import page

SIGNS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}
NOTHING_RUNS = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
)


def shown_as(head: bytes) -> str:
    """The type under which a file may be shown, by its first bytes; "" for one that is only downloaded."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in SIGNS.items() if head.startswith(sign)), "")


def _find(by: Actor, pk: int) -> StoredFile:
    reached = permissions.hanging[StoredFile](by)
    found: StoredFile | None = StoredFile.objects.filter(reached, pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


@page
def download(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The bytes of any file, always as a download: what a stranger attached never runs on this address."""
    found = _find(by, pk)
    named = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(found.content), content_type="application/octet-stream", headers=headers)


@page
def shown(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The bytes of a picture or a PDF, for whoever sees the record that it hangs on."""
    content = bytes(_find(by, pk).content)
    kind = shown_as(content[:12])
    if not kind:
        raise Refused(refusals.NOT_FOUND())
    headers = {
        "Content-Security-Policy": NOTHING_RUNS,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    return HttpResponse(content, content_type=kind, headers=headers)
