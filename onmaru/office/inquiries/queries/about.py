"""Inquiries about one record: its timeline, the documents around it, its files; rules and processes tried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from onmaru.kernel import identity, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.automation.queries import trials
from onmaru.office.discussion.ports import Entry
from onmaru.office.discussion.queries import reach
from onmaru.office.discussion.queries import timeline as timelines
from onmaru.office.faces.queries import flow as flows
from onmaru.office.inquiries.queries import finding
from onmaru.office.offering import queries as offered
from onmaru.office.processes.commands import drawing
from onmaru.office.processes.queries import simulations, standing
from onmaru.workbench.views.page import entity as entity_at

Json = dict[str, Any]
DAYS = 30


def timeline(by: Actor, asked: Mapping[str, Any]) -> Json:
    """What happened to a record, newest first: changes, comments, files, mails, what was done."""
    record = reach.record(asked["kind"], asked["id"], by)
    found = timelines.page(record, by, show=asked.get("show", ""), place=asked.get("place", ""))
    told = {"entries": [_entry(one) for one in found.entries], "more": found.more}
    return told | {"pinned": [_entry(one) for one in found.pinned]}


def _entry(one: Entry) -> Json:
    return {"source": one.source, "id": one.key, "at": one.at, "who": one.who} | _SAID[one.source](one.data)


def _comment(data: Any) -> Json:
    return {"text": data["comment"].text}


def _change(one: Any) -> Json:
    changes = [{"field": str(each.label), "before": each.old, "after": each.new} for each in one.changes]
    return {"text": one.sentence, "changes": changes}


def _file(data: Any) -> Json:
    return {"text": data["file"].name, "version": data["version"]}


def _mail(data: Any) -> Json:
    mail = data["mail"]
    return {"title": mail.title, "text": mail.text, "to": mail.to, "state": mail.state}


def _activity(one: Any) -> Json:
    return {"kind": one.kind, "title": one.title, "text": one.outcome}


_SAID: Mapping[str, Callable[[Any], Json]] = {
    "comments": _comment,
    "changes": _change,
    "system": _change,
    "files": _file,
    "mails": _mail,
    "activities": _activity,
}


def flow(by: Actor, asked: Mapping[str, Any]) -> Json:
    """The documents that a record came from and those that came of it."""
    entity, record = finding.named(by, asked)
    graph = flows.of(entity, by, record)
    records = [
        {"entity": name, "id": key, "label": str(one), "rank": graph.ranks[name, key]}
        for (name, key), (_entity, one) in graph.records.items()
    ]
    return {"records": records, "edges": [[*start, *end] for start, end in graph.edges], "cut": graph.cut}


def file(by: Actor, asked: Mapping[str, Any]) -> Json:
    """The bytes of a file, for whoever sees the record that it hangs on."""
    rows = StoredFile.objects.filter(permissions.hanging[StoredFile](by), pk=asked["id"])
    found: StoredFile | None = rows.first()
    if found is None:
        raise Refused(refusals.NOT_FOUND("id"))
    return finding.file(found.name, bytes(found.content), found.media_type)


def trial(by: Actor, asked: Mapping[str, Any]) -> Json:
    """What a rule of one's own would have done in the last days."""
    _entity, rule = finding.named(by, {**asked, "entity": "rules"})
    if rule.owner_id != by.user_id:
        raise Refused(refusals.NOT_FOUND("id"))
    found = trials.over(rule, identity.actor(rule.owner), asked.get("days") or DAYS)
    lines = [
        {"at": one.at, "who": one.who, "record": str(one.record), "address": one.address, "holds": one.holds}
        for one in found.lines
    ]
    return {"acted": found.acted, "left": found.left, "more": found.more, "lines": lines}


def words(by: Actor, asked: Mapping[str, Any]) -> Json:
    """What the words of a rule on a kind of record can be, each with what people call it."""
    offered.check(by)
    entity = offered.kind_of(asked["kind"], by)
    found = offered.of(entity, by) if entity is not None else {}
    return {name: [{"word": word, "label": label} for word, label in some] for name, some in found.items()}


def simulation(by: Actor, asked: Mapping[str, Any]) -> Json:
    """Where the records of the last days would have gone by a process of one's own as it is drawn now."""
    _entity, process = finding.named(by, {**asked, "entity": "processes"})
    refusals.check([None if process.owner_id == by.user_id else drawing.PROCESS_OWNER_ONLY()])
    drawing.check(process, by)
    found = simulations.over(process, asked.get("days") or DAYS, {})
    ways = [{**one._asdict(), "record": str(one.record)} for one in found.ways]
    return {"ways": ways, "counts": found.counts, "names": found.names}


def places(by: Actor, asked: Mapping[str, Any]) -> Json:
    """Where the instances of a process stand, and how long they stood there on average."""
    _entity, process = finding.named(by, {**asked, "entity": "processes"})
    entity_at("process-instances", by)
    found = standing.of_process(process)
    return {"places": [{**one._asdict(), "mean": one.lasted} for one in found]}
