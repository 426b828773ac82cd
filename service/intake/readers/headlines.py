"""Finds the headings of a task table in laid-out text, where each may be wrapped over several lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..headings import columns_of
from ..lines import Line
from ..marks import is_capitals
from ..restore import fold

HEIGHT_MAX = 7
COLUMNS_MIN = 3
HEADING_LENGTH_MAX = 70
LONELY_LENGTH_MAX = 45
"""Letters of a first line with one run only; a longer one is prose or the table's title."""
_TRIGGER = re.compile(
    r"\b(?:tt|stt|nhiem vu|noi dung|cong viec|hoat dong|chu tri|phoi hop|co quan|don vi|thoi gian|thoi han|"
    r"tien do|san pham|ket qua|theo doi|thuc hien)\b"
)
_RUN = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of text without wide spaces, by the column of its first letter."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Column after its last letter."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Heading:
    """The headings of a table: their texts by column, where each stands, and how many lines they take."""

    texts: dict[int, str]
    spans: list[tuple[int, int]]
    height: int


def tokens(line: Line) -> list[Token]:
    """The runs of a line."""
    return [Token(line.indent + match.start(), match[0]) for match in _RUN.finditer(line.text)]


def find_heading(lines: Sequence[Line], first: int) -> Heading | None:
    """The headings that begin at a line: as many lines as let the most columns be known."""
    line = lines[first]
    if line.cell or ("  " not in line.text and _is_prose(line.text)):
        return None
    if not _TRIGGER.search(fold(line.text)):
        return None
    best: Heading | None = None
    most = 0
    for height in range(1, HEIGHT_MAX + 1):
        window = lines[first : first + height]
        if len(window) < height or (height > 1 and window[-1].page):
            break
        heading = _heading(window)
        known = columns_of(heading.texts) if heading else None
        if heading and known and len(known) > most:
            best, most = heading, len(known)
    return best


def _is_prose(text: str) -> bool:
    long = len(text) > LONELY_LENGTH_MAX
    return long or is_capitals(text) or text.startswith("(") or text.endswith((".", ";", ":"))


def _heading(window: Sequence[Line]) -> Heading | None:
    found = [(row, token) for row, line in enumerate(window) for token in tokens(line)]
    columns = _columns(found)
    kept = {row for column in columns for row, _ in column}
    if len(columns) < COLUMNS_MIN or not {0, len(window) - 1} <= kept:
        return None
    texts = {index: " ".join(token.text for _, token in column) for index, column in enumerate(columns)}
    if any(len(text) > HEADING_LENGTH_MAX for text in texts.values()):
        return None
    spans = [(min(t.start for _, t in column), max(t.end for _, t in column)) for column in columns]
    return Heading(texts, spans, len(window))


Placed = tuple[int, Token]


def _columns(found: list[Placed]) -> list[list[Placed]]:
    """Runs that stand under each other; one that lies over several columns is left out."""
    for _ in range(HEIGHT_MAX):
        columns = _stacked(found)
        wide = next((column for column in columns if len({row for row, _ in column}) < len(column)), None)
        if wide is None:
            return columns
        found = [each for each in found if each != max(wide, key=lambda each: len(each[1].text))]
    return []


def _stacked(found: Sequence[Placed]) -> list[list[Placed]]:
    columns: list[list[Placed]] = []
    end = -1
    for placed in sorted(found, key=lambda each: each[1].start):
        if columns and placed[1].start < end:
            columns[-1].append(placed)
            end = max(end, placed[1].end)
        else:
            columns.append([placed])
            end = placed[1].end
    return [sorted(column, key=lambda each: each[0]) for column in columns]
