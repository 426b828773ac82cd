"""Where documents lie: named by their content, outside the web root, durable before a row names them."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

CHUNK_BYTES = 1 << 20


def blob_path(folder: Path, digest: str) -> Path:
    """Return where a file lies: `ab/cdef…` under the files folder."""
    return folder / digest[:2] / digest[2:]


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        for chunk in chunks(file.fileno()):
            digest.update(chunk)
    return digest.hexdigest()


def chunks(handle: int) -> Iterator[bytes]:
    """Give the content of an open file, piece by piece."""
    while chunk := os.read(handle, CHUNK_BYTES):
        yield chunk


def make_durable(path: Path) -> None:
    """Return when a file's content, or a folder's entries, would outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
