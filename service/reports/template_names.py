"""Which names a document template may use, and what each stands for; offices write them in Vietnamese."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.letter_rules import DocumentKind


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for; `fields` is what it has after a dot, `is_list` whether a loop goes through it.

    A list without fields is one of texts.
    """

    meaning: str
    fields: Mapping[str, "Named"] = field(default_factory=dict)
    is_list: bool = False


Names = Mapping[str, Named]


def _plain(**meanings: str) -> dict[str, Named]:
    return {name: Named(meaning) for name, meaning in meanings.items()}


LOOP = Named("", _plain(index="", index0="", first="", last="", length=""))
"""What a loop knows of itself: `loop.index` counts from one."""

COMMON: Names = {
    **_plain(
        co_quan="Cơ quan ban hành",
        co_quan_chu_quan="Cơ quan cấp trên trực tiếp",
        ngay="Ngày tính số liệu",
        so_nhiem_vu="Số nhiệm vụ quá hạn",
        so_don_vi="Số đơn vị có nhiệm vụ quá hạn",
        con_lai="Số nhiệm vụ quá hạn không nêu hết trong văn bản",
    ),
    "noi_nhan": Named("Các dòng nơi nhận", is_list=True),
    "nhiem_vu": Named(
        "Các nhiệm vụ quá hạn",
        _plain(
            stt="Số thứ tự",
            don_vi="Đơn vị chủ trì",
            van_ban="Văn bản giao",
            muc="Mục trong văn bản giao",
            noi_dung="Nội dung nhiệm vụ",
            thoi_han="Thời hạn",
            so_ngay="Số ngày quá hạn",
            bao_cao="Tình hình, vướng mắc đơn vị đã báo cáo",
        ),
        is_list=True,
    ),
}
COUNTS: Names = _plain(
    tong_so="Tổng số nhiệm vụ",
    hoan_thanh="Số đã hoàn thành",
    chua_xong="Số chưa hoàn thành",
    dung_han="Hoàn thành đúng hạn",
    cham="Hoàn thành quá hạn",
    trong_han="Chưa xong, trong hạn",
    qua_han="Chưa xong, quá hạn",
    xong_khong_han="Không thời hạn, đã xong",
    khong_han="Không thời hạn, chưa xong",
    tam_dung="Tạm dừng",
)
OF_REPORT: Names = {
    **COMMON,
    "tong": Named("Số liệu chung", COUNTS),
    "don_vi": Named(
        "Số liệu từng đơn vị", {**_plain(stt="Số thứ tự", ten="Tên đơn vị"), **COUNTS}, is_list=True
    ),
}
OF_LETTER: Names = {
    **COMMON,
    **_plain(trich_yeu="Trích yếu, viết sau “V/v”"),
    "kinh_gui": Named("Các đơn vị nhận văn bản", is_list=True),
    "yeu_cau": Named("Các đơn vị trực thuộc, được yêu cầu", is_list=True),
    "de_nghi": Named("Các đơn vị không trực thuộc, được đề nghị", is_list=True),
}
NAMES: Mapping[DocumentKind, Names] = {
    DocumentKind.PROGRESS: OF_REPORT,
    DocumentKind.LATE_LIST: COMMON,
    DocumentKind.URGING: OF_LETTER,
    DocumentKind.CRITICISM: OF_LETTER,
}
"""Kind of document → the names that its template may use."""
