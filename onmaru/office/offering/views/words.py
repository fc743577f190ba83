"""Beside the form of a rule: what its words can be, offered as they are typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel.identity import Actor
from onmaru.office.automation.models import Rule
from onmaru.office.offering import queries
from onmaru.workbench import ports
from onmaru.workbench.ports import Context
from onmaru.workbench.views.page import page


def register() -> None:
    """Take the room's place in the pages."""
    ports.slots["page.end"].append(_script)


def _script(context: Context) -> SafeString:
    """What offers the words, on the form of a rule alone."""
    form, entity = context.get("form"), context.get("entity")
    is_form = form is not None and entity is not None and entity.model is Rule
    return render_to_string("offering/part/words.html") if is_form else SafeString("")


@page
def told(request: HttpRequest, by: Actor) -> HttpResponse:
    """The words for records of ``kind``, as JSON: short name and what people say. Raises Refused(not_permitted)."""
    queries.check(by)
    entity = queries.kind_of(request.GET.get("kind", ""), by)
    return JsonResponse(queries.of(entity, by) if entity else {})
