"""What the pages of the workbench ask of the whole house: which companies a person works for, who may be tried out."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from onmaru.kernel import i18n
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.site.models import Company
from onmaru.office.counts import queries as counts
from onmaru.workbench import ports

SHOWN = 3


def companies(by: Actor) -> Sequence[ports.Company]:
    """The companies in use that ``by`` works for, the oldest first, not more than the shell has room for."""
    mine = (one for one in _companies() if by.companies is None or one[0] in by.companies)
    return [ports.Company(i18n.pick(name, other), *rest) for _pk, name, other, *rest in islice(mine, SHOWN)]


@counts.compiled
def _companies() -> QuerySet[Any, Any]:
    used = Company.objects.filter(is_active=True).order_by("pk")
    return used.values_list("pk", "name", "name_en", "zone", "currency")


def demo_people() -> Sequence[ports.DemoPerson]:
    """The people of the demonstration company that are really there."""
    if find_spec("onmaru.app.demo") is None:
        return []
    known = import_module("onmaru.app.demo").SIGN_INS
    sign_ins = [
        ports.DemoPerson(login=login, password=password, role=role) for login, password, role in known
    ]
    logins = [one.login for one in sign_ins]
    present = set(User.objects.filter(username__in=logins).values_list("username", flat=True))
    return [one for one in sign_ins if one.login in present]


ports.companies.append(companies)
ports.demo_people.append(demo_people)
