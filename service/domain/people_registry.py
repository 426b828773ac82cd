"""People, the posts that they hold and where they are reached. Personal data is here and nowhere else."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.errors import AlreadyExists, InvalidValue, UnknownReference
from service.domain.escalation import RANKS, Role
from service.domain.people import Actor
from service.domain.people_store import AddressOrder, PersonOrder, PostOrder, apply
from service.domain.permissions import Action
from service.domain.registry_file import ImportReport, PersonRow, RefusedRow
from service.domain.tables import Person, Unit, table
from service.domain.text import nfc
from service.domain.unit_rules import CODE

CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,19}")
NAME_MAX, FIELD_MAX, ADDRESS_MAX = 200, 100, 200
"""Characters that the columns hold."""

__all__ = ["AddressOrder", "PostOrder", "import_people", "register_person"]

unit = table(Unit)


def register_person(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    posts: Sequence[PostOrder],
    addresses: Sequence[AddressOrder],
    now: datetime,
) -> Person:
    """Enter a person, or say anew what a person's posts and addresses are.

    A post that is not named any more ends today; an address that is not named any more is erased, and a
    changed one has to be verified again. The journal tells which units got other people, not who they are.

    Raises:
        InvalidValue: A value is not of the form that the tables hold.
        UnknownReference: No unit that lives today or begins later bears a code.
        AlreadyExists: Somebody entered the same person at the same moment.
    """
    actor.require(Action.MANAGE_UNITS)
    order = PersonOrder(code=code, name=nfc(name), posts=posts, addresses=addresses)
    for field, reason in _faults(order):
        raise InvalidValue(field=field, detail=reason)
    unit_ids = _unit_ids(session, [order], office_day(now))
    missing = sorted({each.unit_code for each in posts} - set(unit_ids))
    if missing:
        raise UnknownReference(field="posts", codes=missing)
    try:
        apply(session, actor, [order], unit_ids, now=now)
    except IntegrityError:  # somebody entered the same person a moment ago
        raise AlreadyExists(what="person", key=code) from None
    same = select(Person).where(Person.code == code).execution_options(populate_existing=True)
    return session.exec(same).one()


def import_people(
    session: Session, actor: Actor, rows: Sequence[PersonRow], *, now: datetime
) -> ImportReport:
    """Enter and change the people of a file; a person with a bad row is left out with all of its rows.

    A person whom the file does not name stays. The number of statements does not depend on the rows.
    """
    actor.require(Action.MANAGE_UNITS)
    gathered: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        gathered[row.code].append(row)
    reasons = {row.number: "; ".join(row.problems) for row in rows if row.problems}
    orders: dict[str, PersonOrder] = {}
    for code, own in gathered.items():
        for row in own:
            if row.role not in RANKS:
                reasons.setdefault(row.number, f"role: không có vai trò {row.role!r}")
            if row.name != own[0].name:
                reasons.setdefault(row.number, f"mã {code} là của {own[0].name}")
        if not any(row.number in reasons for row in own):
            orders[code] = order = _gather(own)
            for field, reason in _faults(order):
                reasons.setdefault(own[0].number, f"{field}: {reason}")
    unit_ids = _unit_ids(session, orders.values(), office_day(now))
    for row in rows:
        if row.unit_code not in unit_ids:
            reasons.setdefault(row.number, f"không có đơn vị {row.unit_code}")
    bad = {row.code for row in rows if row.number in reasons}
    report = apply(session, actor, [orders[code] for code in gathered if code not in bad], unit_ids, now=now)
    other = "dòng khác của cùng một người có lỗi"
    report.refused = [
        RefusedRow(row.number, row.code, reasons.get(row.number, other)) for row in rows if row.code in bad
    ]
    return report


def _gather(rows: Sequence[PersonRow]) -> PersonOrder:
    """Return what the rows of one person order; the first row that has addresses gives them."""
    pairs = next((row.addresses for row in rows if row.addresses), ())
    return PersonOrder(
        code=rows[0].code,
        name=rows[0].name,
        posts=[
            PostOrder(
                unit_code=row.unit_code,
                role=Role(row.role),
                field=row.field,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in rows
        ],
        addresses=[
            AddressOrder(channel=channel, address=written, position=position)
            for position, (channel, written) in enumerate(pairs)
        ],
    )


def _faults(order: PersonOrder) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an order by itself: the field, and the reason in Vietnamese."""
    if not CODE.fullmatch(order.code):
        yield "code", "mã gồm chữ không dấu, chữ số và . _ -, tối đa 60 ký tự"
    if not 0 < len(order.name) <= NAME_MAX:
        yield "name", f"tên phải có và không dài hơn {NAME_MAX} ký tự"
    held = [(each.unit_code, each.role, each.field, each.valid_from) for each in order.posts]
    if len(set(held)) < len(held):
        yield "posts", "một chức vụ được ghi hai lần"
    for each in order.posts:
        if len(each.field) > FIELD_MAX:
            yield "posts", f"lĩnh vực không dài hơn {FIELD_MAX} ký tự"
        if each.valid_from and each.valid_to and each.valid_to <= each.valid_from:
            yield "posts", "ngày thôi giữ chức phải sau ngày bắt đầu"
    channels = [each.channel for each in order.addresses]
    if len(set(channels)) < len(channels):
        yield "addresses", "mỗi kênh một địa chỉ"
    for place in order.addresses:
        if not CHANNEL.fullmatch(place.channel) or not 0 < len(place.address.strip()) <= ADDRESS_MAX:
            yield "addresses", f"kênh là một từ, địa chỉ phải có và không dài hơn {ADDRESS_MAX} ký tự"
        if place.channel == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+", place.address):
            yield "addresses", "địa chỉ thư điện tử không đúng"


def _unit_ids(session: Session, orders: Iterable[PersonOrder], day: date) -> dict[str, UUID]:
    """Return the units of some posts: living on the day, or beginning later (posts are prepared)."""
    codes = {each.unit_code for order in orders for each in order.posts}
    coming = sa.or_(unit.c.valid_to.is_(None), unit.c.valid_to > day)
    rows = sa.select(unit.c.code, unit.c.id).where(unit.c.code.in_(codes), coming)
    return dict(session.connection().execute(rows.order_by(unit.c.valid_from.desc())).all())
