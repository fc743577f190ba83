"""Writing a mail on a record, sending it again by hand, linking one that came in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from email.utils import make_msgid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, files, identity, jobs, permissions, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.office.discussion.commands import marks
from onmaru.office.discussion.queries import reach
from onmaru.office.letters.rules import addressing, reading
from onmaru.office.mail.models import Account, Audience, Mail
from onmaru.office.mail.queries import known
from onmaru.office.notices.commands import live

State = Mail.State


@commands.command(label=_("Write a mail"), model=Mail)
def write(
    *,
    subject_kind: str,
    subject_id: int,
    to: str,
    title: str,
    text: str,
    by: Actor,
    account: Account | None = None,
    cc: str = "",
    audience: Audience = Audience.ALL,
    track: bool = False,
    answers: Mail | None = None,
    attached: Sequence[tuple[str, bytes]] = (),
) -> Mail:
    """Write a mail from a record that the actor sees; it is sent after the commit, by the worker. Unsaid, the account
    is the first that they may send from: who writes need not see the accounts and their servers.

    Its Message-ID and what it carries are fixed now. Refuses nobody_to_write_to, address_unreadable, address_dead,
    too_many_addresses, account_not_yours, mail_too_large; not_found for a record that is not there to see.
    """
    record, account = _bearer(subject_kind, subject_id, by), account or known.accounts(by).first()
    if account is None:
        raise refusals.Refused(addressing.ACCOUNT_NOT_YOURS("account"))
    mail = Mail(account=account, person_id=by.user_id, state=State.WAITING, due_at=timezone.now())
    mail.to, mail.cc, mail.sender = addressing.parsed(to), addressing.parsed(cc), known.sender(account, by)
    said: dict[str, Any] = {"title": title, "text": text, "audience": audience}
    said |= {"subject_kind": subject_kind, "subject_id": subject_id}
    refusals.check([*records.problems(mail, said), *_wrong(mail, by, attached)])
    mail.message_id = make_msgid("onmaru", account.address.rpartition("@")[2])
    mail.thread = mail.message_id
    mail.track = secrets.token_urlsafe(24) if track else ""
    _answer(mail, answers)
    _stand(mail, record)
    mail.save()
    _attach(mail, attached, by)
    marks.follow(record, [by.user_id])
    jobs.enqueue("mail.send")
    return mail


def _bearer(kind: str, key: int, by: Actor) -> Any:
    """The record, if it is there to see and hangs on none itself. Raises Refused(not_found)."""
    record = reach.record(kind, key, by)
    refusals.check([refusals.NOT_FOUND("subject_id") if type(record) in permissions.hanging else None])
    return record


def _wrong(mail: Mail, by: Actor, attached: Sequence[tuple[str, bytes]]) -> list[refusals.Refusal]:
    dead = known.dead(reading.address_of(one) for one in (*mail.to, *mail.cc))
    found = addressing.of_addresses(mail.to, mail.cc, dead)
    if not known.accounts(by).filter(pk=mail.account_id).exists():
        found.append(addressing.ACCOUNT_NOT_YOURS("account"))
    if sum(len(content) for _name, content in attached) > addressing.LARGEST:
        found.append(addressing.MAIL_TOO_LARGE("file", limit=addressing.LARGEST // 2**20))
    return found


def _answer(mail: Mail, answers: Mail | None) -> None:
    if answers is not None:
        mail.answers_id, mail.thread = answers.message_id, answers.thread
        mail.references = answers.references[-50:]
        if answers.answers_id and answers.answers_id not in mail.references:
            mail.references = [*mail.references, answers.answers_id]


def _stand(mail: Mail, record: Any) -> None:
    mail.about, mail.company_id = str(record)[:200], getattr(record, "company_id", None)


def _attach(mail: Mail, attached: Iterable[tuple[str, bytes]], by: Actor) -> None:
    # Whoever may write a mail may give it files.
    keeper = identity.also(by, files.attach.permission)
    for name, content in attached:
        files.attach(record=mail, name=name, content=content, by=keeper)


@commands.command(label=_("Send again"), model=Mail, move=((State.UNKNOWN, State.FAILED), State.WAITING))
def resend(mail: Mail, *, by: Actor) -> Mail:
    """Send what failed, or what somebody looked for at the server and did not find. Its Message-ID stays."""
    mail.due_at, mail.tries, mail.trouble = timezone.now(), 0, ""
    jobs.enqueue("mail.send")
    return mail


@commands.command(label=_("It was sent"), model=Mail, move=(State.UNKNOWN, State.SENT))
def confirm(mail: Mail, *, by: Actor) -> Mail:
    """Say that the server did take a mail of which nothing was known."""
    mail.trouble = ""
    return mail


@commands.command(label=_("Link to a record"), model=Mail)
def link(mail: Mail, *, subject_kind: str, subject_id: int, by: Actor) -> Mail:
    """Put a mail that came in, and what is unlinked of its conversation, on a record that the actor sees.

    Refuses already_linked; not_found for a record that is not there to see.
    """
    record = _bearer(subject_kind, subject_id, by)
    refusals.check([addressing.ALREADY_LINKED() if mail.subject_kind else None])
    place = {"subject_kind": subject_kind, "subject_id": subject_id}
    records.fill(mail, place)
    _stand(mail, record)
    others = Mail.objects.filter(thread=mail.thread, subject_kind="", account=mail.account_id)
    others.exclude(pk=mail.pk).update(**place, about=mail.about, company_id=mail.company_id)
    live.signal(f"{subject_kind}:{subject_id}", changed="mails")
    return mail
