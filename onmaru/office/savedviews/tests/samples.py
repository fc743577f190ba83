"""Views to try the entity with."""

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.savedviews.models import SavedView


def savedview(by: Actor, place: int) -> SavedView:
    """A view of somebody's."""
    owner, _made = User.objects.get_or_create(username="viewer")
    return SavedView.objects.create(owner=owner, entity="parties", name=f"보기 {place}", query="sort=-name")
