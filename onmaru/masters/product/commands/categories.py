"""The tree of product categories with their posting accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.product import rules
from onmaru.masters.product.models import Category


@commands.command(label=_("New category"), model=Category)
def create(*, by: Actor, **values: Any) -> Category:
    """Add a branch to the tree. Accounts left empty are those of the branch above."""
    category = _filled(Category(), values)
    category.save()
    return category


@commands.command(label=_("Edit"), model=Category)
def edit(category: Category, *, by: Actor, **values: Any) -> Category:
    """Change a branch or hang it below another one, with all it holds."""
    before = category.path
    inside = _below(before)
    _filled(category, values)
    if inside and category.path != before:
        tail = Substr("path", Length(Value(before)) + 1)
        Category.objects.filter(path__startswith=before + "/").update(path=Concat(Value(category.path), tail))
    return category


@commands.command(label=_("Archive"), model=Category)
def archive(category: Category, *, by: Actor) -> Category:
    """Take a branch out of use. Refuses while it holds products or branches in use."""
    in_use = {"is_active": True}
    if category.products.filter(**in_use).exists() or category.children.filter(**in_use).exists():
        raise refusals.Refused(rules.CATEGORY_IN_USE(category=category))
    category.is_active = False
    return category


@commands.command(label=_("Restore"), model=Category)
def restore(category: Category, *, by: Actor) -> Category:
    """Take an archived branch into use again."""
    category.is_active = True
    return category


def _filled(category: Category, values: Mapping[str, Any]) -> Category:
    before, parent = category.path, values.get("parent", category.parent)
    if parent is not None:
        # A branch that is being moved has a new path in a moment: wait for it.
        parent = Category.objects.select_for_update(of=("self",), no_key=True).get(pk=parent.pk)
    above = parent.path if parent else ""
    code = str(values.get("code", category.code)).strip()
    category.path = rules.category_path(above, code)
    found = records.problems(category, values)
    accounts = [rules.account_code(name, getattr(category, name)) for name in Category.ACCOUNTS]
    refusals.check([*found, *rules.category(category.path, code, above, before), *accounts])
    return category


def _below(path: str) -> list[int]:
    """Lock what hangs below, in order: a branch added there meanwhile has committed before this returns."""
    below = Category.objects.select_for_update(no_key=True).filter(path__startswith=path + "/").order_by("pk")
    return list(below.values_list("pk", flat=True))
