"""Who belongs to a group is a question of the day, asked in one statement."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from service.domain.errors import InvalidValue, NotFound, StaleVersion, UnknownReference
from service.domain.group_rules import Rule
from service.domain.groups import define_group, group_by_code, group_members, members_of
from service.domain.ids import new_id
from service.domain.tables import Alias, Event, GroupMember, Unit, UnitAttribute, UnitGroup, table
from service.domain.units import change_unit, register_unit
from tests.registry.conftest import LATER, NOW, Book

TODAY = date(2024, 4, 17)
REFORM = date(2025, 7, 1)
WHOLE = {"kinds": ["xa", "thi_tran"], "under": "h"}


def district(session: Session, book: Book) -> dict[str, UUID]:
    units = {}
    for code, kind, parent in (
        ("h", "huyen", None),
        ("phong", "phong", "h"),
        ("xa-1", "xa", "h"),
        ("xa-2", "xa", "h"),
        ("tt-1", "thi_tran", "h"),
        ("other", "huyen", None),
        ("xa-9", "xa", "other"),
    ):
        more = {"attributes": ["Xã biên giới"]} if code in ("xa-1", "xa-9") else {}
        unit = register_unit(
            session, book.actor, code=code, name=code, kind=kind, parent_code=parent, now=NOW, **more
        )
        units[code] = unit.id
    return units


def define(session: Session, book: Book, **order: object) -> UnitGroup:
    given_ = {"code": "g", "name": "Nhóm", "now": NOW} | order
    return define_group(session, book.actor, **given_)


def codes(session: Session, group: UnitGroup, day: date) -> list[str]:
    return [member.code for member in group_members(session, group.id, day)]


def end(session: Session, unit_id: UUID, day: date) -> None:
    session.get_one(Unit, unit_id).valid_to = day
    session.flush()


def test_twenty_communes_are_not_twenty_two_communes_and_towns(session: Session, book: Book) -> None:
    district(session, book)
    communes = define(session, book, rule={"kinds": ["xa"], "under": "h"})
    assert codes(session, communes, TODAY) == ["xa-1", "xa-2"]
    assert codes(session, define(session, book, code="cap-xa", rule=WHOLE), TODAY) == ["tt-1", "xa-1", "xa-2"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"under": "h"}, ["phong", "tt-1", "xa-1", "xa-2"]),
        ({"attribute": "xã biên giới"}, ["xa-1", "xa-9"]),
        ({"attribute": "XÃ BIÊN GIỚI", "under": "h"}, ["xa-1"]),
        ({"kinds": ["xa"], "except": ["xa-2", "xa-9"]}, ["xa-1"]),
        ({"kinds": ["huyen"], "under": "h"}, []),
    ],
)
def test_a_rule_asks_for_kind_place_and_attribute_and_leaves_out_by_name(
    session: Session, book: Book, rule: dict[str, object], expected: list[str]
) -> None:
    district(session, book)
    assert codes(session, define(session, book, rule=rule), TODAY) == expected


def test_an_ended_commune_belongs_until_the_day_before(session: Session, book: Book) -> None:
    units = district(session, book)
    ruled = define(session, book, rule=WHOLE)
    fixed = define(session, book, code="f", members=["xa-1", "xa-2"])
    end(session, units["xa-1"], REFORM)
    for group in (ruled, fixed):
        assert "xa-1" in codes(session, group, REFORM - timedelta(days=1))
        assert "xa-1" not in codes(session, group, REFORM)
    end(session, units["h"], REFORM)
    assert codes(session, ruled, REFORM) == []


def test_a_commune_at_the_border_belongs_while_it_counts_as_one(session: Session, book: Book) -> None:
    district(session, book)
    group = define(session, book, rule={"attribute": "xã biên giới"})
    change_unit(session, book.actor, "xa-9", {"attributes": []}, version=None, now=LATER)
    assert codes(session, group, date(2024, 9, 1)) == ["xa-1", "xa-9"]
    assert codes(session, group, date(2024, 9, 2)) == ["xa-1"]


def test_the_first_members_have_always_belonged_and_later_ones_from_their_day(
    session: Session, book: Book
) -> None:
    district(session, book)
    group = define(session, book, members=["xa-1", "xa-2"])
    assert codes(session, group, date(2010, 1, 1)) == ["xa-1", "xa-2"]
    define(session, book, members=["xa-2", "tt-1"], now=LATER)
    assert codes(session, group, date(2024, 9, 1)) == ["xa-1", "xa-2"]
    assert codes(session, group, date(2024, 9, 2)) == ["tt-1", "xa-2"]
    assert len(session.exec(select(GroupMember)).all()) == 3


def test_the_same_definition_again_changes_nothing_and_tells_nobody(session: Session, book: Book) -> None:
    district(session, book)
    order = {"members": ["xa-1"], "aliases": ["các xã", "UBND các xã"]}
    first = define(session, book, **order)
    assert define(session, book, **order, version=1).version == first.version == 1
    assert define(session, book, members=["xa-1"], aliases=["các xã"], version=1).version == 2
    assert session.exec(select(Alias.phrase)).all() == ["các xã"]
    kind = table(Event).c.kind
    changes = sa.select(sa.func.count()).where(kind == "unit_group.changed.v1")
    assert session.execute(changes).scalar_one() == 2


def test_a_stale_definition_and_one_of_nothing_are_refused(session: Session, book: Book) -> None:
    define(session, book, rule={"kinds": ["xa"]})
    define(session, book, rule={"kinds": ["phuong"]})
    with pytest.raises(StaleVersion):
        define(session, book, rule={"kinds": ["xa"]}, version=1)
    with pytest.raises(NotFound):
        define(session, book, code="new", rule={"kinds": ["xa"]}, version=1)
    with pytest.raises(NotFound):
        group_by_code(session, book.register_id, "new")


@pytest.mark.parametrize(
    ("field", "order"),
    [
        ("members", {}),
        ("members", {"members": ["xa-1"], "rule": {"kinds": ["xa"]}}),
        ("rule", {"rule": {"kind": ["xa"]}}),
        ("rule", {"rule": {"except": ["xa-1"]}}),
        ("rule", {"rule": {"kinds": "xa"}}),
        ("rule", {"rule": {"kinds": ["Xã"]}}),
        ("rule", {"rule": {"under": 5}}),
        ("rule", {"rule": {"attribute": "x" * 61}}),
        ("rule", {"rule": {"under": "no code"}}),
        ("code", {"code": "các xã", "members": []}),
        ("name", {"name": " ", "members": []}),
        ("aliases", {"aliases": ["…"], "members": []}),
    ],
)
def test_a_group_that_says_nothing_clear_is_refused(
    session: Session, book: Book, field: str, order: dict[str, object]
) -> None:
    district(session, book)
    with pytest.raises(InvalidValue) as refusal:
        define(session, book, **order)
    assert refusal.value.field == field


def test_codes_that_nobody_bears_are_listed(session: Session, book: Book) -> None:
    district(session, book)
    with pytest.raises(UnknownReference) as unknown:
        define(session, book, members=["xa-1", "z", "y"])
    assert unknown.value.codes == ["y", "z"]
    with pytest.raises(UnknownReference) as unknown:
        define(session, book, rule={"under": "nobody", "except": ["z"]})
    assert unknown.value.codes == ["nobody", "z"]


def test_members_feed_an_insert_of_the_same_transaction(session: Session, book: Book) -> None:
    units = district(session, book)
    groups = [
        define(session, book, rule=WHOLE),
        define(session, book, code="f", members=["xa-1"]),
        define(session, book, code="other", rule={"under": "other"}),
    ]
    found = members_of(session, [group.id for group in groups], TODAY).cte("expansion")
    marks = table(UnitAttribute)
    rows = sa.select(found.c.unit_id, found.c.unit_id, sa.literal("mark"), sa.literal(TODAY)).where(
        found.c.group_id != groups[1].id
    )
    columns = ["id", "unit_id", "attribute", "valid_from"]
    session.connection().execute(sa.insert(marks).from_select(columns, rows))
    marked = sa.select(marks.c.unit_id).where(marks.c.attribute == "mark")
    assert set(session.execute(marked).scalars()) == {units[c] for c in ("xa-1", "xa-2", "tt-1", "xa-9")}
    assert session.execute(members_of(session, [], TODAY)).all() == []


def test_a_renamed_code_of_a_living_unit_is_still_the_same_member(session: Session, book: Book) -> None:
    district(session, book)
    group = define(session, book, members=["xa-1"])
    change_unit(session, book.actor, "xa-1", {"name": "Xã khác", "kind": "phuong"}, version=None, now=LATER)
    (member,) = group_members(session, group.id, TODAY)
    assert (member.code, member.name, member.kind) == ("xa-1", "Xã khác", "phuong")


@dataclass
class Place:
    """A unit of a random country."""

    code: str
    kind: str
    parent: int | None
    attribute: str
    start: int
    end: int | None


DAYS = st.integers(0, 9)
KINDS = ["huyen", "xa", "thi_tran"]
ATTRIBUTES = ["", "biên giới", "điểm"]
PLACES = st.lists(
    st.builds(
        Place,
        code=st.sampled_from(["a", "b", "c", "d"]),
        kind=st.sampled_from(KINDS),
        parent=st.none() | st.integers(0, 7),
        attribute=st.sampled_from(ATTRIBUTES),
        start=DAYS,
        end=st.none() | st.integers(1, 10),
    ),
    max_size=8,
)
RULES = st.builds(
    Rule,
    kinds=st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    under=st.sampled_from(["", "a", "b", "z"]),
    attribute=st.sampled_from(ATTRIBUTES),
    left_out=st.lists(st.sampled_from(["a", "c", "z"]), max_size=2, unique=True).map(tuple),
).filter(lambda rule: bool(rule.kinds or rule.under or rule.attribute))


def lives(place: Place, day: int) -> bool:
    return place.start <= day and (place.end is None or place.end > day)


def naively(places: list[Place], rule: Rule, day: int) -> set[int]:
    def above(n: int) -> set[int]:
        found, parent = set(), places[n].parent
        while parent is not None:
            found.add(parent)
            parent = places[parent].parent
        return found

    tops = {n for n, place in enumerate(places) if place.code == rule.under and lives(place, day)}
    return {
        n
        for n, place in enumerate(places)
        if lives(place, day)
        and (not rule.kinds or place.kind in rule.kinds)
        and (not rule.under or (tops & above(n) and place.code != rule.under))
        and (not rule.attribute or place.attribute == rule.attribute)
        and place.code not in rule.left_out
    }


def sound(places: list[Place]) -> list[Place]:
    """Make a registry of anything: parents come earlier, and a code has one bearer a day."""
    kept: list[Place] = []
    for place in places:
        spans = [other for other in kept if other.code == place.code]
        start, end = place.start, place.end if place.end is None or place.end > place.start else None
        overlaps = any(
            (other.end is None or other.end > start) and (end is None or end > other.start) for other in spans
        )
        if not overlaps:
            parent = place.parent if place.parent is not None and place.parent < len(kept) else None
            kept.append(Place(place.code, place.kind, parent, place.attribute, start, end))
    return kept


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=PLACES, rules=st.lists(RULES, min_size=1, max_size=3), day=DAYS)
def test_the_statement_finds_whom_the_rule_means(
    book: Book, drawn: list[Place], rules: list[Rule], day: int
) -> None:
    places = sound(drawn)
    first = date(2024, 1, 1)

    def on(n: int | None) -> date | None:
        return None if n is None else first + timedelta(days=n)

    with Session(book.database.engine, autoflush=False) as session:
        ids = [new_id(NOW) for _ in places]
        for id_, place in zip(ids, places, strict=True):
            dated = {"valid_from": on(place.start), "valid_to": on(place.end)}
            parent_id = None if place.parent is None else ids[place.parent]
            name = {"name": place.code, "name_folded": place.code}
            row = {
                "id": id_,
                "code": place.code,
                "kind": place.kind,
                "parent_id": parent_id,
                "subordinate": True,
            }
            session.connection().execute(sa.insert(table(Unit)).values(version=1, **row, **name, **dated))
            if place.attribute:
                mark = {"id": new_id(NOW), "unit_id": id_, "attribute": place.attribute}
                session.connection().execute(sa.insert(table(UnitAttribute)).values(**mark, **dated))
        groups = [
            UnitGroup(
                id=new_id(NOW), register_id=book.register_id, code=f"g{n}", name="g", rule=rule.written()
            )
            for n, rule in enumerate(rules)
        ]
        session.add_all(groups)
        session.flush()
        as_of = first + timedelta(days=day)
        pairs = session.execute(members_of(session, [group.id for group in groups], as_of)).all()
        session.rollback()
    assert len(pairs) == len(set(pairs))
    for group, rule in zip(groups, rules, strict=True):
        found = {unit_id for group_id, unit_id in pairs if group_id == group.id}
        assert found == {ids[n] for n in naively(places, rule, day)}
