"""The file that carries a shape elsewhere."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from onmaru.kernel import identity
from onmaru.kernel.commands import Preview
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.site.models import Company
from onmaru.office.packages import commands, ports, rules
from onmaru.office.packages import queries as packages
from onmaru.office.shaping.commands import fields, layouts
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.office.shaping.queries import live
from tests import proofs

DOCUMENT = {"list": ["x_colour", "name", "code"], "fields": {"name": {"ko": "상호", "en": "Trade name"}}}


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


def test_a_shape_goes_into_another_company_as_one_file(by: Actor) -> None:
    fields.create(by=by, kind="scratch.client", type="text", label_ko="색상", name="x_colour")
    live.refresh()
    layouts.arrange(by=by, entity="clients", document=DOCUMENT)
    file = packages.whole()
    Layout.objects.all().delete()
    CustomField.objects.all().delete()
    tried = commands.bring(by=by, content=file, dry_run=True)
    assert isinstance(tried, Preview) and not CustomField.objects.exists()
    assert commands.bring(by=by, content=file) == "2"
    assert packages.whole() == file
    assert commands.bring(by=by, content=file) == "2"
    assert (CustomField.objects.count(), Layout.objects.count()) == (1, 2)


def test_a_company_s_own_layout_goes_along_by_its_code(by: Actor) -> None:
    company = Company.objects.create(code="A", name="가전")
    layouts.arrange(by=by, entity="clients", document={"list": ["code"]}, company=company)
    file = packages.whole()
    Layout.objects.all().delete()
    assert commands.bring(by=by, content=file) == "1"
    assert packages.whole() == file
    company.code = "B"
    company.save()
    with proofs.refused(ports.COMPANY_MISSING, at="company_layouts.0.company"):
        commands.bring(by=by, content=file)


def test_a_file_that_does_not_fit_says_every_reason_and_changes_nothing(by: Actor) -> None:
    given = {
        "format": rules.FORMAT,
        "fields": [
            {"kind": "scratch.client", "name": "x_a", "type": "text", "label_ko": "가"},
            {"kind": "nothing.here", "name": "x_b", "type": "text", "label_ko": "나"},
            {"kind": "scratch.client", "name": "x_c"},
        ],
        "layouts": {"clients": {"list": ["x_a", "x_none"]}, "nothing": {}},
    }
    with pytest.raises(Refused) as refused:
        commands.bring(by=by, content=orjson.dumps(given))
    assert [(one.code, one.field) for one in refused.value.reasons] == [
        ("field_kind_unknown", "fields.1.kind"),
        ("field_required", "fields.2.type"),
        ("field_required", "fields.2.label_ko"),
        ("layout_unknown", "layouts.clients.list"),
        ("field_kind_unknown", "layouts.nothing.entity"),
    ]
    assert not CustomField.objects.exists()


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "package_missing", []),
        (b"[]", "package_unreadable", []),
        (b'{"format": "other"}', "package_unreadable", []),
        (b"PK\x03\x04", "package_unreadable", []),
        (b'{\n"format": "onmaru shape 1",\n"fields": [', "package_broken", ["3"]),
        (b'{"format": "onmaru shape 27", "screens": 5}', "package_newer", ["27", "1"]),
        (b" " * (rules.LARGEST + 1), "package_too_large", ["21", "20"]),
    ],
)
def test_another_file_is_told_what_it_is(by: Actor, content: bytes, code: str, says: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        commands.bring(by=by, content=content)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.field) == (code, "file")
    assert [str(one) for one in reason.params.values()] == says
    assert all(one in reason.message for one in says)


def test_what_a_shape_does_not_know_is_told_all_at_once(by: Actor) -> None:
    given = {"format": rules.FORMAT, "screens": [], "layouts": [], "fields": [{"colour": 1}, 5]}
    with pytest.raises(Refused) as refused:
        commands.bring(by=by, content=orjson.dumps(given))
    assert [(one.code, one.field) for one in refused.value.reasons] == [
        ("package_part", "screens"),
        ("package_malformed", "layouts"),
        ("package_part", "fields.0.colour"),
        ("package_malformed", "fields.1"),
    ]


def test_of_companies_that_are_not_there_each_is_named(by: Actor) -> None:
    rows: list[dict[str, Any]] = [
        {"company": code, "entity": "clients", "document": {}} for code in ("A7", "B8")
    ]
    numbers = [{"company": "C9", "series": "SO", "pattern": "{number:4}"}]
    given = {"format": rules.FORMAT, "company_layouts": rows, "numbers": numbers}
    with pytest.raises(Refused) as refused:
        commands.bring(by=by, content=orjson.dumps(given))
    assert [(one.code, one.params["code"]) for one in refused.value.reasons] == [
        ("company_missing", code) for code in ("A7", "B8", "C9")
    ]
