"""The kernel and the workbench are where beauty dies: they are kept small by a test."""

from onmaru.app.cli import measure
from tests.architecture import sources


def test_every_figure_of_the_scoreboard_is_within_its_mark() -> None:
    past = {
        name: (value, mark)
        for name, value, mark in measure.figures(sources.PACKAGE)
        if not measure.fits(name, value, mark)
    }
    assert not past
