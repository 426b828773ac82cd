"""A file is read as the clerk's spreadsheet shows it, or refused in one sentence."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from service.domain.errors import InvalidValue
from service.domain.escalation import Role
from service.domain.registry_file import RegistryRow, parse_people, parse_units
from service.domain.table_file import ROWS_MAX

HEADING = "Mã,Tên,Loại,Mã đơn vị cấp trên,Tên gọi khác,Từ ngày,Trực thuộc,Thuộc tính,Mã định danh\n"


def xlsx(*rows: list[object]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def unit(text: str) -> RegistryRow:
    (row,) = parse_units((HEADING + text).encode()).rows
    return row


def test_a_row_is_read_in_vietnamese() -> None:
    assert unit("xa-1,UBND xã  Bảo Lâm,Xã,h,Bảo Lâm; Xã BL,17/4/2024,không,xã biên giới,census:06190") == (
        RegistryRow(
            number=2,
            code="xa-1",
            name="UBND xã Bảo Lâm",
            kind="xa",
            parent_code="h",
            aliases=("Bảo Lâm", "Xã BL"),
            valid_from=date(2024, 4, 17),
            subordinate=False,
            attributes=("xã biên giới",),
            identifiers={"census": "06190"},
        )
    )


def test_a_column_that_is_missing_says_nothing_and_an_empty_cell_says_none() -> None:
    (row,) = parse_units("code,name,kind,aliases\nx,Xã,Thị trấn,\n".encode()).rows
    assert (row.kind, row.aliases) == ("thi_tran", ())
    assert (row.parent_code, row.attributes, row.identifiers, row.subordinate) == (None, None, None, None)


@pytest.mark.parametrize("heading", ["Mã;TÊN;loại", "ma\tten\tloai", "﻿Code,Name,Kind"])
def test_headings_are_known_in_any_case_without_accents_and_with_any_separator(heading: str) -> None:
    separator = next(each for each in ";\t," if each in heading)
    (row,) = parse_units(f"{heading}\n{separator.join(['x', 'Xã X', 'xa'])}\n".encode()).rows
    assert (row.code, row.name, row.kind) == ("x", "Xã X", "xa")


@pytest.mark.parametrize("title", ["DANH SÁCH ĐƠN VỊ, năm 2024\n\n", "\n"])
def test_a_title_may_stand_above_the_headings(title: str) -> None:
    (row,) = parse_units(f"{title}Mã;Tên;Loại;Tên gọi khác\nx;Xã X;xa;A, B\n".encode()).rows
    assert (row.number, row.code, row.aliases) == (3 + title.count("\n") - 1, "x", ("A, B",))


def test_columns_that_were_not_read_are_listed() -> None:
    assert parse_units("Mã,Tên,Loại,Ghi chú,\nx,X,xa,y,\n".encode()).unknown_columns == ["Ghi chú"]


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    rows = parse_units((HEADING + "a,A,xa\n\n,,\nb,B,xa\n").encode()).rows
    assert [(row.number, row.code) for row in rows] == [(2, "a"), (5, "b")]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("x,X,xa,,,31/2/2024", "valid_from: 31/2/2024 không phải là ngày"),
        ("x,X,xa,,,,có thể", "subordinate: ghi có hoặc không"),
        ("x,=HYPERLINK(1),xa", "name: ô chứa công thức"),
        (f"x,{'x' * 2001},xa", "name: dài hơn 2000 ký tự"),
        ("x,X,xa,,,,,,06190", "identifiers: ghi dạng hệ thống:mã, ví dụ census:06190"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_the_row(cells: str, problem: str) -> None:
    assert unit(cells).problems == (problem,)


def test_a_workbook_reads_as_the_same_table_does() -> None:
    heading = ["Mã", "Tên", "Loại", "Từ ngày", "Trực thuộc", "Mã định danh"]
    content = xlsx(
        heading, [5971.0, "UBND xã Bảo Lâm", "Xã", date(2024, 4, 17), True, "census:06190"], [], ["y"]
    )
    first, second = parse_units(content).rows
    assert (first.code, first.valid_from, first.subordinate) == ("5971", date(2024, 4, 17), True)
    assert (first.identifiers, first.problems) == ({"census": "06190"}, ())
    assert (second.number, second.code, second.name) == (4, "y", "")


def test_a_formula_is_not_worked_out() -> None:
    (row,) = parse_units(xlsx(["Mã", "Tên", "Loại"], ["x", '=CONCATENATE("Xã ","X")', "xa"])).rows
    assert (row.name, row.problems) == ("", ("name: ô chứa công thức",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 cut off",
        b"\xd0\xcf\x11\xe0 an old workbook",
        "Mã,Tên,Loại".encode("utf-16"),
        "Mã,Tên\nx,X\n".encode(),
        "Mã,Mã đơn vị,Tên,Loại\nx,x,X,xa\n".encode(),
        b'code,name,kind\nx,"not closed',
        b"code,name,kind\n" + b"x,X,xa\n" * (ROWS_MAX + 1),
        xlsx(["Mã", "Tên"]),
    ],
    ids=["empty", "damaged", "xls", "utf-16", "no kind", "twice", "quote", "too long", "workbook"],
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_units(content)
    assert refusal.value.field == "file"


def test_a_workbook_that_claims_to_unpack_to_more_than_fits_is_not_unpacked() -> None:
    import zipfile

    content = io.BytesIO(xlsx(["Mã", "Tên", "Loại"]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(60_000_000))
    with pytest.raises(InvalidValue, match="giải nén"):
        parse_units(content.getvalue())


def test_people_are_read_with_their_preferred_channel_first() -> None:
    heading = "Mã,Tên,Mã đơn vị,Vai trò,Lĩnh vực,Từ ngày,Đến ngày,Thư điện tử,Zalo,Kênh ưu tiên\n"
    rows = parse_people(
        (
            heading + "a,Cán bộ A,x,Cán bộ đầu mối,,2024-01-01,,a@x.test,uid:1,Zalo\n"
            "b,Cán bộ B,x,vice_chair,nông thôn mới,,2024-12-31,b@x.test,,\n"
            "c,Cán bộ C,x,Cán bộ đầu mối,,,,,,điện thoại\n"
        ).encode()
    ).rows
    assert rows[0].addresses == (("zalo", "uid:1"), ("email", "a@x.test"))
    assert (rows[0].role, rows[0].valid_from) == (Role.OFFICER, date(2024, 1, 1))
    assert (rows[1].addresses, rows[1].field) == ((("email", "b@x.test"),), "nông thôn mới")
    assert rows[2].problems == ("first_channel: ghi email hoặc zalo",)
