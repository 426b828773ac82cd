"""Groups of units: fixed members, or a rule that is worked out for any day."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain import groups as actions
from service.domain.calendar import office_day
from service.domain.errors import AlreadyExists, DomainError, NotFound, StaleVersion
from service.domain.reading import units
from service.domain.reading.units import GroupRow
from service.domain.unit_rules import KINDS
from service.edge import cursors
from service.web.admin.fields import Filled
from service.web.admin.shared import ROWS, WRITTEN_ANEW, Administrator, After, refused_form, show
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "code": marked("Mã"),
    "name": marked("Tên"),
    "aliases": marked("Tên gọi khác"),
    "members": marked("Đơn vị thành viên"),
    "rule": marked("Quy tắc"),
    "from_on": marked("Thay đổi có từ ngày"),
}
HOW = (
    ("members", marked("theo danh sách đơn vị")),
    ("rule", marked("theo quy tắc: loại, đơn vị cấp trên, thuộc tính")),
)
ENTERED = marked("Đã thêm nhóm đơn vị.")


@router.get("/admin/groups")
def show_groups(visitor: Administrator, after: After = None) -> HTMLResponse:
    """List the groups of the register, by code."""
    with visitor.reads() as connection:
        found, last = units.groups(connection, visitor.actor, after=cursors.just_text(after), limit=ROWS)
    return show(visitor, "groups.html", groups=found, following=cursors.encode(last) if last else "")


@router.get("/admin/groups/new")
def show_new_group(visitor: Administrator) -> HTMLResponse:
    """Show the empty form of a group."""
    return show(visitor, "group_new.html", values={"how": "rule"}, how=HOW, kinds=KINDS)


@router.post("/admin/groups")
def enter_group(visitor: Administrator) -> Response:
    """Make a group."""
    try:
        said = Filled(visitor.form)
        code = said.needed("code")
        with visitor.writes() as session:
            if units.groups(session.connection(), visitor.actor, code=code, limit=1)[0]:
                raise AlreadyExists(what="unit_group", key=code)
            actions.define_group(session, visitor.actor, code=code, **_said(said), now=visitor.now)
    except DomainError as refused:
        again: dict[str, Any] = {"values": visitor.form, "how": HOW, "kinds": KINDS}
        return refused_form(visitor, "group_new.html", refused, LABELS, **again)
    return visitor.go(f"/admin/groups/{code}", ENTERED)


@router.get("/admin/groups/{code}")
def show_group(visitor: Administrator, code: str) -> HTMLResponse:
    """Show a group with its members of today."""
    return _group_page(visitor, code)


@router.post("/admin/groups/{code}")
def change_group(visitor: Administrator, code: str) -> Response:
    """Say anew what a group is; members hold from a day on, earlier days keep theirs."""
    try:
        said = Filled(visitor.form)
        with visitor.writes() as session:
            actions.define_group(
                session,
                visitor.actor,
                code=code,
                **_said(said),
                version=said.version(),
                from_on=said.day("from_on"),
                now=visitor.now,
            )
    except DomainError as refused:
        return _group_page(visitor, code, refused)
    return visitor.go(f"/admin/groups/{code}", WRITTEN_ANEW)


def _said(said: Filled) -> dict[str, Any]:
    by_rule = said.line("how") == "rule"
    rule = {
        "kinds": list(said.lines("kinds")),
        "under": said.line("under"),
        "attribute": said.line("attribute"),
        "except": list(said.lines("except")),
    }
    return {
        "name": said.needed("name"),
        "aliases": said.lines("aliases"),
        "members": None if by_rule else said.lines("members"),
        "rule": rule if by_rule else None,
    }


def _group_page(visitor: Visitor, code: str, refused: DomainError | None = None) -> HTMLResponse:
    with visitor.reads() as connection:
        row, aliases = _one(connection, visitor, code)
        with Session(connection) as session:
            members = actions.group_members(session, row.id, office_day(visitor.now))
    stored = _written(row, aliases, [member.code for member in members])
    facts: dict[str, Any] = {
        "row": row,
        "members": members,
        "how": HOW,
        "kinds": KINDS,
        "values": stored if refused is None else visitor.form,
        "is_stale": isinstance(refused, StaleVersion),
    }
    if refused is None:
        return show(visitor, "group.html", **facts)
    return refused_form(visitor, "group.html", refused, LABELS, **facts)


def _one(connection: Connection, visitor: Visitor, code: str) -> tuple[GroupRow, list[str]]:
    found, _ = units.groups(connection, visitor.actor, code=code, limit=1)
    if not found:
        raise NotFound(what="unit_group")
    return found[0]


def _written(row: GroupRow, aliases: list[str], members: list[str]) -> Mapping[str, str]:
    rule = row.rule or {}
    return {
        "name": row.name,
        "aliases": "\n".join(aliases),
        "how": "rule" if row.rule else "members",
        "members": "" if row.rule else "\n".join(members),
        "kinds": "\n".join(rule.get("kinds", ())),
        "under": rule.get("under", ""),
        "attribute": rule.get("attribute", ""),
        "except": "\n".join(rule.get("except", ())),
    }
