"""Whole documents of other types: decisions, dispatches, instructions, letters set with one column or two."""

from typing import Any

from service.intake import Item, Proposal, read

DECISION = """\
        ỦY BAN NHÂN DÂN              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
       TỈNH LẠNG SƠN                      Độc lập - Tự do - Hạnh phúc

      Số: 1238 /QĐ-UBND                Lạng Sơn, ngày 02 tháng 8 năm 2024

                              QUYẾT ĐỊNH
        Phê duyệt Đề án xây dựng nông thôn mới tỉnh Lạng Sơn
                       giai đoạn 2021 - 2025

              CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN

      Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015;
      Căn cứ Quyết định số 263/QĐ-TTg ngày 22/02/2022 của Thủ tướng Chính
phủ phê duyệt Chương trình mục tiêu quốc gia xây dựng nông thôn mới;
      Theo đề nghị của Giám đốc Sở Nông nghiệp và Phát triển nông thôn tại Tờ
trình số 120/TTr-SNN ngày 25/7/2024.

                              QUYẾT ĐỊNH:

      Điều 1. Phê duyệt kèm theo Quyết định này Đề án xây dựng nông thôn mới.
      Điều 2. Tổ chức thực hiện
      1. Sở Nông nghiệp và Phát triển nông thôn chủ trì, phối hợp với Sở Tài
chính và UBND các huyện, thành phố tổ chức thực hiện; định kỳ 6 tháng báo cáo
UBND tỉnh.
      2. Giao Giám đốc các Sở: Tài chính, Y tế bố trí kinh phí trước ngày 30/9/2024.
      Điều 3. Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số
12/QĐ-UBND ngày 05/01/2022.
      Điều 4. Chánh Văn phòng UBND tỉnh; Chủ tịch UBND các huyện, thành phố; Thủ
trưởng các cơ quan, đơn vị có liên quan chịu trách nhiệm thi hành Quyết định này./.

 Nơi nhận:                                  KT. CHỦ TỊCH
 - Như Điều 4;                             PHÓ CHỦ TỊCH
 - Lưu: VT, KT (NVA).

                                          Lương Trọng Quỳnh
"""

DISPATCH = """\
THỦ TƯỚNG CHÍNH PHỦ              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                      Độc lập - Tự do - Hạnh phúc
Số: 58/CĐ-TTg                     Hà Nội, ngày 12 tháng 6 năm 2024
HỎA TỐC
                         CÔNG ĐIỆN
      Về việc tập trung ứng phó mưa lũ

                   THỦ TƯỚNG CHÍNH PHỦ điện:
- Bộ trưởng các Bộ: Quốc phòng, Công an;
- Chủ tịch UBND các tỉnh: Lạng Sơn, Cao Bằng, Bắc Kạn.

     Trong các ngày từ 09 đến 11/6/2024, mưa lớn đã gây thiệt hại tại nhiều địa phương.
     Để chủ động ứng phó, Thủ tướng Chính phủ yêu cầu:
1. Chủ tịch Ủy ban nhân dân các tỉnh tập trung chỉ đạo khắc phục hậu quả.
2. Bộ Quốc phòng, Bộ Công an chỉ đạo lực lượng sẵn sàng ứng phó.
4. Văn phòng Chính phủ theo dõi, đôn đốc việc thực hiện./.

Nơi nhận:                              KT. THỦ TƯỚNG
- Như trên;                            PHÓ THỦ TƯỚNG
- Lưu: VT, NN (2b).
                                        Trần Hồng Hà
"""

LETTER = """\
UBND TỈNH BẮC GIANG
SỞ NỘI VỤ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 1234/SNV-CCHC
Bắc Giang, ngày 05 tháng 11 năm 2025
V/v báo cáo kết quả cải cách hành chính năm 2025
Kính gửi:
- Các sở, ban, ngành;
- UBND các xã, phường.

Thực hiện Kế hoạch số 18/KH-UBND ngày 10/01/2025 của UBND tỉnh, Sở Nội vụ đề nghị các sở, ban, ngành; \
UBND các xã, phường báo cáo kết quả, cụ thể như sau:
I. NỘI DUNG
- Kết quả thực hiện nhiệm vụ năm 2025.
II. THỜI GIAN
Báo cáo gửi về Sở Nội vụ (qua Phòng Cải cách hành chính) trước ngày 20/11/2025.
Đề nghị các cơ quan, đơn vị quan tâm, phối hợp thực hiện./.
Nơi nhận:
- Như trên;
- UBND tỉnh (để b/c);
- Lưu: VT, CCHC.
GIÁM ĐỐC
(Đã ký)
Nguyễn Văn A
"""


def facts(text: str) -> dict[str, Any]:
    return read(text.encode(), "document.txt").to_json()


def items(proposal: Proposal) -> dict[str, Item]:
    return {item.path: item for item in proposal.walk()}


def leads(item: Item) -> list[str]:
    return [a.unit for a in item.assigned if a.role == "lead"]


def test_a_decision_is_read_article_by_article() -> None:
    proposal = read(DECISION.encode(), "decision.txt")
    by_path = items(proposal)
    assert list(by_path) == ["Điều 1", "Điều 2", "Điều 2.1", "Điều 2.2", "Điều 3", "Điều 4"]
    assert [path for path, item in by_path.items() if item.tracked] == ["Điều 2.1", "Điều 2.2", "Điều 4"]
    assert not by_path["Điều 3"].task
    assert leads(by_path["Điều 2.2"]) == ["Sở Tài chính", "Sở Y tế"]
    assert by_path["Điều 2.2"].deadline.fact("iso") == "2024-09-30"
    assert leads(by_path["Điều 4"])[0] == "Chánh Văn phòng UBND tỉnh"


def test_a_decision_names_its_type_its_subject_and_its_grounds() -> None:
    read_ = facts(DECISION)
    assert (read_["doc_type"], read_["number"], read_["symbol"]) == ("Quyết định", "1238", "QĐ-UBND")
    assert read_["issued_on"] == "2024-08-02"
    assert read_["issuing_body"] == "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN"
    assert read_["subject"] == "Phê duyệt Đề án xây dựng nông thôn mới tỉnh Lạng Sơn giai đoạn 2021 - 2025"
    assert [(b["number"], b["symbol"]) for b in read_["basis"]] == [("263", "QĐ-TTg"), ("120", "TTr-SNN")]
    assert read_["recipients"] == ["Như Điều 4", "Lưu: VT, KT (NVA)"]


def test_a_dispatch_goes_to_those_it_is_wired_to() -> None:
    read_ = facts(DISPATCH)
    assert (read_["doc_type"], read_["urgency"]) == ("Công điện", "Hỏa tốc")
    assert read_["addressees"] == [
        "Bộ trưởng các Bộ: Quốc phòng, Công an",
        "Chủ tịch UBND các tỉnh: Lạng Sơn, Cao Bằng, Bắc Kạn",
    ]
    assert read_["signer"]["name"] == "Trần Hồng Hà"


def test_a_missing_number_among_the_items_is_said() -> None:
    codes = {(f["code"], f["where"]) for f in facts(DISPATCH)["findings"]}
    assert ("numbering-gap", "4") in codes
    assert ("recipient-not-addressed", "4") in codes
    assert ("recipient-not-addressed", "2") not in codes


def test_a_letter_in_one_column_has_a_parent_and_an_issuing_body() -> None:
    read_ = facts(LETTER)
    assert (read_["parent_body"], read_["issuing_body"]) == ("UBND TỈNH BẮC GIANG", "SỞ NỘI VỤ")
    assert read_["signer"] | {"span": None} == {
        "on_behalf": None,
        "chain": [],
        "title": "GIÁM ĐỐC",
        "name": "Nguyễn Văn A",
        "span": None,
    }


def test_a_day_under_a_bare_title_is_not_lost() -> None:
    by_path = items(read(LETTER.encode(), "letter.txt"))
    assert by_path["II"].deadline.fact("iso") == "2025-11-20"
    assert by_path["II"].tracked
    assert by_path["¶"].closing
    assert not by_path["¶"].tracked


def test_those_the_lead_in_names_do_the_items() -> None:
    second = items(read(LETTER.encode(), "letter.txt"))["II"]
    assert [(a.unit, a.named_in) for a in second.assigned if a.role == "lead"] == [
        ("các sở, ban, ngành", "lead_in"),
        ("UBND các xã, phường", "lead_in"),
    ]


def test_a_single_paragraph_with_ground_duty_and_day_is_one_item() -> None:
    text = (
        "Kính gửi: Sở Y tế\n\nTheo đề nghị của Bộ Y tế tại Công văn số 202/BYT-KH ngày 21/01/2025, Chủ tịch "
        "UBND tỉnh giao Sở Y tế chủ trì, phối hợp với các cơ quan liên quan góp ý; báo cáo Bộ Y tế "
        "(trước ngày 10/02/2025)./.\n"
    )
    proposal = read(text.encode(), "letter.txt")
    (item,) = proposal.walk()
    assert (item.path, item.tracked, item.closing) == ("¶", True, False)
    assert leads(item) == ["Sở Y tế"]
    assert item.deadline.fact("iso") == "2025-02-10"
    assert [(b.number, b.symbol, b.issuer) for b in proposal.basis] == [("202", "BYT-KH", "Bộ Y tế")]


def test_lines_that_describe_an_item_are_not_items() -> None:
    text = (
        "1. Rà soát, thống kê các hộ nghèo.\n- Cơ quan chủ trì: Phòng Nội vụ\n"
        "- Cơ quan phối hợp: UBND các xã\n"
        "- Thời gian hoàn thành: trước ngày 20/5/2025\n2. Sở Y tế tuyên truyền.\n"
    )
    first, second = read(text.encode(), "plan.txt").walk()
    assert [(a.unit, a.role) for a in first.assigned] == [
        ("Phòng Nội vụ", "lead"),
        ("UBND các xã", "coordinate"),
    ]
    assert first.deadline.fact("iso") == "2025-05-20"
    assert second.path == "2"


def test_the_letter_after_d_is_its_own_and_dashes_count() -> None:
    text = "1. Sở Y tế chịu trách nhiệm:\na) Rà soát.\nd) Kiểm tra.\nđ) Báo cáo.\n- Tổng hợp.\n- Công khai.\n"
    assert list(items(read(text.encode(), "plan.txt"))) == ["1", "1.a", "1.d", "1.đ", "1.đ.-", "1.đ.-#2"]


def test_a_document_without_a_task_yields_none() -> None:
    text = "Kính gửi: UBND các xã.\n\nNgày 12/5/2025, đoàn kiểm tra đã làm việc tại xã.\n\nTrân trọng./.\n"
    proposal = read(text.encode(), "thanks.txt")
    assert not [item for item in proposal.walk() if item.task]
    assert "no-items" in {f.code for f in proposal.findings}


def test_an_item_nobody_leads_is_pointed_out() -> None:
    text = "1. Rà soát các hộ nghèo.\n2. Tổng hợp kết quả.\n"
    codes = [f.code for f in read(text.encode(), "note.txt").findings if f.where in ("1", "2")]
    assert codes == ["item-without-lead", "item-without-lead"]


def test_an_annex_is_said_to_be_unread() -> None:
    codes = {f["code"] for f in facts(LETTER + "\nPHỤ LỤC\n1. Biểu mẫu.\n")["findings"]}
    assert "annex-not-read" in codes


def test_a_basis_later_than_the_letter_is_suspicious() -> None:
    codes = {f["code"] for f in facts(LETTER.replace("10/01/2025", "10/12/2025"))["findings"]}
    assert "basis-date-suspicious" in codes


def test_a_deadline_before_the_day_of_issue_is_said() -> None:
    codes = {f["code"] for f in facts(LETTER.replace("20/11/2025", "20/10/2025"))["findings"]}
    assert "deadline-before-issue" in codes


PLAN = """\
ỦY BAN NHÂN DÂN
HUYỆN CHI LĂNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 112/KH-UBND
Chi Lăng, ngày 12 tháng 3 năm 2025
KẾ HOẠCH
Thực hiện công tác cải cách hành chính năm 2025

Thực hiện Kế hoạch số 15/KH-UBND ngày 20/01/2025 của UBND tỉnh Lạng Sơn, UBND huyện ban hành Kế hoạch như sau:

1. Cải cách thủ tục hành chính
- Cơ quan chủ trì: Văn phòng HĐND và UBND huyện.
- Thời gian: Thường xuyên.
"""


def test_a_plan_named_by_what_it_carries_out_has_that_subject_and_that_basis() -> None:
    plan = read(PLAN.encode(), "ke-hoach.txt")
    assert plan.header.subject is not None
    assert plan.header.subject.text == "Thực hiện công tác cải cách hành chính năm 2025"
    assert [(basis.number, basis.symbol) for basis in plan.basis] == [("15", "KH-UBND")]


def test_a_line_that_says_all_year_round_sets_no_day_but_is_read() -> None:
    (item,) = read(PLAN.encode(), "ke-hoach.txt").items
    assert item.deadline.kind == "ongoing"
