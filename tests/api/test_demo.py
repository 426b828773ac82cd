"""What `make demo` leaves: everything came as expected, its people can sign in, and its files are right."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from service.api.app import create_app
from service.clock import GoingOnFrom
from service.database import Database
from service.demo.looking import PEOPLE, Person, settings_left_in
from service.demo.play import perform
from service.domain.calendar import office_day
from tests.api.recount import by_unit, recount, register_row
from tests.api.test_documents import cells, document_of, late_rows
from tests.api.test_register_file import sheet_of, told
from tests.api.world import Api


class Left(NamedTuple):
    """The office as the story leaves it."""

    folder: Path
    database: Database
    ends_at: datetime
    went_well: bool
    told: str


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder, console = tmp_path_factory.mktemp("demo"), Console(file=io.StringIO(), width=200)
    went_well, ends_at = perform(folder, console)
    assert isinstance(console.file, io.StringIO)
    with Database.of(settings_left_in(folder)) as database:
        yield Left(folder, database, ends_at, went_well, console.file.getvalue())


@pytest.fixture
def looking(left: Left) -> Iterator[Api]:
    """Return the administrator, who looks around after the end."""
    with Api(create_app(settings_left_in(left.folder), left.database, GoingOnFrom(left.ends_at))) as client:
        client.headers["authorization"] = f"Bearer {(left.folder / 'api-key.txt').read_text('ascii')}"
        yield client


def test_the_story_goes_as_it_was_meant_to(left: Left) -> None:
    assert left.went_well, left.told


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: each.login)
def test_everybody_who_is_named_at_its_end_can_sign_in(left: Left, looking: Api, person: Person) -> None:
    password = (left.folder / "password.txt").read_text("ascii")
    del looking.headers["authorization"]
    looking.ok("POST", "/v1/sessions", json={"login": person.login, "password": password})
    assert looking.ok("GET", "/v1/me")["unit_code"] == person.unit_code


def test_its_register_is_right_to_the_last_cell(left: Left, looking: Api) -> None:
    page = sheet_of(looking.get("/v1/reports/register.xlsx").content)
    found = [[told(value) for value in row] for row in page.iter_rows(min_row=4, values_only=True)]
    with left.database.write() as session:
        counted = recount(session, office_day(left.ends_at))
        expected = [register_row(session, at, each) for at, each in enumerate(counted, start=1)]
    assert found == expected


def test_its_late_list_is_right_to_the_last_cell(left: Left, looking: Api) -> None:
    _, *rows = cells(document_of(looking, "/v1/reports/late.docx").tables[1])
    with left.database.write() as session:
        expected = late_rows(session, office_day(left.ends_at))
    assert [row[:7] for row in rows] == expected
    assert rows


def test_its_periodic_report_is_right_to_the_last_cell(left: Left, looking: Api) -> None:
    made = document_of(looking, "/v1/reports/progress.docx")
    with left.database.write() as session:
        counted = recount(session, office_day(left.ends_at))
        late = late_rows(session, office_day(left.ends_at))
    (_, *units), (_, *named) = cells(made.tables[1]), cells(made.tables[2])
    assert [row[:7] for row in named] == late
    assert sorted(row[1:] for row in units) == by_unit(counted)
