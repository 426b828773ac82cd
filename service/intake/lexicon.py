"""The words the grammar of units and duties is made of.

A field name is matched with any of " và ", " - ", "-", "&" between its parts, as offices write it; the list
holds the ministries' and departments' fields of the two-level and three-level systems. All patterns are for
canonical text.
"""

import re

from .letters import UPPER

FIELDS = (
    "Kế hoạch và Đầu tư", "Tài chính và Kế hoạch", "Tài chính - Kế hoạch", "Kế hoạch - Tài chính",
    "Tài chính",
    "Giáo dục và Đào tạo", "Giáo dục", "Văn hóa, Thể thao và Du lịch", "Văn hóa, Khoa học và Thông tin",
    "Văn hóa và Thể thao", "Văn hóa và Thông tin", "Văn hóa - Xã hội", "Du lịch",
    "Lao động, Thương binh và Xã hội", "Lao động - Thương binh và Xã hội",
    "Lao động, Người có công và Xã hội",
    "Nông nghiệp và Phát triển nông thôn", "Nông nghiệp và PTNT", "Nông nghiệp và Môi trường", "Nông nghiệp",
    "Tài nguyên và Môi trường", "Khoa học và Công nghệ", "Khoa học, Công nghệ và Môi trường",
    "Thông tin và Truyền thông", "Kinh tế và Hạ tầng", "Kinh tế, Hạ tầng và Đô thị", "Kinh tế - Ngân sách",
    "Kinh tế", "Quản lý đô thị", "Công nghiệp và Thương mại", "Công Thương", "Công thương",
    "Giao thông vận tải - Xây dựng", "Giao thông vận tải", "Giao thông Vận tải", "Quy hoạch và Kiến trúc",
    "Quy hoạch - Kiến trúc", "Xây dựng", "Nội vụ", "Tư pháp", "Y tế", "Ngoại vụ", "Ngoại giao", "Quốc phòng",
    "Công an", "Dân tộc và Tôn giáo", "Dân tộc - Tôn giáo", "Dân tộc", "Tôn giáo", "An toàn thực phẩm",
    "Pháp chế", "Đô thị", "Pháp luật", "Thanh tra",
)  # fmt: skip


def _field(name: str) -> str:
    parts = re.split(r" và | - |, ", name)
    glues = re.findall(r" và | - |, ", name)
    out = re.escape(parts[0])
    for glue, part in zip(glues, parts[1:], strict=True):
        out += (r",\s*" if glue == ", " else r"(?:\s+và\s+|\s*[-&]\s*)") + re.escape(part)
    return out.replace(r"\ ", r"\s")


FIELD = (
    "(?:"
    + "|".join(_field(n) for n in sorted(FIELDS, key=len, reverse=True))
    + r"|[A-ZĐ][A-ZĐa-z]?[A-ZĐ&-]{1,9})(?!\w)"
)
LEVEL = (
    r"(?:tỉnh|huyện|thành phố|thị xã|quận|xã|phường|thị trấn|đặc khu|Tỉnh|Huyện|Thành phố|TP\.?|TX\.?)(?!\w)"
)
CENTRAL = r"(?:Trung ương|trung ương|TW|quốc gia|Quốc gia|Chính phủ|Quốc hội|Việt Nam)(?!\w)"
WORD_CAPITAL = rf"[{UPPER}][^\W\d_]*"
PLACE = rf"(?:\s+(?!UBND|HĐND|Sở|Ban|Phòng|Giao|Yêu|Đề|Các|Chủ){WORD_CAPITAL}){{1,4}}"
AREA = rf"(?:{LEVEL}(?:{PLACE})?|{CENTRAL})"

COUNCILS = (
    r"(?:Ủy ban nhân dân|UBND|Hội đồng nhân dân|HĐND|Văn phòng (?:HĐND và UBND|HĐND & UBND|HĐND|UBND|Tỉnh ủy|"
    r"Huyện ủy|Thành ủy|Ủy ban nhân dân|Đoàn ĐBQH và HĐND)|VP UBND|Ủy ban Mặt trận Tổ quốc(?: Việt Nam)?|"
    r"Ủy ban MTTQ(?: Việt Nam| VN)?|UBMTTQ(?: Việt Nam| VN)?|UB MTTQ|Mặt trận Tổ quốc(?: Việt Nam)?|"
    r"MTTQ(?: Việt Nam)?|"
    r"Đoàn ĐBQH)(?!\w)"
)
FIXED = (
    r"(?:Thủ tướng Chính phủ|Phó Thủ tướng|Thủ tướng|Chính phủ|Quốc hội|Ủy ban Thường vụ Quốc hội|"
    r"Văn phòng Chính phủ|"
    r"Kiểm toán nhà nước|Thường trực Tỉnh ủy|Tỉnh ủy|Huyện ủy|Thành ủy|Thị ủy|Quận ủy|Đảng ủy|"
    r"Ban Thường vụ \w+ ủy|"
    r"Tỉnh đoàn|Huyện đoàn|Thành đoàn|Tỉnh Đoàn|Huyện Đoàn)(?!\w)"
)
DEPARTMENTS = r"(?:Sở|Bộ|Phòng|Ban|Vụ|Cục|Chi cục|Tổng cục|Ủy ban|Thanh tra Bộ|Thanh tra Sở)"
BODIES = (
    r"(?:Văn phòng|Trung tâm|Ban Quản lý|Ban quản lý|BQL|Ban Chỉ đạo|Ban chỉ đạo|BCĐ|Ban Chỉ huy|BCH|"
    r"Ban Tổ chức|"
    r"Ban Tuyên giáo|Ban Dân vận|Ban Nội chính|Ban Điều phối|Ban|Bộ Chỉ huy|Bộ CHQS|Bộ Tư lệnh|Hội|Liên minh|"
    r"Liên đoàn|Liên hiệp|Đài|Báo|Cổng|Công ty|Tổng công ty|Tập đoàn|Ngân hàng|Kho bạc|Bảo hiểm xã hội|BHXH|"
    r"Bưu điện|"
    r"Viện|Trường|Học viện|Bệnh viện|Đoàn|Tòa án|Viện kiểm sát|Công an|Quân sự|Hạt Kiểm lâm|Hạt|Tổ công tác|"
    r"Tổ|Cục|"
    r"Chi cục|Thanh tra|Phòng|Sở|Bộ|Chi nhánh|Quỹ|Điện lực|Thuế|Hải quan|Đồn|Xí nghiệp|Vườn)"
)
TITLES = (
    r"(?:Phó )?(?:Thủ trưởng|Giám đốc|Chủ tịch|Bộ trưởng|Trưởng|Chánh|Tổng Giám đốc|Tổng giám đốc|Cục trưởng|"
    r"Chi cục trưởng|Hiệu trưởng|Người đứng đầu|người đứng đầu|Lãnh đạo|lãnh đạo|Thường trực|thủ trưởng|"
    r"giám đốc|"
    r"chủ tịch|trưởng|Đồng chí|đồng chí|Bí thư|Chủ nhiệm|Giám đốc các|Phó Chủ tịch|Phó Chánh|Tổng Thanh tra)"
)
NOUNS = (
    r"(?:sở(?!\s+hữu)|bộ(?!\s+(?:phận|máy|thủ|chỉ|tiêu|hồ))|ban(?!\s+hành)|ngành|phòng(?!\s+(?:chống|ngừa|"
    r"trào))|"
    r"cơ quan|đơn vị|địa phương|tổ chức(?!\s+(?:triển|thực|rà|kiểm|tuyên|lớp|hội|họp|xây|phát|đánh|chỉ|quán|"
    r"lấy|tốt))|"
    r"đoàn thể|hội đoàn thể|hội|chủ đầu tư|doanh nghiệp|"
    r"trường học|nhà trường|trường(?!\s+hợp)|xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh|quận|đặc khu|"
    r"trung tâm|chi nhánh|"
    r"ngân hàng|thành viên|tổ công tác|ban quản lý|hợp tác xã|cấp ủy|lực lượng|tổ chức chính trị|"
    r"cơ sở giáo dục|"
    r"cơ sở y tế|bệnh viện|công ty|tập đoàn|tổng công ty|nhà thầu|nhà đầu tư|thôn|khối|cục|vụ(?!\s+(?:việc|"
    r"án))|viện|cấp(?=\s*[,;.]|\s+và\s)|hội quần chúng|"
    r"bộ phận|chính quyền|liên danh|đồng chí|ủy viên)(?!\w)"
)
LEVEL_NOUNS = r"(?:tỉnh|huyện|thị xã|thành phố|quận|xã|phường|thị trấn|đặc khu)(?!\w)"
DETERMINERS = r"(?:tất cả các|toàn bộ các|toàn thể các|các|những|mỗi|từng|tất cả|\d{1,3})"

QUALIFIERS = (
    rf"(?:cấp {LEVEL_NOUNS}(?:,\s*(?:cấp )?{LEVEL_NOUNS})*|(?:có )?liên quan(?: khác)?|"
    rf"trực thuộc(?: {AREA})?|ngang bộ|"
    rf"ngang Bộ|chuyên ngành|chuyên môn|thuộc (?:UBND |HĐND )?{AREA}|thuộc(?:,| và) trực thuộc(?: {AREA})?|"
    rf"(?:trực )?thuộc (?:Bộ|Sở|Ban) {FIELD}|của (?:{AREA})|trên địa bàn(?: {AREA})?|{AREA}|"
    r"địa phương|còn lại|nêu trên|trên(?=\s*[,.;])|biên giới|miền núi|Trung ương|nhà nước|"
    r"chính trị - xã hội|chính trị|"
    r"xã hội|quần chúng|các cấp|khác|sự nghiệp(?: công lập)?|hành chính|đặc biệt khó khăn|Đảng|chức năng|"
    r"trong tỉnh|"
    r"trong huyện|và cá nhân)(?!\w)"
)
RELATIVE = (
    r"(?:được (?:giao|phân công|phân bổ|phân cấp)|đầu mối|chủ quản|quản lý(?!\s+(?:chặt|tốt|và\s|,))|"
    r"sử dụng|phụ trách|thường trực|"
    rf"chủ trì(?=\s+(?:[{UPPER}]|quản lý|các|nhiệm vụ|dự án))|chưa|có tên|đóng trên)(?!\w)"
)

ADVERBS = (
    r"(?:khẩn trương|chủ động|tiếp tục|kịp thời|nghiêm túc|thường xuyên|tập trung|tích cực|quyết liệt|"
    r"trực tiếp|"
    r"cần|phải|có trách nhiệm|chịu trách nhiệm|có nhiệm vụ|sớm|ngay|đồng thời|nhanh chóng|căn cứ|tự|cùng|"
    r"phấn đấu|"
    r"quyết tâm|nỗ lực|ưu tiên|cần phải|hằng \w+|hàng \w+|định kỳ)(?!\w)"
)
VERBS = (
    r"(?:rà soát|xây dựng|tổ chức|triển khai|thực hiện|tham mưu|đề xuất|tổng hợp|báo cáo|kiểm tra|giám sát|"
    r"đôn đốc|"
    r"hướng dẫn|chỉ đạo|phối hợp|chủ trì|bố trí|cân đối|phân bổ|thẩm định|phê duyệt|ban hành|tuyên truyền|"
    r"quán triệt|"
    r"tăng cường|đẩy mạnh|đẩy nhanh|nâng cao|cập nhật|cung cấp|công bố|công khai|niêm yết|giải quyết|xử lý|"
    r"khắc phục|"
    r"hoàn thành|hoàn thiện|hoàn chỉnh|nghiên cứu|đánh giá|theo dõi|quản lý|bảo đảm|đảm bảo|chuẩn bị|lập|"
    r"trình|gửi|"
    r"thông báo|phổ biến|vận động|huy động|lồng ghép|giải ngân|thanh toán|quyết toán|bàn giao|tiếp nhận|"
    r"xác định|"
    r"lựa chọn|phân công|thành lập|kiện toàn|tham gia|góp ý|cử|đăng ký|thống kê|khảo sát|điều tra|thanh tra|"
    r"xác minh|"
    r"làm rõ|rút kinh nghiệm|kiểm điểm|chấn chỉnh|siết chặt|hỗ trợ|bám sát|nắm|duy trì|phát huy|khai thác|"
    r"vận hành|"
    r"đầu tư|cải tạo|sửa chữa|nâng cấp|tháo gỡ|tạo điều kiện|quan tâm|chú trọng|lưu ý|nêu cao|khuyến khích|"
    r"khen thưởng|phê bình|xem xét|quyết định|ký|tiến hành|mở|đưa|giao|điều chỉnh|bổ sung|sửa đổi|thay thế|"
    r"bãi bỏ|"
    r"đăng tải|số hóa|kết nối|chia sẻ|tích hợp|đối chiếu|phân loại|sắp xếp|bồi dưỡng|đào tạo|tập huấn|trực|"
    r"sẵn sàng|"
    r"ứng phó|phòng ngừa|ngăn chặn|phát hiện|xử phạt|dừng|chấm dứt|giảm|cắt giảm|tiết kiệm|nộp|chi trả|"
    r"di dời|sơ tán|"
    r"thể hiện|đề nghị|yêu cầu|kiến nghị|hiệp y|cho ý kiến|có ý kiến|trả lời|thi hành|đề ra|khởi công|"
    r"bố cục|thu hồi|"
    r"bảo vệ|cấp|đề cao|củng cố|phân tích|tham vấn|thống nhất|mời|trao đổi|ủy quyền|chuyển|nhập|điều hành|"
    r"phát triển|"
    r"thu|giám định|cải thiện|tạo|tìm|chăm lo|đổi mới|phát động|lãnh đạo)(?!\w)"
)
NAME_VERBS = (
    r"(?:xây dựng|quản lý|đầu tư|phát triển|điều phối|phục vụ|hỗ trợ|điều hành|kiểm soát|thực hiện|chỉ đạo|"
    r"tổ chức|"
    r"kiểm tra|giám sát|đào tạo|thanh tra|khai thác|ứng phó|tuyên truyền|vận động|bảo vệ|bồi dưỡng|phòng|"
    r"cấp)(?!\w)"
)
"""Verbs that also stand inside names ("Văn phòng Điều phối xây dựng NTM huyện")."""

STOPS = (
    r"(?:để|theo|tại|trong|trước|với|về|từ|là|đã|có|được|do|khi|nếu|sau|qua|trên|như|nhằm|bằng|cho|cùng|gồm|"
    r"bao gồm|"
    r"của|và|hoặc|đến|tới|ngày|năm|tháng|sẽ|đang|vào|số|không|chưa|đối với|làm|này|nêu|hiện)(?!\w)"
)
