"""The digest: one mail a day with what a person has not read."""

from __future__ import annotations

from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.office.notices import ports, queries, rules
from onmaru.office.notices.models import Digest, Hours, Notice
from onmaru.office.notices.ports import Carrier

MOST = 50


def carrier(person: User) -> Carrier | None:
    """How a person's digest goes out: by the house's own server, else as the first room above knows; None for not."""
    if settings.EMAIL_HOST:
        return get_connection(), settings.DEFAULT_FROM_EMAIL
    return next((found for of in ports.carriers if (found := of(person)) is not None), None)


def write() -> int:
    """Write today's digest for everybody whose hour has come; returns how many. ``send`` sends them."""
    waiting = User.objects.filter(notices__mail_due=True, is_active=True).exclude(email="").distinct()
    return sum(_write(person) for person in waiting if carrier(person) is not None)


@transaction.atomic
def _write(person: User) -> bool:
    hours = Hours.objects.select_for_update().get_or_create(person=person)[0]
    now = queries.clock(identity.actor(person))
    if not rules.is_digest_due(now, hours.digest_at, hours.digest_sent_on):
        return False
    due = Notice.objects.filter(person=person, mail_due=True).order_by("id")
    notices = list(due[:MOST])
    count = len(notices)
    with translation.override(person.language):
        said = {"notices": [(one, _address(one)) for one in notices], "person": person}
        Digest.objects.create(
            person=person,
            to=person.email,
            subject=ngettext("{count} unread notice", "{count} unread notices", count).format(count=count),
            body=render_to_string("notices/digest.txt", said),
            message_id=make_msgid(f"digest-{person.pk}-{now:%Y%m%d}", "onmaru"),
        )
    due.filter(pk__lte=notices[-1].pk).update(mail_due=False)
    Hours.objects.filter(pk=hours.pk).update(digest_sent_on=now.date())
    return True


def _address(notice: Notice) -> str:
    """The whole address, where the house knows its own."""
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    return origin and origin + queries.address(notice.subject_kind, notice.subject_id)


def send() -> int:
    """Send the digests that wait; returns how many. One that was cut off goes out again under the same Message-ID."""
    count = 0
    for one in Digest.objects.filter(sent_at=None).order_by("id"):
        with transaction.atomic():
            held = Digest.objects.select_for_update(skip_locked=True).filter(pk=one.pk, sent_at=None).first()
            way = carrier(held.person) if held is not None else None
            if held is None or way is None:
                continue
            headers = {"Message-ID": held.message_id, "Auto-Submitted": "auto-generated"}
            way[0].send_messages([EmailMessage(held.subject, held.body, way[1], [held.to], headers=headers)])
            Digest.objects.filter(pk=held.pk).update(sent_at=timezone.now())
            count += 1
    return count
