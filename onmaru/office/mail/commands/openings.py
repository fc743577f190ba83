"""That a mail was opened, where its writer asked to be told."""

from __future__ import annotations

from django.utils import timezone

from onmaru.office.letters.rules import openings
from onmaru.office.mail.models import Mail, Opening


def note(track: str, agent: str) -> None:
    """Note that the picture of a mail was fetched; of one mail at most fifty times."""
    mail = Mail.objects.filter(track=track).first() if track else None
    if mail is None or mail.openings.count() >= 50:
        return
    by_machine = openings.is_machine(agent, timezone.now() - mail.at)
    Opening.objects.create(mail=mail, agent=agent[:300], by_machine=by_machine)
