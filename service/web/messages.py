"""Where the link in a message leads: the same lines, as they stand now.

The page shows no more than the message did (R25) and changes nothing, so that a mail scanner may open it.
Its address holds the message's key, of which 74 bits are random.
"""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.lifecycle import State
from service.domain.reading.message_lines import read_lines
from service.domain.reading.notices import read_notices
from service.edge.context import Now, context
from service.web.language import render

router = APIRouter(include_in_schema=False)

POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"

STATES = {
    State.ASSIGNED: "đã giao, chưa nhận",
    State.ACKNOWLEDGED: "đã nhận",
    State.IN_PROGRESS: "đang thực hiện",
    State.SUBMITTED: "đã báo hoàn thành, chờ xác nhận",
    State.ACCEPTED: "đã hoàn thành",
    State.RETURNED: "đơn vị trả lại, chờ quyết định",
    State.SUSPENDED: "đang tạm dừng",
    State.WITHDRAWN: "đã rút",
    State.TRANSFERRED: "đã chuyển đơn vị khác",
}


@router.get("/m/{message_id}")
def show_message(request: Request, message_id: UUID, now: Now) -> HTMLResponse:
    """Show what a message was about."""
    with context(request).database.read() as connection:
        lines = read_lines(connection, [message_id]).get(message_id, [])
        notices = read_notices(connection, [message_id]).get(message_id, [])
    headers = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store", "Content-Security-Policy": POLICY}
    page = {"lines": lines, "notices": notices, "states": STATES, "today": office_day(now)}
    status = 200 if lines or notices else 404
    return HTMLResponse(render("vi", "message.html", page), status, headers)
