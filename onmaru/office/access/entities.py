"""What administrators and auditors see of who may see what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, models
from onmaru.masters.site.models import Company
from onmaru.office.access import queries
from onmaru.workbench.entity import Column, Entity, section


def with_company(rows: QuerySet[Any]) -> Any:
    """Grants and settings name a company by its number only: here is what it is called."""
    named = Company.objects.filter(pk=OuterRef("company_id")).values("name")[:1]
    return rows.annotate(company_name=Subquery(named))


def for_a_season(_given: Mapping[str, Any]) -> Mapping[str, Any]:
    """How long a token lives unless somebody says otherwise: what is forgotten ends by itself."""
    return {"expires_on": calendars.today() + timedelta(days=90)}


COMPANY = {"company_name": Column(_("Company"))}

users = Entity(
    models.User,
    label=_("Users"),
    one=_("User"),
    icon="users",
    place=80,
    list="username full_name team email is_active last_login",
    form=["username full_name team email language"],
    detail=["username full_name team email language is_active last_login date_joined password_set_at"],
    search="username full_name email team",
    filters="team is_active",
    related=[("grants", "user")],
    offered={
        "drop_second_step": lambda user, who: user.pk != who.user_id and user.authenticator_set.exists()
    },
    order="username",
)
roles = Entity(
    models.Role,
    icon="shield-check",
    place=81,
    list="code name_ko name_en is_active",
    form=["code name_ko name_en"],
    actions="archive restore",
    search="code name_ko name_en",
    related=[("grants", "role"), ("record-rules", "role")],
    order="code",
)
grants = Entity(
    models.Grant,
    icon="user-check",
    place=82,
    list="user role company_name",
    form=["user role company"],
    search="user.username user.full_name role.name_ko role.name_en",
    filters="user role",
    annotate=with_company,
    columns=COMPANY,
)
record_rules = Entity(
    models.RecordRule,
    icon="lock",
    place=83,
    list="role kind reads writes hidden fixed",
    form=[
        "role kind",
        section(_("Which records"), "reads writes owner field values"),
        section(_("Which fields"), "hidden fixed"),
    ],
    search="role.name_ko role.name_en",
    filters="role kind",
)
api_tokens = Entity(
    models.Token,
    icon="key",
    place=84,
    list="name user hint expires_on last_used_at revoked_at",
    form=["name roles expires_on per_minute"],
    prefill={"create": for_a_season},
    detail=["name user hint expires_on per_minute last_used_at revoked_at"],
    search="name user.username",
    filters="user",
)
access_log = Entity(
    models.AccessLog,
    icon="eye",
    place=85,
    label=_("Access to personal data"),
    list="at whose by_name deed kind named reason address",
    detail=["at whose by_name deed kind named reason address way subject_ids"],
    columns={
        "named": Column(_("Fields"), getter=queries.called, of="fields"),
        "way": Column(_("Way"), getter=queries.came_by, of="source"),
    },
    search="whose by_name reason",
    filters="deed by_name kind at",
)
retention_rules = Entity(
    models.RetentionRule,
    icon="clock",
    place=86,
    list="kind named keep_days counted starts_on ends_on ground",
    detail=["kind named keep_days counted starts_on ends_on ground"],
    columns={
        "named": Column(
            _("Field"), getter=lambda rule: queries.field_called(rule.kind, rule.field), of="field"
        ),
        "counted": Column(
            _("Counted from"), getter=lambda rule: queries.field_called(rule.kind, rule.since), of="since"
        ),
    },
    form=["kind field keep_days since starts_on ground"],
    made_by="keep",
    search="field ground",
)
dated_settings = Entity(
    models.DatedSetting,
    icon="adjustments",
    area="settings",
    place=87,
    list="code value company_name starts_on reason",
    form=["code value company starts_on reason"],
    search="code reason",
    annotate=with_company,
    columns=COMPANY,
)
