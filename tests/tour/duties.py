"""Third chapter: units receive, report, ask and submit; the office answers, and counts."""

from typing import Any

from service.reports.package import WORD
from tests.small_docx import docx
from tests.tour.office import on
from tests.tour.steps import Chapter, Step, body, reason

REPORT = {"number": "35", "symbol": "BC-UBND", "issued_on": "2024-04-18"}


def duty(name: str, unit: str) -> Step:
    """Return the step that looks up what a unit has of the letter."""
    query = {"unit": unit, "directive_id": "$letter.id", "sort": "due_on"}
    return Step("list_obligations", "clerk", query=query, name=name)


ONE = {"obligation_id": "$of_bao_lam.items.0.id"}
"""Commune Bảo Lâm, item 1."""

ROAD = {"obligation_id": "$of_bao_lam.items.1.id"}
"""Commune Bảo Lâm, item 2."""

GIVEN_BACK = {"obligation_id": "$of_gia_cat.items.0.id"}
DELAYED = {"obligation_id": "$of_cong_son.items.0.id"}
TOGETHER = {"obligation_id": "$of_hop_thanh.items.0.id"}

RECEIVED: Chapter = (
    on("2024-04-18"),
    duty("of_bao_lam", "xa-bao-lam"),
    duty("of_gia_cat", "xa-gia-cat"),
    duty("of_cong_son", "xa-cong-son"),
    duty("of_hop_thanh", "xa-hop-thanh"),
    Step("open_letter", "bao_lam", ONE),
    Step("enter_letter_receipt", "clerk", DELAYED, sent=body({"received_on": "2024-04-17"})),
    Step("acknowledge", "bao_lam", ONE),
    Step("acknowledge_many", "hop_thanh", sent=body({"rows": [TOGETHER]})),
    Step("read_obligation", "bao_lam", ONE),
    Step("read_deadline", "bao_lam", ONE),
)

GOALS = {"set_code": "ntm-huyen", "year": 2024, "goals": [{"criterion": "2"}]}
TOLD: dict[str, Any] = {
    "percent": 40,
    "text": "Đã rà soát 6/15 tiêu chí, đang cứng hóa đường trục thôn",
    "difficulties": "Thiếu vốn đối ứng",
    "funding": [{"source": "commune_budget", "amount": 250000000}],
    "measures": [{"goal_id": "$list_goals.items.0.id", "value": 62.5, "source": "Ban Phát triển thôn"}],
}
REPORTED: Chapter = (
    Step("list_goals", "bao_lam", ONE),
    Step("report_progress", "bao_lam", ONE, sent=body(TOLD)),
    Step(
        "correct_value",
        "bao_lam",
        {"measure_id": "$report_progress.measures.0.id"},
        sent=body({"value": 65, "reason": "Cộng nhầm chiều dài đường thôn"}),
    ),
    Step("set_goals", "clerk", ROAD, sent=body(GOALS)),
    Step("list_goals", "bao_lam", ROAD, name="goals_of_road"),
    Step(
        "end_goal",
        "clerk",
        {"goal_id": "$goals_of_road.items.0.id"},
        sent=reason("Đã theo dõi ở mục 1"),
    ),
    Step(
        "report_many",
        "hop_thanh",
        sent=body({"rows": [TOGETHER | {"percent": 30, "text": "Đang rà soát 19 tiêu chí"}]}),
    ),
    Step("list_progress_updates", "clerk", query={"unit": "xa-bao-lam"}),
)

ASKED: Chapter = (
    Step(
        "delegate",
        "bao_lam",
        ROAD,
        sent=body({"unit_code": "thon-na-ca", "instruction": "Vận động hiến đất mở đường thôn"}),
    ),
    Step(
        "add_coordinator",
        "clerk",
        ROAD,
        sent=body({"unit_code": "xa-cong-son", "reason": "Đường liên xã qua địa bàn Công Sơn"}),
    ),
    Step("list_coordinators", "bao_lam", ROAD),
    Step(
        "request_coordination",
        "bao_lam",
        ROAD,
        sent=body(
            {"unit_code": "xa-gia-cat", "question": "Đề nghị cung cấp số liệu đường", "due_on": "2024-04-26"}
        ),
    ),
    Step(
        "request_coordination",
        "bao_lam",
        ROAD,
        sent=body({"unit_code": "xa-cong-son", "question": "Đề nghị thống nhất mốc", "due_on": "2024-04-26"}),
        name="asked_again",
    ),
    Step(
        "answer_coordination_request",
        "gia_cat",
        {"request_id": "$request_coordination.id"},
        sent=body({"text": "Xã gửi bảng thống kê 4,2 km đường liên xã"}),
    ),
    Step(
        "withdraw_coordination_request",
        "bao_lam",
        {"request_id": "$asked_again.id"},
        sent=reason("Đã thống nhất tại cuộc họp"),
    ),
    Step("read_coordination_request", "bao_lam", {"request_id": "$request_coordination.id"}),
    Step("list_coordination_requests", "clerk", query={"limit": "1"}),
)

MORE_TIME = {"wanted_on": "2024-05-31", "reason": "Chờ thẩm định của Sở"}
EVEN_MORE = {"wanted_on": "2024-07-31", "reason": "Mưa lũ kéo dài"}
MORE_QUESTIONS = {"question": "Đề nghị báo cáo số hộ bị ảnh hưởng", "due_on": "2024-04-26"}
EXTENDED: Chapter = (
    Step("request_extension", "cong_son", DELAYED, sent=body(MORE_TIME)),
    Step(
        "grant_extension",
        "leader",
        {"extension_id": "$request_extension.id"},
        sent=body({"reason": "Đồng ý gia hạn"}),
    ),
    Step("request_extension", "cong_son", DELAYED, sent=body(EVEN_MORE), name="second_extension"),
    Step(
        "refuse_extension",
        "leader",
        {"extension_id": "$second_extension.id"},
        sent=reason("Tỉnh không lùi tiến độ"),
    ),
    Step("list_extensions", "clerk", query={"limit": "1"}),
    Step(
        "claim_cause",
        "cong_son",
        DELAYED,
        sent=reason("Sạt lở đường vào thôn từ ngày 10/4/2024"),
    ),
    Step("confirm_cause", "leader", {"cause_id": "$claim_cause.id"}, sent=reason("Có biên bản kiểm tra")),
    Step("claim_cause", "cong_son", DELAYED, sent=reason("Thiếu cán bộ"), name="second_cause"),
    Step("refuse_cause", "leader", {"cause_id": "$second_cause.id"}, sent=reason("Đã được bổ sung biên chế")),
    Step("list_causes", "clerk", query={"limit": "1"}),
    Step(
        "ask_explanation",
        "clerk",
        DELAYED,
        sent=body({"question": "Vì sao chưa có kế hoạch?", "due_on": "2024-04-26"}),
    ),
    Step(
        "explain",
        "cong_son",
        {"explanation_id": "$ask_explanation.id"},
        sent=body({"text": "Xã trình kế hoạch ngày 22/4/2024"}),
    ),
    Step("ask_explanation", "clerk", DELAYED, sent=body(MORE_QUESTIONS), name="asked_in_vain"),
    Step("close_explanation", "clerk", {"explanation_id": "$asked_in_vain.id"}),
    Step("list_explanations", "clerk", query={"limit": "1"}),
    Step("suspend", "leader", DELAYED, sent=reason("Chờ hướng dẫn của Bộ")),
    Step("resume", "leader", DELAYED, sent=reason("Đã có hướng dẫn")),
)

SUBMITTED: Chapter = (
    Step(
        "return_obligation",
        "gia_cat",
        GIVEN_BACK,
        sent=body({"reason": "Việc thuộc xã Hợp Thành", "proposed_unit_code": "xa-hop-thanh"}),
    ),
    Step("refuse_return", "leader", GIVEN_BACK, sent=reason("Mỗi xã rà soát địa bàn mình")),
    Step("return_obligation", "gia_cat", GIVEN_BACK, sent=reason("Xã đã đạt chuẩn"), name="returned_again"),
    Step("accept_return", "leader", GIVEN_BACK, sent=reason("Xã đã được công nhận đạt chuẩn")),
    Step("list_returns", "clerk", query={"limit": "1"}),
    Step(
        "submit",
        "bao_lam",
        ONE,
        sent=body({"text": "Báo cáo kết quả rà soát", "document": REPORT}),
    ),
    Step("send_back", "leader", ONE, sent=reason("Thiếu biểu số 2")),
    Step(
        "submit",
        "bao_lam",
        ONE,
        sent=body({"text": "Đã bổ sung biểu số 2", "document": REPORT}),
        name="submitted_again",
    ),
    Step("accept", "leader", ONE, sent=body({"comment": "Đạt yêu cầu"})),
    Step("reopen", "leader", ONE, sent=reason("Số liệu tiêu chí 2 chưa khớp")),
    Step("submit", "hop_thanh", TOGETHER, sent=body({"text": "Đã rà soát", "document": REPORT}), name="done"),
    Step("accept_many", "leader", sent=body({"rows": [TOGETHER], "comment": "Đạt"})),
    Step("withdraw", "leader", ROAD, sent=reason("Tỉnh làm chủ đầu tư")),
    Step("list_obligations", "clerk", query={"unit": "xa-hop-thanh", "limit": "1"}),
)

COUNTED: Chapter = (
    on("2024-05-17"),
    Step("read_statistics", "clerk", query={"cut_off": "2024-05-17", "by": "unit"}),
    Step("list_duties_of_a_cell", "clerk", query={"cell": "open_overdue", "limit": "1"}),
    Step("read_funding", "clerk"),
    Step("publish_statistics", "leader", sent=body({"cut_off": "2024-05-15"})),
    Step("list_publications", "clerk"),
    Step("read_publication", "clerk", {"publication_id": "$publish_statistics.id"}),
    Step("report_statistics", "clerk", {"kind": "csv"}),
    Step("read_scorecards", "leader"),
    Step("read_matrix", "clerk", {"code": "ntm-huyen"}, {"year": "2024"}),
    Step(
        "read_cell",
        "clerk",
        {"code": "ntm-huyen", "unit_id": "$of_bao_lam.items.0.unit.id", "criterion": "2"},
        {"year": "2024"},
    ),
    Step("report_matrix", "clerk", {"kind": "csv"}, {"set_code": "ntm-huyen", "year": "2024"}),
)

URGING = {"kind": "urging", "cut_off": "2024-05-17"}
SIGNED = {"number": "152", "symbol": "UBND-VP", "issued_on": "2024-05-17"}
URGED = {"letter_id": "$draft_letter.id"}
LATE_LIST = {"kind": "late_list"}
OUR_LIST = {
    "files": {"file": ("giao-ban.docx", docx("{{ co_quan }}: {{ so_nhiem_vu }} nhiệm vụ quá hạn"), WORD)}
}
WRITTEN: Chapter = (
    Step("draft_letter", "clerk", sent=body(URGING)),
    Step("list_letters", "clerk"),
    Step("read_letter", "clerk", URGED),
    Step("read_letter_document", "clerk", URGED),
    Step("number_letter", "clerk", URGED, sent=body(SIGNED)),
    Step("report_late", "clerk"),
    Step("list_document_templates", "clerk"),
    Step("read_document_template", "clerk", LATE_LIST),
    Step("preview_document_template", "clerk", LATE_LIST, sent=OUR_LIST),
    Step("set_document_template", "clerk", LATE_LIST, sent=OUR_LIST),
    Step("take_back_document_template", "clerk", LATE_LIST),
    Step("list_document_template_versions", "clerk", LATE_LIST),
    Step("report_periodic", "clerk"),
    Step("report_register", "clerk", {"kind": "csv"}, {"unit": "xa-cong-son"}),
)

CHAPTERS = (RECEIVED, REPORTED, ASKED, EXTENDED, SUBMITTED, COUNTED, WRITTEN)
