"""Django's own commands, such as makemigrations, with the database up."""

from django.core.management import execute_from_command_line

from onmaru.app import house


def run(arguments: list[str]) -> int:
    """Hand the arguments to Django."""
    with house.ready(migrate=False):
        execute_from_command_line(["run manage", *arguments])
    return 0
