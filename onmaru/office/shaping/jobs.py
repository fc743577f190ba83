"""Work in the background."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection, models
from django.db.models.functions import Upper

from onmaru.kernel import jobs
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import shapes


def index_of(field: CustomField) -> models.Index:
    """The index by which filters and sorting of a field find their rows."""
    return models.Index(shapes.expression(field), models.F("id"), name=f"shaping_field_{field.pk}")


def words_of(field: CustomField) -> models.Index:
    """The index by which the search finds any part of a field's words."""
    text = OpClass(Upper(shapes.expression(field)), name="gin_trgm_ops")
    return GinIndex(text, name=f"shaping_words_{field.pk}")


@jobs.job("shaping.index")
def index(field_id: int) -> None:
    """Build the index of a field while everyone goes on working. One left half built by a kill is built anew."""
    field = CustomField.objects.filter(pk=field_id).first()
    if field is None:
        return
    wanted = [
        *([index_of(field)] if field.is_indexed else []),
        *([words_of(field)] if field.searched else []),
    ]
    with connection.schema_editor(atomic=False) as editor:
        for one in wanted:
            editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{one.name}"')
            made = one.create_sql(apps.get_model(field.kind), editor, concurrently=True)
            editor.execute(made, params=None)
