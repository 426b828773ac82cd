"""Every route refuses nobody and a stranger, and this list of routes is complete."""

import json
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI

from service.api.contract import operations
from service.reports.package import WORD
from tests.api.world import Api, directive_body, draft, issue, issue_recurring, obligation_of
from tests.small_docx import docx

HIDDEN, FORBIDDEN, EMPTY, SHARED, OWN = "hidden", "forbidden", "empty", "shared", "own"
ROWS = "rows"
"""A batch: its row is hidden."""

STREAM = "stream"
"""It does not end by itself; `test_events` reads one as a stranger."""
FILE = "file"
"""A table without any line but the names of the columns, or the totals, which are nothing."""
CSV = {"file": ("units.csv", "code,name,kind\nxa-d,Xã D,xa\n".encode(), "text/csv")}
PEOPLE = {"file": ("people.csv", b"code,name,unit_code,role\np1,An,xa-a,officer\n", "text/csv")}
OLDER = {"file": ("so.csv", "Văn bản,Nhiệm vụ,Chủ trì\n1/QĐ ngày 1/4/2024,x,xa-a\n".encode(), "text/csv")}
LETTER = {"file": ("letter.txt", "Nội dung".encode(), "text/plain")}
TEMPLATE = {"file": ("mau.docx", docx("Kính gửi: {{ kinh_gui | join(', ') }}"), WORD)}
CHANGE = {
    "basis": {"number": "9", "symbol": "QĐ-UBND", "issued_on": "2024-04-20"},
    "effective_on": "2024-04-20",
    "reason": "x",
}
INSTRUCTION = {
    "kind": "verbal",
    "said_by": "Chủ tịch",
    "said_on": "2024-04-15",
    "meeting": "giao ban",
    "text": "x",
    "issuer_code": "cao-loc",
    "assignments": [{"unit_code": "xa-a", "role": "lead"}],
}
REFORM = {
    "name": "Sắp xếp",
    "basis": "Nghị quyết 01",
    "effective_on": "2024-05-01",
    "changes": [{"kind": "merge", "old": ["xa-a"], "new": ["xa-b"]}],
}
SCORING = {
    "overdue_days": [30],
    "silent_days": 60,
    "counted_min": 1,
    "commend_from": 90,
    "criticise_below": 50,
    "basis": "Quyết định số 1",
    "parts": [{"kind": "completion", "points": 100}],
}
CRITERIA = {
    "name": "Bộ tiêu chí của huyện",
    "basis": "Quyết định số 1",
    "first_year": 2024,
    "last_year": 2025,
    "criteria": [{"code": "1", "name": "Quy hoạch"}],
}
LADDER = {
    "kind": "silence",
    "urgency": "khẩn",
    "steps": [{"role": "officer", "offset": 20, "pace": "days"}],
    "basis": "x",
}
WORDING = {
    "subject": "Nhắc việc {van_ban}",
    "opening": "Đề nghị đồng chí:",
    "request": "Kính đề nghị:",
    "duty": "{van_ban}: {noi_dung} ({tinh_trang})",
    "body": "{mo_dau}\n\n{cac_viec}\n\n{lien_ket}",
    "zalo": "{mo_dau}\n{cac_viec}\n{lien_ket}",
}
NUMBER = {"number": "9", "symbol": "VP-TH", "issued_on": "2024-04-15"}
GOALS = {"set_code": "ntm-318", "year": 2024, "goals": [{"criterion": "2"}]}
ACCOUNT = {"login": "van-thu", "name": "Văn thư", "role": "clerk", "unit_code": "van-phong"}
PROVIDER = {
    "name": "Đăng nhập một lần của tỉnh",
    "client_id": "dondoc",
    "mapping": {
        "unit_claim": "unit",
        "role_claim": "groups",
        "roles": [{"value": "chuyen-vien", "role": "officer"}],
    },
}
PROVIDER_OF_ALL = PROVIDER | {"code": "tinh", "issuer": "https://sso.example.vn"}
NOBODY_ID = "01890000-0000-7000-8000-000000000000"
NOWHERE = dict.fromkeys(
    (
        *("delivery", "untold", "reorganisation", "meaning", "absence", "webhook", "api_key", "account"),
        *("letter", "oversight_link"),
    ),
    NOBODY_ID,
)
"""Things that are asked for by an id that nothing has: who may not ask for any learns nothing from it."""


class Case(NamedTuple):
    """How a route answers a stranger, and what is sent to find out."""

    outcome: str
    path: str
    sent: dict[str, Any] = {}  # noqa: RUF012 - never changed


def text(value: str) -> dict[str, Any]:
    return {"json": {"reason": value}}


def rows(**more: Any) -> dict[str, Any]:
    row = {"obligation_id": NOBODY_ID} | more
    return {"json": {"rows": [row]}, "headers": {"Idempotency-Key": "k"}}


CASES = {
    "list_obligations": Case(EMPTY, "/v1/obligations"),
    "list_events": Case(EMPTY, "/v1/events"),
    "stream_events": Case(STREAM, "/v1/events/stream"),
    "read_obligation": Case(HIDDEN, "/v1/obligations/{obligation}"),
    "acknowledge": Case(HIDDEN, "/v1/obligations/{obligation}/acknowledge"),
    "report_progress": Case(
        HIDDEN, "/v1/obligations/{obligation}/progress-updates", {"json": {"text": "x", "percent": 1}}
    ),
    "acknowledge_many": Case(ROWS, "/v1/obligations/acknowledge", rows()),
    "accept_many": Case(ROWS, "/v1/obligations/accept", rows()),
    "report_many": Case(ROWS, "/v1/progress-updates", rows(text="x")),
    "submit": Case(HIDDEN, "/v1/obligations/{obligation}/submit", {"json": {"text": "x"}}),
    "accept": Case(HIDDEN, "/v1/obligations/{obligation}/accept", {"json": {}}),
    "send_back": Case(HIDDEN, "/v1/obligations/{obligation}/send-back", text("x")),
    "reopen": Case(HIDDEN, "/v1/obligations/{obligation}/reopen", text("x")),
    "withdraw": Case(HIDDEN, "/v1/obligations/{obligation}/withdraw", text("x")),
    "delegate": Case(
        HIDDEN,
        "/v1/obligations/{obligation}/delegate",
        {"json": {"unit_code": "xa-b", "instruction": "x"}},
    ),
    "list_coordinators": Case(HIDDEN, "/v1/obligations/{obligation}/coordinators"),
    "add_coordinator": Case(
        HIDDEN, "/v1/obligations/{obligation}/coordinators", {"json": {"unit_code": "xa-b", "reason": "x"}}
    ),
    "request_coordination": Case(
        HIDDEN,
        "/v1/obligations/{obligation}/coordination-requests",
        {"json": {"unit_code": "xa-b", "question": "x", "due_on": "2024-05-10"}},
    ),
    "list_coordination_requests": Case(EMPTY, "/v1/coordination-requests"),
    "read_coordination_request": Case(HIDDEN, "/v1/coordination-requests/{request}"),
    "answer_coordination_request": Case(
        HIDDEN, "/v1/coordination-requests/{request}/answer", {"json": {"text": "x"}}
    ),
    "withdraw_coordination_request": Case(HIDDEN, "/v1/coordination-requests/{request}/withdraw", text("x")),
    "list_returns": Case(EMPTY, "/v1/returns"),
    "return_obligation": Case(HIDDEN, "/v1/obligations/{obligation}/return", text("x")),
    "refuse_return": Case(HIDDEN, "/v1/obligations/{obligation}/refuse-return", text("x")),
    "accept_return": Case(HIDDEN, "/v1/obligations/{obligation}/accept-return", text("x")),
    "suspend": Case(HIDDEN, "/v1/obligations/{obligation}/suspend", text("x")),
    "resume": Case(HIDDEN, "/v1/obligations/{obligation}/resume", text("x")),
    "list_extensions": Case(EMPTY, "/v1/extensions"),
    "request_extension": Case(
        HIDDEN,
        "/v1/obligations/{obligation}/extensions",
        {"json": {"wanted_on": "2024-06-15", "reason": "x"}},
    ),
    "grant_extension": Case(HIDDEN, "/v1/extensions/{extension}/grant", {"json": {}}),
    "refuse_extension": Case(HIDDEN, "/v1/extensions/{extension}/refuse", text("x")),
    "list_causes": Case(EMPTY, "/v1/objective-causes"),
    "claim_cause": Case(HIDDEN, "/v1/obligations/{obligation}/objective-causes", text("x")),
    "confirm_cause": Case(HIDDEN, "/v1/objective-causes/{cause}/confirm", text("x")),
    "refuse_cause": Case(HIDDEN, "/v1/objective-causes/{cause}/refuse", text("x")),
    "list_explanations": Case(EMPTY, "/v1/explanations"),
    "ask_explanation": Case(
        HIDDEN,
        "/v1/obligations/{obligation}/explanations",
        {"json": {"question": "x", "due_on": "2024-06-15"}},
    ),
    "explain": Case(HIDDEN, "/v1/explanations/{explanation}/answer", {"json": {"text": "x"}}),
    "close_explanation": Case(HIDDEN, "/v1/explanations/{explanation}/close"),
    "list_progress_updates": Case(EMPTY, "/v1/progress-updates"),
    "make_calendar_feed": Case(FORBIDDEN, "/v1/people/nguoi-a/calendar-feed"),
    "revoke_calendar_feed": Case(FORBIDDEN, "/v1/people/nguoi-a/calendar-feed/revoke"),
    "read_notification_preferences": Case(FORBIDDEN, "/v1/people/nguoi-a/notification-preferences"),
    "set_notification_preferences": Case(
        FORBIDDEN, "/v1/people/nguoi-a/notification-preferences", {"json": {}}
    ),
    "make_link_code": Case(FORBIDDEN, "/v1/people/nguoi-a/link-codes", {"json": {"channel": "zalo"}}),
    "list_directives": Case(EMPTY, "/v1/directives"),
    "draft_directive": Case(FORBIDDEN, "/v1/directives", {"json": directive_body(number="9")}),
    "read_directive": Case(HIDDEN, "/v1/directives/{directive}"),
    "change_directive": Case(FORBIDDEN, "/v1/directives/{directive}", {"json": {"subject": "x"}}),
    "confirm_proposals": Case(FORBIDDEN, "/v1/directives/{draft}/confirm-proposals"),
    "read_readiness": Case(FORBIDDEN, "/v1/directives/{draft}/readiness"),
    "issue_directive": Case(
        FORBIDDEN,
        "/v1/directives/{draft}/issue",
        {"json": {"issuer_code": "cao-loc", "issued_on": "2024-04-15"}},
    ),
    "give_instruction": Case(FORBIDDEN, "/v1/instructions", {"json": INSTRUCTION}),
    "put_in_writing": Case(FORBIDDEN, "/v1/directives/{directive}/put-in-writing", {"json": CHANGE}),
    "read_supersedes": Case(HIDDEN, "/v1/directives/{directive}/supersedes"),
    "correct_directive": Case(
        FORBIDDEN,
        "/v1/directives/{directive}/correct",
        {"json": CHANGE | {"corrections": [{"wrong": "x", "right": "y"}]}},
    ),
    "amend_directive": Case(
        FORBIDDEN, "/v1/directives/{directive}/amend", {"json": CHANGE | {"take_out": [{"item": "1"}]}}
    ),
    "replace_directive": Case(FORBIDDEN, "/v1/directives/{directive}/replace", {"json": CHANGE}),
    "revoke_directive": Case(FORBIDDEN, "/v1/directives/{directive}/revoke", {"json": CHANGE}),
    "list_series": Case(EMPTY, "/v1/series"),
    "read_series": Case(HIDDEN, "/v1/series/{series}"),
    "begin_series": Case(
        FORBIDDEN,
        "/v1/series",
        {
            "json": {
                **CHANGE,
                "directive_id": NOBODY_ID,
                "item": "1",
                "deadlines": [{"rule": {"freq": "monthly"}, "text": "hằng tháng"}],
            }
        },
    ),
    "stop_series": Case(
        FORBIDDEN, "/v1/series/{series}/stop", {"json": {**CHANGE, "from_period": "2024-05"}}
    ),
    "change_series": Case(
        FORBIDDEN, "/v1/series/{series}/change", {"json": {**CHANGE, "from_period": "2024-05"}}
    ),
    "assign_late": Case(
        FORBIDDEN,
        "/v1/directives/{directive}/items/1/late-assignments",
        {"json": CHANGE | {"assignments": [{"unit_code": "xa-a", "role": "lead"}]}},
    ),
    "change_item": Case(FORBIDDEN, "/v1/directives/{draft}/items/1", {"json": {"tracked": False}}),
    "assign_item": Case(FORBIDDEN, "/v1/directives/{draft}/items/1/assignments", {"json": []}),
    "split_item": Case(FORBIDDEN, "/v1/directives/{draft}/items/1/split", {"json": {"at": 5}}),
    "join_items": Case(FORBIDDEN, "/v1/directives/{draft}/items/1/join", {"json": {"next": "2"}}),
    "read_links": Case(HIDDEN, "/v1/directives/{directive}/implements"),
    "link_directive": Case(FORBIDDEN, "/v1/directives/{directive}/implements", {"json": []}),
    "link_item": Case(FORBIDDEN, "/v1/directives/{directive}/items/1/implements", {"json": []}),
    "read_oversight": Case(HIDDEN, "/v1/directives/{directive}/oversight"),
    "report_oversight": Case(HIDDEN, "/v1/reports/oversight.csv?directive_id={directive}"),
    "read_item_oversight": Case(HIDDEN, "/v1/directives/{directive}/items/1/oversight"),
    "take_in": Case(FORBIDDEN, "/v1/directives/intake", {"files": LETTER}),
    "read_statistics": Case(EMPTY, "/v1/statistics"),
    "list_duties_of_a_cell": Case(EMPTY, "/v1/statistics/duties?cell=open_in_time"),
    "read_funding": Case(EMPTY, "/v1/statistics/funding"),
    "publish_statistics": Case(FORBIDDEN, "/v1/statistics/publications", {"json": {"cut_off": "2024-04-30"}}),
    "list_publications": Case(EMPTY, "/v1/statistics/publications"),
    "read_publication": Case(HIDDEN, "/v1/statistics/publications/{publication}"),
    "report_late": Case(FORBIDDEN, "/v1/reports/late.docx"),
    "draft_letter": Case(FORBIDDEN, "/v1/letters", {"json": {"kind": "urging"}}),
    "list_letters": Case(FORBIDDEN, "/v1/letters"),
    "read_letter": Case(FORBIDDEN, "/v1/letters/{letter}"),
    "read_letter_document": Case(FORBIDDEN, "/v1/letters/{letter}/letter.docx"),
    "list_document_templates": Case(FORBIDDEN, "/v1/document-templates"),
    "list_document_template_versions": Case(FORBIDDEN, "/v1/document-templates/urging/history"),
    "read_document_template": Case(FORBIDDEN, "/v1/document-templates/urging/template.docx"),
    "set_document_template": Case(FORBIDDEN, "/v1/document-templates/urging", {"files": TEMPLATE}),
    "preview_document_template": Case(
        FORBIDDEN, "/v1/document-templates/urging/preview", {"files": TEMPLATE}
    ),
    "take_back_document_template": Case(FORBIDDEN, "/v1/document-templates/urging/take-back"),
    "number_letter": Case(FORBIDDEN, "/v1/letters/{letter}/number", {"json": NUMBER}),
    "report_periodic": Case(FORBIDDEN, "/v1/reports/progress.docx"),
    "make_oversight_link": Case(
        FORBIDDEN, "/v1/directives/{directive}/oversight-links", {"json": {"purpose": "Đoàn giám sát"}}
    ),
    "list_oversight_links": Case(FORBIDDEN, "/v1/directives/{directive}/oversight-links"),
    "revoke_oversight_link": Case(
        FORBIDDEN, "/v1/directives/{directive}/oversight-links/{oversight_link}/revoke"
    ),
    "report_register": Case(FILE, "/v1/reports/register.csv"),
    "report_statistics": Case(FILE, "/v1/reports/statistics.csv"),
    "read_scorecards": Case(FORBIDDEN, "/v1/scorecards"),
    "read_scoring": Case(SHARED, "/v1/scoring-policy"),
    "set_scoring": Case(FORBIDDEN, "/v1/scoring-policy", {"json": SCORING}),
    "list_criterion_sets": Case(SHARED, "/v1/criterion-sets"),
    "read_criterion_set": Case(SHARED, "/v1/criterion-sets/ntm-318"),
    "set_criterion_set": Case(FORBIDDEN, "/v1/criterion-sets/huyen", {"json": CRITERIA}),
    "read_matrix": Case(EMPTY, "/v1/criterion-sets/ntm-318/matrix?year=2024"),
    "read_cell": Case(HIDDEN, "/v1/criterion-sets/ntm-318/cells/{unit}/1?year=2024"),
    "report_matrix": Case(FILE, "/v1/reports/criteria.csv?set_code=ntm-318&year=2024"),
    "list_goals": Case(HIDDEN, "/v1/obligations/{obligation}/goals"),
    "set_goals": Case(HIDDEN, "/v1/obligations/{obligation}/goals", {"json": GOALS}),
    "set_goals_of_item": Case(FORBIDDEN, "/v1/directives/{directive}/items/1/goals", {"json": GOALS}),
    "end_goal": Case(HIDDEN, "/v1/goals/{goal}/end", text("x")),
    "correct_value": Case(HIDDEN, "/v1/measures/{measure}/correct", {"json": {"value": 1, "reason": "x"}}),
    "read_delivery_report": Case(FORBIDDEN, "/v1/directives/{directive}/delivery-report"),
    "report_deliveries": Case(FORBIDDEN, "/v1/reports/deliveries.csv?directive_id={directive}"),
    "list_messages": Case(FORBIDDEN, "/v1/messages"),
    "list_deliveries": Case(FORBIDDEN, "/v1/deliveries"),
    "read_delivery": Case(FORBIDDEN, "/v1/deliveries/{delivery}"),
    "tell_by_hand": Case(FORBIDDEN, "/v1/deliveries/{delivery}/tell-by-hand", {"json": {"means": "phone"}}),
    "list_untold": Case(FORBIDDEN, "/v1/untold"),
    "tell_untold_by_hand": Case(FORBIDDEN, "/v1/untold/{untold}/tell-by-hand", {"json": {"means": "phone"}}),
    "tell_untold_again": Case(FORBIDDEN, "/v1/untold/{untold}/tell-again"),
    "retry_delivery": Case(FORBIDDEN, "/v1/deliveries/{delivery}/retry"),
    "list_units": Case(SHARED, "/v1/units"),
    "register_unit": Case(FORBIDDEN, "/v1/units", {"json": {"code": "xa-d", "name": "Xã D", "kind": "xa"}}),
    "import_units": Case(FORBIDDEN, "/v1/units/import", {"files": CSV}),
    "read_unit": Case(SHARED, "/v1/units/xa-a"),
    "change_unit": Case(FORBIDDEN, "/v1/units/xa-a", {"json": {"name": "x"}}),
    "list_groups": Case(SHARED, "/v1/unit-groups"),
    "define_group": Case(
        FORBIDDEN, "/v1/unit-groups", {"json": {"code": "g", "name": "g", "members": ["xa-a"]}}
    ),
    "read_group": Case(SHARED, "/v1/unit-groups/cac-xa"),
    "change_group": Case(FORBIDDEN, "/v1/unit-groups/cac-xa", {"json": {"name": "g", "members": ["xa-a"]}}),
    "list_reorganisations": Case(FORBIDDEN, "/v1/reorganisations"),
    "draft_reorganisation": Case(FORBIDDEN, "/v1/reorganisations", {"json": REFORM}),
    "read_reorganisation": Case(FORBIDDEN, "/v1/reorganisations/{reorganisation}"),
    "list_undecided": Case(FORBIDDEN, "/v1/reorganisations/{reorganisation}/undecided"),
    "decide_heirs": Case(
        FORBIDDEN,
        "/v1/reorganisations/{reorganisation}/heirs",
        {"json": {"decisions": [{"unit_code": "xa-a", "heirs": []}]}},
    ),
    "carry_out_reorganisation": Case(FORBIDDEN, "/v1/reorganisations/{reorganisation}/carry-out"),
    "undo_reorganisation": Case(FORBIDDEN, "/v1/reorganisations/{reorganisation}/undo", text("x")),
    "list_phrase_meanings": Case(EMPTY, "/v1/phrase-meanings"),
    "confirm_phrase_meaning": Case(
        FORBIDDEN, "/v1/phrase-meanings", {"json": {"phrase": "các xã", "group_code": "cac-xa"}}
    ),
    "revoke_phrase_meaning": Case(FORBIDDEN, "/v1/phrase-meanings/{meaning}"),
    "list_members": Case(SHARED, "/v1/unit-groups/cac-xa/members"),
    "list_people": Case(EMPTY, "/v1/people"),
    "register_person": Case(FORBIDDEN, "/v1/people", {"json": {"code": "p1", "name": "An"}}),
    "import_people": Case(FORBIDDEN, "/v1/people/import", {"files": PEOPLE}),
    "read_person": Case(HIDDEN, "/v1/people/nguoi-a"),
    "read_personal_data": Case(FORBIDDEN, "/v1/people/nguoi-a/personal-data"),
    "erase_person": Case(
        FORBIDDEN,
        "/v1/people/nguoi-a/erase",
        {"json": {"basis": "x"}},
    ),
    "list_absences": Case(HIDDEN, "/v1/people/nguoi-a/absences"),
    "record_absence": Case(
        FORBIDDEN,
        "/v1/people/nguoi-a/absences",
        {"json": {"unit_code": "xa-a", "from_on": "2024-05-01"}},
    ),
    "end_absence": Case(HIDDEN, "/v1/people/nguoi-a/absences/{absence}"),
    "read_me": Case(OWN, "/v1/me"),
    "list_registers": Case(OWN, "/v1/registers"),
    "create_register": Case(FORBIDDEN, "/v1/registers", {"json": {"code": "hai", "name": "Sổ hai"}}),
    "read_register": Case(SHARED, "/v1/registers/chinh"),
    "set_keeper": Case(
        FORBIDDEN,
        "/v1/registers/chinh/keeper",
        {"json": {"unit_code": "nguoi-la", "from_on": "2024-05-01"}},
    ),
    "set_rules": Case(FORBIDDEN, "/v1/registers/chinh/rules", {"json": {}}),
    "enter_opening_balance": Case(FORBIDDEN, "/v1/registers/opening-balance", {"files": OLDER}),
    "read_calendar": Case(SHARED, "/v1/calendars/2024"),
    "change_calendar_year": Case(
        FORBIDDEN, "/v1/calendars/2024", {"json": {"days": [], "source": "x", "legal_basis": "x"}}
    ),
    "read_deadline": Case(HIDDEN, "/v1/obligations/{obligation}/deadline"),
    "open_letter": Case(HIDDEN, "/v1/obligations/{obligation}/open"),
    "enter_letter_receipt": Case(
        HIDDEN, "/v1/obligations/{obligation}/receipts", {"json": {"received_on": "2024-04-15"}}
    ),
    "record_awaited_event": Case(
        FORBIDDEN,
        "/v1/directives/{directive}/occurrences",
        {"json": {"name": "x", "happened_on": "2024-04-15"}},
    ),
    "change_deadline": Case(
        FORBIDDEN,
        "/v1/directives/{directive}/deadline-changes",
        {"json": {"items": ["1"], "due_on": "2024-06-01", "basis": {"document": "x"}}},
    ),
    "read_deadline_rules": Case(SHARED, "/v1/deadline-rules"),
    "set_deadline_rules": Case(
        FORBIDDEN, "/v1/deadline-rules", {"json": {"receipt_deemed_days": 3, "off_days": "always"}}
    ),
    "read_telling_rules": Case(FORBIDDEN, "/v1/telling-rules"),
    "set_telling_rules": Case(FORBIDDEN, "/v1/telling-rules", {"json": {}}),
    "list_wordings": Case(FORBIDDEN, "/v1/wordings"),
    "read_wording": Case(FORBIDDEN, "/v1/wordings/digest"),
    "set_wording": Case(FORBIDDEN, "/v1/wordings/digest", {"json": WORDING}),
    "list_wording_versions": Case(FORBIDDEN, "/v1/wordings/digest/history"),
    "preview_wording": Case(FORBIDDEN, "/v1/wordings/digest/preview", {"json": {"message_id": NOBODY_ID}}),
    "list_policies": Case(SHARED, "/v1/escalation-policies"),
    "change_policy": Case(FORBIDDEN, "/v1/escalation-policies", {"json": LADDER}),
    "list_channels": Case(FORBIDDEN, "/v1/channels"),
    "set_channel": Case(FORBIDDEN, "/v1/channels/console", {"json": {"is_enabled": True, "settings": {}}}),
    "ask_for_consent": Case(FORBIDDEN, "/v1/channels/zalo/consents", {"json": {}}),
    "list_webhooks": Case(FORBIDDEN, "/v1/webhook-endpoints"),
    "register_webhook": Case(FORBIDDEN, "/v1/webhook-endpoints", {"json": {"url": "https://example.vn/"}}),
    "read_webhook": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}"),
    "change_webhook": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}", {"json": {"description": "x"}}),
    "rotate_webhook_secret": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}/rotate"),
    "enable_webhook": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}/enable"),
    "disable_webhook": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}/disable", {"json": {"reason": "x"}}),
    "try_webhook": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}/test"),
    "replay_webhook": Case(
        FORBIDDEN, "/v1/webhook-endpoints/{webhook}/replay", {"json": {"what": "missing"}}
    ),
    "list_webhook_attempts": Case(FORBIDDEN, "/v1/webhook-endpoints/{webhook}/attempts"),
    "list_audit_entries": Case(FORBIDDEN, "/v1/audit/entries"),
    "prove_audit_entry": Case(FORBIDDEN, "/v1/audit/entries/1/proof"),
    "erase_texts": Case(FORBIDDEN, "/v1/audit/entries/1/erase-texts", {"json": {"basis": "x"}}),
    "list_checkpoints": Case(FORBIDDEN, "/v1/audit/checkpoints"),
    "prove_growth": Case(FORBIDDEN, "/v1/audit/checkpoints/1/growth"),
    "list_api_keys": Case(FORBIDDEN, "/v1/api-keys"),
    "create_api_key": Case(
        FORBIDDEN, "/v1/api-keys", {"json": {"name": "k", "role": "clerk", "unit_code": "van-phong"}}
    ),
    "replace_api_key": Case(FORBIDDEN, "/v1/api-keys/{api_key}/replace", {"json": {}}),
    "revoke_api_key": Case(FORBIDDEN, "/v1/api-keys/{api_key}"),
    "list_accounts": Case(FORBIDDEN, "/v1/accounts"),
    "create_account": Case(FORBIDDEN, "/v1/accounts", {"json": ACCOUNT}),
    "read_account": Case(FORBIDDEN, "/v1/accounts/{account}"),
    "change_account": Case(FORBIDDEN, "/v1/accounts/{account}", {"json": {"name": "x"}}),
    "renew_account_code": Case(FORBIDDEN, "/v1/accounts/{account}/codes"),
    "unlock_account": Case(FORBIDDEN, "/v1/accounts/{account}/unlock"),
    "disable_account": Case(FORBIDDEN, "/v1/accounts/{account}/disable"),
    "enable_account": Case(FORBIDDEN, "/v1/accounts/{account}/enable"),
    "read_session": Case(HIDDEN, "/v1/sessions/current"),
    "end_session": Case(HIDDEN, "/v1/sessions/current"),
    "end_every_session": Case(HIDDEN, "/v1/sessions"),
    "change_password": Case(HIDDEN, "/v1/me/password", {"json": {"present": "x", "new": "y"}}),
    "list_identity_providers": Case(FORBIDDEN, "/v1/identity-providers"),
    "set_up_identity_provider": Case(
        FORBIDDEN,
        "/v1/identity-providers",
        {"json": PROVIDER_OF_ALL},
    ),
    "read_identity_provider": Case(FORBIDDEN, "/v1/identity-providers/tinh"),
    "change_identity_provider": Case(FORBIDDEN, "/v1/identity-providers/tinh", {"json": PROVIDER}),
    "list_identity_provider_versions": Case(FORBIDDEN, "/v1/identity-providers/tinh/history"),
    "upload_file": Case(OWN, "/v1/files", {"files": LETTER}),
    "read_file": Case(HIDDEN, "/v1/files/{file}"),
}
OPEN = {"healthz", "readyz", "metrics", "list_problems", "explain_problem"} | {
    "receive_zalo_event",
    "receive_consent",
    "receive_bot_update",
    "read_calendar_feed",
    "create_token",
    "create_session",
    "redeem_code",
    "begin_sign_in",
    "finish_sign_in",
    "list_audit_keys",
}
"""Routes that need no bearer: they tell nothing of anybody, or take a signature, a secret address, a
one-time word, a password or the key itself instead."""


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_list_is_complete(app: FastAPI) -> None:
    known = {route.name for _, route in operations(app)}
    assert known == CASES.keys() | OPEN
    hidden = {path for path in paths(app) if path not in {route.path for _, route in operations(app)}}
    assert hidden == {"/openapi.json", "/docs", "/docs/start.js", "/docs/{asset}"}


def paths(app: FastAPI) -> set[str]:
    from fastapi.routing import iter_route_contexts

    return {str(context.path) for context in iter_route_contexts(app.routes)}


def test_nobody_and_strangers_get_nowhere(app: FastAPI, api: Api) -> None:
    names = places(api)
    methods = {route.name: method for method, route in operations(app)}
    wrong = f"{api.tokens['clerk']}x"
    for name, case in CASES.items():
        more, sent = about(case, names["obligation"])
        method, path = methods[name], case.path.format(**names)
        headers = {} if method == "GET" else {"If-Match": "*"}
        headers |= more
        for shown in (None, "Basic eA==", "Bearer", "Bearer x", f"Bearer {wrong}"):
            api.headers.pop("authorization", None)
            if shown is not None:
                api.headers["authorization"] = shown
            api.refused("unauthenticated", 401, method, path, headers=headers, **sent)
        api.speak_for("stranger")
        if case.outcome == STREAM:
            continue
        if case.outcome == HIDDEN:
            api.refused("not-found", 404, method, path, headers=headers, **sent)
        elif case.outcome == FORBIDDEN:
            api.refused("not-allowed", 403, method, path, headers=headers, **sent)
        elif case.outcome == ROWS:
            answered = api.ok(method, path, headers=headers, **sent)
            assert [row["problem"]["type"] for row in answered["outcomes"]] == ["/problems/not-found"]
        elif case.outcome == FILE:
            last = api.request(method, path, **sent).text.splitlines()[-1]
            assert last.startswith((",Tổng cộng,0,", ",Số đơn vị đạt (trên 0),0,", "STT,")), last
        else:
            answered = api.ok(method, path, headers=headers, **sent)
            assert case.outcome != EMPTY or answered["items"] == []


def about(case: Case, obligation_id: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the headers and what is sent; a batch is about one obligation."""
    if case.outcome != ROWS:
        return {}, case.sent
    sent = json.loads(json.dumps(case.sent).replace(NOBODY_ID, obligation_id))
    return sent.pop("headers"), sent


def places(api: Api) -> dict[str, str]:
    """Return ids of things that a stranger must not reach."""
    directive_id = issue(api)
    draft_id, _ = draft(api, number="777")
    file_id = api.ok("POST", "/v1/files", files=LETTER)["id"]
    person = {"code": "nguoi-a", "name": "An", "posts": [{"unit_code": "xa-a", "role": "officer"}]}
    api.ok("POST", "/v1/people", json=person)
    one, shared = obligation_of(api, "xa-a"), obligation_of(api, "xa-a", "2")
    question = {"unit_code": "xa-b", "question": "Cung cấp số liệu", "due_on": "2024-05-10"}
    request = api.ok("POST", f"/v1/obligations/{shared['id']}/coordination-requests", json=question)
    one = obligation_of(api, "xa-a")
    path, wanted = f"/v1/obligations/{one['id']}", {"wanted_on": "2024-06-15", "reason": "x"}
    question = {"question": "x", "due_on": "2024-06-15"}
    made = api.ok("POST", "/v1/statistics/publications", json={"cut_off": "2024-04-15"})
    recurring_id = issue_recurring(api)
    series = api.ok("GET", "/v1/series", params={"directive_id": recurring_id})["items"]
    wanted_goals = {"set_code": "ntm-318", "year": 2024, "goals": [{"criterion": "1"}]}
    api.ok("POST", f"{path}/goals", json=wanted_goals)
    (goal,) = api.ok("GET", f"{path}/goals")["items"]
    told = {"text": "x", "measures": [{"goal_id": goal["id"], "value": 1}]}
    (measure,) = api.ok("POST", f"{path}/progress-updates", json=told)["measures"]
    return NOWHERE | {
        "series": series[0]["id"],
        "directive": directive_id,
        "draft": draft_id,
        "obligation": one["id"],
        "file": file_id,
        "request": request["id"],
        "extension": api.ok("POST", f"{path}/extensions", json=wanted)["id"],
        "cause": api.ok("POST", f"{path}/objective-causes", json={"reason": "x"})["id"],
        "explanation": api.ok("POST", f"{path}/explanations", json=question)["id"],
        "publication": made["id"],
        "goal": goal["id"],
        "measure": measure["id"],
        "unit": one["unit"]["id"],
    }


def test_the_401_says_how_to_sign_in(api: Api) -> None:
    del api.headers["authorization"]
    assert api.get("/v1/me").headers["www-authenticate"] == 'Bearer realm="dondoc"'
    answer = api.get("/v1/me", headers={"authorization": "Bearer dondoc_x_y"})
    assert answer.headers["www-authenticate"] == 'Bearer realm="dondoc", error="invalid_token"'
