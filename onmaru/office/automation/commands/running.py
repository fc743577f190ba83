"""Rules at work: each thing that happened is looked at once, under the owner's permissions."""

from __future__ import annotations

import dataclasses
import logging
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, ExpressionWrapper, OuterRef, QuerySet, Value
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, identity, races
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.automation import rules as limits
from onmaru.office.automation.commands import doing, rules
from onmaru.office.automation.commands.doing import Case
from onmaru.office.automation.models import Due, Rule, Run
from onmaru.office.automation.queries import happenings, trials
from onmaru.office.automation.queries.happenings import Happening
from onmaru.office.notices.commands import notices
from onmaru.workbench import menu, shown

log = logging.getLogger(__name__)

AT_ONCE = 50
TRIES = 3
LATE = timedelta(days=7)


def look() -> int:
    """Look at what waits, the oldest first, each in its own transaction; returns how many were looked at."""
    keys = list(Due.objects.order_by("id").values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        try:
            races.retried(lambda key=key: _look_at(key))  # type: ignore[misc]
        except Exception:
            log.exception("a rule failed")
            _failed(key)
    return len(keys)


def _look_at(key: int) -> None:
    with transaction.atomic():
        due = (
            Due.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("rule__owner")
            .filter(pk=key)
            .first()
        )
        if due is None:
            return
        happening = happenings.of_due(due) if due.rule.state == Rule.State.ON else None
        if happening is not None:
            act(due.rule, happening)
        due.delete()


def _failed(key: int) -> None:
    """Leave what failed for another try; the third failure ends it, and stands in the log of runs."""
    with transaction.atomic():
        due = Due.objects.select_for_update().filter(pk=key).first()
        if due is None:
            return
        due.tries += 1
        due.save(update_fields=["tries"])
        if due.tries >= TRIES:
            happening = happenings.of_due(due)
            if happening is not None:
                _note(
                    due.rule,
                    happening,
                    Run.Outcome.FAILED,
                    str(_("The rule failed; the server's log says why.")),
                )
            due.delete()


def come() -> int:
    """Act on the records whose day has come, and on those of the last seven days that were missed."""
    count = 0
    for rule in Rule.objects.filter(state="on", happening="date").select_related("owner"):
        today = calendars.today()
        first = max(today - LATE, calendars.day_of(rule.on_since)) if rule.on_since else today
        rows = trials.on_days(rule, identity.actor(rule.owner), first, today)
        for record in rows.filter(~Exists(_came(rule)))[:AT_ONCE]:
            count += races.retried(lambda rule=rule, record=record: _come(rule, record))  # type: ignore[misc]
    return count


def _came(rule: Rule) -> QuerySet[Run]:
    """The run of a record on its day."""
    day = ExpressionWrapper(OuterRef(rule.word) + Value(timedelta(days=rule.days)), output_field=DateField())
    return Run.objects.filter(rule=rule, subject_id=OuterRef("pk"), day=day)


def _come(rule: Rule, record: Any) -> int:
    day: date = getattr(record, rule.word) + timedelta(days=rule.days)
    with transaction.atomic():
        fresh = Rule.objects.select_for_update(of=("self",)).select_related("owner").get(pk=rule.pk)
        if (
            fresh.state != Rule.State.ON
            or Run.objects.filter(rule=rule, subject_id=record.pk, day=day).exists()
        ):
            return 0
        act(fresh, Happening(record.pk, day=day))
    return 1


def act(rule: Rule, happening: Happening) -> Run | None:
    """Let a rule act on what happened, all its actions or none; the run says what came of it.

    None for what its condition leaves out, unless a day came, which is noted so that it comes once.
    """
    actor = identity.actor(rule.owner)
    home = shown.at_home(*(one.currency for one in menu.companies(actor)))
    with translation.override(rule.owner.language), home:
        case = _case(rule, happening, actor)
        if case is None:
            return _note(rule, happening, Run.Outcome.PASSED) if happening.day else None
        reason = _astray(rule, happening)
        if reason:
            rules.stop(rule, reason)
            return _note(rule, happening, Run.Outcome.STOPPED, reason, case.record)
        return _run(rule, happening, case)


def _run(rule: Rule, happening: Happening, case: Case) -> Run:
    run = _note(rule, happening, Run.Outcome.DONE, "", case.record)
    acting = dataclasses.replace(case, by=dataclasses.replace(case.by, source=run.source))
    try:
        with transaction.atomic():
            run.told = "\n".join(doing.do(one, acting) for one in rule.actions.order_by("ordinal", "id"))
    except Refused as refused:
        run.outcome, run.told = Run.Outcome.REFUSED, "\n".join(one.message for one in refused.reasons)
        _tell_refused(rule, run)
    run.save(update_fields=["outcome", "told"])
    return run


def _tell_refused(rule: Rule, run: Run) -> None:
    """Tell the owner, once a day and rule."""
    words = format_lazy(_("Rule “{rule}” was refused: {told}"), rule=rule.name, told=run.told)
    once = f"rule:{rule.pk}:{calendars.today()}"
    notices.tell(
        [rule.owner], "automation", rule, words, by=identity.system(rule.name), excerpt=run.about, once=once
    )


def _case(rule: Rule, happening: Happening, by: Actor) -> Case | None:
    """The record as the owner sees it; None where the rule's condition leaves it out."""
    entity = happenings.entity_of(rule.kind, by)
    rows = happenings.rows_of(rule, by).filter(happenings.wanted(rule, by))
    record = rows.filter(pk=happening.subject_id).first() if entity else None
    if record is None or entity is None:
        return None
    found = happenings.values(entity, record, happening.changes, by)
    return Case(rule, record, entity, found, by) if happenings.holds(rule, found) else None


def _astray(rule: Rule, happening: Happening) -> str:
    """Why a rule must not go on: its owner left, it leads back to itself, it runs too often; "" when it may."""
    if not rule.owner.is_active:
        return str(_("the person it acts for has left"))
    if happening.depth >= limits.DEEPEST:
        return str(_("rules set each other off in a circle"))
    lately = Run.objects.filter(rule=rule, at__gt=timezone.now() - timedelta(hours=1)).exclude(
        outcome="passed"
    )
    return (
        str(_("it ran more than {most} times in an hour")).format(most=rule.most_an_hour)
        if lately.count() >= rule.most_an_hour
        else ""
    )


def _note(rule: Rule, happening: Happening, outcome: str, told: str = "", record: Any = None) -> Run:
    about = {"subject_kind": rule.kind, "subject_id": happening.subject_id, "about": str(record or "")[:200]}
    return Run.objects.create(
        rule=rule, outcome=outcome, told=told, depth=happening.depth + 1, day=happening.day, **about
    )
