"""Rules that act by themselves, what waits for them, and what they did."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands
from onmaru.kernel.models import Record
from onmaru.workbench import registry


def watched() -> list[tuple[str, str]]:
    """Every kind of record that has a list, in words."""
    return list({one.model._meta.label_lower: registry.called(one) for one in registry.every()}.items())


class Rule(Record):
    """When something happens to a record of a kind, or a date of it comes: if a condition holds, then actions.

    It acts for its owner and may what the owner may. ``tried`` is the digest of what was tried on past events.
    """

    class Happening(models.TextChoices):
        CREATED = "created", _("is created")
        CHANGED = "changed", _("is changed")
        STATE = "state", _("reaches a state")
        COMMAND = "command", _("undergoes an action")
        EVENT = "event", _("has an event")
        DATE = "date", _("has a date coming or past")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being tried")
        ON = "on", _("On")
        OFF = "off", _("Off")

    name = models.CharField(_("rule"), max_length=120, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("acts for"), editable=False
    )
    kind = models.CharField(_("kind of record"), max_length=60, choices=watched)
    happening = models.CharField(_("when it"), max_length=10, choices=Happening)
    word = models.CharField(
        _("which one"),
        max_length=100,
        blank=True,
        help_text=_("The field, state, action or event meant; for a change, empty means any."),
    )
    days = models.IntegerField(
        _("days after the date"), default=0, help_text=_("For dates: -3 is three days before.")
    )
    query = models.CharField(
        _("only those of the list"),
        max_length=1000,
        blank=True,
        help_text=_("Chosen as above the list; empty means all of it."),
    )
    formula = models.CharField(
        _("condition"),
        max_length=500,
        blank=True,
        help_text=_("A formula such as total > 1000000; was_total is the value before the change."),
    )
    most_an_hour = models.PositiveIntegerField(_("at most an hour"), default=100)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    tried = models.CharField(max_length=64, blank=True, editable=False)
    on_since = models.DateTimeField(_("on since"), null=True, editable=False)
    stopped_by = models.CharField(_("why it is off"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        indexes = [models.Index(fields=["kind"], name="rule_on", condition=Q(state="on"))]

    def __str__(self) -> str:
        return self.name

    @property
    def word_told(self) -> str:
        """The field, state or action meant, as people call it."""
        command = commands.registry.get(self.word) or commands.registry.get(f"{self.kind}.{self.word}")
        if self.happening == self.Happening.COMMAND and command is not None:
            return str(command.label)
        fields = {one.name: one for one in apps.get_model(self.kind)._meta.concrete_fields}
        if self.happening == self.Happening.STATE and "state" in fields:
            return str(dict(fields["state"].flatchoices).get(self.word, self.word))
        return capfirst(str(fields[self.word].verbose_name)) if self.word in fields else self.word


class Action(models.Model):
    """One thing that a rule does; all of a rule's happen together or none of them."""

    class Does(models.TextChoices):
        COMMAND = "command", _("do an action")
        FIELD = "field", _("set a field")
        ACTIVITY = "activity", _("plan an activity")
        NOTICE = "notice", _("tell somebody")
        MAIL = "mail", _("send a mail")
        WEBHOOK = "webhook", _("call a webhook")
        PROCESS = "process", _("start a process")

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="actions")
    ordinal = models.PositiveSmallIntegerField(default=0, editable=False)
    does = models.CharField(_("then"), max_length=10, choices=Does)
    what = models.CharField(_("what"), max_length=120, blank=True)
    whom = models.CharField(_("whom"), max_length=200, blank=True)
    said = models.CharField(_("with"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("action of a rule")
        verbose_name_plural = _("actions of rules")


class Due(models.Model):
    """Something that happened and that a rule has still to look at.

    Triggers on the history and on the outbox write it in the transaction in which it happened; it goes in the
    transaction that acts on it. So each is acted on once, whoever is killed when.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="+")
    audit_id = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(db_default=0)


class Run(models.Model):
    """What became of one thing that a rule looked at; ``depth`` counts the rules that led to it one by another."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        PASSED = "passed", _("Condition not met")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs", verbose_name=_("rule"))
    at = models.DateTimeField(_("at"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.DONE)
    told = models.TextField(_("what came of it"), blank=True)
    subject_kind = models.CharField(_("kind of record"), max_length=60, choices=watched)
    subject_id = models.BigIntegerField(_("record"))
    about = models.CharField(_("about"), max_length=200, blank=True)
    day = models.DateField(null=True)
    depth = models.PositiveSmallIntegerField(_("depth"), default=1)

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        indexes = [models.Index(fields=["rule", "at"], name="rule_run_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_id", "day"],
                name="rule_run_once_a_day",
                condition=Q(day__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.about}"

    @property
    def source(self) -> str:
        """How histories say what did it."""
        return f"rule:{self.pk}"
