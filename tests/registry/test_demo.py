"""The district of the demo is what public sources say of it, and nobody in it is real."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select
from typer.testing import CliRunner

from service.cli.units import units
from service.database import Database
from service.domain.errors import InvalidValue
from service.domain.escalation import Role
from service.domain.groups import define_group, group_by_code, group_members
from service.domain.mapping import load_registry
from service.domain.people_registry import import_people
from service.domain.reading.reorganisations import preview
from service.domain.registers import create_register
from service.domain.registry_file import parse_groups, parse_people, parse_units
from service.domain.reorganisations import draft, parse_plan
from service.domain.tables import Address, Event, Person, Post, Unit, UnitIdentifier, table
from service.domain.unit_rules import KINDS
from service.domain.units import import_units
from tests.databases import Templates
from tests.registry.conftest import DEMO, NOW, Book, open_book

FILES = [DEMO / "cao-loc-units.csv", DEMO / "cao-loc-groups.json", DEMO / "cao-loc-people.csv"]
ISSUED = date(2024, 4, 17)
KEEPER = "vp-hdnd-ubnd"


@pytest.fixture
def district(session: Session, book: Book) -> Session:
    units_file, groups_file, people_file = FILES
    parsed, people = parse_units(units_file.read_bytes()), parse_people(people_file.read_bytes())
    assert (parsed.unknown_columns, people.unknown_columns) == ([], [])
    assert not import_units(session, book.actor, parsed.rows, now=NOW).refused
    for order in parse_groups(groups_file.read_bytes()):
        define_group(session, book.actor, **order, now=NOW)
    assert not import_people(session, book.actor, people.rows, now=NOW).refused
    return session


def test_cao_loc_has_twenty_communes_and_two_towns_with_their_census_codes(district: Session) -> None:
    assert Counter(district.exec(select(Unit.kind)))["xa"] == 20
    assert Counter(district.exec(select(Unit.kind)))["thi_tran"] == 2
    assert set(district.exec(select(Unit.kind))) <= set(KINDS)
    values = district.exec(select(UnitIdentifier.value).where(UnitIdentifier.scheme == "census")).all()
    assert len(values) == 23
    assert {"183", "06184", "06187", "06190", "06250"} <= set(values)


def test_the_three_classes_of_the_seed_have_their_members(district: Session, book: Book) -> None:
    def members(code: str) -> set[str]:
        group = group_by_code(district, book.register_id, code)
        return {member.code for member in group_members(district, group.id, ISSUED)}

    assert [len(members(code)) for code in ("cac-xa", "cap-xa", "xa-bien-gioi")] == [20, 22, 5]
    assert {KEEPER, "vpdp-ntm", "thanh-tra", "phong-dan-toc"} <= members("cac-phong")
    outsiders = {"ubnd-cao-loc", "tt-hdnd", "cong-an", "ban-chqs", "ub-mttq"}
    assert not outsiders & members("cac-phong")
    asked = district.exec(select(Unit.code).where(sa.not_(table(Unit).c.subordinate)))
    assert set(asked) == outsiders - {"ubnd-cao-loc"}


@pytest.mark.parametrize(
    ("phrase", "collective", "codes"),
    [
        ("Văn phòng Điều phối xây dựng NTM huyện", False, ["vpdp-ntm"]),
        ("các cơ quan, đơn vị", True, ["cac-phong"]),
        ("Các phòng, ban, cơ quan, đơn vị cấp huyện", True, ["cac-phong"]),
        ("Các phòng, cơ quan, đơn vị cấp huyện", True, ["cac-phong"]),
        ("các phòng, ban, đơn vị", True, ["cac-phong"]),
        ("UBND cấp xã", True, ["cap-xa"]),
        ("UBND các xã", True, ["cac-xa", "cap-xa"]),
        ("TT HĐND huyện", False, ["tt-hdnd"]),
        ("UBND huyện", False, ["ubnd-cao-loc"]),
        ("UBND thị trấn Cao Lộc", False, ["tt-cao-loc"]),
        ("Ủy ban MTTQ huyện", False, ["ub-mttq"]),
    ],
)
def test_every_phrase_of_the_seed_means_what_the_clerk_would_say(
    district: Session, book: Book, phrase: str, collective: bool, codes: list[str]
) -> None:
    resolution = load_registry(district, book.register_id, ISSUED).resolve(phrase, collective=collective)
    assert [candidate.code for candidate in resolution.candidates] == codes
    assert resolution.certain == (len(codes) == 1)


def test_every_unit_has_an_officer_and_a_head_and_the_keeper_all_who_are_escalated_to(
    district: Session,
) -> None:
    held = set(
        district.execute(select(Unit.code, Post.role).join(Post, table(Post).c.unit_id == table(Unit).c.id))
    )
    for code in district.exec(select(Unit.code)):
        assert {(code, Role.OFFICER), (code, Role.HEAD)} <= held
    leaders = {Role.CLERK, Role.OFFICE_CHIEF, Role.VICE_CHAIR, Role.CHAIR}
    assert {(KEEPER, role) for role in leaders} <= held


def test_nobody_of_the_demo_can_be_reached_by_mistake(district: Session) -> None:
    for channel, address in district.execute(select(Address.channel, Address.address)):
        if channel == "email":
            assert address.endswith("@cao-loc.test")
        else:
            assert channel == "zalo"
            assert re.fullmatch(r"uid:90000000\d\d", address)
    first = (
        select(Address.channel)
        .where(Address.position == 0)
        .join(Person)
        .where(table(Person).c.code.startswith("cb-"))
    )
    channels = Counter(district.exec(first))
    assert abs(channels["zalo"] - channels["email"]) <= 2


@pytest.fixture
def office(templates: Templates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    with templates.copy("sqlite") as database:
        monkeypatch.setenv("DONDOC_DATABASE_URL", database.url.render_as_string(hide_password=False))
        open_book(database)
        yield database


def count(database: Database, column: sa.Column[Any]) -> int:
    with database.read() as connection:
        return connection.execute(sa.select(sa.func.count(column))).scalar_one()


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(units, ["load", *map(str, arguments)])
    return result.exit_code, result.output


def test_the_command_loads_the_district_and_a_second_time_changes_nothing(office: Database) -> None:
    units_file, groups_file, people_file = FILES
    order = (units_file, "--groups", groups_file, "--people", people_file)
    code, output = run(*order)
    assert (code, "Đơn vị: 41 mới" in output, "0 bị từ chối" in output) == (0, True, True)
    events = count(office, table(Event).c.seq)
    code, output = run(*order)
    assert (code, "41 giữ nguyên" in output, "85 giữ nguyên" in output) == (0, True, True)
    assert count(office, table(Event).c.seq) == events


@pytest.mark.usefixtures("office")
def test_the_command_fails_when_a_row_was_refused_and_keeps_the_others(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text("Mã,Tên,Loại\nx,Xã X,xa\n[bold],Xã Y,xa\n", encoding="utf-8")
    code, output = run(file)
    assert (code, "1 mới" in output, "[bold]" in output) == (1, True, True)


def test_a_file_that_is_no_table_or_no_list_of_groups_loads_nothing(office: Database, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"\xff\xfe")
    code, output = run(bad)
    assert (code, "không đọc được bảng" in output) == (1, True)
    bad.write_text('[{"code": "x"}]')
    code, output = run(FILES[0], "--groups", bad)
    assert code == 1
    assert count(office, table(Unit).c.id) == 0


def test_with_several_registers_one_is_named(office: Database) -> None:
    with office.write() as session:
        create_register(session, code="LB", name="Sổ khác", now=NOW)
    assert run(FILES[0])[0] == 1
    assert run(FILES[0], "--register", "nobody")[0] == 1
    assert run(FILES[0], "--register", "LB")[0] == 0


@pytest.mark.parametrize(
    "content", ["{", "5", '["x"]', '[{"code": "x", "name": 5}]', '[{"code": "x", "name": "X", "r": 1}]']
)
def test_groups_that_are_no_list_of_groups_are_refused(content: str) -> None:
    with pytest.raises(InvalidValue):
        parse_groups(content.encode())


def test_the_groups_of_the_demo_are_read_as_they_are_written() -> None:
    assert parse_groups(FILES[1].read_bytes()) == json.loads(FILES[1].read_text(encoding="utf-8"))


def test_the_communes_of_cao_loc_go_on_where_the_resolution_says_whatever_the_names(
    district: Session, book: Book
) -> None:
    new_units = parse_units((DEMO / "cao-loc-2025-units.csv").read_bytes())
    assert not import_units(district, book.actor, new_units.rows, now=NOW).refused
    plan = parse_plan((DEMO / "cao-loc-2025.json").read_bytes())
    row = draft(district, book.actor, **plan, now=NOW)
    changes = preview(district.connection(), book.actor, row.id).changes
    into = {change.old_code: change.new_code for change in changes}
    communes = {code for code in into if code.startswith("xa-") or code in ("tt-cao-loc", "tt-dong-dang")}
    assert (len(communes), len({into[code] for code in communes})) == (22, 8)
    assert into["tt-cao-loc"] == "px-ky-lua"
    assert "px-cao-loc" not in (into["tt-cao-loc"], into["ubnd-cao-loc"])
    assert [into[code] for code in ("xa-mau-son", "xa-thuy-hung", "xa-tan-thanh")] == [
        "px-ba-son",
        "px-dong-dang",
        "px-tan-doan",
    ]
    names = {change.old_code: change.old_name for change in changes}
    namesakes = {unit.name: unit.code for unit in district.exec(select(Unit)) if unit.code.startswith("px-")}
    assert {code: namesakes[names[code]] for code in ("xa-mau-son", "xa-thuy-hung", "xa-tan-thanh")} == {
        "xa-mau-son": "px-mau-son",
        "xa-thuy-hung": "px-thuy-hung",
        "xa-tan-thanh": "px-tan-thanh",
    }
    assert {into[code] for code in into if code not in communes} == {None}
