"""People: the posts they hold, where they are reached, when they are away, the address of their calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from service.domain import absences as actions_of_absences
from service.domain import feeds, registry_file
from service.domain import people_registry as actions
from service.domain.calendar import office_day
from service.domain.errors import AlreadyExists, DomainError, StaleVersion, require_current
from service.domain.escalation import Role
from service.domain.reading import absences, people
from service.domain.reading.people import PersonWhole
from service.edge import cursors
from service.web.admin.channel_states import CHANNEL_WORDS
from service.web.admin.fields import Filled
from service.web.admin.shared import (
    ROWS,
    WRITTEN_ANEW,
    Administrator,
    After,
    Searched,
    SentFile,
    refused_form,
    rows_of,
    show,
)
from service.web.admin.units import known_units
from service.web.admin.words import POST_WORDS
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
LABELS = {
    "code": marked("Mã"),
    "name": marked("Họ và tên"),
    "posts": marked("Vị trí"),
    "unit_code": marked("Đơn vị"),
    "role": marked("Vai trò"),
    "valid_from": marked("Từ ngày"),
    "valid_to": marked("Đến trước ngày"),
    "addresses": marked("Địa chỉ nhận tin"),
    "from_on": marked("Vắng từ ngày"),
    "until_on": marked("Đến hết ngày"),
    "deputy_code": marked("Người thay"),
    "file": marked("Tệp"),
}
SPARE_ROWS = 1
"""Empty rows at the end of the posts and of the addresses of a form."""

POST_FIELDS = ("unit_code", "role", "field", "valid_from", "valid_to")
ADDRESS_FIELDS = ("address", "channel")
ENTERED = marked("Đã thêm cán bộ.")
AWAY = marked("Đã ghi nhận vắng mặt.")
BACK = marked("Đã kết thúc vắng mặt từ hôm nay.")
FEED_ENDED = marked("Địa chỉ lịch đã thôi dùng được.")
REACHED_BY = {channel: words for channel, words in CHANNEL_WORDS.items() if channel != "console"}


@router.get("/admin/people")
def show_people(visitor: Administrator, unit: Searched = "", after: After = None) -> HTMLResponse:
    """List people with their posts, by code."""
    with visitor.reads() as connection:
        found, last = people.page(
            connection,
            visitor.actor,
            unit_code=unit or None,
            today=office_day(visitor.now),
            after=cursors.just_text(after),
            limit=ROWS,
        )
        known = known_units(connection, visitor)
    facts: dict[str, Any] = {
        "people": found,
        "unit": unit,
        "units": known,
        "following": cursors.encode(last) if last else "",
    }
    return show(visitor, "people.html", roles=POST_WORDS, today=office_day(visitor.now), **facts)


@router.get("/admin/people/new")
def show_new_person(visitor: Administrator, unit: Searched = "") -> HTMLResponse:
    """Show the empty form of a person, at a unit if one is named."""
    values = {"unit_code.0": unit, "role.0": Role.OFFICER.value}
    return show(visitor, "person_new.html", **_form(visitor, values))


@router.post("/admin/people")
def enter_person(visitor: Administrator) -> Response:
    """Enter a person."""
    try:
        with visitor.writes() as session:
            said = Filled(visitor.form)
            code = said.needed("code")
            today = office_day(visitor.now)
            if people.page(session.connection(), visitor.actor, code=code, today=today, after=None, limit=1)[
                0
            ]:
                raise AlreadyExists(what="person", key=code)
            _register(session, visitor, code, said)
    except DomainError as refused:
        return refused_form(visitor, "person_new.html", refused, LABELS, **_form(visitor, visitor.form))
    return visitor.go(f"/admin/people/{code}", ENTERED)


@router.post("/admin/people/import")
def import_people(
    visitor: Administrator, file: SentFile, only_look: Annotated[bool, Query()] = False
) -> HTMLResponse:
    """Enter the people of a file, or only show what would become of it."""
    try:
        parsed = registry_file.parse_people(file.path.read_bytes())
        with visitor.writes() as session:
            report = actions.import_people(session, visitor.actor, parsed.rows, now=visitor.now)
            if only_look:
                session.rollback()
    except DomainError as refused:
        empty: dict[str, Any] = {"people": [], "unit": "", "units": [], "following": "", "roles": POST_WORDS}
        return refused_form(visitor, "people.html", refused, LABELS, today=office_day(visitor.now), **empty)
    facts: dict[str, Any] = {"report": report, "unknown": parsed.unknown_columns, "only_look": only_look}
    return show(visitor, "imported.html", back="/admin/people", **facts)


@router.get("/admin/people/{code}")
def show_person(visitor: Administrator, code: str) -> HTMLResponse:
    """Show a person, with forms for everything that may be said of them."""
    return _person_page(visitor, code)


@router.post("/admin/people/{code}")
def change_person(visitor: Administrator, code: str) -> Response:
    """Say anew which posts and addresses hold."""
    try:
        with visitor.writes() as session:
            said = Filled(visitor.form)
            whole = people.one(session.connection(), visitor.actor, code, today=office_day(visitor.now))
            require_current(said.version(), whole.version)
            _register(session, visitor, code, said)
    except DomainError as refused:
        return _person_page(visitor, code, refused, form="person")
    return visitor.go(f"/admin/people/{code}", WRITTEN_ANEW)


@router.post("/admin/people/{code}/absences")
def record_absence(visitor: Administrator, code: str) -> Response:
    """Say that a person is away from the posts held at a unit."""
    try:
        said = Filled(visitor.form)
        with visitor.writes() as session:
            actions_of_absences.record_absence(
                session,
                visitor.actor,
                code,
                unit_code=said.needed("unit_code"),
                from_on=said.needed_day("from_on"),
                until_on=said.day("until_on"),
                deputy_code=said.code("deputy_code"),
                reason=said.line("reason"),
                now=visitor.now,
            )
    except DomainError as refused:
        return _person_page(visitor, code, refused, form="absence")
    return visitor.go(f"/admin/people/{code}", AWAY)


@router.post("/admin/people/{code}/absences/{absence_id}/end")
def end_absence(visitor: Administrator, code: str, absence_id: UUID) -> Response:
    """End an absence from today on."""
    version = Filled(visitor.form).version()
    with visitor.writes() as session:
        actions_of_absences.end_absence(
            session, visitor.actor, code, absence_id, version=version, now=visitor.now
        )
    return visitor.go(f"/admin/people/{code}", BACK)


@router.post("/admin/people/{code}/calendar-feed")
def make_calendar_feed(visitor: Administrator, code: str) -> HTMLResponse:
    """Make the address of a person's calendar, and show it this once; the one before is dead."""
    with visitor.writes() as session:
        made = feeds.make_feed(session, visitor.actor, code, now=visitor.now)
    return _person_page(visitor, code, feed_url=made.url(visitor.service.settings.origin))


@router.post("/admin/people/{code}/calendar-feed/revoke")
def revoke_calendar_feed(visitor: Administrator, code: str) -> Response:
    """Let the address of a person's calendar open nothing any more."""
    with visitor.writes() as session:
        feeds.revoke_feed(session, visitor.actor, code, now=visitor.now)
    return visitor.go(f"/admin/people/{code}", FEED_ENDED)


def _register(session: Session, visitor: Visitor, code: str, said: Filled) -> None:
    actions.register_person(
        session,
        visitor.actor,
        code=code,
        name=said.needed("name"),
        posts=[_post(row) for row in said.rows(*POST_FIELDS)],
        addresses=[
            actions.AddressOrder(channel=row.needed("channel"), address=row.needed("address"), position=place)
            for place, row in enumerate(said.rows(*ADDRESS_FIELDS))
        ],
        now=visitor.now,
    )


def _post(row: Filled) -> actions.PostOrder:
    return actions.PostOrder(
        unit_code=row.needed("unit_code"),
        role=row.word("role", Role),
        field=row.line("field"),
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
    )


def _person_page(
    visitor: Visitor, code: str, refused: DomainError | None = None, *, form: str = "", feed_url: str = ""
) -> HTMLResponse:
    today = office_day(visitor.now)
    with visitor.snapshot() as connection:
        whole = people.one(connection, visitor.actor, code, today=today)
        away, _ = absences.page(connection, visitor.actor, code, today=today, limit=ROWS)
    facts: dict[str, Any] = {
        "whole": whole,
        "former": [post for post in whole.posts if post.valid_to is not None and post.valid_to <= today],
        "places": {post.unit_code: post.unit_name for post in whole.posts},
        "absences": away[::-1],
        "absent": visitor.form if form == "absence" else {},
        "feed_url": feed_url,
        "today": today,
        "is_stale": isinstance(refused, StaleVersion),
        **_form(visitor, visitor.form if form == "person" else _written(whole, today)),
    }
    if refused is None:
        return show(visitor, "person.html", **facts)
    return refused_form(visitor, "person.html", refused, LABELS, **facts)


def _form(visitor: Visitor, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form of a person needs: as many rows as are filled, and some more."""
    with visitor.reads() as connection:
        known = known_units(connection, visitor)
    return {
        "values": values,
        "post_rows": rows_of(values, "unit_code", SPARE_ROWS),
        "address_rows": rows_of(values, "address", SPARE_ROWS),
        "roles": POST_WORDS,
        "channels": REACHED_BY,
        "units": known,
    }


def _written(whole: PersonWhole, today: date) -> dict[str, str]:
    """Return a person as the fields of the form have it; posts that ended are no part of it."""
    values = {"name": whole.name}
    held = [post for post in whole.posts if post.valid_to is None or post.valid_to > today]
    for number, post in enumerate(held):
        for name in POST_FIELDS:
            said = post.unit_code if name == "unit_code" else getattr(post, name)
            values[f"{name}.{number}"] = str(said) if said else ""
    for number, place in enumerate(whole.addresses):
        values |= {f"address.{number}": place.address, f"channel.{number}": place.channel}
    return values
