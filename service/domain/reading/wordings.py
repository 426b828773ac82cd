"""How registers word their messages: the texts that hold, those that held, and those of a delivery."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.errors import NotFound
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.message_lines import Line, read_lines
from service.domain.reading.notices import Notice, read_notices
from service.domain.reading.paging import List
from service.domain.tables import (
    Account,
    ApiKey,
    Message,
    MessageLine,
    Register,
    RegisterKeeper,
    Unit,
    Wording,
    table,
)
from service.domain.wording import BUILT_IN, DEFAULTS, RULES, TRIAL, Texts, WordingKind

wording, keeper, unit, api_key = table(Wording), table(RegisterKeeper), table(Unit), table(ApiKey)
account = table(Account)
message, line, register = table(Message), table(MessageLine), table(Register)

_TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
_KIND: sa.BindParameter[Any] = sa.bindparam("kind", type_=wording.c.kind.type)
_ID: sa.BindParameter[Any] = sa.bindparam("id", type_=message.c.id.type)


class WordingRow(NamedTuple):
    """One version of the texts of a kind; version 0 is built in and was made by nobody."""

    id: UUID | None
    kind: WordingKind
    version: int
    subject: str
    opening: str
    request: str
    duty: str
    body: str
    zalo: str
    reason: str
    made_by_name: str | None
    made_at: datetime | None

    @property
    def texts(self) -> Texts:
        """Return the texts."""
        return Texts(**{name: getattr(self, name) for name in RULES})


@dataclass(frozen=True, slots=True)
class House:
    """What the words of a register's messages are made of: its keeper's name, and the texts by kind."""

    name: str
    own: Mapping[WordingKind, WordingRow] = field(default_factory=dict)

    def of(self, kind: WordingKind) -> WordingRow:
        """Return the texts that hold for a kind."""
        return self.own.get(kind) or built_in(kind)


def built_in(kind: WordingKind) -> WordingRow:
    """Return the texts that hold where an office has not worded them otherwise."""
    return _unchanged(kind, DEFAULTS[kind])


def of_trial() -> WordingRow:
    """Return the texts of a message that only shows whether a channel works."""
    return _unchanged(WordingKind.NOTICE, TRIAL)


def _unchanged(kind: WordingKind, texts: Texts) -> WordingRow:
    written = {name: getattr(texts, name) for name in RULES}
    return WordingRow(
        id=None, kind=kind, version=BUILT_IN, reason="", made_by_name=None, made_at=None, **written
    )


_columns = (
    *(wording.c[name] for name in WordingRow._fields[:-2]),
    sa.func.coalesce(api_key.c.name, account.c.name).label("made_by_name"),
    wording.c.made_at,
)
_versions = sa.select(*_columns).select_from(
    wording.outerjoin(api_key, api_key.c.id == wording.c.made_by).outerjoin(
        account, account.c.id == wording.c.made_by
    )
)
_newer = wording.alias("newer")
_holds = ~sa.exists().where(
    _newer.c.register_id == wording.c.register_id,
    _newer.c.kind == wording.c.kind,
    _newer.c.version > wording.c.version,
)
_REGISTERS: sa.BindParameter[Any] = sa.bindparam("registers", expanding=True)
HELD = _versions.add_columns(wording.c.register_id).where(wording.c.register_id.in_(_REGISTERS), _holds)
KEEPERS = (
    sa.select(register.c.id, sa.func.coalesce(unit.c.name, register.c.name))
    .select_from(
        register.outerjoin(
            keeper, sa.and_(keeper.c.register_id == register.c.id, lives_on(_TODAY, keeper))
        ).outerjoin(unit, unit.c.id == keeper.c.unit_id)
    )
    .where(register.c.id.in_(_REGISTERS))
)
HISTORY = List(
    _versions.where(wording.c.register_id == visibility.REGISTER, wording.c.kind == _KIND),
    {
        "version": wording.c.version == sa.bindparam("version"),
        "before": wording.c.version < sa.bindparam("before"),
    },
    [wording.c.version.desc()],
)
MESSAGE = sa.select(message.c.id).where(message.c.id == _ID, message.c.register_id == visibility.REGISTER)
LATEST_ABOUT = (
    sa.select(message.c.id)
    .join(line, line.c.message_id == message.c.id)
    .where(line.c.obligation_id == _ID, message.c.register_id == visibility.REGISTER)
    .order_by(message.c.id.desc())
    .limit(1)
)


def read_houses(connection: Connection, registers: Sequence[UUID], *, today: date) -> Mapping[UUID, House]:
    """Return what the words of registers are made of."""
    names = {"registers": list(set(registers)), "today": today}
    own: dict[UUID, dict[WordingKind, WordingRow]] = defaultdict(dict)
    for row in connection.execute(HELD, names):
        own[row.register_id][row.kind] = WordingRow._make(row[:-1])
    return {
        register_id: House(name, own[register_id]) for register_id, name in connection.execute(KEEPERS, names)
    }


def house(connection: Connection, actor: Actor, *, today: date) -> House:
    """Return what the words of the actor's register are made of."""
    actor.require(Action.VIEW_DELIVERIES)
    return read_houses(connection, [actor.register_id], today=today)[actor.register_id]


def one(connection: Connection, actor: Actor, kind: WordingKind, *, version: int | None) -> WordingRow:
    """Return one version of the texts of a kind; None for the one that holds.

    Raises:
        NotFound: There was no such version.
    """
    actor.require(Action.VIEW_DELIVERIES)
    if version == BUILT_IN:
        return built_in(kind)
    names = {"register_id": actor.register_id, "kind": kind}
    rows, _ = HISTORY.page(connection, {"version": version}, names, 1)
    if rows:
        return WordingRow._make(rows[0])
    if version is None:
        return built_in(kind)
    raise NotFound(what="wording")


def history(
    connection: Connection, actor: Actor, kind: WordingKind, *, before: int | None, limit: int
) -> tuple[list[WordingRow], int | None]:
    """Return versions of the texts of a kind, the newest first; the built-in texts are the last of them."""
    actor.require(Action.VIEW_DELIVERIES)
    names = {"register_id": actor.register_id, "kind": kind}
    rows, last = HISTORY.page(connection, {"before": before}, names, limit)
    found = [WordingRow._make(row) for row in rows]
    if last is not None:
        return found, last.version
    return ([*found, built_in(kind)], None) if len(found) < limit or not found else (found, found[-1].version)


def lines_to_preview(
    connection: Connection, actor: Actor, *, message_id: UUID | None, obligation_id: UUID | None
) -> tuple[UUID, list[Line], list[Notice]]:
    """Return a message of the register and what it tells: a given one, or the latest about a duty.

    Raises:
        NotFound: The register has no such message, or nobody was ever told of the duty.
    """
    actor.require(Action.VIEW_DELIVERIES)
    statement = MESSAGE if message_id is not None else LATEST_ABOUT
    names = {"register_id": actor.register_id, "id": message_id or obligation_id}
    found: UUID | None = connection.execute(statement, names).scalar()
    if found is None:
        raise NotFound(what="message")
    lines = read_lines(connection, [found])[found]
    if obligation_id is not None:
        return found, [each for each in lines if each.obligation_id == obligation_id], []
    return found, lines, read_notices(connection, [found])[found]
