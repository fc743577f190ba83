"""The digest over a real SMTP server: one mail a day, the same mail when it was cut off."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.notices import commands, jobs
from onmaru.office.notices.models import Digest, Notice

MORNING = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # 09:00 in Seoul


class Post:
    """What arrived."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its name for it
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    found = Post()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.CSRF_TRUSTED_ORIGINS = ["https://erp.example.com"]
    yield found
    controller.stop()


def _text(mail: Message) -> str:
    raw = mail.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode()


def test_what_was_not_read_comes_in_one_mail_a_day(
    by: Actor, kind: str, clerk: User, party: Party, post: Post
) -> None:
    commands.notices.tell([clerk], kind, party, "단가 확인", by=by, excerpt="내일까지")
    commands.notices.tell([clerk], kind, None, "견적 회신", by=by)
    read = commands.notices.tell([clerk], kind, None, "읽은 것", by=by)
    Notice.objects.filter(pk__in=read).update(mail_due=False)
    with time_machine.travel(MORNING - timedelta(hours=1)):
        jobs.digest()
    assert post.mails == []
    with time_machine.travel(MORNING):
        jobs.digest()
        commands.notices.tell([clerk], kind, None, "나중 것", by=by)
        jobs.digest()
    (mail,) = post.mails
    text = _text(mail)
    assert "단가 확인" in text and "내일까지" in text and "견적 회신" in text and "읽은 것" not in text
    assert f"https://erp.example.com/parties/{party.pk}/" in text
    with time_machine.travel(MORNING + timedelta(days=1)):
        jobs.digest()
    assert "나중 것" in _text(post.mails[1])


def test_a_digest_cut_off_goes_out_again_as_the_same_mail(
    by: Actor, kind: str, clerk: User, post: Post
) -> None:
    commands.notices.tell([clerk], kind, None, "한 번", by=by)
    with time_machine.travel(MORNING):
        assert commands.digests.write() == 1
        commands.digests.send()
    # Killed after the server took it and before the commit that says so.
    Digest.objects.update(sent_at=None)
    assert commands.digests.send() == 1 and commands.digests.send() == 0
    assert len({mail["Message-ID"] for mail in post.mails}) == 1 and len(post.mails) == 2
