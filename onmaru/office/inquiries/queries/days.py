"""Inquiries about oneself: who one is here, what waits, what one was told, one's dashboards and calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onmaru.kernel import calendars, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.activities.models import Activity
from onmaru.office.activities.queries import days
from onmaru.office.approval.models import Approval
from onmaru.office.approval.queries import inbox as papers
from onmaru.office.dashboards.queries import answers, boards, designs
from onmaru.office.desk.views import inbox as desk
from onmaru.office.inquiries.queries import finding
from onmaru.office.notices import queries as notices
from onmaru.office.processes.queries import standing
from onmaru.workbench import menu, values

Json = dict[str, Any]
MOST = 50


def me(by: Actor, _asked: Mapping[str, Any]) -> Json:
    """Who asks, what they may do, for which companies they work, and what day it is there."""
    companies = [{"name": one.name, "zone": one.zone} for one in menu.companies(by)]
    told = {"id": by.user_id, "name": by.name, "language": by.language, "companies": companies}
    return told | {"permissions": sorted(by.permissions), "today": notices.clock(by).date()}


def day(by: Actor, _asked: Mapping[str, Any]) -> Json:
    """What is to be done: overdue, today, later; steps of processes; and what else waits, by list and state."""
    found = days.of(by, notices.clock(by).date())
    steps = [
        {"id": one.pk, "name": one.name, "about": one.instance.about, "since": one.entered_at}
        for one in standing.mine(by)
    ]
    waiting = [
        {"entity": one.entity.name, "state": one.state, "label": str(one.label), "count": one.count}
        for one in menu.waiting(by)
    ]
    recent = [
        {"entity": one.entity.name, "id": one.record.pk, "label": str(one.record)} for one in menu.recent(by)
    ]
    planned = {name: [_planned(one) for one in some] for name, some in found._asdict().items()}
    return planned | {"steps": steps, "waiting": waiting, "recent": recent}


def _planned(one: Activity) -> Json:
    told = {"id": one.pk, "kind": one.kind, "title": one.title, "due_on": one.due_on, "at": one.starts_at}
    return told | {"about": one.about, "record_kind": one.subject_kind, "record_id": one.subject_id}


def inbox(by: Actor, _asked: Mapping[str, Any]) -> Json:
    """The documents that wait for one's signature, the oldest first, each with what it says at a glance."""
    waiting = papers.waiting(by, calendars.today())
    return {"count": waiting.count(), "documents": [_slip(one, by) for one in waiting[:MOST]]}


def _slip(approval: Approval, by: Actor) -> Json:
    found = desk.slip(approval, by)
    cells = [{"label": str(one.get("label", "")), "text": one.get("text", "")} for one in found.cells]
    told = {"id": approval.pk, "number": approval.number, "title": approval.title, "cells": cells}
    told |= {"drafter": str(approval.drafter), "drafted_at": approval.drafted_at, "opinion": approval.opinion}
    told |= {"amount": values.plain(approval.amount), "currency": approval.currency, "lines": found.lines}
    return told | {"instead_of": found.instead_of, "afterwards": found.afterwards}


def told(by: Actor, asked: Mapping[str, Any]) -> Json:
    """What one was told, newest first; ``unread`` alone where that is asked."""
    rows = notices.of(by.user_id)
    rows = rows.filter(read_at=None) if asked.get("unread") else rows
    fields = ("id", "kind", "words", "excerpt", "by_name", "at", "read_at", "subject_kind", "subject_id")
    return {"unread": notices.unread(by.user_id), "notices": list(rows.values(*fields)[:MOST])}


def dashboard(by: Actor, asked: Mapping[str, Any]) -> Json:
    """What the cards of a dashboard tell who asks; where none is named, of their first page, if need be the house's."""
    board = boards.find(by, asked["id"]) if asked.get("id") else boards.home(by)
    others = [{"id": one.pk, "name": one.name} for one in boards.seen(by)]
    cards = boards.cards(board) if board is not None else designs.of(by)
    found = answers.every(cards, by, {"period": [asked["period"]]} if asked.get("period") else {})
    name = board.name if board is not None else ""
    return {"name": name, "cards": [_card(one) for one in found], "dashboards": others}


def _card(one: answers.Answer) -> Json:
    figures = [{"text": each.text, "against": each.aside} for each in one.figures]
    said = {"title": one.title, "kind": one.card.kind, "figures": figures, "problem": one.problem}
    return said | {"table": one.table, "text": one.card.text}


def calendar(by: Actor, _asked: Mapping[str, Any]) -> Json:
    """One's activities as a calendar file (iCalendar)."""
    person = User.objects.filter(pk=by.user_id or 0).first()
    if person is None:
        raise Refused(refusals.NOT_FOUND())
    return finding.file("onmaru.ics", days.calendar(person, calendars.today()), "text/calendar")
