"""What a badge says of a duty: everything that matters, nothing twice."""

from itertools import product

from service.domain.lifecycle import State, Timeliness
from service.web.duty_words import KINDS, badges


def test_every_standing_has_words_and_none_is_said_twice() -> None:
    for state, timeliness in product(State, (None, *Timeliness)):
        told = [badge.words for badge in badges(state, timeliness)]
        assert len(told) == len(set(told)) >= 1


def test_what_is_late_stands_out_and_what_is_done_needs_no_state_beside_it() -> None:
    assert [badge.words for badge in badges(State.IN_PROGRESS, Timeliness.OVERDUE)] == [
        "Đang thực hiện",
        "Quá hạn",
    ]
    assert KINDS[Timeliness.OVERDUE] == "bad"
    assert [badge.words for badge in badges(State.ACCEPTED, Timeliness.DONE_LATE)] == ["Hoàn thành quá hạn"]
    assert [badge.words for badge in badges(State.SUSPENDED, Timeliness.PAUSED)] == ["Tạm dừng"]
