"""What people see and enter of companies and places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.masters.site import models
from onmaru.workbench.entity import Column, Entity, section
from onmaru.workbench.fields import COUNTRIES

companies = Entity(
    models.Company,
    area="settings",
    icon="building",
    place=10,
    list="code name shown_business_number representative currency zone is_active",
    columns={
        "shown_business_number": Column(_("Business number"), of="business_number"),
        "country": Column(choices=COUNTRIES),
    },
    form=[
        "code name name_en",
        section(_("Bookkeeping"), "currency amount_digits fiscal_year_start_month country zone"),
        section(
            _("Tax identity"), "business_number representative business_type business_item corporate_number"
        ),
        section(_("How to reach them"), "address phone email bank_account"),
    ],
    search="code name name_en business_number",
    filters="country",
    exchange="code name name_en currency amount_digits country zone fiscal_year_start_month business_number "
    "corporate_number representative business_type business_item address phone email bank_account",
    related=[("warehouses", "company"), ("holidays", "company")],
)

warehouses = Entity(
    models.Warehouse,
    icon="building-warehouse",
    list="code name company address is_active",
    related=[("locations", "warehouse")],
)

locations = Entity(
    models.Location,
    icon="map-pin",
    list="path name kind warehouse company is_active",
    form=["parent code name kind"],
    exchange="company.code parent.path code name kind",
    key="company parent code",
    related=[("locations", "parent")],
)

holidays = Entity(
    models.Holiday,
    label=_("Own holidays"),
    one=_("Own holiday"),
    area="settings",
    icon="calendar-off",
    place=10,
    list="on name company",
    calendar="on",
    order="-on",
)
