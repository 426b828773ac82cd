"""What a backup says of itself, and how that is proved before anything is done with it.

A backup is a folder: `manifest.json`, `database` (a SQLite file, or a dump of `pg_dump` in its own format),
`documents.txt` (hash and bytes of each document, a line each) and `documents/ab/cdef…`. Secret keys are not
in it.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.engine import Connection

from service.domain import sealing
from service.domain.ledger import LAST
from service.domain.tables import Blob, metadata, table
from service.edge.schema import PRESENT
from service.files import blob_path, hash_of

MANIFEST, DATABASE, LIST, DOCUMENTS = "manifest.json", "database", "documents.txt", "documents"

blob = table(Blob)
NAMED = sa.select(blob.c.sha256).distinct().order_by(blob.c.sha256)
COUNTS = sa.union_all(
    *(sa.select(sa.literal(each.name), sa.func.count()).select_from(each) for each in metadata.sorted_tables)
)
"""How many rows every table has, in one statement."""


class BackupRefused(Exception):
    """A backup cannot be made or used, and why; the message is for an operator."""


class Facts(NamedTuple):
    """What one moment of a database is known by."""

    revision: str
    position: int
    chain: str
    counts: dict[str, int]


class Manifest(BaseModel):
    """What is in a backup.

    Attributes:
        made_at: The moment of the database that it holds.
        database: `sqlite` or `postgresql`.
        revision: The newest migration.
        position, chain: Head of the ledger.
        counts: Rows of each table.
        parts: File → SHA-256 of its content.
        documents, bytes: How many documents it holds, and their size.
        lost: Documents that rows name, and that were not there or had other content when it was made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    database: str
    revision: str
    position: int
    chain: str
    counts: dict[str, int]
    parts: dict[str, str]
    documents: int
    bytes: int
    lost: list[str]


class Document(NamedTuple):
    """A document in a backup."""

    digest: str
    size: int


def read_facts(connection: Connection) -> Facts:
    """Return the facts of a database; the connection must see one moment."""
    last = connection.execute(LAST).first()
    position, chain = (last.position, last.chain) if last else (0, sealing.GENESIS)
    counts = {name: int(count) for name, count in connection.execute(COUNTS)}
    return Facts(connection.execute(PRESENT).scalar_one(), position, chain, counts)


def prove(source: Path) -> Manifest:
    """Return the manifest of a backup that is whole: every part and document has the content that it says.

    Raises:
        BackupRefused: It is not a backup, or not as it was made.
    """
    path = source / MANIFEST
    if not path.is_file():
        raise BackupRefused(f"{source} is no backup: it has no {MANIFEST}")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BackupRefused(f"{path} cannot be read: {error.errors()[0]['msg']}") from error
    for name, digest in manifest.parts.items():
        part = source / name
        if not part.is_file() or hash_of(part) != digest:
            raise BackupRefused(f"{part} is not what was backed up")
    for each in documents(source):
        kept = blob_path(source / DOCUMENTS, each.digest)
        if not kept.is_file() or hash_of(kept) != each.digest:
            raise BackupRefused(f"{kept} is not what was backed up")
    return manifest


def documents(source: Path) -> Iterator[Document]:
    """Give the documents that a backup holds."""
    with (source / LIST).open(encoding="ascii") as file:
        for line in file:
            digest, size = line.split()
            yield Document(digest, int(size))
