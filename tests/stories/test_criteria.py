"""New-style countryside: what communes reach of the criteria is worked out from what they measured."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from service.domain import goals, measures, obligations
from service.domain.calendar import office_day
from service.domain.criteria import Bound, CriterionSet, Fulfilment, thousandths
from service.domain.criterion_sets import give_national_sets, set_criteria
from service.domain.errors import InvalidValue, NotAllowed
from service.domain.goals import GoalOrder, Target
from service.domain.measures import MeasureOrder
from service.domain.people import Actor
from service.domain.reading import criteria, matrix, timeline
from service.domain.reading.matrix import CellRow, MatrixQuestion
from service.domain.reading.sentences import sentence
from service.domain.units import change_unit
from tests.district import District
from tests.stories.test_reorganisation import DAY, carry_out, duties, found, merge, plan

MET, NOT_MET, NO_DATA = Fulfilment.MET, Fulfilment.NOT_MET, Fulfilment.NO_DATA
HUYEN: dict[str, Any] = {
    "code": "huyen",
    "name": "Bộ tiêu chí của huyện",
    "basis": "Quyết định số 1/QĐ-UBND",
    "first_year": 2024,
    "last_year": 2025,
    "criteria": [
        {
            "code": "2",
            "name": "Giao thông",
            "indicators": [
                {"code": "2.1", "name": "Đường xã", "measure": "%", "thresholds": [{"amount": 80}]},
                {
                    "code": "2.2",
                    "name": "Đường thôn",
                    "measure": "%",
                    "thresholds": [{"zone": "xã nhóm 3", "amount": 50}, {"amount": 65.5}],
                },
            ],
        },
        {
            "code": "11",
            "name": "Nghèo đa chiều",
            "measure": "%",
            "thresholds": [{"bound": "at_most", "amount": 13}],
        },
    ],
}
Found = dict[str, dict[str, Fulfilment]]


def decide(office: District, **changes: Any) -> None:
    """The district decides its own set of criteria, or changes it."""
    with office.database.write() as session:
        set_criteria(session, office.chair, CriterionSet.of(HUYEN | changes), version=None, now=office.now())


def serve(office: District, directive_id: UUID, *codes: str, set_code: str = "huyen") -> int:
    """Every duty of item 1 serves criteria of 2024, each of its own commune."""
    order = GoalOrder(set_code, 2024, [Target(code) for code in codes])
    with office.database.write() as session:
        return goals.serve_item(
            session, office.chair, directive_id, "1", order, version=None, now=office.now()
        )


def duty(office: District, unit: str) -> UUID:
    return office.duty(unit, "1").id


def goal_of(office: District, unit: str, criterion: str) -> UUID:
    with office.database.read() as connection:
        rows = criteria.goals_of(connection, duty(office, unit))
    (one,) = (row.id for row in rows if row.criterion_code == criterion and row.ended_at is None)
    return one


def measure(
    office: District, unit: str, criterion: str, value: float, *, goal: str = "", on: date | None = None
) -> UUID:
    """The commune tells a value with its progress; `goal` is the criterion that an indicator belongs to."""
    goal_id = goal_of(office, unit, goal or criterion)
    told = MeasureOrder(goal_id, criterion, thousandths(value), on, "Báo cáo của xã", None)
    with office.database.write() as session:
        update = obligations.report_progress(
            session,
            office.officer(unit),
            duty(office, unit),
            percent=None,
            text="Số liệu",
            difficulties="",
            document=None,
            measures=[told],
            version=None,
            now=office.now(),
        )
        update_id = update.id
    with office.database.read() as connection:
        (row,) = criteria.measures_of_updates(connection, [update_id], as_of=office.now())[update_id]
    return row.id


def cells(
    office: District,
    *,
    set_code: str = "huyen",
    year: int = 2024,
    as_of: datetime | None = None,
    units: Sequence[str] | None = None,
    actor: Actor | None = None,
) -> list[CellRow]:
    chosen_ids = [office.unit(code).id for code in units] if units is not None else None
    with office.database.snapshot() as connection:
        chosen = criteria.one_set(connection, office.chair, set_code, as_of=as_of or office.now())
        asked = MatrixQuestion(
            set_id=chosen.id,
            set_code=chosen.code,
            year=year,
            cut_off=office_day(office.now()),
            as_of=as_of or office.now(),
            unit_ids=chosen_ids,
        )
        return matrix.cells(connection, actor or office.chair, asked)


def table(office: District, **asked: Any) -> Found:
    shown: Found = {}
    for cell in cells(office, **asked):
        shown.setdefault(cell.unit_code, {})[cell.criterion_code] = cell.fulfilment()
    return shown


def test_nobody_types_the_matrix_it_follows_from_what_the_communes_measured(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", groups=["cac-xa"])
    assert serve(office, letter, "2", "11") == 6
    assert table(office) == {code: {"2": NO_DATA, "11": NO_DATA} for code in ("xa-a", "xa-b", "xa-c")}
    measure(office, "xa-a", "2.1", 80, goal="2")
    assert table(office)["xa-a"] == {"2": NO_DATA, "11": NO_DATA}, "the other indicator is not known"
    measure(office, "xa-a", "2.2", 65.5, goal="2")
    measure(office, "xa-a", "11", 13)
    measure(office, "xa-b", "2.1", 79.999, goal="2")
    measure(office, "xa-b", "11", 13.1)
    assert table(office) == {
        "xa-a": {"2": MET, "11": MET},
        "xa-b": {"2": NOT_MET, "11": NOT_MET},
        "xa-c": {"2": NO_DATA, "11": NO_DATA},
    }


def test_a_poor_commune_is_not_measured_by_the_yardstick_of_a_rich_one(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", groups=["cac-xa"])
    serve(office, letter, "2.2")
    with office.database.write() as session:
        change_unit(
            session, office.chair, "xa-c", {"attributes": ["Xã nhóm 3"]}, version=None, now=office.now()
        )
    for code in ("xa-b", "xa-c"):
        measure(office, code, "2.2", 55)
    with office.database.snapshot() as connection:
        judged = {}
        for code in ("xa-b", "xa-c"):
            chosen = criteria.one_set(connection, office.chair, "huyen", as_of=office.now())
            asked = MatrixQuestion(
                set_id=chosen.id,
                set_code="huyen",
                year=2024,
                cut_off=office_day(office.now()),
                as_of=office.now(),
            )
            unit_id = duties(office, code)[0].unit_id
            (value,) = matrix.values(connection, office.chair, asked, unit_id, "2.2")
            judged[code] = (value.target, value.fulfilment)
    assert judged == {"xa-b": (65_500, NOT_MET), "xa-c": (50_000, MET)}


def test_a_duty_may_ask_for_more_than_the_set(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", units=["xa-a", "xa-b"])
    serve(office, letter, "11")
    for code in ("xa-a", "xa-b"):
        measure(office, code, "11", 12)
    assert {code: row["11"] for code, row in table(office).items()} == {"xa-a": MET, "xa-b": MET}
    office.wait_until(date(2024, 3, 6))
    order = GoalOrder("huyen", 2024, [Target("11", Bound.AT_MOST, 10_000)])
    with office.database.write() as session:
        goals.serve(
            session, office.chair, duty(office, "xa-a"), order, unit_code=None, version=None, now=office.now()
        )
    assert {code: row["11"] for code, row in table(office).items()} == {"xa-a": NOT_MET, "xa-b": MET}
    with office.database.read() as connection:
        kept = criteria.goals_of(connection, duty(office, "xa-a"))
    assert [(row.amount, row.end_reason) for row in kept] == [(None, "đặt lại mục tiêu"), (10_000, "")]


def test_a_wrong_value_is_corrected_and_both_stay(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", units=["xa-a"])
    serve(office, letter, "11")
    wrong = measure(office, "xa-a", "11", 1.3)
    then = office.now()
    office.wait_until(date(2024, 3, 20))
    with office.database.write() as session:
        measures.correct_measure(
            session,
            office.officer("xa-a"),
            wrong,
            amount=thousandths(13.5),
            measured_on=None,
            source="",
            document=None,
            reason="Gõ nhầm",
            now=office.now(),
        )
    assert table(office)["xa-a"]["11"] is NOT_MET
    assert table(office, as_of=then)["xa-a"]["11"] is MET, "what was reported then does not change"
    goal_id = goal_of(office, "xa-a", "11")
    with office.database.read() as connection:
        kept = criteria.measures_of(connection, [goal_id], as_of=office.now())[goal_id]
        lines = timeline.of_obligation(connection, duty(office, "xa-a")).lines
    assert [(row.amount, row.measured_on, row.corrected_by is None) for row in kept] == [
        (13_500, date(2024, 3, 4), True),
        (1_300, date(2024, 3, 4), False),
    ]
    said = [sentence(line.kind, line.facts) for line in lines]
    assert "Sửa số liệu tiêu chí 11 (huyen) năm 2024 từ 1,3 thành 13,5: Gõ nhầm" in said
    assert any(text.startswith("Gắn tiêu chí 11 (huyen) năm 2024 của") for text in said)


def test_what_was_measured_last_holds_and_not_what_was_told_last(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", units=["xa-a"])
    serve(office, letter, "11")
    office.wait_until(date(2024, 3, 20))
    measure(office, "xa-a", "11", 12, on=date(2024, 3, 19))
    measure(office, "xa-a", "11", 20, on=date(2024, 1, 31))
    assert table(office)["xa-a"]["11"] is MET


def test_a_record_of_nineteen_criteria_is_never_read_against_ten(office: District) -> None:
    letter = office.give(due="2024-12-20", units=["xa-a"])
    serve(office, letter, "10", set_code="ntm-318")
    measure(office, "xa-a", "10", 1)
    assert sum(cell is MET for cell in table(office, set_code="ntm-318")["xa-a"].values()) == 1
    assert len(table(office, set_code="ntm-318")["xa-a"]) == 19
    assert table(office, set_code="ntm-51-2025", year=2026) == {}
    with pytest.raises(InvalidValue, match="the set holds from 2026 to 2030"):
        serve(office, letter, "10", set_code="ntm-51-2025")


def test_the_national_sets_are_there_from_the_first_day_and_are_entered_once(office: District) -> None:
    with office.database.write() as session:
        assert give_national_sets(session, office.register_id, now=office.now()) == []
    with office.database.read() as connection:
        known = {row.code: row for row in criteria.all_sets(connection, office.chair)}
        count = {code: len(criteria.criteria_of(connection, row.id)) for code, row in known.items()}
    assert count == {"ntm-318": 19, "ntm-51-2025": 10}
    assert known["ntm-51-2025"].indicators_stated == 47


def test_a_new_version_does_not_lose_what_duties_serve(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", units=["xa-a"])
    serve(office, letter, "11")
    measure(office, "xa-a", "11", 12.5)
    then = office.now()
    office.wait_until(date(2024, 3, 20))
    with pytest.raises(InvalidValue, match="duties serve criterion 11"):
        decide(office, criteria=HUYEN["criteria"][:1])
    stricter = HUYEN["criteria"][1] | {"thresholds": [{"bound": "at_most", "amount": 12}]}
    decide(office, criteria=[HUYEN["criteria"][0], stricter])
    assert table(office)["xa-a"]["11"] is NOT_MET
    assert table(office, as_of=then)["xa-a"]["11"] is MET, "judged by the version of that time"


def test_a_group_shows_the_communes_that_told_nothing(office: District) -> None:
    decide(office)
    assert table(office) == {}
    assert set(table(office, units=["xa-a", "xa-b"])) == {"xa-a", "xa-b"}


def test_a_commune_sees_its_own_row_and_not_its_neighbours(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", groups=["cac-xa"])
    serve(office, letter, "11")
    mine = office.officer("xa-a")
    assert set(table(office, actor=mine)) == {"xa-a"}
    assert set(table(office, actor=mine, units=["xa-a", "xa-b"])) == {"xa-a"}
    with pytest.raises(NotAllowed), office.database.write() as session:
        goals.serve(
            session, mine, duty(office, "xa-a"), GoalOrder("huyen", 2024, [Target("11")]),
            unit_code=None, version=None, now=office.now(),
        )  # fmt: skip


def test_a_department_answers_for_a_criterion_of_every_commune(office: District) -> None:
    """The criterion is the commune's, the duty the department's; it sees the rows that it serves."""
    decide(office)
    office.give(due="2024-12-20", units=["van-phong"])
    order = GoalOrder("huyen", 2024, [Target("11")])
    for commune in ("xa-a", "xa-b"):
        with office.database.write() as session:
            goals.serve(
                session, office.chair, duty(office, "van-phong"), order,
                unit_code=commune, version=None, now=office.now(),
            )  # fmt: skip
    assert set(table(office, actor=office.officer("van-phong"))) == {"xa-a", "xa-b"}


def test_values_of_a_commune_that_ended_stay_its_own_and_its_successor_begins_anew(office: District) -> None:
    decide(office)
    found(office, "xa-moi", "UBND xã Mới")
    letter = office.give(due="2024-12-20", groups=["cac-xa"])
    serve(office, letter, "11")
    measure(office, "xa-a", "11", 12)
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi")))
    office.wait_until(DAY)
    before = table(office)
    assert (before["xa-a"]["11"], "xa-moi" in before) == (MET, False)
    ended = {cell.unit_code: cell.valid_to for cell in cells(office)}
    assert ended == {"xa-a": DAY, "xa-b": DAY, "xa-c": None}
    assert serve(office, letter, "11") == 2, "the duties that are open: the successor's and xa-c's"
    measure(office, "xa-moi", "11", 20)
    after = table(office)
    assert (after["xa-a"]["11"], after["xa-moi"]["11"]) == (MET, NOT_MET)


def test_a_goal_set_by_mistake_ends_and_what_was_measured_stays(office: District) -> None:
    decide(office)
    letter = office.give(due="2024-12-20", units=["xa-a"])
    serve(office, letter, "11", "2")
    measure(office, "xa-a", "11", 12)
    for code in ("11", "2"):
        with office.database.write() as session:
            goals.end_goal(
                session, office.chair, goal_of(office, "xa-a", code), reason="Nhầm xã", now=office.now()
            )
    assert table(office)["xa-a"] == {"11": MET, "2": NO_DATA}
