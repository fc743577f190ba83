"""When people are told: quiet hours, snoozing, the hour of the digest. Clock times are the person's own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals

SNOOZE_UNKNOWN = refusals.reason("snooze_unknown", _("There is no “{choice}” to snooze until."))
QUIET_HALF = refusals.reason("quiet_half", _("Quiet hours need a beginning and an end."))
PUSH_SERVICE_UNKNOWN = refusals.reason(
    "push_service_unknown", _("“{host}” is no push service that this house sends to.")
)
KIND_UNKNOWN = refusals.reason("notice_kind_unknown", _("There is no kind of notice “{kind}”."))

GONE = (410, 404)
"""What a push service answers of a browser that takes no more pushes (RFC 8030, 7.3)."""
UNWANTED = 200
MOST_TRIES = 9

MORNING = time(9)
SNOOZES = {"hour": _("In an hour"), "tomorrow": _("Tomorrow morning"), "week": _("Next Monday")}


def snoozed_until(choice: str, now: datetime) -> datetime:
    """When a notice comes back. ``now`` in the person's zone. Raises Refused(snooze_unknown)."""
    if choice not in SNOOZES:
        raise refusals.Refused(SNOOZE_UNKNOWN("until", choice=choice[:20]))
    if choice == "hour":
        return now + timedelta(hours=1)
    days = 1 if choice == "tomorrow" else 7 - now.weekday()
    return datetime.combine(now.date() + timedelta(days=days), MORNING, now.tzinfo)


def heard_at(now: datetime, quiet_from: time | None, quiet_until: time | None) -> datetime:
    """``now``, or the end of the quiet hours it falls into; they may reach over midnight."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return now
    clock = now.time()
    over_midnight = quiet_from > quiet_until
    is_quiet = (
        clock >= quiet_from or clock < quiet_until if over_midnight else quiet_from <= clock < quiet_until
    )
    if not is_quiet:
        return now
    day = now.date() + timedelta(days=1 if over_midnight and clock >= quiet_from else 0)
    return datetime.combine(day, quiet_until, now.tzinfo)


def is_digest_due(now: datetime, digest_at: time, sent_on: date | None) -> bool:
    """Whether today's digest is still to go out at ``now``."""
    return now.time() >= digest_at and sent_on != now.date()


def pushed_again_in(status: int, tries: int) -> float | None:
    """Seconds until a push is tried again that was answered so (0: not at all) after so many tries; None for never.

    What a service has no time for is put off: 30 seconds, a minute, two … for two hours.
    """
    is_put_off = status in (0, 429) or status >= 500
    return 30.0 * 2**tries if is_put_off and tries < MOST_TRIES - 1 else None


def is_push_service(endpoint: str, services: list[str]) -> bool:
    """Whether an address given by a browser is one of a push service: this house posts to no other."""
    found = urlsplit(endpoint)
    host = found.hostname or ""
    known = any(host == one or (one.startswith(".") and host.endswith(one)) for one in services)
    return known and found.scheme in ("https", *(["http"] if host == "127.0.0.1" else []))
