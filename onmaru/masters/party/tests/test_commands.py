from typing import Any

import pytest
from django.db import connection

from onmaru.kernel import identity, money, personal, search
from onmaru.kernel.models import AccessLog, AuditRow, Event
from onmaru.kernel.refusals import FIELD_INVALID, FIELD_REQUIRED, NOT_PERMITTED, NOT_UNIQUE, Refused
from onmaru.masters.party import queries, rules
from onmaru.masters.party.commands import banks, bulk, parties
from onmaru.masters.party.models import Bank, BankAccount, Party
from onmaru.workbench import forms, registry

pytestmark = pytest.mark.django_db
CLERK = identity.system("clerk")
SEOUL = {
    "postcode": "06236",
    "state": "서울특별시",
    "city": "강남구",
    "line1": "테헤란로 152",
    "line2": "4층",
}


def refused(*codes: str) -> Any:
    return pytest.raises(Refused, check=lambda error: error.codes == list(codes))


def party(name: str = "(주)한빛상사", **values: Any) -> Party:
    return parties.create(by=CLERK, name=name, **values)


def bank() -> Bank:
    return banks.create(by=CLERK, code="004", name="KB국민은행", name_en="KB Kookmin Bank")


def test_a_party_gets_a_code_and_keeps_its_numbers_bare() -> None:
    made = party(business_number="124-81-00998", phone="02-555-1234", email="Sales@Hanbit.CO.KR ")
    assert made.code == f"P{made.pk:06d}"
    assert (made.business_number, made.phone, made.email) == (
        "1248100998",
        "+8225551234",
        "sales@hanbit.co.kr",
    )
    assert (made.shown_business_number, made.shown_phone) == ("124-81-00998", "02-555-1234")
    assert Event.objects.get(kind="party.party.created").payload["code"] == made.code


@pytest.mark.parametrize("typed", ["한빛", "ㅎㅂㅅㅅ", "gksqlc", "124-81", "P0", "555-1234"])
def test_a_party_is_found_by_what_a_clerk_types(typed: str) -> None:
    made = party(business_number="124-81-00998", phone="02-555-1234")
    assert list(Party.objects.filter(search.condition("search_text", typed))) == [made]


def test_a_code_typed_before_is_passed_over() -> None:
    first = party("하나")
    party("둘", code=f"P{first.pk + 1:06d}")
    third, fourth = party("셋"), party("넷")
    assert len({one.code for one in (first, third, fourth)}) == 3
    with refused(NOT_UNIQUE.code):
        party("다섯", code=third.code)


def test_a_party_is_refused_with_every_reason_at_once() -> None:
    with refused(
        rules.PHONE_UNREADABLE.code,
        FIELD_REQUIRED.code,
        rules.COUNTRY_UNKNOWN.code,
        money.CURRENCY_UNKNOWN.code,
    ):
        party("", country="XX", currency="WON", phone="전화 없음")
    with refused(rules.BUSINESS_NUMBER_WRONG.code, rules.CORPORATE_NUMBER_LENGTH.code):
        party(business_number="123-45-67890", corporate_number="1301-11")
    with refused(rules.BUSINESS_NUMBER_LENGTH.code):
        party(business_number="123-45")
    assert party("Acme", country="US", business_number="12-3456789").business_number == "123456789"


def test_a_party_known_already_is_asked_about_and_can_be_confirmed() -> None:
    known = party("주식회사 한빛상사", business_number="124-81-00998", phone="02-555-1234")
    with pytest.raises(Refused) as caught:
        party("한빛 상사(주)")
    assert caught.value.codes == [rules.POSSIBLE_DUPLICATE.code]
    assert known.code in caught.value.reasons[0].message
    with refused(rules.POSSIBLE_DUPLICATE.code):
        party("다른 이름", phone="02) 555-1234")
    branch = party("한빛상사", business_number="1248100998", parent=known, confirm_duplicate=True)
    assert queries.similar("한빛상사", "1248100998", "+8225551234") == [known, branch]
    assert queries.similar() == []


def test_what_a_party_is_known_by_is_looked_up_again_when_it_changes() -> None:
    known, other = party("한빛", email="a@hanbit.kr"), party("두레")
    assert parties.edit(other, by=CLERK, name="두레", note="같은 이름").note == "같은 이름"
    with refused(rules.POSSIBLE_DUPLICATE.code):
        parties.edit(other, by=CLERK, email="A@hanbit.kr")
    assert parties.edit(other, by=CLERK, email="A@hanbit.kr", confirm_duplicate=True).email == known.email
    assert parties.edit(known, by=CLERK, name="새한빛").name_key == queries.name_key("(주)새 한빛")


def test_a_branch_has_a_head_office_that_is_none() -> None:
    office = party("본사")
    branch = party("지사", parent=office)
    with refused(rules.HEAD_OFFICE_IS_BRANCH.code):
        party("출장소", parent=branch)
    with refused(rules.HAS_BRANCHES.code):
        parties.edit(office, by=CLERK, parent=party("그룹"))
    with pytest.raises(Refused) as caught:
        parties.edit(office, by=CLERK, parent=office)
    assert rules.HEAD_OFFICE_IS_BRANCH.code in caught.value.codes


def test_the_first_address_of_a_kind_is_the_one_used() -> None:
    made = party(addresses=[SEOUL, SEOUL | {"line2": "5층"}, SEOUL | {"kind": "shipping", "line2": "창고"}])
    found = queries.default_address(made, "shipping")
    assert found is not None and found.one_line == "(06236) 서울특별시 강남구 테헤란로 152, 창고"
    billing = queries.default_address(made, "billing")
    assert billing is not None and billing.line2 == "4층"
    assert queries.default_address(party("주소 없음")) is None


def test_another_address_becomes_the_one_used() -> None:
    made = party(addresses=[SEOUL, SEOUL | {"line2": "5층"}])
    first, second = made.addresses.order_by("id")
    rows = [
        {"id": second.pk, "line1": second.line1, "is_default": True},
        {"id": first.pk, "line1": first.line1, "is_default": False},
    ]
    edited = parties.edit(made, by=CLERK, addresses=rows)
    second.refresh_from_db()
    assert (second.is_default, edited.version, made.addresses.count()) == (True, 2, 2)
    parties.edit(made, by=CLERK, addresses=rows[:1])
    assert list(made.addresses.all()) == [second]
    parties.edit(made, by=CLERK, note="주소는 그대로")
    assert made.addresses.count() == 1


def test_a_wrong_address_is_named_by_its_cell() -> None:
    rows = [
        SEOUL | {"is_default": True},
        SEOUL | {"postcode": "135-080", "is_default": True},
        {"country": "XX"},
    ]
    with pytest.raises(Refused) as caught:
        party(addresses=rows)
    assert [(one.field, one.code) for one in caught.value.reasons] == [
        ("addresses.1.postcode", rules.POSTCODE_WRONG.code),
        ("addresses.2.country", rules.COUNTRY_UNKNOWN.code),
        ("addresses.1.is_default", rules.DEFAULT_TWICE.code),
    ]
    with pytest.raises(Refused) as caught:
        party(addresses=[{"line1": ""}])
    assert [(one.field, one.code) for one in caught.value.reasons] == [
        ("addresses.0.line1", FIELD_REQUIRED.code)
    ]


def test_contacts_are_reached_by_bare_numbers() -> None:
    person = party("김하늘", kind="person")
    rows = [{"name": "이바다", "title": "과장", "phone": "010-2345-6789"}, {"person": person}]
    made = party(contacts=rows)
    first = queries.first_contact(made)
    assert first is not None and (str(first), first.phone, first.is_primary) == (
        "이바다 과장",
        "+821023456789",
        True,
    )
    assert made.contacts.get(person=person).name == "김하늘"
    with pytest.raises(Refused) as caught:
        parties.edit(made, by=CLERK, contacts=[{"name": "x", "phone": "없음"}, {"name": "y", "email": "z"}])
    assert [one.field for one in caught.value.reasons] == ["contacts.0.phone"]
    with pytest.raises(Refused) as caught:
        parties.edit(made, by=CLERK, contacts=[{"name": "y", "email": "z"}])
    assert [(one.field, one.code) for one in caught.value.reasons] == [
        ("contacts.0.email", FIELD_INVALID.code)
    ]


def test_an_account_number_lies_encrypted_and_is_shown_masked() -> None:
    row = {"bank": bank(), "number": "123456-04-567890", "holder": "한빛상사"}
    made = party(bank_accounts=[row])
    account = queries.default_bank_account(made)
    assert account is not None and str(account.number) == "●●●●7890"
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM party_bankaccount")
        assert "567890" not in cursor.fetchone()[0]
    written = str(list(AuditRow.objects.values_list("changes", flat=True)))
    assert "567890" not in written
    again = {"id": account.pk, "bank": account.bank, "number": "●●●●7890", "holder": "한빛상사(주)"}
    parties.edit(made, by=CLERK, bank_accounts=[again])
    assert personal.reveal(account, "number", by=CLERK) == "123456-04-567890"
    assert AccessLog.objects.get().subject_ids == [account.pk]
    parties.edit(made, by=CLERK, bank_accounts=[again | {"number": "110-222-333444"}])
    assert personal.reveal(BankAccount.objects.get(), "number", by=CLERK) == "110-222-333444"


def test_a_wrong_account_is_refused_and_a_number_shown_to_few() -> None:
    row = {"bank": bank(), "number": "계좌", "holder": "한빛"}
    with refused(rules.ACCOUNT_NUMBER_WRONG.code):
        party(bank_accounts=[row])
    with refused(rules.ACCOUNT_NUMBER_WRONG.code):
        party(bank_accounts=[row | {"number": "●●●●7890"}])
    with refused(FIELD_REQUIRED.code):
        party(bank_accounts=[row | {"number": ""}])
    party(bank_accounts=[row | {"number": "110-222-333444"}])
    with refused(NOT_PERMITTED.code):
        personal.reveal(BankAccount.objects.get(), "number", by=identity.only(CLERK, "party.party.view"))


def test_archiving_and_restoring_parties_and_banks() -> None:
    made, kept = party(), bank()
    assert not parties.archive(made, by=CLERK).is_active
    assert parties.restore(made, by=CLERK).is_active
    assert not banks.archive(kept, by=CLERK).is_active
    assert banks.restore(kept, by=CLERK).is_active
    assert banks.edit(kept, by=CLERK, name="국민은행").name == "국민은행"


def test_many_parties_are_added_with_all_that_is_theirs() -> None:
    kept = bank()
    row = {"addresses": [SEOUL], "contacts": [{"name": "담당"}]}
    rows: list[dict[str, Any]] = [row | {"name": f"거래처 {n}"} for n in range(300)]
    rows[0] |= {
        "code": "FIRST",
        "bank_accounts": [{"bank": kept, "number": "110-222-333444", "holder": "주"}],
    }
    made = bulk.create_many(by=CLERK, rows=rows)
    assert made[0].code == "FIRST" and len({one.code for one in made}) == 300
    assert sum(one.addresses.count() + one.contacts.count() for one in made[:3]) == 6
    assert Party.objects.filter(contacts__is_primary=True, addresses__is_default=True).count() == 300
    assert personal.reveal(BankAccount.objects.get(), "number", by=CLERK) == "110-222-333444"
    assert AuditRow.objects.filter(command="party.party.create").count() == 300
    assert Event.objects.filter(kind="party.party.created").count() == 300


def test_a_code_typed_in_the_same_file_is_passed_over_too() -> None:
    known = party("하나")
    made = bulk.create_many(by=CLERK, rows=[{"name": "둘", "code": f"P{known.pk + 1:06d}"}, {"name": "셋"}])
    assert len({known.code, *(one.code for one in made)}) == 3


def test_many_parties_are_refused_together_and_none_is_written() -> None:
    known = party("한빛", code="HB", email="a@hanbit.kr")
    branch = party("한빛 지사", parent=known)
    rows: list[dict[str, Any]] = [
        {"name": "가", "code": "HB"},
        {"name": "나", "code": "N"},
        {"name": "다", "code": "N", "business_number": "123-45-67890"},
        {"name": "(주)한빛"},
        {"name": "라", "addresses": [SEOUL, {"line1": ""}]},
        {"name": "라"},
        {"name": "마", "parent": branch},
    ]
    with pytest.raises(Refused) as caught:
        bulk.create_many(by=CLERK, rows=rows)
    assert sorted((one.field, one.code) for one in caught.value.reasons) == [
        ("rows.0.code", rules.CODE_TAKEN.code),
        ("rows.2.business_number", rules.BUSINESS_NUMBER_WRONG.code),
        ("rows.2.code", rules.CODE_TAKEN.code),
        ("rows.3.confirm_duplicate", rules.POSSIBLE_DUPLICATE.code),
        ("rows.4.addresses.1.line1", FIELD_REQUIRED.code),
        ("rows.5.confirm_duplicate", rules.POSSIBLE_DUPLICATE.code),
        ("rows.6.parent", rules.HEAD_OFFICE_IS_BRANCH.code),
    ]
    assert Party.objects.count() == 2
    made = bulk.create_many(by=CLERK, rows=[rows[3], rows[5], rows[5]], confirm_duplicate=True)
    assert len(made) == 3
    with refused(NOT_PERMITTED.code):
        bulk.create_many(by=identity.only(CLERK, "party.party.create"), rows=[])


def test_a_form_holds_telephone_and_business_number_as_people_write_them() -> None:
    made = party("한빛", phone="02-1234-5678", business_number="124-81-00998", country="KR")
    entity = registry.of_model(Party)
    assert entity is not None and made.phone == "+82212345678"
    held = forms.edit(entity, CLERK, made).raw
    assert (held["phone"], held["business_number"]) == ("02-1234-5678", "124-81-00998")
    assert parties.edit(made, by=CLERK, phone=held["phone"]).phone == made.phone
