"""Python with the house's models at hand."""

from django.core.management import call_command

from onmaru.app import house


def run(arguments: list[str]) -> int:
    """Open a shell; `-c CODE` runs a line instead."""
    with house.ready():
        call_command("shell", *arguments)
    return 0
