"""Taking mail in: each once, onto the record that its conversation or its sender belongs to."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, files, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.party import queries as parties
from onmaru.office.discussion.queries import reach
from onmaru.office.letters.rules import reading
from onmaru.office.letters.rules.reading import Letter
from onmaru.office.mail.commands import addresses
from onmaru.office.mail.events import Bounced, Received
from onmaru.office.mail.models import Account, Mail
from onmaru.office.mail.queries import known
from onmaru.office.notices.commands import live

State = Mail.State


@commands.command(label=_("Take a mail in"), model=Mail, inner="what fetches mail from its server")
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
