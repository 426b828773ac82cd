"""Whom an older register means by the names in its cells, by identity and day; never a guess (R18)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.groups import members_of
from service.domain.mapping import Candidate, load_ended, load_registry
from service.domain.people import lives_on
from service.domain.tables import Unit, UnitGroup, table

LISTED = re.compile(r"\s*[;|\n]\s*")
JOINED = re.compile(r"(\s*,\s*|\s+và\s+)")
"""What stands between names; a name may hold it too, so the longest name that is known counts."""

NAME_PIECES_MAX = 7
"""Pieces of one name: four words or phrases and what stands between them."""

PIECES_MAX = 400
"""Pieces of one cell."""

unit, group = table(Unit), table(UnitGroup)


class Life(NamedTuple):
    """The days of a unit; `valid_to` is the first day without it."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None


class Target(NamedTuple):
    """A unit or group that a cell names. `by_code`: the clerk wrote which one it is today."""

    kind: str
    id: UUID
    by_code: bool


@dataclass(frozen=True, slots=True)
class Meant:
    """What a cell means: targets and the units behind them, or what is doubtful about it."""

    targets: tuple[Target, ...]
    units: tuple[UUID, ...]
    doubts: tuple[str, ...]


class BalanceUnits:
    """The units and groups of a register as of the day of an import."""

    def __init__(self, session: Session, register_id: UUID, today: date) -> None:
        connection = session.connection()
        self._living = load_registry(session, register_id, today)
        self._ended = load_ended(session, register_id, today)
        lives = sa.select(unit.c.id, unit.c.code, unit.c.name, unit.c.valid_from, unit.c.valid_to)
        self.lives = {row.id: Life(*row[1:]) for row in connection.execute(lives)}
        units = sa.select(unit.c.code, unit.c.id).where(lives_on(today))
        groups = sa.select(group.c.code, group.c.id).where(group.c.register_id == register_id)
        of_units, of_groups = (dict(connection.execute(named).all()) for named in (units, groups))
        self._codes = {
            code: Target(kind, id_, by_code=True)
            for kind, codes in (("unit", of_units), ("group", of_groups))
            for code, id_ in codes.items()
            if not (code in of_units and code in of_groups)
        }
        group_ids = list(of_groups.values())
        self._members: dict[UUID, list[UUID]] = {}
        for row in connection.execute(members_of(session, group_ids, today)):
            self._members.setdefault(row.group_id, []).append(row.unit_id)
        self._known: dict[str, Target | None] = {}
        self._said: dict[str, str] = {}
        self._bore: dict[str, list[Candidate]] = {}
        self._ends = [life for life in self.lives.values() if life.valid_to and life.valid_to <= today]

    def meant(self, column: str, cell: str, day: date | None) -> Meant:
        """Return whom a cell names, for a document of a day; nobody where one of its names is doubtful.

        Without a day only the names are looked at.
        """
        parts = [part for part in LISTED.split(cell) if part]
        if sum(len(JOINED.split(part)) for part in parts) > PIECES_MAX:
            return Meant((), (), (f"{column}: quá nhiều tên trong một ô: lập nhóm đơn vị và ghi mã nhóm",))
        named = {name: self._target(name) for part in parts for name in self._names(part) or [part]}
        said = [
            self._why_unknown(name) if target is None else self._untimely(name, target, day)
            for name, target in named.items()
        ]
        doubts = tuple(f"{column}: {each}" for each in said if each)
        targets = tuple(dict.fromkeys(target for target in named.values() if target and not doubts))
        units = dict.fromkeys(id_ for target in targets for id_ in self.behind(target))
        return Meant(targets, tuple(units), doubts)

    def one(self, name: str) -> UUID | None:
        """Return the unit that bears the very name today; None if none or several do."""
        target = self._target(name) if name else None
        return target.id if target and target.kind == "unit" else None

    def behind(self, target: Target) -> Sequence[UUID]:
        """Return the unit, or the units of the group today."""
        return self._members.get(target.id, []) if target.kind == "group" else [target.id]

    def _names(self, part: str) -> list[str]:
        """Take a list apart into known names, the longest first; empty where something is left over."""
        pieces = JOINED.split(part)  # names at even places, what stands between them at odd ones
        found, at = [], 0
        while at < len(pieces):
            longest = next(
                (
                    end
                    for end in range(min(len(pieces), at + NAME_PIECES_MAX), at, -2)
                    if self._target("".join(pieces[at:end]).strip())
                ),
                None,
            )
            if longest is None:
                return []
            found.append("".join(pieces[at:longest]).strip())
            at = longest + 1
        return found

    def _target(self, name: str) -> Target | None:
        if name not in self._known:
            self._known[name] = self._codes.get(name) or self._named(name)
        return self._known[name]

    def _named(self, name: str) -> Target | None:
        for collective in (False, True) if self._living.knows(name) else ():
            found = self._living.resolve(name, collective=collective)
            if found.certain:
                return Target(found.candidates[0].kind, found.candidates[0].id, by_code=False)
        return None

    def _why_unknown(self, name: str) -> str:
        """Say why a name means nobody for certain; a name that comes again is not looked for again."""
        if name not in self._said:
            self._said[name] = self._unknown(name)
        return self._said[name]

    def _unknown(self, name: str) -> str:
        near = self._living.resolve(name, collective=False).candidates
        if self._ended_bearers(name):
            return f"“{name}” đã kết thúc hoạt động: ghi mã đơn vị tiếp nhận"
        if len(near) > 1:
            return f"“{name}” có thể là {', '.join(f'{each.name} ({each.code})' for each in near)}"
        if near:
            return f"“{name}” không phải tên của đơn vị nào; gần giống {near[0].name} ({near[0].code})"
        return f"không có đơn vị “{name}”"

    def _untimely(self, name: str, target: Target, day: date | None) -> str | None:
        """Say why a name that is known today may have meant another unit on the day of the document."""
        if not self.behind(target):
            return f"nhóm “{name}” không có đơn vị nào"
        if target.by_code or day is None:
            return None
        if any(self._lived(candidate.id, day) for candidate in self._ended_bearers(name)):
            return f"“{name}” ngày {day:%d/%m/%Y} là đơn vị đã kết thúc: ghi mã đơn vị tiếp nhận"
        later = [self.lives[id_].name for id_ in self.behind(target) if self.lives[id_].valid_from > day]
        if later:
            return f"“{name}”: {later[0]} thành lập sau ngày văn bản: ghi mã đơn vị"
        if target.kind == "group" and self._anybody_ended_since(day):
            return f"“{name}”: có đơn vị đã kết thúc từ sau ngày văn bản: ghi từng đơn vị, hoặc mã nhóm"
        return None

    def _ended_bearers(self, name: str) -> list[Candidate]:
        """Return the units that have ended and bore the very name."""
        if name not in self._bore:
            known = self._ended.knows(name)
            found = self._ended.resolve(name, collective=False).candidates if known else ()
            self._bore[name] = [each for each in found if each.kind == "unit"]
        return self._bore[name]

    def _lived(self, unit_id: UUID, day: date) -> bool:
        life = self.lives[unit_id]
        return life.valid_from <= day and (life.valid_to is None or day < life.valid_to)

    def _anybody_ended_since(self, day: date) -> bool:
        return any(life.valid_from <= day < (life.valid_to or day) for life in self._ends)
