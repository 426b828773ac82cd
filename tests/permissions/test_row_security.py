"""PostgreSQL's row-level security alone: what the first wall would let slip is not there."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from service import row_security
from service.api.access import ACCESS, Wall
from service.api.app import create_app
from service.database import Database, Standpoint
from service.domain.ids import NIL
from service.domain.tables import Obligation, Register, Unit, metadata, table
from service.edge.standpoint import ACROSS_REGISTERS
from service.web.site import FOR_STRANGERS
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.permissions.walled import walled
from tests.permissions.world import ACTORS, Place, build, settings_in

Rows = dict[str, set[str]]
NEVER_ALTERED = {"event", "ledger"}
"""Triggers refuse to alter these, whoever asks."""

obligation, register, unit = table(Obligation), table(Register), table(Unit)


class World(NamedTuple):
    """A database filled from behind the walls: as its owner has it, as the service has it, what is where."""

    owned: Database
    service: Database
    place: Place
    walled: list[str]
    registers: dict[str, UUID]
    units: dict[str, UUID]


@pytest.fixture(scope="module")
def world(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a world that was entered over HTTP from behind the walls, letter by letter."""
    folder = Path(tmp_path_factory.mktemp("walled"))
    settings = settings_in(folder)
    with walled(templates) as (owned, service):
        place = build(create_app(settings, service, SettableClock()), service)
        with owned.read() as connection:
            names = [name for name, _ in connection.execute(row_security.WALLED)]
            registers = dict(connection.execute(sa.select(register.c.code, register.c.id)).all())
            units = dict(connection.execute(sa.select(unit.c.code, unit.c.id)).all())
        yield World(owned, service, place, names, registers, units)


def seen(database: Database, names: list[str], standpoint: Standpoint | None = None) -> Rows:
    """Return the places of the rows of each table that are there for whoever looks."""
    with database.read(standpoint) as connection:
        return {
            name: set(connection.exec_driver_sql(f'SELECT ctid::text FROM "{name}"').scalars())
            for name in names
        }


def shared(world: World) -> Rows:
    """Return the rows that belong to the installation and to no register."""
    with world.owned.read() as connection:
        found = {
            name: set(
                connection.exec_driver_sql(
                    f"SELECT ctid::text FROM {name} WHERE register_id IS NULL"
                ).scalars()
            )
            for name in ("account", "api_key", "calendar", "event", "identity_provider_version", "ledger")
        }
        of_nation = "FROM calendar WHERE register_id IS NULL AND calendar.id = calendar_id"
        for name in ("calendar_day", "calendar_change"):
            query = f"SELECT ctid::text FROM {name} WHERE EXISTS (SELECT 1 {of_nation})"
            found[name] = set(connection.exec_driver_sql(query).scalars())
        return found


def test_every_table_of_a_register_is_walled(world: World) -> None:
    of_register = {each.name for each in metadata.tables.values() if "register_id" in each.c}
    assert of_register <= set(world.walled)
    assert len(world.walled) == 91


def test_what_looks_across_registers_are_routes_that_ask_who_asks() -> None:
    pages = ACROSS_REGISTERS - ACCESS.keys()
    assert all(ACCESS[name].wall is not Wall.OPEN for name in ACROSS_REGISTERS - pages)
    assert pages == {"show_overseen", "show_overseen_item"}
    assert not pages & FOR_STRANGERS


def test_two_registers_share_no_row(world: World) -> None:
    everything, of_all = seen(world.owned, world.walled), shared(world)
    first = seen(world.service, world.walled, Standpoint(world.registers["chinh"], None))
    second = seen(world.service, world.walled, Standpoint(world.registers["hai"], None))
    for name in world.walled:
        assert first[name] & second[name] == of_all.get(name, set()), name
        assert first[name] | second[name] == everything[name], name
    assert sum(1 for rows in first.values() if rows) >= 48


def test_who_does_not_say_from_where_sees_nothing(world: World) -> None:
    url = world.service.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for name in world.walled:
            assert connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (0,), name
    nowhere = seen(world.service, world.walled, Standpoint(NIL, None))
    assert {name for name, rows in nowhere.items() if rows} <= shared(world).keys()


def test_nothing_of_another_register_is_changed_or_taken_away(world: World) -> None:
    mine = Standpoint(world.registers["hai"], None)
    everything, visible = seen(world.owned, world.walled), seen(world.service, world.walled, mine)
    for name in sorted(set(world.walled) - NEVER_ALTERED):
        (column, *_) = (each.name for each in metadata.tables[name].c)
        places = sorted(everything[name] - visible[name])
        for act in (f'UPDATE "{name}" SET "{column}" = "{column}"', f'DELETE FROM "{name}"'):
            with world.service.write(mine) as session:
                foreign = sa.text(f"{act} WHERE ctid = ANY(CAST(:places AS tid[]))")
                assert session.connection().execute(foreign, {"places": places}).rowcount == 0, act
                session.rollback()


def test_nothing_is_put_into_another_register(world: World) -> None:
    moved = sa.update(obligation).values(register_id=world.registers["chinh"])
    away = sa.update(obligation).values(register_id=world.registers["hai"])
    with world.service.write(Standpoint(world.registers["hai"], None)) as session:
        assert session.connection().execute(moved).rowcount == 0
        session.rollback()
    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        world.service.write(Standpoint(world.registers["chinh"], None)) as session,
    ):
        session.connection().execute(away)


UNITS_SEE = {
    "lead": {"whole", "part"},
    "delegate": {"part"},
    "parent": {"whole", "part", "transferred", "successor"},
    "coordinator": {"whole", "transferred", "successor"},
    "heir": {"successor", "transferred"},
    "abolished": {"transferred", "successor"},
}
"""What a unit's reads find of the duties of the world without the first wall; who is not named finds none.

An abolished unit finds the duty in which its own goes on: it is told of it in its own.
"""


@pytest.mark.parametrize("actor", [name for name, code in ACTORS.items() if code and name != "keeper"])
def test_a_unit_finds_no_duty_that_does_not_concern_it(world: World, actor: str) -> None:
    code = ACTORS[actor]
    assert code is not None
    register_id = world.registers["hai" if actor == "other" else "chinh"]
    with world.service.read(Standpoint(register_id, world.units[code])) as connection:
        found = {str(each) for each in connection.execute(sa.select(obligation.c.id)).scalars()}
        hanging = {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in ("extension", "objective_cause", "explanation", "progress_update", "submission")
        }
        drafts = connection.exec_driver_sql(
            "SELECT count(*) FROM directive WHERE state = 'draft'"
        ).scalar_one()
    duties = {name for name, place in world.place.duties.items() if place in found}
    assert (duties, drafts) == (UNITS_SEE.get(actor, set()), 0)
    assert {bool(count) for count in hanging.values()} == {"whole" in duties}


def test_it_says_when_it_would_not_hold(world: World, database: Database) -> None:
    with world.service.read() as connection:
        assert row_security.faults(connection) == []
    with world.owned.read() as connection:
        (fault,) = row_security.faults(connection)
    assert fault.endswith("sign in as a role that owns nothing")
    with database.read() as connection:
        assert row_security.faults(connection)
