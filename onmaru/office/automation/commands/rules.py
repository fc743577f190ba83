"""Rules as people keep them: made, changed, tried on past events, switched on and off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, expressions, identity, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.automation import rules
from onmaru.office.automation.commands import doing
from onmaru.office.automation.models import Action, Rule
from onmaru.office.automation.queries import happenings
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices
from onmaru.workbench import filters, registry

ports.declare("rule", _("A rule tells me something"))
ports.declare("automation", _("A rule of mine is in trouble"))

SAID = ("kind", "happening", "word", "days", "query", "formula")
DONE = ("does", "what", "whom", "said")


@commands.command(label=_("New rule"), model=Rule)
def create(
    *,
    name: str,
    kind: str,
    happening: Rule.Happening,
    by: Actor,
    word: str = "",
    days: int = 0,
    query: str = "",
    formula: str = "",
    most_an_hour: int = 100,
    actions: Sequence[Mapping[str, Any]] = (),
) -> Rule:
    """Make a rule of one's own; it does nothing before it was tried and switched on.

    Refuses rule_word_unknown, rule_empty, rule_condition_not_yes, and of actions what they need.
    """
    rule = Rule(owner=_oneself(by))
    said = {"name": name, "kind": kind, "happening": happening, "word": word, "days": days, "query": query}
    records.fill(rule, said | {"formula": formula, "most_an_hour": most_an_hour})
    _check(rule, actions, by)
    rule.save()
    records.save_lines(rule, Action, "rule", _lines(actions), name="actions")
    return rule


@commands.command(label=_("Edit"), model=Rule)
def edit(rule: Rule, *, by: Actor, actions: Sequence[Mapping[str, Any]] | None = None, **values: Any) -> Rule:
    """Let a rule of one's own say something else; it is off until it was tried again.

    Refuses as making one does, and rule_owner_only.
    """
    refusals.check([_not_owner(rule, by)])
    before = digest(rule)
    records.fill(rule, values)
    given = list(rule.actions.values("id", *DONE)) if actions is None else actions
    _check(rule, given, by)
    records.save_lines(rule, Action, "rule", _lines(given), name="actions")
    if digest(rule) != before:
        rule.state, rule.on_since = Rule.State.DRAFT, None
    return rule


@commands.command(label=_("Try on past events"), model=Rule, primary=True, name="automation.rule.try_out")
def try_out(rule: Rule, *, by: Actor) -> Rule:
    """Note that the rule, as it stands, was tried: ``queries.trials`` shows what it would have done."""
    refusals.check([_not_owner(rule, by)])
    rule.tried = digest(rule)
    return rule


@commands.command(label=_("Switch on"), model=Rule, move=(("draft", "off"), "on"))
def switch_on(rule: Rule, *, by: Actor) -> Rule:
    """Let a rule of one's own act from now on. Refuses rule_untried, rule_owner_only."""
    untried = None if rule.tried == digest(rule) else rules.RULE_UNTRIED()
    refusals.check([_not_owner(rule, by), untried])
    rule.on_since, rule.stopped_by = timezone.now(), ""
    return rule


@commands.command(label=_("Switch off"), model=Rule, move=("on", "off"))
def switch_off(rule: Rule, *, reason: str = "", by: Actor) -> Rule:
    """Let a rule act no more; whoever may may switch off any."""
    rule.stopped_by = reason[:300]
    return rule


@commands.command(label=_("Take over"), model=Rule, move=(("draft", "on", "off"), "draft"))
def take_over(rule: Rule, *, by: Actor) -> Rule:
    """Let a rule act for oneself instead; it is to be tried anew, under one's own permissions."""
    rule.owner, rule.tried = _oneself(by), ""
    _check(rule, list(rule.actions.values(*DONE)), by)
    return rule


def stop(rule: Rule, reason: Any) -> None:
    """Switch a rule off that goes astray, and tell its owner why. Within the transaction under way."""
    by = identity.system(rule.name)
    switch_off(rule, by=by, reason=str(reason))
    words = format_lazy(_("Rule “{rule}” was switched off: {reason}"), rule=rule.name, reason=reason)
    notices.tell([rule.owner], "automation", rule, words, by=by)


def digest(rule: Rule) -> str:
    """What the rule says now, with its actions, as one short text."""
    said = {name: str(getattr(rule, name)) for name in SAID} | {"owner": rule.owner_id}
    return rules.digest(said, list(rule.actions.order_by("ordinal", "id").values(*DONE)))


def _oneself(by: Actor) -> User:
    """The person acting. Raises Refused: a rule acts for somebody."""
    person = User.objects.filter(pk=by.user_id or 0).first()
    if person is None:
        raise Refused(rules.RULE_OWNER_ONLY())
    return person


def _not_owner(rule: Rule, by: Actor) -> Refusal | None:
    return None if by.user_id in (None, rule.owner_id) else rules.RULE_OWNER_ONLY()


def _lines(actions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("id", *DONE) if one.get(name) is not None} for one in actions]


def _check(rule: Rule, actions: Sequence[Mapping[str, Any]], by: Actor) -> None:
    """Every reason why a rule cannot be kept so."""
    entity = happenings.entity_of(rule.kind, by)
    if entity is None:
        raise Refused(refusals.NOT_FOUND("kind"))
    found = [None if actions else rules.RULE_EMPTY("actions"), _word(rule), *_conditions(rule, by)]
    for place, one in enumerate(actions):
        action = Action(**{name: one.get(name) or "" for name in DONE})
        found += refusals.at(f"actions.{place}.", doing.problems(action, rule, entity, by))
    refusals.check(found)


def _word(rule: Rule) -> Refusal | None:
    """Whether what the rule waits for can happen to records of its kind: rule_word_unknown."""
    model = apps.get_model(rule.kind)
    fields = {one.name: one for one in model._meta.concrete_fields}
    happening, word = rule.happening, rule.word
    if happening == Rule.Happening.CREATED:
        return None
    if happening == Rule.Happening.CHANGED:
        known = not word or word in fields or word in happenings.names_of(rule.kind)
    elif happening == Rule.Happening.STATE:
        known = "state" in fields and word in dict(fields["state"].flatchoices)
    elif happening == Rule.Happening.COMMAND:
        known = any(
            word in (one.name, one.name.rpartition(".")[2]) and one.model is model
            for one in commands.registry.values()
        )
    elif happening == Rule.Happening.EVENT:
        known = word in events.registry
    else:
        field = fields.get(word)
        known = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    return None if known else rules.RULE_WORD_UNKNOWN("word", word=word)


def _conditions(rule: Rule, by: Actor) -> list[Refusal | None]:
    found: list[Refusal | None] = []
    if rule.formula:
        try:
            kind = expressions.check(rule.formula, happenings.names_of(rule.kind), field="formula")
            found.append(None if kind is bool else rules.CONDITION_NOT_YES("formula"))
        except Refused as refused:
            found += refused.reasons
    entity = registry.of_model(apps.get_model(rule.kind))
    if rule.query and entity is not None:
        rule.query = rule.query.rpartition("?")[2]
        found += refusals.at("query.", filters.read(entity, by, happenings.asked(rule.query)).problems)
    return found
