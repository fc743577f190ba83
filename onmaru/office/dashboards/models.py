"""Dashboards, their cards, and to whom they go by mail."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record, Role
from onmaru.office.dashboards import ports
from onmaru.office.savedviews.models import SavedView
from onmaru.workbench import registry


class Dashboard(Record):
    """Cards that are looked at together. ``is_home`` makes it the first page of whoever sees it."""

    class Audience(models.TextChoices):
        ME = "me", _("Only me")
        ROLE = "role", _("One role")
        ALL = "all", _("Everyone")

    class Refresh(models.IntegerChoices):
        NEVER = 0, _("By hand")
        MINUTE = 60, _("Every minute")
        FIVE = 300, _("Every five minutes")
        QUARTER = 900, _("Every quarter of an hour")

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("owner"), related_name="+", editable=False
    )
    audience = models.CharField(
        _("shared with"), max_length=10, choices=Audience, default=Audience.ME, editable=False
    )
    role = models.ForeignKey(
        Role, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="+", editable=False
    )
    is_home = models.BooleanField(_("first page"), default=False)
    refresh = models.PositiveIntegerField(_("renewed"), choices=Refresh, default=Refresh.NEVER)

    class Meta:
        verbose_name = _("dashboard")
        verbose_name_plural = _("dashboards")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="dashboard_name_unique"),
            models.CheckConstraint(
                condition=models.Q(audience="role", role__isnull=False) | ~models.Q(audience="role"),
                name="dashboard_role_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Card(Record):
    """One question and how its answer is drawn. ``source`` is a list's address or the name of a key figure.

    ``query`` is the list's query string, a view's where ``view`` is named; a chart's says ``down``, ``across`` and
    ``measure`` as a pivot does.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", _("Number")
        TREND = "trend", _("Trend")
        LIST = "list", _("List")
        CHART = "chart", _("Chart")
        BOARD = "board", _("Board")
        TEXT = "text", _("Text")

    class Against(models.TextChoices):
        NOTHING = "", _("Nothing")
        YEAR = "year", _("The year before")
        BEFORE = "before", _("The days before")

    dashboard = models.ForeignKey(
        Dashboard, models.CASCADE, verbose_name=_("dashboard"), related_name="cards"
    )
    ordinal = models.PositiveIntegerField(_("place"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NUMBER)
    title = models.CharField(_("title"), max_length=80, blank=True)
    source = models.CharField(_("list or key figure"), max_length=60, blank=True)
    view = models.ForeignKey(
        SavedView, models.SET_NULL, verbose_name=_("saved view"), null=True, blank=True, related_name="+"
    )
    query = models.CharField(_("what it asks"), max_length=4000, blank=True)
    measure = models.CharField(_("figure"), max_length=60, default="count")
    against = models.CharField(_("compared with"), max_length=10, choices=Against, blank=True, default="")
    width = models.PositiveIntegerField(_("width"), default=1, validators=[MaxValueValidator(4)])
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = [
            models.CheckConstraint(condition=models.Q(width__gte=1, width__lte=4), name="card_width_fits")
        ]

    def __str__(self) -> str:
        return self.title or self.source

    @property
    def about(self) -> str:
        """What it asks, as people call it."""
        figure, entity = ports.figures.get(self.source), registry.get(self.source)
        return str(figure.label if figure else entity.label if entity else self.source)

    @property
    def asked(self) -> str:
        """The query string that holds now."""
        return self.view.query if self.view is not None else self.query


class Mailing(Record):
    """A dashboard on its way to its owner's mailbox, again and again. ``sent_on`` is the last day it went."""

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every Monday")
        MONTH = "month", _("Every first of the month")

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", _("Excel")

    dashboard = models.ForeignKey(
        Dashboard, models.CASCADE, verbose_name=_("dashboard"), related_name="mailings"
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("receiver"), related_name="+", editable=False
    )
    every = models.CharField(_("sending rhythm"), max_length=10, choices=Every, default=Every.DAY)
    hour = models.PositiveIntegerField(_("from (hour)"), default=7, validators=[MaxValueValidator(23)])
    form = models.CharField(_("as"), max_length=10, choices=Form, default=Form.PDF)
    sent_on = models.DateField(_("last sent"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("dashboard by mail")
        verbose_name_plural = _("dashboards by mail")
        constraints = [
            models.UniqueConstraint(fields=["dashboard", "receiver", "form"], name="mailing_unique"),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="mailing_hour_fits"),
        ]

    def __str__(self) -> str:
        return f"{self.dashboard} · {self.receiver}"
