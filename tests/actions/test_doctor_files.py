"""The book, the late list or the periodic report was wrong, and nobody noticed before the meeting."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from typer.testing import CliRunner

from service.cli import app
from service.domain.calendar import ZONE, office_day
from service.domain.checks import Violation
from service.domain.figures import Axis
from service.domain.lifecycle import Timeliness
from service.domain.reading import obligation_pages, register_lines, statistics
from service.domain.reading.obligation_pages import Filter, Page
from service.domain.tables import Obligation, TallyLine, table
from service.reports.recount import miscounted
from tests.district import COMMUNES, District

duty, line = table(Obligation), table(TallyLine)
A, B, C = COMMUNES
BOOK, LATE, REPORT = "register-file-miscounted", "late-list-miscounted", "periodic-report-miscounted"


@pytest.fixture(scope="module")
def lived(shared_office: District) -> District:
    """A district after its deadline: one result is in, one unit told something, five duties are late."""
    office = shared_office
    office.give(due="2024-03-12", items=2, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 8))
    office.submit(A, "1", "Đã xong", "7")
    office.report(B, "1", 40, "Đang làm")
    office.wait_until(date(2024, 3, 15))
    return office


def looked_at(office: District, connection: Connection) -> list[Violation]:
    return miscounted(connection, office.chair, cut_off=office_day(office.now()))


def test_files_that_are_right_are_called_right(lived: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", lived.database.url.render_as_string(hide_password=False))
    at = f"{lived.now().astimezone(ZONE):%Y-%m-%dT%H:%M}"
    looked = CliRunner().invoke(app, ["doctor", "--files", "--at", at])
    assert (looked.exit_code, looked.output.splitlines()[-1]) == (0, "✓ nothing amiss")


Rows = dict[str, Any]
PLANTED: list[tuple[set[str], str, str, Rows]] = [
    ({BOOK}, B, "1", {"percent": 90}),
    ({BOOK}, B, "1", {"reported_on": date(2024, 3, 1)}),
    ({BOOK, LATE, REPORT}, A, "1", {"done_on": date(2024, 3, 14)}),
]


@pytest.mark.parametrize(("names", "unit", "item", "values"), PLANTED)
def test_a_row_that_contradicts_the_records_is_found_in_every_file_that_shows_it(
    lived: District, names: set[str], unit: str, item: str, values: Rows
) -> None:
    which = dict(lived.duties(unit))[item]
    with lived.database.write() as session:
        connection = session.connection()
        connection.execute(sa.update(duty).where(duty.c.id == which).values(**values))
        found = looked_at(lived, connection)
        session.rollback()
    assert {each.check for each in found} == names
    assert all(each.rows for each in found)


def test_a_tally_that_does_not_say_what_the_rows_say_is_found_in_the_report(lived: District) -> None:
    with lived.database.write() as session:
        connection = session.connection()
        of_units = sa.update(line).where(line.c.axis == Axis.UNIT)
        assert connection.execute(of_units.values(number=line.c.number + 1)).rowcount
        found = looked_at(lived, connection)
        session.rollback()
    assert {each.check for each in found} == {REPORT}


def of_nobody(_connection: Connection, _actor: Any, _wanted: Filter, **_asked: Any) -> int:
    return 0


def without_the_last(read: Callable[..., Any]) -> Callable[..., Any]:
    """Return a reading that loses a row of the late duties, or a line of the table."""

    def lossy(connection: Connection, actor: Any, *asked: Any, **how: Any) -> Any:
        found = read(connection, actor, *asked, **how)
        if not isinstance(found, Page):
            return found[:-1]
        is_late = asked[0].timeliness is Timeliness.OVERDUE
        return Page(found.rows[:-1], found.next) if is_late else found

    return lossy


FORGETFUL = register_lines.TOLD.where(sa.false())
MISREAD: list[tuple[set[str], Any, str, Any]] = [
    ({BOOK, LATE, REPORT}, register_lines, "TOLD", FORGETFUL),
    ({LATE, REPORT}, register_lines, "page", without_the_last(obligation_pages.page)),
    ({LATE}, obligation_pages, "units", of_nobody),
    ({REPORT}, statistics, "table_by", without_the_last(statistics.table_by)),
]


@pytest.mark.parametrize(("names", "module", "name", "misread"), MISREAD)
def test_a_reading_that_loses_something_is_found_in_the_files_that_it_fills(
    lived: District,
    monkeypatch: pytest.MonkeyPatch,
    names: set[str],
    module: Any,
    name: str,
    misread: Any,
) -> None:
    monkeypatch.setattr(module, name, misread)
    with lived.database.snapshot() as connection:
        found = looked_at(lived, connection)
    assert {each.check for each in found} == names


def test_the_doctor_names_the_row_and_the_column_that_differ(
    lived: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_lines, "TOLD", FORGETFUL)
    with lived.database.snapshot() as connection:
        book, *_ = looked_at(lived, connection)
    assert (book.count, len(book.rows)) == (1, 1)
    assert re.fullmatch("[1-6] Báo cáo gần nhất: — ≠ Đang làm", book.rows[0])


def test_what_is_late_beyond_the_room_of_a_document_is_still_counted(
    lived: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.reports.made.LATE_MAX", 1)
    monkeypatch.setattr("service.domain.checks.recounting.ROUND", 2)
    monkeypatch.setattr(register_lines, "STEP", 2)
    with lived.database.snapshot() as connection:
        assert looked_at(lived, connection) == []
