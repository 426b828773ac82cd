"""How much of a document the service is willing to read."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one reading; a document beyond any of them is refused, never cut short.

    Sizes are bytes, times are seconds. The bounds on the child process come from measured bombs: one million
    empty paragraphs are a DOCX of 45 KB and would cost 32 seconds of processor time. A child that waits for a
    converter or a recogniser of scans has `helped_seconds` instead of `wall_seconds`; each such program has
    the same bounds on processor time and memory. Of a scan the first `recognised_pages` are read.
    """

    upload_bytes: int = 50 * MEGABYTE
    archive_bytes: int = 100 * MEGABYTE
    archive_ratio: int = 200
    archive_entries: int = 2_000
    pages: int = 500
    paragraphs: int = 20_000
    text_characters: int = 2_000_000
    output_bytes: int = 32 * MEGABYTE
    cpu_seconds: int = 10
    memory_bytes: int = 1_000 * MEGABYTE
    wall_seconds: float = 20.0
    helped_seconds: float = 180.0
    helper_file_bytes: int = 100 * MEGABYTE
    recognised_pages: int = 20


DEFAULT = Limits()
