"""Mail that comes in over a real IMAP server: once, onto its record, quoted away, made harmless; what came back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party import queries as parties
from onmaru.masters.party.models import Contact, Party
from onmaru.office.discussion.queries import timeline
from onmaru.office.letters.rules import html
from onmaru.office.letters.tests.servers import Box, Post
from onmaru.office.letters.tests.test_reading import korean
from onmaru.office.mail import commands
from onmaru.office.mail.commands import inbox, outbox
from onmaru.office.mail.models import Account, Audience, Bounce, Mail
from onmaru.office.mail.queries import entries, known
from onmaru.office.mail.tests.conftest import party_mail
from onmaru.office.mail.tests.test_outgoing import write
from onmaru.office.mailboxes import jobs as rounds
from onmaru.office.mailboxes.commands import reading
from onmaru.office.notices.models import Notice
from onmaru.workbench import registry

pytestmark = pytest.mark.django_db


def _received() -> list[Mail]:
    return list(Mail.objects.filter(state="received").order_by("id"))


def test_a_mail_comes_in_once_whatever_the_server_says(account: Account, box: Box) -> None:
    box.put(korean())
    box.put(b"Subject: no id\r\n\r\n\xb0\xdf\xc0\xfb")
    assert reading.fetch(account.pk) == 2 and reading.fetch(account.pk) == 0
    box.validity += 1
    assert reading.fetch(account.pk) == 2
    titles = [(one.title, one.text) for one in _received()]
    assert titles == [("Re: 똠 견적", "단가를 확인했습니다."), ("no id", "견적")]
    assert not [
        one for one in box.said if "STORE" in one.upper() or "BODY[" in one.upper().replace("BODY.PEEK[", "")
    ]


def test_trouble_with_the_server_is_told_and_passes(account: Account, box: Box) -> None:
    box.put(korean())
    right, box.password = box.password, "other"
    assert reading.fetch(account.pk) == 0
    assert "wrong password" in Account.objects.get().trouble
    box.password = right
    assert reading.fetch(account.pk) == 1 and Account.objects.get().trouble == ""


def test_an_answer_stands_with_what_it_answers_and_is_told(
    account: Account, box: Box, party: Party, clerk: User, mate: User, post: Post
) -> None:
    asked = write(party, account, clerk, audience=Audience.SELF)
    outbox.send()
    box.put(korean().replace(b"<zero@onmaru.example>", asked.message_id.encode()))
    reading.fetch(account.pk)
    jobs.drain()
    (answer,) = _received()
    assert (answer.subject_id, answer.thread, answer.audience) == (party.pk, asked.thread, Audience.SELF)
    assert answer.person_id == clerk.pk
    assert set(Notice.objects.values_list("person__username", "kind")) == {("clerk", "mail")}
    assert registry.rows_for(Mail, identity.actor(mate)).count() == 0
    again = write(party, account, clerk, answers=answer)
    assert again.answers_id == answer.message_id and asked.message_id in again.references


def test_a_stranger_to_the_thread_is_known_by_address(
    account: Account, box: Box, party: Party, by: Actor
) -> None:
    party_mail(party, "kim@hanbit.example")
    box.put(korean())
    reading.fetch(account.pk)
    assert _received()[0].subject_id == party.pk and _received()[0].about == "한빛상사"
    Party.objects.update(email="")
    Contact.objects.create(party=party, name="김한빛", email="Kim@hanbit.example")
    assert parties.reached_by("kim@hanbit.example") == party
    assert known.address_for(party) == "김한빛 <Kim@hanbit.example>"


def test_what_nobody_knows_waits_until_somebody_links_its_conversation(
    account: Account, box: Box, party: Party, clerk: User, mate: User
) -> None:
    box.put(korean())
    box.put(korean().replace(b"one@hanbit", b"two@hanbit"))
    reading.fetch(account.pk)
    by = identity.actor(clerk)
    assert entries.unlinked(by).count() == 2 and entries.unlinked(identity.actor(mate)).count() == 0
    first, _second = _received()
    browser = Browser()
    browser.force_login(clerk)
    assert "Re: 똠 견적" in browser.get("/mail/").content.decode()
    browser.post(f"/mail/{first.pk}/link", {"address": "/no/such"})
    assert entries.unlinked(by).count() == 2
    browser.post(f"/mail/{first.pk}/link", {"address": f"https://erp.example/parties/{party.pk}/"})
    assert entries.unlinked(by).count() == 0
    assert len(timeline.page(party, by, show="mails").entries) == 2
    with pytest.raises(Refused) as refused:
        commands.mails.link(first, subject_kind="party.party", subject_id=party.pk, by=by)
    assert refused.value.codes == ["already_linked"]


def test_a_persons_own_mail_comes_in_with_its_files_for_that_person_only(
    account: Account, box: Box, clerk: User, mate: User
) -> None:
    Account.objects.update(owner=mate)
    box.put(korean())
    reading.fetch(account.pk)
    seen = [registry.rows_for(StoredFile, identity.actor(who)).count() for who in (mate, clerk)]
    assert seen == [2, 0] and _received()[0].trouble == ""


def test_its_files_are_seen_with_it_by_their_korean_names(
    account: Account, box: Box, party: Party, clerk: User, stranger: User
) -> None:
    party_mail(party, "kim@hanbit.example")
    box.put(korean())
    reading.fetch(account.pk)
    rows = registry.rows_for(StoredFile, identity.actor(clerk))
    assert sorted(one.name for one in rows) == ["견적.hwp", "견적서(최종).pdf"]
    assert not registry.rows_for(
        StoredFile, identity.only(identity.actor(stranger), "kernel.storedfile.view")
    )


DSN = """From: MAILER-DAEMON@hanbit.example
Message-ID: <dsn@hanbit.example>
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

It did not work.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; hanbit.example

Final-Recipient: rfc822; Kim@hanbit.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: =?utf-8?B?6rKs7KCB?=
--x--
"""


@pytest.mark.parametrize(
    ("action", "status", "state", "dead"),
    [
        ("failed", "5.1.1", "bounced", True),
        ("failed", "4.4.7", "bounced", False),
        ("delayed", "4.4.1", "sent", False),
    ],
)
def test_a_delivery_report_marks_the_address_and_tells_the_writer(
    account: Account,
    box: Box,
    party: Party,
    clerk: User,
    post: Post,
    action: str,
    status: str,
    state: str,
    dead: bool,
) -> None:
    mail = write(party, account, clerk)
    outbox.send()
    box.put(DSN.format(action=action, status=status, message_id=mail.message_id).encode())
    reading.fetch(account.pk)
    jobs.drain()
    mail.refresh_from_db()
    assert mail.state == state
    assert known.dead(["kim@hanbit.example"]) == ({"kim@hanbit.example"} if dead else set())
    assert Notice.objects.filter(kind="bounce", person=clerk).exists() is (state == "bounced")
    assert _received()[0].subject_id == party.pk
    assert not Bounce.objects.exclude(status=status).exists()


EVIL = """<p onclick="x()" style="color:red;position:fixed;background:url(https://spy.example/a)">안녕</p><script>x()</script>
<img src="https://spy.example/dot.gif"><img src="cid:logo"><a href="javascript:x()">a</a><form action="/"><input></form>
<iframe src="https://spy.example"></iframe><style>p{}</style><img src=x onerror=x()>"""


def test_html_from_strangers_does_nothing_and_fetches_nothing_until_asked() -> None:
    shown = html.safe(EVIL, {"logo": "/talk/files/1"})
    for word in (
        "onclick",
        "script",
        "position",
        "spy.example",
        "javascript",
        "form",
        "input",
        "iframe",
        "onerror",
    ):
        assert word not in shown
    assert "안녕" in shown and 'style="color:red"' in shown and 'src="/talk/files/1"' in shown
    asked = html.safe(EVIL, {}, remote=True)
    assert 'src="https://spy.example/dot.gif"' in asked and "url(" not in asked and "cid:" not in asked
    assert html.has_remote(EVIL) and not html.has_remote("<img src='cid:x'>")
    assert html.to_text("<p>하나</p><div>둘 &amp; 셋<br>넷</div><script>x</script>") == "하나\n둘 & 셋\n넷"


def test_html_is_shown_in_a_frame_in_which_nothing_runs(
    account: Account, clerk: User, party: Party, stranger: User
) -> None:
    party_mail(party, "kim@hanbit.example")
    raw = b"From: kim@hanbit.example\r\nContent-Type: text/html; charset=euc-kr\r\n\r\n" + EVIL.encode(
        "euc-kr"
    )
    mail = inbox.receive(account=account, raw=raw, by=identity.system("x"))
    browser = Browser()
    browser.force_login(clerk)
    for asked, allowed in (("", False), ("?images=1", True)):
        answer = browser.get(f"/mail/{mail.pk}/html{asked}")
        rules = answer.headers["Content-Security-Policy"]
        assert "sandbox" in rules and "default-src 'none'" in rules and ("https:" in rules) is allowed
        assert "안녕" in answer.content.decode() and ("spy.example" in answer.content.decode()) is allowed
    browser.force_login(stranger)
    assert browser.get(f"/mail/{mail.pk}/html").status_code == 404


def test_every_account_is_asked_for_once_a_minute(account: Account) -> None:
    assert rounds.look() == 1 and rounds.look() == 0
    reading.fetch(account.pk)
    assert rounds.look() == 0
    commands.accounts.edit(account, is_active=False, by=identity.system("x"))
    Account.objects.update(asked_at=None)
    assert rounds.look() == 0 and reading.fetch(account.pk) == 0


def test_the_form_begins_with_whom_and_what_and_sends_what_it_says(
    account: Account, party: Party, clerk: User, by: Actor, post: Post, settings: Any
) -> None:
    party_mail(party, "kim@hanbit.example")
    made = commands.templates.create(by=by, name="인사", title_ko="{record} 귀중", text_ko="{my_name} 드림")
    browser = Browser()
    browser.force_login(clerk)
    address = f"/talk/party.party/{party.pk}/mail"
    asked: dict[str, Any] = {"template": made.pk, "language": "ko"}
    form = browser.get(address, asked).content.decode()
    assert "한빛상사 &lt;kim@hanbit.example&gt;" in form and "한빛상사 귀중" in form and "박솔 드림" in form
    said = {"account": account.pk, "to": "kim@hanbit.example", "title": "제목", "text": "본문", "key": "one"}
    for _twice in range(2):
        browser.post(address, said)
    assert outbox.send() == 1 and len(post.mails) == 1
    refused = browser.post(address, {**said, "account": "", "key": "two"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and Mail.objects.count() == 1
