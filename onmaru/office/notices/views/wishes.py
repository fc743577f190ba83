"""How a person is told: kinds and ways, quiet hours, browsers that take pushes."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import orjson
from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.notices import commands, ports, queries
from onmaru.office.notices.models import Device
from onmaru.workbench.views.page import page, show

WORKER = "islands/worker.js"


@page
def wishes(request: HttpRequest, by: Actor) -> HttpResponse:
    """Read and choose."""
    if request.method == "POST":
        try:
            _choose(request, by)
            messages.success(request, _("Saved."))
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason.message)
        return redirect("/inbox/wishes")
    context = {
        "choices": queries.all_choices(by.user_id),
        "hours": queries.hours(by.user_id),
        "devices": Device.objects.filter(person=by.user_id),
        "key": commands.devices.key().public,
        "mails": commands.digests.carrier(User.objects.get(pk=by.user_id or 0)) is not None,
    }
    return show(request, by, "notices/wishes.html", context)


def _choose(request: HttpRequest, by: Actor) -> None:
    me = User.objects.get(pk=by.user_id or 0)
    said = request.POST
    commands.wishes.set_hours(
        me,
        quiet_from=_time(said.get("quiet_from")),
        quiet_until=_time(said.get("quiet_until")),
        digest_at=_time(said.get("digest_at")) or time(8, 30),
        by=_own(by, commands.wishes.set_hours.permission),
    )
    before = {one.kind.name: one[1:] for one in queries.all_choices(by.user_id)}
    for kind in ports.kinds:
        ways = tuple(f"{kind}.{way}" in said for way in ("screen", "mail", "push"))
        if ways != before[kind]:
            commands.wishes.choose(
                me, kind=kind, screen=ways[0], mail=ways[1], push=ways[2],
                by=_own(by, commands.wishes.choose.permission),
            )  # fmt: skip


def _own(by: Actor, permission: str) -> Actor:
    """How one is told oneself is nobody's to grant."""
    return identity.only(by, permission)


def _time(text: str | None) -> time | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


@require_POST
@page
def devices(request: HttpRequest, by: Actor) -> HttpResponse:
    """Take in a browser's subscription (JSON, as PushSubscription writes it), or forget one (``forget``, a form)."""
    if "forget" in request.POST:
        device = Device.objects.filter(pk=request.POST["forget"], person=by.user_id).first()
        if device is not None:
            commands.devices.unsubscribe(device, by=_own(by, commands.devices.unsubscribe.permission))
        return redirect("/inbox/wishes")
    try:
        said = orjson.loads(request.body)
        keys = said["keys"]
        given = {"endpoint": said["endpoint"], "p256dh": keys["p256dh"], "auth": keys["auth"]}
        name = (
            request.headers.get("Sec-CH-UA-Platform", "").strip('"')
            or request.headers.get("User-Agent", "")[:60]
        )
        commands.devices.subscribe(**given, name=name, by=_own(by, commands.devices.subscribe.permission))
    except (ValueError, KeyError, TypeError):
        return JsonResponse({}, status=400)
    except Refused as refused:
        return JsonResponse({"problems": [one.as_dict() for one in refused.reasons]}, status=422)
    return JsonResponse({}, status=201)


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, because it serves the pages below its own address only."""
    built = settings.STATIC_ROOT / WORKER
    found = built if built.is_file() else finders.find(WORKER)
    if not found:
        return HttpResponse(status=404)
    return HttpResponse(
        Path(str(found)).read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )
