"""Files that stand in fields: taken in, given to whoever sees the record, and taken out with their list."""

from __future__ import annotations

from django.apps import apps
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from onmaru.kernel import calendars, custom, files, identity, permissions, personal, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping import reports
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import attached
from onmaru.workbench import exchange, ports, registry
from onmaru.workbench.views.page import entity, page


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


def register() -> None:
    """Offer the files of a list beside its other ways out. Called once when the house starts."""
    ports.slots["list.files"].append(_offered)


def _offered(context: ports.Context) -> SafeString:
    shown = context["entity"]
    kinds = {one.name for one in shown.input_fields if one.kind == "file"}
    grids = [one for one in exchange.grids(shown) if any(field.kind == "file" for field in one.fields)]
    if not kinds and not grids:
        return SafeString("")
    return SafeString(render_to_string("shaping/files.html", {"entity": shown, "own": kinds, "grids": grids}))


@page
def take_out(request: HttpRequest, by: Actor, name: str) -> HttpResponseBase:
    """The list as it is filtered now and the files that stand in its fields, as a ZIP that an import takes back."""
    shown = entity(name, by)
    file = reports.packed(shown, by, request.GET, whole=request.GET.get("whole") == "1")
    return FileResponse(file, filename=f"{shown.label} {calendars.today():%Y-%m-%d}.zip", as_attachment=True)


@page
def download(request: HttpRequest, by: Actor, kind: str, pk: int, name: str) -> HttpResponse:
    """The bytes of a file in a field, for whoever sees the record and the field."""
    try:
        record = registry.rows_for(apps.get_model(kind), by).filter(pk=pk).first()
    except (LookupError, ValueError):
        record = None
    held = custom.of(record).get(name) if record is not None and (kind, name) not in by.hidden else None
    if record is not None and name in personal.names(type(record)):
        personal.reveal(record, name, by=by)
    stored = StoredFile.objects.filter(pk=held["id"]).first() if isinstance(held, dict) else None
    if stored is None:
        raise Refused(refusals.NOT_FOUND())
    named = content_disposition_header(as_attachment=True, filename=stored.name) or "attachment"
    headers = {"Content-Disposition": named}
    return HttpResponse(bytes(stored.content), content_type="application/octet-stream", headers=headers)
