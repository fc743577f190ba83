"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.forms import commands
from onmaru.office.forms.models import Form, Paper
from onmaru.workbench.tests import samples


def form(by: Actor, place: int) -> Form:
    """Forms with a field and an amount."""
    fields = [
        {"label_ko": "내용", "label_en": "What", "type": "text"},
        {"label_ko": "금액", "label_en": "Cost", "type": "money", "is_amount": True},
    ]
    return commands.designs.create(by=by, code=f"F{place}", name=f"양식 {place}", place=place, fields=fields)


def paper(by: Actor, place: int) -> Paper:
    """Papers of one person."""
    writer = User.objects.filter(username="writer").first() or User.objects.create(
        username="writer", full_name="작성자", is_superuser=True
    )
    values = {"what": f"내용 {place}", "cost": 1000 + place}
    design = samples.first(Form, by)
    return commands.papers.create(
        by=identity.actor(writer), today=samples.DAY, form=design, title=f"품의 {place}", values=values
    )
