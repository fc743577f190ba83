"""Processes as diagrams, the versions in force, the instances under way on records, and their steps."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.office.automation.models import watched


class Process(Record):
    """A way of working on records of a kind, drawn as BPMN 2.0; what it calls, it calls for its owner."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn")
        ACTIVE = "active", _("In force")
        RETIRED = "retired", _("Retired")

    name = models.CharField(_("process"), max_length=120, unique=True)
    kind = models.CharField(_("kind of record"), max_length=60, choices=watched)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("acts for"), editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    xml = models.TextField(editable=False)

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """A diagram as it was put in force; never changed. Instances stay on theirs."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    xml = models.TextField()
    by_name = models.CharField(_("by"), max_length=100)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="process_version_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class Instance(Record):
    """A process under way on a record. ``engine`` is where the engine stands; ``waits`` are messages it waits for,
    heard from the history of its record after ``heard_id``; ``next_at`` is when its next timer ends.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        STUCK = "stuck", _("Stuck")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    process = models.ForeignKey(Process, models.PROTECT, related_name="instances", verbose_name=_("process"))
    of_version = models.ForeignKey(
        Version, models.PROTECT, related_name="instances", verbose_name=_("version")
    )
    subject_kind = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    company_id = models.BigIntegerField(null=True, editable=False)
    about = models.CharField(_("about"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    engine = models.JSONField(default=dict)
    waits = ArrayField(models.CharField(max_length=100), default=list)
    heard_id = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    started_by = models.CharField(_("started by"), max_length=100, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("process under way")
        verbose_name_plural = _("processes under way")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="instance_by_subject"),
            models.Index(fields=["next_at"], name="instance_timed", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return self.about


class Step(Record):
    """A place where an instance stands or stood, and how long. ``token`` is the engine's name for it.

    A step of people is done by whoever has its role, with an ``answer`` that the diagram's conditions can name.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Somebody's step")
        CALL = "call", _("Action")
        WAIT = "wait", _("Waiting")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        STUCK = "stuck", _("Stuck")
        ANSWERED = "answered", _("Answered")
        DONE = "done", _("Done")

    instance = models.ForeignKey(
        Instance, models.CASCADE, related_name="steps", verbose_name=_("process under way")
    )
    subject_kind = models.CharField(_("kind of record"), max_length=60)
    subject_id = models.BigIntegerField(_("record"))
    company_id = models.BigIntegerField(null=True, editable=False)
    token = models.CharField(max_length=40)
    element = models.CharField(max_length=120)
    name = models.CharField(_("step"), max_length=200)
    kind = models.CharField(_("kind of step"), max_length=10, choices=Kind)
    role = models.CharField(_("role"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    entered_at = models.DateTimeField(_("since"), db_default=Now())
    left_at = models.DateTimeField(_("left at"), null=True)
    answer = models.CharField(_("answer"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    done_by = models.CharField(_("done by"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("step of a process")
        verbose_name_plural = _("steps of processes")
        constraints = [models.UniqueConstraint(fields=["instance", "token"], name="step_once_a_token")]
        indexes = [
            models.Index(fields=["role"], name="step_open_by_role", condition=Q(state="open", kind="person"))
        ]

    def __str__(self) -> str:
        return self.name
