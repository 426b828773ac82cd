"""Which unit or group a document means by a phrase. Deterministic, explained, and never a guess.

Every name is reduced to a *key*: folded (no accents, case or punctuation), abbreviations as everybody
writes them, without "và" and "các", and "UBND xã X" as "xã X", because a place and its committee are one
unit here. A phrase is certain if its key is that of exactly one unit or group; what is merely near is
offered to a person and never taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlmodel import Session

from service.domain.people import lives_on
from service.domain.phrases import held_meanings
from service.domain.tables import Alias, Unit, UnitGroup, UnitName, table
from service.domain.text import fold, fold_name

NEAR, MARGIN = 90, 4
"""Likeness (0-100) from which a name is offered, and how far behind the best one another may be."""

SHOWN_MAX = 10
"""Candidates of one phrase."""

PHRASE_MAX = 400
"""Characters of a phrase that are looked at; no unit's name is longer."""

PLACES_MAX = 3
"""Places that a phrase may add to a name: "xã X, huyện Y, tỉnh Z"."""

NAME, OTHER, FORMER = ("tên", "tên gọi khác", "tên cũ")
CONFIRMED = "đã xác nhận"
"""A clerk said so: it settles what the phrase means, whatever else bears the name."""
SOURCES = (CONFIRMED, NAME, OTHER, FORMER)
SHORT, TITLED, PLACED, LEVELLESS = "viết tắt", "bỏ chức danh", "kèm địa danh", "không kèm cấp"

WITHOUT_LEVEL = 95
"""Score of a unit whose name has a level ("Công an huyện") that the phrase leaves out."""

LEVELS = ("tinh", "thanh pho", "huyen", "quan", "thi xa", "xa", "phuong", "thi tran", "dac khu")
"""Areas that have a committee; a unit of kind `thi_tran` is one of level "thi tran"."""

COMMITTEE = re.compile(rf"^ubnd (?=(?:cac |cap )?(?:{'|'.join(LEVELS)})\b)")
TITLE = re.compile(
    r"^(?:chu tich|giam doc|thu truong|nguoi dung dau|chi huy truong|hieu truong|bo truong"
    r"|truong(?= (?:cac|phong|ban|cong an|tram|vp)\b)|chanh(?= (?:cac|vp|thanh tra)\b)) "
)
"""Whoever heads a body stands for it; a deputy does not, being given duties in person."""

unit, group, alias, unit_name = table(Unit), table(UnitGroup), table(Alias), table(UnitName)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a phrase may mean: `kind` is "unit" or "group"; `why` says it to the clerk."""

    kind: str
    id: UUID
    code: str
    name: str
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Candidates, the likeliest first; `certain` if there is exactly one and it bears the very name."""

    candidates: tuple[Candidate, ...]
    certain: bool


class Target(NamedTuple):
    """A unit or group of the registry."""

    kind: str
    id: UUID
    code: str
    name: str
    level: str = ""
    parent_id: UUID | None = None


class Named(NamedTuple):
    """One of the names of a target, as written and as `text.fold_name` folds it; `source` says which."""

    target: Target
    written: str
    source: str
    folded: str


def key_of(folded: str) -> str:
    """Return the key of a name that `text.fold_name` has folded."""
    key = folded.replace(" va ", " ")
    return COMMITTEE.sub("", key).removeprefix("cac ")


class Registry:
    """The names of one day, ready for any number of phrases."""

    def __init__(self, named: Iterable[Named]) -> None:
        self._exact: dict[str, list[Named]] = {}
        self._keys: dict[str, dict[str, str]] = {"unit": {}, "group": {}}
        self._units: dict[UUID, Target] = {}
        self._places: dict[UUID, str] = {}
        for each in named:
            key = key_of(each.folded)
            self._add(key, each)
            if each.target.kind == "unit" and each.source == NAME:
                self._units[each.target.id] = each.target
                if each.target.level:
                    self._places[each.target.id] = key
        self._add_short_names()

    def _add(self, key: str, each: Named) -> None:
        self._exact.setdefault(key, []).append(each)
        self._keys[each.target.kind][key] = key

    def _add_short_names(self) -> None:
        """Let "Văn phòng HĐND và UBND huyện" name the one whose full name adds "… huyện Cao Lộc"."""
        parents = {target.parent_id for target in self._units.values()}
        ends = {_last_word(place) for id_, place in self._places.items() if id_ in parents}
        for key in [key for key in self._exact if _last_word(key) in ends]:
            for each in list(self._exact[key]):
                for above in self._above(each.target):
                    place = self._places.get(above.id)
                    if place and key.endswith(" " + place):
                        name = key.removesuffix(place) + above.level
                        self._add(name, each._replace(written=name))

    def _above(self, target: Target) -> Iterator[Target]:
        """Yield the units above a unit, the nearest first."""
        seen: set[UUID] = set()
        parent = target.parent_id
        while parent is not None and parent not in seen and parent in self._units:
            seen.add(parent)
            yield self._units[parent]
            parent = self._units[parent].parent_id

    def resolve(self, phrase: str, *, collective: bool) -> Resolution:
        """Return what a phrase may mean.

        Args:
            phrase: As the document writes it; a list ("UBND các xã: X, Y") has been taken apart before.
            collective: It speaks of a class of units, so that a single unit is not certain, nor the reverse.
        """
        wanted = "group" if collective else "unit"
        phrase = phrase[:PHRASE_MAX]
        bearers, notes = self._bearers(phrase)
        settled = [each for each in bearers if each.source == CONFIRMED and not notes]
        bearers = settled or bearers
        plain = key_of(fold(phrase))
        found: dict[UUID, Candidate] = {}
        for each in sorted(bearers, key=lambda named: SOURCES.index(named.source)):
            short = not notes and plain != key_of(fold(each.written))
            why = ", ".join([SHORT if short else each.source, *notes])
            found.setdefault(each.target.id, _candidate(each.target, 100, why))
        if not found:
            near = self._near(key_of(TITLE.sub("", fold_name(phrase))), wanted)
            return Resolution(_in_order(near, wanted), certain=False)
        certain = len(found) == 1 and (bool(settled) or {each.kind for each in found.values()} == {wanted})
        return Resolution(_in_order(found.values(), wanted), certain)

    def bearers(self, name: str) -> list[Target]:
        """Return the units and groups that bear a name that a person typed, each once."""
        return list(dict.fromkeys(each.target for each in self._bearers(name[:PHRASE_MAX])[0]))

    def knows(self, phrase: str) -> bool:
        """Return if something bears the very name; what is merely near is not looked for."""
        return bool(self._bearers(phrase[:PHRASE_MAX])[0])

    def _bearers(self, phrase: str) -> tuple[list[Named], list[str]]:
        """Return who bears the very name, and what had to be left out or added to find them."""
        folded = fold_name(phrase)
        forms: dict[str, list[str]] = {key_of(folded): []}
        forms.setdefault(key_of(TITLE.sub("", folded)), [TITLED])
        for key, notes in forms.items():
            if key in self._exact:
                return self._exact[key], notes
            if placed := self._placed(key, PLACES_MAX):
                return placed, [*notes, PLACED]
        return [], []

    def _placed(self, key: str, places: int) -> list[Named]:
        """Return the units that a name means together with a place: "Phòng Nội vụ huyện (Cao Lộc)"."""
        words = key.split(" ")
        for cut in range(1, len(words) if places else 0):
            name, place = " ".join(words[:cut]), " ".join(words[cut:])
            if place in LEVELS:
                found = [
                    each
                    for each in self._exact.get(name, ())
                    if any(above.level == place for above in self._above(each.target))
                ]
            else:
                tops = {each.target for each in self._exact.get(place, ()) if each.target.level}
                found = [
                    each
                    for top in tops
                    for each in self._at_level(name, top.level, places)
                    if top in self._above(each.target)
                ]
            if found:
                return found
        return []

    def _at_level(self, name: str, level: str, places: int) -> list[Named]:
        named = self._exact.get(name, []) + self._exact.get(f"{name} {level}", [])
        return named or self._placed(name, places - 1)

    def _near(self, key: str, wanted: str) -> Iterator[Candidate]:
        """Yield what a person might recognise; none of it is certain."""
        for level in LEVELS:
            for each in self._exact.get(f"{key} {level}", ()):
                if each.target.kind == wanted:
                    yield _candidate(each.target, WITHOUT_LEVEL, f"{each.source}, {LEVELLESS}")
        keys = self._keys[wanted]
        alike = list(process.extract(key, keys, scorer=fuzz.ratio, score_cutoff=NEAR, limit=None))
        for other, score, _ in alike:
            if score >= alike[0][1] - MARGIN:
                for each in self._exact[other]:
                    if each.target.kind == wanted:
                        yield _candidate(each.target, int(score), f"gần giống {int(score)}")


def _last_word(key: str) -> str:
    return key.rpartition(" ")[2]


def _candidate(target: Target, score: int, why: str) -> Candidate:
    return Candidate(target.kind, target.id, target.code, target.name, score, why)


def _in_order(candidates: Iterable[Candidate], wanted: str) -> tuple[Candidate, ...]:
    """Return the candidates once each, the likeliest first, in an order that depends on nothing else."""
    best: dict[UUID, Candidate] = {}
    for each in sorted(candidates, key=lambda one: (-one.score, one.kind != wanted, one.code, str(one.id))):
        best.setdefault(each.id, each)
    return tuple(best.values())[:SHOWN_MAX]


def load_registry(session: Session, register_id: UUID, day: date) -> Registry:
    """Read the names of the units that live on a day, and of a register's groups, in three queries."""
    return _load(session, register_id, lives_on(day))


def load_ended(session: Session, register_id: UUID, day: date) -> Registry:
    """Read the names of the units that have ended by a day, beside those of the register's groups."""
    return _load(session, register_id, unit.c.valid_to <= day)


def _load(session: Session, register_id: UUID, which: sa.ColumnElement[bool]) -> Registry:
    connection = session.connection()
    units = sa.select(
        unit.c.id, unit.c.code, unit.c.kind, unit.c.name, unit.c.name_folded, unit.c.parent_id
    ).where(which)
    named: list[Named] = []
    targets: dict[UUID, Target] = {}
    for id_, code, kind, name, folded, parent_id in connection.execute(units).all():
        level = kind.replace("_", " ")
        targets[id_] = Target("unit", id_, code, name, level if level in LEVELS else "", parent_id)
        named.append(Named(targets[id_], name, NAME, folded))
    groups = sa.select(group.c.id, group.c.code, group.c.name).where(group.c.register_id == register_id)
    for id_, code, name in connection.execute(groups):
        targets[id_] = Target("group", id_, code, name)
        named.append(Named(targets[id_], name, NAME, fold_name(name)))
    also = sa.union_all(
        held_meanings(register_id).add_columns(sa.literal(CONFIRMED)),
        sa.select(alias.c.unit_id, alias.c.group_id, alias.c.phrase, alias.c.folded, sa.literal(OTHER)).where(
            alias.c.register_id == register_id
        ),
        sa.select(unit_name.c.unit_id, sa.null(), unit_name.c.name, sa.null(), sa.literal(FORMER)),
    )
    for unit_id, group_id, phrase, folded, source in connection.execute(also).all():
        target = targets.get(unit_id or group_id)
        if target is not None:
            named.append(Named(target, phrase, source, folded or fold_name(phrase)))
    return Registry(named)
