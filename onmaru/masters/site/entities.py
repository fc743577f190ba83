"""What people see and enter of companies and places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.masters.site.commands import companies, holidays, locations, warehouses
from onmaru.masters.site.models import Company, Holiday, Location, Warehouse
from onmaru.workbench.entity import Entity, section

companies_entity = Entity(
    Company,
    name="companies",
    label=_("Companies"),
    one=_("Company"),
    area="settings",
    icon="building",
    place=10,
    list="code name business_number representative currency zone is_active",
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
    actions=[companies.archive, companies.restore],
    create=companies.create,
    edit=companies.edit,
    exchange="code name name_en currency amount_digits country zone fiscal_year_start_month business_number "
    "corporate_number representative business_type business_item address phone email bank_account",
    related=[("warehouses", "company"), ("holidays", "company")],
    order="code",
)

warehouses_entity = Entity(
    Warehouse,
    name="warehouses",
    label=_("Warehouses"),
    one=_("Warehouse"),
    area="masters",
    icon="building-warehouse",
    place=40,
    list="code name company address is_active",
    form=["company code name address"],
    search="code name",
    actions=[warehouses.archive, warehouses.restore],
    create=warehouses.create,
    edit=warehouses.edit,
    exchange="company.code code name address",
    related=[("locations", "warehouse")],
    order="code",
)

locations_entity = Entity(
    Location,
    name="locations",
    label=_("Locations"),
    one=_("Location"),
    area="masters",
    icon="map-pin",
    place=45,
    list="path name kind warehouse company is_active",
    form=["parent code name kind"],
    search="path name",
    actions=[locations.archive, locations.restore],
    create=locations.create,
    edit=locations.edit,
    exchange="company.code parent.path code name kind",
    key="company parent code",
    related=[("locations", "parent")],
    order="path",
)

holidays_entity = Entity(
    Holiday,
    name="holidays",
    label=_("Own holidays"),
    one=_("Own holiday"),
    area="settings",
    icon="calendar-off",
    place=20,
    list="on name company",
    form=["company on name"],
    calendar="on",
    search="name",
    actions=[holidays.delete],
    create=holidays.create,
    edit=holidays.edit,
    exchange="company.code on name",
    order="-on",
)
