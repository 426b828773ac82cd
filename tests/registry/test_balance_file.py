"""An older register is read as its clerk means it, or the clerk is asked; a cell is never half read."""

import contextlib
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from service.domain.balance_file import BalanceRow, parse_balance
from service.domain.balance_words import (
    Doubt,
    Standing,
    days_in,
    read_day,
    read_deadline,
    read_document,
    read_standing,
)
from service.domain.errors import InvalidValue
from service.domain.lifecycle import State
from service.domain.table_file import ROWS_MAX

TODAY = date(2024, 6, 3)
HEADING = (
    "STT;Văn bản giao;Ngày;Nội dung nhiệm vụ;Đơn vị chủ trì;Đơn vị phối hợp;Thời hạn;"
    "Tình trạng;Ngày hoàn thành\n"
)


def row(text: str) -> BalanceRow:
    (found,) = parse_balance((HEADING + text).encode(), today=TODAY).rows
    return found


@pytest.mark.parametrize(
    ("cell", "code", "doc_type", "day"),
    [
        ("Công văn số 123/UBND-VP ngày 15/4/2024", ("123", "UBND-VP"), "Công văn", date(2024, 4, 15)),
        ("05-KL/TU ngày 3/2/2024", ("05", "KL/TU"), "", date(2024, 2, 3)),
        ("12/2024/QĐ-UBND", ("12", "2024/QĐ-UBND"), "", None),
        ("Thông báo số 4/TB-HĐND, 17 tháng 4 năm 2024", ("4", "TB-HĐND"), "Thông báo", date(2024, 4, 17)),
        ("Kế hoạch 9/KH-UBND (2024-05-03)", ("9", "KH-UBND"), "Kế hoạch", date(2024, 5, 3)),
        ("Bút phê của Chủ tịch ngày 5/3/2024", (None, None), "Bút phê của Chủ tịch", date(2024, 3, 5)),
    ],
)
def test_a_document_is_read_from_one_cell(
    cell: str, code: tuple[str | None, str | None], doc_type: str, day: date | None
) -> None:
    found = read_document(cell)
    assert ((found.number, found.symbol), found.doc_type, found.day) == (code, doc_type, day)


def test_a_cell_may_say_whose_document_it_is_and_what_about() -> None:
    found = read_document("Công văn số 123/UBND-VP ngày 15/4/2024 của UBND huyện về rà soát tiêu chí")
    assert (found.issuer, found.subject) == ("UBND huyện", "rà soát tiêu chí")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("", "không có văn bản"),
        ("…", "không có văn bản"),
        ("ngày 15/4/2024", "không có văn bản"),
        ("123/UBND-VP; 45/UBND-VP", "hai số"),
        ("123/UBND-VP ngày 15/4/2024, 16/4/2024", "hai ngày"),
        ("123/UBND-VP ngày 31/2/2024", "không phải là ngày"),
    ],
)
def test_a_cell_that_names_no_document_or_several_is_asked_about(cell: str, says: str) -> None:
    with pytest.raises(Doubt, match=says):
        read_document(cell)


@pytest.mark.parametrize(
    ("cell", "kind", "due_on"),
    [
        ("15/5/2024", "date", date(2024, 5, 15)),
        ("Trước ngày 15-5-2024", "date", date(2024, 5, 15)),
        ("chậm nhất 15.5.2024", "date", date(2024, 5, 15)),
        ("2024-05-15", "date", date(2024, 5, 15)),
        ("Tháng 2/2024", "period", date(2024, 2, 29)),
        ("Quý II năm 2024", "period", date(2024, 6, 30)),
        ("trong quý 4/2024", "period", date(2024, 12, 31)),
        ("Năm 2024", "period", date(2024, 12, 31)),
        ("Thường xuyên", "ongoing", None),
        ("Không thời hạn", "none", None),
        ("-", "none", None),
        ("", "none", None),
    ],
)
def test_a_deadline_keeps_its_phrase_and_its_last_day(cell: str, kind: str, due_on: date | None) -> None:
    deadline, last = read_deadline(cell)
    assert (deadline["kind"], deadline["text"], last) == (kind, cell, due_on)


@pytest.mark.parametrize(
    "cell",
    [
        "30/6", "hằng tháng", "ngày 25 hàng tháng", "định kỳ", "15/5/2024 (gia hạn 30/6/2024)", "?", "…",
        "Xã A: 15/5/2024", "trước tháng 6/2024", "tháng 13/2024", "17h00 ngày 15/5/2024", "45427",
        "31/2/2024", "sớm nhất có thể", "15/5/24",
    ],
)  # fmt: skip
def test_a_deadline_that_is_not_one_day_is_asked_about(cell: str) -> None:
    with pytest.raises(Doubt):
        read_deadline(cell)


DUE, BEFORE, AFTER = date(2024, 5, 15), date(2024, 5, 10), date(2024, 5, 20)


@pytest.mark.parametrize(
    ("cell", "done_on", "due_on", "standing"),
    [
        ("Đã hoàn thành ngày 10/5/2024", None, DUE, Standing(State.ACCEPTED, BEFORE)),
        ("Hoàn thành đúng hạn", BEFORE, DUE, Standing(State.ACCEPTED, BEFORE)),
        ("Hoàn thành quá hạn", AFTER, DUE, Standing(State.ACCEPTED, AFTER)),
        ("Xong, báo cáo số 7/BC-UBND ngày 10/5/2024", None, DUE, Standing(State.ACCEPTED, BEFORE)),
        ("Hoàn thành 100%", BEFORE, None, Standing(State.ACCEPTED, BEFORE, None)),
        ("", BEFORE, DUE, Standing(State.ACCEPTED, BEFORE)),
        ("", None, DUE, Standing(State.ASSIGNED)),
        ("Chưa hoàn thành", None, DUE, Standing(State.ASSIGNED)),
        ("Quá hạn, chưa báo cáo", None, DUE, Standing(State.ASSIGNED)),
        ("Đang thực hiện", None, None, Standing(State.IN_PROGRESS)),
        ("Hoàn thành 80%", None, DUE, Standing(State.IN_PROGRESS, None, 80)),
    ],
)
def test_a_status_is_done_with_its_day_or_open(
    cell: str, done_on: date | None, due_on: date | None, standing: Standing
) -> None:
    assert read_standing(cell, done_on, due_on=due_on, today=TODAY) == standing


@pytest.mark.parametrize(
    ("cell", "done_on", "due_on"),
    [
        ("Đã hoàn thành", None, DUE),
        ("Đã hoàn thành ngày 10/5/2024", AFTER, DUE),
        ("Đang thực hiện", BEFORE, DUE),
        ("Hoàn thành quá hạn", BEFORE, DUE),
        ("Hoàn thành đúng hạn", AFTER, DUE),
        ("Hoàn thành đúng hạn", BEFORE, None),
        ("Hoàn thành 3/5 nội dung", BEFORE, DUE),
        ("Hoàn thành nhưng chưa báo cáo", BEFORE, DUE),
        ("Hoàn thành trước ngày 10/5/2024", None, DUE),
        ("?", BEFORE, DUE),
        ("Cơ bản xong", None, DUE),
        ("Báo cáo số 7/BC-UBND", None, DUE),
        ("Quá hạn", None, None),
        ("Quá hạn", None, date(2024, 7, 1)),
        ("Đang thực hiện 140%", None, DUE),
        ("Đã thu hồi", None, DUE),
        ("Tạm dừng", None, DUE),
        ("?", None, DUE),
    ],
)
def test_a_status_that_contradicts_itself_is_asked_about(
    cell: str, done_on: date | None, due_on: date | None
) -> None:
    with pytest.raises(Doubt):
        read_standing(cell, done_on, due_on=due_on, today=TODAY)


days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))


@given(day=days, form=st.sampled_from(["{d}/{m}/{y}", "{d}-{m}-{y}", "{d}.{m}.{y}", "{y}-{m:02}-{d:02}"]))
def test_every_day_in_every_form_is_that_day(day: date, form: str) -> None:
    assert read_day(form.format(d=day.day, m=day.month, y=day.year)) == day


@given(text=st.text(alphabet="0123456789/-. ngàyth%XIVa", max_size=40))
def test_whatever_stands_in_a_cell_it_is_read_or_asked_about(text: str) -> None:
    for read in (days_in, read_day, read_document, read_deadline):
        with contextlib.suppress(Doubt):
            read(text)


@given(due=days, done=days)
def test_what_a_status_says_of_lateness_never_contradicts_its_days(due: date, done: date) -> None:
    late = done > due
    for cell, agrees in (("Hoàn thành quá hạn", late), ("Hoàn thành đúng hạn", not late)):
        try:
            read_standing(cell, done, due_on=due, today=max(due, done) + timedelta(days=1))
        except Doubt:
            assert not agrees
        else:
            assert agrees


def test_a_row_is_read_whole() -> None:
    found = row("1;123/UBND-VP;15/4/2024;Rà soát;Xã A;Xã B;15/5/2024;Đang làm;\n")
    assert (found.number, found.label, found.text) == (2, "1", "Rà soát")
    assert (found.leads, found.helpers, found.due_on) == ("Xã A", "Xã B", DUE)
    assert (found.day, found.standing, found.doubts) == (date(2024, 4, 15), Standing(State.IN_PROGRESS), ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1;123/UBND-VP;;Rà soát;Xã A;;;;", "day: không có ngày văn bản"),
        ("1;123/UBND-VP ngày 1/4/2024;15/4/2024;Rà soát;Xã A;;;;", "day: khác ngày ghi trong cột"),
        ("1;123/UBND-VP;15/4/2034;Rà soát;Xã A;;;;", "day: 15/04/2034 chưa đến"),
        ("1;123/UBND-VP;15/4/2012;Rà soát;Xã A;;;;", "day: 15/04/2012 nằm ngoài lịch"),
        ("1;123/UBND-VP;15/4/2024;Rà soát;Xã A;;15/3/2024;;", "due: thời hạn trước ngày văn bản"),
        ("1;123/UBND-VP;15/4/2024;Rà soát;Xã A;;15/3/2044;;", "due: 15/03/2044 nằm ngoài lịch"),
        ("1;123/UBND-VP;15/4/2024;Rà soát;Xã A;;;Xong;1/4/2024", "done: hoàn thành trước ngày văn bản"),
        ("1;123/UBND-VP;15/4/2024;Rà soát;Xã A;;;Xong;1/7/2024", "done: 01/07/2024 chưa đến"),
        ("1;123/UBND-VP;15/4/2024;;Xã A;;;;", "text: không có nội dung"),
        ("1;123/UBND-VP;15/4/2024;Rà soát;;;;;", "leads: không có đơn vị chủ trì"),
        (f"1;123/UBND-VP;15/4/2024;{'x' * 2001};Xã A;;;;", "text: dài hơn 2000 ký tự"),
        (f"1;{'Công văn ' * 30}123/UBND-VP;15/4/2024;x;Xã A;;;;", "document: dài hơn 100 ký tự"),
        ("1;123/UBND-VP;15/4/2024;=B1;Xã A;;;;", "text: ô chứa công thức"),
    ],
)
def test_a_row_that_cannot_be_true_says_what_to_mend(text: str, says: str) -> None:
    assert any(doubt.startswith(says) for doubt in row(text).doubts)


def test_titles_counted_columns_and_empty_numbers_are_no_rows() -> None:
    text = (
        "UBND HUYỆN\n\n"
        + HEADING
        + "(1);(2);(3);(4);(5);(6);(7);(8);(9)\n1;9/KH;1/4/2024;Việc;a;;;;\n2;;;;;;;;\n"
    )
    assert [found.number for found in parse_balance(text.encode(), today=TODAY).rows] == [5]


def test_a_merged_cell_holds_for_every_row_it_covers_and_lines_part_names() -> None:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["STT", "Văn bản giao", "Ngày", "Nhiệm vụ", "Chủ trì", "Thời hạn"])
    sheet.append(["=1", "9/KH-UBND", date(2024, 4, 1), "Một", "Xã A\nXã B", date(2024, 5, 15)])
    sheet.append([2, None, None, "Hai", "Xã A", None])
    sheet.append([3, None, None, "Ba", "Xã A", None])
    for cells in ("B2:B3", "C2:C3"):
        sheet.merge_cells(cells)
    book.save(content)
    first, second, third = parse_balance(content.getvalue(), today=TODAY).rows
    assert (first.leads, first.due_on) == ("Xã A\nXã B", DUE)
    assert (first.doubts, second.doubts, second.day) == ((), (), date(2024, 4, 1))
    assert third.document is None
    assert "document: không có văn bản giao" in third.doubts


def test_headings_in_two_lines_are_read_as_one() -> None:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["STT", "Văn bản giao", None, "Nhiệm vụ", "Đơn vị thực hiện", None, "Thời hạn"])
    sheet.append([None, "Số, ký hiệu", "Ngày", None, "Chủ trì", "Phối hợp", None])
    sheet.append([1, "9/KH-UBND", "1/4/2024", "Một", "Xã A", "Xã B", "15/5/2024"])
    for cells in ("A1:A2", "B1:C1", "D1:D2", "E1:F1", "G1:G2"):
        sheet.merge_cells(cells)
    book.save(content)
    (found,) = parse_balance(content.getvalue(), today=TODAY).rows
    assert (found.number, found.day, found.leads, found.helpers) == (3, date(2024, 4, 1), "Xã A", "Xã B")
    assert (found.due_on, found.doubts) == (DUE, ())


@pytest.mark.parametrize(
    ("status", "result", "standing"),
    [
        ("Đã hoàn thành", "Báo cáo số 7/BC-UBND ngày 10/5/2024", Standing(State.ACCEPTED, BEFORE)),
        ("Hoàn thành ngày 10/5/2024", "Đã sửa 3 km đường", Standing(State.ACCEPTED, BEFORE)),
        ("", "Hoàn thành ngày 10/5/2024", Standing(State.ACCEPTED, BEFORE)),
        ("Đang thực hiện", "Đã sửa 1 km đường", Standing(State.IN_PROGRESS)),
        ("Đã hoàn thành", "Đã sửa 3 km đường", None),
        ("Đang thực hiện", "Đã hoàn thành ngày 10/5/2024", None),
    ],
)
def test_a_result_beside_the_status_may_say_when(status: str, result: str, standing: Standing | None) -> None:
    heading = "Văn bản;Ngày;Nhiệm vụ;Chủ trì;Tình trạng;Kết quả\n"
    text = f"{heading}9/KH;1/4/2024;Việc;Xã A;{status};{result}\n"
    (found,) = parse_balance(text.encode(), today=TODAY).rows
    assert found.standing == standing
    assert bool(found.doubts) == (standing is None)
    assert result in found.status


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a;b\n1;2\n", "không có cột"),
        ("Văn bản;Nhiệm vụ\n".encode(), "Đơn vị chủ trì"),
        ("Văn bản;Nhiệm vụ;Chủ trì;Đơn vị chủ trì\n".encode(), "hai cột cùng nghĩa"),
        ((HEADING + "1;9/KH;1/4/2024;x;a;;;;\n" * (ROWS_MAX + 1)).encode(), "dài hơn"),
        (b"PK\x03\x04 broken", "không đọc được bảng"),
    ],
)
def test_what_is_no_register_or_too_long_is_refused_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_balance(content, today=TODAY)
    assert says in refusal.value.detail
