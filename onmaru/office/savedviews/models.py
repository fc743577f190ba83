"""Lists as people want to meet them again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record, Role


class SavedView(Record):
    """The query string of a list under a name. ``entity`` is the address of the list."""

    class Audience(models.TextChoices):
        ME = "me", _("Only me")
        ROLE = "role", _("One role")
        ALL = "all", _("Everyone")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("owner"), related_name="saved_views"
    )
    entity = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("what it asks"), max_length=4000, blank=True)
    audience = models.CharField(_("shared with"), max_length=10, choices=Audience, default=Audience.ME)
    role = models.ForeignKey(
        Role, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "entity", "name"],
                name="saved_view_name_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(audience="role", role__isnull=False) | ~models.Q(audience="role"),
                name="saved_view_role_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The whole address: it says all that the view asks, whoever opens it."""
        return f"/{self.entity}/?{self.asked}"

    @property
    def asked(self) -> str:
        """The query string, which also names the view."""
        return "&".join(filter(None, (f"view={self.pk}", self.query)))


class Mark(models.Model):
    """What one person made of a view: in their menu, or what they meet when they open the list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="view_marks")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="marks")
    entity = models.CharField(max_length=60)
    pinned = models.BooleanField(default=False)
    usual = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("mark of a view")
        verbose_name_plural = _("marks of views")
        constraints = [
            models.UniqueConstraint(fields=["user", "view"], name="one_mark_per_person_and_view"),
            models.UniqueConstraint(
                fields=["user", "entity"], condition=models.Q(usual=True), name="one_usual_view_per_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.view}"
