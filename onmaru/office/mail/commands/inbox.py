"""Taking mail in: each once, onto the record that its conversation or its sender belongs to."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, files, identity, refusals, sql
from onmaru.kernel.identity import Actor
from onmaru.masters.party import queries as parties
from onmaru.office.discussion.queries import reach
from onmaru.office.letters.queries import mailbox
from onmaru.office.letters.rules import reading
from onmaru.office.letters.rules.reading import Letter
from onmaru.office.mail.commands import addresses
from onmaru.office.mail.events import Bounced, Received
from onmaru.office.mail.models import Account, Mail
from onmaru.office.mail.queries import known
from onmaru.office.notices.commands import live

log = logging.getLogger(__name__)

FIRST_DAYS = 7
LOCK = 0x6D61696C << 32
State = Mail.State


def fetch(account_id: int) -> int:
    """Take in what is new in an account's folder; returns how many mails. An account that is being read is left alone.

    Each mail commits by itself with how far the folder was read, so that a reading cut off goes on where it stopped.
    Nothing changes at the server: no mail is marked as read.
    """
    if sql.one("SELECT pg_try_advisory_lock(%s)", [LOCK + account_id]) != (True,):
        return 0
    try:
        account = Account.objects.filter(pk=account_id, is_active=True).exclude(imap_host="").first()
        return _tried(account) if account is not None else 0
    finally:
        sql.one("SELECT pg_advisory_unlock(%s)", [LOCK + account_id])


def _tried(account: Account) -> int:
    try:
        count, trouble = _fetched(account), ""
    except mailbox.Trouble as error:
        count, trouble = 0, str(error)[:300] or type(error).__name__
    moment = account.fetched_at if trouble else timezone.now()
    Account.objects.filter(pk=account.pk).update(trouble=trouble, fetched_at=moment)
    return count


def _fetched(account: Account) -> int:
    with mailbox.opened(known.receiving(account), account.imap_folder) as folder:
        # Where the server numbers anew, all is looked at again, and known by its Message-ID.
        last = account.last_uid if folder.validity == account.uid_validity else 0
        found = folder.new(last, account.created_at - timedelta(days=FIRST_DAYS))
        for uid in found:
            _take(account, folder.raw(uid))
            Account.objects.filter(pk=account.pk).update(uid_validity=folder.validity, last_uid=uid)
        return len(found)


def _take(account: Account, raw: bytes) -> None:
    """A mail that cannot be kept is told of, and does not keep those after it from coming in."""
    try:
        if raw:
            receive(account=account, raw=raw, by=identity.house())
    except (refusals.Refused, DatabaseError):
        log.exception("a mail for %s could not be kept", account.address)


@commands.command(label=_("Take a mail in"), model=Mail)
def receive(*, account: Account, raw: bytes, by: Actor) -> Mail:
    """Take in the bytes of a mail, once by its Message-ID; a delivery report marks the addresses it speaks of."""
    letter = reading.read(raw)
    known = Mail.objects.filter(account=account, state=State.RECEIVED, message_id=letter.message_id).first()
    if known is not None:
        return known
    mail = _mail(account, letter)
    mail.save()
    _keep(mail, letter, by)
    _bounced(letter)
    events.emit(Received(mail.pk), mail)
    if mail.subject_kind:
        live.signal(f"{mail.subject_kind}:{mail.subject_id}", changed="mails")
    return mail


def _mail(account: Account, letter: Letter) -> Mail:
    mail = Mail(account=account, state=State.RECEIVED, audience=account.audience, person_id=account.owner_id)
    for name in ("message_id", "title", "sender", "to", "cc", "text", "quoted", "html"):
        setattr(mail, name, getattr(letter, name))
    mail.at = letter.at or timezone.now()
    mail.pictures = {one.cid: one.name for one in letter.files if one.cid}
    mail.answers_id, mail.references = letter.answers, letter.references
    mail.thread = next(iter([*letter.references, letter.answers]), "") or letter.message_id
    spoken_of = [one.message_id for one in letter.reports if one.message_id]
    before = known.before([*spoken_of, letter.answers, *reversed(letter.references)])
    if before is not None:
        mail.thread, mail.audience = before.thread, before.audience
        mail.person_id = before.person_id or account.owner_id
        mail.subject_kind, mail.subject_id = before.subject_kind, before.subject_id
        mail.about, mail.company_id = before.about, before.company_id
    elif (party := parties.reached_by(letter.address)) is not None and reach.bears(type(party)):
        mail.subject_kind, mail.subject_id = party._meta.label_lower, party.pk
        mail.about = str(party)[:200]
    return mail


def _keep(mail: Mail, letter: Letter, by: Actor) -> None:
    """Its files, each by itself: one that a scanner refuses is left out, and said to be."""
    for one in letter.files:
        try:
            files.attach(record=mail, name=one.name, content=one.content, by=by)
        except refusals.Refused as refused:
            mail.trouble = f"{mail.trouble} {one.name}: {refused.reasons[0].message}".strip()[:500]
    if mail.trouble:
        Mail.objects.filter(pk=mail.pk).update(trouble=mail.trouble)


def _bounced(letter: Letter) -> None:
    failed = [one for one in letter.reports if one.has_failed]
    addresses.mark(failed)
    for message_id in {one.message_id for one in failed if one.message_id}:
        sent = Mail.objects.filter(message_id=message_id).exclude(state=State.RECEIVED).first()
        if sent is not None:
            about = [one for one in failed if one.message_id == message_id]
            trouble = "; ".join(f"{one.address}: {one.reason}" for one in about)[:500]
            Mail.objects.filter(pk=sent.pk).update(state=State.BOUNCED, trouble=trouble)
            events.emit(Bounced(sent.pk, sorted({one.address for one in about})), sent)


def due(pause: float) -> list[int]:
    """The accounts that are to be read now: each is asked for once in ``pause`` seconds."""
    now = timezone.now()
    before = Q(asked_at=None) | Q(asked_at__lte=now - timedelta(seconds=pause - 1))
    rows = Account.objects.filter(before, is_active=True).exclude(imap_host="")
    keys = list(rows.values_list("pk", flat=True))
    Account.objects.filter(pk__in=keys).update(asked_at=now)
    return keys
