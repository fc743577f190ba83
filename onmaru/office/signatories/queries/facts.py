"""What a record says to lines: the values that their conditions name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from onmaru.kernel import calendars, custom, expressions, personal, work
from onmaru.kernel.expressions import Value
from onmaru.kernel.models import User
from onmaru.masters.organization import queries as organization
from onmaru.masters.organization.models import Department
from onmaru.masters.site.models import Company
from onmaru.office.shaping import rules as shaping
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import samples as shaped
from onmaru.office.snapshots import ports
from onmaru.workbench import columns, references

AMOUNTS = ("total", "grand_total", "amount", "total_amount")
UNKNOWN = Decimal("Infinity")
COMMON: Mapping[str, Value] = {"amount": Decimal(2), "department": "a", "drafter": "a"}


@dataclass(frozen=True)
class Case:
    """A record that somebody drafts an approval of, on a day."""

    record: models.Model
    drafter: User | None
    department: Department | None
    on: date

    @property
    def kind(self) -> str:
        """The kind of the record."""
        return work.kind_of(self.record)

    @cached_property
    def company(self) -> Company | None:
        """Whose record it is; of one that is everyone's, the company of the drafter's department."""
        own = getattr(self.record, "company", None)
        return own if isinstance(own, Company) else self.department.company if self.department else None

    @cached_property
    def amount(self) -> Decimal | None:
        """What it comes to, in its own currency; None where it has no amount."""
        told = ports.told.get(self.kind)
        if told is not None:
            value = told.values(self.record).get("amount")
        else:
            value = next((getattr(self.record, name) for name in AMOUNTS if _has(self.record, name)), None)
        return value if isinstance(value, Decimal) else None

    @cached_property
    def currency(self) -> str:
        """The currency of the amount; "" where it has none."""
        path = columns.currency_of(type(self.record))
        found = columns.getter(path)(self.record) if path else None
        return str(found or (self.company.currency if self.company and self.amount is not None else ""))

    @property
    def weight(self) -> Decimal | None:
        """The amount by which lines go: a foreign one weighs more than any limit, as nobody set one in its currency."""
        home = self.company.currency if self.company else self.currency
        return UNKNOWN if self.amount is not None and self.currency != home else self.amount

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """What ``names`` are of this record; what it does not know is missing."""
        told = ports.told.get(self.kind)
        known = dict(told.values(self.record)) if told else {}
        known |= {
            "amount": self.amount,
            "department": self.department.code if self.department else None,
            "drafter": self.drafter.username if self.drafter else None,
        }
        return {name: known[name] if name in known else self._field(name) for name in names}

    def _field(self, name: str) -> Any:
        if name in personal.names(type(self.record)):
            return None
        if name.startswith(custom.PREFIX):
            own = CustomField.objects.filter(kind=self.kind, name=name).first()
            return shaping.back(own.type, custom.of(self.record).get(name)) if own else None
        value = getattr(self.record, name, None)
        if isinstance(value, models.Model):
            return references.word_of(value)
        return calendars.day_of(value, self.company) if isinstance(value, datetime) else value

    def holds(self, condition: str) -> bool:
        """Whether a condition is true of it; where something is missing it is not."""
        if not condition:
            return True
        formula = expressions.parse(condition)
        return formula.value(self.values(formula.names)) is True

    def stands_in(self, department_id: int | None) -> bool:
        """Whether the drafter's department is this one or below it."""
        return department_id is None or department_id in self.above

    @cached_property
    def above(self) -> Mapping[int, Department]:
        """The drafter's department and those above it, the lowest first."""
        return organization.upwards(self.department)


def _has(record: models.Model, name: str) -> bool:
    try:
        return isinstance(record._meta.get_field(name), models.DecimalField)
    except FieldDoesNotExist:
        return False


def samples(kind: str) -> dict[str, Value]:
    """What a condition on records of a kind may name, with a value of each; of any kind what all have."""
    if not kind:
        return dict(COMMON)
    told = ports.told.get(kind)
    references_ = {one.name: "a" for one in apps.get_model(kind)._meta.concrete_fields if one.is_relation}
    return {**references_, **shaped.unmasked(kind), **(told.samples() if told else {}), **COMMON}


def case(
    record: models.Model, drafter_id: int | None, on: date, department: Department | None = None
) -> Case:
    """The case of a record, drafted by a person from one of their departments: unsaid, the first."""
    drafter = User.objects.filter(pk=drafter_id or 0).first()
    if department is None:
        own = getattr(record, "company", None)
        company = own.pk if isinstance(own, Company) else None
        mine = [one.department for one in organization.memberships(drafter_id, on)]
        department = next((one for one in mine if company in (None, one.company_id)), None)
    return Case(record, drafter, department, on)
