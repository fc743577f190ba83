"""What people see and enter of parties."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.masters.party import models
from onmaru.workbench.entity import Column, Entity, lines, section
from onmaru.workbench.fields import COUNTRIES

parties = Entity(
    models.Party,
    icon="address-book",
    list="code name shown_business_number representative shown_phone email is_customer is_supplier is_dealer "
    "is_employee is_active",
    columns={
        "shown_business_number": Column(_("Business number"), of="business_number"),
        "shown_phone": Column(_("Phone"), of="phone"),
        "contact.phone": Column(written="shown_phone"),
        "country": Column(choices=COUNTRIES),
        "address.country": Column(choices=COUNTRIES),
    },
    form=[
        "code name name_en kind parent",
        section(_("Roles"), "is_customer is_supplier is_dealer is_employee"),
        section(
            _("Tax identity"), "business_number representative business_type business_item corporate_number"
        ),
        section(_("How to reach them"), "phone email website country language currency"),
        lines(models.Address, "kind label postcode state city line1 line2 legacy_line country is_default"),
        lines(models.Contact, "name title role phone email person is_primary"),
        lines(models.BankAccount, "bank number holder is_default"),
        "note confirm_duplicate",
    ],
    filters="kind country currency parent",
    exchange="code name name_en kind is_customer is_supplier is_dealer is_employee business_number representative "
    "business_type business_item corporate_number phone email website country language currency parent.code note",
    related=[("parties", "parent")],
)

banks = Entity(
    models.Bank,
    area="settings",
    icon="building-bank",
    place=30,
    list="code name name_en is_active",
)
