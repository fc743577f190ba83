"""The declarations of the scratch room."""

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from onmaru.workbench.entity import Column, Entity, by, lines, section
from tests.scratch import commands
from tests.scratch.models import Client, Deal, DealLine, Firm


def counted(rows: QuerySet[Deal]) -> QuerySet[Deal]:
    return rows.annotate(line_count=Count("lines"))


firms = Entity(
    Firm,
    name="firms",
    label=_("Companies"),
    one=_("Company"),
    list="code name",
    form=["code name zone"],
    search="code name",
    create=commands.found,
    exchange="code name",
    order="code",
    area="scratch",
)
clients = Entity(
    Client,
    name="clients",
    label=_("Customers"),
    one=_("Customer"),
    list="code name is_active",
    form=["code name is_active"],
    search="code name",
    create=commands.create_client,
    edit=commands.edit_client,
    exchange="code name is_active",
    order="code",
    related=[("deals", "client")],
    area="scratch",
)
deals = Entity(
    Deal,
    name="deals",
    label=_("Orders"),
    one=_("Order"),
    area="scratch",
    icon="shopping-cart",
    list="number company client ordered_on promised_on state way total line_count days urgent",
    form=[
        "company client ordered_on promised_on",
        section(_("More"), "way currency pieces urgent tags note seen_at"),
        lines(DealLine, link="deal", columns="item quantity price due_on"),
    ],
    board=by("state"),
    calendar="promised_on",
    search="number client.name",
    filters="state client ordered_on client.code seen_at",
    actions=[commands.confirm, commands.deliver, commands.cancel],
    create=commands.create,
    edit=commands.edit,
    exchange="number company.code client.code ordered_on promised_on way pieces urgent note",
    annotate=counted,
    columns={"line_count": Column(_("Lines"), kind="integer"), "days": Column(_("Days"), kind="integer")},
    prefill={
        "deliver": lambda deal: {
            "parts": [{"line": one, "quantity": one.quantity} for one in deal.lines.all()]
        }
    },
    documents=[("note", _("Note"), lambda deal, language: f"%PDF {deal} {language}".encode())],
    order="-ordered_on",
)
