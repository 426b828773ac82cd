"""Documents that no row names go; those that a row names stay, or the doctor says that they are lost."""

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from service.domain import holds
from service.domain.holds import Head
from service.domain.ids import new_id
from service.edge.upload import Upload
from service.files import ASIDE, INCOMING, blob_path, lost_documents
from tests.backup.copies import keep_document
from tests.district import District


def lay(office: District, content: bytes, *, age: timedelta) -> Path:
    """Put a file where a document lies that came some time ago, without a row."""
    path = blob_path(office.settings.files, sha256(content).hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return aged(office, path, age)


def aged(office: District, path: Path, age: timedelta) -> Path:
    at = (office.now() - age).timestamp()
    os.utime(path, (at, at))
    return path


def a_day_of_tidying(office: District) -> int:
    gone = 0
    for _ in range(24):
        office.clock.at += timedelta(hours=1)
        gone += office.worker.tidy()
    return gone


def test_a_file_that_no_row_names_goes_after_a_day(office: District) -> None:
    orphans = [lay(office, f"mồ côi {n}".encode(), age=timedelta(hours=25)) for n in range(30)]
    young = lay(office, b"moi", age=timedelta(hours=-1))
    digest = keep_document(office, b"co hang")
    named = aged(office, blob_path(office.settings.files, digest), timedelta(days=40))
    (office.settings.files / INCOMING).mkdir()
    torn = office.settings.files / INCOMING / "dut"
    torn.write_bytes(b"x")
    aged(office, torn, timedelta(days=2))
    assert a_day_of_tidying(office) == 31
    assert not any(path.exists() for path in (*orphans, torn))
    assert named.exists()
    assert young.exists()
    assert list((office.settings.files / ASIDE).iterdir()) == []


def test_a_sweep_that_was_cut_off_loses_no_document(office: District) -> None:
    digest = keep_document(office, b"dang don")
    path = blob_path(office.settings.files, digest)
    aside = office.settings.files / ASIDE
    aside.mkdir()
    path.rename(aside / digest)
    office.worker.tidy()
    assert path.read_bytes() == b"dang don"


def test_a_document_that_is_sent_again_is_no_orphan_any_more(office: District) -> None:
    orphan = lay(office, b"gui lai", age=timedelta(days=9))
    again = office.settings.files / "again"
    again.write_bytes(b"gui lai")
    Upload(again, office.settings.files, "x.pdf", 7, sha256(b"gui lai").hexdigest()).store()
    assert a_day_of_tidying(office) == 0
    assert orphan.read_bytes() == b"gui lai"


def test_a_held_copy_removes_nothing_from_a_folder_that_may_be_the_originals(office: District) -> None:
    orphan = lay(office, b"cua ban goc", age=timedelta(days=9))
    with office.database.write() as session:
        placed = holds.placing(new_id(office.now()), Head(office.now(), 0, ""), now=office.now())
        session.connection().execute(placed)
    a_day_of_tidying(office)
    assert orphan.exists()


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_the_doctor_names_a_row_whose_document_is_lost(office: District, harm: str) -> None:
    digests = [keep_document(office, content) for content in (b"con", b"mat mot nua")]
    path = blob_path(office.settings.files, digests[1])
    with office.database.read() as connection:
        assert lost_documents(connection, office.settings.files) == []
        path.unlink() if harm == "gone" else path.write_bytes(b"mat")
        (found,) = lost_documents(connection, office.settings.files)
    assert (found.check, found.count, found.rows) == ("document-lost", 1, [digests[1]])
