"""Sending: a mail is claimed, sent, and said to be sent; one cut off in between is never sent by itself again."""

from __future__ import annotations

from datetime import timedelta
from email import policy

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onmaru.kernel import files
from onmaru.office.letters.commands import sending
from onmaru.office.letters.commands.sending import Outcome
from onmaru.office.letters.rules import composing, reading
from onmaru.office.mail.commands import addresses
from onmaru.office.mail.models import Mail
from onmaru.office.mail.queries import known
from onmaru.office.notices.commands import live

MOST_TRIES = 8
FORSAKEN = timedelta(seconds=60)
State = Mail.State


def send() -> int:
    """Send every mail that is due; returns how many attempts there were. What another worker has is left to it."""
    count = 0
    for key in due():
        if _claim(key):
            _attempt(key)
            count += 1
    return count


def due() -> list[int]:
    """The mails that wait and whose time has come."""
    rows = Mail.objects.filter(state=State.WAITING, due_at__lte=timezone.now())
    return list(rows.values_list("pk", flat=True))


def _claim(key: int) -> bool:
    """Commit that sending begins: from here on, a mail that was cut off may have been sent."""
    with transaction.atomic():
        rows = Mail.objects.select_for_update(skip_locked=True).filter(pk=key, state=State.WAITING)
        return bool(rows) and bool(
            Mail.objects.filter(pk=key).update(state=State.SENDING, tried_at=timezone.now())
        )


def _attempt(key: int) -> None:
    """Send one under its lock, which is let go when this process dies, so that ``settle`` knows."""
    with transaction.atomic():
        held = Mail.objects.select_for_update(skip_locked=True, of=["self"]).select_related("account")
        mail = held.filter(pk=key, state=State.SENDING).first()
        if mail is not None:
            _note(mail, _sent(mail))


def settle() -> int:
    """Tell of mails that were cut off while they were being sent that nothing is known of them; returns how many."""
    with transaction.atomic():
        old = Mail.objects.filter(state=State.SENDING, tried_at__lt=timezone.now() - FORSAKEN)
        found = list(old.select_for_update(skip_locked=True))
        for mail in found:
            _note(mail, Outcome(State.UNKNOWN, _("Cut off while it was being sent.")))
    return len(found)


def _note(mail: Mail, outcome: Outcome) -> None:
    tries = mail.tries + 1
    again = outcome.state == State.WAITING and tries < MOST_TRIES
    state = State.FAILED if outcome.state == State.WAITING and not again else outcome.state
    now = timezone.now()
    Mail.objects.filter(pk=mail.pk).update(
        state=state,
        tries=tries,
        trouble=outcome.trouble[:500],
        at=now if state == State.SENT else mail.at,
        # 1, 2, 4 ... minutes: greylisting servers take a mail at its second coming.
        due_at=now + timedelta(minutes=2 ** (tries - 1)) if again else None,
    )
    addresses.mark(outcome.refused)
    live.signal(f"{mail.subject_kind}:{mail.subject_id}", changed="mails")


def _sent(mail: Mail) -> Outcome:
    try:
        raw = _bytes(mail)
    except composing.Unwritable as error:
        return Outcome(State.FAILED, str(error))
    server = known.sending(mail.account)
    whom = [reading.address_of(one) for one in (*mail.to, *mail.cc)]
    sender = reading.address_of(mail.sender)
    return sending.hand_over(server, raw, sender=sender, whom=whom, message_id=mail.message_id)


def _bytes(mail: Mail) -> bytes:
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    message = composing.letter(
        sender=mail.sender,
        to=mail.to,
        cc=mail.cc,
        title=mail.title,
        text=mail.text,
        at=timezone.localtime(mail.at),
        message_id=mail.message_id,
        answers=mail.answers_id,
        references=mail.references,
        files=[(one.name, bytes(one.content)) for one in files.of(mail).order_by("id")],
        picture=f"{origin}/mail/seen/{mail.track}.gif" if mail.track and origin else "",
    )
    raw = message.as_bytes(policy=policy.SMTP)
    account = mail.account
    if account.dkim_key:
        domain = account.address.rpartition("@")[2]
        key = account.dkim_key.open()
        raw = composing.signed(raw, domain=domain, selector=account.dkim_selector, key=key)
    return raw
