"""The district of the demonstration letter: its real units and groups, people, and its letter as a file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.database import Database
from service.demo import letters
from service.demo.office import SetClock, settings_for
from service.domain.groups import define_group
from service.domain.people_registry import import_people
from service.domain.registry_file import parse_groups, parse_people, parse_units
from service.domain.units import import_units
from tests.databases import Templates
from tests.district import District, opened

DATA = Path(letters.__file__).parent
LETTER = DATA / "cao-loc-2024.docx"
KEEPER = "vp-hdnd-ubnd"
MORNING = datetime(2024, 4, 26, 1, 0, tzinfo=UTC)  # 8:00 in the office


def cao_loc(database: Database) -> None:
    """Fill a database with the district of Cao Lộc."""
    clock = SetClock(MORNING)
    people = District(database, settings_for(Path("unused"), str(database.url)), clock)
    with database.write() as session:
        chair, now = people.chair, clock.now()
        import_units(session, chair, parse_units((DATA / "cao-loc-units.csv").read_bytes()).rows, now=now)
        for order in parse_groups((DATA / "cao-loc-groups.json").read_bytes()):
            define_group(session, chair, **order, now=now)
        import_people(session, chair, parse_people((DATA / "cao-loc-people.csv").read_bytes()).rows, now=now)
    people.keep_register_at(KEEPER)
    people.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def district_of_the_letter(
    request: pytest.FixtureRequest, templates: Templates, tmp_path: Path
) -> Iterator[District]:
    """Open the district of the letter, on a database of either kind."""
    with (
        templates.copy(request.param, cao_loc) as database,
        opened(database, tmp_path, keeper=KEEPER) as people,
    ):
        people.clock.at = MORNING
        yield people
