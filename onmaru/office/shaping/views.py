"""The administrator's screens: what a kind of record asks and shows, moved by hand and seen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onmaru.kernel import custom, files, identity, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import arrangements, attached, live, shapes
from onmaru.workbench import forms, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.views.page import entity, is_part, page, show

ARRANGE = commands.layouts.arrange.permission
ADD = commands.fields.create.permission


def _must(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))


def tool(context: Mapping[str, Any]) -> SafeString:
    """The button above a list that leads an administrator to its shape."""
    by, shown = context.get("by"), context.get("entity")
    if not isinstance(by, Actor) or not isinstance(shown, Entity) or not by.may(ARRANGE):
        return SafeString("")
    return render_to_string("shaping/tool.html", {"entity": shown})


@page
def screen(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """One screen: its form, its list and its fields; a change is a new layout, and the preview follows."""
    _must(by, ARRANGE)
    shown = entity(name, by)
    problems: Sequence[Refusal] = ()
    if request.method == "POST":
        try:
            commands.layouts.arrange(by=by, entity=name, document=arrangements.read(request.POST))
            live.refresh()
            shown = entity(name, by)
        except Refused as refused:
            problems = refused.reasons
    context = {"entity": shown, "problems": problems, **_seen(shown, by)}
    if is_part(request):
        return show(request, by, "shaping/seen.html", context, here=name)
    context |= arrangements.of(shown) | _adding(shown, request)
    return show(request, by, "shaping/screen.html", context, here=name, status=422 if problems else 200)


def _seen(shown: Entity, by: Actor) -> dict[str, Any]:
    """What colleagues see: the form of a new record, else the list alone."""
    groups = (
        forms.new(shown, by).groups if shown.create is not None and by.may(shown.create.permission) else []
    )
    return {"groups": [one for one in groups if isinstance(one, forms.Group)], "columns": shown.list_columns}


def _adding(shown: Entity, request: HttpRequest) -> dict[str, Any]:
    """What the panel that adds a field needs."""
    targets = {one.model._meta.label_lower: one for one in registry.every() if one.search_paths}
    kinds = shapes.kinds(shown)
    return {
        "types": CustomField.Type.choices if kinds else [],
        "kinds": [*kinds.items()],
        "targets": [(label, one.one) for label, one in targets.items()],
        "names": arrangements.formula_names(shown),
        "typed": request.GET,
    }


@page
def add(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """Add a field to the records of a screen."""
    _must(by, ADD)
    shown = entity(name, by)
    ticked: dict[str, Any] = {name: name in request.POST for name in ("required", "searched")}
    posted: dict[str, Any] = {
        key: request.POST.get(key, "")
        for key in ("type", "label_ko", "label_en", "choices", "target", "formula")
    }
    digits, kind = request.POST.get("digits", ""), request.POST.get("kind", "")
    try:
        made = commands.fields.create(
            by=by,
            kind=kind if kind in shapes.kinds(shown) else shown.model._meta.label_lower,
            digits=int(digits) if digits.isdecimal() and len(digits) < 3 else 0,
            **ticked,
            **posted,
        )
        messages.success(request, _("Added: {field}. Colleagues see it from now on.").format(field=made))
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
    return redirect(f"/shaping/{name}/")


@require_POST
@page
def take_in(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Take in a file that is to stand in a field; answers its pass, or the reason why not."""
    field, sent = CustomField.objects.filter(pk=pk, type="file").first(), request.FILES.get("file")
    if field is None or sent is None:
        raise Refused(refusals.NOT_FOUND())
    try:
        content = sent.read() if (sent.size or 0) <= files.LARGEST else bytes(files.LARGEST + 1)
        # Until the record is saved the file hangs on its field, which nobody but its designer sees.
        sender = identity.also(by, permissions.code(CustomField, "view"))
        made = files.attach(record=field, name=sent.name or "file", content=content, by=sender)
    except Refused as refused:
        return JsonResponse({"problem": refused.reasons[0].message}, status=422)
    return JsonResponse({"pass": attached.pass_of(made.pk, made.name), "name": made.name})


@page
def download(request: HttpRequest, by: Actor, kind: str, pk: int, name: str) -> HttpResponse:
    """The bytes of a file in a field, for whoever sees the record and the field."""
    try:
        record = registry.rows_for(apps.get_model(kind), by).filter(pk=pk).first()
    except (LookupError, ValueError):
        record = None
    held = custom.of(record).get(name) if record is not None and (kind, name) not in by.hidden else None
    stored = StoredFile.objects.filter(pk=held["id"]).first() if isinstance(held, dict) else None
    if stored is None:
        raise Refused(refusals.NOT_FOUND())
    named = content_disposition_header(as_attachment=True, filename=stored.name) or "attachment"
    headers = {"Content-Disposition": named}
    return HttpResponse(bytes(stored.content), content_type="application/octet-stream", headers=headers)
