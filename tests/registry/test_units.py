"""A unit is its identity: names, parents and identifiers change and stay explained."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.errors import (
    AlreadyExists,
    InvalidValue,
    NotAllowed,
    NotFound,
    StaleVersion,
    UnknownReference,
)
from service.domain.people import Actor
from service.domain.permissions import KeyRole
from service.domain.tables import Alias, Event, Unit, UnitAttribute, UnitIdentifier, UnitName, table
from service.domain.unit_rules import FROM_THE_START
from service.domain.units import change_unit, register_unit, unit_by_code
from tests.registry.conftest import LATER, NOW, Book

REFORM = date(2025, 7, 1)


def enter(session: Session, book: Book, code: str, name: str, kind: str = "xa", **more: object) -> Unit:
    return register_unit(session, book.actor, code=code, name=name, kind=kind, now=NOW, **more)


def events(session: Session) -> list[tuple[str, dict[str, object]]]:
    row = table(Event)
    return [tuple(each) for each in session.execute(sa.select(row.c.kind, row.c.payload).order_by(row.c.seq))]


def test_a_unit_entered_without_a_first_day_has_always_been_there(session: Session, book: Book) -> None:
    enter(session, book, "huyen", "UBND huyện Cao Lộc", "huyen")
    unit = enter(
        session, book, "xa-1", "UBND xã Bảo Lâm", parent_code="huyen", identifiers={"census": "06190"}
    )
    assert unit_by_code(session, "xa-1", date(1999, 1, 1)).id == unit.id
    assert unit.valid_from == FROM_THE_START
    assert unit.parent_id == unit_by_code(session, "huyen", date(2024, 4, 17)).id
    assert events(session)[-1] == ("unit.registered.v1", {"code": "xa-1"})


def test_a_name_typed_in_decomposed_letters_is_stored_composed(session: Session, book: Book) -> None:
    unit = enter(session, book, "xa-1", "UBND xã  Bảo Lâm")
    assert (unit.name, unit.name_folded) == ("UBND xã Bảo Lâm", "ubnd xa bao lam")


def test_a_code_is_free_again_only_after_its_bearer_has_ended(session: Session, book: Book) -> None:
    first = enter(session, book, "xa-cao-loc", "Xã Cao Lộc")
    with pytest.raises(AlreadyExists):
        enter(session, book, "xa-cao-loc", "Xã Cao Lộc", valid_from=REFORM)
    first.valid_to = REFORM
    session.flush()
    second = enter(session, book, "xa-cao-loc", "Xã Cao Lộc", valid_from=REFORM)
    assert unit_by_code(session, "xa-cao-loc", date(2025, 6, 30)).id == first.id
    assert unit_by_code(session, "xa-cao-loc", REFORM).id == second.id


def test_a_code_that_nobody_bears_on_the_day_is_not_found(session: Session, book: Book) -> None:
    enter(session, book, "xa-moi", "Xã mới", valid_from=REFORM)
    with pytest.raises(UnknownReference):
        unit_by_code(session, "xa-moi", date(2025, 6, 30))


@pytest.mark.parametrize(
    ("field", "order"),
    [
        ("code", {"code": "xã 1", "name": "Xã", "kind": "xa"}),
        ("name", {"code": "x", "name": " . ", "kind": "xa"}),
        ("name", {"code": "x", "name": "x" * 301, "kind": "xa"}),
        ("kind", {"code": "x", "name": "Xã", "kind": "Xã"}),
        ("parent_code", {"code": "x", "name": "Xã", "kind": "xa", "parent_code": "x"}),
        ("aliases", {"code": "x", "name": "Xã", "kind": "xa", "aliases": ["?"]}),
        ("attributes", {"code": "x", "name": "Xã", "kind": "xa", "attributes": ["x" * 61]}),
        ("identifiers", {"code": "x", "name": "Xã", "kind": "xa", "identifiers": {"Tổng cục": "1"}}),
    ],
)
def test_a_value_that_the_table_cannot_hold_is_refused_by_its_field(
    session: Session, book: Book, field: str, order: dict[str, object]
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        register_unit(session, book.actor, **order, now=NOW)
    assert refusal.value.field == field


def test_a_parent_that_nobody_knows_and_an_identifier_that_another_has_are_refused(
    session: Session, book: Book
) -> None:
    with pytest.raises(UnknownReference) as unknown:
        enter(session, book, "x", "Xã X", parent_code="nobody")
    assert unknown.value.codes == ["nobody"]
    enter(session, book, "x", "Xã X", identifiers={"census": "06190"})
    with pytest.raises(AlreadyExists) as taken:
        enter(session, book, "y", "Xã Y", identifiers={"census": "06190"})
    assert taken.value.key == "census:06190"


def test_an_officer_does_not_change_the_registry(session: Session, book: Book) -> None:
    officer = Actor(book.actor.principal_id, book.register_id, None, KeyRole.OFFICER, book.actor.scopes, True)
    with pytest.raises(NotAllowed):
        register_unit(session, officer, code="x", name="Xã", kind="xa", now=NOW)


def test_a_rename_keeps_the_unit_and_the_old_name_with_its_days(session: Session, book: Book) -> None:
    unit = enter(session, book, "x", "Xã Nhất Hòa")
    changed = change_unit(session, book.actor, "x", {"name": "Xã Nhất Tiến"}, version=1, now=LATER)
    assert (changed.id, changed.name, changed.version) == (unit.id, "Xã Nhất Tiến", 2)
    change_unit(
        session, book.actor, "x", {"name": "Xã Thượng"}, version=2, from_on=date(2024, 9, 2), now=LATER
    )
    (old,) = session.exec(select(UnitName)).all()
    assert (old.name, old.valid_from, old.valid_to) == ("Xã Nhất Hòa", FROM_THE_START, date(2024, 9, 2))
    assert events(session)[-1] == ("unit.changed.v1", {"code": "x", "fields": ["name"]})


def test_a_name_cannot_begin_before_the_present_one_did(session: Session, book: Book) -> None:
    enter(session, book, "x", "A")
    change_unit(session, book.actor, "x", {"name": "B"}, version=None, now=LATER)
    with pytest.raises(InvalidValue):
        change_unit(
            session, book.actor, "x", {"name": "C"}, version=None, from_on=date(2024, 5, 1), now=LATER
        )
    with pytest.raises(InvalidValue):
        change_unit(session, book.actor, "x", {"name": "C"}, version=None, from_on=REFORM, now=LATER)


def test_a_change_of_what_somebody_else_changed_is_stale(session: Session, book: Book) -> None:
    enter(session, book, "x", "A")
    change_unit(session, book.actor, "x", {"kind": "phuong"}, version=1, now=NOW)
    with pytest.raises(StaleVersion) as stale:
        change_unit(session, book.actor, "x", {"kind": "xa"}, version=1, now=NOW)
    assert stale.value.version == 2


def test_the_same_again_changes_nothing_and_tells_nobody(session: Session, book: Book) -> None:
    enter(session, book, "x", "Xã X", aliases=["X"], attributes=["Xã điểm"], identifiers={"census": "1"})
    before = events(session)
    same = {"name": "Xã X", "aliases": ["X"], "attributes": ["xã điểm"], "identifiers": {"census": "1"}}
    assert change_unit(session, book.actor, "x", same, version=1, now=LATER).version == 1
    assert events(session) == before


def test_lists_replace_what_was_there_and_dated_ones_keep_their_days(session: Session, book: Book) -> None:
    old = {"attributes": ["xã điểm"], "identifiers": {"census": "1"}}
    enter(session, book, "x", "Xã X", aliases=["X", "X2"], **old)
    new = {"aliases": ["X2", "X3"], "attributes": ["xã biên giới"], "identifiers": {"census": "2"}}
    change_unit(session, book.actor, "x", new, version=1, now=LATER)
    assert set(session.exec(select(Alias.phrase))) == {"X2", "X3"}
    day = date(2024, 9, 2)
    spans = select(UnitAttribute.attribute, UnitAttribute.valid_from, UnitAttribute.valid_to)
    assert set(session.exec(spans)) == {("xã điểm", FROM_THE_START, day), ("xã biên giới", day, None)}
    values = select(UnitIdentifier.value, UnitIdentifier.valid_from, UnitIdentifier.valid_to)
    assert set(session.exec(values)) == {("1", FROM_THE_START, day), ("2", day, None)}


def test_a_value_taken_back_on_the_same_day_leaves_no_trace(session: Session, book: Book) -> None:
    enter(session, book, "x", "Xã X", identifiers={"census": "1"})
    for value in ("2", "1", "2", "1"):
        change_unit(session, book.actor, "x", {"identifiers": {"census": value}}, version=None, now=LATER)
    still = select(UnitIdentifier.value).where(sa.column("valid_to").is_(None))
    assert session.exec(still).all() == ["1"]


def test_a_unit_never_stands_above_itself(session: Session, book: Book) -> None:
    enter(session, book, "a", "A")
    enter(session, book, "b", "B", parent_code="a")
    enter(session, book, "c", "C", parent_code="b")
    with pytest.raises(InvalidValue):
        change_unit(session, book.actor, "a", {"parent_code": "c"}, version=None, now=NOW)
    assert (
        change_unit(session, book.actor, "b", {"parent_code": None}, version=None, now=NOW).parent_id is None
    )


def test_what_cannot_be_changed_is_named(session: Session, book: Book) -> None:
    enter(session, book, "a", "A")
    with pytest.raises(InvalidValue) as refusal:
        change_unit(session, book.actor, "a", {"valid_to": REFORM}, version=None, now=NOW)
    assert refusal.value.field == "valid_to"
    with pytest.raises(NotFound):
        change_unit(session, book.actor, "nobody", {"name": "B"}, version=None, now=NOW)
