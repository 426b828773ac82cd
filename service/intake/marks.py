"""The fixed marks of the genre: what a line of an administrative document can be recognised by.

Source: Nghị định 30/2020/NĐ-CP, annexes I and III; the Party's form (Hướng dẫn 36-HD/VPTW) differs in its
letterhead. All patterns match canonical text (`restore.canonical`).
"""

import re

from .letters import UPPER

TYPES = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QYĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CTR": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTR": "Tờ trình", "HĐ": "Hợp đồng", "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận", "GUQ": "Giấy ủy quyền", "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép", "PG": "Phiếu gửi", "PC": "Phiếu chuyển", "PB": "Phiếu báo", "KL": "Kết luận",
    "NĐ": "Nghị định", "TT": "Thông tư", "L": "Luật", "CV": "Công văn",
}  # fmt: skip
"""Abbreviation in a symbol, upper case -> name of the type."""

TYPE_NAMES = tuple(
    sorted({*TYPES.values(), "Thư công", "Thông tri", "Lệnh", "Pháp lệnh"}, key=len, reverse=True)
)
_TYPE_WORDS = "|".join(TYPE_NAMES)

NATION = re.compile(r"CỘNG\s*H[ÒO]A\s+XÃ\s+HỘI|^CHỦ NGHĨA VIỆT NAM$|ĐẢNG CỘNG SẢN VIỆT NAM")
MOTTO = re.compile(r"Độc lập\s*-\s*Tự do")
PLACE_DATE = re.compile(
    r"(?P<place>(?:(?:TP|Tp|TX|Tx|T\.P)\.\s?)?[^\W\d_](?:[^\W\d_]|[ '-]){1,38}?)\s*,\s*"
    r"ng[aàáảạã]y(?P<before>\W*)(?P<day>\d{1,2})?(?P<after>\W*)th[aáàảãạ]ng\W*(?P<month>\d{1,2})?"
    r"\W*n[aăãâáàä]m\W*(?P<year>\d{4})?",
    re.IGNORECASE,
)
SYMBOL = r"[^\W\d_][\w&]*(?:\s?[-/&.]\s?[^\W\d_][\w&]*)*"
NUMBER = re.compile(
    rf"^Số\W*(?P<number>\d{{1,5}}[a-zA-Z]?)?[\s.…_]*[-/]\s*(?P<symbol>(?:\d{{4}}\s*/\s*)?{SYMBOL}(?:\d+)?)",
    re.IGNORECASE,
)
REGARDING = re.compile(r"^(?:[Vv][/+|t.]{1,2}[vV]|Về việc|VỀ VIỆC)\s*:?\s*(?=\S)")
TYPE_LINE = re.compile(rf"^(?:{_TYPE_WORDS})(?: liên tịch)?$", re.IGNORECASE)
ADDRESSED = re.compile(rf"^(?:Kính gửi|KÍNH GỬI)\s*:?|^(?:[{UPPER}][\w\s]{{0,80}}\s)?(?:điện|ĐIỆN)\s*:")
RECIPIENTS = re.compile(r"^Nơi nhận\b\s*:?", re.IGNORECASE)
_MARK = r"(?:T/M|K/T|T/L|T/UQ|TM|KT|TL|TUQ|Q)"
SIGNING = re.compile(
    rf"^(?P<mark>{_MARK})(?:\s*[.,]\s*|\s+(?=[{UPPER}\W]+$))(?P<post>[{UPPER}][^\d:;@]{{2,80}})$"
)
SIGNING_INSIDE = re.compile(rf"\s(?={_MARK}(?:\s*[.,]\s*|\s+)[{UPPER}]{{2,}}(?:\s|$))")
POST = re.compile(
    r"^(?:Q\.\s*)?(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|CHÁNH VĂN PHÒNG|"
    r"CHÁNH THANH TRA|TRƯỞNG \w+|BÍ THƯ|THỦ TƯỚNG|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|VỤ TRƯỞNG|VIỆN TRƯỞNG|"
    r"HIỆU TRƯỞNG|"
    r"CHỦ NHIỆM|TỔNG CỤC TRƯỞNG|TỔNG THANH TRA)(?: .{0,40})?$"
)
ANNEX = re.compile(r"^PHỤ LỤC\b(?:\s+[\dIVX]+)?\W*$|^Phụ lục(?:\s+[\dIVX]+)?\s*[.:]?$")
BASIS_OPENS = re.compile(
    r"^(?:[-+*]\s*)?(?:Căn cứ|Thực hiện|Triển khai|Theo|Xét|Tiếp theo|Sau khi (?:xem xét|nghiên cứu)|"
    r"Trên cơ sở|Qua xem xét|"
    r"Tiếp tục (?:triển khai |thực hiện )|Để (?:thực hiện|triển khai)|Phúc đáp|(?:\S+ ){1,12}nhận được)\b"
)
SENTENCE_OPENS = re.compile(
    r"^(?:(?:(?:Sáng|Chiều|Tối) )?[Nn]gày \d|Trong (?:thời gian|những|các)|Để |Hiện nay|Thời gian qua|"
    r"Vừa qua|Sau khi )"
)
SECRET_STAMP = re.compile(
    r"^(?:ĐỘ MẬT\s*:\s*|Độ mật\s*:\s*)?(?:TUYỆT MẬT|TỐI MẬT|MẬT|Tuyệt mật|Tối mật|Mật)\s*[.!]?$"
)
SECRET_INSIDE = re.compile(r"(?<!BÍ )\b(?:TUYỆT MẬT|TỐI MẬT|MẬT$)")
"""In the letterhead a stamp may share a line with other words."""
URGENT_STAMP = re.compile(
    r"^(?:HỎA TỐC|THƯỢNG KHẨN|KHẨN|Hỏa tốc|Thượng khẩn|Khẩn)(?: HẸN GIỜ| hẹn giờ)?(?:\W.*)?$"
)


def is_capitals(text: str) -> bool:
    """Whether a line is set in capitals, as bodies, titles and posts are."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 2 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)
