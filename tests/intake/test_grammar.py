"""The grammar of assignments: who leads, who joins in, to whom it goes up, and who is only mentioned."""

import pytest

from service.intake.restore import canonical
from service.intake.roles import read_roles

Told = dict[str, list[str]]


def told(text: str, issuer: str = "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN") -> Told:
    out: Told = {}
    for assigned in read_roles(canonical(text), text, 0, issuer).assigned:
        out.setdefault(assigned.role, []).append(assigned.unit)
    return out


LEADS = {
    "Giao Sở Y tế chủ trì tham mưu.": ["Sở Y tế"],
    "Sở Văn hóa, Thể thao và Du lịch rà soát lại.": ["Sở Văn hóa, Thể thao và Du lịch"],
    "Sở Kế hoạch - Đầu tư, Sở Tài chính theo chức năng, nhiệm vụ tích cực hướng dẫn.": [
        "Sở Kế hoạch - Đầu tư",
        "Sở Tài chính",
    ],
    "Giám đốc các Sở: Tài chính, Văn hóa, Thể thao và Du lịch chịu trách nhiệm thi hành.": [
        "Sở Tài chính",
        "Sở Văn hóa, Thể thao và Du lịch",
    ],
    "Giao Giám đốc: Sở Y tế, Sở Nội vụ khẩn trương rà soát.": ["Sở Y tế", "Sở Nội vụ"],
    "Giao UBND các huyện: Giao Thủy, Xuân Trường rà soát.": [
        "UBND huyện Giao Thủy",
        "UBND huyện Xuân Trường",
    ],
    "Yêu cầu các phòng, ban, đơn vị, UBND các xã tổ chức triển khai.": [
        "các phòng, ban, đơn vị",
        "UBND các xã",
    ],
    "Các đơn vị tổ chức thực hiện nghiêm túc.": ["Các đơn vị"],
    "Văn phòng HĐND và UBND huyện theo dõi, đôn đốc.": ["Văn phòng HĐND và UBND huyện"],
    "Ban Quản lý dự án đầu tư xây dựng huyện chủ trì khởi công.": ["Ban Quản lý dự án đầu tư xây dựng huyện"],
    "Trung tâm Y tế xây dựng kế hoạch phòng dịch trên địa bàn.": ["Trung tâm Y tế"],
    "Trong quá trình thực hiện Thủ trưởng các địa phương chủ động phối hợp.": ["Thủ trưởng các địa phương"],
    "Căn cứ Luật Ngân sách nhà nước; giao Sở Tài chính tham mưu.": ["Sở Tài chính"],
    "Đối với UBND các xã: khẩn trương rà soát.": ["UBND các xã"],
    "Số liệu của các bộ, ngành đề nghị gửi về Bộ Nội vụ.": ["các bộ, ngành"],
    "Yêu cầu các cơ quan chủ trì quản lý 02 Chương trình theo chức năng nâng cao.": [
        "các cơ quan chủ trì quản lý 02 Chương trình"
    ],
}


@pytest.mark.parametrize("text", LEADS)
def test_who_is_told_to_do_it(text: str) -> None:
    assert told(text)["lead"] == LEADS[text]


COORDINATES = {
    "Giao Sở Y tế chủ trì, phối hợp Sở Nội vụ, Sở Tài chính tham mưu.": ["Sở Nội vụ", "Sở Tài chính"],
    "Sở Y tế phối hợp chặt chẽ với các cơ quan liên quan rà soát.": ["các cơ quan liên quan"],
    "Sở Y tế cùng Công an tỉnh kiểm tra.": ["Công an tỉnh"],
    "Cơ quan phối hợp: Sở Tài chính, UBND các huyện": ["Sở Tài chính", "UBND các huyện"],
}


@pytest.mark.parametrize("text", COORDINATES)
def test_who_joins_in(text: str) -> None:
    assert told(text)["coordinate"] == COORDINATES[text]


REPORTS = {
    "Sở Y tế tổng hợp, báo cáo Bộ Y tế, UBND tỉnh theo quy định.": ["Bộ Y tế", "UBND tỉnh"],
    "Sở Y tế tham mưu Chủ tịch UBND tỉnh công bố.": ["Chủ tịch UBND tỉnh"],
    "Sở Y tế báo cáo kết quả về UBND tỉnh (qua Sở Nội vụ).": ["UBND tỉnh", "Sở Nội vụ"],
    "Người đứng đầu chịu trách nhiệm trước UBND tỉnh, Chủ tịch UBND tỉnh.": [
        "UBND tỉnh",
        "Chủ tịch UBND tỉnh",
    ],
}


@pytest.mark.parametrize("text", REPORTS)
def test_to_whom_it_goes_up(text: str) -> None:
    assert told(text)["report_to"] == REPORTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện chỉ đạo của UBND tỉnh, Chủ tịch UBND tỉnh.",
        "Công tác phối hợp giữa các cơ quan, đơn vị liên quan với UBND các xã.",
        "Nêu cao vai trò của người đứng đầu cơ quan, đơn vị.",
        "Tham mưu cấp có thẩm quyền, đề xuất các Bộ, ngành Trung ương xem xét.",
        "Nhiệm vụ đã được UBND tỉnh giao.",
        "Trong thời gian qua các cơ quan, đơn vị đã nỗ lực.",
        "UBND tỉnh xác định các Chương trình có ý nghĩa quan trọng.",
        "Trường hợp phát sinh, các trường hợp khác thì giải quyết theo quy định.",
    ],
)
def test_a_unit_that_is_only_mentioned_has_no_duty(text: str) -> None:
    assert not told(text).get("lead")
    assert not told(text).get("coordinate")


def test_one_unit_passes_the_report_on() -> None:
    text = "Sở Y tế báo cáo UBND tỉnh (thông qua các sở chuyên ngành)."
    via = [a.unit for a in read_roles(text, text, 0, None).assigned if a.via]
    assert via == ["các sở chuyên ngành"]


def test_the_issuing_body_asks_and_is_not_told() -> None:
    assert told("UBND tỉnh yêu cầu Sở Y tế rà soát.") == {"lead": ["Sở Y tế"]}
    assert told("Chủ tịch UBND tỉnh giao Sở Y tế rà soát.") == {"lead": ["Sở Y tế"]}


def test_classes_of_units_are_marked() -> None:
    text = "UBND các xã, UBND cấp xã, các sở, ban, ngành, UBND 13 phường, Sở Y tế tổ chức rà soát."
    marked = {a.unit: a.collective for a in read_roles(text, text, 0, None).assigned}
    assert marked == {
        "UBND các xã": True,
        "UBND cấp xã": True,
        "các sở, ban, ngành": True,
        "UBND 13 phường": True,
        "Sở Y tế": False,
    }


def test_each_part_of_a_list_says_how_it_was_written() -> None:
    text = "Giao các Sở: Y tế, Nội vụ rà soát."
    assigned = read_roles(text, text, 0, None).assigned
    assert [a.unit for a in assigned] == ["Sở Y tế", "Sở Nội vụ"]
    assert {a.as_written for a in assigned} == {"các Sở: Y tế, Nội vụ"}
