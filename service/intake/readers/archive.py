"""Opens the parts of a DOCX with a meter running: what a member claims to unpack to is not believed."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from ..limits import Limits
from ..refusals import ArchiveBomb, UnreadableDocument
from ..sniff import ZIP_ERRORS

CHUNK = 65_536
RATIO_FREE_BYTES = 1_000_000
"""Small parts may compress as well as they like."""


class Archive:
    """A zip file in memory, read part by part within the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open the archive; nothing is unpacked yet."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except ZIP_ERRORS as error:
            raise UnreadableDocument from error
        self._limits = limits
        self._unpacked = 0

    def names(self) -> list[str]:
        """The names of the parts; folders are none."""
        return [name for name in self._zip.namelist() if not name.endswith("/")]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack one part piece by piece.

        Raises:
            ArchiveBomb: The part, or all parts so far, unpack to more than the limits allow.
            UnreadableDocument: The part cannot be unpacked.
        """
        try:
            info = self._zip.getinfo(name)
            packed = max(info.compress_size, 1)
            size = 0
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    self._check(size, packed)
                    yield chunk
        except ZIP_ERRORS as error:
            raise UnreadableDocument from error

    def _check(self, size: int, packed: int) -> None:
        too_dense = size > RATIO_FREE_BYTES and size > packed * self._limits.archive_ratio
        if too_dense or self._unpacked > self._limits.archive_bytes:
            raise ArchiveBomb
