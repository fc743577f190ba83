"""What somebody does in an approval line."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """검토, 합의, 결재; 참조 and 수신 sign nothing."""

    REVIEW = "review", _("Reviews")
    CONSENT = "consent", _("Consents")
    DECIDE = "decide", _("Decides")
    COPY = "copy", _("Is copied in")
    RECEIVE = "receive", _("Receives")


SIGNING = (Role.REVIEW, Role.CONSENT, Role.DECIDE)
