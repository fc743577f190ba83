"""What the room puts into the pages of others: where a record stands, the document itself."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import calendars, commands, files, permissions, personal, work
from onmaru.kernel.identity import Actor
from onmaru.office.approval.commands import covering, guarding
from onmaru.office.approval.models import Approval
from onmaru.office.approval.queries import inbox, stamps
from onmaru.office.copies import ports as copies
from onmaru.office.copies import queries as papers
from onmaru.office.demands import ports as demands
from onmaru.office.snapshots import queries as contents
from onmaru.office.snapshots import rules
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")
MOST = 5


def register() -> None:
    """Put them into the pages and before the commands, and let each see what concerns them."""
    demands.exempt.append(Approval)
    permissions.concerned[Approval] = inbox.concerned
    commands.guards.append(commands.Guard(guarding.HELD, guarding.against))
    commands.remedies.append(guarding.remedy)
    copies.copies.append(covering.cover)
    copies.papers[work.kind_of(Approval), "paper"] = covering.destroy_paper
    ports.slots["record.below"].append(record_below)


def _drawn(name: str, **context: Any) -> SafeString:
    return render_to_string(f"approval/part/{name}.html", context)


def record_below(context: Context) -> SafeString:
    """The document as it was put to approval; beside any other record, its documents and who signed them."""
    record, by = context["detail"].record, context["by"]
    if isinstance(record, Approval):
        return document(record, by)
    kind = work.kind_of(record)
    rows = Approval.objects.filter(subject_kind=kind, subject_id=record.pk).select_related("drafter")
    found = list(rows.prefetch_related("steps__person", "steps__signer").order_by("-id")[:MOST])
    if not found:
        return NOTHING
    return _drawn("panel", approvals=[(one, stamps.boxes(one)) for one in found], by=by)


def document(approval: Approval, by: Actor) -> SafeString:
    """Stamp boxes, content, opinions, and what changed since it came back."""
    hidden = {name for kind, name in by.hidden if kind == approval.subject_kind}
    kind = approval.subject_kind
    content = rules.unseen(contents.veiled(approval.content, kind), hidden)
    before = approval.previous
    changed = (
        rules.compare(rules.unseen(contents.veiled(before.content, kind), hidden), content)
        if before
        else None
    )
    record = work.record_of(approval.subject_kind, approval.subject_id)
    boxes = stamps.boxes(approval)
    return _drawn(
        "document",
        approval=approval,
        boxes=boxes,
        told=stamps.told(approval),
        content=contents.laid(content),
        opinions=[one for one in boxes if one.opinion],
        changed=changed,
        previous=before,
        record=record,
        kept=files.of(approval).filter(pk=approval.paper_id or 0).first(),
        apart=approval.paper_id is not None and contents.told(approval.content, kind),
        ends_on=papers.ends_on(approval, "paper", today=calendars.today()),
        may_open=by.may(personal.permission(apps.get_model(kind))),
        by=by,
    )
