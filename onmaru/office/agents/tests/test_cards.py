"""Cards of contacts: what telephones write is read, what is written is read back, and personal data stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.models import AccessLog, Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Contact, Party
from onmaru.office.agents import commands
from onmaru.office.agents.rules import vcards
from onmaru.office.agents.rules.vcards import Card

OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=EUC-KR;ENCODING=QUOTED-PRINTABLE:=B1=E8;=C3=B6=BC=F6;;;\r\n"
    "ORG;CHARSET=EUC-KR;ENCODING=QUOTED-PRINTABLE:=C7=D1=B0=AD=C0=DA=\r\n=C0=FC=B0=C5\r\n"
    "TEL;CELL:010-1234-5678\r\nEND:VCARD\r\n"
)


def test_a_card_is_read_back_as_it_was_written() -> None:
    place = ("세종대로 110, 3층; 왼쪽", "서울", "", "04524", "KR")
    card = Card(
        "김철수", "한강자전거 " * 12, "부장", "+821012345678", "kim@example.com", "", "한 줄\n두 줄\\", place
    )
    firm = Card("(주)한강", "(주)한강", is_organisation=True)
    text = vcards.written([card, firm])

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert vcards.read(text.encode()) == [
        Card(**card.__dict__ | {"organisation": card.organisation.strip()}),
        firm,
    ]


def test_what_older_telephones_write_is_read() -> None:
    assert vcards.read(OLD.encode("ascii")) == [Card("김철수", "한강자전거", phone="010-1234-5678")]


def _browser(*permissions: str) -> Browser:
    user = User.objects.create_user(f"user{User.objects.count()}", language="en")
    role = Role.objects.create(
        code=f"r{user.pk}", name_ko="역할", name_en="role", permissions=list(permissions)
    )
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def firm(db: Any) -> Party:
    person = {"name": "김철수", "phone": "010-1234-5678", "is_primary": True}
    made: Party = parties.create(
        by=identity.system("test"), name="한강자전거", phone="02-123-4567", contacts=[person]
    )
    return made


def test_a_card_shows_a_persons_number_only_to_who_may_open_it_and_the_log_says_so(firm: Party) -> None:
    seen = _browser("party.party.view").get(f"/parties/{firm.pk}/card.vcf").content.decode()
    opened = _browser("party.*").get(f"/parties/{firm.pk}/card.vcf").content.decode()
    unsaid = _browser("party.*").get("/parties/cards.vcf?reason=").content.decode()
    closed = _browser("party.party.view").get("/parties/cards.vcf")

    assert "김철수" in seen
    assert "+821012345678" not in seen
    assert "+8221234567" in seen
    assert "+821012345678" in opened
    assert AccessLog.objects.get().subject_ids == [Contact.objects.get().pk]
    assert "+821012345678" not in unsaid
    assert closed.status_code == 403


def test_a_file_of_cards_is_entered_whole_or_not_at_all(db: Any) -> None:
    browser = _browser("party.*")
    file = SimpleUploadedFile("cards.vcf", OLD.encode("ascii") + vcards.written([Card("이영희")]).encode())
    browser.post("/parties/cards", {"file": file})

    assert set(Party.objects.values_list("name", "kind")) == {
        ("한강자전거", "organisation"),
        ("이영희", "person"),
    }
    assert Contact.objects.get().name == "김철수"
    with pytest.raises(Refused) as known:
        commands.bring(vcards.written([Card("박새로"), Card("이영희")]).encode(), by=identity.system("test"))
    assert known.value.codes == ["possible_duplicate"]
    assert not Party.objects.filter(name="박새로").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"nothing", "no_cards"),
        (vcards.written([Card(f"{n}") for n in range(501)]).encode(), "too_many_cards"),
    ],
)
def test_other_files_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        commands.bring(content, by=identity.system("test"))
    assert refused.value.codes == [code]
