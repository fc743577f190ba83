"""What a rule may say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals

RULE_WORD_UNKNOWN = refusals.reason(
    "rule_word_unknown", _("“{word}” is no field, state, action or event there.")
)
RULE_EMPTY = refusals.reason("rule_empty", _("Say at least one thing that the rule does."))
RULE_UNTRIED = refusals.reason("rule_untried", _("Try the rule, as it stands now, on past events first."))
RULE_OWNER_ONLY = refusals.reason(
    "rule_owner_only", _("Only the person it acts for may change it or switch it on.")
)
ACTION_UNKNOWN = refusals.reason(
    "rule_action_unknown", _("“{what}” cannot be done with records of this kind.")
)
ACTION_NEEDS = refusals.reason("rule_action_needs", _("“{label}” is needed for this."))
PERSON_UNKNOWN = refusals.reason(
    "rule_person_unknown", _("“{word}” is no person, role or field with a person.")
)
MAIL_MISSING = refusals.reason("rule_mail_missing", _("The rule's owner has no mail account to send from."))
CONDITION_NOT_YES = refusals.reason("rule_condition_not_yes", _("A condition must come to yes or no."))

DEEPEST = 5
_PLACE = re.compile(r"\{(\w+)\}")


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """A text with each ``{name}`` in it replaced; nothing else in it is read as anything."""
    return _PLACE.sub(lambda found: value_of(found[1]), text)


def assignments(said: str) -> dict[str, str]:
    """``reason = "late"; note = "x"``, by name, each a formula; what has no name is under ""."""
    found = {}
    for part in re.split(r";(?=\s*\w+\s*=[^=])", said):
        name, equals, formula = part.partition("=")
        is_named = bool(equals) and name.strip().isidentifier() and not formula.startswith("=")
        if part.strip():
            found[name.strip() if is_named else ""] = (formula if is_named else part).strip()
    return found


def digest(rule: Mapping[str, Any], actions: list[Mapping[str, Any]]) -> str:
    """What a rule says, so that a trial counts for just this."""
    return hashlib.sha256(
        repr((sorted(rule.items()), [sorted(one.items()) for one in actions])).encode()
    ).hexdigest()
