"""What is backed up comes back as it was, or not at all."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from service.backup.drill import scratch
from service.backup.making import make
from service.backup.manifest import DATABASE, DOCUMENTS, LIST, MANIFEST, BackupRefused, documents, prove
from service.backup.restoring import restore
from service.database import Database
from service.domain.reading import holds
from service.domain.tables import Event, Ledger, table
from service.edge.schema import is_at_head
from service.files import blob_path, hash_of
from service.migrate import config
from tests.backup.copies import back_up, keep_document, second_life
from tests.district import District
from tests.plays import Plays

pytestmark = pytest.mark.both_databases

event, ledger = table(Event), table(Ledger)


@pytest.fixture
def busy(office: District, plays: Plays) -> District:
    """A district that issued a letter, told people and kept a document."""
    plays.after(work, office, on=office.stage)
    return office


def work(office: District) -> None:
    """Issue a letter, tell people and keep a document."""
    office.give(due="2024-03-29", groups=["cac-xa"])
    office.worker.round()
    keep_document(office, b"%PDF bao cao")


def test_a_restored_office_has_everything_that_was_backed_up(busy: District, tmp_path: Path) -> None:
    manifest = back_up(busy, tmp_path / "backup")
    assert manifest.counts["obligation"] == 3
    assert manifest.documents == 1
    with second_life(busy, tmp_path / "backup", tmp_path / "copy") as (copy, restored):
        assert restored.manifest == manifest
        assert restored.differences == []
        assert restored.violations == []
        (digest,) = (each.digest for each in documents(tmp_path / "backup"))
        assert blob_path(copy.settings.files, digest).read_bytes() == b"%PDF bao cao"
        assert copy.duties("xa-a") == busy.duties("xa-a")


def test_the_journal_of_a_copy_says_where_it_leaves_the_original(busy: District, tmp_path: Path) -> None:
    manifest = back_up(busy, tmp_path / "backup")
    with second_life(busy, tmp_path / "backup", tmp_path / "copy") as (copy, _):
        for each in (busy, copy):
            each.worker.sequence()
        with copy.database.write() as session:
            head = (
                session.connection()
                .execute(
                    sa.select(ledger, event.c.kind, event.c.payload)
                    .join(event, event.c.seq == ledger.c.seq)
                    .where(ledger.c.position == manifest.position + 1)
                )
                .one()
            )
        assert head.kind == "installation.restored.v1"
        assert (head.payload["position"], head.payload["chain"]) == (manifest.position, manifest.chain)
        busy.give(due="2024-03-30", units=["xa-a"])
        busy.worker.sequence()
        with busy.database.read() as connection:
            there = connection.execute(
                sa.select(ledger.c.leaf).where(ledger.c.position == manifest.position + 1)
            ).scalar_one()
        assert there != head.leaf, "one place of two journals, and two names of what stands there"


def test_a_backup_that_lost_a_byte_is_refused(busy: District, tmp_path: Path) -> None:
    back_up(busy, tmp_path / "backup")
    (document,) = (path for path in (tmp_path / "backup" / DOCUMENTS).rglob("*") if path.is_file())
    for part in (tmp_path / "backup" / DATABASE, document):
        whole = part.read_bytes()
        part.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(BackupRefused, match="not what was backed up"):
            prove(tmp_path / "backup")
        part.write_bytes(whole)
    assert prove(tmp_path / "backup").documents == 1


def test_what_cannot_be_backed_up_leaves_nothing_behind(busy: District, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "today"
    back_up(busy, target)
    with pytest.raises(BackupRefused, match="exists"):
        back_up(busy, target)

    def broken() -> object:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        make(busy.database, busy.settings.files, tmp_path / "backups" / "torn", now=broken)  # type: ignore[arg-type]
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["today"]


def test_a_document_that_is_lost_already_is_named_and_no_obstacle(busy: District, tmp_path: Path) -> None:
    lost = keep_document(busy, b"mat")
    blob_path(busy.settings.files, lost).write_bytes(b"mot")
    assert back_up(busy, tmp_path / "backup").lost == [lost]
    assert prove(tmp_path / "backup").documents == 1


def test_an_office_that_is_not_empty_is_never_written_over(busy: District, tmp_path: Path) -> None:
    back_up(busy, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="not empty"):
        restore(tmp_path / "backup", busy.database, tmp_path / "restored", now=busy.now())
    assert not (tmp_path / "restored").exists()
    with busy.database.read() as connection:
        assert holds.standing(connection) is None


def _hashes(backup: Path) -> dict[str, str]:
    """Return the hashes of the parts as they are now."""
    return {name: hash_of(backup / name) for name in (DATABASE, LIST)}


def _altered(backup: Path, **changes: object) -> None:
    path = backup / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"revision": "20990101_01"}, "newer version"),
        ({"database": "oracle"}, "does not go into"),
        ({"format": 2}, "cannot be read"),
    ],
)
def test_a_backup_of_something_else_is_refused_before_anything_is_written(
    busy: District, tmp_path: Path, changes: dict[str, object], why: str
) -> None:
    back_up(busy, tmp_path / "backup")
    _altered(tmp_path / "backup", **changes)
    with scratch(busy.database, tmp_path / "copy") as place:
        with pytest.raises(BackupRefused, match=why):
            restore(tmp_path / "backup", place, tmp_path / "restored", now=busy.now())
        assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_a_backup_of_an_older_schema_is_migrated(busy: District, tmp_path: Path) -> None:
    """The newest migration is taken back in the backup itself, as an older version would have left it."""
    backup = tmp_path / "backup"
    back_up(busy, backup)
    older = Database(f"sqlite:///{backup / DATABASE}", pool_size=1)
    with older.engine.connect() as connection:
        command.downgrade(config(connection), "20240608_45")
        connection.commit()
    older.dispose()
    parts = _hashes(backup)
    _altered(backup, revision="20240608_45", parts=parts)
    with second_life(busy, backup, tmp_path / "copy") as (copy, restored):
        assert restored.differences == []
        with copy.database.read() as connection:
            assert is_at_head(connection)
            assert holds.standing(connection) is not None


@pytest.mark.parametrize("office", ["postgresql"], indirect=True)
def test_an_office_without_the_client_of_postgresql_is_told_so(
    busy: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefused, match="postgresql-client"):
        back_up(busy, tmp_path / "backup")
