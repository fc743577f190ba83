"""What every entity must do, whatever it is. ``test_entities`` runs it over the whole registry."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jsonschema_rs
import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.functional import Promise

from onmaru.kernel import identity, permissions, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.rest.views import telling
from onmaru.workbench import detail, exchange, forms, listing, references, search
from onmaru.workbench.entity import Entity, Lines
from onmaru.workbench.fields import Asked, Choices, Field
from onmaru.workbench.tests import files, samples
from onmaru.workbench.views import faces
from tests.entities import matrix

LIST_QUERIES = 6
DETAIL_QUERIES = 20
FACE_QUERIES = 24
API_QUERIES = 6  # the session, its person and their roles, the limit of requests
HANGUL = re.compile("[가-힣]")
LETTERS = re.compile("[A-Za-z]{2}")
SAME_IN_BOTH = {"English", "ID", "PDF"}


class Structural:
    """Inherit it with an ``entity`` fixture of class scope: its records are made once, and what a test does to them
    is undone behind it."""

    @pytest.fixture(scope="class")
    @classmethod
    def by(cls) -> Actor:
        return identity.system("tester")

    @pytest.fixture(scope="class")
    @classmethod
    def made(cls, entity: Entity, by: Actor, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with django_db_blocker.unblock(), undone():
            yield samples.some(entity, by, 3)

    @pytest.fixture
    def records(self, made: list[Any]) -> Iterator[list[Any]]:
        with undone():
            yield copy.deepcopy(made)

    @pytest.fixture
    def browser(self, records: list[Any]) -> Browser:
        browser = Browser()
        browser.force_login(User.objects.create_user("everyone", is_superuser=True))
        return browser

    def test_the_list_keeps_its_query_budget(self, entity: Entity, by: Actor, records: list[Any]) -> None:
        counts = []
        for limit in ("1", "3"):
            with CaptureQueriesContext(connection) as asked:
                page = listing.page(entity, by, {"limit": limit})
            counts.append(len(asked))
            assert len(page.rows) == int(limit)
        assert counts[0] == counts[1] <= LIST_QUERIES

    def test_every_column_sorts_both_ways_and_pages_by_key(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        for name in entity.sort_columns:
            for sort in (name, f"-{name}"):
                whole = [row.id for row in listing.page(entity, by, {"sort": sort}).rows]
                assert list(_walk(entity, by, {"sort": sort, "limit": "2"})) == whole, sort

    def test_every_filter_finds_the_record_it_was_read_from(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        record = detail.find(entity, by, records[-1].pk)
        for name, column in entity.filter_columns.items():
            if column.kind == "text":
                assert not listing.page(entity, by, {name: "§", "limit": "1"}).rows, name
            value = column.getter(record)
            if value is None or value == "":
                continue
            text = str(value.pk) if column.model else value[0] if column.many else str(value)
            found = listing.page(entity, by, {name: text, "sort": "-id"})
            assert record.pk in {row.id for row in found.rows}, f"{name}={text}"
            assert not listing.page(entity, by, {f"{name}__empty": "1", "id": str(record.pk)}).rows, name

    def test_search_finds_a_record_by_what_it_is_known_by(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        if not entity.search_paths:
            pytest.skip("not searched")
        known_by = references.word_of(records[-1])
        if known_by == str(records[-1].pk):
            pytest.skip("known by what it points to")
        found = listing.page(entity, by, {"q": known_by, "limit": "500"})
        assert records[-1].pk in {row.id for row in found.rows}
        assert records[-1].pk in {hit.id for hit in search.choices(entity, by, known_by, limit=500)}

    def test_the_detail_tells_everything_within_its_budget(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        with CaptureQueriesContext(connection) as asked:
            shown = detail.show(entity, by, records[-1].pk)
        assert shown.title
        assert len(asked) <= DETAIL_QUERIES

    def test_a_form_posts_back_what_it_shows(self, entity: Entity, by: Actor, records: list[Any]) -> None:
        if entity.create is not None:
            assert forms.new(entity, by).groups
        record = detail.find(entity, by, records[-1].pk)
        if not detail.may_edit(entity, by, record):
            pytest.skip("not edited")
        form = forms.edit(entity, by, record)
        before = _said(form)
        assert form.take(_post(form)), form.placed
        form.submit()
        assert (form.problems, dict(form.placed)) == ([], {})
        assert _said(forms.edit(entity, by, detail.find(entity, by, record.pk))) == before

    def test_what_is_exported_comes_back_the_same(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        listed = b"".join(exchange.csv(entity, by, {})).decode("utf-8-sig")
        assert listed.count("\r\n") >= 4
        assert exchange.xlsx(entity, by, {}).read(2) == b"PK"
        if not entity.exchange or entity.edit is None:
            pytest.skip("not imported")
        before = b"".join(exchange.csv(entity, by, {}, whole=True))
        for language in ("ko", "en"):
            with translation.override(language):
                file = exchange.xlsx(entity, by, {}, whole=True).read()
            report = files.take(entity, by, file)
            assert [reason for one in report.refused for reason in one.problems] == []
            assert report.applied
        assert b"".join(exchange.csv(entity, by, {}, whole=True)) == before

    def test_what_is_deleted_comes_back_the_same(self, entity: Entity, by: Actor, records: list[Any]) -> None:
        delete = entity.action("delete")
        record = entity.model._default_manager.get(pk=records[-1].pk)
        if delete is None or not delete.fits(record):
            pytest.skip("not deleted")
        before = [[cell.text for cell in row.cells] for row in listing.page(entity, by, {}).rows]
        try:
            kept = delete(record, by=by)
        except Refused as refused:
            assert set(refused.codes) <= {"still_used", "numbered"}
            return
        assert not entity.model._default_manager.filter(pk=record.pk).exists()
        trash.restore(kept, by=by)
        assert [[cell.text for cell in row.cells] for row in listing.page(entity, by, {}).rows] == before

    def test_nothing_is_shown_or_done_without_permission(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        nobody = identity.only(by)
        assert listing.page(entity, nobody, {}).rows == []
        _refused(lambda: detail.show(entity, nobody, records[-1].pk))
        _refused(lambda: exchange.csv(entity, nobody, {}))
        _refused(lambda: files.take(entity, nobody, b"a\n"))
        _refused(lambda: forms.new(entity, nobody))
        _refused(lambda: forms.edit(entity, nobody, records[-1]))
        viewer = identity.only(by, permissions.code(entity.model, "view"))
        assert detail.actions(entity, viewer, records[-1]) == []
        assert search.choices(entity, nobody, "") == []

    def test_other_companies_see_nothing(self, entity: Entity, by: Actor, records: list[Any]) -> None:
        if permissions.company_path(entity.model) is None or records[-1].company_id is None:
            pytest.skip("belongs to no company")
        elsewhere = identity.Actor(None, "elsewhere", frozenset({"*"}), frozenset({0}))
        assert records[-1].pk not in {row.id for row in listing.page(entity, elsewhere, {"sort": "-id"}).rows}
        _refused(lambda: detail.find(entity, elsewhere, records[-1].pk))

    def test_the_api_agrees_with_the_screen_and_with_its_document(
        self, entity: Entity, by: Actor, records: list[Any], browser: Browser
    ) -> None:
        page = listing.page(entity, by, {"sort": "-id", "limit": "3"})
        listed = browser.get(f"/api/{entity.name}?sort=-id&limit=3&count=1").json()
        one = browser.get(f"/api/{entity.name}/{records[-1].pk}")
        assert [row["id"] for row in listed["data"]] == [row.id for row in page.rows]
        assert listed["count"] == page.count
        document = browser.get("/api/openapi.json").json()
        paths = document["paths"]
        for path, answer in (
            (f"/api/{entity.name}", listed),
            (f"/api/{entity.name}/{{record_id}}", one.json()),
        ):
            schema = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            assert not list(_misfits(document, schema, answer)), path

    def test_its_faces_open_within_their_budget_and_deny_without_permission(
        self, entity: Entity, records: list[Any], browser: Browser
    ) -> None:
        stranger = Browser()
        stranger.force_login(User.objects.create_user("nobody"))
        for face in faces.of(entity):
            address = f"/{entity.name}/?face={face.name}"
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200, face.name
            assert len(asked) <= FACE_QUERIES, face.name
            assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200, face.name
            assert stranger.get(address).status_code == 403, face.name

    def test_all_it_refers_to_is_included_within_the_budget(
        self, entity: Entity, records: list[Any], browser: Browser
    ) -> None:
        words = telling.includable(entity)[: telling.MOST]
        counts = []
        for limit in ("1", "3"):
            address = f"/api/{entity.name}?limit={limit}&include={','.join(words)}"
            with CaptureQueriesContext(connection) as asked:
                answer = browser.get(address)
            assert (answer.status_code, len(answer.json()["data"])) == (200, int(limit))
            counts.append(len(asked))
        assert max(counts) <= LIST_QUERIES + API_QUERIES + len(words)

    def test_every_word_has_its_korean(self, entity: Entity) -> None:
        if not entity.model.__module__.startswith("onmaru."):
            pytest.skip("a scratch room speaks no Korean")
        assert {word for word in map(_untranslated, _words(entity)) if word} == set()

    def test_every_face_shows_a_role_the_same_records(
        self, entity: Entity, by: Actor, records: list[Any], built: None
    ) -> None:
        some, keys = records[-2:], {one.pk for one in records[-2:]}
        one = {"reads": "values", "field": "id", "values": [str(some[0].pk)]}
        roles: list[tuple[set[int], Actor]] = [
            (set(), matrix.hired(entity)),
            (keys, matrix.hired(entity, "view", "export")),
            ({some[0].pk}, matrix.hired(entity, "view", "export", **one)),
        ]
        for wanted, role in roles:
            found = dict(matrix.faces(entity, role, some)) | dict(matrix.agent(entity, role, some))
            assert found == dict.fromkeys(found, wanted)
        one_key, narrowed = roles[-1]
        found = dict(matrix.drawn(entity, narrowed, some)) | dict(matrix.printed(entity, narrowed, some))
        assert found == dict.fromkeys(found, one_key)
        if entity.edit is not None and entity.edit.fits(some[1]):
            _refused(lambda: forms.edit(entity, narrowed, some[1]))

    def test_mine_and_my_teams_are_the_same_on_every_face(
        self, entity: Entity, by: Actor, records: list[Any]
    ) -> None:
        paths = matrix.owners(entity)
        if not paths:
            pytest.skip("belongs to no person")
        for reads in ("mine", "team"):
            role, keys = matrix.owning(entity, records[-2:], paths[0], reads)
            assert keys
            found = dict(matrix.faces(entity, role, records[-2:]))
            found |= dict(matrix.drawn(entity, role, records[-2:]))
            found |= dict(matrix.agent(entity, role, records[-2:]))
            assert found == dict.fromkeys(found, keys), reads

    def test_a_hidden_field_is_nowhere(self, entity: Entity, by: Actor, records: list[Any]) -> None:
        column = matrix.hideable(entity)
        if column is None:
            pytest.skip("nothing in its list can be hidden")
        role = matrix.hired(entity, "view", "export", hidden=[column.name])
        assert list(matrix.told(entity, role, records[-1], column)) == []

    def test_its_pages_open(self, entity: Entity, records: list[Any], browser: Browser) -> None:
        paths = ["", f"{records[-1].pk}/"]
        paths += ["new"] if entity.create else []
        paths += [f"{records[-1].pk}/edit"] if entity.edit and entity.edit.fits(records[-1]) else []
        for path in paths:
            assert browser.get(f"/{entity.name}/{path}").status_code == 200, path


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is undone behind it."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


def _walk(entity: Entity, by: Actor, params: dict[str, str]) -> Iterator[int]:
    after: str | None = ""
    while after is not None:
        page = listing.page(entity, by, params | {"after": after})
        yield from (row.id for row in page.rows)
        after = page.next


def _said(form: forms.Form) -> dict[str, Any]:
    """What a form holds; a command may write lines anew, so their keys do not count."""
    return {
        name: [{cell: text for cell, text in row.items() if cell != "id"} for row in raw]
        if isinstance(raw, list)
        else raw
        for name, raw in form.raw.items()
    }


def _post(form: forms.Form) -> dict[str, str]:
    """What a browser would post for the form as it stands."""
    posted: dict[str, str] = {"version": str(form.version or "")}
    for part in form.groups:
        if isinstance(part, forms.Group):
            posted |= {one.name: one.text for one in part.inputs if one.widget != "checkbox" or one.text}
            continue
        for place, row in enumerate(part.rows):
            posted |= {one.name: one.text for one in row.inputs if one.widget != "checkbox" or one.text}
            posted[f"{part.name}.{place}.id"] = row.id
    return posted


def _refused(attempt: Any) -> None:
    with pytest.raises(Refused) as refused:
        attempt()
    assert set(refused.value.codes) & {"not_permitted", "not_found", "not_offered"}


def _misfits(document: dict[str, Any], schema: dict[str, Any], answer: Any) -> Iterator[str]:
    text = json.dumps({**schema, "components": document["components"]})
    for error in jsonschema_rs.validator_for(json.loads(text)).iter_errors(answer):
        yield f"{error.instance_path}: {error.message}"


def _words(entity: Entity) -> Iterator[Any]:
    yield from (entity.label, entity.one)
    columns = [*entity.list_columns, *entity.exchange_columns, *entity.filter_columns.values()]
    for part in (*entity.detail_parts, *entity.form_parts):
        yield part.label
        columns += part.columns
        yield from _field_words(part.fields)
        if isinstance(part, Lines):
            columns += part.columns
    for column in columns:
        yield column.label
        yield from _choice_words(column.choices)
    for command in filter(None, (entity.create, entity.edit, *entity.verbs)):
        yield command.label
        yield from command.asks.values()
    yield from (document.label for document in entity.printed)


def _field_words(fields: tuple[Field, ...]) -> Iterator[Any]:
    for one in fields:
        yield from (one.label, one.help)
        yield from _choice_words(one.choices)


def _choice_words(choices: Choices) -> Iterator[Any]:
    """Those of the declaration: what is asked for when it is read is named where it is declared."""
    yield from () if isinstance(choices, Asked) else (label for _value, label in choices)


def _untranslated(word: Any) -> str:
    if not isinstance(word, Promise) and not word:
        return ""
    with translation.override("ko"):
        korean = str(word)
    plain = not LETTERS.search(korean) or HANGUL.search(korean) or korean in SAME_IN_BOTH
    return "" if plain else korean
