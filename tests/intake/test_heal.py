"""What a scanner breaks is read through and told; what only looks broken is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake import read
from service.intake.heal import legible, mended_phrases
from service.intake.restore import canonical

DAMAGED = {
    "Giao Sở Nông nghiệp và Phát triên nông thôn phôi hợp với Sở Tài chinh": (
        "Giao Sở Nông nghiệp và Phát triển nông thôn phối hợp với Sở Tài chính"
    ),
    "ỦY BAN NHẨN DÂN TỈNH QUẢNG NGÃI": "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI",
    "Kính gứi: Các sở": "Kính gửi: Các sở",
    "báo cảo trước ngáy 2O/5/2024": "báo cáo trước ngày 20/5/2024",
    "ngày l5 tháng 6": "ngày 15 tháng 6",
}


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_phrase_is_read_as_it_was_meant(text: str) -> None:
    assert legible(text) == DAMAGED[text]


@pytest.mark.parametrize(
    "text",
    ["Thứ trưởng, Thủ trưởng", "để nghỉ lễ", "hàng năm, hằng năm", "căn cứ từ pháp luật", "Hoàng Báo Cao"],
)
def test_a_sound_phrase_is_left_alone(text: str) -> None:
    assert legible(text) == canonical(text)


@given(st.text(max_size=200))
def test_nothing_moves(text: str) -> None:
    assert len(legible(text)) == len(text)


def test_the_clerk_hears_what_was_mended_and_gets_the_true_name() -> None:
    letter = "Kính gửi: Sở Y tế.\n\n1. Giao Sở Nông nghiệp và Phát triên nông thôn rà soát.\n"
    proposal = read(letter.encode(), "letter.txt")
    (assigned,) = proposal.items[0].assigned
    assert assigned.unit == "Sở Nông nghiệp và Phát triển nông thôn"
    assert assigned.as_written == "Sở Nông nghiệp và Phát triên nông thôn"
    (finding,) = [f for f in proposal.findings if f.code == "text-damaged"]
    assert "Phát triên nông thôn" in finding.message
    assert mended_phrases("Sở Y tế phối hợp với Sở Nội vụ") == []


def test_a_day_read_through_damage_is_doubted() -> None:
    letter = "Kính gửi: Sở Y tế.\n\n1. Giao Sở Y tế báo cáo trước ngày 2O/5/2024.\n"
    deadline = read(letter.encode(), "letter.txt").items[0].deadline
    assert (deadline.fact("iso"), deadline.text) == ("2024-05-20", "trước ngày 2O/5/2024")
    assert deadline.confidence < 0.8
