"""What people do with dashboards: make, arrange, share them, have them sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role, User
from onmaru.office.dashboards import ports, rules
from onmaru.office.dashboards.models import Card, Dashboard, Mailing
from onmaru.office.mail.queries import known
from onmaru.office.savedviews.models import SavedView
from onmaru.workbench import registry


@commands.command(label=_("New dashboard"), model=Dashboard)
def create(*, by: Actor, **values: Any) -> Dashboard:
    """Make a dashboard of one's own; its cards are put on it."""
    dashboard = Dashboard(owner_id=by.user_id or 0)
    records.fill(dashboard, values)
    dashboard.save()
    return dashboard


@commands.command(label=_("Edit"), model=Dashboard)
def edit(dashboard: Dashboard, *, by: Actor, **values: Any) -> Dashboard:
    """Change what a dashboard is called and when it shows; its cards stay as they are."""
    return records.fill(dashboard, values)


@commands.command(
    label=_("Put a card on it"), model=Dashboard, asks={"card": _("In place of the card (number)")}
)
def put(
    dashboard: Dashboard,
    *,
    kind: Card.Kind,
    title: str = "",
    source: str = "",
    view: SavedView | None = None,
    query: str = "",
    measure: str = "count",
    against: str = "",
    width: int = 1,
    text: str = "",
    card: int = 0,
    by: Actor,
) -> Dashboard:
    """Put a card behind the others, or in place of the one whose id is ``card``.

    A view says what its card asks; when it is deleted, the card goes on asking that. Refuses what would answer
    nothing (source_unknown, words_missing) and cards_differ for a card that is not on this dashboard.
    """
    own = list(dashboard.cards.order_by("ordinal"))
    row = next((one for one in own if one.pk == card), None)
    refusals.check([rules.CARDS_DIFFER("card") if card and row is None else None])
    said: dict[str, Any] = (
        {"source": view.entity, "query": view.query}
        if view is not None
        else {"source": source, "query": query}
    )
    known = {one.name for one in registry.every()} | ports.figures.keys()
    refusals.check(rules.of_card(kind, said["source"], text, known))
    row = row or Card(dashboard=dashboard, ordinal=own[-1].ordinal + 1 if own else 0)
    said |= {"kind": kind, "title": title, "view": view, "measure": measure, "against": against}
    records.fill(row, {**said, "width": width, "text": text}).save()
    commands.touch(dashboard)
    return dashboard


@commands.command(label=_("Take a card off"), model=Dashboard, asks={"card": _("Card (number)")})
def take_off(dashboard: Dashboard, *, card: int, by: Actor) -> Dashboard:
    """Take the card of this id off. Refuses cards_differ for one that is not on this dashboard."""
    gone, _of_each = dashboard.cards.filter(pk=card).delete()
    refusals.check([None if gone else rules.CARDS_DIFFER("card")])
    commands.touch(dashboard)
    return dashboard


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
