"""Records found by what a person typed, in their own columns or in those of what they point to, by index all the way.

A document is known by its number and by its customer's name. No index is over both, and one condition OR the other
reads every row. So the newest are looked at first: where enough of them are found, a page is soon full of the rows read
in its order. Where not, what is found is few, and each way of being found is answered by its own index: the document's
text (``parts``), the other record's search text, and the key that points to it. The answer is a set of ids then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, Q, QuerySet, When

from onmaru.kernel import parts, search, sql
from onmaru.kernel.identity import Hidden

MOST = 5000  # records told by their ids
NEWEST = 500
OFTEN = 5  # of the newest
BLANK = "\1{}\1"  # no sign that a person types
SOME = 200  # from which the nearest are taken


class Pointed(NamedTuple):
    """A column of another record that is searched: the path to it, its kind, the column's name."""

    owner: str
    model: Any
    name: str


@dataclass
class Known:
    """What was typed, and which records it means that others point to: looked up once for all that point there.

    ``broad`` tells that more was found than can be told by ids; ``hidden`` is what the searching person may not see.
    """

    text: str
    broad: bool = False
    hidden: Hidden = frozenset()
    found: dict[tuple[Any, str], list[int] | None] = field(default_factory=dict)

    def meant(self, pointed: Pointed) -> list[int] | None:
        """The records that are meant by their column; None when they are too many."""
        key = pointed.model, pointed.name
        if key not in self.found:
            self.found[key] = _few(pointed.model, _own(pointed.model, [pointed.name], self))
        return self.found[key]


def is_folded(model: Any, hidden: Hidden = frozenset()) -> bool:
    """Whether records of this kind carry their search text, and nothing of theirs, maybe in it, is hidden."""
    withheld = any(kind == model._meta.label_lower for kind, _name in hidden)
    return not withheld and any(one.name == "search_text" for one in model._meta.concrete_fields)


def is_indexed(model: Any, hidden: Hidden = frozenset()) -> bool:
    """Whether there may be so many records of this kind that the words have an index."""
    return is_folded(model, hidden) or any(isinstance(one, parts.Index) for one in model._meta.indexes)


def end_of(model: Any, path: str) -> Any:
    """The kind of record at the end of a path of references."""
    for part in path.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def condition(model: Any, paths: Sequence[str], known: Known) -> Q:
    """What is found of ``model`` by the text columns at ``paths``.

    It asks the database, and of what is found often it is the words: in a CASE, of which the planner knows nothing,
    because its guess of them would be that they are seldom true.
    """
    own = [path for path in paths if "__" not in path]
    pointed = list(dict.fromkeys(_pointed(model, path, known) for path in paths if "__" in path))
    if not pointed and not is_indexed(model, known.hidden):
        return _own(model, own, known)
    newest = model._default_manager.order_by("-pk")
    found = ExpressionWrapper(_in_words(model, own, pointed, known), BooleanField())
    seen = list(newest.values_list("pk", found)[:NEWEST])
    ids: list[int] | None = [key for key, is_found in seen if is_found]
    if ids is not None and len(seen) == NEWEST:
        ids = None if len(ids) >= OFTEN else _ids(model, own, pointed, known)
    if ids is None:
        known.broad = True
        return _unguessed(_in_words(model, own, pointed, known))
    return Q(sql.among("pk", ids)) if ids else Q(pk__in=())


def at_hand(rows: QuerySet[Any], names: Sequence[str], known: Known, most: int) -> QuerySet[Any]:
    """At most ``most`` keys of the newest rows known by their own columns; where there may be very many rows, of the
    newest only. Its statement is the same for every text of as many words, see ``blank``."""
    keys = rows.order_by("-pk").values("pk")
    words = parts.everywhere(names, known.text)
    if is_indexed(rows.model, known.hidden):
        return keys.filter(pk__in=keys[:NEWEST]).filter(_unguessed(words))[:most]
    return keys.filter(words)[:most]


def beyond(model: Any, hidden: Hidden) -> QuerySet[Any]:
    """A key of this kind where ``by_index`` may find more than ``at_hand``, else none: where there are more rows than
    that looks at, or any that are known by their search text, which it knows nothing of."""
    first = 0 if is_folded(model, hidden) else NEWEST
    rows: QuerySet[Any] = model._default_manager.order_by("-pk").values("pk")
    return rows[first : first + 1]


def by_index(rows: QuerySet[Any], names: Sequence[str], known: Known, most: int) -> QuerySet[Any]:
    """At most ``most`` keys of rows known by their own columns, those first that are called so, or else the newest
    of some that the index finds first; the table is not read, whatever the planner guesses of the words."""
    if is_folded(rows.model, known.hidden) and search.query_forms(known.text):
        return search.nearest(rows, "search_text", known.text).values("pk")[:most]
    some = rows.filter(_own(rows.model, names, known)).order_by().values("pk")[:SOME]
    return rows.filter(pk__in=some).order_by("-pk").values("pk")[:most]


def blank(words: int) -> str:
    """A text of so many words to compile a statement with; ``filled`` puts others into their place."""
    return " ".join(BLANK.format(place) for place in range(words))


def filled(parameters: Sequence[Any], text: str) -> list[Any]:
    """The parameters of a statement that was compiled with ``blank``, for another text of as many words."""
    words = [
        (BLANK.format(place), connection.ops.prep_for_like_query(word))
        for place, word in enumerate(text.split())
    ]
    return [
        reduce(lambda said, word: said.replace(*word), words, one) if isinstance(one, str) else one
        for one in parameters
    ]


def _unguessed(words: Q) -> Q:
    return Q(Case(When(words, then=True), default=False, output_field=BooleanField()))


def _pointed(model: Any, path: str, known: Known) -> Pointed:
    owner, _separator, name = path.rpartition("__")
    target = end_of(model, owner)
    return Pointed(owner, target, "search_text" if is_folded(target, known.hidden) else name)


def _own(model: Any, names: Sequence[str], known: Known) -> Q:
    """By a record's own columns: by its search text, if it carries one, else by every word in one of them."""
    folded = is_folded(model, known.hidden)
    return (
        search.condition("search_text", known.text) if folded else parts.condition(model, names, known.text)
    )


def _ids(model: Any, own: list[str], pointed: list[Pointed], known: Known) -> list[int] | None:
    """All that are found, unless they are too many."""
    ids = _few(model, _own(model, own, known)) if own else []
    for one in pointed:
        meant = known.meant(one) if ids is not None else None
        if ids is None or meant is None:
            return None
        ids += sql.pointing(model, f"{one.owner}_id", meant, most=MOST + 1) if meant else []
    return ids if ids is not None and len(ids) <= MOST else None


def _few(model: Any, found: Q) -> list[int] | None:
    rows = model._default_manager.filter(found).order_by()
    ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
    return ids if len(ids) <= MOST else None


def _in_words(model: Any, own: list[str], pointed: list[Pointed], known: Known) -> Q:
    """What is found, for rows that are read anyhow: by ids that are known already, else by what stands there."""
    ways = [_words("", model, own, known)] if own else []
    for one in pointed:
        meant = known.found.get((one.model, one.name))
        if meant is None:
            ways.append(_words(f"{one.owner}__", one.model, [one.name], known))
        elif meant:
            ways.append(Q(sql.among(f"{one.owner}_id", meant)))
    return reduce(or_, ways, Q(pk__in=()))


def _words(path: str, model: Any, names: Sequence[str], known: Known) -> Q:
    """As ``_own``, of the record at the end of ``path``."""
    if is_folded(model, known.hidden):
        return search.condition(f"{path}search_text", known.text) or Q(**{f"{path}pk__isnull": False})
    return parts.everywhere([path + name for name in names], known.text)
