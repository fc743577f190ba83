"""Fields that the company adds to its records."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, expressions, personal, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, Extended, Record
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.shaping import ports, rules
from onmaru.office.shaping.models import CustomField, Edition
from onmaru.office.shaping.queries import samples, shapes
from onmaru.workbench import values as typed
from onmaru.workbench.references import References

Type = CustomField.Type
FIXED = ("kind", "name", "type", "target")
OPENED = _("All records: “{field}” is masked no longer")


def changed() -> None:
    """Let every process read the shape anew: called by each command that changes it."""
    Edition.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})


@commands.command(label=_("Add field"), model=CustomField)
def create(*, by: Actor, kind: str, type: str, label_ko: str, name: str = "", **values: Any) -> CustomField:
    """Add a field to a kind of record (``party.party``), there at once on every screen, in files and in the API.

    Its ``name`` begins with ``x_``; unsaid, it is made of the English name. Refuses with every reason why one
    of this type cannot be so.
    """
    taken = set(CustomField.objects.filter(kind=kind).values_list("name", flat=True))
    name = name or rules.name_from(values.get("label_en") or "", taken)
    made = CustomField(kind=kind, name=name, type=type)
    found = [rules.check_name(name), *_unknown_kind(kind)]
    found += records.problems(made, values | {"label_ko": label_ko}, exclude=["name"])
    refusals.check(found if any(found) else _problems(made, by))
    made.save()
    _tell(made)
    return made


@commands.command(label=_("Edit"), model=CustomField)
def edit(field: CustomField, *, by: Actor, **values: Any) -> CustomField:
    """Change what a field is called and asks. Its type, its name and what it refers to stand.

    Personal from now on, it is masked at once. To unmask it takes who may open it, and is written down.
    """
    was = field.privacy
    found = [*records.fixed(field, values, *FIXED), *records.problems(field, values)]
    refusals.check(found or _problems(field, by))
    if was and not field.privacy:
        _open(field, by)
    field.is_indexed = field.is_indexed and not field.privacy
    _tell(field)
    return field


def _open(field: CustomField, by: Actor) -> None:
    model = apps.get_model(field.kind)
    permission = personal.permission(model)
    refusals.check([None if by.may(permission) else refusals.NOT_PERMITTED(permission=permission)])
    words = str(OPENED).format(field=field)
    personal.note(AccessLog.Deed.SHOWN, model, [], [field.name], whose=words, by=by)


@commands.command(label=_("Archive"), model=CustomField)
def archive(field: CustomField, *, by: Actor) -> CustomField:
    """Take a field off every screen. What records hold in it stays, and comes back with it."""
    field.is_active = False
    _tell(field)
    return field


@commands.command(label=_("Restore"), model=CustomField)
def restore(field: CustomField, *, by: Actor) -> CustomField:
    """Bring an archived field back with all that records hold in it."""
    field.is_active = True
    _tell(field)
    return field


@commands.command(label=_("Make fast to filter"), model=CustomField)
def quicken(field: CustomField, *, by: Actor) -> CustomField:
    """Build an index for what people filter by often, in the background and without stopping anyone's work."""
    refusals.check(
        [
            None
            if can_be_quick(field)
            else refusals.FIELD_INVALID(
                "type",
                label=field,
                problem=_("A formula, a list of several, personal data or a field of lines has no index."),
            )
        ]
    )
    field.is_indexed = True
    _tell(field)
    return field


@commands.command(label=_("No longer fast to filter"), model=CustomField)
def relax(field: CustomField, *, by: Actor) -> CustomField:
    """Let an index go that nobody uses."""
    field.is_indexed = False
    _tell(field)
    return field


def _tell(field: CustomField) -> None:
    changed()
    for one in ports.changed:
        one(field)


def can_be_quick(field: CustomField) -> bool:
    """Whether an index helps filters of this field."""
    return field.type not in (Type.COMPUTED, Type.CHOICES) and not field.privacy and not is_of_lines(field)


def is_of_lines(field: CustomField) -> bool:
    """Whether a field stands in the lines of a document, which nobody lists by themselves."""
    return not issubclass(apps.get_model(field.kind), Record)


def _unknown_kind(kind: str) -> list[Refusal]:
    try:
        known = issubclass(apps.get_model(kind), Extended)
    except (LookupError, ValueError):
        known = False
    return [] if known else [rules.FIELD_KIND_UNKNOWN("kind", kind=kind)]


def _problems(field: CustomField, by: Actor) -> list[Refusal]:
    """Every reason why a field of its type cannot be as it is said to be."""
    found: list[Refusal] = []
    if field.type in (Type.CHOICE, Type.CHOICES):
        found += rules.check_choices(field.choices)
    if field.digits > rules.MOST_DIGITS:
        found.append(rules.DIGITS_TOO_MANY("digits", most=rules.MOST_DIGITS))
    if field.searched and (field.type not in (Type.TEXT, Type.FILE) or is_of_lines(field)):
        found.append(rules.SEARCHED_WORDS("searched"))
    if field.privacy and (field.type not in rules.MASKED or _is_unsealable(field)):
        found.append(rules.PRIVACY_TYPE("privacy"))
    if field.privacy and field.searched:
        found.append(rules.PRIVACY_SOUGHT("searched"))
    if field.type == Type.REFERENCE:
        found += [] if _is_kind(field.target) else [rules.TARGET_MISSING("target")]
    if field.type == Type.COMPUTED:
        return found + _formula_problems(field)
    return found or _default_problems(field, by)


def _is_unsealable(field: CustomField) -> bool:
    return field.privacy == field.Privacy.IDENTIFIER and field.type != Type.TEXT


def _is_kind(label: str) -> bool:
    return any(model._meta.label_lower == label for model in apps.get_models())


def _formula_problems(field: CustomField) -> list[Refusal]:
    alone = [rules.COMPUTED_ALONE("formula")] if field.required or field.default else []
    try:
        kind = expressions.check(field.formula, samples.unmasked(field.kind), field="formula")
    except Refused as refused:
        return [*alone, *refused.reasons]
    field.result = rules.RESULTS[kind]
    return alone


def _default_problems(field: CustomField, by: Actor) -> list[Refusal]:
    if not field.default:
        return []
    try:
        typed.read(shapes.field_of(field), field.default, References(by))
    except Refused as refused:
        return [
            refusals.at("", [one])[0] if one.field == "default" else _at_default(one)
            for one in refused.reasons
        ]
    return []


def _at_default(reason: Refusal) -> Refusal:
    return Refusal(reason.code, reason.template, "default", reason.params)
