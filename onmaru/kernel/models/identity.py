"""People who sign in, and what they may do."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. What they may do comes from grants, never from this row."""

    class Language(models.TextChoices):
        KOREAN = "ko", "한국어"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Contrast(models.TextChoices):
        SYSTEM = "system", _("As the system")
        HIGH = "high", _("High contrast")

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("Normal text")
        LARGE = "large", _("Large text")
        LARGEST = "largest", _("Largest text")

    full_name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.KOREAN)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    contrast = models.CharField(_("contrast"), max_length=10, choices=Contrast, default=Contrast.SYSTEM)
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize, default=TextSize.NORMAL)
    team = models.CharField(_("team"), max_length=60, blank=True)
    password_set_at = models.DateTimeField(_("password set"), null=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.full_name or self.get_username()


class Role(models.Model):
    """A named set of permissions such as ``sales.order.confirm`` or ``sales.*``."""

    code = models.SlugField(_("code"), unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    permissions = ArrayField(
        models.CharField(max_length=100), verbose_name=_("permissions"), default=list, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.name_ko if (get_language() or "ko").startswith("ko") else self.name_en


class Grant(models.Model):
    """A role given to a person, for one company or (no company) for all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("user"))
    role = models.ForeignKey(Role, models.CASCADE, related_name="grants", verbose_name=_("role"))
    company_id = models.BigIntegerField(_("company"), null=True, blank=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "company_id"],
                nulls_distinct=False,
                name="one_grant_per_role_and_company",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"
