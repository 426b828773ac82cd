"""First chapter: an administrator enters units, people and keys, and says how the office works."""

from typing import Any

from tests.tour.steps import Chapter, Step, body, file

UNITS = """Mã,Tên,Loại,Mã đơn vị cấp trên
vp-hdnd-ubnd,Văn phòng HĐND và UBND huyện,Văn phòng,ubnd-cao-loc
xa-bao-lam,UBND xã Bảo Lâm,Xã,ubnd-cao-loc
xa-gia-cat,UBND xã Gia Cát,Xã,ubnd-cao-loc
xa-cong-son,UBND xã Công Sơn,Xã,ubnd-cao-loc
xa-hop-thanh,UBND xã Hợp Thành,Xã,ubnd-cao-loc
thon-na-ca,Thôn Nà Ca,Thôn,xa-bao-lam
"""
PEOPLE = """Mã,Tên,Mã đơn vị,Vai trò,Thư điện tử
cb-bao-lam,Cán bộ đầu mối UBND xã Bảo Lâm,xa-bao-lam,Cán bộ đầu mối,dau-moi@bao-lam.example.vn
cb-gia-cat,Cán bộ đầu mối UBND xã Gia Cát,xa-gia-cat,Cán bộ đầu mối,dau-moi@gia-cat.example.vn
"""
HEAD = {
    "code": "ct-bao-lam",
    "name": "Chủ tịch UBND xã Bảo Lâm",
    "posts": [{"unit_code": "xa-bao-lam", "role": "head"}],
    "addresses": [{"channel": "email", "address": "chu-tich@bao-lam.example.vn"}],
}

LADDER = {
    "kind": "acknowledgement",
    "urgency": "thường",
    "steps": [
        {"role": "officer", "offset": 1},
        {"role": "head", "offset": 3},
        {"role": "office_chief", "at_keeper": True, "offset": 5},
        {"role": "vice_chair", "at_keeper": True, "offset": 10},
    ],
    "basis": "Quy chế theo dõi, đôn đốc của UBND huyện",
    "rebase": True,
}


def key(name: str, words: str, role: str, unit: str) -> Step:
    """Return the step that makes a key."""
    terms = {"name": words, "role": role, "unit_code": unit}
    return Step("create_api_key", "admin", sent=body(terms), name=name)


UNITS_AND_PEOPLE: Chapter = (
    Step(
        "register_unit",
        "admin",
        sent=body({"code": "ubnd-cao-loc", "name": "UBND huyện Cao Lộc", "kind": "huyen"}),
    ),
    Step("import_units", "admin", sent=file("don-vi.csv", UNITS)),
    Step(
        "change_unit",
        "admin",
        {"code": "xa-bao-lam"},
        sent=body({"aliases": ["xã Bảo Lâm"], "attributes": ["xã biên giới"]}),
    ),
    Step("read_unit", "admin", {"code": "xa-bao-lam"}),
    Step("list_units", "admin", query={"kind": "xa", "limit": "2"}),
    Step(
        "define_group",
        "admin",
        sent=body({"code": "cac-xa", "name": "UBND các xã", "rule": {"kinds": ["xa"]}}),
    ),
    Step(
        "change_group",
        "admin",
        {"code": "cac-xa"},
        sent=body({"name": "UBND các xã", "aliases": ["UBND cấp xã"], "rule": {"kinds": ["xa"]}}),
    ),
    Step("read_group", "admin", {"code": "cac-xa"}),
    Step("list_groups", "admin"),
    Step("list_members", "admin", {"code": "cac-xa"}),
    Step(
        "set_keeper",
        "admin",
        {"register_code": "chinh"},
        sent=body({"unit_code": "vp-hdnd-ubnd", "from_on": "2024-01-01"}),
    ),
    Step("register_person", "admin", sent=body(HEAD)),
    Step("import_people", "admin", sent=file("can-bo.csv", PEOPLE)),
    Step("list_people", "admin", query={"limit": "2"}),
    Step("read_person", "admin", {"code": "ct-bao-lam"}),
    Step(
        "record_absence",
        "admin",
        {"code": "cb-gia-cat"},
        sent=body({"unit_code": "xa-gia-cat", "from_on": "2024-08-01", "until_on": "2024-08-05"}),
    ),
    Step("list_absences", "admin", {"code": "cb-gia-cat"}),
    Step("end_absence", "admin", {"code": "cb-gia-cat", "absence_id": "$record_absence.id"}),
)

KEYS: Chapter = (
    key("clerk", "Văn thư", "clerk", "vp-hdnd-ubnd"),
    key("keeper", "Quản trị sổ theo dõi", "administrator", "vp-hdnd-ubnd"),
    key("leader", "Chánh Văn phòng", "leader", "vp-hdnd-ubnd"),
    key("bao_lam", "Cán bộ đầu mối UBND xã Bảo Lâm", "officer", "xa-bao-lam"),
    key("gia_cat", "Cán bộ đầu mối UBND xã Gia Cát", "officer", "xa-gia-cat"),
    key("cong_son", "Cán bộ đầu mối UBND xã Công Sơn", "officer", "xa-cong-son"),
    key("hop_thanh", "Cán bộ đầu mối UBND xã Hợp Thành", "officer", "xa-hop-thanh"),
    key("passing", "Phần mềm quản lý văn bản", "reader", "xa-hop-thanh"),
    Step("list_api_keys", "admin", query={"limit": "2"}),
    Step(
        "replace_api_key",
        "admin",
        {"key_id": "$passing.id"},
        sent=body({"overlap_hours": 1}),
    ),
    Step("revoke_api_key", "admin", {"key_id": "$passing.id"}),
    Step("read_me", "clerk"),
    Step(
        "create_token",
        sent={"data": {"grant_type": "client_credentials", "client_secret": "$clerk.api_key"}},
    ),
)

SCORING: dict[str, Any] = {
    "overdue_days": [30],
    "silent_days": 60,
    "counted_min": 1,
    "commend_from": 90,
    "criticise_below": 50,
    "basis": "Quyết định số 15/QĐ-UBND ngày 10/01/2024",
    "parts": [{"kind": "completion", "points": 100}],
}
CRITERIA: dict[str, Any] = {
    "name": "Bộ tiêu chí xã nông thôn mới của huyện",
    "basis": "Quyết định số 20/QĐ-UBND ngày 15/01/2024",
    "first_year": 2024,
    "last_year": 2025,
    "criteria": [
        {
            "code": "2",
            "name": "Giao thông",
            "measure": "%",
            "thresholds": [{"bound": "at_least", "amount": 80}],
        }
    ],
}
HOLIDAY = {
    "days": [{"day": "2024-04-29", "is_working": False, "note": "Nghỉ hoán đổi"}],
    "source": "Thông báo nghỉ lễ 30/4 và 01/5 năm 2024",
    "legal_basis": "Công văn số 1570/VPCP-KGVX ngày 12/4/2024",
}
PHRASE = {"phrase": "các xã vùng cao", "group_code": "cac-xa"}

RULES: Chapter = (
    Step("list_registers", "admin"),
    Step("read_register", "clerk", {"register_code": "chinh"}),
    Step("set_rules", "keeper", {"register_code": "chinh"}, sent=body({"return_days": 3})),
    Step("read_deadline_rules", "clerk"),
    Step(
        "set_deadline_rules",
        "keeper",
        sent=body({"receipt_deemed_days": 3, "off_days": "always", "periods_ahead": 1}),
    ),
    Step("read_telling_rules", "keeper"),
    Step("set_telling_rules", "keeper", sent=body({"quiet_from": "20:00", "quiet_until": "06:30"})),
    Step("change_calendar_year", "keeper", {"year": "2024"}, sent=body(HOLIDAY)),
    Step("read_calendar", "clerk", {"year": "2024"}),
    Step("list_policies", "clerk"),
    Step("change_policy", "keeper", sent=body(LADDER)),
    Step("read_scoring", "clerk"),
    Step("set_scoring", "keeper", sent=body(SCORING)),
    Step("set_criterion_set", "keeper", {"code": "ntm-huyen"}, sent=body(CRITERIA)),
    Step("list_criterion_sets", "clerk", query={"limit": "2"}),
    Step("read_criterion_set", "clerk", {"code": "ntm-huyen"}),
    Step("confirm_phrase_meaning", "clerk", sent=body(PHRASE)),
    Step("list_phrase_meanings", "clerk"),
    Step("revoke_phrase_meaning", "clerk", {"meaning_id": "$confirm_phrase_meaning.id"}),
    Step(
        "set_notification_preferences",
        "admin",
        {"code": "cb-bao-lam"},
        sent=body({"channels": ["email"], "digest_at": "08:00"}),
    ),
    Step("read_notification_preferences", "admin", {"code": "cb-bao-lam"}),
)

SERVICE: Chapter = (
    Step("healthz"),
    Step("readyz"),
    Step("metrics"),
    Step("list_problems"),
    Step("explain_problem", at={"slug": "items-without-lead"}),
    Step("list_audit_keys"),
)

CHAPTERS = (UNITS_AND_PEOPLE, KEYS, RULES, SERVICE)
