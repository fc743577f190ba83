"""Webhooks with their health, and what they were sent: lists like any other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.webhooks import models, queries
from onmaru.workbench.entity import Column, Entity

webhooks = Entity(
    models.Webhook,
    icon="webhook",
    place=42,
    list="name url is_active taken waiting given_up last_taken last_answer owner",
    form=["name url"],
    search="name url",
    filters="is_active owner",
    annotate=queries.counted,
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
