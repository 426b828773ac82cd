"""The text of a document with the words that were read: marked, and led to the reading of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from service.domain.cuts import Place
from service.domain.reading.directives import ItemRow


class Mark(NamedTuple):
    """Words of the text, from `start` up to `end`: what they were read as, and where the reading stands."""

    start: int
    end: int
    kind: str
    id: str
    leads_to: str


class Piece(NamedTuple):
    """A stretch of the text as the page shows it; without a kind it is plain. `items` begin right here."""

    text: str
    kind: str
    id: str
    leads_to: str
    items: tuple[str, ...]


def paper(row: Any, items: Sequence[ItemRow], places: Mapping[UUID, Place]) -> list[Piece]:
    """Return the text of a directive in pieces; empty for one that was typed in."""
    starts = _starts(items, places)
    return list(_pieces(row.text, _apart([*_of_head(row), *_of_items(items)], len(row.text)), starts))


def _starts(items: Iterable[ItemRow], places: Mapping[UUID, Place]) -> dict[int, tuple[str, ...]]:
    """Return where items begin in the text; one that is not found there has no place in it."""
    found = dict[int, tuple[str, ...]]()
    for item in items:
        if place := places.get(item.id):
            found[place.start] = (*found.get(place.start, ()), item.locator)
    return found


def _of_head(row: Any) -> Iterator[Mark]:
    for number, basis in enumerate(row.basis):
        yield from _mark(basis, "basis", f"t-basis-{number}", "head")
    yield from _mark(row.signer, "head", "t-signer", "head")
    if row.subject and (at := row.text.find(row.subject)) >= 0:
        yield Mark(at, at + len(row.subject), "head", "t-subject", "head")


def _of_items(items: Iterable[ItemRow]) -> Iterator[Mark]:
    for item in items:
        here = f"i-{item.locator}"
        for number, mention in enumerate(item.mentions):
            yield from _mark(mention, "unit", f"u-{item.locator}-{number}", here)
        for number, reading in enumerate((item.deadline, *item.more_deadlines)):
            yield from _mark(reading, "deadline", f"d-{item.locator}-{number}", here)


def _mark(reading: Mapping[str, Any], kind: str, id_: str, leads_to: str) -> Iterator[Mark]:
    """Give the mark of a reading that says where it was read."""
    span = reading.get("span")
    if isinstance(span, list) and len(span) == 2 and all(isinstance(end, int) for end in span):
        yield Mark(span[0], span[1], kind, id_, leads_to)


def _apart(marks: Iterable[Mark], length: int) -> Iterator[Mark]:
    """Give marks in the order of the text, without those that begin within another one."""
    end = 0
    for mark in sorted(marks):
        if end <= mark.start < mark.end <= length:
            yield mark
            end = mark.end


def _pieces(text: str, marks: Iterable[Mark], starts: Mapping[int, tuple[str, ...]]) -> Iterator[Piece]:
    cuts = {at: Mark(at, at, "", "", "") for at in starts} | {mark.start: mark for mark in marks}
    at, waiting = 0, tuple[str, ...]()
    for cut in sorted(cuts):
        mark = cuts[cut]
        if cut < at:
            waiting += starts.get(cut, ())
            continue
        if at < cut:
            yield Piece(text[at:cut], "", "", "", waiting)
            waiting = ()
        waiting += starts.get(cut, ())
        if mark.kind:
            yield Piece(text[cut : mark.end], mark.kind, mark.id, mark.leads_to, waiting)
            waiting = ()
        at = mark.end
    if at < len(text) or waiting:
        yield Piece(text[at:], "", "", "", waiting)
