"""The administrator's screen: how papers look, beside one of them as it would be printed."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onmaru.kernel import printing, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.masters.site.models import Company
from onmaru.office.papers import commands, queries, reports, rules
from onmaru.office.papers.models import PaperTemplate
from onmaru.workbench import detail, registry
from onmaru.workbench.entity import Document, Entity
from onmaru.workbench.views.page import page, show

ARRANGE = commands.arrange.permission
PAPERS = {"a4": "A4", "a5": "A5", "iso-b5": "B5", "us-letter": "Letter"}
HIDEABLE = {
    "code": gettext_lazy("Item code"),
    "specification": gettext_lazy("Specification"),
    "unit": gettext_lazy("Unit"),
    "tax": gettext_lazy("VAT"),
}


@page
def setup(request: HttpRequest, by: Actor) -> HttpResponse:
    """What is said of a kind of paper, and a new version of it."""
    asked = request.POST if request.method == "POST" else request.GET
    document, company = asked.get("document", ""), _company(asked.get("company", ""), by)
    problems: tuple[Refusal, ...] = ()
    if request.method == "POST":
        try:
            _arranged(request, by, document, company)
            messages.success(request, _("Saved. Papers are printed so from now on."))
            return redirect(f"/papers/?document={document}&company={company.pk if company else ''}")
        except Refused as refused:
            problems = refused.reasons
    context = _screen(request, by, document, company) | {"problems": problems}
    return show(
        request, by, "papers/setup.html", context, here="print-templates", status=422 if problems else 200
    )


def _company(text: str, by: Actor) -> Company | None:
    """The company named by its id. Raises Refused: not_permitted, or not_found for one that is not there."""
    if not by.may(ARRANGE):
        raise Refused(refusals.NOT_PERMITTED(permission=ARRANGE))
    if not text:
        return None
    found = (
        registry.rows_for(Company, by).filter(pk=text).first()
        if text.isdecimal() and len(text) < 18
        else None
    )
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found  # type: ignore[no-any-return]


def _arranged(request: HttpRequest, by: Actor, document: str, company: Company | None) -> PaperTemplate:
    options: dict[str, Any] = {name: request.POST.get(name, "").replace("\r", "") for name in rules.TEXTS}
    options |= {name: request.POST.get(name, "") for name in ("paper", "language")}
    pictures: dict[str, Any] = {name: _picture(request, name) for name in ("logo", "seal")}
    made: PaperTemplate = commands.arrange(
        by=by,
        document=document,
        company=company,
        options=options | {"hides": request.POST.getlist("hides")},
        **pictures,
    )
    return made


def _picture(request: HttpRequest, name: str) -> bytes | None:
    sent = request.FILES.get(name)
    if sent is not None:
        content: bytes = sent.read(rules.LARGEST + 1)
        return content
    return b"" if f"no_{name}" in request.POST else None


def _screen(request: HttpRequest, by: Actor, document: str, company: Company | None) -> dict[str, Any]:
    """The screen's choices, and what was typed, else what holds."""
    template = queries.newest(document, company.pk if company else None)
    options: dict[str, Any] = dict(template.options) if template else {}
    if request.method == "POST":
        options = request.POST.dict() | {"hides": request.POST.getlist("hides")}
    kind = next((one for one in _documents() if one[0] == document), None)
    return {
        "document": document,
        "company": company,
        "kinds": queries.kinds().items(),
        "companies": registry.rows_for(Company, by).order_by("id"),
        "options": options,
        "template": template,
        "papers": PAPERS.items(),
        "hideable": [(name, label, name in options.get("hides", ())) for name, label in HIDEABLE.items()],
        "fixed": kind is not None and kind[1] in printing.fixed,
        "seen": _seen(by, document, company),
    }


def _documents() -> list[tuple[str, Any]]:
    return [
        (f"{entity.name}.{one.name}", one.render) for entity in registry.every() for one in entity.printed
    ]


@require_POST
@page
def preview(request: HttpRequest, by: Actor) -> HttpResponse:
    """A paper as the form would have it: said, printed and taken back."""
    document, company = request.POST.get("document", ""), _company(request.POST.get("company", ""), by)
    with transaction.atomic():
        try:
            _arranged(request, by, document, company)
            context: dict[str, Any] = {"seen": _tried(by, document, company)}
        except Refused as refused:
            context = {"seen": None, "problems": refused.reasons}
        transaction.set_rollback(True)
    return HttpResponse(render_to_string("papers/seen.html", context))


def _tried(by: Actor, document: str, company: Company | None) -> dict[str, str] | None:
    """As ``_seen``, with the picture itself: what is taken back has no address."""
    seen, drawn = _seen(by, document, company), _drawn(by, document, company)
    if seen is None or drawn is None:
        return None
    return seen | {"picture": f"data:image/png;base64,{base64.b64encode(drawn).decode()}"}


@page
def picture(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """The newest such paper as a PNG, sent again only when it looks another way. Raises Refused: not_found."""
    drawn = _drawn(by, request.GET.get("document", ""), _company(request.GET.get("company", ""), by))
    if drawn is None:
        raise Refused(refusals.NOT_FOUND())
    mark = quote_etag(hashlib.sha256(drawn).hexdigest())
    answer = HttpResponse(drawn, content_type="image/png", headers={"ETag": mark})
    return get_conditional_response(request, etag=mark, response=answer) or answer


def _seen(by: Actor, document: str, company: Company | None) -> dict[str, str] | None:
    """Where the newest such paper is printed and its picture; None when there is no record to print."""
    sample = queries.sample(document, company, by)
    if sample is None:
        return None
    entity, found = sample
    paper = "sheet" if document == queries.SHEET else f"print/{_document(entity, document).name}"
    # A page that changes in part shows a picture of the same address again without asking.
    kept = PaperTemplate.objects.order_by("-id").values_list("id", flat=True).first() or 0
    asked = urlencode({"document": document, "company": company.pk if company else "", "kept": kept})
    return {
        "picture": f"/papers/seen.png?{asked}",
        "address": f"/{entity.name}/{found.pk}/{paper}.pdf",
        "title": str(found),
    }


def _drawn(by: Actor, document: str, company: Company | None) -> bytes | None:
    sample = queries.sample(document, company, by)
    if sample is None:
        return None
    entity, found = sample
    with printing.as_picture():
        if document == queries.SHEET:
            return reports.of_record(detail.show(entity, by, found.pk), by)
        return reports.printed(entity, _document(entity, document), found, "")


def _document(entity: Entity, name: str) -> Document:
    return next((one for one in entity.printed if name.endswith(f".{one.name}")), entity.printed[0])
