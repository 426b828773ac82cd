"""A drill proves a backup beside the office, and the office's journal says how it went."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from service.backup.drill import Drill, drill, newest
from service.backup.manifest import BackupRefused
from service.domain.reading import fact_texts
from service.domain.tables import Event, table
from service.files import blob_path
from tests.backup.copies import back_up, keep_document
from tests.district import District
from tests.plays import Plays

pytestmark = pytest.mark.both_databases

event = table(Event)


@pytest.fixture
def busy(office: District, plays: Plays) -> District:
    """A district with something due, and a document."""
    plays.after(work, office, on=office.stage)
    return office


def work(office: District) -> None:
    """Give units something that is due, and keep a document."""
    office.give(due="2024-03-29", groups=["cac-xa"])
    office.worker.watch()
    keep_document(office, b"%PDF bao cao")


def play(office: District, backup: Path | None = None) -> Drill:
    return drill(office.database, office.settings, office.clock, backup=backup, folder=None)


def last_told(office: District) -> dict[str, object]:
    query = sa.select(event.c.payload).where(event.c.kind == "installation.drilled.v1")
    with office.database.read() as connection:
        told = connection.execute(query.order_by(event.c.seq.desc())).scalars().first()
        return fact_texts.opened(connection, [told])[0]


def databases(office: District) -> int:
    if office.database.dialect == "sqlite":
        return 1
    with office.database.read() as connection:
        query = "SELECT count(*) FROM pg_database WHERE datname LIKE 'dondoc_drill_%%'"
        return 1 + int(connection.exec_driver_sql(query).scalar_one())


def test_a_sound_office_passes_its_drill_and_remembers_it(busy: District) -> None:
    done = play(busy)
    assert done.faults == []
    assert last_told(busy)["faults"] == []
    assert last_told(busy)["position"] == done.manifest.position
    assert databases(busy) == 1, "nothing is left of it"
    assert busy.mails() == []
    busy.worker.round()
    assert len(busy.mails()) == 3, "the office itself goes on"
    assert busy.examine() == []


def test_a_drill_finds_a_document_that_is_lost(busy: District) -> None:
    digest = keep_document(busy, b"mat roi")
    blob_path(busy.settings.files, digest).unlink()
    done = play(busy)
    assert done.faults == [f"document {digest} was lost before the backup"]
    assert last_told(busy)["faults"] == done.faults


def test_a_drill_finds_what_the_doctor_would(busy: District) -> None:
    with busy.database.write() as session:
        session.connection().exec_driver_sql("UPDATE delivery SET state = 'sent'")
    assert "sent-but-due: 3" in play(busy).faults


def test_a_drill_of_an_older_backup_takes_the_newest(busy: District, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="no backup"):
        newest(tmp_path)
    first = back_up(busy, tmp_path / "b1")
    busy.give(due="2024-03-30", units=["xa-a"])
    busy.worker.sequence()
    second = back_up(busy, tmp_path / "b2")
    assert first.counts != second.counts
    assert newest(tmp_path) == tmp_path / "b2"
    assert play(busy, newest(tmp_path)).manifest == second
