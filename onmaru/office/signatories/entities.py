"""What people see and enter of who signs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.signatories import models
from onmaru.workbench.entity import Column, Entity, lines, section

absences = Entity(
    models.Absence,
    icon="calendar-off",
    list="person deputy starts_on ends_on reason",
    search="person.full_name deputy.full_name",
    calendar="starts_on",
    exchange="person.username deputy.username starts_on ends_on reason",
    key="person starts_on",
)
approval_lines = Entity(
    models.Line,
    icon="list-check",
    list="name place kind company department from_amount below_amount condition starts_on ends_on",
    form=[
        "name place starts_on ends_on",
        section(_("Which documents take it"), "kind company department from_amount below_amount condition"),
        section(_("How it goes"), "consent remind_after escalate_after"),
        lines(models.Seat, "role whose person department final_up_to signs_after is_fixed", name="seats"),
    ],
    search="name",
    filters="kind company department starts_on",
    columns={
        "from_amount": Column(summed=False),
        "below_amount": Column(summed=False),
        "seat.final_up_to": Column(kind="money", currency="line.company.currency"),
    },
    order="place",
)
