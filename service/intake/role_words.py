"""The words around a unit that give it its role; those that end in "$" stand before it, others after it."""

import re

from . import lexicon as lex

GLUE = re.compile(
    r"\s*(?:\([^()]{0,90}\)\s*)?(?:,\s*(?:và\s+)?|và(?:\s+với)?|/|-)?\s*(?:các\s+)?", re.IGNORECASE
)
"""What may stand between the names of one enumeration."""
SENTENCE = re.compile(r"[.;!?:](?=\s|$)|\n")
ABBREVIATED = re.compile(r"\b(?:TP|TX|TT|v|ThS|TS|Tp)$")

DOER = r"(?:(?:các )?(?:đơn vị|cơ quan|bộ phận|phòng|ban|người|cá nhân|tổ chức)\s+)?"
HEADING = re.compile(
    rf"(?:^[-+•\s]*|(?<=[.;,(+])\s*|(?<=\s-)\s+)(?:"
    rf"(?P<coordinate>{DOER}phối hợp(?: (?:thực hiện|tham gia|chính))?(?: gồm)?)|"
    rf"(?P<lead>(?:{DOER}(?:chủ trì|thực hiện|chịu trách nhiệm|đầu mối|phụ trách|tham mưu)"
    rf"(?:,? (?:thực hiện|tham mưu|chính|chủ trì|triển khai))*|(?:phân công|trách nhiệm)(?: thực hiện|"
    rf" chủ trì)?))|"
    rf"(?P<report_to>{DOER}(?:theo dõi|đôn đốc|kiểm tra)(?:,\s*(?:kiểm tra|đôn đốc))*))\s*:\s*",
    re.IGNORECASE,
)
"""A heading such as "Cơ quan phối hợp:" gives the units after it their role, up to the next one."""
FACT = re.compile(
    r"(?:thời (?:gian|hạn)|tiến độ|sản phẩm|kết quả đầu ra|kinh phí|nguồn kinh phí|địa điểm|hình thức|"
    r"hoàn thành|"
    r"hạn hoàn thành|nguồn lực|kết quả)(?:\s+\w+){0,3}\s*:",
    re.IGNORECASE,
)
HEADING_ENDS = re.compile(rf"[.)](?=\s|$)|\n|{FACT.pattern}", re.IGNORECASE)
MANNER = (
    r"(?:\s+(?:chặt chẽ|đồng bộ|hiệu quả|có hiệu quả|tốt|thường xuyên|kịp thời|chủ động|tích cực|cùng|và|"
    r"thống nhất))*"
)
COORDINATE = re.compile(
    rf"(?<!công tác )(?<!sự )(?<!chế )(?:(?:phối|kết) hợp{MANNER}(?:\s+(?:với|cùng(?: với)?))?|"
    r"phối hợp(?!\s+giữa)[^,.;:()]{0,45}\s(?:với|cùng)|\bcùng(?: với)?|ký kết[^.;:()]{0,40}\svới|"
    r"liên hệ(?: với)?|trao đổi(?: với)?|thống nhất với|lấy ý kiến(?: của)?)\s*:?\s*$",
    re.IGNORECASE,
)
TRINH = (
    r"(?<!chương )(?<!quá )(?<!lộ )(?<!quy )(?<!công )(?<!giải )(?<!tờ )(?<!tiến )\btrình(?: (?:lên|cho))?"
)
REPORT = re.compile(
    rf"(?:báo cáo(?:\s+(?:ngay|nhanh|kịp thời|đột xuất|trực tiếp|kết quả|với|cho))*|{TRINH}|"
    rf"tham mưu(?:,? (?:kịp thời|hiệu quả|tốt|cho|giúp|để|với|đề xuất|trình|báo cáo))*|"
    rf"(?<!theo )đề xuất(?: với)?|kiến nghị|"
    r"chịu(?: hoàn toàn)? trách nhiệm[^.;:()]{0,60}\strước(?:\s+pháp luật\s+và)?(?:\s+trước)?|"
    r"xin ý kiến(?: chỉ đạo)?(?: của)?|\bgiúp|"
    r"(?:báo cáo|gửi|nộp|phản ánh)[^.;:()]{0,90}?\s(?:về|lên|tới|đến|cho|gửi)|báo cáo[^.;:()]{0,60}\svới|gửi|"
    r"báo cáo[^.;:()]{0,60},\s*gửi)\s*:?\s*$",
    re.IGNORECASE,
)
FILES = re.compile(r"gửi (?:hồ sơ|giấy mời|thông báo|văn bản này)[^.;:()]{0,40}$", re.IGNORECASE)
"""A file handed in to be handled is no report."""
VIA = re.compile(r"(?:\(\s*(?:thông )?qua|\bthông qua)\s*$", re.IGNORECASE)
GROUNDS = re.compile(r"làm cơ sở(?: để)?(?:\s+\w+)?\s*$", re.IGNORECASE)
ORDER = re.compile(
    r"(?:(?<!được )(?<!bàn )(?<!đã )(?<!chuyển )\bgiao(?: nhiệm vụ| trách nhiệm)?(?: cho)?|"
    r"(?<!theo )(?<!các )(?<!ứng )\byêu cầu|"
    r"(?<!theo )\bđề nghị|\bphân công|\bchỉ định|\bủy quyền(?: cho)?)\s*:?\s*$",
    re.IGNORECASE,
)
ASKING_UP = re.compile(r"(?:đề nghị|kiến nghị)\s*$", re.IGNORECASE)
GUIDED = re.compile(
    r"(?:lãnh đạo|hướng dẫn|đôn đốc|kiểm tra|hỗ trợ|chỉ đạo|giám sát|thông báo(?: cho| đến| tới)?|"
    r"tạo điều kiện(?: cho)?|"
    r"cung cấp(?: cho)?|phổ biến(?: đến| cho| tới)?|quán triệt(?: đến| tới)?|theo dõi|thanh tra|mời|nhắc nhở|"
    r"tập huấn(?: cho)?|triển khai (?:đến|tới)|yêu cầu|đề nghị|cho|đến|tới)\s*$",
    re.IGNORECASE,
)
DESCRIBES = re.compile(
    r"\b(?:của|thuộc|bởi|do|tại|ở|từ|theo|giữa|trên|như|thành|hoặc|được|bằng|là|có|gồm|với|trong|về|ngoài|"
    r"trừ|nghe|"
    r"bao gồm|và|đối với|để|thì)\s*$",
    re.IGNORECASE,
)
OBJECT = re.compile(rf"(?<!\w)(?:{lex.VERBS}|{lex.ADVERBS})\s*$", re.IGNORECASE)
CIRCUMSTANCE = re.compile(
    r"^\W*(?:Trong|Khi|Sau|Để|Căn cứ|Theo|Trên cơ sở|Đồng thời|Ngoài|Hằng|Hàng|Định kỳ|Qua)(?!\w)",
    re.IGNORECASE,
)
"""What may stand before a subject without a comma."""
CLAUSE_OPENS = re.compile(
    r"\W*(?:Trên cơ sở|Căn cứ|Theo|Thực hiện|Sau khi|Để|Trong|Qua|Xét|Tiếp theo|Ngoài|"
    r"Từ)(?!\w)",
    re.IGNORECASE,
)
"""How a circumstance opens that a comma ends."""
TOPIC = re.compile(r"^(?:đối với|về phía|riêng(?: đối với)?)\s*$", re.IGNORECASE)
OTHER_SUBJECT = re.compile(
    r"\s*,\s*(?:UBND|Ủy ban|Sở|Phòng|Ban|Bộ|Công an|Chủ tịch|Giám đốc|Thủ trưởng|các (?:cơ quan|sở|đơn vị|"
    r"địa phương))\s"
)
"""After a topic ("Đối với các xã biên giới, UBND xã …") another unit is the subject."""
DUTY_FOLLOWS = re.compile(
    rf"^\s*(?:\([^)]{{0,90}}\)\s*)?(?:,|:(?=\s*[^\W\d]))?\s*(?:(?:theo|trên cơ sở|căn cứ|"
    rf"tùy theo)\s[^.;:]{{0,140}}?[\s,]+|"
    rf"khi\s[^.;:]{{0,90}},\s*)?"
    rf"(?:{lex.ADVERBS}|{lex.VERBS}|làm đầu mối|là (?:cơ quan |đơn vị )?(?:đầu mối|thường trực|chủ trì)|"
    rf"được (?:giao|phân công) (?:chủ trì|nhiệm vụ|làm)|phụ trách|làm tốt|không (?:để|được))",
    re.IGNORECASE,
)
ANSWERS_FOR = re.compile(
    r"\s*(?:phải\s+)?chịu (?:hoàn toàn )?trách nhiệm\s+(?:trước|nếu|khi|liên đới)", re.IGNORECASE
)
"""After the work has been given, who answers for it is no further performer."""
KEEPS_WATCH = re.compile(
    r"\s*(?:theo (?:chức năng|nhiệm vụ)[^.;:]{0,60}\s|có trách nhiệm )?(?:theo dõi|đôn đốc|tổng hợp|chủ trì|"
    r"hướng dẫn)(?!\w)"
)
"""What an issuing office keeps for itself among the items."""
SAYS_AFTER = re.compile(r"\s*(?:\([^)]{0,90}\)\s*)?:\s*[^\W\d]")
"""A heading that goes on after its colon says what the unit must do."""
ASKS = re.compile(
    r"^\s*(?:cũng\s+|vừa\s+|trân trọng\s+|kính\s+)*(?:yêu cầu|đề nghị|giao|có ý kiến|thống nhất|đồng ý|"
    r"kết luận|nhận được|"
    r"thông báo|ban hành|chấp thuận|hoan nghênh|biểu dương|ghi nhận|nhận thấy|phê bình|kính đề nghị|"
    r"có công văn|mời)(?!\w)",
    re.IGNORECASE,
)
ASKS_OTHERS = re.compile(r"\s*(?:\S+\s+)?(?:yêu cầu|đề nghị|giao)")
REMARKS = re.compile(
    r"\s*(?:ghi nhận|biểu dương|hoan nghênh|đánh giá cao|nhận thấy|phê bình|đồng ý|thống nhất với)(?!\w)",
    re.IGNORECASE,
)
"""What a body that issues says of others' work; it takes on no duty by it."""
NARRATES = re.compile(
    r"^\s*(?:đã|vẫn|còn|là|được|bị|chưa|có (?!trách nhiệm|nhiệm vụ|kế hoạch|giải pháp)|luôn)(?!\w)",
    re.IGNORECASE,
)
DUTY_OF = re.compile(
    r"\W*(?:Trách nhiệm|Nhiệm vụ|Nhiệm vụ, quyền hạn|Trách nhiệm, quyền hạn) của\s*", re.IGNORECASE
)
"""How rules head the article that tells a unit what to do."""
PAPERS_OF = re.compile(
    r"(?:^\W*|[,;]\s*)(?:Báo cáo|Số liệu|Kết quả|Ý kiến|Văn bản|Hồ sơ|Danh sách|"
    r"Đề xuất)[^.;:]*\bcủa\s*$",
    re.IGNORECASE,
)
SENDS_IN = re.compile(r"^\s*(?:(?:đề nghị|yêu cầu)\s+)?(?:gửi|báo cáo|nộp)")
"""The papers of a unit are sent in: the unit sends them."""
SAME_AGAIN = re.compile(
    r"(?:các|những|các cơ quan|\d+)\s+(?P<noun>bộ|sở|phòng|ban|huyện|xã)(?: trên)?", re.IGNORECASE
)
LISTED_BELOW = re.compile(
    r"\s*(?:sau(?: đây)?|dưới đây|có tên sau)(?=\s*[:,]|\s+(?:thực hiện|triển khai|tổ chức)|\s*$)"
)
"""After a class of units these words announce that its members are named further down."""
NOBODY = frozenset({"bo nganh trung uong", "cac bo nganh trung uong", "bo nganh tw", "cac bo nganh tw"})
