"""What a document says that it does to earlier ones, and what it only tells of others."""

import pytest

from service.intake import read

HEAD = "UBND HUYỆN CAO LỘC\nSố: 200/UBND-VP\nCao Lộc, ngày 26 tháng 4 năm 2024\nKính gửi: UBND các xã\n\n"
ACTS = {"replaces-document", "revokes-document", "amends-document"}


def acts(sentence: str) -> list[tuple[str, str]]:
    """Return (what is done, to which document) as the reading finds it."""
    found = read(f"{HEAD}{sentence}\n".encode(), "a.txt").findings
    return [(each.code, each.where) for each in found if each.code in ACTS]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Công văn này thay thế Công văn số 100/UBND-VP ngày 01/3/2024 của UBND huyện.",
            [("replaces-document", "100/UBND-VP")],
        ),
        (
            "Quyết định này có hiệu lực từ ngày ký và thay thế Quyết định số 45/QĐ-UBND ngày 1/1/2023.",
            [("replaces-document", "45/QĐ-UBND")],
        ),
        (
            "1. Bãi bỏ Công văn số 12/UBND-NN, số 13/UBND-NN ngày 2/2/2024 của UBND huyện Cao Lộc.",
            [("revokes-document", "12/UBND-NN"), ("revokes-document", "13/UBND-NN")],
        ),
        (
            "Văn bản này sửa đổi, bổ sung một số nội dung của Kế hoạch số 18/KH-UBND ngày 5/1/2024.",
            [("amends-document", "18/KH-UBND")],
        ),
        (
            "1. Điều chỉnh thời hạn tại mục 2 Công văn số 33/UBND-VP ngày 3/3/2024.",
            [("amends-document", "33/UBND-VP")],
        ),
    ],
)
def test_the_clerk_is_told_which_letter_the_new_one_acts_on(
    sentence: str, expected: list[tuple[str, str]]
) -> None:
    assert acts(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Căn cứ Nghị định số 88/2023/NĐ-CP sửa đổi, bổ sung Nghị định số 10/2020/NĐ-CP;",
        "2. Giao Phòng Nội vụ rà soát, thay thế hồ sơ theo Công văn số 7/UBND-NV ngày 1/1/2024.",
        "Công văn số 5/UBND-VP được thay thế bởi Công văn số 9/UBND-VP.",
        "Công văn này gửi các xã. Thực hiện Công văn số 9/UBND-VP ngày 1/1/2024.",
    ],
)
def test_what_others_did_or_are_to_do_is_not_what_the_letter_does(sentence: str) -> None:
    assert acts(sentence) == []
