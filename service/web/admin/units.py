"""Units: searched, entered one by one or from a file, corrected and renamed."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse, Response

from service.domain import registry_file
from service.domain import units as actions
from service.domain.calendar import office_day
from service.domain.errors import DomainError, StaleVersion
from service.domain.reading import people, units
from service.domain.reading.units import UnitRow, UnitWhole
from service.domain.unit_rules import FROM_THE_START, KINDS
from service.edge import cursors
from service.web.admin.fields import Filled
from service.web.admin.shared import (
    CHOICES_MAX,
    ROWS,
    WRITTEN_ANEW,
    Administrator,
    After,
    Searched,
    SentFile,
    refused_form,
    show,
)
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "code": marked("Mã"),
    "name": marked("Tên"),
    "kind": marked("Loại"),
    "parent_code": marked("Đơn vị cấp trên"),
    "aliases": marked("Tên gọi khác"),
    "valid_from": marked("Từ ngày"),
    "attributes": marked("Thuộc tính"),
    "identifiers": marked("Mã định danh"),
    "from_on": marked("Thay đổi có từ ngày"),
    "file": marked("Tệp"),
}
ENTERED = marked("Đã thêm đơn vị.")


@router.get("/admin/units")
def show_units(
    visitor: Administrator,
    q: Searched = "",
    kind: Searched = "",
    parent: Searched = "",
    after: After = None,
) -> HTMLResponse:
    """List the units of today; what is searched for may be written without accents."""
    with visitor.reads() as connection:
        rows, last = units.page(
            connection,
            visitor.actor,
            q=q or None,
            kind=kind or None,
            parent_code=parent or None,
            as_of=office_day(visitor.now),
            after=cursors.just_text(after),
            limit=ROWS,
        )
    asked = {"q": q, "kind": kind, "parent": parent}
    following = cursors.encode(last) if last else ""
    return show(visitor, "units.html", rows=rows, asked=asked, kinds=KINDS, following=following)


@router.get("/admin/units/new")
def show_new_unit(visitor: Administrator) -> HTMLResponse:
    """Show the empty form of a unit."""
    with visitor.reads() as connection:
        known = known_units(connection, visitor)
    return show(visitor, "unit_new.html", values={"subordinate": "1"}, kinds=KINDS, units=known)


@router.post("/admin/units")
def enter_unit(visitor: Administrator) -> Response:
    """Enter a unit."""
    try:
        said = Filled(visitor.form)
        with visitor.writes() as session:
            unit = actions.register_unit(
                session,
                visitor.actor,
                code=said.needed("code"),
                **_said(said),
                valid_from=said.day("valid_from"),
                now=visitor.now,
            )
            code = unit.code
    except DomainError as refused:
        with visitor.reads() as connection:
            known = known_units(connection, visitor)
        again: dict[str, Any] = {"values": visitor.form, "kinds": KINDS, "units": known}
        return refused_form(visitor, "unit_new.html", refused, LABELS, **again)
    return visitor.go(f"/admin/units/{code}", ENTERED)


@router.post("/admin/units/import")
def import_units(
    visitor: Administrator, file: SentFile, only_look: Annotated[bool, Query()] = False
) -> HTMLResponse:
    """Enter the units of a file, or only show what would become of it."""
    try:
        parsed = registry_file.parse_units(file.path.read_bytes())
        with visitor.writes() as session:
            report = actions.import_units(session, visitor.actor, parsed.rows, now=visitor.now)
            if only_look:
                session.rollback()
    except DomainError as refused:
        empty: dict[str, Any] = {
            "rows": [],
            "asked": {"q": "", "kind": "", "parent": ""},
            "kinds": KINDS,
            "following": "",
        }
        return refused_form(visitor, "units.html", refused, LABELS, **empty)
    facts: dict[str, Any] = {"report": report, "unknown": parsed.unknown_columns, "only_look": only_look}
    return show(visitor, "imported.html", back="/admin/units", **facts)


@router.get("/admin/units/{code}")
def show_unit(visitor: Administrator, code: str, on: date | None = None) -> HTMLResponse:
    """Show a unit with its people, and the form that changes it; `on` shows it as it is on another day."""
    return _unit_page(visitor, code, on or office_day(visitor.now))


@router.post("/admin/units/{code}")
def change_unit(visitor: Administrator, code: str) -> Response:
    """Correct or rename a unit; a rename keeps the unit and its history."""
    try:
        said = Filled(visitor.form)
        with visitor.writes() as session:
            actions.change_unit(
                session,
                visitor.actor,
                code,
                _said(said),
                version=said.version(),
                from_on=said.day("from_on"),
                now=visitor.now,
            )
    except DomainError as refused:
        return _unit_page(visitor, code, office_day(visitor.now), refused)
    return visitor.go(f"/admin/units/{code}", WRITTEN_ANEW)


def known_units(connection: Connection, visitor: Visitor) -> list[UnitRow]:
    """Return the units of today that the fields of a form propose."""
    rows, _ = units.page(
        connection,
        visitor.actor,
        q=None,
        kind=None,
        parent_code=None,
        as_of=office_day(visitor.now),
        after=None,
        limit=CHOICES_MAX,
    )
    return rows


def _unit_page(visitor: Visitor, code: str, day: date, refused: DomainError | None = None) -> HTMLResponse:
    with visitor.snapshot() as connection:
        whole = units.one(connection, visitor.actor, code, as_of=day)
        known = known_units(connection, visitor)
        there, more = people.page(
            connection, visitor.actor, unit_code=code, today=office_day(visitor.now), after=None, limit=ROWS
        )
    facts: dict[str, Any] = {
        "whole": whole,
        "units": known,
        "people": there,
        "has_more_people": more is not None,
        "kinds": KINDS,
        "from_the_start": FROM_THE_START,
        "values": _written(whole) if refused is None else visitor.form,
        "is_stale": isinstance(refused, StaleVersion),
    }
    if refused is None:
        return show(visitor, "unit.html", **facts)
    return refused_form(visitor, "unit.html", refused, LABELS, **facts)


def _said(said: Filled) -> dict[str, Any]:
    """Return what a form says of a unit, new or not."""
    return {
        "name": said.needed("name"),
        "kind": said.needed("kind", 40),
        "parent_code": said.code("parent_code"),
        "aliases": said.lines("aliases"),
        "subordinate": said.ticked("subordinate"),
        "attributes": said.lines("attributes"),
        "identifiers": said.pairs("identifiers"),
    }


def _written(whole: UnitWhole) -> Mapping[str, str]:
    """Return a unit as the fields of its form have it."""
    return {
        "name": whole.row.name,
        "kind": whole.row.kind,
        "parent_code": whole.row.parent_code or "",
        "aliases": "\n".join(whole.aliases),
        "subordinate": "1" if whole.row.subordinate else "",
        "attributes": "\n".join(whole.attributes),
        "identifiers": "\n".join(f"{scheme} = {value}" for scheme, value in whole.identifiers.items()),
    }
