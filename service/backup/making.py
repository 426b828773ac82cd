"""A backup is made: rows first, then documents, and it has its name only once it is whole."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from service.backup import postgresql, sqlite
from service.backup.manifest import DATABASE, DOCUMENTS, LIST, MANIFEST, BackupRefused, Document, Manifest
from service.database import Database
from service.files import blob_path, chunks, hash_of, make_durable

DUMPS = {"sqlite": sqlite.dump, "postgresql": postgresql.dump}


def make(database: Database, files: Path, target: Path, *, now: Callable[[], datetime]) -> Manifest:
    """Back an office up into a new folder while it is at work.

    Documents are written before their rows are committed and never change, so every document that a row of
    the copy names is there when the rows have been read. What is lost already is named, and no obstacle.

    Args:
        database: The office's.
        files: The folder of its documents.
        target: A folder that is not there yet.
        now: Tells the time.

    Raises:
        BackupRefused: The folder exists, or the database cannot be dumped.
        OSError: There is no room; nothing is left.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists; a backup is never written over")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    unfinished.mkdir(mode=0o700)
    try:
        facts, named, made_at = DUMPS[database.dialect](database, unfinished / DATABASE, now)
        make_durable(unfinished / DATABASE)
        kept, lost = _copy(named, files, unfinished)
        manifest = Manifest(
            made_at=made_at,
            database=database.dialect,
            **facts._asdict(),
            parts={name: hash_of(unfinished / name) for name in (DATABASE, LIST)},
            documents=len(kept),
            bytes=sum(each.size for each in kept),
            lost=lost,
        )
        _write(unfinished / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
        make_durable(unfinished)
        unfinished.rename(target)
        make_durable(target.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def _copy(named: Iterable[str], files: Path, unfinished: Path) -> tuple[list[Document], list[str]]:
    """Copy documents; return those that were, and the names of those that are not what they should be."""
    kept, lost = [], []
    folder = unfinished / DOCUMENTS
    folder.mkdir()
    for digest in named:
        size = copy_document(blob_path(files, digest), blob_path(folder, digest), digest)
        if size is None:
            lost.append(digest)
        else:
            kept.append(Document(digest, size))
    _write(unfinished / LIST, "".join(f"{each.digest} {each.size}\n" for each in kept))
    for each in folder.iterdir():
        make_durable(each)
    make_durable(folder)
    return kept, lost


def copy_document(source: Path, target: Path, digest: str) -> int | None:
    """Copy one document durably; return its bytes, or None if it is not there or not what its name says."""
    if not source.is_file():
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    passing = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    found, size = sha256(), 0
    with source.open("rb") as read, passing.open("xb") as written:
        for chunk in chunks(read.fileno()):
            found.update(chunk)
            size += written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    if found.hexdigest() != digest:
        passing.unlink()
        return None
    passing.rename(target)
    return size


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    make_durable(path)
