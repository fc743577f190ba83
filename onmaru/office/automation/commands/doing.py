"""What a rule can do: each way says what is wrong with an action, and does it to a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import calendars, expressions, identity, permissions, refusals, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.activities.commands import activities
from onmaru.office.automation import rules
from onmaru.office.automation.models import Action, Rule
from onmaru.office.automation.queries import happenings
from onmaru.office.mail.commands import mails
from onmaru.office.mail.queries import known
from onmaru.office.notices.commands import notices
from onmaru.office.rest.views import telling
from onmaru.office.webhooks.commands import messages
from onmaru.office.webhooks.models import Webhook
from onmaru.workbench import calls, shown, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.references import References

ROLE = "role:"


@dataclass(frozen=True)
class Case:
    """What an action is done to: the record as its owner sees it, and what formulas and texts may name."""

    rule: Rule
    record: Any
    entity: Entity
    values: Mapping[str, Any]
    by: Actor

    def text(self, said: str) -> str:
        """A text with the record's fields in it, as people read them."""
        return rules.filled(said, self._word)

    def _word(self, name: str) -> str:
        column = self.entity.filter_columns.get(name)
        value = self.values.get(name)
        if name == "record":
            return str(self.record)
        return (
            shown.show(column, column.getter(self.record), self.record)
            if column
            else str("" if value is None else value)
        )

    def worth(self, formula: str) -> Any:
        """What a formula comes to, as a command reads it."""
        found = expressions.parse(formula).value(self.values)
        return str(found) if isinstance(found, Decimal) else found


@dataclass(frozen=True)
class Way:
    """``wrong(action, rule, entity, by)`` are the reasons against it, ``do(action, case)`` says what it did."""

    wrong: Callable[[Action, Rule, Entity, Actor], list[Refusal | None]]
    do: Callable[[Action, Case], str]


ways: dict[str, Way] = {}


def register() -> None:
    """Called once when the house starts."""
    ways.update(
        {
            Action.Does.COMMAND: Way(_wrong_command, _command),
            Action.Does.FIELD: Way(_wrong_field, _field),
            Action.Does.ACTIVITY: Way(_wrong_activity, _activity),
            Action.Does.NOTICE: Way(_wrong_notice, _notice),
            Action.Does.MAIL: Way(_wrong_mail, _mail),
            Action.Does.WEBHOOK: Way(_wrong_webhook, _webhook),
        }
    )


def problems(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    """Every reason why a rule cannot have this action."""
    way = ways.get(action.does)
    if way is None:
        return [rules.ACTION_NEEDS("does", label=gettext_lazy("then"))]
    return way.wrong(action, rule, entity, by)


def do(action: Action, case: Case) -> str:
    """Do it, and say what was done. Raises Refused as the command does."""
    return ways[action.does].do(action, case)


def verb(entity: Entity, what: str) -> Command[Any] | None:
    """The command on records of a list that is called so, by its verb or whole name."""
    return next((one for one in entity.verbs if what in (one.name, one.__name__)), None)


def people(whom: str, record: Any, rule: Rule) -> list[User]:
    """The people meant: sign-ins, ``role:code``, fields of the record that hold a person; unsaid, the rule's owner."""
    found: dict[int, User] = {}
    for word in _words(whom):
        for one in _meant(word, record):
            found[one.pk] = one
    return list(found.values()) or ([rule.owner] if not whom.strip() else [])


def _words(whom: str) -> list[str]:
    return [word.strip() for word in whom.split(",") if word.strip()]


def _meant(word: str, record: Any) -> list[User]:
    if word.startswith(ROLE):
        named = {"grants__role__code": word.removeprefix(ROLE), "grants__role__is_active": True}
        return list(User.objects.filter(**named, is_active=True).distinct())
    held = getattr(record, word, None) if _points_to_person(type(record), word) else None
    return [held] if isinstance(held, User) else list(User.objects.filter(username=word, is_active=True))


def _points_to_person(model: type[models.Model], word: str) -> bool:
    return any(one.name == word and one.related_model is User for one in model._meta.concrete_fields)


def _wrong_people(action: Action, entity: Entity) -> list[Refusal | None]:
    return [
        None
        if word.startswith(ROLE)
        or _points_to_person(entity.model, word)
        or User.objects.filter(username=word).exists()
        else rules.PERSON_UNKNOWN("whom", word=word)
        for word in _words(action.whom)
    ]


def _wrong_formulas(found: Mapping[str, str], kind: str) -> list[Refusal | None]:
    wrong: list[Refusal | None] = []
    for formula in found.values():
        try:
            expressions.check(formula, happenings.names_of(kind), field="said")
        except Refused as refused:
            wrong += refused.reasons
    return wrong


def _needs(action: Action, *names: str) -> list[Refusal | None]:
    labels = {one.name: one.verbose_name for one in Action._meta.concrete_fields}
    return [
        None if getattr(action, name).strip() else rules.ACTION_NEEDS(name, label=labels[name])
        for name in names
    ]


def _wrong_command(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    command = verb(entity, action.what)
    if command is None:
        return [rules.ACTION_UNKNOWN("what", what=action.what)]
    said = rules.assignments(action.said)
    known = {one.name for one in calls.asks(entity, command)}
    unknown = [
        refusals.FIELD_UNKNOWN("said", label=name or action.said) for name in said if name not in known
    ]
    return [*unknown, *_wrong_formulas(said, rule.kind)]


def _command(action: Action, case: Case) -> str:
    command = verb(case.entity, action.what)
    if command is None:
        raise Refused(rules.ACTION_UNKNOWN("what", what=action.what))
    raw = {name: case.worth(formula) for name, formula in rules.assignments(action.said).items()}
    _call(command, raw, case)
    return str(command.label)


def _call(command: Command[Any], raw: Mapping[str, Any], case: Case, *, partial: bool = False) -> None:
    given, found = values.read_all(
        calls.asks(case.entity, command), raw, References(case.by), partial=partial
    )
    refusals.check(found)
    calls.do(command, case.by, given, subject=case.record)


def _wrong_field(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    asked = {one.name for one in calls.asks(entity, entity.edit)} if entity.edit else set()
    unknown = None if action.what in asked else rules.ACTION_UNKNOWN("what", what=action.what)
    return [
        unknown,
        *_needs(action, "said"),
        *_wrong_formulas({"": action.said} if action.said else {}, rule.kind),
    ]


def _field(action: Action, case: Case) -> str:
    command = calls.offered(case.entity.edit)
    worth = case.worth(action.said)
    _call(command, {action.what: worth}, case, partial=True)
    return f"{action.what} = {worth}"


def _wrong_activity(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    days = (
        None
        if _days(action.what) is not None
        else refusals.FIELD_INVALID("what", label=_("what"), problem=_("a number of days"))
    )
    return [*_needs(action, "said"), days, *_wrong_people(action, entity)]


def _days(text: str) -> int | None:
    plain = text.strip() or "0"
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 4 else None


def _activity(action: Action, case: Case) -> str:
    title, due = (
        case.text(action.said)[:200],
        calendars.today(case.record) + timedelta(days=_days(action.what) or 0),
    )
    create = activities.create
    by = identity.also(case.by, create.permission)
    subject = {"subject_kind": work.kind_of(case.record), "subject_id": case.record.pk}
    persons = people(action.whom, case.record, case.rule)
    for person in persons:
        calls.do(create, by, {"title": title, "person": person, "due_on": due, **subject})
    return _("Planned for {people}: {title}").format(people=_listed(persons), title=title)


def _listed(persons: list[User]) -> str:
    return ", ".join(one.display_name for one in persons) or "–"


def _wrong_notice(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    return [*_needs(action, "said"), *_wrong_people(action, entity)]


def _notice(action: Action, case: Case) -> str:
    persons, words = people(action.whom, case.record, case.rule), case.text(action.said)
    by = identity.system(case.rule.name)
    notices.tell(persons, "rule", case.record, words, by=by, excerpt=case.rule.name)
    return _("Told {people}: {words}").format(people=_listed(persons), words=words)


def _wrong_mail(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    plain = Action(whom=",".join(word for word in _words(action.whom) if "@" not in word))
    missing = None if known.accounts(by).exists() else rules.MAIL_MISSING("does")
    return [missing, *_needs(action, "what", "whom", "said"), *_wrong_people(plain, entity)]


def _mail(action: Action, case: Case) -> str:
    account = known.accounts(case.by).first()
    if account is None:
        raise Refused(rules.MAIL_MISSING("does"))
    to = [word for word in _words(action.whom) if "@" in word]
    named = ",".join(word for word in _words(action.whom) if "@" not in word)
    to += [one.email for one in people(named, case.record, case.rule) if one.email] if named else []
    title = case.text(action.what)
    said: dict[str, Any] = {"to": ", ".join(to), "title": title, "text": case.text(action.said)}
    kind, key = work.kind_of(type(case.record)), case.record.pk
    mails.write(subject_kind=kind, subject_id=key, account=account, **said, by=case.by)
    return _("Mail to {people}: {title}").format(people=", ".join(to), title=title)


def _wrong_webhook(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    known = _webhooks(action.what, by).exists()
    return [None if known else rules.ACTION_UNKNOWN("what", what=action.what)]


def _webhooks(name: str, by: Actor) -> models.QuerySet[Webhook]:
    """The webhook of a name, if the rule's owner may see it: records go nowhere that they do not know of."""
    return permissions.visible(Webhook.objects.filter(name=name), by)


def _webhook(action: Action, case: Case) -> str:
    webhook = _webhooks(action.what, case.by).filter(is_active=True).first()
    if webhook is None:
        raise Refused(rules.ACTION_UNKNOWN("what", what=action.what))
    record = case.entity.rows().get(pk=case.record.pk)
    said = {
        "type": f"{case.rule.kind}.{case.rule.happening}",
        "timestamp": timezone.now().isoformat(),
        "data": {"rule": case.rule.name, "record": telling.whole(case.entity, case.by, record)},
    }
    messages.write(webhook, json.dumps(said, default=str, ensure_ascii=False))
    return _("Webhook: {name}").format(name=webhook.name)
