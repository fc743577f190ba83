"""What lists are searched by has its index: no list reads a whole table for what a person types."""

from django.db import models

from onmaru.kernel import finding, parts
from onmaru.workbench import registry


def test_documents_are_found_by_an_index_over_their_own_text() -> None:
    """A record with a number: there will be millions of them."""
    missing = []
    for entity in registry.every():
        own = {path for path in entity.search_paths if "__" not in path}
        indexed = {
            name for one in entity.model._meta.indexes if isinstance(one, parts.Index) for name in one.columns
        }
        if "number" in own and own != indexed:
            missing.append(f"{entity.model.__name__}: parts.Index({', '.join(sorted(own))})")
    assert missing == []


def test_what_is_found_by_another_record_is_looked_up_by_index() -> None:
    missing = []
    for entity in registry.every():
        for owner in {path.rpartition("__")[0] for path in entity.search_paths} - {""}:
            if owner not in _first_of_indexes(entity.model):
                missing.append(f"{entity.model.__name__}.{owner}")
    assert missing == []


def _first_of_indexes(model: type[models.Model]) -> set[str]:
    named = [one.fields[0].lstrip("-") for one in model._meta.indexes if one.fields]
    named += [
        one.fields[0]
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint) and one.fields
    ]
    return {
        *named,
        *(one.name for one in model._meta.concrete_fields if one.unique or getattr(one, "db_index", False)),
    }


def test_search_texts_lie_under_trigrams() -> None:
    folded = {one.model for one in registry.every() if finding.is_folded(one.model)}
    assert folded
    assert all(any("search_text" in index.fields for index in model._meta.indexes) for model in folded)
