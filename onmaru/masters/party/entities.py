"""What people see and enter of parties."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.masters.party.commands import banks, parties
from onmaru.masters.party.models import Address, Bank, BankAccount, Contact, Party
from onmaru.workbench.entity import Column, Entity, lines, section

parties_entity = Entity(
    Party,
    name="parties",
    label=_("Parties"),
    one=_("Party"),
    area="masters",
    icon="address-book",
    place=10,
    list="code name shown_business_number representative shown_phone email is_customer is_supplier is_dealer "
    "is_employee is_active",
    columns={
        "shown_business_number": Column(_("Business number")),
        "shown_phone": Column(_("Phone")),
    },
    form=[
        "code name name_en kind parent",
        section(_("Roles"), "is_customer is_supplier is_dealer is_employee"),
        section(
            _("Tax identity"), "business_number representative business_type business_item corporate_number"
        ),
        section(_("How to reach them"), "phone email website country language currency"),
        lines(
            Address,
            link="party",
            name="addresses",
            columns="kind label postcode state city line1 line2 legacy_line country is_default",
        ),
        lines(
            Contact, link="party", name="contacts", columns="name title role phone email person is_primary"
        ),
        lines(BankAccount, link="party", name="bank_accounts", columns="bank number holder is_default"),
        "note confirm_duplicate",
    ],
    search="code name name_en business_number phone",
    filters="kind country currency parent",
    actions=[parties.archive, parties.restore],
    create=parties.create,
    edit=parties.edit,
    exchange="code name name_en kind is_customer is_supplier is_dealer is_employee business_number representative "
    "business_type business_item corporate_number phone email website country language currency parent.code note",
    related=[("parties", "parent")],
)

banks_entity = Entity(
    Bank,
    name="banks",
    label=_("Banks"),
    one=_("Bank"),
    area="settings",
    icon="building-bank",
    place=60,
    list="code name name_en is_active",
    form=["code name name_en"],
    search="code name name_en",
    actions=[banks.archive, banks.restore],
    create=banks.create,
    edit=banks.edit,
    exchange="code name name_en",
    order="code",
)
