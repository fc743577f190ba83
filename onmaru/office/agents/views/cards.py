"""Contacts as other programs read them: a card of one party, a file of many, and a file taken in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.agents import commands
from onmaru.office.agents.queries import contacts
from onmaru.office.agents.rules import vcards
from onmaru.workbench import detail, filters, listing, ports
from onmaru.workbench.ports import Context
from onmaru.workbench.views.page import entity as entity_at
from onmaru.workbench.views.page import page

NAME, NOTHING = "parties", SafeString("")


@page
def one(request: HttpRequest, by: Actor, key: int) -> HttpResponse:
    """The card of one party and of its contacts."""
    entity = entity_at(NAME, by)
    return _file([detail.find(entity, by, key)], by, f"{key}.vcf", _("One card, from its page"))


@page
def many(request: HttpRequest, by: Actor) -> HttpResponse:
    """The cards of the list as it is filtered. Raises Refused(not_permitted) without the right to take files out."""
    entity = entity_at(NAME, by)
    permission = permissions.code(Party, "export")
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))
    asked = request.GET.copy()
    reason = "".join(asked.pop("reason", []))
    query = filters.read(entity, by, asked)
    refusals.check(query.problems)
    found = listing.select(entity, by, query).order_by("pk")
    return _file(found[: contacts.MOST], by, "contacts.vcf", reason)


def _file(found: Any, by: Actor, name: str, reason: str) -> HttpResponse:
    text = vcards.written(contacts.cards(found, by, reason))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/vcard; charset=utf-8", headers=headers)


@require_POST
@page
def bring(request: HttpRequest, by: Actor) -> HttpResponse:
    """Take a file of cards in, and go to the list."""
    given = request.FILES.get("file")
    try:
        made = commands.bring(given.read() if given else b"", by=by)
        messages.success(request, _("{count} parties entered.").format(count=len(made)))
    except Refused as refused:
        messages.error(request, " ".join(dict.fromkeys(one.message for one in refused.reasons[:5])))
    return HttpResponseRedirect(f"/{NAME}/")


def _list_tools(context: Context) -> SafeString:
    if context["entity"].name != NAME:
        return NOTHING
    by = context["by"]
    may = {"take": by.may(permissions.code(Party, "export")), "bring": by.may(parties.create.permission)}
    return render_to_string(
        "agents/cards.html", may | {"asked": context["request"].GET.lists()}, context["request"]
    )


def _record_tools(context: Context) -> SafeString:
    record = context["detail"].record
    is_party = isinstance(record, Party)
    return render_to_string("agents/card.html", {"key": record.pk}) if is_party else NOTHING


def register() -> None:
    """Put them into the pages of parties."""
    ports.slots["list.tools"].append(_list_tools)
    ports.slots["record.tools"].append(_record_tools)
