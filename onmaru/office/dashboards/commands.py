"""What people do with dashboards: make, arrange, share them, have them sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role, User
from onmaru.kernel.refusals import Refusal
from onmaru.office.dashboards import ports, rules
from onmaru.office.dashboards.models import Card, Dashboard, Mailing
from onmaru.office.mail.queries import known
from onmaru.workbench import registry

Rows = Sequence[Mapping[str, Any]]


@commands.command(label=_("New dashboard"), model=Dashboard)
def create(*, by: Actor, cards: Rows = (), **values: Any) -> Dashboard:
    """Make a dashboard of one's own. Refuses cards that would answer nothing: source_unknown, words_missing."""
    dashboard = Dashboard(owner_id=by.user_id or 0)
    records.fill(dashboard, values)
    refusals.check(_wrong(cards))
    dashboard.save()
    _lay(dashboard, cards)
    return dashboard


@commands.command(label=_("Edit"), model=Dashboard)
def edit(dashboard: Dashboard, *, by: Actor, cards: Rows | None = None, **values: Any) -> Dashboard:
    """Change a dashboard; its cards stay as they are unless they are given. Refuses as ``create`` does."""
    refusals.check(_wrong(cards or ()))
    if cards is not None:
        _lay(dashboard, cards)
    return records.fill(dashboard, values)


@commands.command(label=_("Share"), model=Dashboard, asks={"audience": _("Shared with"), "role": _("Role")})
def share(
    dashboard: Dashboard, *, audience: Dashboard.Audience, role: Role | None = None, by: Actor
) -> Dashboard:
    """Show a dashboard to a role, to everyone, or to its owner alone again. Refuses shared_with_nobody."""
    nobody = audience == "role" and role is None
    refusals.check([rules.SHARED_WITH_NOBODY("role") if nobody else None])
    dashboard.audience, dashboard.role = audience, role if audience == "role" else None
    return dashboard


@commands.command(label=_("Arrange"), model=Dashboard)
def arrange(dashboard: Dashboard, *, cards: Sequence[int], widths: Sequence[int], by: Actor) -> Dashboard:
    """Put the cards (ids, all of them) into this order, each so many quarters wide. Refuses cards_differ."""
    own = {one.pk: one for one in dashboard.cards.all()}
    same = sorted(cards) == sorted(own) and len(widths) == len(cards)
    refusals.check([None if same else rules.CARDS_DIFFER("cards")])
    for place, (key, width) in enumerate(zip(cards, widths, strict=True)):
        records.fill(own[key], {"ordinal": place, "width": width}).save()
    commands.touch(dashboard)
    return dashboard


delete = trash.deletion(Dashboard)


@commands.command(label=_("Send by mail"), model=Dashboard, asks={"every": _("How often"), "form": _("As")})
def send(
    dashboard: Dashboard, *, by: Actor, every: Mailing.Every, form: Mailing.Form, hour: int = 7
) -> Mailing:
    """Have a dashboard sent to oneself, as one sees it. Refuses mail_address_missing, no_mail_account."""
    has_address = User.objects.filter(pk=by.user_id or 0).exclude(email="").exists()
    refusals.check(
        [
            None if has_address else rules.MAIL_ADDRESS_MISSING(),
            None if known.accounts(by).exists() else rules.NO_MAIL_ACCOUNT(),
        ]
    )
    mailing = Mailing.objects.filter(dashboard=dashboard, receiver=by.user_id, form=form).first()
    mailing = mailing or Mailing(dashboard=dashboard, receiver_id=by.user_id or 0)
    records.fill(mailing, {"every": every, "form": form, "hour": hour})
    mailing.save()
    return mailing


@commands.command(label=_("Stop"), model=Mailing)
def stop(mailing: Mailing, *, by: Actor) -> None:
    """Send it no more; the history keeps that it was sent."""
    Mailing.objects.filter(pk=mailing.pk).delete()


def note_sent(mailing: Mailing, *, on: date) -> None:
    """Remember that a mailing was written as a mail, inside the transaction that holds its row and wrote it."""
    Mailing.objects.filter(pk=mailing.pk).update(sent_on=on)


def _wrong(cards: Rows) -> list[Refusal | None]:
    known = {one.name for one in registry.every()} | ports.figures.keys()
    found: list[Refusal | None] = []
    for place, one in enumerate(cards):
        kind, source, text = (str(one.get(name) or "") for name in ("kind", "source", "text"))
        found += refusals.at(f"cards.{place}.", rules.of_card(kind, source, text, known))
    return found


def _lay(dashboard: Dashboard, cards: Rows) -> None:
    rows = [{**one, "ordinal": place} for place, one in enumerate(cards)]
    records.save_lines(dashboard, Card, "dashboard", rows, name="cards")
