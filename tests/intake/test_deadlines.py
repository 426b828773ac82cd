"""Deadlines: what a clerk would write on the wall calendar, and what she would not."""

from typing import Any

import pytest

from service.intake.days import issued_from
from service.intake.deadlines import most_binding, read_deadlines
from service.intake.restore import canonical

ISSUED = issued_from("2024-04-10")


def found(text: str) -> list[dict[str, Any]]:
    plain = canonical(text)
    deadlines = read_deadlines(plain, text, 0, ISSUED, [])
    for deadline in deadlines:
        assert deadline.span is not None
        assert text[deadline.span.start : deadline.span.end] == deadline.text
    return [{k: v for k, v in d.to_json().items() if k not in ("confidence", "span")} for d in deadlines]


DATES = {
    "trước ngày 20.7.2024": ("2024-07-20", "before"),
    "trước 15/8/2025": ("2025-08-15", "before"),
    "xong trước 30/6": ("2024-06-30", "before"),
    "chậm nhất ngày 25.12.2024": ("2024-12-25", "by"),
    "trước ngày 10 tháng 8 năm 2025": ("2025-08-10", "before"),
    "trong ngày 12/4/2024": ("2024-04-12", "on"),
    "đến hết ngày 31/5/2024": ("2024-05-31", "by"),
    "đến trước tháng 9.2024": ("2024-08-31", "by"),
    "đến hết tháng 6/2024": ("2024-06-30", "by"),
    "trước ngày 05/01": ("2025-01-05", "before"),
}


@pytest.mark.parametrize("text", DATES)
def test_a_day_is_a_deadline(text: str) -> None:
    (deadline,) = found(f"Sở Y tế báo cáo kết quả {text} để tổng hợp.")
    assert (deadline["iso"], deadline["bound"]) == DATES[text]
    assert deadline["kind"] == "date"
    assert deadline["text"] == text


def test_a_time_of_day_is_kept() -> None:
    (deadline,) = found("Gửi về Văn phòng trước 17 giờ 00 ngày 12/4/2024.")
    assert (deadline["iso"], deadline["time"]) == ("2024-04-12", "17:00")


PERIODS = {
    "trong tháng 9": ("2024-09-01", "2024-09-30"),
    "trong tháng 11, tháng 12 năm 2025": ("2025-11-01", "2025-12-31"),
    "từ ngày 30/4/2024 đến hết ngày 03/5/2024": ("2024-04-30", "2024-05-03"),
    "trong quý II/2024": ("2024-04-01", "2024-06-30"),
    "trong 6 tháng đầu năm 2024": ("2024-01-01", "2024-06-30"),
    "từ nay đến cuối năm 2025": (None, "2025-12-31"),
    "chậm nhất trong tháng 5/2024": ("2024-05-01", "2024-05-31"),
}


@pytest.mark.parametrize("text", PERIODS)
def test_a_window_is_a_period(text: str) -> None:
    (deadline,) = found(f"Các xã phải làm xong việc này, {text}.")
    assert deadline["kind"] == "period"
    assert (deadline["start"], deadline["end"]) == PERIODS[text]


RELATIVE = {
    "trong 05 ngày làm việc kể từ ngày nhận được văn bản này": ("relative_working_days", 5, "receipt"),
    "trong vòng 02 ngày làm việc": ("relative_working_days", 2, None),
    "sau 15 ngày kể từ ngày ký ban hành": ("relative_days", 15, "signing"),
    "chậm nhất sau 10 ngày kể từ ngày ban hành": ("relative_days", 10, "issue"),
}


@pytest.mark.parametrize("text", RELATIVE)
def test_days_are_counted_from_an_event(text: str) -> None:
    (deadline,) = found(f"Các xã báo cáo {text}.")
    assert (deadline["kind"], deadline["days"], deadline.get("from")) == RELATIVE[text]


RULES: dict[str, list[dict[str, Any]]] = {
    "chậm nhất ngày 20 hằng tháng": [{"freq": "monthly", "by_month_day": 20}],
    "trước ngày 15 của tháng cuối quý": [{"freq": "quarterly", "by_month_day": 15}],
    "Hằng quý, chậm nhất ngày 20 của tháng cuối quý": [{"freq": "quarterly", "by_month_day": 20}],
    "trước 16h00 thứ Sáu hằng tuần": [{"freq": "weekly", "by_weekday": "FR", "by_time": "16:00"}],
    "hằng năm, trước ngày 30/11": [{"freq": "yearly", "by_month": 11, "by_month_day": 30}],
    "trước ngày cuối cùng của tháng": [{"freq": "monthly", "by_month_day": -1}],
    "định kỳ 6 tháng, hằng năm": [{"freq": "half_yearly"}, {"freq": "yearly"}],
    "6 tháng (trước 10/6), năm (trước 10/12)": [
        {"freq": "half_yearly", "by_month": 6, "by_month_day": 10},
        {"freq": "yearly", "by_month": 12, "by_month_day": 10},
    ],
    "01 lần/tuần": [{"freq": "weekly"}],
    "định kỳ": [{"freq": "unspecified"}],
}


@pytest.mark.parametrize("text", RULES)
def test_what_comes_again_is_a_rule(text: str) -> None:
    assert [d["rule"] for d in found(text)] == RULES[text]


def test_standing_work_has_no_day() -> None:
    assert [d["kind"] for d in found("Thường xuyên theo dõi, đôn đốc các xã.")] == ["ongoing"]


def test_a_time_set_elsewhere_is_a_pointer() -> None:
    (deadline,) = found("Tham mưu công bố đúng thời hạn.")
    assert (deadline["kind"], deadline["by_reference"]) == ("none", True)


@pytest.mark.parametrize(
    "text",
    [
        "ngay từ đầu năm, khẩn trương, kịp thời, tiếp tục thực hiện",
        "đảm bảo tiến độ, chất lượng đề ra",
        "giai đoạn 2021 - 2025; giai đoạn từ năm 2021 đến ngày 31/3/2025",
        "tổng hợp số liệu tính đến hết ngày 31/12/2023",
        "chi thường xuyên; chỉ tiêu hằng năm; Kế hoạch hằng năm",
        "các dự án phê duyệt trước ngày 01/01/2020",
        "có hiệu lực sau 10 ngày kể từ ngày ký",
        "ngày 31/2/2024, trước ngày 45/13/2024",
    ],
)
def test_what_is_no_deadline_is_not_made_one(text: str) -> None:
    assert found(text) == []


def test_the_day_of_a_cited_document_is_not_a_deadline() -> None:
    text = "Thực hiện Công văn số 5/UBND-VP trước ngày 20/5/2024"
    assert read_deadlines(text, text, 0, ISSUED, [(10, len(text))]) == []


def test_a_guessed_year_is_less_certain_than_a_written_one() -> None:
    (guessed,) = read_deadlines("trước ngày 20/5", "trước ngày 20/5", 0, ISSUED, [])
    (written,) = read_deadlines("trước ngày 20/5/2024", "trước ngày 20/5/2024", 0, ISSUED, [])
    assert guessed.fact("iso") == written.fact("iso") == "2024-05-20"
    assert guessed.confidence < 0.8 < written.confidence


def test_the_most_binding_deadline_comes_first() -> None:
    text = "Thường xuyên kiểm tra; báo cáo định kỳ hằng tháng; hoàn thành trước ngày 20/5/2024."
    first, more = most_binding(read_deadlines(text, text, 0, ISSUED, []))
    assert first.kind == "date"
    assert [d.kind for d in more] == ["recurring", "ongoing"]
