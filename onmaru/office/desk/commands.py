"""Taking a signed paper out that tells what was declared personal since."""

from __future__ import annotations

from django.apps import apps

from onmaru.kernel.identity import Actor
from onmaru.office.access.commands import personal
from onmaru.office.approval.models import Approval
from onmaru.office.snapshots import queries as contents


def open_paper(approval: Approval, *, reason: str, by: Actor) -> bytes:
    """The paper as it was signed, with what is personal now; the log says who took it out, and what for.

    Refuses who may not open what is personal of its record, and without a reason.
    """
    told = contents.told(approval.content, approval.subject_kind)
    model, names = apps.get_model(approval.subject_kind), [one.rpartition(".")[2] for one in told]
    keys, whose = [approval.subject_id], str(approval)
    personal.take_out(model, keys, fields=names, reason=reason, by=by, whose=whose)
    assert approval.paper is not None
    return bytes(approval.paper.content)
