"""Rules, what they did, webhooks and what they sent: lists like any other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.automation import models
from onmaru.office.automation.queries import health
from onmaru.workbench.entity import Column, Entity, lines, section

rules = Entity(
    models.Rule,
    icon="robot",
    place=40,
    list="name kind happening word owner state on_since stopped_by",
    form=[
        "name kind happening word days",
        section(_("If"), "query formula"),
        section(_("Limits"), "most_an_hour"),
        lines(models.Action, "does what whom said", optional="what whom said"),
    ],
    search="name",
    filters="state kind happening owner",
    actions="switch_on switch_off take_over",
    related=[("rule-runs", "rule")],
    order="name",
)

rule_runs = Entity(
    models.Run,
    icon="history",
    place=41,
    list="at rule outcome about told depth",
    detail=["at rule outcome depth", "subject_kind subject_id about", "told"],
    search="about",
    filters="outcome rule at",
    actions="",
    order="-at",
)

webhooks = Entity(
    models.Webhook,
    icon="webhook",
    place=42,
    list="name url is_active taken waiting given_up last_taken last_answer owner",
    form=["name url"],
    search="name url",
    filters="is_active owner",
    annotate=health.counted,
    columns={
        "taken": Column(_("Taken in 7 days"), kind="integer", summed=False),
        "waiting": Column(_("Waiting"), kind="integer", summed=False),
        "given_up": Column(_("Given up"), kind="integer", summed=False),
        "last_taken": Column(_("Last taken"), kind="datetime"),
        "last_answer": Column(_("Last answer")),
    },
    exchange="",
    related=[("webhook-messages", "webhook")],
    order="name",
)

webhook_messages = Entity(
    models.Message,
    icon="send",
    place=43,
    list="uid webhook state tries next_at answered created_at sent_at",
    detail=["uid webhook state tries", "next_at answered created_at sent_at", "body"],
    search="uid",
    filters="state webhook created_at",
    order="-id",
)
