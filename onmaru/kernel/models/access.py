"""What narrows a role, who saw a person's data, and by what a program signs in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onmaru.kernel import kinds
from onmaru.kernel.models.identity import Role
from onmaru.kernel.models.records import Record


class RecordRule(Record):
    """What a role sees and changes of one kind of record. A role without a rule for a kind is not narrowed."""

    class Scope(models.TextChoices):
        EVERYTHING = "everything", _("Everything")
        MINE = "mine", _("What is mine")
        TEAM = "team", _("What is my team's")
        VALUES = "values", _("What has these values")

    role = models.ForeignKey(Role, models.CASCADE, related_name="rules", verbose_name=_("role"))
    kind = models.CharField(_("kind of record"), max_length=60, choices=kinds.named)
    reads = models.CharField(_("sees"), max_length=10, choices=Scope, default=Scope.EVERYTHING)
    writes = models.CharField(_("changes"), max_length=10, choices=Scope, default=Scope.EVERYTHING)
    owner = models.CharField(_("field with its person"), max_length=120, blank=True)
    field = models.CharField(_("field with the value"), max_length=120, blank=True)
    values = ArrayField(models.CharField(max_length=100), verbose_name=_("values"), default=list, blank=True)
    hidden = ArrayField(
        models.CharField(max_length=60), verbose_name=_("hidden fields"), default=list, blank=True
    )
    fixed = ArrayField(
        models.CharField(max_length=60), verbose_name=_("fields not changed"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("record rule")
        verbose_name_plural = _("record rules")
        constraints = [models.UniqueConstraint(fields=["role", "kind"], name="one_rule_per_role_and_kind")]

    def __str__(self) -> str:
        return f"{self.role} · {self.get_kind_display()}"


class AccessLog(models.Model):
    """Somebody saw, took out or destroyed personal data. A trigger refuses UPDATE, and DELETE within two years.

    개인정보의 안전성 확보조치 기준 Art. 8: who, when, from where, whose, what; two years where identifiers are kept.
    """

    class Deed(models.TextChoices):
        SHOWN = "shown", _("Shown")
        EXPORTED = "exported", _("Taken out as a file")
        DESTROYED = "destroyed", _("Destroyed by rule")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), db_default=Now())
    deed = models.CharField(_("what was done"), max_length=10, choices=Deed)
    by_id = models.BigIntegerField(_("user"), null=True)
    by_name = models.CharField(_("by"), max_length=100)
    source = models.CharField(_("source"), max_length=20)
    address = models.GenericIPAddressField(pgettext_lazy("network", "from"), null=True)
    kind = models.CharField(_("kind of record"), max_length=60, choices=kinds.named)
    subject_ids = ArrayField(models.BigIntegerField(), verbose_name=_("records"))
    whose = models.CharField(_("whose"), max_length=200)
    fields = ArrayField(models.CharField(max_length=60), verbose_name=_("fields"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("access to personal data")
        verbose_name_plural = _("access to personal data")
        indexes = [
            GinIndex(fields=["subject_ids"], name="access_by_subject"),
            models.Index(fields=["by_id", "id"], name="access_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.whose} · {self.by_name}"


class RetentionRule(Record):
    """How long a personal field is kept, counted from a day of its record; then it is destroyed."""

    kind = models.CharField(_("kind of record"), max_length=60, choices=kinds.named)
    field = models.CharField(_("field"), max_length=60)
    keep_days = models.PositiveIntegerField(_("kept for days"))
    since = models.CharField(_("counted from"), max_length=60)
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("in force until"), null=True, blank=True)
    ground = models.CharField(_("ground (law, consent)"), max_length=200)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.field}"


class DatedSetting(Record):
    """A rule of the house that a company may set otherwise from a day on, with its reason."""

    code = models.CharField(_("setting"), max_length=120, choices=kinds.settings)
    company_id = models.BigIntegerField(_("company"), null=True, blank=True)
    value = models.CharField(_("value"), max_length=100)
    starts_on = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "company_id", "starts_on"],
                nulls_distinct=False,
                name="one_setting_per_company_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"


class Token(Record):
    """What a program signs in with for a person, with no more than some of that person's roles."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens", verbose_name=_("user")
    )
    name = models.CharField(_("what it is for"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("ends in"), max_length=4, editable=False)
    role_ids = ArrayField(models.BigIntegerField(), verbose_name=_("roles"))
    expires_on = models.DateField(pgettext_lazy("token", "expires on"))
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=600)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"


class FormerPassword(models.Model):
    """A hash of a password somebody had, so that it is not taken again at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField(db_default=Now())
