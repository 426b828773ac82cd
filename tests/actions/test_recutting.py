"""Two duties read as one item, or one read as two: what a clerk puts right, and that nothing gets lost."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.assignments import AssignmentOrder, assign
from service.domain.cuts import Half
from service.domain.errors import (
    DirectiveNotDraft,
    InvalidValue,
    ItemsWithoutLead,
    NotAllowed,
    StaleVersion,
)
from service.domain.implementing import Origin, link_items
from service.domain.reading import directives
from service.domain.reading.sentences import sentence
from service.domain.recut_refusals import ItemsUndecided
from service.domain.recutting import join_items, split_item
from service.domain.tables import AssignmentRole, Directive, Event, Implementation, table
from tests.district import District

FACTS = {"subject": "Việc của huyện", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
FIRST, SECOND = "Xã-A rà soát hộ nghèo, báo cáo trước ngày 15/3/2024.", "Xã-B lập danh sách."
BOTH = f"{FIRST} {SECOND}"
DAY = {"kind": "date", "iso": "2024-03-15", "bound": "before", "text": "trước ngày 15/3/2024"}
OTHER_DAY = {"kind": "date", "iso": "2024-04-30", "bound": "by", "text": "30/4"}
LETTER = f"UBND huyện yêu cầu:\n1. {FIRST}\n{SECOND}\n2. Họp."


def span(words: str, text: str = LETTER) -> list[int]:
    return [text.index(words), text.index(words) + len(words)]


def item(label: str, text: str, *below: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {"label": label, "text": text, "items": list(below), **facts}


def mention(unit: str, text: str = LETTER) -> dict[str, Any]:
    return {"unit": unit, "role": "lead", "span": span(unit, text)}


def read_letter(office: District) -> UUID:
    """Draft the letter whose first item is two duties, as it is read, and confirm what is certain."""
    assigned = [mention("Xã-A"), mention("Xã-B")]
    whole = item("1", BOTH, assigned=assigned, deadline=DAY | {"span": span(DAY["text"])})
    directive_id = office.draft({**FACTS, "text": LETTER, "items": [whole, item("2", "Họp.")]})
    office.confirm(directive_id)
    return directive_id


def typed(office: District, *items: dict[str, Any]) -> UUID:
    return office.draft({**FACTS, "items": list(items)})


def split(office: District, directive_id: UUID, where: str, first: str, children: Half = Half.FIRST) -> str:
    """Cut an item behind some words; return the locator of the second part."""
    with office.database.write() as session:
        _, second = split_item(
            session, office.chair, directive_id, where, len(first), children=children, version=None,
            now=office.now(),
        )  # fmt: skip
        return second.locator


def join(office: District, directive_id: UUID, where: str, following: str) -> None:
    with office.database.write() as session:
        join_items(session, office.chair, directive_id, where, following, version=None, now=office.now())


def whole(office: District, directive_id: UUID) -> directives.Whole:
    with office.database.read() as connection:
        return directives.one(connection, office.chair, directive_id)


def texts(office: District, directive_id: UUID) -> list[tuple[str, str]]:
    return [(row.locator, row.text) for row in whole(office, directive_id).items]


def found(office: District, directive_id: UUID, where: str) -> directives.ItemRow:
    return next(row for row in whole(office, directive_id).items if row.locator == where)


def units(office: District, directive_id: UUID, where: str) -> list[tuple[str, str | None]]:
    rows = whole(office, directive_id)
    return sorted(
        (str(row.role), row.unit_code or row.group_code)
        for row in rows.assignments[found(office, directive_id, where).id]
    )


def blockers(office: District, directive_id: UUID) -> list[tuple[str, str | None]]:
    return [(each.code, each.item) for each in office.readiness(directive_id).blockers]


def give(office: District, directive_id: UUID, where: str, *orders: AssignmentOrder) -> None:
    with office.database.write() as session:
        assign(session, office.chair, directive_id, where, orders, version=None, now=office.now())


def lead(unit: str, **facts: Any) -> AssignmentOrder:
    return AssignmentOrder(role=AssignmentRole.LEAD, unit_code=unit, **facts)


def test_each_part_has_the_units_and_the_deadline_that_stand_in_its_words(office: District) -> None:
    draft = read_letter(office)
    assert split(office, draft, "1", FIRST) == "1a"
    assert texts(office, draft) == [("1", FIRST), ("1a", SECOND), ("2", "Họp.")]
    assert units(office, draft, "1") == [("lead", "xa-a")]
    assert units(office, draft, "1a") == [("lead", "xa-b")]
    first, second = found(office, draft, "1"), found(office, draft, "1a")
    assert (first.deadline["iso"], second.deadline["kind"]) == ("2024-03-15", "none")
    assert [[m["unit"] for m in row.mentions] for row in (first, second)] == [["Xã-A"], ["Xã-B"]]
    assert (second.label, second.is_task, second.is_tracked) == ("1a", True, True)
    assert blockers(office, draft) == [("items-without-lead", "2")]


def test_a_part_that_names_no_unit_stops_the_issue(office: District) -> None:
    draft = typed(office, item("1", "Xã-A rà soát. Lập danh sách.", deadline=DAY))
    office.assign(draft, "1", units=["xa-a"])
    split(office, draft, "1", "Xã-A rà soát.")
    assert units(office, draft, "1a") == []
    assert ("items-without-lead", "1a") in blockers(office, draft)
    with pytest.raises(ItemsWithoutLead) as refused:
        office.issue(draft, issuer="van-phong", on=date(2024, 3, 4))
    assert refused.value.items == ["1a"]


def test_what_is_not_clear_both_keep_and_a_person_is_asked(office: District) -> None:
    draft = typed(office, item("1", "Rà soát. Lập danh sách.", deadline=DAY))
    left_out = AssignmentOrder(role=AssignmentRole.LEAD, group_code="cac-xa", exceptions=("xa-c",))
    give(office, draft, "1", left_out)
    split(office, draft, "1", "Rà soát.")
    assert units(office, draft, "1") == units(office, draft, "1a") == [("lead", "cac-xa")]
    kept = whole(office, draft).assignments[found(office, draft, "1a").id]
    assert [row.left_out for row in kept] == ["xa-c"]
    asked = [("units-undecided", "1"), ("units-undecided", "1a")]
    asked += [("deadline-undecided", "1"), ("deadline-undecided", "1a")]
    assert blockers(office, draft) == asked
    office.confirm(draft)
    with pytest.raises(ItemsUndecided) as refused:
        office.issue(draft, issuer="van-phong", on=date(2024, 3, 4))
    assert refused.value.items == ["1", "1a"]
    give(office, draft, "1", lead("xa-a"))
    give(office, draft, "1a", lead("xa-b"))
    choices = found(office, draft, "1a").deadline_choices
    assert [reading["kind"] for reading in choices] == ["date", "none"]
    office.change_item(draft, "1", deadline=choices[0])
    office.change_item(draft, "1a", deadline=choices[1])
    assert blockers(office, draft) == []
    assert office.issue(draft, issuer="van-phong", on=date(2024, 3, 4)) == 2


def test_splitting_and_joining_gives_back_what_was_read(office: District) -> None:
    draft = read_letter(office)
    before, held = whole(office, draft), units(office, draft, "1")
    split(office, draft, "1", FIRST)
    join(office, draft, "1", "1a")
    after = whole(office, draft)
    assert [row._replace(mentions=[]) for row in after.items] == [
        row._replace(mentions=[]) for row in before.items
    ]
    assert [m["unit"] for m in after.items[0].mentions] == ["Xã-A", "Xã-B"]
    assert units(office, draft, "1") == held
    assert after.row.version == before.row.version + 2


def test_joining_answers_what_only_the_splitting_asked(office: District) -> None:
    draft = typed(office, item("1", "Rà soát. Lập danh sách.", deadline=DAY))
    office.assign(draft, "1", units=["xa-c"])
    split(office, draft, "1", "Rà soát.")
    join(office, draft, "1", "1a")
    assert blockers(office, draft) == []
    assert units(office, draft, "1") == [("lead", "xa-c")]
    assert found(office, draft, "1").deadline == DAY


def test_the_items_below_stay_with_the_part_that_was_said(office: District) -> None:
    tree = item("1", "Rà soát. Lập danh sách:", item("a", "Hộ nghèo", item("-", "Nữ")), item("b", "Hộ mới"))
    for half, order in ((Half.FIRST, ["1", "1.a", "1.a.-", "1.b", "1a", "2"]), (Half.SECOND, None)):
        draft = typed(office, tree, item("2", "Họp."))
        split(office, draft, "1", "Rà soát.", half)
        rows = whole(office, draft).items
        assert [row.locator for row in rows] == (order or ["1", "1a", "1.a", "1.a.-", "1.b", "2"])
        above = {row.id: row.locator for row in rows}
        assert above[found(office, draft, "1.b").parent_id] == ("1" if half is Half.FIRST else "1a")
        join(office, draft, "1", "1a")
        assert [row.locator for row in whole(office, draft).items] == ["1", "1.a", "1.a.-", "1.b", "2"]
        assert {row.parent_id for row in whole(office, draft).items if row.label in "ab"} == {
            found(office, draft, "1").id
        }


def test_joined_items_have_the_units_of_both_each_once(office: District) -> None:
    draft = typed(office, item("1", "Rà soát.", item("a", "X")), item("2", "Báo cáo.", item("a", "Y")))
    give(office, draft, "1", lead("xa-a"), lead("xa-b"))
    coordinator = AssignmentOrder(role=AssignmentRole.COORDINATE, unit_code="xa-b")
    give(office, draft, "2", lead("xa-a"), coordinator, lead("xa-c"))
    join(office, draft, "1", "2")
    assert texts(office, draft) == [("1", "Rà soát. Báo cáo."), ("1.a", "X"), ("2.a", "Y")]
    assert units(office, draft, "1") == [("lead", "xa-a"), ("lead", "xa-b"), ("lead", "xa-c")]
    assert blockers(office, draft) == []


def test_a_unit_with_two_days_is_asked_about_and_both_are_kept(office: District) -> None:
    draft = typed(office, item("1", "Rà soát."), item("2", "Báo cáo."))
    give(office, draft, "1", lead("xa-a", due_on=date(2024, 3, 20)))
    give(office, draft, "2", lead("xa-a", due_on=date(2024, 4, 20)))
    join(office, draft, "1", "2")
    assert len(units(office, draft, "1")) == 2
    assert blockers(office, draft) == [("units-undecided", "1")]


def test_units_of_the_item_above_do_not_vanish_behind_those_of_one_part(office: District) -> None:
    draft = typed(office, item("1", "Chung:", item("a", "Rà soát."), item("b", "Báo cáo."), task=False))
    office.assign(draft, "1", units=["xa-a"])
    office.assign(draft, "1.b", units=["xa-b"])
    join(office, draft, "1.a", "1.b")
    assert units(office, draft, "1.a") == [("lead", "xa-b")]
    assert blockers(office, draft) == [("units-undecided", "1.a")]


@pytest.mark.parametrize(
    ("above", "one", "other", "kept", "choices"),
    [
        (None, DAY, DAY | {"text": "nửa tháng Ba"}, "2024-03-15", 0),
        (None, DAY, None, "2024-03-15", 0),
        (None, None, DAY, "2024-03-15", 0),
        (None, DAY, OTHER_DAY, "2024-03-15", 2),
        (OTHER_DAY, None, DAY, "2024-03-15", 2),
        (DAY, None, DAY, "2024-03-15", 0),
    ],
)
def test_two_deadlines_are_never_silently_one(
    office: District, above: Any, one: Any, other: Any, kept: str, choices: int
) -> None:
    draft = typed(
        office,
        item(
            "1", "Chung:", item("a", "Rà.", deadline=one), item("b", "Báo.", deadline=other), deadline=above
        ),
    )
    office.assign(draft, "1", units=["xa-a"])
    join(office, draft, "1.a", "1.b")
    row = found(office, draft, "1.a")
    assert (row.deadline["iso"], len(row.deadline_choices)) == (kept, choices)
    assert blockers(office, draft) == ([("deadline-undecided", "1.a")] if choices else [])


def test_the_label_between_two_items_is_the_documents_and_stays(office: District) -> None:
    text = "1. Rà soát theo khoản\n2. Điều 5."
    parts = [item("1", "Rà soát theo khoản"), item("2", "Điều 5.")]
    where = {"code": "x", "severity": "warning", "message": "Mục 2 lạ.", "where": "2"}
    draft = office.draft({**FACTS, "text": text, "items": parts, "findings": [where]})
    join(office, draft, "1", "2")
    assert texts(office, draft) == [("1", "Rà soát theo khoản 2. Điều 5.")]
    with office.database.write() as session:
        assert session.get_one(Directive, draft).findings == [where | {"where": "1"}]


def test_both_parts_carry_out_what_the_whole_did(office: District) -> None:
    origin = office.give(due=None, units=["xa-a"])
    draft = typed(office, item("1", BOTH), item("2", "Họp."))
    with office.database.write() as session:
        link_items(
            session, office.chair, draft, "1", [Origin(directive_id=origin, item="1")], version=None,
            now=office.now(),
        )  # fmt: skip
    split(office, draft, "1", FIRST)
    assert links(office) == [True, True]
    join(office, draft, "1", "1a")
    assert sorted(links(office)) == [False, True]


def links(office: District) -> list[bool]:
    """Return of every link of items if it holds."""
    with office.database.read() as connection:
        rows = connection.execute(sa.select(table(Implementation).c.ended_at))
        return [ended is None for ended in rows.scalars()]


def test_the_journal_says_what_was_split_and_joined(office: District) -> None:
    draft = read_letter(office)
    split(office, draft, "1", FIRST)
    join(office, draft, "1", "1a")
    with office.database.write() as session:
        kinds = ("item.split.v1", "item.joined.v1")
        told = session.exec(select(Event).where(col(Event.kind).in_(kinds)).order_by(col(Event.seq))).all()
        facts = [(row.payload["locator"], row.payload["other"], row.payload["at"]) for row in told]
        said = [sentence(row.kind, row.payload) for row in told]
    assert facts == [("1", "1a", len(FIRST))] * 2
    assert said == ["Tách mục 1 thành mục 1 và mục 1a", "Gộp mục 1a vào mục 1"]


Deed = Callable[[Session, District, UUID], object]


def _split(where: str, at: int, **facts: Any) -> Deed:
    return lambda session, office, draft: split_item(
        session, office.chair, draft, where, at, **({"version": None} | facts), now=office.now()
    )


def _join(where: str, following: str, **facts: Any) -> Deed:
    return lambda session, office, draft: join_items(
        session, office.chair, draft, where, following, **({"version": None} | facts), now=office.now()
    )


@pytest.mark.parametrize(
    ("deed", "refusal", "detail"),
    [
        (_split("1", 1_000), InvalidValue, "not within the text"),
        (_split("1", 1), InvalidValue, "within a word"),
        (_split("1", 8, version=7), StaleVersion, "stale-version"),
        (_join("2", "1"), InvalidValue, "the last one"),
        (_join("1", "1.b"), InvalidValue, "not under the same item"),
        (_join("1.a", "1.c"), InvalidValue, "the next one is 1.b"),
        (_join("1.c", "1.b"), InvalidValue, "the last one"),
        (_join("1", "1"), InvalidValue, "the next one is 2"),
        (_join("1", "2", version=7), StaleVersion, "stale-version"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    office: District, deed: Deed, refusal: type[Exception], detail: str
) -> None:
    parts = [item(label, f"Việc {label}.") for label in "abc"]
    draft = typed(office, item("1", "Rà soát. Báo cáo:", *parts), item("2", "Họp."))
    before = whole(office, draft)
    with pytest.raises(refusal, match=detail), office.database.write() as session:
        deed(session, office, draft)
    assert whole(office, draft).items == before.items


@pytest.mark.parametrize("deed", [_split("1", 4), _join("1", "2")])
def test_an_issued_directive_is_neither_split_nor_joined(office: District, deed: Deed) -> None:
    directive_id = office.give(due=None, items=2, units=["xa-a"])
    with pytest.raises(DirectiveNotDraft), office.database.write() as session:
        deed(session, office, directive_id)


def test_whoever_may_not_draft_may_not_recut(office: District) -> None:
    draft, officer = read_letter(office), office.officer("xa-a")
    with pytest.raises(NotAllowed), office.database.write() as session:
        split_item(session, officer, draft, "1", len(FIRST), version=None, now=office.now())
    with pytest.raises(NotAllowed), office.database.write() as session:
        join_items(session, officer, draft, "1", "2", version=None, now=office.now())
