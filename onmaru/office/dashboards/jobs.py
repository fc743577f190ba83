"""Dashboards by mail: looked for every minute, each sent once on its day."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from onmaru.kernel import identity, jobs
from onmaru.office.dashboards import commands, reports, rules
from onmaru.office.dashboards.models import Mailing
from onmaru.office.dashboards.queries import answers, boards
from onmaru.workbench import calls, menu


@jobs.every(seconds=60, name="dashboards.mailings")
def look() -> int:
    """Queue the mailings that may be due; returns how many."""
    due = Mailing.objects.exclude(sent_on__gte=calls.today()).values_list("pk", flat=True)
    for key in due:
        jobs.enqueue("dashboards.send", mailing=key)
    return len(due)


@jobs.job("dashboards.send")
def send(mailing: int) -> bool:
    """Send one mailing if it is due and not sent yet today, as its receiver sees it; returns whether it went.

    Its row is held until the server took the mail, so that no two workers send it. Should this one die between that
    and the commit, the mail goes once more under the same Message-ID, which mail programs show once.
    """
    with transaction.atomic():
        rows = Mailing.objects.select_for_update(of=("self",), skip_locked=True)
        found = rows.select_related("dashboard", "receiver").filter(pk=mailing).first()
        if found is None or not found.receiver.is_active:
            return False
        by = identity.actor(found.receiver, source="system")
        zones = [one.zone for one in menu.companies(by)] or [calls.DEFAULT_ZONE]
        now = timezone.localtime(timezone=ZoneInfo(zones[0]))
        seen = boards.seen(by).filter(pk=found.dashboard_id).exists()
        if not seen or not rules.is_due(found.every, found.hour, found.sent_on, now):
            return False
        with override(by.language):
            _mail(found, by, f"{now:%Y-%m-%d}")
        commands.note_sent(found, on=now.date())
    return True


def _mail(mailing: Mailing, by: identity.Actor, day: str) -> None:
    dashboard = mailing.dashboard
    told = answers.every(boards.cards(dashboard), by, {})
    content, kind = reports.made(mailing.form, dashboard.name, told, by)
    lines = [f"{one.title}: {figure.text} {figure.aside}".rstrip() for one in told for figure in one.figures]
    words = _("{name} of {day}").format(name=dashboard.name, day=day)
    mail = EmailMessage(words, "\n".join([words, "", *lines]), to=[mailing.receiver.email])
    mail.extra_headers["Message-ID"] = f"<dashboard-{mailing.pk}-{day}@onmaru>"
    mail.attach(f"{dashboard.name} {day}.{mailing.form}", content, kind)
    mail.send()
