"""The periodic report and the late list: in the decree's form, and right to the last cell."""

import io
from typing import Any

import pytest
from docx import Document

from service.database import Database
from service.domain.template_refusals import TemplateRefused
from service.reports.documents import filled_with
from service.reports.template_names import Named
from tests.api.recount import recount
from tests.api.test_register_file import CUT_OFF, book
from tests.api.world import Api

__all__ = ["book"]


def document_of(api: Api, path: str) -> Any:
    answered = api.get(path)
    assert answered.status_code == 200, answered.text
    return Document(io.BytesIO(answered.content))


def cells(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_late_list_is_right_to_the_last_cell(book: Api, database: Database) -> None:
    made = document_of(book, "/v1/reports/late.docx")
    expected = recount(database, CUT_OFF)
    head, *rows = cells(made.tables[1])
    assert [row[:8] for row in rows] == expected.late_table
    assert expected.late_figures == [2, 2, 0]
    assert [row[1] for row in rows] == ["UBND xã Công Sơn", "UBND xã Bảo Lâm"]
    assert head[-1] == "Ý kiến chỉ đạo"
    assert {row[-1] for row in rows} == {""}, "the meeting writes it in"
    text = [each.text for each in made.paragraphs]
    assert "Tổng số nhiệm vụ quá hạn: 2; số đơn vị: 2." in text


def test_the_periodic_report_is_right_to_the_last_cell(book: Api, database: Database) -> None:
    made = document_of(book, "/v1/reports/progress.docx")
    expected = recount(database, CUT_OFF)
    (_, *units), (_, *late) = cells(made.tables[1]), cells(made.tables[2])
    assert late == [row[:7] for row in expected.late_table]
    assert units == expected.unit_table
    assert [row[0] for row in units] == ["1", "2", "3"]
    sums = "Tổng số nhiệm vụ được giao: 4. Đã hoàn thành 1 (đúng hạn 0, quá hạn 1, không thời hạn 0). "
    assert sums + "Chưa hoàn thành 3 (trong hạn 0, quá hạn 2, không thời hạn 1). Tạm dừng 0." in [
        each.text for each in made.paragraphs
    ]


def test_the_document_has_the_decrees_head_with_number_and_date_left_blank(book: Api) -> None:
    made = document_of(book, "/v1/reports/progress.docx")
    left, right = made.tables[0].rows[0].cells
    assert left.text.split("\n")[:2] == ["UBND HUYỆN CAO LỘC", "VĂN PHÒNG HĐND VÀ UBND HUYỆN"]
    assert right.text.split("\n")[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    number, place = made.tables[0].rows[1].cells
    assert (number.text.strip(), "ngày …… tháng …… năm" in place.text) == ("Số:          /", True)
    assert "Nơi nhận:\n- Lãnh đạo UBND huyện Cao Lộc;\n- Lưu: VT." in made.tables[-1].rows[0].cells[0].text
    book.speak_for("officer_a").refused("not-allowed", 403, "GET", "/v1/reports/progress.docx")


def template(*lines: str) -> bytes:
    document, content = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(content)
    return content.getvalue()


PLACES = {"ten": Named(""), "ds": Named("", {"ds": Named("", is_list=True)}, is_list=True)}


def test_a_value_is_never_read_as_part_of_the_document() -> None:
    made = Document(io.BytesIO(filled_with(PLACES, template("{{ ten }}"), {"ten": "Y tế & <b> {{ x }}"})))
    assert made.paragraphs[0].text == "Y tế & <b> {{ x }}"


@pytest.mark.parametrize(
    "line",
    [
        "{{ ten",
        "{{ la }}",
        "{{ ten.la }}",
        "{{ ten * 100000000 }}",
        "{{ ten ~ ten }}",
        "{{ ten.upper() }}",
        "{{ ten.__class__.__mro__ }}",
        "{{ ten | replace('a', 'b') }}",
        "{% set x = ten %}",
        "{% for x in range(9) %}{% endfor %}",
        "{% for x in ds %}{% for y in ds %}{% endfor %}{% endfor %}",
        "{% for x in ds recursive %}{{ loop(ds) }}{% endfor %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
    ],
)
def test_a_template_runs_no_code_and_never_ends_late(line: str) -> None:
    with pytest.raises(TemplateRefused):
        filled_with(PLACES, template(line), {"ten": "a", "ds": [{"ds": [1]}]})
    nested = template("{% for x in ds %}{% for y in x.ds %}{{ y }}{% endfor %}{% endfor %}")
    assert filled_with(PLACES, nested, {"ds": [{"ds": [1]}]})
