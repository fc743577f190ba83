"""The declarations of the scratch room."""

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from onmaru.workbench.entity import Column, Entity, by, lines, section
from tests.scratch.models import Client, Deal, DealLine, Firm


def counted(rows: QuerySet[Deal]) -> QuerySet[Deal]:
    return rows.annotate(line_count=Count("lines"))


firms = Entity(
    Firm,
    label=_("Companies"),
    one=_("Company"),
    list="code name",
    form=["code name zone"],
    made_by="found",
    exchange="code name",
    order="code",
)
clients = Entity(
    Client,
    label=_("Customers"),
    one=_("Customer"),
    list="code name is_active",
    form=["code name is_active"],
    made_by="create_client",
    edited_by="edit_client",
    related=[("deals", "client")],
)
deals = Entity(
    Deal,
    label=_("Orders"),
    one=_("Order"),
    icon="shopping-cart",
    list="number company client ordered_on promised_on state way total line_count days urgent",
    form=[
        "company client ordered_on promised_on",
        section(_("More"), "way currency pieces urgent tags note seen_at"),
        lines(DealLine, "item quantity price due_on"),
    ],
    board=by("state"),
    calendar="promised_on",
    search="number client.name",
    filters="state client ordered_on client.code seen_at",
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
