"""What makes a line right and where it ends: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal
from onmaru.office.signatories.models import SIGNING, Role

LONGEST = 30

SEAT_OPEN = refusals.reason("seat_open", _("Say which person or department this place means."))
SEAT_EMPTY = refusals.reason(
    "seat_empty", _("Nobody sits in “{seat}” today; ask who keeps the organization.")
)
NOBODY_DECIDES = refusals.reason("nobody_decides", _("The line needs somebody who decides."))
LINE_FIXED = refusals.reason("line_fixed", _("“{step}” stands in this line in any case, and in this order."))
LINE_ENDED = refusals.reason("line_ended", _("Nobody signs after {person}, who decides last."))
PERSON_TWICE = refusals.reason("person_twice", _("{person} stands in the line twice."))
OWN_DRAFT = refusals.reason("own_draft", _("Nobody signs their own draft."))
LINE_TOO_LONG = refusals.reason("line_too_long", _("A line has at most {most} people."))
MAY_NOT_SIGN = refusals.reason("may_not_sign", _("The role of {person} does not let them sign."))


@dataclass(frozen=True)
class Place:
    """A person in a line that is being laid: what ``Step`` keeps once it is drafted."""

    role: str
    person_id: int
    name: str
    is_fixed: bool = False
    final_up_to: Decimal | None = None
    signs_after: bool = False

    @property
    def signs(self) -> bool:
        """Whether this person signs, and is not only told."""
        return self.role in SIGNING


def settled(places: Sequence[Place], drafter_id: int | None) -> list[Place]:
    """A line as found, without its drafter and with everybody once: where they stand highest."""
    last = {one.person_id: at for at, one in enumerate(places) if one.signs}
    kept: list[Place] = []
    for at, one in enumerate(places):
        signs_elsewhere = last.get(one.person_id, at) != at
        if one.person_id != drafter_id and not signs_elsewhere and not _stands(kept, one):
            kept.append(one)
    return kept


def _stands(places: Iterable[Place], other: Place) -> bool:
    return any(one.person_id == other.person_id for one in places)


def altered(found: Sequence[Place], wanted: Sequence[Place]) -> list[Place]:
    """The line as the drafter wants it, with what the house says of each place that stands in it as found."""
    known = {(one.role, one.person_id): one for one in found}
    return [known.get((one.role, one.person_id), one) for one in wanted]


def check_line(found: Sequence[Place], wanted: Sequence[Place], drafter_id: int | None) -> list[Refusal]:
    """Every reason why a drafter may not lay the line so: what is fixed stands, in order, and nobody comes after."""
    people = [one.person_id for one in wanted]
    twice = {one.name for one in wanted if people.count(one.person_id) > 1}
    reasons = [PERSON_TWICE("steps", person=name) for name in sorted(twice)]
    reasons += [LINE_TOO_LONG("steps", most=LONGEST)] if len(wanted) > LONGEST else []
    reasons += (
        [OWN_DRAFT("steps")] if any(one.person_id == drafter_id and one.signs for one in wanted) else []
    )
    reasons += [] if any(_decides(one) for one in wanted) else [NOBODY_DECIDES("steps")]
    fixed = [one for one in found if one.is_fixed]
    reasons += [LINE_FIXED("steps", step=one.name) for one in _missing(fixed, wanted)]
    return reasons + _ended(fixed, wanted)


def _decides(place: Place) -> bool:
    return place.role == Role.DECIDE and not place.signs_after


def _missing(fixed: Sequence[Place], wanted: Sequence[Place]) -> list[Place]:
    """What is fixed and does not stand in the line behind what is fixed before it."""
    keys, at, gone = [(one.role, one.person_id) for one in wanted], 0, []
    for one in fixed:
        if (one.role, one.person_id) in keys[at:]:
            at = keys.index((one.role, one.person_id), at) + 1
        else:
            gone.append(one)
    return gone


def _ended(fixed: Sequence[Place], wanted: Sequence[Place]) -> list[Refusal]:
    last = next((one for one in reversed(fixed) if one.signs), None)
    signing = [one for one in wanted if one.signs]
    if last is None or not signing or last.person_id == signing[-1].person_id:
        return []
    return [LINE_ENDED("steps", person=last.name)] if _stands(signing, last) else []


def final(places: Sequence[Place], amount: Decimal | None) -> int | None:
    """Where the line ends by delegation (전결): the first who decides up to more than the amount.

    None when it goes to its end; an amount that is not known goes there too.
    """
    if amount is None:
        return None
    limits = ((at, one.final_up_to) for at, one in enumerate(places) if _decides(one))
    return next((at for at, limit in limits if limit is not None and amount <= limit), None)


def stages(places: Sequence[Place]) -> list[int]:
    """The stage of each place: one after the other, consents that stand beside one another at once; 0 signs nothing."""
    found, stage, before = [], 0, ""
    for one in places:
        if not one.signs:
            found.append(0)
            continue
        stage += not (one.role == before == Role.CONSENT)
        before = one.role
        found.append(stage)
    return found
