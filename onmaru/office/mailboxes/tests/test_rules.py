"""How long to wait."""

from onmaru.office.mailboxes import rules


def test_a_server_that_fails_is_tried_ever_more_rarely_and_often_again_when_it_held() -> None:
    assert [rules.rest(times) for times in (1, 2, 3, 7, 99)] == [5, 10, 20, 300, 300]
    assert rules.failures(0, lasted=1) == 1 and rules.failures(4, lasted=59) == 5
    assert rules.failures(4, lasted=60) == 1
    assert rules.PATIENCE < 29 * 60
