"""Backups of a district, and empty places to restore them into."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from service.backup.drill import scratch
from service.backup.making import make
from service.backup.manifest import Manifest
from service.backup.restoring import Restored, restore
from service.demo.office import SetClock, settings_for
from service.domain.ids import new_id
from service.domain.tables import Blob
from service.files import blob_path
from tests.district import District


def back_up(office: District, target: Path) -> Manifest:
    """Back a district up."""
    return make(office.database, office.settings.files, target, now=office.clock.now)


def keep_document(office: District, content: bytes) -> str:
    """Store a document and its row; return its hash."""
    digest = sha256(content).hexdigest()
    path = blob_path(office.settings.files, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with office.database.write() as session:
        session.add(
            Blob(
                id=new_id(office.now()),
                sha256=digest,
                name="bao-cao.pdf",
                size=len(content),
                uploaded_by=office.chair.principal_id,
                uploaded_at=office.now(),
            )
        )
    return digest


@contextmanager
def second_life(office: District, source: Path, folder: Path) -> Iterator[tuple[District, Restored]]:
    """Restore a backup of a district, an hour after the time in the original, and open what came of it."""
    folder.mkdir(exist_ok=True)
    with scratch(office.database, folder) as database:
        at = office.now() + timedelta(hours=1)
        restored = restore(source, database, folder / "files", now=at)
        key = office.settings.secret_key
        settings = settings_for(folder, str(database.url), key.get_secret_value() if key else None)
        copy = District(database, settings, SetClock(at))
        copy.mailbox, copy.settings, copy.vault = settings.mail_folder, settings, office.vault
        copy.act_for("van-phong")
        try:
            yield copy, restored
        finally:
            copy.close()
