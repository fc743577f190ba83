"""What a password must be: the Korean guideline for personal-information handlers, as one of Django's validators.

Two kinds of letters and ten of them, or three kinds and eight (개인정보의 기술적·관리적 보호조치 기준 해설서); no
run of three, nothing of the person's own name, none of the last two. How long one is kept is a dated setting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import calendars, dated
from onmaru.kernel.models import FormerPassword, User

RENEWED = dated.declare(
    "password.days",
    gettext_lazy("Days after which a new password is asked for (0: never)"),
    "90",
    "개인정보의 안전성 확보조치 기준 Art. 5",
)
KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
LENGTHS = {2: 10, 3: 8, 4: 8}
REMEMBERED = 2
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class KoreanGuideline:
    """Refuses with every reason at once, in the language active now."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with all that is wrong with ``password``."""
        found = [*problems(password), *_own(password, user)]
        if found:
            raise ValidationError([ValidationError(str(one), code="password_weak") for one in found])

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return _(
            "At least ten characters of two kinds (letters, capitals, digits, signs), or eight of three."
        )

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Remember what the person has now, and since when."""
        if user is None or user.pk is None:
            return
        user.password_set_at = timezone.now()
        User.objects.filter(pk=user.pk).update(password_set_at=user.password_set_at)
        FormerPassword.objects.create(user=user, password=user.password)


def problems(password: str) -> list[str | Promise]:
    """What is wrong with a password by itself."""
    kinds = sum(bool(re.search(kind, password)) for kind in KINDS)
    found: list[str | Promise] = []
    if kinds not in LENGTHS or len(password) < LENGTHS[kinds]:
        found.append(
            gettext_lazy(
                "At least ten characters of two kinds (letters, capitals, digits, signs), or eight of three."
            )
        )
    if any(_is_run(password[place : place + 3].casefold()) for place in range(len(password) - 2)):
        found.append(gettext_lazy("No three letters or digits alike or in a row (aaa, 123, qwe)."))
    return found


def _is_run(three: str) -> bool:
    if not three.isalnum():
        return len(set(three)) == 1
    steps = {ord(after) - ord(before) for before, after in pairwise(three)}
    keys = any(three in row or three in row[::-1] for row in KEYBOARD)
    return keys or (len(steps) == 1 and steps <= {-1, 0, 1})


def _own(password: str, user: User | None) -> Iterator[str | Promise]:
    """What is wrong with a password of this person."""
    if user is None:
        return
    told = password.casefold()
    known = {user.get_username(), user.email.partition("@")[0], user.full_name.replace(" ", "")}
    if any(len(one) > 2 and one.casefold() in told for one in known):
        yield gettext_lazy("Not your user name, e-mail or name.")
    if user.pk and any(check_password(password, one) for one in _had(user)):
        yield gettext_lazy("Not one of your last two passwords.")


def _had(user: User) -> list[str]:
    rows = FormerPassword.objects.filter(user=user).order_by("-id").values_list("password", flat=True)
    # The newest row is the present one, unless that was set by a program.
    return list(dict.fromkeys([user.password, *rows[:REMEMBERED]]))


def is_old(set_at: datetime | None, *, on: date) -> bool:
    """Whether a password set at this moment should be renewed by the day ``on``; one of unknown age is not."""
    days = int(dated.value(RENEWED.code, RENEWED.default, on=on))
    return days > 0 and set_at is not None and (on - calendars.day_of(set_at)).days >= days
