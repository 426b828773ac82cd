"""What `make demo` leaves: everything came as expected, its people can sign in, and its files are right."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console
from typer.testing import CliRunner

from service.api.app import create_app
from service.cli import app
from service.clock import GoingOnFrom
from service.database import Database
from service.demo.looking import PEOPLE, Person, settings_left_in
from service.demo.play import perform
from service.domain.calendar import ZONE, office_day
from tests.api.recount import recount
from tests.api.test_documents import cells, document_of
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
    assert found == recount(left.database, office_day(left.ends_at)).book
    assert len(found) > 40


def test_its_late_list_is_right_to_the_last_cell(left: Left, looking: Api) -> None:
    document = document_of(looking, "/v1/reports/late.docx")
    _, *rows = cells(document.tables[1])
    expected = recount(left.database, office_day(left.ends_at))
    assert [row[:8] for row in rows] == expected.late_table
    assert rows
    late, units, _ = expected.late_figures
    text = [each.text for each in document.paragraphs]
    assert f"Tổng số nhiệm vụ quá hạn: {late}; số đơn vị: {units}." in text


def test_its_periodic_report_is_right_to_the_last_cell(left: Left, looking: Api) -> None:
    made = document_of(looking, "/v1/reports/progress.docx")
    expected = recount(left.database, office_day(left.ends_at))
    (_, *units), (_, *named) = cells(made.tables[1]), cells(made.tables[2])
    assert named == [row[:7] for row in expected.late_table]
    assert units == expected.unit_table
    of = expected.total
    assert (
        f"Tổng số nhiệm vụ được giao: {of['tong_so']}. Đã hoàn thành {of['hoan_thanh']} (đúng hạn "
        f"{of['dung_han']}, quá hạn {of['cham']}, không thời hạn {of['xong_khong_han']}). "
        f"Chưa hoàn thành {of['chua_xong']} (trong hạn {of['trong_han']}, quá hạn {of['qua_han']}, "
        f"không thời hạn {of['khong_han']}). Tạm dừng {of['tam_dung']}."
    ) in [each.text for each in made.paragraphs]


def test_the_doctor_finds_its_files_right_and_says_so(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", left.database.url.render_as_string(hide_password=False))
    at = f"{left.ends_at.astimezone(ZONE):%Y-%m-%dT%H:%M}"
    looked = CliRunner().invoke(app, ["doctor", "--files", "--at", at])
    assert "miscounted" not in looked.output
