"""API keys: made and replaced, each shown once, and revoked."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from starlette.responses import HTMLResponse, Response

from service.domain.calendar import midnight
from service.domain.errors import DomainError, InvalidValue
from service.domain.key_rules import OVERLAP_MAX
from service.domain.keys import SCOPES, NewKey, revoke_key
from service.domain.permissions import KeyRole
from service.domain.reading import keys
from service.edge import keymaking
from service.web.admin.fields import Filled
from service.web.admin.shared import Administrator, refused_form, show
from service.web.admin.units import known_units
from service.web.admin.words import ACCOUNT_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "name": marked("Tên khóa"),
    "role": marked("Vai trò"),
    "unit_code": marked("Đơn vị"),
    "networks": marked("Mạng được dùng"),
    "last_day": marked("Dùng đến hết ngày"),
    "overlap_hours": marked("Số giờ khóa cũ còn dùng được"),
}
HOURS_MAX = int(OVERLAP_MAX.total_seconds()) // 3600
OVERLAP_USUAL = 24
NETWORKS_MAX = 20
REVOKED = marked("Đã thu hồi khóa: khóa không mở được gì nữa.")


@router.get("/admin/keys")
def show_keys(visitor: Administrator) -> HTMLResponse:
    """List the keys that the visitor may administer, without their secrets."""
    return _keys_page(visitor)


@router.get("/admin/keys/new")
def show_new_key(visitor: Administrator) -> HTMLResponse:
    """Show the empty form of a key."""
    values = {"role": KeyRole.CLERK.value, "may_write": "1"}
    return show(visitor, "key_new.html", **_form(visitor, values))


@router.post("/admin/keys")
def make_key(visitor: Administrator) -> Response:
    """Make a key; the answer shows it this once."""
    try:
        said = Filled(visitor.form)
        with visitor.writes() as session:
            made = keymaking.make(
                session,
                visitor.actor,
                name=said.needed("name", 200),
                role=said.word("role", KeyRole),
                scopes=SCOPES if said.ticked("may_write") else frozenset({"read"}),
                unit_code=said.code("unit_code"),
                every_register=said.ticked("every_register"),
                networks=_networks(said),
                expires_at=_end(said.day("last_day")),
                now=visitor.now,
            )
            token = made.token
    except DomainError as refused:
        return refused_form(visitor, "key_new.html", refused, LABELS, **_form(visitor, visitor.form))
    return _keys_page(visitor, token=token)


@router.post("/admin/keys/{key_id}/replace")
def replace_key(visitor: Administrator, key_id: UUID) -> Response:
    """Make a key that opens the same, shown this once; the present one goes on for some hours."""
    said = Filled(visitor.form)
    try:
        with visitor.writes() as session:
            made: NewKey = keymaking.replace(
                session,
                visitor.actor,
                key_id,
                overlap=timedelta(hours=said.number("overlap_hours", 0, HOURS_MAX)),
                expires_at=None,
                version=said.version(),
                now=visitor.now,
            )
            token = made.token
    except DomainError as refused:
        return _keys_page(visitor, refused)
    visitor.service.keys.forget()
    return _keys_page(visitor, token=token)


@router.post("/admin/keys/{key_id}/revoke")
def revoke(visitor: Administrator, key_id: UUID) -> Response:
    """Let a key open nothing any more, everywhere within two seconds."""
    version = Filled(visitor.form).version()
    try:
        with visitor.writes() as session:
            revoke_key(session, visitor.actor, key_id, version=version, now=visitor.now)
    except DomainError as refused:
        return _keys_page(visitor, refused)
    visitor.service.keys.forget()
    return visitor.go("/admin/keys", REVOKED)


def _networks(said: Filled) -> tuple[str, ...]:
    try:
        found = tuple(str(ip_network(each)) for each in said.lines("networks"))
    except ValueError:
        raise InvalidValue(field="networks", detail="not a network such as 10.1.0.0/16") from None
    if len(found) > NETWORKS_MAX:
        raise InvalidValue(field="networks", detail=f"at most {NETWORKS_MAX}")
    return found


def _end(last_day: date | None) -> datetime | None:
    return None if last_day is None else midnight(last_day + timedelta(days=1))


def _keys_page(visitor: Visitor, refused: DomainError | None = None, *, token: str = "") -> HTMLResponse:
    with visitor.reads() as connection:
        rows = keys.keys(connection, visitor.actor)
    facts: dict[str, Any] = {
        "rows": rows,
        "token": token,
        "roles": ACCOUNT_WORDS,
        "hours_max": HOURS_MAX,
        "hours": OVERLAP_USUAL,
        "now": visitor.now,
    }
    if refused is None:
        return show(visitor, "keys.html", **facts)
    return refused_form(visitor, "keys.html", refused, LABELS, **facts)


def _form(visitor: Visitor, values: Mapping[str, str]) -> dict[str, Any]:
    with visitor.reads() as connection:
        known = known_units(connection, visitor)
    of_installation = visitor.actor.unit_id is None
    return {"values": values, "units": known, "roles": ACCOUNT_WORDS, "of_installation": of_installation}
