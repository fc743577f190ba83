"""The demonstration company: a maker and distributor of machine parts with a year's habits and three months of trade.

Everything is made by the commands that people call, on days counted back from today, and the same every time.
"""

from __future__ import annotations

from datetime import date

from onmaru.app.demo import books, ground, people, signing, talk, trade
from onmaru.app.demo.people import PASSWORD
from onmaru.kernel import calendars
from onmaru.kernel.models import User
from onmaru.ledgers.accounting.commands import closing
from onmaru.masters.site.models import Company

SIGN_INS = [(login, PASSWORD, words) for login, _name, words, _role in people.PEOPLE]


def seed(today: date | None = None) -> bool:
    """Make the company; returns False, having done nothing, when there are people or companies already."""
    if User.objects.exists() or Company.objects.exists():
        return False
    day = today or calendars.today()
    staff = people.hire()
    place = ground.lay(day)
    books.open_accounts(place, day)
    trade.run(place, staff, day)
    books.keep(place, day)
    closing.settle()
    signing.begin(place, staff, day)
    talk.run(staff, day)
    return True


__all__ = ["PASSWORD", "SIGN_INS", "seed"]
