"""What people do with views: keep, change, share, pin them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role
from onmaru.office.savedviews import rules
from onmaru.office.savedviews.models import Mark, SavedView
from onmaru.workbench import registry


@commands.command(label=_("Save as a view"), model=SavedView)
def create(*, entity: str, name: str, query: str = "", by: Actor) -> SavedView:
    """Keep what a list asks under a name of the actor's own. Refuses list_unknown and not_unique."""
    refusals.check([None if registry.get(entity) else rules.LIST_UNKNOWN("entity", name=entity[:60])])
    view = SavedView(owner_id=by.user_id or 0)
    records.fill(view, {"entity": entity, "name": name.strip(), "query": rules.asked(query)})
    view.save()
    return view


@commands.command(label=_("Edit"), model=SavedView)
def edit(view: SavedView, *, name: str, query: str = "", by: Actor) -> SavedView:
    """Give a view another name, or let it ask something else. Refuses not_unique."""
    return records.fill(view, {"name": name.strip(), "query": rules.asked(query)})


@commands.command(label=_("Share"), model=SavedView, asks={"audience": _("Shared with"), "role": _("Role")})
def share(view: SavedView, *, audience: SavedView.Audience, role: Role | None = None, by: Actor) -> SavedView:
    """Show a view to a role, to everyone, or to its owner alone again. Refuses role_needed."""
    refusals.check(rules.of_audience(audience, role))
    return records.fill(view, {"audience": audience, "role": role if audience == "role" else None})


@commands.command(label=_("Pin to the menu"), model=SavedView)
def pin(view: SavedView, *, pinned: bool, by: Actor) -> SavedView:
    """Put a view into the actor's own menu, or take it out."""
    _mark(view, by, pinned=pinned)
    return view


@commands.command(label=_("Open the list with it"), model=SavedView)
def make_usual(view: SavedView, *, usual: bool, by: Actor) -> SavedView:
    """Let the list, opened by its bare name, show the actor this view; or no longer."""
    if usual:
        Mark.objects.filter(user=by.user_id, entity=view.entity, usual=True).update(usual=False)
    _mark(view, by, usual=usual)
    return view


delete = trash.deletion(SavedView)


def _mark(view: SavedView, by: Actor, **made: bool) -> None:
    Mark.objects.update_or_create(
        user_id=by.user_id or 0, view=view, defaults={**made, "entity": view.entity}
    )
