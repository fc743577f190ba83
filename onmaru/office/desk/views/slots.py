"""What the room puts into the pages of others: the way to approval, and the way to the inbox."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import work
from onmaru.kernel.models import StoredFile
from onmaru.office.approval.commands import drafting, signing
from onmaru.office.approval.models import Approval
from onmaru.office.approval.queries import inbox
from onmaru.office.counts import queries as counts
from onmaru.office.desk import queries
from onmaru.office.discussion import ports as discussion
from onmaru.workbench import ports, registry
from onmaru.workbench.ports import Context

NOTHING = SafeString("")
DRAFT = drafting.draft.permission
SIGN = signing.approve.permission


def register() -> None:
    """Put them into the pages."""
    counts.counted["waiting"] = inbox.waiting_for
    discussion.apart[StoredFile] = queries.apart
    ports.slots["record.tools"].append(record_tools)
    ports.slots["menu.above"].append(menu)


def _drawn(name: str, **context: Any) -> SafeString:
    return render_to_string(f"desk/part/{name}.html", context)


def record_tools(context: Context) -> SafeString:
    """The button that puts a record to approval; on a document that came back, the one that drafts it again."""
    record, entity, by = context["detail"].record, context["entity"], context["by"]
    if not by.may(DRAFT):
        return NOTHING
    if not isinstance(record, Approval):
        return _drawn("tool", entity=entity, record=record)
    back = record.state in (Approval.State.REJECTED, Approval.State.RECALLED)
    about = work.record_of(record.subject_kind, record.subject_id) if back else None
    entity = registry.of_model(about) if about is not None else None
    if entity is None or record.drafter_id != by.user_id:
        return NOTHING
    return _drawn("tool", entity=entity, record=about, previous=record)


def menu(context: Context) -> SafeString:
    """The way to the inbox, with how much waits in it."""
    by, request = context["by"], context["request"]
    if not by.may(SIGN):
        return NOTHING
    return _drawn("menu", count=counts.of(request, by)["waiting"], here=request.path)
