"""Pages that are pictures: tesseract recognises them where it is installed with Vietnamese."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..limits import Limits
from ..restore import clean
from .helpers import installed, run, workshop

LANGUAGE = "vie"
DOTS_PER_INCH = 300
POINTS_PER_INCH = 72
PIXELS_MAX = 25_000_000
ONE_COLUMN = "4"
"""How tesseract takes a page: as lines of any size, which keeps letterhead and foot side by side."""


def recognise(document: Any, pages: Sequence[int], limits: Limits) -> dict[int, str]:
    """The laid-out text of pages by their index, as far as it can be recognised here."""
    tesseract = installed("tesseract")
    if not pages or tesseract is None:
        return {}
    with workshop(limits) as folder:
        if LANGUAGE not in _languages(tesseract, folder, limits):
            return {}
        found = {
            index: _page(tesseract, _picture(document, index), folder, limits)
            for index in pages[: limits.recognised_pages]
        }
    return {index: text for index, text in found.items() if text.strip()}


def _languages(tesseract: str, folder: Path, limits: Limits) -> list[str]:
    return run([tesseract, "--list-langs"], folder, limits).stdout.decode("ascii", "replace").split()


def _page(tesseract: str, picture: bytes, folder: Path, limits: Limits) -> str:
    options = ["-l", LANGUAGE, "--psm", ONE_COLUMN, "-c", "preserve_interword_spaces=1"]
    done = run([tesseract, "stdin", "stdout", *options], folder, limits, given=picture)
    text = done.stdout[: limits.text_characters * 4].decode("utf-8", "replace")
    return clean(text.replace("\f", ""))


def _picture(document: Any, index: int) -> bytes:
    """A page in shades of grey as PGM, which needs no library and no file."""
    page = document[index]
    try:
        width, height = page.get_size()
        scale = DOTS_PER_INCH / POINTS_PER_INCH
        area = max(width * height * scale * scale, 1.0)
        bitmap = page.render(scale=scale * min(1.0, (PIXELS_MAX / area) ** 0.5), grayscale=True)
    finally:
        page.close()
    rows = bytes(bitmap.buffer)
    lines = (rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)
