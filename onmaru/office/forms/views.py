"""Choosing a form and filling it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.forms import commands, rules
from onmaru.office.forms.models import Form, Paper
from onmaru.office.forms.queries import fields, papers
from onmaru.office.snapshots import ports as snapshots
from onmaru.office.snapshots import queries as content
from onmaru.workbench import calls, detail, forms, ports
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.views.forms import form_context
from onmaru.workbench.views.page import entity, page, show

TITLE = Field("title", rules.TITLE, required=False, max_length=200)


def register() -> None:
    """Called once when the house starts."""
    permissions.concerned[Paper] = papers.concerned
    snapshots.told[papers.KIND] = fields.Told()
    ports.slots["record.below"].append(filled)
    ports.slots["record.tools"].append(tool)


def tool(context: ports.Context) -> SafeString:
    """The way back into the form, as long as it was not approved."""
    record, by = context["detail"].record, context["by"]
    mine = isinstance(record, Paper) and record.drafter_id == by.user_id and not papers.is_decided(record)
    return render_to_string("forms/tool.html", {"paper": record}) if mine else SafeString("")


def filled(context: ports.Context) -> SafeString:
    """What was filled in, on the page of a paper."""
    record = context["detail"].record
    if not isinstance(record, Paper):
        return SafeString("")
    return render_to_string("forms/filled.html", {"content": content.laid(fields.Told().content(record))})


@page
def choose(request: HttpRequest, by: Actor) -> HttpResponse:
    """Which form it shall be; an empty house is offered the usual ones."""
    shown = entity("proposals", by)
    if request.method == "POST":
        commands.designs.lay_out(by=by)
        return redirect(request.path)
    offered = papers.offered()
    may = not offered and by.may(commands.designs.lay_out.permission)
    context = {"entity": shown, "forms": offered, "may_lay_out": may}
    return show(request, by, "forms/choose.html", context, here="proposals")


@page
def write(request: HttpRequest, by: Actor, form_pk: int) -> HttpResponse:
    """Fill in a form."""
    design = papers.offered().filter(pk=form_pk).first()
    if design is None:
        raise Refused(refusals.NOT_FOUND())
    return _answer(request, by, design, None)


@page
def rewrite(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Fill in anew what came back."""
    paper = detail.find(entity("proposals", by), by, pk)
    return _answer(request, by, paper.form, paper)


def _answer(request: HttpRequest, by: Actor, design: Form, paper: Paper | None) -> HttpResponse:
    shown = entity("proposals", by)
    form = _form(shown, by, design, paper)
    if request.method == "POST" and form.take(request.POST):
        made = _saved(form, design, paper, by, request.POST.get("idempotency_key"))
        if made is not None:
            messages.success(request, _("Saved: {record}").format(record=made))
            onward = (
                f"/approval/draft/proposals/{made.pk}"
                if "onward" in request.POST
                else f"/proposals/{made.pk}/"
            )
            return redirect(onward)
    context = {**form_context(request, form), "design": design, "paper": paper}
    status = 422 if request.method == "POST" else 200
    return show(request, by, "forms/write.html", context, here="proposals", status=status)


def _form(shown: Entity, by: Actor, design: Form, paper: Paper | None) -> forms.Form:
    command = commands.papers.create if paper is None else commands.papers.edit
    asked = fields.asked(design)
    plain, tables = (
        [one for one in asked if one.kind != "lines"],
        [one for one in asked if one.kind == "lines"],
    )
    layout: Any = [("", [TITLE, *plain]), *(("", [one]) for one in tables)]
    made = forms.Form(shown, command, by, None, getattr(paper, "version", None), layout)
    held = {"title": paper.title, **fields.values(paper)} if paper is not None else {}
    return forms.begin(made, held)


def _saved(form: forms.Form, design: Form, paper: Paper | None, by: Actor, key: str | None) -> Paper | None:
    given = dict(form.values) if paper is not None else {"form": design, **form.values}
    try:
        made = calls.do(
            form.command, by, given, subject=paper, key=key or None, expected_version=form.version
        )
    except Refused as refused:
        form.refuse(refused)
        return None
    return made if isinstance(made, Paper) else None
