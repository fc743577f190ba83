"""Opening what is masked: each time is written down."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext as _

from onmaru.kernel import personal, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog
from onmaru.kernel.refusals import Refused

SHORTEST = 5


def take_out(
    model: type[models.Model],
    keys: Sequence[int],
    *,
    fields: Sequence[str],
    reason: str,
    by: Actor,
    whose: str = "",
) -> None:
    """Note that personal fields of these records leave the house as a file. Refuses without a reason."""
    permission = personal.permission(model)
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))
    if len(reason.strip()) < SHORTEST:
        raise Refused(personal.REASON_NEEDED("reason"))
    words = whose or _("{count} records").format(count=f"{len(keys):,}")
    personal.note(AccessLog.Deed.EXPORTED, model, keys, fields, whose=words, by=by, reason=reason.strip())
