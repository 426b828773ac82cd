"""Who answers for the parts of an item that is split, and for two items that are joined."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.cuts import Halves
from service.domain.ids import new_id
from service.domain.reading.directives import ASSIGNMENTS, AssignmentRow
from service.domain.tables import Assignment, AssignmentException, AssignmentRole, Item, table

assignment, exception = table(Assignment), table(AssignmentException)
EITHER = frozenset({AssignmentRole.LEAD, AssignmentRole.COORDINATE})
"""Roles of which one unit has the first, if it is given both (R12)."""


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment with the codes of the units that it leaves out."""

    row: AssignmentRow
    left_out: frozenset[str]

    @property
    def target(self) -> tuple[str, str]:
        """Return kind and code of who is meant."""
        return ("group", self.row.group_code) if self.row.group_code else ("unit", self.row.unit_code or "")

    @property
    def terms(self) -> tuple[frozenset[str], date | None]:
        """Return on what terms they are meant."""
        return self.left_out, self.row.due_on

    @property
    def place(self) -> object:
        """Return what two assignments share of which only one can hold."""
        return self.target, "works" if self.row.role in EITHER else self.row.role


def assignments_of(session: Session, directive_id: UUID) -> dict[UUID, list[Held]]:
    """Return the assignments of every item of a directive that has some."""
    rows: dict[UUID, list[AssignmentRow]] = {}
    for each in session.connection().execute(ASSIGNMENTS, {"id": directive_id}):
        row = AssignmentRow._make(each)
        rows.setdefault(row.id, []).append(row)
    found: dict[UUID, list[Held]] = {}
    for same in rows.values():
        held = Held(same[0], frozenset(row.left_out for row in same if row.left_out))
        found.setdefault(held.row.item_id, []).append(held)
    return found


def divide(
    session: Session, held: Sequence[Held], first: Item, second: Item, halves: Halves, *, now: datetime
) -> None:
    """Give each part the units that were read from it; both have those of whom that is not clear, and ask."""
    mentions = first.mentions
    read = [halves.sides(mention.get("span"), str(mention["unit"])) for mention in mentions]
    is_asked = not held and None in read
    second.mentions = [
        each for each, sides in zip(mentions, read, strict=True) if sides is None or 1 in sides
    ]
    first.mentions = [each for each, sides in zip(mentions, read, strict=True) if sides is None or 0 in sides]
    moved, copied = [], []
    for each in held:
        sides = _sides(each, zip(mentions, read, strict=True), halves)
        is_asked = is_asked or sides is None
        if sides is None or len(sides) > 1:
            copied.append(each.row.id)
        elif 1 in sides:
            moved.append(each.row.id)
    _move(session, moved, second.id)
    _copy(session, copied, second.id, now=now)
    for item in (first, second):
        item.units_undecided = item.units_undecided or (is_asked and not item.is_closing)


def _sides(
    held: Held, mentions: Iterable[tuple[Mapping[str, Any], frozenset[int] | None]], halves: Halves
) -> frozenset[int] | None:
    """Return the parts that an assignment is for: where its words stand, or else its name."""
    found = halves.sides(None, held.row.name) or frozenset()
    for mention, sides in mentions:
        meant = {(candidate["kind"], candidate["code"]) for candidate in mention["candidates"]}
        if held.target in meant and sides is not None:
            found |= sides
    return found or None


def unite(
    session: Session, first: Item, second: Item, held: Mapping[UUID, Sequence[Held]], *, is_heir: bool
) -> None:
    """Give the first item the units of both, a unit that both name once.

    What cannot both hold is asked: a unit with two days or two sets of exceptions, and units of one item only
    while the other had those of the item above (`is_heir`).
    """
    kept, others = list(held.get(first.id, [])), list(held.get(second.id, []))
    same = {(each.place, each.row.role, each.terms) for each in kept}
    is_equal = same == {(each.place, each.row.role, each.terms) for each in others}
    moved, dropped, leading = [], [], []
    for other in others:
        match = next((each for each in kept if (each.place, each.terms) == (other.place, other.terms)), None)
        if match is None:
            moved.append(other.row.id)
            continue
        dropped.append(other.row.id)
        if match.row.role is not other.row.role:
            leading.append(match.row.id)
    places = {each.place for each in kept}
    clash = any(other.place in places for other in others if other.row.id in moved)
    was_asked = first.units_undecided or second.units_undecided
    first.units_undecided = clash or is_heir or (was_asked and not (is_equal and _both_asked(first, second)))
    first.mentions = [*first.mentions, *(each for each in second.mentions if each not in first.mentions)]
    _drop(session, dropped)
    _move(session, moved, first.id)
    lead = sa.update(assignment).where(assignment.c.id.in_(leading)).values(role=AssignmentRole.LEAD)
    session.connection().execute(lead)


def _both_asked(first: Item, second: Item) -> bool:
    """Return if the question is the one that splitting them asked, which joining them answers."""
    return first.units_undecided and second.units_undecided


def _move(session: Session, ids: Sequence[UUID], item_id: UUID) -> None:
    moved = sa.update(assignment).where(assignment.c.id.in_(ids)).values(item_id=item_id)
    session.connection().execute(moved)


def _drop(session: Session, ids: Sequence[UUID]) -> None:
    session.connection().execute(sa.delete(exception).where(exception.c.assignment_id.in_(ids)))
    session.connection().execute(sa.delete(assignment).where(assignment.c.id.in_(ids)))


def _copy(session: Session, ids: Sequence[UUID], item_id: UUID, *, now: datetime) -> None:
    rows = (
        session.connection().execute(sa.select(assignment).where(assignment.c.id.in_(ids))).mappings().all()
    )
    made = {row["id"]: new_id(now) for row in rows}
    left_out = session.connection().execute(sa.select(exception).where(exception.c.assignment_id.in_(ids)))
    copies = [dict(row) | {"id": made[row["id"]], "item_id": item_id} for row in rows]
    exceptions = [{"assignment_id": made[row.assignment_id], "unit_id": row.unit_id} for row in left_out]
    for target, values in ((assignment, copies), (exception, exceptions)):
        if values:
            session.connection().execute(sa.insert(target), values)
