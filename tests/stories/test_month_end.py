"""The month-end table: it adds up, and nobody changes last month's."""

from datetime import date, datetime, timedelta

from service.domain import statistics as actions
from service.domain.figures import Cell, Figures, total_of
from service.domain.reading import publications, scoring, statistics
from service.domain.reading.statistics import By, Question
from tests.district import COMMUNES, District

MARCH = date(2024, 3, 29)


def table(office: District, cut_off: date, *, as_of: datetime | None = None) -> dict[str, Figures]:
    """Return the lines of the table by unit, with the line of totals."""
    with office.database.snapshot() as connection:
        policy = scoring.current(connection, office.chair).policy
        asked = Question(cut_off=cut_off, as_of=as_of)
        lines = statistics.table_by(connection, office.chair, asked, policy, By.UNIT)
    return {line.key: line.figures for line in lines} | {
        "": total_of((line.figures for line in lines), bounds=len(policy.overdue_days))
    }


def cells(figures: Figures) -> dict[str, int]:
    return {str(cell): count for cell, count in figures.cells.items() if count}


def a_month(office: District) -> None:
    """Two letters; one unit is early, one late, one silent."""
    office.give(due="2024-03-15", groups=["cac-xa"])
    office.give(due=None, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 14))
    office.submit("xa-a", "1", "Đã xong", "10")
    office.wait_until(date(2024, 3, 18))
    office.submit("xa-b", "1", "Đã xong", "20")
    office.wait_until(MARCH)
    office.accept("xa-a", "1")
    office.accept("xa-b", "1")


def test_the_month_end_table_adds_up(office: District) -> None:
    a_month(office)
    found = table(office, MARCH)
    assert cells(found["xa-c"]) == {"open_overdue": 1, "undated_open": 1}
    assert found[""].total() == sum(found[code].total() for code in COMMUNES) == 6
    assert sum(found[""].cells[cell] for cell in Cell) == found[""].total()


def test_last_months_figures_do_not_change_however_much_is_entered_afterwards(office: District) -> None:
    a_month(office)
    then, published = office.now(), table(office, MARCH)
    office.clock.at += timedelta(days=3)
    office.give(due="2024-03-20", groups=["cac-xa"], on=date(2024, 3, 4), waive=["deadline-before-issue"])
    office.submit("xa-c", "1", "Bổ sung", "30")
    office.accept("xa-c", "1")
    assert table(office, MARCH, as_of=then) == published
    assert table(office, MARCH)[""].total() == 9, "what was entered late is counted when one asks today"


def test_a_clock_that_slips_back_lets_no_duty_be_counted_twice(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.clock.at += timedelta(hours=1)
    office.acknowledge("xa-a")
    within = office.now() - timedelta(seconds=30)
    office.clock.at -= timedelta(seconds=60)
    office.report("xa-a", "1", 50, "Đang làm")
    office.clock.at += timedelta(hours=1)
    office.submit("xa-a", "1", "Đã xong", "10")
    for as_of in (within, within + timedelta(minutes=1), office.now(), None):
        assert table(office, MARCH, as_of=as_of)[""].total() == 1
    assert office.examine() == []


def test_a_published_table_stays_and_shows_what_has_changed_since(office: District) -> None:
    a_month(office)
    with office.database.write() as session:
        kept = actions.publish(
            session,
            office.chair,
            cut_off=MARCH,
            as_of=office.now(),
            by="unit",
            content={"total": table(office, MARCH)[""].total()},
            now=office.now(),
        )
    office.give(due="2024-05-20", groups=["cac-xa"])
    with office.database.read() as connection:
        again = publications.one(connection, office.chair, kept.id)
    assert again.content == {"total": 6}
    assert table(office, MARCH)[""].total() == 9


def test_an_undated_duty_that_nobody_speaks_of_is_named_after_ninety_days(office: District) -> None:
    office.give(due=None, units=["xa-a", "xa-b"])
    office.clock.at += timedelta(days=60)
    office.report("xa-b", "1", 10, "Đang làm")
    on = date(2024, 3, 4) + timedelta(days=91)
    with office.database.snapshot() as connection:
        policy = scoring.current(connection, office.chair).policy
        asked = Question(cut_off=on)
        named, _ = statistics.duties(
            connection, office.chair, asked, policy, cell=Cell.UNDATED_OPEN, beyond=1
        )
        day_before = Question(cut_off=on - timedelta(days=1))
        nobody, _ = statistics.duties(
            connection, office.chair, day_before, policy, cell=Cell.UNDATED_OPEN, beyond=1
        )
    assert [row.unit_code for row in named] == ["xa-a"]
    assert nobody == []


def test_a_unit_is_judged_by_the_day_it_handed_in_not_by_the_day_the_office_agreed(office: District) -> None:
    office.give(due="2024-03-15", units=["xa-a"])
    office.wait_until(date(2024, 3, 15))
    office.submit("xa-a", "1", "Đã xong", "10")
    office.wait_until(date(2024, 4, 22))
    assert cells(table(office, date(2024, 4, 22))["xa-a"]) == {"open_in_time": 1}
    office.accept("xa-a", "1")
    assert cells(table(office, date(2024, 4, 22))["xa-a"]) == {"done_on_time": 1}
