"""Second chapter: letters come in, are mapped and issued, and later documents change them."""

from typing import Any

from tests.intake.messages import message
from tests.tour.office import Office, on
from tests.tour.steps import Chapter, Step, body, file

ISSUE = {"issuer_code": "ubnd-cao-loc", "issued_on": "2024-04-16"}
LETTER = """ỦY BAN NHÂN DÂN
HUYỆN CAO LỘC
Số: 411/UBND-VP
Cao Lộc, ngày 15 tháng 4 năm 2024
V/v triển khai kết luận của Thường trực HĐND huyện về xây dựng nông thôn mới
Kính gửi: UBND các xã.
1. UBND các xã rà soát các tiêu chí nông thôn mới, báo cáo kết quả trước ngày 15/5/2024.
2. UBND xã Bảo Lâm đẩy nhanh tiến độ thực hiện tiêu chí giao thông.
"""
CHECKED = "UBND các xã rà soát các tiêu chí nông thôn mới,"
FIRST = "UBND các xã xác định nhiệm vụ trọng tâm về nông thôn mới, tổ chức triển khai các tiêu chí phụ trách"
SECOND = "UBND xã Bảo Lâm chủ động triển khai, phối hợp thực hiện tiêu chí giao thông"


def typed(number: str, subject: str, *items: dict[str, Any]) -> dict[str, Any]:
    """Return a directive as somebody types it."""
    return {
        "number": number,
        "symbol": "UBND-VP",
        "doc_type": "Công văn",
        "issuing_body": "UBND huyện Cao Lộc",
        "signed_on": "2024-04-16",
        "subject": subject,
        "items": [{"label": str(place), **item} for place, item in enumerate(items, start=1)],
    }


def change(**more: Any) -> dict[str, Any]:
    """Return what a later document does to a directive."""
    return {
        "basis": {"number": "430", "symbol": "UBND-VP", "issued_on": "2024-04-17"},
        "effective_on": "2024-04-17",
        "reason": "Theo kết luận của Chủ tịch UBND huyện",
    } | more


def letter(name: str, number: str, subject: str, *items: dict[str, Any], to: str) -> Chapter:
    """Return the steps that draft a letter, make one unit the lead of its items, and issue it."""
    lead = [{"unit_code": to, "role": "lead"}]
    at = {"directive_id": f"${name}.id"}
    return (
        Step("draft_directive", "clerk", sent=body(typed(number, subject, *items)), name=name),
        *(
            Step("assign_item", "clerk", at | {"item": str(place)}, sent=body(lead), name=f"{name}_{place}")
            for place in range(1, len(items) + 1)
        ),
        Step("issue_directive", "clerk", at, sent=body(ISSUE), name=f"{name}_issued"),
    )


AXIS = """
<edXML:From><edXML:OrganId>000.00.00.H37</edXML:OrganId>
<edXML:OrganName>UBND tỉnh Lạng Sơn</edXML:OrganName></edXML:From>
<edXML:To><edXML:OrganId>000.12.00.H37</edXML:OrganId>
<edXML:OrganName>UBND huyện Cao Lộc</edXML:OrganName></edXML:To>
<edXML:DocumentId>{document_id}</edXML:DocumentId>
<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber>
<edXML:CodeNotation>UBND-KT</edXML:CodeNotation></edXML:Code>
<edXML:PromulgationInfo><edXML:Place>Lạng Sơn</edXML:Place>
<edXML:PromulgationDate>2024/04/12</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:DocumentType><edXML:Type>5</edXML:Type><edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
<edXML:Subject>Đẩy nhanh tiến độ xây dựng nông thôn mới năm 2024</edXML:Subject>
<edXML:OtherInfo><edXML:Priority>{priority}</edXML:Priority></edXML:OtherInfo>
"""


def delivered(_office: Office) -> dict[str, Any]:
    """Return a message of the province as the axis delivers it, once and again."""
    about = {"document_id": "000.00.00.H37,2024/04/12,455/UBND-KT", "number": "455"}
    content = message({"455-ubnd-kt.txt": LETTER.encode()}, header=AXIS, **about)
    return {"files": {"file": ("455-ubnd-kt.edxml", content, "application/xml")}}


MONTHLY = {
    "kind": "recurring",
    "rule": {"freq": "monthly", "by_month_day": 20},
    "text": "trước ngày 20 hằng tháng",
}
AWAITED = {
    "kind": "event",
    "days": 10,
    "pace": "days",
    "text": "trong 10 ngày sau khi có hướng dẫn của tỉnh",
}
AT = {"directive_id": "$letter.id"}
DROPPED = {"directive_id": "$take_in.id"}

MAPPED: Chapter = (
    on("2024-04-16"),
    Step("upload_file", "clerk", sent=file("411-ubnd-vp.txt", LETTER, "text/plain")),
    Step("read_file", "clerk", {"file_id": "$upload_file.id"}),
    Step("take_in", "clerk", sent=file("411-ubnd-vp.txt", LETTER, "text/plain")),
    Step("take_in", "clerk", sent=delivered, name="message"),
    Step("take_in", "clerk", sent=delivered, name="message_again"),
    Step(
        "confirm_proposals",
        "clerk",
        DROPPED,
    ),
    Step("split_item", "clerk", DROPPED | {"item": "1"}, sent=body({"at": len(CHECKED)})),
    Step("join_items", "clerk", DROPPED | {"item": "1"}, sent=body({"next": "1a"})),
    Step(
        "draft_directive",
        "clerk",
        sent=body(
            typed(
                "412",
                "Triển khai kết luận của Thường trực HĐND huyện về xây dựng nông thôn mới",
                {"text": FIRST},
                {"text": SECOND, "key_task": True, "due_on": "2024-05-31"},
            )
        ),
        name="letter",
    ),
    Step("change_directive", "clerk", AT, sent=body({"field": "nông thôn mới", "urgency": "khẩn"})),
    Step("change_item", "clerk", AT | {"item": "1"}, sent=body({"due_on": "2024-05-15"})),
    Step(
        "assign_item",
        "clerk",
        AT | {"item": "1"},
        sent=body([{"group_code": "cac-xa", "role": "lead"}]),
    ),
    Step(
        "assign_item",
        "clerk",
        AT | {"item": "2"},
        sent=body(
            [
                {"unit_code": "xa-bao-lam", "role": "lead"},
                {"unit_code": "xa-gia-cat", "role": "coordinate"},
            ]
        ),
        name="second_assigned",
    ),
    Step("read_readiness", "clerk", AT),
    Step("issue_directive", "clerk", AT, sent=body(ISSUE)),
    Step("read_directive", "clerk", AT),
    Step("list_directives", "clerk", query={"state": "issued"}),
    Step(
        "set_goals_of_item",
        "clerk",
        AT | {"item": "1"},
        sent=body({"set_code": "ntm-huyen", "year": 2024, "goals": [{"criterion": "2"}]}),
    ),
)

PLAN = {"text": "Văn phòng tổng hợp kết quả rà soát tiêu chí nông thôn mới", "due_on": "2024-06-15"}
DELEGATION = {"purpose": "Đoàn giám sát của Thường trực HĐND huyện", "until_on": "2024-06-15"}
IMPLEMENTED: Chapter = (
    Step(
        "draft_directive",
        "clerk",
        sent=body(typed("413", "Kế hoạch thực hiện Công văn 412/UBND-VP", PLAN)),
        name="plan",
    ),
    Step(
        "link_directive",
        "clerk",
        {"directive_id": "$plan.id"},
        sent=body([{"directive_id": "$letter.id", "item": "1"}]),
    ),
    Step(
        "link_item",
        "clerk",
        {"directive_id": "$plan.id", "item": "1"},
        sent=body([{"directive_id": "$letter.id", "item": "1"}]),
    ),
    Step("read_links", "clerk", {"directive_id": "$plan.id"}),
    Step("read_oversight", "clerk", AT),
    Step("read_item_oversight", "clerk", AT | {"item": "1"}),
    Step("report_oversight", "clerk", {"kind": "csv"}, {"directive_id": "$letter.id"}),
    Step("make_oversight_link", "clerk", AT, sent=body(DELEGATION)),
    Step("list_oversight_links", "clerk", AT),
    Step("revoke_oversight_link", "clerk", AT | {"link_id": "$make_oversight_link.id"}),
)

NARROWED: dict[str, Any] = {
    "from_period": "2024-07",
    "rule": {"freq": "monthly", "by_month_day": 25},
    "text": "trước ngày 25 hằng tháng",
}
QUARTERLY = {"rule": {"freq": "quarterly", "by_month_day": 15}, "text": "ngày 15 của tháng cuối quý"}
SERIES = {"series_id": "$list_series.items.0.id"}
RECURRING: Chapter = (
    *letter(
        "monthly",
        "420",
        "Chế độ báo cáo hằng tháng",
        {"text": "Báo cáo tiến độ xây dựng nông thôn mới", "deadline": MONTHLY},
        to="xa-gia-cat",
    ),
    Step("list_series", "clerk", query={"directive_id": "$monthly.id"}),
    on("2024-04-17"),
    Step(
        "change_series",
        "clerk",
        SERIES,
        sent=body(change(**NARROWED)),
    ),
    Step("read_series", "clerk", SERIES),
    Step(
        "stop_series",
        "clerk",
        {"series_id": "$change_series.series.id"},
        sent=body(change(from_period="2024-12")),
    ),
    *letter("routine", "421", "Tuyên truyền", {"text": "Tăng cường tuyên truyền"}, to="xa-cong-son"),
    Step(
        "begin_series",
        "clerk",
        sent=body(change(directive_id="$routine.id", item="1", deadlines=[QUARTERLY])),
    ),
)

SPOKEN = {
    "kind": "verbal",
    "said_by": "Chủ tịch UBND huyện",
    "said_on": "2024-04-17",
    "meeting": "Họp giao ban tuần 16",
    "text": "Kiểm tra tiến độ đường giao thông nông thôn",
    "issuer_code": "ubnd-cao-loc",
    "assignments": [{"unit_code": "xa-bao-lam", "role": "lead"}],
    "due_on": "2024-05-06",
}
ROAD = {"text": "Rà soát đường giao thông nông thôn", "due_on": "2024-05-20"}
FIELDS = {"text": "Rà soát cánh đồng mẫu", "due_on": "2024-05-20"}
CHANGED: Chapter = (
    Step("give_instruction", "clerk", sent=body(SPOKEN)),
    Step("put_in_writing", "clerk", {"directive_id": "$give_instruction.directive.id"}, sent=body(change())),
    *letter(
        "awaiting", "422", "Tổng hợp sau hướng dẫn", {"text": FIRST, "deadline": AWAITED}, to="xa-cong-son"
    ),
    Step(
        "record_awaited_event",
        "clerk",
        {"directive_id": "$awaiting.id"},
        sent=body({"name": "Hướng dẫn của tỉnh", "happened_on": "2024-04-17"}),
    ),
    *letter("roads", "423", "Rà soát hạ tầng", ROAD, FIELDS, to="xa-hop-thanh"),
    Step(
        "change_deadline",
        "clerk",
        {"directive_id": "$roads.id"},
        sent=body({"items": ["1"], "due_on": "2024-06-03", "basis": {"document": "Công văn số 431/UBND-VP"}}),
    ),
    Step(
        "correct_directive",
        "clerk",
        {"directive_id": "$roads.id"},
        sent=body(change(corrections=[{"item": "2", "wrong": "mẫu", "right": "mẫu lớn"}])),
    ),
    Step(
        "assign_late",
        "clerk",
        {"directive_id": "$roads.id", "item": "1"},
        sent=body(change(assignments=[{"unit_code": "xa-cong-son", "role": "lead"}])),
    ),
    Step(
        "amend_directive",
        "clerk",
        {"directive_id": "$roads.id"},
        sent=body(change(take_out=[{"item": "2"}])),
    ),
    Step("replace_directive", "clerk", {"directive_id": "$roads.id"}, sent=body(change())),
    Step("read_supersedes", "clerk", {"directive_id": "$roads.id"}),
    *letter("mistaken", "424", "Ban hành nhầm", ROAD, to="xa-hop-thanh"),
    Step("revoke_directive", "clerk", {"directive_id": "$mistaken.id"}, sent=body(change())),
)

CHAPTERS = (MAPPED, IMPLEMENTED, RECURRING, CHANGED)
