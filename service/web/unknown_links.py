"""What a link shows that opens nothing; whoever tries many of them is asked to wait."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request
from starlette.responses import HTMLResponse

from service.edge.context import address
from service.web.forms import Strikes
from service.web.language import render


def no_such_link(request: Request, now: datetime, headers: Mapping[str, str], *, advice: str) -> HTMLResponse:
    """Say that there is no such link; after many such questions of one address, to ask later."""
    state = request.app.state
    if not hasattr(state, "link_strikes"):
        state.link_strikes = Strikes()
    many = state.link_strikes.strike(address(request), now)
    page = render("vi", "link_unknown.html", {"many": many, "advice": advice})
    return HTMLResponse(page, 429 if many else 404, dict(headers))
