"""One order of time out of many sources, a page at a time, and seen by whoever sees the record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import files, identity, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, RecordRule, Role, StoredFile, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.activities.commands import activities
from onmaru.office.activities.models import Activity
from onmaru.office.discussion import commands, ports
from onmaru.office.discussion.models import Comment
from onmaru.office.discussion.ports import Entry, Source
from onmaru.office.discussion.queries import timeline
from onmaru.office.discussion.views.files import shown_as
from onmaru.workbench import listing, registry, search

DAY = date(2026, 11, 27)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def fill(party: Party, by: Actor, rounds: int) -> None:
    """In each round something of every source."""
    for turn in range(rounds):
        said: dict[str, Any] = {"subject_kind": "party.party", "subject_id": party.pk}
        commands.comments.write(**said, text=f"글 {turn}", by=by)
        files.attach(record=party, name="도면.png", content=PNG + bytes([turn]), by=by)
        made = activities.create(**said, title=f"일 {turn}", person=User.objects.first(), by=by, today=DAY)
        activities.finish(made, by=by, today=DAY)
        parties.edit(party.pk, by=by, name=f"한빛 {turn}")


def walk(party: Party, by: Actor, show: str = "") -> list[Entry]:
    found, place = timeline.page(party, by, show=show), ""
    entries = list(found.entries)
    while place := found.more:
        found = timeline.page(party, by, show=show, place=place)
        entries += found.entries
    return entries


def test_every_page_goes_on_where_the_last_one_ended(party: Party, by: Actor, clerk: User) -> None:
    fill(party, by, 20)
    entries = walk(party, by)
    assert [one.at for one in entries] == sorted((one.at for one in entries), reverse=True)
    keys = [(one.source, one.key) for one in entries]
    assert len(set(keys)) == len(keys) == 81  # and the customer itself was made
    assert {one.source for one in entries} == {"comments", "files", "activities", "changes"}
    for show, count in (("comments", 20), ("files", 20), ("activities", 20), ("changes", 21), ("system", 21)):
        assert len(walk(party, by, show)) == count, show


def test_a_long_history_costs_no_more_queries_than_a_short_one(party: Party, by: Actor, clerk: User) -> None:
    counts = []
    for rounds in (2, 15):
        fill(party, by, rounds)
        with CaptureQueriesContext(connection) as asked:
            timeline.page(party, by)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


def test_a_room_above_adds_a_source(party: Party, by: Actor) -> None:
    def read(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
        at = AuditRow.objects.earliest("id").at
        return (
            [] if place else [Entry("mail", 7, at, "kim@example.com", {}, "discussion/part/change.html", "7")]
        )

    ports.add(Source("mail", "Mail", read, lambda *_given: []))
    try:
        assert [one.source for one in walk(party, by)].count("mail") == 1
    finally:
        del ports.sources["mail"]


def test_the_same_name_is_the_next_version(party: Party, by: Actor) -> None:
    for content in (PNG, PNG + b"2"):
        files.attach(record=party, name="도면.png", content=content, by=by)
    found = [(one.data["version"], one.data["of"]) for one in walk(party, by, "files")]
    assert found == [(2, 2), (1, 2)]


@pytest.mark.parametrize("face", ["list", "search", "API"])
def test_what_hangs_on_a_record_is_seen_with_it_in_every_face(
    face: str, party: Party, by: Actor, clerk: User, mate: User, stranger: User
) -> None:
    other = parties.create(by=by, name="다른상사", confirm_duplicate=True)
    for one in (party, other):
        commands.comments.write(subject_kind="party.party", subject_id=one.pk, text="비밀 단가", by=by)
        files.attach(record=one, name="비밀.png", content=PNG, by=by)
        activities.create(
            subject_kind="party.party", subject_id=one.pk, title="비밀 회의", person=clerk, by=by, today=DAY
        )
    role = Role.objects.get(code="mate")
    RecordRule.objects.create(
        role=role, kind="party.party", reads="values", field="id", values=[str(party.pk)]
    )
    seen = {person.username: _seen(face, person) for person in (clerk, mate, stranger)}
    assert seen == {"clerk": [2, 2, 2], "mate": [1, 1, 1], "stranger": [0, 0, 0]}


def _seen(face: str, person: User) -> list[int]:
    """How many comments, files and activities this face shows."""
    person = User.objects.get(pk=person.pk)
    Role.objects.filter(code=person.username).update(
        permissions=[
            *Role.objects.get(code=person.username).permissions,
            "kernel.storedfile.view",
        ]
    )
    by = identity.actor(person)
    names = ("comments", "files", "activities")
    entities = [found for name in names if (found := registry.get(name)) is not None]
    if face == "list":
        return [len(listing.page(one, by, {}).rows) for one in entities]
    if face == "search":
        hits = {one.entity.name: len(one.hits) for one in search.everywhere(by, "비밀")}
        return [hits.get(name, 0) for name in names]
    browser = Browser()
    browser.force_login(person)
    return [len(browser.get(f"/api/{name}").json()["data"]) for name in names]


def test_files_are_shown_by_what_they_are_and_only_to_who_sees_the_record(
    party: Party, by: Actor, clerk: User, stranger: User
) -> None:
    picture = files.attach(record=party, name="a.html", content=PNG, by=by)
    page = files.attach(record=party, name="b.png", content=b"<script>alert(1)</script>", by=by)
    browser, outside = Browser(), Browser()
    browser.force_login(clerk)
    outside.force_login(stranger)
    answer = browser.get(f"/talk/files/{picture.pk}")
    assert (
        answer.headers["Content-Type"] == "image/png"
        and "'none'" in answer.headers["Content-Security-Policy"]
    )
    assert browser.get(f"/talk/files/{page.pk}").status_code == 404
    download = browser.get(f"/talk/files/{page.pk}/download")
    assert download.headers["Content-Disposition"].startswith("attachment")
    for path in ("", "/download"):
        assert outside.get(f"/talk/files/{picture.pk}{path}").status_code == 404
    assert shown_as(b"%PDF-1.7") == "application/pdf" and shown_as(b"RIFF0000WEBPVP") == "image/webp"


def test_a_person_says_plans_follows_and_pins_in_the_page(party: Party, clerk: User, stranger: User) -> None:
    browser, outside = Browser(), Browser()
    browser.force_login(clerk)
    outside.force_login(stranger)
    talk, part = f"/talk/{work.kind_of(party)}/{party.pk}/", {"HX-Request": "true"}
    assert "안녕하세요" in browser.post(f"{talk}say", {"text": "안녕하세요"}, headers=part).content.decode()
    assert browser.post(f"{talk}say", {"text": ""}, headers=part).status_code == 422
    said = {"title": "전화", "kind": "call", "done": "1", "note": "받지 않음", "due_on": "2026-11-27"}
    assert "받지 않음" in browser.post(f"{talk}plan", said, headers=part).content.decode()
    assert Activity.objects.get().state == "done"
    comment = Comment.objects.get()
    assert browser.post(f"{talk}follow", {"on": "0"}).status_code == 302
    assert browser.post(f"{talk}pin/comments/{comment.pk}", {}, headers=part).status_code == 200
    assert browser.post(f"/talk/comments/{comment.pk}/edit", {"text": "고침"}).status_code == 302
    assert "고침" in browser.get(f"/parties/{party.pk}/").content.decode()
    assert browser.get("/talk/people/choices?q=ㅂㅅ").json()["results"][0]["detail"] == "clerk"
    for path in (talk, f"{talk}say", f"/talk/comments/{comment.pk}/edit"):
        assert outside.post(path, {"text": "x"}).status_code == 404
    assert outside.get(talk).status_code == 404


def test_a_personal_activity_is_nobody_elses(clerk: User, mate: User) -> None:
    activities.create(title="병원", by=identity.actor(clerk), today=DAY)
    entity = registry.get("activities")
    assert entity is not None
    assert len(listing.page(entity, identity.actor(clerk), {}).rows) == 1
    assert listing.page(entity, identity.actor(mate), {}).rows == []
    with pytest.raises(Refused, match="not_found"):
        activities.drop(Activity.objects.get(), by=identity.actor(mate))
    assert StoredFile.objects.count() == 0
