"""What the pages of the workbench ask of the whole house: which companies a person works for, who may be tried out."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.site.models import Company
from onmaru.workbench import ports

SHOWN = 3


def companies(by: Actor) -> Sequence[ports.Company]:
    """The companies in use that ``by`` works for, the oldest first, not more than the shell has room for."""
    rows = Company.objects.filter(is_active=True).order_by("pk")
    mine = rows if by.companies is None else rows.filter(pk__in=by.companies)
    return [ports.Company(one.shown_name, one.zone) for one in mine[:SHOWN]]


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
