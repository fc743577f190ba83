"""What a card may ask, which days it is compared with, and when a mailing is due."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal
from onmaru.workbench.phrases import Span

SOURCE_UNKNOWN = refusals.reason("source_unknown", _("There is no list and no key figure “{name}”."))
WORDS_MISSING = refusals.reason("words_missing", _("A card of text needs a text."))
SHARED_WITH_NOBODY = refusals.reason("shared_with_nobody", _("Say which role sees it."))
CARDS_DIFFER = refusals.reason("cards_differ", _("These are not the cards of this dashboard; load it anew."))
MAIL_ADDRESS_MISSING = refusals.reason(
    "mail_address_missing", _("Your account has no mail address; the administrator can enter one.")
)
NO_MAIL_ACCOUNT = refusals.reason(
    "no_mail_account",
    _("There is no account to send from; the administrator can enter one under mail accounts."),
)


def of_card(kind: str, source: str, text: str, known: Container[str]) -> list[Refusal | None]:
    """Why a card answers nothing: source_unknown, words_missing."""
    if kind == "text":
        return [None if text.strip() else WORDS_MISSING("text")]
    return [None if source in known else SOURCE_UNKNOWN("source", name=source[:60])]


def params(query: str) -> dict[str, list[str]]:
    """A query string as lists of texts by name."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.lstrip("?")):
        found.setdefault(name, []).append(value)
    return found


def year_before(day: date) -> date:
    """The same day a year before; the 28th for the 29th of February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def compared(span: Span, against: str, today: date) -> tuple[Span, Span]:
    """The days of a span that are over, and those that they are compared with: as many, so that both are fair."""
    last = min(span.last, max(today, span.first))
    if against == "year":
        return Span(span.first, last), Span(year_before(span.first), year_before(last))
    days = (last - span.first).days + 1
    return Span(span.first, last), Span(span.first - timedelta(days=days), span.first - timedelta(days=1))


def is_due(every: str, hour: int, sent_on: date | None, now: datetime) -> bool:
    """Whether a mailing goes out at ``now``, the receiver's own time: once from its day on, and from its hour on.

    Its day is Monday or the first of the month; one that was missed, by a house that slept, is made up for.
    """
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    since = {"day": today, "week": monday, "month": today.replace(day=1)}[every]
    return now.hour >= hour and (sent_on < since if sent_on else since == today)
