"""Dashboards by mail: looked for every minute, each sent once on its day."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, identity, jobs, permissions, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import commands, reports, rules
from onmaru.office.dashboards.models import Dashboard, Mailing
from onmaru.office.dashboards.queries import answers, boards
from onmaru.office.mail.commands import mails
from onmaru.office.mail.models import Audience
from onmaru.office.mail.queries import known
from onmaru.office.notices import ports as telling
from onmaru.office.notices.commands import notices
from onmaru.workbench import menu, shown

telling.declare("dashboard", _("A dashboard could not be sent to me"))


@jobs.every(seconds=60, name="dashboards.mailings")
def look() -> int:
    """Queue the mailings that may be due; returns how many."""
    due = Mailing.objects.exclude(sent_on__gte=calendars.today()).values_list("pk", flat=True)
    for key in due:
        jobs.enqueue("dashboards.send", mailing=key)
    return len(due)


@jobs.job("dashboards.send")
def send(mailing: int) -> bool:
    """Write one mailing as a mail if it is due and not written yet today; returns whether it was.

    That it went today commits together with the mail, which from there on is sent as any other is: once. What stands
    in its way (no account, an address that refused) is told its receiver once a day, and tried again.
    """
    with transaction.atomic():
        rows = Mailing.objects.select_for_update(of=("self",), skip_locked=True)
        found = rows.select_related("dashboard", "receiver").filter(pk=mailing).first()
        if found is None or not found.receiver.is_active:
            return False
        by = identity.actor(found.receiver, source="system")
        companies = menu.companies(by)
        zone = companies[0].zone if companies else calendars.DEFAULT_ZONE
        now = timezone.localtime(timezone=ZoneInfo(zone))
        seen = boards.seen(by).filter(pk=found.dashboard_id).exists()
        if not seen or not rules.is_due(found.every, found.hour, found.sent_on, now):
            return False
        with override(by.language), shown.at_home(*(one.currency for one in companies)):
            is_written = _written(found, by, f"{now:%Y-%m-%d}")
        if is_written:
            commands.note_sent(found, on=now.date())
    return is_written


def _written(mailing: Mailing, by: Actor, day: str) -> bool:
    try:
        _write(mailing, by, day)
    except Refused as refused:
        words = format_lazy(_("“{name}” could not be sent to you"), name=mailing.dashboard.name)
        why = " ".join(one.message for one in refused.reasons)
        once, house = f"mailing:{mailing.pk}:{day}", identity.system(mailing.dashboard.name)
        notices.tell([mailing.receiver], "dashboard", None, words, by=house, excerpt=why, once=once)
        return False
    return True


def _write(mailing: Mailing, by: Actor, day: str) -> None:
    account = known.accounts(by).order_by(F("owner_id").asc(nulls_first=True), "id").first()
    if account is None:
        raise Refused(rules.NO_MAIL_ACCOUNT())
    dashboard = mailing.dashboard
    told = answers.every(boards.cards(dashboard), by, {})
    content, _kind = reports.made(mailing.form, dashboard.name, told, by)
    lines = [f"{one.title}: {figure.text} {figure.aside}".rstrip() for one in told for figure in one.figures]
    title = gettext("{name} of {day}").format(name=dashboard.name, day=day)
    # Whoever is shown a dashboard has it sent; for that they need not write mail or look after dashboards.
    keeper = identity.also(by, mails.write.permission, permissions.code(Dashboard, "view"))
    mails.write(
        subject_kind=work.kind_of(dashboard),
        subject_id=dashboard.pk,
        account=account,
        to=mailing.receiver.email,
        title=title,
        text="\n".join([title, "", *lines]),
        audience=Audience.SELF,
        attached=[(f"{dashboard.name} {day}.{mailing.form}", content)],
        by=keeper,
    )
