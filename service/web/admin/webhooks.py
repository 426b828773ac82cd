"""Endpoints of other systems: registered, tried, stopped, told again; each secret is shown once."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain import webhooks as actions
from service.domain.errors import DomainError, InvalidValue
from service.domain.reading import webhooks
from service.domain.webhook_rules import CallState, EndpointState
from service.edge import cursors, webhook_secrets
from service.vault import Vault
from service.web.admin.fields import Filled
from service.web.admin.shared import ROWS, Administrator, After, refused_form, show
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
URL = re.compile(r"https?://[^/?#@\\ ]+([/?][^#\\ ]*)?")
"""HTTP, a host, a path: no user, no fragment, nothing but printable ASCII."""

URL_MAX, TYPES_MAX = 500, 20
LABELS = {
    "url": marked("Địa chỉ nhận"),
    "type": marked("Loại sự kiện"),
    "description": marked("Mô tả"),
    "reason": marked("Lý do"),
    "state": marked("Tình trạng"),
}
STATE_WORDS = {
    EndpointState.UNVERIFIED: marked("chờ nơi nhận xác nhận"),
    EndpointState.ACTIVE: marked("đang nhận"),
    EndpointState.DISABLED: marked("đã ngừng"),
}
CALL_WORDS = {
    CallState.QUEUED: marked("đang chờ gửi"),
    CallState.SENDING: marked("đang gửi"),
    CallState.SENT: marked("đã gửi"),
    CallState.FAILED: marked("không gửi được"),
}
TRIED = marked("Đã gửi lời thử; kết quả hiện ở cuối trang trong ít giây.")
STOPPED = marked("Đã ngừng gửi; sự kiện từ nay được giữ lại để gửi bù.")
STARTED = marked("Đã bật lại; nơi nhận được thử trước, rồi nhận bù.")
AGAIN = marked("Những sự kiện nơi nhận chưa tiếp nhận sẽ được gửi lại.")


@router.get("/admin/webhooks")
def show_webhooks(visitor: Administrator, after: After = None) -> HTMLResponse:
    """List the endpoints of the register and how they are."""
    with visitor.reads() as connection:
        rows, last = webhooks.page(connection, visitor.actor, after=cursors.just_id(after), limit=ROWS)
    following = cursors.encode(last) if last else ""
    return show(visitor, "webhooks.html", rows=rows, following=following, states=STATE_WORDS)


@router.get("/admin/webhooks/new")
def show_new_webhook(visitor: Administrator) -> HTMLResponse:
    """Show the empty form of an endpoint."""
    return show(visitor, "webhook_new.html", values={"types": "*"})


@router.post("/admin/webhooks")
def register_webhook(visitor: Administrator) -> Response:
    """Register an address; the answer shows its secret this once."""
    try:
        said = Filled(visitor.form)
        made = webhook_secrets.make(Vault(visitor.service.settings.secret_key))
        with visitor.writes() as session:
            found = actions.register_endpoint(
                session,
                visitor.actor,
                url=_url(said),
                types=_types(said),
                description=said.line("description"),
                sealed=made.sealed,
                public_key=made.public_key,
                now=visitor.now,
            )
            endpoint_id = found.id
    except DomainError as refused:
        return refused_form(visitor, "webhook_new.html", refused, LABELS, values=visitor.form)
    return _webhook_page(visitor, endpoint_id, secret=made.secret)


@router.get("/admin/webhooks/{endpoint_id}")
def show_webhook(visitor: Administrator, endpoint_id: UUID, after: After = None) -> HTMLResponse:
    """Show an endpoint with its tries, the newest events first."""
    return _webhook_page(visitor, endpoint_id, after=after)


@router.post("/admin/webhooks/{endpoint_id}/rotate")
def rotate_secret(visitor: Administrator, endpoint_id: UUID) -> Response:
    """Make a new secret, shown this once; for a day calls are signed with the old one as well."""
    version = Filled(visitor.form).version()
    try:
        with visitor.writes() as session:
            found = actions.find_endpoint(session, visitor.actor, endpoint_id, version)
            vault = Vault(visitor.service.settings.secret_key)
            sealed, secret = webhook_secrets.renew(vault, found.secrets)
            actions.rotate_secret(
                session, visitor.actor, endpoint_id, sealed=sealed, version=version, now=visitor.now
            )
    except DomainError as refused:
        return _webhook_page(visitor, endpoint_id, refused)
    return _webhook_page(visitor, endpoint_id, secret=secret)


@router.post("/admin/webhooks/{endpoint_id}/test")
def try_webhook(visitor: Administrator, endpoint_id: UUID) -> Response:
    """Challenge an endpoint now."""

    def deed(session: Session) -> None:
        actions.try_endpoint(session, visitor.actor, endpoint_id, now=visitor.now)

    return _done(visitor, endpoint_id, deed, TRIED)


@router.post("/admin/webhooks/{endpoint_id}/disable")
def disable_webhook(visitor: Administrator, endpoint_id: UUID) -> Response:
    """Tell an endpoint nothing more until it is enabled."""
    said = Filled(visitor.form)

    def deed(session: Session) -> None:
        actions.disable_endpoint(
            session,
            visitor.actor,
            endpoint_id,
            version=said.version(),
            reason=said.needed("reason"),
            now=visitor.now,
        )

    return _done(visitor, endpoint_id, deed, STOPPED)


@router.post("/admin/webhooks/{endpoint_id}/enable")
def enable_webhook(visitor: Administrator, endpoint_id: UUID) -> Response:
    """Challenge an endpoint that was stopped; then it is told everything since."""
    version = Filled(visitor.form).version()

    def deed(session: Session) -> None:
        actions.enable_endpoint(session, visitor.actor, endpoint_id, version=version, now=visitor.now)

    return _done(visitor, endpoint_id, deed, STARTED)


@router.post("/admin/webhooks/{endpoint_id}/replay")
def replay_webhook(visitor: Administrator, endpoint_id: UUID) -> Response:
    """Tell an endpoint again what it never took."""

    def deed(session: Session) -> None:
        actions.replay(session, visitor.actor, endpoint_id, missing=True, now=visitor.now)

    return _done(visitor, endpoint_id, deed, AGAIN)


def _done(visitor: Visitor, endpoint_id: UUID, deed: Callable[[Session], None], said: str) -> Response:
    try:
        with visitor.writes() as session:
            deed(session)
    except DomainError as refused:
        return _webhook_page(visitor, endpoint_id, refused)
    return visitor.go(f"/admin/webhooks/{endpoint_id}", said)


def _url(said: Filled) -> str:
    url = said.needed("url", URL_MAX)
    if not URL.fullmatch(url) or not (url.isascii() and url.isprintable()):
        raise InvalidValue(field="url", detail="https://HOST[:PORT]/PATH in printable ASCII")
    return url


def _types(said: Filled) -> tuple[str, ...]:
    found = said.lines("types")
    if not 1 <= len(found) <= TYPES_MAX:
        raise InvalidValue(field="type", detail=f"1 to {TYPES_MAX} patterns")
    return found


def _webhook_page(
    visitor: Visitor,
    endpoint_id: UUID,
    refused: DomainError | None = None,
    *,
    after: str | None = None,
    secret: str = "",
) -> HTMLResponse:
    with visitor.snapshot() as connection:
        row = webhooks.one(connection, visitor.actor, endpoint_id)
        tries, last = webhooks.attempts(
            connection,
            visitor.actor,
            endpoint_id,
            state=None,
            after=cursors.two_numbers(after),
            limit=ROWS,
        )
    facts: dict[str, Any] = {
        "row": row,
        "tries": tries,
        "following": cursors.encode(*last) if last else "",
        "secret_once": secret,
        "states": STATE_WORDS,
        "calls": CALL_WORDS,
    }
    if refused is None:
        return show(visitor, "webhook.html", **facts)
    return refused_form(visitor, "webhook.html", refused, LABELS, **facts)
