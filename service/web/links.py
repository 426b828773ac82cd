"""The page on which an official answers from the phone; opening it changes nothing.

Mail scanners, link previews and browsers that run scripts may open it as often as they like: only a form
that the page showed, sent by a person, acts, and each action acts once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.domain.calendar import ZONE, office_day
from service.domain.errors import AlreadyExists, DomainError, InvalidValue, LinkRefused, NotFound
from service.domain.link_rules import ACTION_WORDS, LinkAction, hashed
from service.domain.links import Said, Visit, use_link
from service.domain.reading.links import LinkRow, UseRow, read_link, read_uses
from service.domain.text import cited
from service.edge.context import Now, context
from service.edge.form import Fields
from service.edge.origins import is_our_page
from service.failpoints import failpoint
from service.web.forms import is_sealed, network, seal
from service.web.language import render
from service.web.messages import POLICY, STATES
from service.web.unknown_links import no_such_link

router = APIRouter(include_in_schema=False)

TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
TEXT_MAX = 4_000
FORM_POLICY = POLICY + "; form-action 'self'"
HEADERS = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store", "Content-Security-Policy": FORM_POLICY}

REFUSALS = {
    "expired": "Liên kết đã hết hạn. Xin dùng tin nhắn mới nhất, hoặc báo cho văn phòng theo dõi.",
    "post_ended": "Liên kết này gửi cho một người không còn giữ vị trí tại đơn vị, nên không dùng được nữa.",
    "unit_ended": "Đơn vị nhận tin này đã kết thúc hoạt động, nên liên kết không dùng được nữa.",
    "moved_on": "Nhiệm vụ đã thay đổi từ khi gửi tin này. Xin dùng tin nhắn mới nhất.",
    "not_offered": "Liên kết này không dùng được cho việc vừa chọn.",
}
ADVICE = "Liên kết có thể bị cắt khi chuyển tiếp. Xin mở lại từ tin nhắn gốc."
OLD_PAGE = "Trang này mở đã lâu hoặc không do hệ thống hiển thị. Chưa có gì được ghi nhận, xin gửi lại."
WAITS = "Đề nghị trước của đơn vị về nhiệm vụ này đang chờ trả lời."
FAULTS = {
    "text": "Xin viết nội dung.",
    "percent": "Tỷ lệ là số từ 0 đến 100.",
    "wanted_on": "Xin chọn ngày sau thời hạn hiện nay.",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form did nothing, and what was written in it."""

    sentence: str
    action: LinkAction
    fields: Mapping[str, str]


@router.api_route("/l/{token}", methods=["GET", "HEAD"])
def show_link(request: Request, token: str, now: Now) -> Response:
    """Show a duty and what may be said of it."""
    return _page(request, token, now)


@router.api_route("/l/{token}/{action}", methods=["GET", "HEAD"])
def show_action(request: Request, token: str, action: LinkAction, now: Now) -> Response:
    """Show the form of what a button in the message said; nothing is done before it is sent."""
    return _page(request, token, now, chosen=action)


@router.post("/l/{token}/{action}")
def act(request: Request, token: str, action: LinkAction, fields: Fields, now: Now) -> Response:
    """Do what a person chose on the page, once; then show how things stand."""
    if not is_our_page(request) or not is_sealed(fields.get("seal", ""), token, action, now):
        return _page(request, token, now, Trouble(OLD_PAGE, action, fields), status=403)
    visit = Visit(user_agent=request.headers.get("user-agent", ""), network=network(request))
    try:
        said = _said(fields)
        failpoint("link.before_use")
        with context(request).database.write() as session:
            use_link(session, token, action, said, visit, now=now)
            failpoint("link.in_use")
        failpoint("link.after_use")
    except NotFound:
        return _page(request, token, now)
    except DomainError as error:
        return _page(request, token, now, Trouble(_sentence(error), action, fields), status=409)
    return RedirectResponse(f"/l/{token}", 303, {"Cache-Control": "no-store"})


def _said(fields: Mapping[str, str]) -> Said:
    """Return what was written.

    Raises:
        InvalidValue: A number or day is none.
    """
    percent, wanted_on = fields.get("percent", "").strip(), fields.get("wanted_on", "").strip()
    number = int(percent) if percent.isascii() and percent.isdecimal() and len(percent) <= 3 else -1
    if percent and not 0 <= number <= 100:
        raise InvalidValue(field="percent", detail="not a number from 0 to 100")
    try:
        day = date.fromisoformat(wanted_on) if wanted_on else None
    except ValueError:
        raise InvalidValue(field="wanted_on", detail="not a day") from None
    return Said(text=fields.get("text", "")[:TEXT_MAX], percent=number if percent else None, wanted_on=day)


def _sentence(error: DomainError) -> str:
    """Return why nothing was done, for a person."""
    match error:
        case LinkRefused():
            return REFUSALS[error.why]
        case InvalidValue():
            return FAULTS.get(error.field, error.title)
        case AlreadyExists():
            return WAITS
        case _:
            return REFUSALS["not_offered"]


def _page(
    request: Request,
    token: str,
    now: datetime,
    trouble: Trouble | None = None,
    *,
    chosen: LinkAction | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the page of a link, with every form or, while it is open, the chosen one alone."""
    row, uses = None, list[UseRow]()
    if TOKEN.fullmatch(token):
        with context(request).database.read() as connection:
            row = read_link(connection, hashed(token), today=office_day(now))
            uses = read_uses(connection, row.id) if row is not None else []
    if row is None:
        return no_such_link(request, now, HEADERS, advice=ADVICE)
    why = row.refusal(now)
    open_actions = row.open_actions([used.action for used in uses]) if why is None else []
    alone = [chosen] if chosen in open_actions else open_actions
    shown = {
        **_facts(row, uses),
        "refusal": REFUSALS[why] if why else "",
        "is_theirs": why in (None, "moved_on"),
        "trouble": trouble,
        "seals": {action: seal(token, action, now) for action in alone},
        "has_more": len(alone) < len(open_actions),
        "token": token,
        "today": office_day(now),
    }
    return HTMLResponse(render("vi", "link.html", shown), status, HEADERS)


def _facts(row: LinkRow, uses: list[UseRow]) -> dict[str, Any]:
    return {
        "row": row,
        "document": cited(row.doc_type or "", row.number, row.symbol, row.signed_on),
        "state": STATES[row.state],
        "uses": [(ACTION_WORDS[used.action], used.used_at.astimezone(ZONE)) for used in uses],
    }
