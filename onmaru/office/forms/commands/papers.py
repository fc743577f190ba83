"""Writing on forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.organization import queries as organization
from onmaru.office.forms import rules
from onmaru.office.forms.models import Form, Paper
from onmaru.office.forms.queries import fields, papers
from onmaru.office.shaping.queries import live
from onmaru.workbench import values as reading
from onmaru.workbench.references import References

NOT_YOUR_PAPER = refusals.reason("not_your_paper", _("Only who writes a paper changes it."))


@commands.command(label=_("New paper"), model=Paper, asks={"values": _("What was filled in")})
def create(
    *,
    by: Actor,
    today: date,
    form: Form,
    title: str = "",
    values: Mapping[str, Any] | None = None,
    **filled: Any,
) -> Paper:
    """Fill in a form: ``values`` (or keywords) by the names of its fields, ``rows`` for the lines of its table."""
    place = next(iter(organization.memberships(by.user_id, today)), None)
    paper = Paper(form=form, drafter_id=by.user_id or 0, written_on=today)
    paper.company = place.department.company if place else None
    paper.title = (title or f"{form} {today:%Y-%m-%d}").strip()
    _fill(paper, {**(values or {}), **filled}, by)
    records.fill(paper, {})
    paper.save()
    return paper


@commands.command(label=_("Edit"), model=Paper)
def edit(
    paper: Paper, *, by: Actor, title: str = "", values: Mapping[str, Any] | None = None, **filled: Any
) -> Paper:
    """Fill in anew, before it was put to approval or after it came back. Refuses paper_decided."""
    refusals.check(
        [
            rules.PAPER_DECIDED() if papers.is_decided(paper) else None,
            None if by.user_id in (None, paper.drafter_id) else NOT_YOUR_PAPER(),
        ]
    )
    paper.title = title or paper.title
    if values is not None or filled:
        _fill(paper, {**(values or {}), **filled}, by)
    return paper


delete = trash.deletion(Paper)


def _fill(paper: Paper, raw: Mapping[str, Any], by: Actor) -> None:
    """Read, complete and keep what was filled in; every reason at once."""
    computed = {one.name for one in fields.of(paper.form) if one.type == rules.Type.COMPUTED}
    given = {name: value for name, value in raw.items() if name not in computed}
    found, problems = reading.read_all(fields.asked(paper.form), given, References(by))
    if problems:
        raise Refused(*problems)
    whole = rules.completed(fields.of(paper.form), found)
    paper.amount = rules.amount(fields.of(paper.form), whole)
    paper.values = {name: _kept(value) for name, value in whole.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, list):
        return [{name: live.kept(one) for name, one in row.items()} for row in value]
    return live.kept(value)
