"""Reads of companies and places."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from onmaru.masters.site.models import Company, Holiday, Location, Warehouse


def virtual(company: Company | int, kind: str) -> Location:
    """The company's one place of a virtual kind: customers, suppliers, adjustment, production, transit, scrap."""
    company_id = company if isinstance(company, int) else company.pk
    return Location.objects.get(company_id=company_id, kind=kind, warehouse=None, parent=None)


def virtuals(company: Company | int) -> dict[str, Location]:
    """All virtual places of a company by kind, in one statement."""
    company_id = company if isinstance(company, int) else company.pk
    return {
        place.kind: place
        for place in Location.objects.filter(company_id=company_id, warehouse=None, parent=None)
    }


def storage(warehouse: Warehouse | int) -> Location:
    """Where goods go in a warehouse unless said otherwise: its first storage location in use."""
    warehouse_id = warehouse if isinstance(warehouse, int) else warehouse.pk
    return Location.objects.filter(
        warehouse_id=warehouse_id, kind=Location.Kind.INTERNAL, is_active=True
    ).earliest("id")


def below(location: Location) -> list[Location]:
    """The location itself and everything in it, by path."""
    inside = Q(path=location.path) | Q(path__startswith=location.path + "/")
    return list(Location.objects.filter(inside, company_id=location.company_id).order_by("path"))


def holidays(company: Company | int | None, first: date, last: date) -> Collection[date]:
    """The company's own days off and the group's from ``first`` to ``last``, both included."""
    company_id = company if isinstance(company, int) or company is None else company.pk
    kept = Holiday.objects.filter(Q(company_id=company_id) | Q(company=None), on__range=(first, last))
    return set(kept.values_list("on", flat=True))
