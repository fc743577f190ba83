"""What people decide about themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User

LANGUAGE_UNKNOWN = refusals.reason("language_unknown", _("There is no language “{language}” here."))


@commands.command(label=_("Choose language"), model=User)
def choose_language(user: User, *, language: str, by: Actor) -> User:
    """The language in which the house speaks to this person (``ko`` or ``en``). Refuses any other, and other people."""
    refusals.check(
        [
            None if user.pk == by.user_id else refusals.NOT_FOUND(),
            None if language in User.Language.values else LANGUAGE_UNKNOWN("language", language=language),
        ]
    )
    user.language = language
    return user
