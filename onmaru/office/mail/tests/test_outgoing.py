"""Mail that goes out over a real server: written, fixed, sent once; what fails, comes back or is not known."""

from __future__ import annotations

import base64
import email
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onmaru.kernel import identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.models import Contact, Party
from onmaru.office.discussion.queries import timeline
from onmaru.office.letters.rules import openings
from onmaru.office.letters.tests.servers import Box, Post
from onmaru.office.mail import commands
from onmaru.office.mail.commands import outbox
from onmaru.office.mail.models import Account, Audience, Bounce, Mail, Opening
from onmaru.office.mail.queries import known, wording
from onmaru.office.notices import jobs as notices_jobs
from onmaru.office.notices.commands import digests
from onmaru.office.notices.commands.notices import tell
from onmaru.office.notices.models import Notice
from onmaru.workbench import registry

pytestmark = pytest.mark.django_db


def write(party: Party, account: Account, person: User, **said: Any) -> Mail:
    """A mail to the customer."""
    usual = {"to": "김한빛 <kim@hanbit.example>", "title": "견적", "text": "단가를 부탁드립니다."}
    place = {"subject_kind": "party.party", "subject_id": party.pk, "account": account}
    return commands.mails.write(**{**usual, **place, **said}, by=identity.actor(person))


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_goes_out_once_as_it_was_written(
    account: Account, party: Party, clerk: User, post: Post
) -> None:
    mail = write(party, account, clerk, cc="b@hanbit.example", attached=[("견적서.pdf", b"%PDF-1.7")])
    assert outbox.send() == 1 and outbox.send() == 0
    (raw,) = post.mails
    sent = parsed(raw)
    assert sent["Message-ID"] == mail.message_id and sent["Subject"] == "견적"
    assert sent["From"].addresses[0].display_name == "박솔"
    assert sent["To"].addresses[0].addr_spec == "kim@hanbit.example"
    assert post.whom == [["kim@hanbit.example", "b@hanbit.example"]]
    body = sent.get_body(("plain",))
    assert body is not None and body.get_content().strip() == "단가를 부탁드립니다."
    assert [one.get_filename() for one in sent.iter_attachments()] == ["견적서.pdf"]
    mail.refresh_from_db()
    assert mail.state == "sent"
    (entry,) = timeline.page(party, identity.actor(clerk), show="mails").entries
    assert entry.key == mail.pk and [one.name for one in entry.data["files"]] == ["견적서.pdf"]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"to": ""}, ["nobody_to_write_to"]),
        ({"to": "김한빛"}, ["address_unreadable"]),
        ({"cc": "gone@hanbit.example"}, ["address_dead"]),
        ({"to": ", ".join(f"p{n}@hanbit.example" for n in range(101))}, ["too_many_addresses"]),
        ({"attached": [("큰 파일", bytes(25 * 1024 * 1024)), ("더", b"1")]}, ["mail_too_large"]),
    ],
)
def test_what_cannot_go_out_is_refused(
    account: Account, party: Party, clerk: User, said: dict[str, Any], codes: list[str]
) -> None:
    Bounce.objects.create(address="gone@hanbit.example", is_dead=True)
    with pytest.raises(Refused) as refused:
        write(party, account, clerk, **said)
    assert refused.value.codes == codes


def test_nobody_writes_from_anothers_account_or_on_what_they_do_not_see(
    account: Account, party: Party, clerk: User, mate: User, stranger: User
) -> None:
    Account.objects.filter(pk=account.pk).update(owner=mate)
    with pytest.raises(Refused) as refused:
        write(party, account, clerk)
    assert refused.value.codes == ["account_not_yours"]
    by = identity.also(identity.actor(stranger), "mail.mail.write")
    with pytest.raises(Refused) as refused:
        said: dict[str, Any] = {"subject_kind": "party.party", "subject_id": party.pk, "account": account}
        commands.mails.write(**said, to="a@b.example", title="x", text="x", by=by)
    assert refused.value.codes == ["not_found"]


def test_an_account_reaches_some_server(by: Actor) -> None:
    with pytest.raises(Refused) as refused:
        commands.accounts.create(by=by, name="x", address="x@onmaru.example")
    assert refused.value.codes == ["server_half"]


def test_what_was_cut_off_after_the_server_had_it_is_told_and_never_sent_again(
    account: Account, party: Party, clerk: User, post: Post
) -> None:
    mail = write(party, account, clerk)
    assert outbox._claim(mail.pk)
    # Killed here. The job comes again, and so does the round that looks for what was cut off.
    assert outbox.send() == 0 and outbox.settle() == 0
    Mail.objects.update(tried_at=timezone.now() - outbox.FORSAKEN)
    assert outbox.settle() == 1 and outbox.send() == 0 and post.mails == []
    mail.refresh_from_db()
    assert mail.state == "unknown" and mail.trouble
    commands.mails.resend(mail, by=identity.actor(clerk))
    assert outbox.send() == 1 and parsed(post.mails[0])["Message-ID"] == mail.message_id


def test_a_server_that_falls_silent_while_it_takes_a_mail_leaves_it_unknown(
    account: Account, party: Party, clerk: User, post: Post
) -> None:
    post.falls_silent = True
    mail = write(party, account, clerk)
    outbox.send()
    mail.refresh_from_db()
    assert mail.state == "unknown" and len(post.mails) == 1
    Mail.objects.update(due_at=timezone.now())
    assert outbox.send() == 0 and outbox.settle() == 0
    commands.mails.confirm(mail, by=identity.actor(clerk))
    mail.refresh_from_db()
    assert mail.state == "sent"


def test_what_the_server_puts_off_is_tried_later_and_what_it_refuses_is_not(
    account: Account, party: Party, clerk: User, post: Post
) -> None:
    post.refuses = {"later@hanbit.example": "451 come again", "gone@hanbit.example": "550 5.1.1 no such user"}
    later, gone = (write(party, account, clerk, to=f"{one}@hanbit.example") for one in ("later", "gone"))
    both = write(party, account, clerk, to="gone@hanbit.example", cc="kim@hanbit.example")
    assert outbox.send() == 3 and outbox.send() == 0
    states = {one.pk: one.state for one in Mail.objects.all()}
    assert states == {later.pk: "waiting", gone.pk: "failed", both.pk: "sent"}
    assert post.whom == [["kim@hanbit.example"]]
    assert known.dead(["gone@hanbit.example", "later@hanbit.example"]) == {"gone@hanbit.example"}
    commands.addresses.clear(Bounce.objects.get(), by=identity.system("x"))
    assert known.dead(["gone@hanbit.example"]) == set()
    post.refuses = {}
    Mail.objects.filter(pk=later.pk).update(due_at=timezone.now())
    assert outbox.send() == 1 and post.whom[-1] == ["later@hanbit.example"]


def test_no_line_to_the_server_is_tried_again_and_given_up_in_the_end(
    account: Account, party: Party, clerk: User
) -> None:
    Account.objects.update(smtp_port=1)
    mail = write(party, account, clerk)
    for _attempt in range(outbox.MOST_TRIES):
        Mail.objects.update(due_at=timezone.now())
        assert outbox.send() == 1
    mail.refresh_from_db()
    assert mail.state == "failed" and mail.tries == outbox.MOST_TRIES


def holds(raw: bytes, record: bytes) -> bool:
    """Whether a DKIM signature holds, reckoned anew by RFC 6376 and none of what signed it."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    fields = [
        (name.lower().strip(), name + b":" + value)
        for name, value in (one.split(b":", 1) for one in re.split(rb"\r\n(?![ \t])", head))
    ]
    signature = next(whole for name, whole in fields if name == b"dkim-signature")
    said, told = (
        dict(re.findall(rb"(\w+)\s*=\s*([^;]*)", one)) for one in (signature.split(b":", 1)[1], record)
    )
    relaxed_body, relaxed_head = said[b"c"].strip() == b"relaxed/relaxed", b"relaxed" in said[b"c"]
    assert relaxed_head, said[b"c"]
    if relaxed_body:
        body = re.sub(rb"[ \t]+(?=\r\n|$)", b"", re.sub(rb"[ \t]+", b" ", body))
    digest = hashlib.sha256(re.sub(rb"(\r\n)*$", b"\r\n", body, count=1)).digest()

    def plain(whole: bytes) -> bytes:
        name, value = whole.split(b":", 1)
        return name.lower().strip() + b":" + re.sub(rb"\s+", b" ", value).strip()

    left, signed = list(fields), []
    for name in re.sub(rb"\s", b"", said[b"h"]).lower().split(b":"):
        place = next((at for at in reversed(range(len(left))) if left[at][0] == name), None)
        signed += [plain(left.pop(place)[1])] if place is not None else []
    bare = re.sub(rb"(\bb=)[^;]*", rb"\1", plain(signature))
    key = serialization.load_der_public_key(base64.b64decode(told[b"p"]))
    assert isinstance(key, rsa.RSAPublicKey)
    proof, what = base64.b64decode(said[b"b"]), b"\r\n".join([*signed, bare])
    try:
        key.verify(proof, what, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return digest == base64.b64decode(said[b"bh"])


def test_its_signature_holds_for_whoever_asks_the_name_server(
    account: Account, party: Party, clerk: User, by: Actor, post: Post
) -> None:
    signing = commands.accounts.make_key(account, by=by)
    write(party, signing, clerk)
    outbox.send()
    (raw,) = post.mails
    record = Account.objects.get().dkim_record.encode()
    assert holds(raw, record)
    assert not holds(raw.replace(b"Subject:", b"Subject: x"), record)
    assert not holds(raw.replace(b"\r\n\r\n", b"\r\n\r\nx", 1), record)
    assert str(Account.objects.get().dkim_key).startswith("●")


def test_a_digest_goes_by_the_companys_account_where_the_house_has_no_server(
    account: Account, clerk: User, by: Actor, post: Post, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    User.objects.filter(pk=clerk.pk).update(email="clerk@onmaru.example")
    tell(list(User.objects.filter(pk=clerk.pk)), "mention", None, "견적 회신", by=by)
    with time_machine.travel(datetime(2036, 11, 27, 1, tzinfo=UTC)):
        for _twice in range(2):
            notices_jobs.digest()
    (raw,) = post.mails
    assert (parsed(raw)["To"], parsed(raw)["From"]) == ("clerk@onmaru.example", account.address)
    Account.objects.update(is_active=False)
    assert digests.carrier(clerk) is None


def test_a_password_is_nowhere_readable(account: Account, box: Box) -> None:
    stored = Account.objects.values_list("password", flat=True).get()
    assert str(stored).startswith("●") and known.sending(Account.objects.get()) == (
        "127.0.0.1",
        account.smtp_port,
        "none",
        "",
        box.password,
    )


def test_words_of_a_template_hold_the_records_fields_in_both_languages(by: Actor, party: Party) -> None:
    said: dict[str, Any] = {
        "name": "인사",
        "kind": "party.party",
        "title_ko": "{name} 귀중",
        "text_ko": "{my_name} 드림: {kind}",
    }
    made = commands.templates.create(
        by=by, **said, title_en="To {upper(record)}", text_en="{length(name) * 1000}"
    )
    assert wording.filled(made, party, by, "ko") == ("한빛상사 귀중", "tester 드림: 법인·사업자")
    assert wording.filled(made, party, by, "en") == ("To 한빛상사", "4,000")
    assert wording.templates("party.party") == [made] and wording.templates("sales.order") == []
    for text, code in (
        ("{nothing}", "expression_name"),
        ("{name.x}", "expression_name"),
        ("{name..x}", "expression_unreadable"),
    ):
        with pytest.raises(Refused) as refused:
            commands.templates.edit(made, text_ko=text, by=by)
        assert refused.value.codes == [code]
    with pytest.raises(Refused):
        commands.templates.edit(made, text_ko="{email}", by=by)


def test_words_follow_references_as_far_as_the_sender_sees(by: Actor, party: Party) -> None:
    contact = Contact.objects.create(party=party, name="김한빛", email="kim@hanbit.example")
    kind = "party.contact"
    said: dict[str, Any] = {
        "name": "담당",
        "kind": kind,
        "title_ko": "{party.name + '.kr'} {party.code}",
        "text_ko": "{record}",
    }
    made = commands.templates.create(by=by, **said)
    assert wording.filled(made, contact, by, "ko")[0] == f"한빛상사.kr {party.code}"
    assert wording.preview(made, by, "ko") == (f"한빛상사.kr {party.code}", str(contact))

    blind = identity.only(by, "party.contact.view")
    assert wording.filled(made, contact, replace(blind, user_id=1), "ko")[0].strip() == ""
    for text in ("{party.nothing}", "{party.party.party.name}", "{party.email}", "{name.x}"):
        with pytest.raises(Refused) as refused:
            commands.templates.edit(made, text_ko=text, by=by)
        assert refused.value.codes == ["expression_name"] and text[1:-1] in refused.value.reasons[0].message


def test_a_mail_is_read_by_whom_it_is_for(account: Account, party: Party, clerk: User, mate: User) -> None:
    mail = write(party, account, clerk, audience=Audience.SELF, attached=[("급여.pdf", b"%PDF-")])
    shown = {
        who.username: len(timeline.page(party, identity.actor(who), show="mails").entries)
        for who in (clerk, mate)
    }
    assert shown == {"clerk": 1, "mate": 0}
    boss = identity.only(identity.actor(mate), "*")
    for model in (Mail, StoredFile):
        assert registry.rows_for(model, identity.actor(clerk)).count() == 1
        assert registry.rows_for(model, boss).count() == 0
    User.objects.filter(pk__in=[clerk.pk, mate.pk]).update(team="영업")
    Mail.objects.filter(pk=mail.pk).update(audience=Audience.TEAM)
    assert registry.rows_for(Mail, identity.actor(User.objects.get(pk=mate.pk))).count() == 1


def test_openings_are_counted_only_where_asked_and_machines_apart(
    account: Account, party: Party, clerk: User, post: Post, settings: Any
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://erp.example.com"]
    write(party, account, clerk)
    tracked = write(party, account, clerk, track=True)
    outbox.send()
    shown = [parsed(raw).get_body(("html",)) for raw in post.mails]
    assert (
        shown[0] is None
        and shown[1] is not None
        and f"/mail/seen/{tracked.track}.gif" in shown[1].get_content()
    )
    browser, address = Browser(), f"/mail/seen/{tracked.track}.gif"
    reader = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0"
    assert browser.get(address, headers={"User-Agent": reader}).headers["Content-Type"] == "image/gif"
    Mail.objects.update(at=timezone.now() - openings.AT_ONCE * 2)
    for agent in (reader, "Mozilla/5.0 GoogleImageProxy", "Mozilla/5.0", ""):
        browser.get(address, headers={"User-Agent": agent})
    assert browser.get("/mail/seen/unknown.gif").status_code == 200
    entries = timeline.page(party, identity.actor(clerk), show="mails").entries
    assert [
        (one.data["mail"].opened, one.data["mail"].machines) for one in entries if one.data["mail"].track
    ] == [(1, 4)]
    assert list(Opening.objects.order_by("id").values_list("by_machine", flat=True)) == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_a_timeline_asks_as_much_for_ten_mails_as_for_one(
    account: Account, party: Party, clerk: User, django_assert_num_queries: Any
) -> None:
    by = identity.actor(clerk)
    write(party, account, clerk, attached=[("하나.txt", b"1")])
    with CaptureQueriesContext(connection) as one:
        timeline.page(party, by, show="mails")
    for place in range(9):
        write(party, account, clerk, attached=[(f"{place}.txt", b"1")])
    with django_assert_num_queries(len(one)):
        assert len(timeline.page(party, by, show="mails").entries) == 10


def test_the_worker_sends_what_a_command_asked_for(
    account: Account, party: Party, clerk: User, post: Post
) -> None:
    write(party, account, clerk)
    jobs.registry["mail.send"]()
    assert len(post.mails) == 1 and not Notice.objects.exists()
