"""A conversation by mail on a record: sent by a real server, answered with a file named in EUC-KR, answered again."""

from __future__ import annotations

import email
from email import policy

import pytest
from playwright.sync_api import ViewportSize, expect

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.office.letters.tests import servers
from onmaru.office.letters.tests.test_reading import korean
from onmaru.office.mail.commands import outbox
from onmaru.office.mail.models import Mail
from onmaru.office.mail.tests.conftest import account_on
from onmaru.office.mailboxes.commands import reading
from tests.browser.conftest import DESK, PHONE, sideways
from tests.browser.test_discussion import Enter, enter
from tests.scratch.models import Deal

__all__ = ["enter"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "size"), [("ko", DESK), ("en", PHONE)])
def test_a_conversation_with_a_file_named_in_euc_kr(enter: Enter, language: str, size: ViewportSize) -> None:
    User.objects.update(language=language)
    with servers.smtp() as post, servers.imap() as box:
        account = account_on(identity.system("test"), post.port, box.port, box.password)
        page = enter("kim", f"/deals/{Deal.objects.first().pk}/", size)  # type: ignore[union-attr]
        page.locator(".mail-writing > summary").click()
        page.fill(".composer [name=to]", "김한빛 <kim@hanbit.example>")
        page.fill(".composer [name=title]", "견적 요청")
        page.fill(".composer [name=text]", "단가를 부탁드립니다.")
        assert sideways(page) == 0
        page.locator(".composer .primary").click()
        expect(page.locator(".of-mails strong")).to_have_text("견적 요청")
        expect(page.locator(".composer form")).to_have_count(0)
        assert outbox.send() == 1
        expect(page.locator(".of-mails [data-state=sent]")).to_be_visible()

        asked = Mail.objects.get()
        below = "\n\n-----Original Message-----\n> 단가를 부탁드립니다."
        answer = korean("확인했습니다." + below).replace(b"<zero@onmaru.example>", asked.message_id.encode())
        box.put(answer)
        assert reading.fetch(account.pk) == 1
        received = page.locator(".of-mails", has_text="Re: 똠 견적")
        expect(received.locator("a.link").first).to_have_text("견적서(최종).pdf")
        expect(received.locator(".words").first).to_have_text("확인했습니다.")
        with page.expect_download() as got:
            received.locator("a.link").first.click()
        assert got.value.suggested_filename == "견적서(최종).pdf"

        received.locator("[data-answer]").click()
        expect(page.locator(".composer [name=to]")).to_have_value("김한빛 <kim@hanbit.example>")
        page.fill(".composer [name=text]", "감사합니다.")
        page.locator(".composer .primary").click()
        expect(page.locator(".of-mails")).to_have_count(3)
        assert outbox.send() == 1 and sideways(page) == 0
        last = email.message_from_bytes(post.mails[-1], policy=policy.default)
        assert last["In-Reply-To"] == "<one@hanbit.example>" and asked.message_id in last["References"]
