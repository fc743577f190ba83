"""The paper of an approval: stamp boxes, what was approved, who said what, and the digest of it all."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onmaru.kernel import calendars, printing
from onmaru.kernel import paper as papers
from onmaru.office.approval.models import Approval
from onmaru.office.approval.queries import stamps
from onmaru.office.snapshots import queries as contents
from onmaru.workbench import shown

TEMPLATE = "office/approval/templates/print/approval.typ"


def paper(approval: Approval, language: str) -> bytes:
    """The document as PDF: once it was kept, what was kept; a masked copy when that tells what is personal now."""
    is_kept = approval.paper_id and not contents.told(approval.content, approval.subject_kind)
    if is_kept and approval.paper and not printing.makes_picture():
        return bytes(approval.paper.content)
    with translation.override(language):
        return printing.render(TEMPLATE, _data(approval))


def _data(approval: Approval) -> dict[str, Any]:
    company = approval.company
    amount = shown.amount(approval.amount, approval.currency) if approval.amount is not None else ""
    waiting, copied = approval.state != Approval.State.APPROVED, approval.paper_id is not None
    content = contents.veiled(approval.content, approval.subject_kind)
    return {
        "lang": papers.language(),
        "name": f"{approval.number} {approval.title}".strip(),
        "author": company.shown_name if company else "",
        "mark": str(approval.get_state_display()) if waiting else _("Copy, masked") if copied else "",
        "title": approval.title,
        "facts": papers.told(
            (_("Document number"), approval.number),
            (pgettext("approval", "Department"), str(approval.department or "")),
            (_("Drafter"), str(approval.drafter)),
            (_("Drafted"), papers.day(calendars.day_of(approval.drafted_at, approval))),
            (
                _("Finished"),
                papers.day(
                    calendars.day_of(approval.finished_at, approval) if approval.finished_at else None
                ),
            ),
            (_("Amount"), f"{amount} {approval.currency}".strip()),
        ),
        "stamps": [[one.heading, one.name, one.mark, one.day] for one in stamps.boxes(approval)],
        "told": [[group.label, ", ".join(group.names)] for group in stamps.told(approval)],
        "opinion": approval.opinion,
        "sections": [
            {"label": one["label"], "cells": [[cell["label"], cell["text"]] for cell in one["cells"]]}
            for one in content["sections"]
        ],
        "grids": content["grids"],
        "opinions": [[one.name, one.heading, one.opinion] for one in stamps.boxes(approval) if one.opinion],
        "words": {
            "opinion": _("Opinion of the drafter"),
            "opinions": _("Opinions"),
            "digest": _("Digest (SHA-256)"),
        },
        "digest": approval.digest,
    }
