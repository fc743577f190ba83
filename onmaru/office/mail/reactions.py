"""Who is told because of mail."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import events, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.discussion.queries import people
from onmaru.office.discussion.rules import saying
from onmaru.office.mail.events import Bounced, Received
from onmaru.office.mail.models import Mail
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices

ports.declare("mail", _("A mail came for me, or where I follow"))
ports.declare("bounce", _("A mail of mine came back"))


@events.reacts_to(Received)
def tell_of_mail(fact: Received, *, by: Actor) -> None:
    """Whose conversation it is, and those who follow the record; only who may read the mail."""
    mail = Mail.objects.filter(pk=fact.mail_id).first()
    if mail is not None:
        words = format_lazy(_("Mail from {sender}: {title}"), sender=mail.sender, title=mail.title)
        record = work.record_of(mail.subject_kind, mail.subject_id or 0) if mail.subject_kind else None
        whom = {mail.person_id, *(people.following(record) if record is not None else ())}
        told = User.objects.filter(pk__in=whom - {None})
        notices.tell(
            told, "mail", mail, words, by=by, excerpt=saying.short(mail.text), once=f"mail:{mail.pk}"
        )


@events.reacts_to(Bounced)
def tell_of_bounce(fact: Bounced, *, by: Actor) -> None:
    """Who wrote it."""
    mail = Mail.objects.filter(pk=fact.mail_id).first()
    if mail is not None and mail.person_id is not None:
        words = format_lazy(
            _("Your mail did not reach {whom}: {title}"), whom=", ".join(fact.addresses), title=mail.title
        )
        author = User.objects.filter(pk=mail.person_id)
        notices.tell(author, "bounce", mail, words, by=by, excerpt=mail.trouble, once=f"bounce:{mail.pk}")
