"""Keys beside the database: what `init` makes, and where the operator has set none, what is used."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import ValidationError
from sqlalchemy.engine import make_url

from service.domain.notes import Ring, Signer
from service.settings import PREFIX, Settings

SECRET_KEY, AUDIT_KEY = f"{PREFIX}SECRET_KEY", f"{PREFIX}AUDIT_KEY"
FILES = {SECRET_KEY: "secret.key", AUDIT_KEY: "audit.key"}
"""Setting → name of its file."""


def adopt_key_files() -> None:
    """Take keys from the files that `init` made, where the operator has set none."""
    for setting in FILES.keys() - os.environ.keys():
        try:
            path = key_file(Settings(), setting)
        except ValidationError:
            return  # the command will say it, and better
        if path.is_file():
            os.environ[setting] = path.read_text(encoding="utf-8").strip()


def make_key_files(settings: Settings) -> None:
    """Make the files of keys that the operator has not set, where there are none."""
    made = {SECRET_KEY: Fernet.generate_key().decode(), AUDIT_KEY: new_signer(settings).text()}
    for setting in FILES.keys() - os.environ.keys():
        path = key_file(settings, setting)
        if not path.exists():
            write_key_file(path, made[setting])


def key_file(settings: Settings, setting: str) -> Path:
    """Return where a key lies: next to an SQLite file, else next to the files folder."""
    url = make_url(settings.database_url.get_secret_value())
    beside = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else settings.files
    return beside.parent / FILES[setting]


def write_key_file(path: Path, text: str) -> None:
    """Write a file that nobody else may read; one that is there is replaced whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    fresh.replace(path)


def new_signer(settings: Settings, ring: Ring | None = None) -> Signer:
    """Return a new audit key: of the same name as the older ones, or of one that no other ledger has."""
    host = urlsplit(settings.public_url).netloc or "dondoc"
    return Signer.make(ring.origin if ring else f"{host}/{secrets.token_hex(4)}")
