"""Comments to try the entity with, on a customer."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.masters.party.commands import parties
from onmaru.office.discussion import commands
from onmaru.office.discussion.models import Comment


def comment(by: Actor, place: int) -> Comment:
    party = parties.create(by=by, name=f"댓글 거래처 {place}", confirm_duplicate=True)
    text = f"표본 {place}"
    return commands.comments.write(by=by, subject_kind="party.party", subject_id=party.pk, text=text)
