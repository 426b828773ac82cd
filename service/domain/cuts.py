"""Where the text of an item can be cut, where it stands in its document, and what the parts are called."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from service.domain.errors import InvalidValue
from service.domain.text import fold

SIGHT = 80
"""Letters by which the place of an item is found where the whole of it does not stand together."""

ENDS = re.compile(r"[.;!?…][\"”')\]]*(?=\s+\S)")
NO_END = re.compile(r"(?:(?:^|[.;:]\s)(?:\d{1,3}|[^\W\d_])|\b(?:TP|Tp|TX|Tx|ThS|TS|BS|tr|[Đđ]/c))\.$")
"""A full stop that ends no sentence: behind the number of a point or a word cut short ("TP. Lạng Sơn")."""

NO_END_LETTERS = 12
BETWEEN_MAX = 12
"""Most letters of a label between two items: "Điều 12.", "b)", "-"."""


class Half(StrEnum):
    """One of the parts of an item that is cut in two."""

    FIRST = "first"
    SECOND = "second"


class Place(NamedTuple):
    """Where words, or their beginning, stand in a document: half-open, counted in characters of it."""

    start: int
    end: int
    is_whole: bool = True


class Document:
    """The text of a document as words are looked for in it: however they are spaced and broken into lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._letters = squeezed(text)
        self._at = [at for at, letter in enumerate(text) if not letter.isspace()]

    def find(self, words: str, after: int = 0) -> Place | None:
        """Return where words stand from a character on, or at least the beginning of them."""
        wanted, begin = squeezed(words), bisect_left(self._at, after)
        return self._find(wanted, begin) or self._find(wanted[:SIGHT], begin, is_whole=False)

    def _find(self, letters: str, begin: int, *, is_whole: bool = True) -> Place | None:
        found = self._letters.find(letters, begin) if letters else -1
        if found < 0:
            return None
        return Place(self._at[found], self._at[found + len(letters) - 1] + 1, is_whole)

    def places(self, items: Iterable[tuple[UUID, UUID | None, str]]) -> dict[UUID, Place]:
        """Return where items stand; without those that are not found.

        Args:
            items: Id, item above and text of each, in reading order. The second part of an item that was cut
                may stand before the items below the first.
        """
        found, cursor, beside = dict[UUID, Place](), 0, dict[UUID | None, int]()
        for id_, above, text in items:
            place = self.find(text, cursor)
            if place is None and above in beside:
                place = self.find(text, beside[above])
            if place is not None:
                found[id_] = place
                beside[above] = place.end
                cursor = max(cursor, place.end)
        return found

    def breaks(self, words: str, place: Place) -> Iterator[int]:
        """Give the places in the text of an item behind which the document begins a new line."""
        written = re.finditer(r"(\S+)(\s*)", self.text[place.start : place.end])
        for word, here in zip(re.finditer(r"\S+", words), written, strict=False):
            if word.group() != here.group(1):
                return
            if "\n" in here.group(2):
                yield word.end()


def squeezed(text: str) -> str:
    """Return text without what separates its words."""
    return "".join(text.split())


def cuts(text: str, breaks: Iterable[int] = ()) -> list[int]:
    """Return where a person may want to cut a text: after sentences, semicolons, lines of the document.

    Each is the number of characters of the first part; what separates the words there belongs to neither.
    """
    ends = (found.end() for found in ENDS.finditer(text))
    real = (at for at in ends if not NO_END.search(text[max(0, at - NO_END_LETTERS) : at]))
    return sorted({at for at in (*real, *breaks) if 0 < at < len(text)})


def cut(text: str, at: int) -> tuple[str, str]:
    """Return both parts of a text.

    Raises:
        InvalidValue: The place is not within the text, leaves nothing on one side, or parts a word.
    """
    if not 0 < at < len(text):
        raise InvalidValue(field="at", detail=f"not within the text, which has {len(text)} characters")
    parts = text[:at].rstrip(), text[at:].lstrip()
    if not all(fold(part) for part in parts):
        raise InvalidValue(field="at", detail="one of the parts would have no words")
    if text[at - 1].isalnum() and text[at].isalnum():
        raise InvalidValue(field="at", detail="within a word")
    return parts


def between(document: Document, first: Place | None, second: Place | None) -> str:
    """Return the label that the document has between two texts; empty if more stands there, or nothing."""
    if first is None or second is None or not first.is_whole:
        return ""
    label = " ".join(document.text[first.end : second.start].split())
    return label if len(label) <= BETWEEN_MAX else ""


@dataclass(frozen=True, slots=True)
class Halves:
    """Both parts of an item's text, and where they stand in the document, as far as they are found."""

    texts: tuple[str, str]
    places: tuple[Place | None, Place | None]

    def sides(self, span: object, *phrases: str) -> frozenset[int] | None:
        """Return which parts something was read from: 0, 1 or both; None where that is not clear.

        Args:
            span: [start, end] in the document, if that is kept. What stands outside both parts, as in the
                sentence that introduces the items, holds for both.
            phrases: Words that say the same; a part in which they stand is one that it was read from.
        """
        found = {side for side, text in enumerate(self.texts) if any(_says(text, each) for each in phrases)}
        first, second = self.places
        if isinstance(span, list) and first and second:
            start, end = span
            inside = {side for side, place in enumerate((first, second)) if _holds(place, start, end)}
            outside = end <= first.start or start >= second.end
            if not inside and not outside:
                return None
            found |= inside or {0, 1}
        return frozenset(found) or None


def _says(text: str, phrase: str) -> bool:
    words = fold(phrase)
    return words != "" and f" {words} " in f" {fold(text)} "


def _holds(place: Place, start: Any, end: Any) -> bool:
    return bool(place.start <= start and end <= place.end)


LETTERS = "abcdeghiklmnopqrstuvxy"
"""Letters by which offices number what was put in later; "đ" would be "d" in a locator."""

POINT = re.compile(r"^(?P<base>[^\W\d_])(?P<mark>[1-9]\d{0,2})?$")
NUMBER = re.compile(r"^(?P<base>.*\d|[IVX]+)(?P<mark>[a-z])?$")
UNNUMBERED = re.compile(r"^(?P<base>.*(?:\d|-|p|plus))(?P<mark>[a-z])?$")
"""Locators of dashes and paragraphs, whose labels say no more than that."""


def named_after(label: str, locator: str, taken: Collection[str]) -> tuple[str, str] | None:
    """Return label and locator of what is put in behind an item, as offices number: "2a" after 2, "2b" after
    2a, "a1" after a. A dash stays a dash: the locator tells them apart. None if it has no number to go on.
    """
    is_mark = not any(letter.isalnum() for letter in label)
    point = None if is_mark or label in "IVX" else POINT.match(label)
    shape = point or (UNNUMBERED.match(locator) if is_mark else NUMBER.match(label))
    if shape is None:
        return None
    mark = shape["mark"] or ""
    stem = locator.removesuffix(mark)
    following = (
        map(str, range(int(mark or 0) + 1, 1_000)) if point else LETTERS[LETTERS.find(mark or "-") + 1 :]
    )
    for each in following:
        if f"{stem}{each}" not in taken:
            return label if is_mark else f"{shape['base']}{each}", f"{stem}{each}"
    return None


NOT_FACTS = frozenset({"text", "span", "confidence"})
"""What a reading of a deadline has beside the deadline."""


def facts_of(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reading of a deadline says, whichever words it was read from."""
    return {name: value for name, value in reading.items() if name not in NOT_FACTS}


def is_silent(reading: Mapping[str, Any]) -> bool:
    """Return if a reading says nothing of a deadline, so that the item above may (R2)."""
    return bool(reading.get("kind", "none") == "none")


def apart(readings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return readings that say something, those that say the same once."""
    found: list[dict[str, Any]] = []
    for reading in readings:
        if not is_silent(reading) and facts_of(reading) not in map(facts_of, found):
            found.append(dict(reading))
    return found
