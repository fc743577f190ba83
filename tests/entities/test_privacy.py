"""Own fields that are personal data: masked on every face, opened by a deed that is written down, destroyed by rule."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client as Browser
from python_calamine import CalamineWorkbook

from onmaru.kernel import calendars, identity, personal, sealed
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, AuditRow, Grant, RetentionRule, Role, StoredFile, User
from onmaru.kernel.refusals import Refused
from onmaru.office.access.commands import retention
from onmaru.office.access.commands import settings as rules
from onmaru.office.agents.tests.test_agents import token
from onmaru.office.automation.queries import happenings
from onmaru.office.pivot.queries import kept
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live, paths
from onmaru.workbench import registry
from onmaru.workbench.views import faces as pages
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal, Firm

PHONE, BORN, SALARY, PASSPORT = "010-9876-5432", "1987-06-05", "73000000", "M98761234"
SECRETS = (PHONE, "98765432", BORN, "06-05", SALARY, "73,000,000", PASSPORT, "9876")


Define = Callable[..., CustomField]


@pytest.fixture
def by(db: None) -> Actor:
    return identity.system("tester")


@pytest.fixture
def define(by: Actor) -> Define:
    """Add a field of the company's own, as the next request sees it."""

    def add(type_: str, korean: str, kind: str, **values: Any) -> CustomField:
        made = commands.fields.create(by=by, kind=kind, type=type_, label_ko=korean, **values)
        live.refresh()
        return made

    return add


@pytest.fixture
def browser(db: None) -> Browser:
    found = Browser()
    found.force_login(User.objects.create_user("auditor", full_name="감사", is_superuser=True))
    return found


@pytest.fixture
def fields(by: Actor, define: Define) -> dict[str, CustomField]:
    """Fields with values, of which nobody said yet that they are personal, and what was made of them."""
    made = {
        "x_phone": define("text", "손전화", "scratch.client", name="x_phone", searched=True),
        "x_born": define("date", "생일", "scratch.client", name="x_born"),
        "x_salary": define("money", "연봉", "scratch.client", name="x_salary"),
        "x_passport": define("text", "여권번호", "scratch.client", name="x_passport"),
        "x_call": define("text", "연락", "scratch.dealline", name="x_call"),
    }
    define("computed", "두 배", "scratch.client", name="x_twice", formula="x_salary * 2")
    define("computed", "둘 다", "scratch.client", name="x_both", formula="x_phone + '!'")
    return made


@pytest.fixture
def client_(by: Actor, fields: dict[str, CustomField]) -> Client:
    made: Client = scratch.create_client(by=by, code="C1", name="한빛", custom={"x_phone": "02"})
    said = {"x_phone": PHONE, "x_born": BORN, "x_salary": SALARY, "x_passport": PASSPORT}
    scratch.edit_client(made, by=by, custom=said)
    return made


@pytest.fixture
def deal(by: Actor, client_: Client) -> Deal:
    firm = Firm.objects.create(code="F", name="온마루")
    rows = [{"item": "볼트", "quantity": 1, "price": 2, "x_call": PHONE}]
    made: Deal = scratch.create(
        by=by, today=calendars.today(), company=firm, client=client_, number="N1", lines=rows
    )
    scratch.edit(made, by=by, lines=[{"id": made.lines.get().pk, "x_call": f"{PHONE}0"}])
    return made


@pytest.fixture
def declared(by: Actor, fields: dict[str, CustomField], deal: Deal) -> None:
    """All of them are declared personal: from the next request on nobody sees them."""
    for name, field in fields.items():
        privacy = "identifier" if name == "x_passport" else "personal"
        commands.fields.edit(field, by=by, privacy=privacy, searched=False)
    live.refresh()


def answers(browser: Browser, address: str) -> str:
    """What a page shows, whatever its form."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    content = b"".join(answer) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if address.partition("?")[0].endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            content = whole.read(whole.namelist()[0])
    if content.startswith(b"PK"):
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        return json.dumps([[str(cell) for cell in row] for row in rows], ensure_ascii=False)
    return content.decode()


def faces(client: Client, deal: Deal) -> list[str]:
    return [
        "/clients/",
        f"/clients/{client.pk}/",
        f"/clients/{client.pk}/edit",
        f"/clients/{client.pk}/sheet.pdf",
        *(f"/clients/export.{one}" for one in ("csv", "xlsx", "pdf")),
        "/shaping/clients/export.zip",
        "/clients/?group=x_phone",
        "/api/clients",
        f"/api/clients/{client.pk}",
        f"/api/deals/{deal.pk}?include=client",
        *(f"/clients/?face={one.name}" for one in pages.of(shown())),
        "/search?q=한빛",
        "/palette?q=한빛",
        f"/deals/{deal.pk}/",
        f"/deals/{deal.pk}/edit",
        f"/deals/{deal.pk}/sheet.pdf",
        f"/api/deals/{deal.pk}",
        f"/talk/scratch.client/{client.pk}/",
        f"/talk/scratch.deal/{deal.pk}/",
    ]


def shown() -> Any:
    found = registry.get("clients")
    assert found is not None
    return registry.now(found)


def leaks(text: str) -> list[str]:
    return [one for one in SECRETS if one in text]


@pytest.mark.slow
def test_it_is_masked_on_every_face_from_the_next_request_on(
    by: Actor,
    browser: Browser,
    client_: Client,
    declared: None,
    deal: Deal,
    built: None,
) -> None:
    found = {address: leaks(answers(browser, address)) for address in faces(client_, deal)}
    assert {address: words for address, words in found.items() if words} == {}
    secret = token("whole", ["*"])

    def tool(name: str, **arguments: Any) -> Any:
        said = {"method": "tools/call", "params": {"name": name, "arguments": arguments}}
        body, signed = {"jsonrpc": "2.0", "id": 1, **said}, {"Authorization": f"Bearer {secret}"}
        answer = Browser().post("/mcp", body, "application/json", headers=signed)
        return answer.json()["result"]["structuredContent"]

    told = [tool("list_clients"), tool("get_clients", id=client_.pk), tool("get_deals", id=deal.pk)]
    assert [leaks(json.dumps(one, ensure_ascii=False)) for one in told] == [[], [], []]
    assert told[1]["x_phone"] == "010-●●●●-5432" and told[1]["x_salary"] == "●●●●"
    assert told[1]["x_passport"] == "●●●●1234" and personal.DOT in told[1]["x_both"]
    assert told[1]["x_twice"] is None, "no sum of what is masked"
    assert json.loads(answers(browser, "/api/clients?q=9876"))["data"] == []
    for ask in ("sort=x_born", "x_phone=010", "x_salary__gte=1", "x_passport__empty=1"):
        refused = browser.get(f"/api/clients?{ask}")
        assert refused.status_code == 422, ask


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_a_pivot_keeps_is_asked_for_no_more(
    by: Actor,
    browser: Browser,
    client_: Client,
    fields: dict[str, CustomField],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "DEAR", 0)
    asked = "/clients/?face=pivot&down=x_born.month&measure=x_salary"
    assert "73,000,000" in leaks(answers(browser, asked)) and kept._held
    for name in ("x_born", "x_salary"):
        commands.fields.edit(fields[name], by=by, privacy="personal", searched=False)
    assert (
        leaks(answers(browser, asked))
        == leaks(answers(browser, f"/pivot/clients/sheet.xlsx?{asked[9:]}"))
        == []
    )


def test_the_history_of_before_and_of_since_tells_masks(
    by: Actor, browser: Browser, client_: Client, declared: None, deal: Deal
) -> None:
    assert AuditRow.objects.filter(changes__x_phone__1=PHONE).exists()
    scratch.edit_client(client_, by=by, custom={"x_phone": "010-1111-2222", "x_born": "1990-01-01"})
    scratch.edit(deal, by=by, lines=[{"id": deal.lines.get().pk, "x_call": "010-3333-4444"}])
    kept = json.dumps(list(AuditRow.objects.order_by("-pk").values_list("changes", flat=True)[:2]))
    assert not {"1111", "1990", "3333"} & {word for word in ("1111", "1990", "3333") if word in kept}
    text = answers(browser, f"/clients/{client_.pk}/") + answers(browser, f"/deals/{deal.pk}/")
    assert leaks(text) == [] and "010-●●●●-2222" in text


def test_no_words_rules_or_approvals_are_made_of_it(
    by: Actor, client_: Client, declared: None, fields: dict[str, CustomField]
) -> None:
    assert paths.samples(Client, ["x_phone", "name"]).keys() == {"name"}
    assert not {"x_phone", "was_x_phone"} & happenings.names_of("scratch.client").keys()
    assert "x_salary" not in happenings.values(shown(), client_, {}, by)
    with pytest.raises(Refused, match="expression_name"):
        commands.fields.create(
            by=by, kind="scratch.client", type="computed", label_ko="셈", formula="x_salary + 1"
        )


def test_a_form_that_was_not_touched_keeps_what_the_masks_cover(
    browser: Browser, client_: Client, declared: None, deal: Deal
) -> None:
    before = Client.objects.get(pk=client_.pk).custom
    text = answers(browser, f"/api/clients/{client_.pk}")
    masks = {name: value for name, value in json.loads(text).items() if personal.DOT in str(value)}
    masks.pop("x_both")
    assert masks.keys() == {"x_phone", "x_born", "x_salary", "x_passport"}

    def sends(**said: str) -> int:
        found = browser.patch(f"/api/clients/{client_.pk}", json.dumps(said), "application/json")
        return found.status_code

    assert sends(**masks, name="한빛상회") == 200
    assert Client.objects.get(pk=client_.pk).custom == before
    assert sends(x_phone="010-●●●●-0000") == 422 and sends(x_born="no day") == 422
    assert sends(x_born="2001-02-03", x_passport="M00005555") == 200
    now = Client.objects.get(pk=client_.pk)
    assert now.custom["x_born"] == "2001-02-03" and personal.held(now, "x_passport").open() == "M00005555"
    line = json.loads(answers(browser, f"/api/deals/{deal.pk}"))["lines"][0]
    rows = [line | {"item": "너트"}]
    body = json.dumps({"lines": rows})
    assert browser.patch(f"/api/deals/{deal.pk}", body, "application/json").status_code == 200
    assert deal.lines.get().custom == {"x_call": f"{PHONE}0"} and deal.lines.get().item == "너트"


def test_what_masks_cover_is_taken_back_too(
    browser: Browser, client_: Client, declared: None, deal: Deal
) -> None:
    said = {"x_phone": "010-1111-2222", "x_born": "1990-01-01", "x_passport": "M1"}
    row = deal.lines.get()
    for address, body in (
        (f"clients/{client_.pk}", said),
        (
            f"deals/{deal.pk}",
            {"lines": [{"id": row.pk, "item": "너트", "quantity": 1, "price": 2, "x_call": "02"}]},
        ),
    ):
        assert browser.patch(f"/api/{address}", json.dumps(body), "application/json").status_code == 200
        assert browser.post(f"/api/undo/{address}").status_code == 200
    back = Client.objects.get(pk=client_.pk)
    assert (back.custom["x_phone"], back.custom["x_born"]) == (PHONE, BORN)
    assert personal.held(back, "x_passport").open() == PASSPORT
    assert deal.lines.get().custom == {"x_call": f"{PHONE}0"}


def test_a_click_shows_it_and_the_log_keeps_who_saw_whose_what(
    browser: Browser, client_: Client, declared: None, deal: Deal
) -> None:
    line = deal.lines.get()
    for address, value in (
        (f"scratch.client/{client_.pk}/x_phone", PHONE),
        (f"scratch.client/{client_.pk}/x_passport", PASSPORT),
        (f"scratch.dealline/{line.pk}/x_call", PHONE),
    ):
        assert value in browser.post(f"/reveal/{address}").content.decode()
    seen = list(
        AccessLog.objects.order_by("pk").values_list("deed", "kind", "subject_ids", "fields", "by_name")
    )
    assert seen[0] == ("shown", "scratch.client", [client_.pk], ["x_phone"], "감사")
    assert [(one[1], one[3]) for one in seen[1:]] == [
        ("scratch.client", ["x_passport"]),
        ("scratch.dealline", ["x_call"]),
    ]
    clerk = Browser()
    clerk.force_login(hired("scratch.client.view"))
    assert PHONE not in clerk.post(f"/reveal/scratch.client/{client_.pk}/x_phone").content.decode()
    body = {"kind": "scratch.client", "id": client_.pk, "field": "x_born", "reason": "생일 축하"}
    assert browser.post("/api/reveal", json.dumps(body), "application/json").json() == {"value": BORN}
    assert AccessLog.objects.latest("pk").reason == "생일 축하"


def hired(*may: str) -> User:
    user = User.objects.create_user(f"u{User.objects.count()}")
    role = Role.objects.create(code=user.username, name_ko="역할", name_en="role", permissions=list(may))
    Grant.objects.create(user=user, role=role)
    return user


def test_it_leaves_the_house_for_a_reason_and_what_is_encrypted_not_at_all(
    browser: Browser, client_: Client, declared: None
) -> None:
    page = "/clients/export-personal"
    assert browser.post(page, {"reason": ""}).status_code == 422
    answer = browser.post(page, {"reason": "연말 정산 신고"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    told = {str(cell).removesuffix(".0") for row in rows for cell in row}
    assert {PHONE, BORN, SALARY, "●●●●1234"} <= told
    log = AccessLog.objects.latest("pk")
    assert (log.deed, log.reason, log.fields) == (
        "exported",
        "연말 정산 신고",
        ["x_born", "x_passport", "x_phone", "x_salary"],
    )


def test_its_time_over_it_is_destroyed_by_rule(
    by: Actor, define: Define, client_: Client, declared: None
) -> None:
    day = calendars.today()
    said: dict[str, Any] = {"keep_days": 0, "since": "created_at", "starts_on": day, "ground": "동의 철회"}
    for field in ("x_phone", "x_passport"):
        RetentionRule.objects.create(kind="scratch.client", field=field, **said)
    define("text", "취미", "party.party", name="x_hobby", privacy="personal")
    rules.keep(by=by, kind="party.party", field="x_hobby", **said)
    with pytest.raises(Refused, match="not_personal"):
        rules.keep(by=by, kind="party.party", field="x_none", **said)
    assert retention.destroy(by=by, today=day + timedelta(days=1)) == 2
    assert Client.objects.get(pk=client_.pk).custom.keys() == {"x_born", "x_salary"}
    assert set(AccessLog.objects.values_list("deed", "reason")) == {("destroyed", "동의 철회")}
    assert retention.destroy(by=by, today=day + timedelta(days=1)) == 0
    told = AuditRow.objects.filter(changes__has_key="x_phone").latest("pk").changes
    assert (told["x_phone"], told["x_born"]) == ([sealed.MASK] * 2, [None, BORN]), (
        "nor does the history keep it"
    )


def test_a_personal_file_opens_by_a_deed_and_goes_with_its_bytes(
    by: Actor, define: Define, browser: Browser
) -> None:
    field = define("file", "신분증", "scratch.client", name="x_card")
    sent = {"file": io.BytesIO(b"a face")}
    sent["file"].name = "kim.png"
    made = browser.post(f"/shaping/files/{field.pk}", sent).json()
    client = scratch.create_client(by=by, code="C1", name="가", custom={"x_card": made["pass"]})
    commands.fields.edit(field, by=by, privacy="personal")
    live.refresh()
    assert "kim.png" not in answers(browser, f"/clients/{client.pk}/")
    clerk = Browser()
    clerk.force_login(hired("scratch.client.view"))
    address = f"/shaping/file/scratch.client/{client.pk}/x_card"
    assert clerk.get(address).status_code in (403, 404)
    assert browser.get(address).content == b"a face"
    assert AccessLog.objects.get().fields == ["x_card"]
    retention.clear(client, field="x_card", ground="동의 철회", by=by, today=calendars.today())
    assert not StoredFile.objects.exists() and "x_card" not in Client.objects.get().custom


def test_only_who_may_open_it_unmasks_it_for_all_and_that_is_written_down(
    by: Actor, client_: Client, declared: None, fields: dict[str, CustomField], browser: Browser
) -> None:
    shaper = identity.actor(hired("shaping.*", "scratch.client.view"))
    with pytest.raises(Refused, match="not_permitted"):
        commands.fields.edit(fields["x_phone"], by=shaper, privacy="")
    commands.fields.edit(fields["x_phone"], by=by, privacy="")
    live.refresh()
    assert PHONE in answers(browser, f"/clients/{client_.pk}/")
    log = AccessLog.objects.get()
    assert (log.deed, log.subject_ids, log.fields) == ("shown", [], ["x_phone"])


def test_of_two_who_declare_at_once_the_later_hears_of_the_other(
    by: Actor, client_: Client, fields: dict[str, CustomField]
) -> None:
    field, version = fields["x_phone"], fields["x_phone"].version
    commands.fields.edit(field, by=by, privacy="personal", searched=False, expected_version=version)
    with pytest.raises(Refused, match="changed_meanwhile"):
        commands.fields.edit(field, by=by, label_ko="휴대폰", expected_version=version)
    archived = commands.fields.archive(field, by=by)
    live.refresh()
    assert archived.name in personal.names(Client), "nor does its history tell when it is gone"
