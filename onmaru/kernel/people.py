"""What people decide about themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User

LOOK_UNKNOWN = refusals.reason("look_unknown", _("There is no look “{look}” here."))
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


@commands.command(label=_("Choose look"), model=User)
def choose_look(user: User, *, theme: str = "", contrast: str = "", text_size: str = "", by: Actor) -> User:
    """How the pages look to this person; what is left empty stays. Refuses look_unknown, and other people."""
    asked = {"theme": theme, "contrast": contrast, "text_size": text_size}
    chosen = {name: value for name, value in asked.items() if value}
    known = {"theme": User.Theme, "contrast": User.Contrast, "text_size": User.TextSize}
    wrong = [name for name, value in chosen.items() if value not in known[name].values]
    refusals.check(
        [
            None if user.pk == by.user_id else refusals.NOT_FOUND(),
            *(LOOK_UNKNOWN(name, look=chosen[name][:20]) for name in wrong),
        ]
    )
    for name, value in chosen.items():
        setattr(user, name, value)
    return user
