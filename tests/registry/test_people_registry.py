"""Reminders go to whoever holds the post today, at an address that somebody entered."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.errors import InvalidValue, UnknownReference
from service.domain.escalation import RANKS, Role
from service.domain.people_registry import AddressOrder, PostOrder, import_people, register_person
from service.domain.registry_file import Changed, PersonRow
from service.domain.tables import Address, Event, Person, Post, Unit, table
from service.domain.units import register_unit
from tests.registry.conftest import LATER, NOW, Book

TODAY, SEPTEMBER = date(2024, 4, 17), date(2024, 9, 2)
EMAIL = AddressOrder(channel="email", address="a@x.test", position=0)
ZALO = AddressOrder(channel="zalo", address="uid:1", position=1)
OFFICER = PostOrder(unit_code="x", role=Role.OFFICER)
HEAD = PostOrder(unit_code="y", role=Role.HEAD)


@pytest.fixture(autouse=True)
def two_units(session: Session, book: Book) -> dict[str, Unit]:
    order = {"kind": "xa", "now": NOW}
    return {code: register_unit(session, book.actor, code=code, name=code, **order) for code in ("x", "y")}


def enter(session: Session, book: Book, **order: object) -> Person:
    given = {"code": "a", "name": "Cán bộ A", "posts": [OFFICER], "addresses": [EMAIL, ZALO], "now": NOW}
    return register_person(session, book.actor, **(given | order))


def posts(session: Session) -> set[tuple[object, ...]]:
    columns = select(Unit.code, Post.role, Post.field, Post.valid_from, Post.valid_to)
    return set(session.execute(columns.join(Unit, Unit.id == Post.unit_id)).all())


def addresses(session: Session) -> list[tuple[str, str, int]]:
    columns = select(Address.channel, Address.address, Address.position)
    return [tuple(row) for row in session.execute(columns.order_by(Address.position))]


def told(session: Session) -> list[tuple[object, ...]]:
    row = table(Event)
    changes = sa.select(row.c.payload).where(row.c.kind == "unit.changed.v1").order_by(row.c.seq)
    return [(payload["code"], payload["fields"]) for payload in session.execute(changes).scalars()]


def test_a_person_has_a_post_with_its_rank_and_addresses_in_order(session: Session, book: Book) -> None:
    person = enter(session, book)
    assert (person.code, person.name) == ("a", "Cán bộ A")
    assert posts(session) == {("x", Role.OFFICER, "", TODAY, None)}
    assert session.exec(select(Post.rank)).all() == [RANKS[Role.OFFICER]]
    assert addresses(session) == [("email", "a@x.test", 0), ("zalo", "uid:1", 1)]


def test_the_journal_tells_the_unit_and_never_the_person(session: Session, book: Book) -> None:
    enter(session, book)
    assert told(session) == [("x", ["addresses", "posts"])]
    enter(session, book, now=LATER)
    enter(session, book, addresses=[replace(EMAIL, address="b@x.test"), ZALO], now=LATER)
    assert told(session)[1:] == [("x", ["addresses"])]
    payloads = " ".join(map(str, session.execute(sa.select(table(Event).c.payload)).scalars()))
    assert "x.test" not in payloads
    assert "Cán bộ" not in payloads


def test_moving_ends_one_post_and_begins_another(session: Session, book: Book) -> None:
    enter(session, book)
    enter(session, book, posts=[HEAD], now=LATER)
    assert posts(session) == {
        ("x", Role.OFFICER, "", TODAY, SEPTEMBER),
        ("y", Role.HEAD, "", SEPTEMBER, None),
    }


def test_a_post_given_back_on_the_day_it_ended_goes_on(session: Session, book: Book) -> None:
    enter(session, book)
    enter(session, book, posts=[])
    assert posts(session) == {("x", Role.OFFICER, "", TODAY, TODAY)}
    enter(session, book)
    assert posts(session) == {("x", Role.OFFICER, "", TODAY, None)}


def test_a_first_day_is_corrected_and_an_earlier_term_stays_apart(session: Session, book: Book) -> None:
    first, now = date(2020, 1, 1), date(2023, 5, 1)
    terms = [
        replace(OFFICER, valid_from=now),
        replace(OFFICER, valid_from=first, valid_to=date(2021, 1, 1)),
    ]
    enter(session, book)
    enter(session, book, posts=terms)
    assert posts(session) == {
        ("x", Role.OFFICER, "", now, None),
        ("x", Role.OFFICER, "", first, date(2021, 1, 1)),
    }
    before = told(session)
    enter(session, book, posts=terms[::-1], now=LATER)
    assert told(session) == before


def test_a_changed_address_has_to_be_verified_again_and_an_unnamed_one_is_erased(
    session: Session, book: Book
) -> None:
    enter(session, book)
    session.execute(sa.update(Address).values(verified_at=NOW))
    enter(session, book, addresses=[replace(ZALO, position=0), replace(EMAIL, position=1)])
    assert set(session.exec(select(Address.verified_at))) == {NOW}
    enter(session, book, addresses=[replace(EMAIL, address="b@x.test")])
    assert addresses(session) == [("email", "b@x.test", 0)]
    assert session.exec(select(Address.verified_at)).all() == [None]


@pytest.mark.parametrize(
    ("field", "order"),
    [
        ("code", {"code": "cán bộ"}),
        ("name", {"name": " "}),
        ("posts", {"posts": [OFFICER, OFFICER]}),
        ("posts", {"posts": [replace(OFFICER, field="x" * 101)]}),
        ("posts", {"posts": [replace(OFFICER, valid_from=TODAY, valid_to=TODAY)]}),
        ("addresses", {"addresses": [EMAIL, EMAIL]}),
        ("addresses", {"addresses": [replace(EMAIL, address="not an address")]}),
        ("addresses", {"addresses": [replace(ZALO, address=" ")]}),
        ("addresses", {"addresses": [replace(ZALO, channel="Za lo")]}),
    ],
)
def test_what_cannot_be_held_is_refused_by_its_field(
    session: Session, book: Book, field: str, order: dict[str, object]
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        enter(session, book, **order)
    assert refusal.value.field == field


def test_a_post_at_a_unit_that_nobody_knows_is_refused(session: Session, book: Book) -> None:
    with pytest.raises(UnknownReference) as unknown:
        enter(session, book, posts=[replace(OFFICER, unit_code="z")])
    assert unknown.value.codes == ["z"]


def row(number: int, code: str, unit_code: str = "x", role: str = "officer", **more: object) -> PersonRow:
    return PersonRow(number=number, code=code, name=f"Cán bộ {code}", unit_code=unit_code, role=role, **more)


def test_a_file_enters_people_with_several_posts_and_changes_nothing_twice(
    session: Session, book: Book
) -> None:
    rows = [
        row(2, "a", addresses=(("zalo", "uid:1"), ("email", "a@x.test"))),
        row(3, "b", role="head"),
        row(4, "a", unit_code="y", role="chair"),
    ]
    report = import_people(session, book.actor, rows, now=NOW)
    assert (report.new, report.refused) == (["a", "b"], [])
    assert posts(session) == {
        ("x", Role.OFFICER, "", TODAY, None),
        ("x", Role.HEAD, "", TODAY, None),
        ("y", Role.CHAIR, "", TODAY, None),
    }
    again = import_people(session, book.actor, rows, now=LATER)
    assert (again.new, again.changed, again.unchanged) == ([], [], 2)
    changed = import_people(session, book.actor, [replace(rows[1], role="deputy", name="B")], now=LATER)
    assert changed.changed == [Changed("b", ["name", "posts"])]


def test_a_bad_row_leaves_out_its_person_and_nobody_else(session: Session, book: Book) -> None:
    rows = [
        row(2, "a"),
        row(3, "a", unit_code="z"),
        row(4, "b", role="boss"),
        row(5, "c", problems=("valid_from: ? không phải là ngày",)),
        row(6, "d", addresses=(("email", "nobody"),)),
        row(7, "e"),
        replace(row(8, "a"), name="Cán bộ khác"),
    ]
    report = import_people(session, book.actor, rows, now=NOW)
    assert report.new == ["e"]
    assert [(each.row, each.reason) for each in report.refused] == [
        (2, "dòng khác của cùng một người có lỗi"),
        (3, "không có đơn vị z"),
        (4, "role: không có vai trò 'boss'"),
        (5, "valid_from: ? không phải là ngày"),
        (6, "addresses: địa chỉ thư điện tử không đúng"),
        (8, "mã a là của Cán bộ a"),
    ]


def test_the_number_of_statements_does_not_grow_with_the_people(session: Session, book: Book) -> None:
    asked: list[object] = []

    def count(*args: object) -> None:
        asked.append(args[2])

    rows = [row(n, f"p{n}", addresses=(("zalo", f"uid:{n}"),)) for n in range(200)]
    sa.event.listen(book.database.engine, "before_cursor_execute", count)
    import_people(session, book.actor, rows, now=datetime(2024, 5, 1, tzinfo=UTC))
    sa.event.remove(book.database.engine, "before_cursor_execute", count)
    assert len(asked) <= 10
