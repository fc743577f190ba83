"""Rules and what they did: lists like any other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.automation import models
from onmaru.workbench.entity import Column, Entity, lines, section

rules = Entity(
    models.Rule,
    icon="robot",
    place=40,
    list="name kind happening word_told owner state on_since stopped_by",
    columns={"word_told": Column(_("Which one"), of="word")},
    form=[
        "name kind happening word days",
        section(_("If"), "query formula"),
        section(_("Limits"), "most_an_hour"),
        lines(models.Action, "does what whom said", optional="what whom said"),
    ],
    search="name",
    filters="state kind happening owner",
    actions="switch_on switch_off take_over",
    related=[("rule-runs", "rule")],
    order="name",
)

rule_runs = Entity(
    models.Run,
    icon="history",
    place=41,
    list="at rule outcome about told depth",
    detail=["at rule outcome depth", "subject_kind subject_id about", "told"],
    search="about",
    filters="outcome rule at",
    actions="",
    order="-at",
)
