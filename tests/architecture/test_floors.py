"""Foreign keys follow the floors: string references hide them from import-linter."""

from graphlib import TopologicalSorter

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.models import Model
from django.utils import translation

from tests.architecture import sources


def floor(model: type[Model]) -> int:
    return sources.FLOORS.index(model.__module__.split(".")[1])


def references() -> list[tuple[type[Model], str, type[Model]]]:
    return [
        (model, field.name, field.related_model)
        for model in apps.get_models()
        if model.__module__.startswith("onmaru.")
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and isinstance(field.related_model, type)
        and field.related_model.__module__.startswith("onmaru.")
    ]


def test_foreign_keys_go_down_or_stay_on_the_floor() -> None:
    upward = [
        f"{model._meta.label}.{field}" for model, field, other in references() if floor(other) > floor(model)
    ]
    assert not upward


def test_foreign_keys_between_rooms_make_no_circle() -> None:
    rooms: dict[str, set[str]] = {}
    for model, _, other in references():
        if model._meta.app_label != other._meta.app_label:
            rooms.setdefault(model._meta.app_label, set()).add(other._meta.app_label)
    list(TopologicalSorter(rooms).static_order())


def test_every_model_has_its_migration() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner()
    )
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("onmaru.")}
    with translation.override(None):
        changes = detector.changes(graph=loader.graph)
    missing = {
        label: [str(operation.describe()) for migration in found for operation in migration.operations]
        for label, found in changes.items()
        if label in ours
    }
    assert not missing, "run ./run manage makemigrations"
