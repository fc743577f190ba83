"""What the first page says while a house has no company, partners or products yet: what to enter, in which order."""

from __future__ import annotations

from django.db.models import Exists
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import Product
from onmaru.masters.site.commands import companies
from onmaru.masters.site.models import Company
from onmaru.workbench import ports
from onmaru.workbench.ports import Context


def home(context: Context) -> SafeString:
    """The steps, those already taken ticked; nothing for who may found no company, and once each was taken."""
    by = context["by"]
    if not by.may(companies.create.permission):
        return SafeString("")
    there = [Exists(one.objects.all()) for one in (Company, Party, Product)]
    done = User.objects.filter(pk=by.user_id).values_list(*there).first() or (True,)
    ways = [
        (_("Enter your company"), "/companies/new"),
        (_("Bring in your customers and suppliers"), "/parties/import"),
        (_("Bring in your products"), "/products/import"),
    ]
    steps = [(label, href, taken) for (label, href), taken in zip(ways, done, strict=False)]
    return SafeString("") if all(done) else render_to_string("app/setting_up.html", {"steps": steps})


def register() -> None:
    """Put it above all else on the first page."""
    ports.slots["home.above"].insert(0, home)
