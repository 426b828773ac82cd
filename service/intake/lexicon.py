"""The words the grammar of units and duties is made of.

A field name is matched with any of " và ", " - ", "-", "&" between its parts, as offices write it; the list
holds the ministries' and departments' fields of the two-level and three-level systems. All patterns are for
canonical text.
"""

import re

from .letters import UPPER


def phrases(listed: str) -> tuple[str, ...]:
    """The comma-separated words, the longest first."""
    words = {word.strip() for word in listed.replace("\n", " ").split(",")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def any_of(listed: str) -> str:
    """A pattern for any of the comma-separated words, at the end of a word."""
    words = (re.escape(word).replace(r"\ ", r"\s") for word in phrases(listed))
    return "(?:" + "|".join(words) + r")(?!\w)"


FIELDS = (
    "Kế hoạch và Đầu tư", "Tài chính và Kế hoạch", "Tài chính - Kế hoạch", "Kế hoạch - Tài chính",
    "Tài chính",
    "Giáo dục và Đào tạo", "Giáo dục", "Văn hóa, Thể thao và Du lịch", "Văn hóa, Khoa học và Thông tin",
    "Văn hóa và Thể thao", "Văn hóa và Thông tin", "Văn hóa - Xã hội", "Văn hóa", "Du lịch",
    "Văn hóa, Thể thao, Du lịch", "Văn hóa, Thông tin", "Văn hóa, Thông tin và Truyền thông",
    "Lao động, Thương binh và Xã hội", "Lao động - Thương binh và Xã hội", "Lao động - TB và XH",
    "Lao động, Người có công và Xã hội", "Lao động",
    "Nông nghiệp và Phát triển nông thôn", "Nông nghiệp và PTNT", "Nông nghiệp và Môi trường", "Nông nghiệp",
    "Tài nguyên và Môi trường", "Khoa học và Công nghệ", "Khoa học, Công nghệ và Môi trường",
    "Thông tin và Truyền thông", "Kinh tế và Hạ tầng", "Kinh tế, Hạ tầng và Đô thị", "Kinh tế - Ngân sách",
    "Kinh tế - Xã hội", "Văn hóa và Xã hội",
    "Kinh tế", "Quản lý đô thị", "Công nghiệp và Thương mại", "Công Thương", "Công thương",
    "Giao thông vận tải - Xây dựng", "Giao thông vận tải", "Giao thông Vận tải", "Giao thông công chánh",
    "Quy hoạch và Kiến trúc",
    "Quy hoạch - Kiến trúc", "Xây dựng", "Nội vụ", "Tư pháp", "Y tế", "Ngoại vụ", "Ngoại giao", "Quốc phòng",
    "Công an", "Dân tộc và Tôn giáo", "Dân tộc - Tôn giáo", "Dân tộc", "Tôn giáo", "An toàn thực phẩm",
    "Pháp chế", "Đô thị", "Pháp luật", "Thanh tra", "Kế hoạch", "Tổ chức cán bộ", "Tổ chức - Hành chính",
)  # fmt: skip


def _field(name: str) -> str:
    parts = re.split(r" và | - |, ", name)
    glues = re.findall(r" và | - |, ", name)
    out = re.escape(parts[0])
    for glue, part in zip(glues, parts[1:], strict=True):
        out += (r",\s*" if glue == ", " else r"(?:\s+và\s+|\s*[-&]\s*)") + re.escape(part)
    return out.replace(r"\ ", r"\s")


FIELD_NAMED = "(?:" + "|".join(_field(n) for n in sorted(FIELDS, key=len, reverse=True)) + r")(?!\w)"
FIELD = rf"(?:{FIELD_NAMED}|(?:[A-ZĐ][A-ZĐa-z]?[A-ZĐ&-]{{1,9}})(?!\w))"
LEVEL = (
    r"(?:tỉnh|huyện|thành phố|thị xã|quận|xã(?!\s+hội)|phường|thị trấn|đặc khu|Tỉnh|Huyện|Thành phố|"
    r"Thành Phố|Quận|"
    r"Phường|"
    r"Thị xã|TP\.?|TX\.?|Tp\.?)(?!\w)"
)
CENTRAL = r"(?:Trung ương|trung ương|TW|quốc gia|Quốc gia|Chính phủ|Quốc hội|Việt Nam)(?!\w)"
WORD_CAPITAL = rf"[{UPPER}][^\W\d_]*"
_NOT_A_PLACE = r"(?!UBND|HĐND|MTTQ|Sở|Ban|Phòng|Giao|Yêu|Đề|Các|Chủ|Ủy|Trung ương)"
PLACE = rf"(?:\s+{_NOT_A_PLACE}{WORD_CAPITAL}){{1,4}}"
AREA = rf"(?:{LEVEL}(?:{PLACE}|\s+\d{{1,2}}(?!\w))?|{CENTRAL})"
PARTY = (
    r"(?:Tỉnh ủy|Huyện ủy|Thành ủy|Thị ủy|Quận ủy|Đảng ủy|Trung ương Đảng|Đảng đoàn|Ban cán sự đảng|"
    r"Ban Cán sự đảng)(?!\w)"
)

COUNCILS = (
    r"(?:Ủy ban nhân dân|Uỷ ban nhân dân|UBND|Hội đồng nhân dân|HĐND|Văn phòng (?:HĐND\s?(?:và|&)\s?UBND|"
    r"HĐND|UBND|"
    r"Tỉnh ủy|Huyện ủy|Thành ủy|Đảng ủy|Ủy ban nhân dân|"
    r"Đoàn (?:ĐBQH|đại biểu Quốc hội)(?:\s?(?:và|&)\s?|,\s)(?:HĐND|Hội đồng nhân dân)|"
    r"Hội đồng nhân dân và Ủy ban nhân dân)|VP UBND|Ủy ban Mặt trận Tổ quốc(?: Việt Nam)?|"
    r"Ủy ban MTTQ(?: Việt Nam| VN)?|UBMTTQ(?: Việt Nam| VN)?|UB MTTQ(?: Việt Nam| VN)?|"
    r"Mặt trận Tổ quốc(?: Việt Nam)?|MTTQ(?: Việt Nam| VN)?|Đoàn ĐBQH|Đoàn đại biểu Quốc hội|"
    r"[Đđ]ại biểu (?:HĐND|Hội đồng nhân dân|Quốc hội)|Đảng ủy)(?!\w)"
)
PERSON = rf"(?:\s+(?!Bộ|Văn phòng|Chính phủ){WORD_CAPITAL}){{2,4}}"
FIXED = (
    rf"(?:(?:Đảng ủy|Đảng bộ|Ban Thường vụ Đảng ủy)\s(?:UBND|HĐND|Công an|Quân sự|Bộ đội Biên phòng|"
    rf"Chính phủ|Quốc hội|"
    rf"(?:các cơ quan Đảng|Mặt trận Tổ quốc(?: Việt Nam)?(?:,| và) các đoàn thể))(?:\s{AREA})?|"
    rf"Thủ tướng Chính phủ|Phó Thủ tướng(?: Chính phủ)?(?: Thường trực)?(?:{PERSON})?|Thủ tướng|Chính phủ|"
    rf"Quốc hội|"
    rf"Chủ tịch nước|"
    r"Ủy ban Thường vụ Quốc hội|Văn phòng Chính phủ|Văn phòng Quốc hội|Văn phòng Chủ tịch nước|"
    r"Văn phòng Trung ương Đảng|Ban Bí thư|Bộ Chính trị|Kiểm toán [Nn]hà nước(?: khu vực [IVX]+)?|"
    r"Thanh tra Chính phủ|Ủy ban Quản lý vốn [Nn]hà nước tại [Dd]oanh nghiệp|"
    rf"Bộ phận (?:Một cửa|[Tt]iếp nhận và [Tt]rả kết quả)(?:\s+(?:của\s+)?(?:UBND\s+)?{AREA})?|"
    r"Tòa án nhân dân tối cao|Viện kiểm sát nhân dân tối cao|"
    r"(?:Ban Thường vụ|Thường trực|Thường vụ|Ban Chấp hành)\s(?:Đảng bộ\s)?"
    r"(?:(?:[Cc]ác )?(?:[Tt]ỉnh|[Hh]uyện|[Tt]hành|[Tt]hị|[Qq]uận|[Đđ]ảng) ủy(?:, (?:huyện|thành|thị|quận|"
    r"đảng) ủy)*)|Tỉnh ủy|Huyện ủy|Thành ủy|"
    r"Thị ủy|Quận ủy|"
    r"Tỉnh [Đđ]oàn|Huyện [Đđ]oàn|Thành [Đđ]oàn|Quận [Đđ]oàn)(?!\w)"
)
DEPARTMENTS = r"(?:Sở|Bộ|Phòng|Ban|Vụ|Cục|Chi cục|Tổng cục|Ủy ban|Thanh tra Bộ|Thanh tra Sở)"
BODIES_ALONE = any_of("""
    Ban Chỉ đạo, Ban chỉ đạo, BCĐ, Ban Quản lý, Ban quản lý, Tổ công tác, Tổ Công tác, Tổ giúp việc,
    Ban Chỉ huy,
    Ban Tổ chức, Văn phòng, Trung tâm, Hội đồng, Viện kiểm sát, Viện Kiểm sát, Tòa án, Công an, Kho bạc
    """)
"""Heads that name a unit by themselves where the document has but one."""
BODIES = any_of("""
    Văn phòng, Trung tâm, Ban Quản lý, Ban quản lý, BQL, Ban Chỉ đạo, Ban chỉ đạo, BCĐ, Ban Chỉ huy,
    Ban chỉ huy, BCH,
    Ban Tổ chức, Ban Tuyên giáo, Ban Dân vận, Ban Nội chính, Ban Điều phối, Ban, Bộ Chỉ huy, Bộ CHQS,
    Bộ CHBĐBP, Bộ Tư lệnh, Hội, Liên minh, Liên đoàn, Liên hiệp, Hiệp hội, Đài, Báo, Tạp chí, Cổng,
    Cảng vụ,
    Công ty, Tổng công ty, Tổng Công ty, Tập đoàn, Ngân hàng, NHNN, NHCSXH, Kho bạc, KBNN, Bảo hiểm xã hội,
    BHXH, Bưu điện, Viễn thông, VNPT, Viettel, Viện, Trường, Đại học, Học viện, Bệnh viện, Trạm, Đoàn,
    Tòa án, TAND, Viện kiểm sát, Viện Kiểm sát, VKSND, Công an, Quân sự, Hạt Kiểm lâm, Hạt, Tổ công tác,
    Tổ Công tác, Tổ giúp việc, Tổ Đề án, Tổ, Cục, Chi cục, Tổng cục, Thanh tra, Phòng, Sở, Bộ, Ủy ban, Vụ,
    Chi nhánh, Quỹ, Điện lực, Thuế, Hải quan, Thống kê, Thi hành án dân sự, Đồn, Xí nghiệp, Vườn,
    Hội đồng, Ban cán sự đảng, Đảng ủy, Đảng bộ, Chi bộ, Khu quản lý, Ngân hàng Nhà nước, Quân khu, Đội,
    Hợp tác xã, Nhà máy, Thư viện, Bảo tàng, Nhà văn hóa
    """)
TITLES = any_of("""
    Thủ trưởng, Giám đốc, Chủ tịch, Bộ trưởng, Thứ trưởng, Trưởng, Chánh, Tổng Giám đốc, Tổng giám đốc,
    Cục trưởng, Chi cục trưởng, Vụ trưởng, Viện trưởng, Hiệu trưởng, Người đứng đầu, người đứng đầu,
    Lãnh đạo, lãnh đạo, Thường trực, thủ trưởng, giám đốc, chủ tịch, trưởng, Bí thư, Chủ nhiệm,
    Phó Chủ tịch, Phó Giám đốc, Phó Trưởng, Phó Chánh, Phó Bí thư, Phó Thủ trưởng, Tổng Thanh tra,
    Chánh Văn phòng, Chánh án, Chánh Thanh tra, Tổ trưởng, Đội trưởng, Tổng Biên tập, Trưởng Ban,
    Thống đốc, Chỉ huy trưởng, Tư lệnh, Tổng cục trưởng, Kế toán trưởng, Hạt trưởng, bí thư, hiệu trưởng,
    Trạm trưởng, Trưởng đoàn, Người đại diện, Ủy viên, Thành viên, Thống đốc, Đồn trưởng
    """)
TITLE_ALONE = any_of("""
    Giám đốc Sở, Lãnh đạo Sở, lãnh đạo Sở, Lãnh đạo Bộ, lãnh đạo Bộ, Bộ trưởng, Thứ trưởng, Chánh Văn phòng,
    Chánh Thanh tra, Tổng Thanh tra Chính phủ,
    Phó Chủ tịch, Chủ tịch, Tổ trưởng, Chỉ huy trưởng, Thống đốc Ngân hàng Nhà nước Việt Nam
    """)
HONOURS = (
    r"(?:[Cc]ác\s+)?(?:(?:[Đđ]ồng chí|[Đđ]/c|đ/c|[Ôô]ng \([Bb]à\)|[Ôô]ng/[Bb]à|[Ôô]ng, [Bb]à|[Ôô]ng|"
    r"[Bb]à)(?!\w)|"
    r"[Ôô]ng \([Bb]à\)\s)[.:]?\s*(?:là\s+)?"
)
NOUNS = (
    r"(?:huyện ủy|thành ủy|thị ủy|quận ủy|đảng ủy|tỉnh ủy|sở(?!\s+hữu)|bộ(?!\s+(?:phận|máy|thủ|chỉ|tiêu|"
    r"hồ))|ban(?!\s+hành)|ngành|phòng(?!\s+(?:chống|ngừa|"
    r"trào))|"
    r"cơ quan|đơn vị|địa phương|tổ chức(?!\s+(?:triển|thực|rà|kiểm|tuyên|lớp|hội|họp|xây|phát|đánh|chỉ|quán|"
    r"lấy|tốt|đại|sơ|tổng|các|tập|bộ|vận|giao|đón|bàn|thu|trực|bán|ký))|"
    r"đoàn thể|hội đoàn thể|hội|chủ (?:đầu tư|rừng|hồ|đập|dự án|cơ sở|phương tiện|hộ)|doanh nghiệp|"
    r"trường học|nhà trường|trường(?!\s+hợp)|xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh|quận|đặc khu|"
    r"chi(?=,\s*đảng)|"
    r"trung tâm|chi nhánh|văn phòng|"
    r"ngân hàng|thành viên|tổ công tác|ban quản lý|hợp tác xã|cấp ủy|lực lượng|tổ chức chính trị|"
    r"cơ sở giáo dục|chi bộ|đảng bộ|tổ đại biểu|"
    r"cơ sở y tế|cơ sở khám bệnh(?:, chữa bệnh)?|cơ sở đào tạo|bệnh viện|công ty|tập đoàn|tổng công ty|"
    r"nhà thầu|nhà đầu tư|"
    r"thôn|bản(?!\s+(?:sao|đồ|tin|án|vẽ|chính|thảo|quyền))|tổ dân phố|tiểu khu|khu phố|buôn|làng|ấp|khóm|"
    r"xóm|khu dân cư|"
    r"khối|chi bộ|chi đoàn|đội|trạm|cá nhân|cục|vụ(?!\s+(?:việc|án))|viện|cấp(?=\s*[,;.]|\s+và\s)|"
    r"hội quần chúng|"
    r"bộ phận|chính quyền|liên danh|ủy viên|trạm y tế|nhà mạng|chi cục|phòng ban|ban ngành|sở ngành|sở ban|"
    r"ban đảng|ban Đảng|Ban Đảng|đài|báo(?!\s+cáo)|cơ quan báo chí)(?!\w)"
)
HAMLETS = r"(?:thôn|bản|tổ dân phố|tiểu khu|khu phố|buôn|làng|ấp|khóm|xóm|khu dân cư)(?!\w)"
OWNERS = r"chủ (?:đầu tư|rừng|hồ|đập|dự án|cơ sở|doanh nghiệp|phương tiện|hộ)"
LEVEL_NOUNS = r"(?:tỉnh|huyện|thị xã|thành phố|quận|xã(?!\s+hội)|phường|thị trấn|đặc khu)(?!\w)"
DETERMINERS = r"(?:tất cả các|toàn bộ các|toàn thể các|các|những|tất cả|một số|\d{1,3}(?:/\d{1,3})?)"

HEADS = phrases("""
    Sở, Bộ, Phòng, Ban, Vụ, Cục, Chi cục, Tổng cục, Ủy ban, UBND, HĐND, MTTQ, Ủy ban nhân dân,
    Hội đồng nhân dân, Ủy ban Mặt trận Tổ quốc, Ủy ban MTTQ, Việt Nam, Văn phòng, Công an, Thanh tra,
    Trung tâm, Ban Quản lý, Ban Chỉ đạo, Ban Chỉ huy, Bộ Chỉ huy, Kho bạc Nhà nước, Quân sự,
    Bộ đội Biên phòng, Hội, Liên đoàn, Đài, Báo, Cổng, Bảo hiểm xã hội, Tỉnh ủy, Huyện ủy, Thành ủy,
    Đảng ủy, Tỉnh đoàn, Ngân hàng, Nhà nước, Thủ trưởng, Giám đốc, Chủ tịch, Bệnh viện, Trường, Viện,
    Công ty, Thuế, Hải quan, Thống kê, Cục trưởng, Chính phủ, Thủ tướng, Đoàn
    """)
"""Words that open a name and keep their capital when the rest of a heading is set small."""

BELONGS = (
    rf"(?:(?:trực )?thuộc|thuộc(?:,| và) trực thuộc|trực thuộc(?:,| và) thuộc)(?:\s+(?:{PARTY}|(?:UBND |"
    rf"HĐND )?{AREA}|"
    rf"Chính phủ|(?:Bộ|Sở|Ban|Phòng)(?!\w)(?:\s+{FIELD})?))?"
)
QUALIFIERS = (
    rf"(?:cấp {LEVEL_NOUNS}(?:,\s*(?:cấp )?{LEVEL_NOUNS})*|(?:có )?liên quan(?: khác| trên địa bàn)?|"
    rf"{BELONGS}|"
    rf"ngang [Bb]ộ|chuyên ngành|chuyên môn|của (?:{AREA}|(?:các )?địa phương)|"
    rf"(?:đóng )?trên địa bàn(?: toàn)?(?: {AREA})?|"
    rf"{AREA}|"
    r"địa phương|ven biển|vùng cao|ven sông|vùng biên|còn lại|nêu trên|nói trên|trên(?=\s*[,.;])|biên giới|"
    r"miền núi|Trung ương|nhà nước|"
    r"chính trị - xã hội|chính trị|"
    r"xã hội|quần chúng|các cấp|khác|sự nghiệp(?: công lập)?|công lập|hành chính|đặc biệt khó khăn|Đảng|"
    r"chức năng|thường trực|"
    r"trong (?:toàn )?(?:tỉnh|huyện|Sở|ngành)|toàn (?:tỉnh|huyện)|và cá nhân|báo chí|đảng|tham mưu giúp việc|"
    r"sau (?:sáp nhập|sắp xếp)|mới)(?!\w)"
)
RELATIVE = (
    r"(?:được (?:giao|phân công|phân bổ|phân cấp|đầu tư|kiểm tra|thanh tra)|đầu mối|chủ quản|"
    r"quản lý(?!\s+(?:chặt|tốt|và\s|,))|"
    r"sử dụng|phụ trách|có tên|đăng ký(?=\s+(?:đạt|tham gia))|phấn đấu(?=\s+(?:đạt|về))|"
    rf"chủ trì(?=\s+(?:[{UPPER}]|quản lý|các|nhiệm vụ|dự án|soạn thảo))|chưa (?:báo cáo|gửi|nộp|có báo cáo)|"
    rf"đóng trên|phối hợp(?=\s+gửi))(?!\w)"
)

ADVERBS = any_of("""
    khẩn trương, chủ động, tiếp tục, kịp thời, nghiêm túc, thường xuyên, tập trung, tích cực, quyết liệt,
    trực tiếp, cần, phải, có trách nhiệm, chịu trách nhiệm, có nhiệm vụ, sớm, ngay, đồng thời, nhanh chóng,
    căn cứ, tự, cùng, phấn đấu, quyết tâm, nỗ lực, ưu tiên, cần phải, hằng ngày, hằng tuần, hằng tháng,
    hằng quý, hằng năm, hàng ngày, hàng tuần, hàng tháng, hàng quý, hàng năm, định kỳ, khẩn cấp, gấp rút,
    nghiêm, dứt điểm, nhất thiết, tuyệt đối, thực hiện nghiêm, trước mắt, kiên quyết, đặc biệt, cương quyết,
    chịu, trên cơ sở, tùy theo, phải có, tối đa, chặt chẽ
    """)
VERBS = any_of("""
    rà soát, xây dựng, tổ chức, triển khai, thực hiện, tham mưu, đề xuất, tổng hợp, báo cáo, kiểm tra,
    giám sát, đôn đốc, hướng dẫn, chỉ đạo, phối hợp, chủ trì, bố trí, cân đối, phân bổ, thẩm định, phê duyệt,
    ban hành, tuyên truyền, quán triệt, tăng cường, đẩy mạnh, đẩy nhanh, nâng cao, cập nhật, cung cấp,
    công bố, công khai, niêm yết, giải quyết, xử lý, khắc phục, hoàn thành, hoàn thiện, hoàn chỉnh,
    nghiên cứu, đánh giá, theo dõi, quản lý, bảo đảm, đảm bảo, chuẩn bị, lập, trình, gửi, thông báo,
    phổ biến, vận động, huy động, lồng ghép, giải ngân, thanh toán, quyết toán, bàn giao, tiếp nhận,
    xác định, lựa chọn, phân công, thành lập, kiện toàn, tham gia, góp ý, cử, đăng ký, thống kê, khảo sát,
    điều tra, thanh tra, xác minh, làm rõ, rút kinh nghiệm, kiểm điểm, chấn chỉnh, siết chặt, hỗ trợ,
    bám sát, nắm, nắm bắt, duy trì, phát huy, khai thác, vận hành, đầu tư, cải tạo, sửa chữa, nâng cấp,
    tháo gỡ, tạo điều kiện, quan tâm, chú trọng, lưu ý, nêu cao, khuyến khích, khen thưởng, phê bình,
    xem xét, quyết định, ký, tiến hành, mở, đưa, giao, điều chỉnh, bổ sung, sửa đổi, thay thế, bãi bỏ,
    đăng tải, đăng, đưa tin, số hóa, kết nối, chia sẻ, tích hợp, đối chiếu, phân loại, sắp xếp, bồi dưỡng,
    đào tạo, tập huấn, trực, sẵn sàng, ứng phó, phòng ngừa, phòng chống, ngăn chặn, phát hiện, xử phạt,
    dừng, chấm dứt, giảm, cắt giảm, tiết kiệm, nộp, chi trả, di dời, sơ tán, thể hiện, đề nghị, yêu cầu,
    kiến nghị, hiệp y, cho ý kiến, có ý kiến, có văn bản, trả lời, thi hành, đề ra, khởi công, bố cục,
    thu hồi, bảo vệ, cấp, đề cao, củng cố, phân tích, tham vấn, thống nhất, mời, trao đổi, ủy quyền, chuyển,
    nhập, điều hành, phát triển, thu, giám định, cải thiện, tạo, tìm, chăm lo, đổi mới, phát động, lãnh đạo,
    treo, ra quân, hạn chế, truy thu, xác lập, trưng bày, bổ nhiệm, tuyển dụng, khắc phục, kê khai, cấp phát,
    phát hành, rà phá, tiêu hủy, tiêm phòng, giám sát, mua sắm, kích hoạt, khoanh vùng, thiết lập, chốt,
    đo đạc, kiểm kê, kiểm soát, kiểm đếm, đền bù, bồi thường, giải phóng mặt bằng, vận chuyển, cắm mốc,
    khơi thông, gia cố, vớt, thăm hỏi, tặng, động viên, ghi nhận, bình xét, chấm điểm, thẩm tra, tổng kết,
    sơ kết, ra soát, hoàn tất, gắn, thúc đẩy, mở rộng, đa dạng hóa, tái cơ cấu, cơ cấu, đón, tiếp, đối thoại,
    lắng nghe, tiếp thu, giải trình, giải đáp, hòa giải, phân cấp, phân quyền, phân luồng, điều tiết,
    cảnh báo,
    dự báo, truyền thông, đăng ký, hiệu chỉnh, đồng bộ, xóa, rút ngắn, tinh giản, luân chuyển, điều động,
    biệt phái, cam kết, ký kết, ký cam kết, phản ánh, làm việc, tìm hiểu, học tập, áp dụng, ứng dụng,
    khuyến cáo, nhắc nhở, răn đe, truy cứu, khởi tố, xét xử, tuần tra, canh gác, kêu gọi, neo đậu, cấm, xả lũ,
    tích nước, tiêu úng, định hướng, lan tỏa, nhân rộng, biên soạn, in ấn, lưu trữ, sao lưu, chỉ định,
    đấu thầu, nghiệm thu, thi công, giám sát, vệ sinh, khử khuẩn, cách ly, tiêm chủng, khám, cấp cứu,
    thu dung,
    hoạt động, chấp hành, tuân thủ, lấy ý kiến, lập danh sách, gửi báo cáo, chú ý, nghiêm cấm, thu thập, trao,
    tập hợp, công nhận, thỏa thuận, thu hút, giữ, giữ vững, bám, cụ thể hóa, đẩy lùi, dành, sử dụng,
    thay đổi, mua, bán, kết hợp, phân định, tháo dỡ, di chuyển, đặt, giới thiệu, tiếp cận, nhận diện,
    soạn thảo
    """)
COMPOUNDS = any_of("""
    công trình, chương trình, quá trình, quy trình, lộ trình, tiến trình, giáo trình, công lập, độc lập,
    dân lập,
    đăng ký, chữ ký, nhật ký, sơ cấp, trung cấp, cao cấp, phụ cấp, trợ cấp, nguồn thu, doanh thu, ngoại giao,
    thường trực, sáng tạo, bầu cử, tiền gửi, dữ liệu mở, hiệu lực, tội phạm, giao thông, giao ban, cấp cứu
    """)
"""Words whose second half looks like a verb."""
NAME_VERBS = any_of("""
    xây dựng, quản lý, đầu tư, phát triển, điều phối, phục vụ, hỗ trợ, điều hành, kiểm soát, thực hiện,
    chỉ đạo, tổ chức, kiểm tra, giám sát, đào tạo, thanh tra, khai thác, ứng phó, tuyên truyền, vận động,
    bảo vệ, bồi dưỡng, phòng, cấp, truyền thông, kế hoạch, tài chính, đấu giá, phòng chống, dịch vụ,
    tổng hợp, khuyến nông, xúc tiến, giám định, kiểm nghiệm,
    kiểm định, kiểm dịch, thẩm định, sử dụng, bảo tồn, chăn nuôi, trồng trọt,
    giải phóng
    """)
"""Verbs that also stand inside names ("Văn phòng Điều phối xây dựng NTM huyện")."""

STOPS = any_of("""
    để, theo, tại, trong, trước, với, về, từ, là, đã, có, được, do, khi, nếu, sau, qua, trên, như, nhằm,
    bằng, cho, cùng, gồm, bao gồm, của, và, hoặc, đến, tới, ngày, năm, tháng, sẽ, đang, vào, số, không, chưa,
    đối với, này, nêu, hiện, các, những, mỗi, thì, mà, nên, vì, còn, bị, rất, luôn, vẫn, làm, trân trọng, xin,
    kính, cảm ơn, mong, đều, cũng
    """)
