"""A rule tried on past events: what it would have done, and the button that switches it on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.automation.commands import rules
from onmaru.office.automation.models import Rule
from onmaru.office.automation.queries import happenings, trials
from onmaru.workbench import calls, detail, ports
from onmaru.workbench.ports import Context
from onmaru.workbench.views import chips
from onmaru.workbench.views.page import entity, page, show

DAYS = (7, 30, 90)


def register() -> None:
    """Take the room's place in the pages."""
    ports.slots["record.tools"].append(_tool)


def _tool(context: Context) -> SafeString:
    """The way from a rule to its trial."""
    record = context["detail"].record
    if not isinstance(record, Rule):
        return SafeString("")
    return render_to_string("automation/part/tool.html", {"rule": record})


@page
def trial(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """What the rule would have done in the last days; POST tries (``days``) or switches on (``on``)."""
    rules_list = entity("rules", by)
    rule = detail.find(rules_list, by, pk)
    days = _days(request)
    if request.method == "POST":
        try:
            calls.do(rules.switch_on if "on" in request.POST else rules.try_out, by, {}, subject=rule)
            if "on" in request.POST:
                messages.success(request, _("The rule is on."))
                return redirect(f"/rules/{pk}/")
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason.message)
        return redirect(f"/rules/{pk}/trial?days={days}&seen=1")
    # As the rule's owner would see it, or whoever may look at rules would see records that are not theirs.
    found = trials.over(rule, identity.actor(rule.owner), days) if _may_see(request, rule, by) else None
    return show(request, by, "automation/trial.html", _context(rule, days, found), here="rules")


def _days(request: HttpRequest) -> int:
    said = request.POST.get("days") or request.GET.get("days") or ""
    return int(said) if said.isdigit() and int(said) in DAYS else 30


def _may_see(request: HttpRequest, rule: Rule, by: Actor) -> bool:
    return "seen" in request.GET and rule.owner_id == by.user_id


def _context(rule: Rule, days: int, found: trials.Trial | None) -> dict[str, object]:
    actions = list(rule.actions.order_by("ordinal", "id"))
    return {
        "rule": rule,
        "filtered": _filtered(rule),
        "days": days,
        "choices": DAYS,
        "trial": found,
        "actions": actions,
        "may_start": found is not None and rule.state != Rule.State.ON,
    }


def _filtered(rule: Rule) -> list[str]:
    """What the rule's list is narrowed to, in words."""
    by = identity.actor(rule.owner)
    found = happenings.read(rule, by)
    if found is None:
        return []
    said = [f"{one.column.label}: {chips.told(one)}" for one in found.filters]
    return [*([f"“{found.search}”"] if found.search else []), *said]
