"""How much of a document the service is willing to read."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one reading; a document beyond any of them is refused, never cut short.

    Sizes are bytes, times are seconds. The bounds on the child process come from measured bombs: one million
    empty paragraphs are a DOCX of 45 KB and would cost 32 seconds of processor time.
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


DEFAULT = Limits()
