"""Letters that were copied from a web page or as Markdown, and plans behind a decision's signature."""

from service.intake import Proposal, read

WEB = """Tăng cường phòng cháy, chữa cháy rừng
02/06/2025 10:12
(Cổng TTĐT tỉnh) - Chủ tịch UBND tỉnh vừa ban hành Công điện số 05/CĐ-UBND về phòng cháy, chữa cháy rừng.
CÔNG ĐIỆN
Về việc tăng cường phòng cháy, chữa cháy rừng
------------------
CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN điện:
- Chủ tịch UBND các huyện, thành phố;
- Các chủ rừng.
Chủ tịch UBND tỉnh yêu cầu:
1. Chủ tịch UBND các huyện, thành phố
- Tổ chức trực 24/24h; báo cáo Sở Nông nghiệp và Môi trường trước ngày 07/6.
2. Các chủ rừng tăng cường tuần tra.
Chia sẻ In trang
"""
BARS = """ỦY BAN NHÂN DÂN
THÀNH PHỐ CẦN THƠ
-------
|
CỘNG HÒA XÃ HỘI
CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
|
Số: 18/UBND-ĐT
V/v báo cáo kết quả kiểm tra
|
Cần Thơ, ngày
04 tháng 6 năm 2024
|
Kính gửi:
|
- Thủ trưởng các sở, ban, ngành.
|
1. Các sở, ban, ngành rà soát kết luận.
Nơi nhận:
- Như trên;
- Lưu: VT.
|
TL. CHỦ TỊCH
CHÁNH VĂN PHÒNG
Lâm Văn Mẫu
|
"""
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"
MARKDOWN = f"""| **ỦY BAN NHÂN DÂN XÃ MẪU SƠN** | **{NATION}** |
| --- | --- |
| Số: 112/KH-UBND | *Mẫu Sơn, ngày 29 tháng 9 năm 2025* |

**KẾ HOẠCH**

**Tuyên truyền bảo hiểm y tế**

**I.** **NHIỆM VỤ**

1. Phòng Kinh tế: Cân đối ngân sách, báo cáo UBND xã trong tháng 10/2025.

**II.** **LỘ TRÌNH**

| TT | Nội dung | Chủ trì | Phối hợp | Thời gian |
| --- | --- | --- | --- | --- |
| 1 | Hội nghị triển khai Kế hoạch | Văn phòng HĐND và UBND xã | Công an xã | 03/10/2025 |

| ***Nơi nhận:*** - UBND tỉnh (b/c); - Lưu: VT. | **TM. ỦY BAN NHÂN DÂN** **CHỦ TỊCH** **Lò Văn Mẫu** |
| --- | --- |
"""
DECISION = """ỦY BAN NHÂN DÂN
TỈNH LẠNG SƠN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 94/QĐ-UBND
Lạng Sơn, ngày 18 tháng 8 năm 2025
QUYẾT ĐỊNH
Ban hành Kế hoạch phát triển sản phẩm OCOP
Căn cứ Luật Tổ chức chính quyền địa phương;
QUYẾT ĐỊNH:
Điều 1. Ban hành kèm theo Quyết định này Kế hoạch phát triển sản phẩm OCOP.
Điều 2. Giám đốc Sở Tài chính chịu trách nhiệm thi hành Quyết định này./.
Nơi nhận:
- Như Điều 2;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Lê Văn Mẫu
KẾ HOẠCH
Phát triển sản phẩm OCOP
(Ban hành kèm theo Quyết định số 94/QĐ-UBND ngày 18 tháng 8 năm 2025)
I. NHIỆM VỤ
1. Rà soát danh mục sản phẩm
Cơ quan chủ trì: Sở Công Thương; cơ quan phối hợp: UBND cấp xã; thời gian hoàn thành: Quý III/2025.
"""


def shown(text: str) -> Proposal:
    return read(text.encode(), "copy.md")


def leads(proposal: Proposal) -> dict[str, list[str]]:
    return {i.path: [a.unit for a in i.assigned if a.role == "lead"] for i in proposal.walk() if i.task}


def test_a_report_around_a_telegram_gives_its_number_and_the_telegram_its_sender() -> None:
    facts = shown(WEB).to_json()
    assert (facts["number"], facts["symbol"]) == ("05", "CĐ-UBND")
    assert facts["issuing_body"] == "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN"
    assert (facts["issued_on"], facts["issued_partial"]) == (None, "2025-06-02")
    assert facts["addressees"] == ["Chủ tịch UBND các huyện, thành phố", "Các chủ rừng"]
    assert leads(shown(WEB))["2"] == ["Các chủ rừng"]


def test_bars_of_a_copied_table_part_the_letter_and_say_nothing() -> None:
    facts = shown(BARS).to_json()
    assert facts["issuing_body"] == "ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ"
    assert (facts["place"], facts["issued_on"]) == ("Cần Thơ", "2024-06-04")
    assert facts["addressees"] == ["Thủ trưởng các sở, ban, ngành"]
    assert facts["recipients"] == ["Như trên", "Lưu: VT"]
    assert facts["signer"]["name"] == "Lâm Văn Mẫu"


def test_tables_of_markdown_are_letterhead_tasks_and_foot() -> None:
    proposal = shown(MARKDOWN)
    facts = proposal.to_json()
    assert facts["issuing_body"] == "ỦY BAN NHÂN DÂN XÃ MẪU SƠN"
    assert (facts["number"], facts["issued_on"]) == ("112", "2025-09-29")
    assert leads(proposal)["II.1"] == ["Văn phòng HĐND và UBND xã"]
    assert facts["recipients"] == ["UBND tỉnh (b/c)", "Lưu: VT"]
    signer = facts["signer"]
    assert (signer["on_behalf"], signer["title"], signer["name"]) == ("TM", "CHỦ TỊCH", "Lò Văn Mẫu")


def test_a_plan_behind_the_signature_has_items_of_its_own() -> None:
    proposal = shown(DECISION)
    assert leads(proposal) == {"Điều 2": ["Giám đốc Sở Tài chính"], "I": [], "I.1": ["Sở Công Thương"]}
    assert proposal.to_json()["recipients"] == ["Như Điều 2", "Lưu: VT"]
