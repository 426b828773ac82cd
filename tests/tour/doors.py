"""Fourth chapter: who is told what by which channel, who signs in, and what the ledger says of all this."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from service.domain import checkpoints, ledger
from service.domain.tables import Account, Delivery, DeliveryState, Event, Ledger, table
from service.fakes import zalo_events
from service.fakes.zalo_world import APP_ID
from service.notify.planner import plan
from tests.api.people import PASSWORD
from tests.tampers.played import RING
from tests.tour.office import Office
from tests.tour.steps import Chapter, Step, body, file, reason


def tell(office: Office) -> None:
    """Let the worker plan its messages, and let the relay refuse them for good."""
    with office.database.write() as session:
        plan(session, now=office.clock.now())
        refused = {"state": DeliveryState.FAILED, "needs_person": True}
        session.execute(sa.update(table(Delivery)).values(refused))


def seal(office: Office) -> None:
    """Let the ledger be put in order and signed, twice."""
    for later in (0, 2):
        now = office.clock.now() + timedelta(minutes=later)
        with office.database.write() as session:
            ledger.sequence(session, now=now)
            checkpoints.make_checkpoint(session, RING, now=now)


TELEPHONE = {"means": "phone", "note": "Đã đọc nội dung qua điện thoại"}
WORDING = {
    "subject": "Nhắc việc: {van_ban}",
    "opening": "Đề nghị đồng chí:",
    "request": "Kính đề nghị:",
    "duty": "{van_ban}: {noi_dung} ({tinh_trang})",
    "body": "{mo_dau}\n\n{cac_viec}\n\n{lien_ket}",
    "zalo": "{mo_dau}\n{cac_viec}\n{lien_ket}",
    "reason": "Thống nhất cách xưng hô",
}
CHIEF = {
    "code": "chanh-vp",
    "name": "Chánh Văn phòng HĐND và UBND huyện",
    "posts": [{"unit_code": "vp-hdnd-ubnd", "role": "office_chief"}],
    "addresses": [{"channel": "email", "address": "chanh-van-phong@cao-loc.example.vn"}],
}
LETTER = {"directive_id": "$letter.id"}
DELIVERY = {"delivery_id": "$list_deliveries.items.0.id"}
TELLING: Chapter = (
    tell,
    Step("list_messages", "keeper", query={"limit": "1"}),
    Step("list_deliveries", "keeper", query={"limit": "2"}),
    Step("read_delivery", "keeper", DELIVERY),
    Step("tell_by_hand", "clerk", DELIVERY, sent=body(TELEPHONE)),
    Step("retry_delivery", "clerk", {"delivery_id": "$list_deliveries.items.1.id"}),
    Step("read_delivery_report", "clerk", LETTER),
    Step("report_deliveries", "clerk", {"kind": "csv"}, {"directive_id": "$letter.id"}),
    Step("list_untold", "clerk", query={"unit": "xa-cong-son"}),
    Step("tell_untold_by_hand", "clerk", {"untold_id": "$list_untold.items.0.id"}, sent=body(TELEPHONE)),
    Step("register_person", "admin", sent=body(CHIEF), name="found_at_last"),
    Step("tell_untold_again", "clerk", {"untold_id": "$list_untold.items.1.id"}),
    Step("set_wording", "keeper", {"kind": "digest"}, sent=body(WORDING)),
    Step("list_wordings", "keeper"),
    Step("read_wording", "keeper", {"kind": "digest"}),
    Step("list_wording_versions", "keeper", {"kind": "digest"}),
    Step(
        "preview_wording",
        "keeper",
        {"kind": "digest"},
        sent=body({"message_id": "$list_messages.items.0.id"}),
    ),
)

ZALO: dict[str, Any] = {
    "is_enabled": True,
    "settings": {"app_id": APP_ID, "oa_id": zalo_events.OA_ID},
    "secrets": {"app_secret": "app-secret", "oa_secret_key": zalo_events.OA_SECRET_KEY},
}
BOT: dict[str, Any] = {
    "is_enabled": True,
    "settings": {},
    "secrets": {"token": "bot-token", "webhook_secret": "bot-webhook-secret"},
}


def signed_event(office: Office) -> dict[str, Any]:
    """Return what Zalo tells when somebody answers."""
    event = zalo_events.user_sends("7001", "Đã nhận", office.clock.now(), msg_id="m1")
    signed = zalo_events.sign(event, first="app_id", stamp="body", sent_at=office.clock.now())
    return {"content": signed.body, "headers": signed.headers}


def update(office: Office) -> dict[str, Any]:
    """Return what the bot platform tells when somebody writes to the bot."""
    at = int(office.clock.now().timestamp() * 1000)
    message = {
        "message_id": "b1",
        "date": at,
        "chat": {"id": "9001"},
        "from": {"id": "9001"},
        "text": "Đã nhận",
    }
    content = {"event_name": "message.text.received", "message": message}
    headers = {"x-bot-api-secret-token": "bot-webhook-secret", "content-type": "application/json"}
    return {"content": json.dumps(content).encode(), "headers": headers}


def consent(office: Office) -> None:
    """Let the account's administrator follow the link and say yes."""
    (state,) = parse_qs(urlsplit(office.answers["ask_for_consent"]["url"]).query)["state"]
    office.answers["consent"] = {"state": state}


def subscribe(office: Office) -> None:
    """Let the person enter the address in a calendar program."""
    _, _, name = office.answers["make_calendar_feed"]["url"].rpartition("/")
    office.answers["feed"] = {"token": name.removesuffix(".ics")}


CONSENTED = {"state": "$consent.state", "code": "code-of-zalo", "oa_id": zalo_events.OA_ID}

CALENDAR = {"code": "cb-bao-lam"}

CHANNELS: Chapter = (
    Step("set_channel", "keeper", {"channel": "zalo"}, sent=body(ZALO)),
    Step("set_channel", "keeper", {"channel": "zalo-bot"}, sent=body(BOT), name="bot_set_up"),
    Step("list_channels", "keeper"),
    Step("make_link_code", "admin", {"code": "cb-bao-lam"}, sent=body({"channel": "zalo"})),
    Step("ask_for_consent", "keeper", {"channel": "zalo"}, sent=body({})),
    consent,
    Step("receive_consent", at={"register_code": "chinh"}, query=CONSENTED),
    Step("receive_zalo_event", at={"register_code": "chinh"}, sent=signed_event),
    Step("receive_bot_update", at={"register_code": "chinh"}, sent=update),
    Step("make_calendar_feed", "admin", CALENDAR),
    subscribe,
    Step("read_calendar_feed", at={"token": "$feed.token"}),
    Step("revoke_calendar_feed", "admin", CALENDAR),
)

HOOK = {"endpoint_id": "$register_webhook.id"}
HOOKS: Chapter = (
    Step(
        "register_webhook",
        "keeper",
        sent=body({"url": "https://van-ban.example.vn/dondoc", "types": ["obligation.*"]}),
    ),
    Step("read_webhook", "keeper", HOOK),
    Step("change_webhook", "keeper", HOOK, sent=body({"description": "Phần mềm quản lý văn bản"})),
    Step("rotate_webhook_secret", "keeper", HOOK),
    Step("disable_webhook", "keeper", HOOK, sent=reason("Bảo trì hệ thống")),
    Step("enable_webhook", "keeper", HOOK),
    Step("try_webhook", "keeper", HOOK),
    Step("replay_webhook", "keeper", HOOK, sent=body({"what": "missing"})),
    Step("list_webhooks", "keeper"),
    Step("list_webhook_attempts", "keeper", HOOK),
)

ACCOUNT = {
    "login": "van-thu.cao-loc",
    "name": "Văn thư",
    "role": "clerk",
    "unit_code": "vp-hdnd-ubnd",
}
AT = {"account_id": "$create_account.id"}
SIGN_IN = {"login": ACCOUNT["login"], "password": PASSWORD}
NEW_PASSWORD = "bốn mùa hoa đào Cao Lộc"


def forget_the_password(office: Office) -> None:
    """Let somebody have tried passwords until the account is locked."""
    locked = {"failed_attempts": 10, "locked_until": office.clock.now() + timedelta(minutes=15)}
    with office.database.write() as session:
        session.execute(sa.update(table(Account)).values(locked))


PEOPLE: Chapter = (
    Step("create_account", "admin", sent=body(ACCOUNT)),
    Step("read_account", "admin", AT),
    Step("list_accounts", "admin"),
    Step("change_account", "admin", AT, sent=body({"name": "Văn thư UBND huyện"})),
    Step("renew_account_code", "admin", AT),
    Step("redeem_code", sent=body({"code": "$renew_account_code.code", "password": PASSWORD})),
    Step("create_session", sent=body(SIGN_IN)),
    Step("read_session", "session"),
    Step(
        "change_password",
        "session",
        sent=body({"present": PASSWORD, "new": NEW_PASSWORD}),
    ),
    Step("end_session", "session"),
    Step("create_session", sent=body(SIGN_IN | {"password": NEW_PASSWORD}), name="signed_in_again"),
    Step("end_every_session", "session"),
    forget_the_password,
    Step("unlock_account", "admin", AT),
    Step("disable_account", "admin", AT),
    Step("enable_account", "admin", AT),
)

SSO: dict[str, Any] = {
    "name": "Đăng nhập một lần của tỉnh",
    "client_id": "dondoc",
    "mapping": {
        "unit_claim": "unit",
        "role_claim": "groups",
        "roles": [{"value": "chuyen-vien", "role": "officer"}],
    },
}
PROVIDERS: Chapter = (
    Step(
        "set_up_identity_provider",
        "admin",
        sent=body(SSO | {"code": "tinh", "issuer": "https://sso.example.vn"}),
    ),
    Step("change_identity_provider", "admin", {"code": "tinh"}, sent=body(SSO | {"is_enabled": False})),
    Step("list_identity_providers", "admin"),
    Step("read_identity_provider", "admin", {"code": "tinh"}),
    Step("list_identity_provider_versions", "admin", {"code": "tinh"}),
)

TRAINEE = {"code": "cb-tap-su", "name": "Cán bộ tập sự"}
BASIS = {"basis": "Đơn đề nghị số 12/ĐN ngày 16/5/2024"}


def look_up(office: Office) -> None:
    """Let the auditor look up the place of the fact that commune Bảo Lâm's road was withdrawn."""
    places, event = table(Ledger), table(Event)
    withdrawn = sa.select(places.c.position).join(event, event.c.seq == places.c.seq)
    with office.database.read() as connection:
        found = connection.execute(withdrawn.where(event.c.kind == "obligation.withdrawn.v1").limit(1))
        office.answers["entry"] = {"position": found.scalar_one()}


ENTRY = {"position": "$entry.position"}
AUDIT: Chapter = (
    seal,
    look_up,
    Step("list_events", "clerk", query={"type": "directive.*", "limit": "1"}),
    Step("stream_events", "clerk", query={"type": "directive.*"}),
    Step("list_audit_entries", "keeper", query={"limit": "2"}),
    Step("prove_audit_entry", "keeper", ENTRY),
    Step("list_checkpoints", "keeper"),
    Step("prove_growth", "keeper", {"number": "1"}),
    Step("erase_texts", "admin", ENTRY, sent=body(BASIS | {"names": ["reason"]})),
    Step("read_personal_data", "admin", {"code": "chanh-vp"}),
    Step("register_person", "admin", sent=body(TRAINEE), name="trainee"),
    Step("erase_person", "admin", {"code": "cb-tap-su"}, sent=body(BASIS)),
)

MERGER = {
    "name": "Sắp xếp đơn vị hành chính cấp xã",
    "basis": "Nghị quyết số 01/NQ-HĐND ngày 10/5/2024",
    "effective_on": "2024-05-17",
    "changes": [{"kind": "merge", "old": ["xa-cong-son"], "new": ["xa-hop-thanh"]}],
}
LATER = MERGER | {
    "name": "Sắp xếp thôn",
    "changes": [{"kind": "split", "old": ["xa-gia-cat"], "new": ["xa-bao-lam", "xa-hop-thanh"]}],
}
SPLIT = {"reorganisation_id": "$split.id"}
OLDER = """Văn bản,Nhiệm vụ,Chủ trì,Hạn hoàn thành
Công văn số 98/UBND-VP ngày 02/4/2024,Rà soát quy hoạch chung xã,UBND xã Bảo Lâm,30/6/2024
"""
REFORM: Chapter = (
    Step("draft_reorganisation", "admin", sent=body(MERGER)),
    Step("read_reorganisation", "admin", {"reorganisation_id": "$draft_reorganisation.id"}),
    Step("list_reorganisations", "admin"),
    Step("carry_out_reorganisation", "admin", {"reorganisation_id": "$draft_reorganisation.id"}),
    Step("draft_reorganisation", "admin", sent=body(LATER), name="split"),
    Step("list_undecided", "admin", SPLIT),
    Step(
        "decide_heirs",
        "admin",
        SPLIT,
        sent=body({"decisions": [{"unit_code": "xa-gia-cat", "heirs": ["xa-hop-thanh"]}]}),
    ),
    Step("undo_reorganisation", "admin", SPLIT, sent=reason("Nhập nhầm ngày có hiệu lực")),
    Step("enter_opening_balance", "clerk", sent=file("so-theo-doi-cu.csv", OLDER)),
    Step("create_register", "admin", sent=body({"code": "dang-uy", "name": "Sổ theo dõi của Huyện ủy"})),
)

CHAPTERS = (TELLING, CHANNELS, HOOKS, PEOPLE, PROVIDERS, AUDIT, REFORM)
