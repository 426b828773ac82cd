"""Everything that is held about one person, and texts that may speak of the person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.commitments import commitments
from service.domain.errors import NotFound
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.preferences import permitted
from service.domain.tables import (
    Absence,
    Account,
    AccountSession,
    ActionLink,
    Address,
    ApiKey,
    CalendarFeed,
    ChannelAccount,
    ChannelConsent,
    ChannelContact,
    Delivery,
    DeliveryAttempt,
    DeliveryReceipt,
    Event,
    FactText,
    Idempotency,
    InboundEvent,
    Ledger,
    LinkCode,
    LinkUse,
    Message,
    MessageLine,
    NotificationChoice,
    NotificationPreference,
    Obligation,
    Person,
    Post,
    PreferredChannel,
    SavedView,
    TellingByHand,
    WebhookEndpoint,
    Wording,
    table,
)
from service.domain.tables.base import free_columns, metadata
from service.domain.text import fold, shorten

person, event, ledger, fact_text = table(Person), table(Event), table(Ledger), table(FactText)
message, delivery, link, contact = table(Message), table(Delivery), table(ActionLink), table(ChannelContact)
account, inbound, absence, obligation = table(Account), table(InboundEvent), table(Absence), table(Obligation)

PERSON: sa.BindParameter[Any] = sa.bindparam("about_id", type_=person.c.id.type)
MESSAGES = sa.select(message.c.id).where(message.c.person_id == PERSON)
DELIVERIES = sa.select(delivery.c.id).where(delivery.c.message_id.in_(MESSAGES))
LINKS = sa.select(link.c.id).where(link.c.person_id == PERSON)
ACCOUNTS = sa.select(account.c.id).where(account.c.person_id == PERSON)
SAID = sa.exists().where(
    contact.c.person_id == PERSON,
    contact.c.register_id == inbound.c.register_id,
    contact.c.channel == inbound.c.channel,
    contact.c.sender == inbound.c.sender,
)


def _of_deliveries(rows: sa.Table) -> sa.ColumnElement[bool]:
    return rows.c.delivery_id.in_(DELIVERIES)


def _own(rows: sa.Table) -> sa.ColumnElement[bool]:
    return rows.c.person_id == PERSON


HELD: dict[sa.Table, sa.ColumnElement[bool]] = {
    **{table(each): _own(table(each)) for each in (Post, Address, LinkCode, CalendarFeed, ApiKey, Account)},
    **{table(each): _own(table(each)) for each in (Message, ActionLink)},
    absence: sa.or_(absence.c.person_id == PERSON, absence.c.deputy_id == PERSON),
    **{table(each): _own(table(each)) for each in (NotificationPreference, PreferredChannel)},
    table(NotificationChoice): _own(table(NotificationChoice)),
    contact: _own(contact),
    inbound: SAID,
    table(MessageLine): table(MessageLine).c.message_id.in_(MESSAGES),
    delivery: delivery.c.message_id.in_(MESSAGES),
    **{
        table(each): _of_deliveries(table(each)) for each in (DeliveryAttempt, DeliveryReceipt, TellingByHand)
    },
    table(LinkUse): table(LinkUse).c.link_id.in_(LINKS),
    **{table(each): table(each).c.account_id.in_(ACCOUNTS) for each in (AccountSession, SavedView)},
    obligation: obligation.c.assignee_id == PERSON,
}
"""Table → which of its rows are about a person; a test keeps it complete."""

SECRET = frozenset({"sha256", "token_sha256", "secret_sha256", "handle", "password_hash", "code_sha256"})
"""Columns by which somebody is known to the service; they say nothing of the person."""

NOT_SEARCHED = frozenset(
    {
        fact_text,
        *(table(each) for each in (Idempotency, ChannelAccount, ChannelConsent, WebhookEndpoint, Wording)),
    }
)
"""Tables whose texts are secrets, answers that go by themselves, or words of the office."""

SHOWN = 500
"""Characters of a text that may speak of the person."""

ROWS_MAX, MENTIONS_MAX, TEXTS_MAX = 10_000, 500, 200_000
"""Rows of a table, texts found, and texts looked through for one request; the command line has no limit."""


class Mention(NamedTuple):
    """A text that has the person's name in it, or the name of somebody else who is called the same.

    `place` is a table's column, or `fact` with the `position` in the ledger and the `name` of the value, by
    which it can be erased.
    """

    place: str
    key: dict[str, Any]
    position: int | None
    name: str
    text: str


class PersonalData(NamedTuple):
    """What is held about a person: rows by table; `cut_off` names what has more than fits into an answer."""

    person: Any
    records: dict[str, list[dict[str, Any]]]
    mentions: list[Mention]
    cut_off: list[str]


def of_person(
    connection: Connection, actor: Actor, code: str, *, now: datetime, is_bounded: bool = True
) -> PersonalData:
    """Return everything that is held about a person, in one document.

    Args:
        connection: Where to read, all at one moment.
        actor: An administrator of the installation, of the register's keeper, or of the person's unit.
        code: The person's.
        now: The present instant.
        is_bounded: Stop at `ROWS_MAX`, `MENTIONS_MAX` and `TEXTS_MAX`.

    Raises:
        NotFound: Nobody bears the code.
        NotAllowed: The actor is no such administrator.
    """
    person_id, _ = permitted(connection, actor, code, Action.VIEW_PERSONAL_DATA, now=now)
    row = connection.execute(sa.select(person).where(person.c.id == person_id)).first()
    if row is None:
        raise NotFound(what="person")
    records, cut_off = {}, []
    for rows, mine in HELD.items():
        found = _rows(connection, rows, mine, person_id, ROWS_MAX + 1 if is_bounded else None)
        if is_bounded and len(found) > ROWS_MAX:
            cut_off.append(rows.name)
        records[rows.name] = found[:ROWS_MAX] if is_bounded else found
    mentions: list[Mention] = []
    if row.erased_at is None:
        texts = (MENTIONS_MAX, TEXTS_MAX) if is_bounded else (None, None)
        mentions, is_whole = _mentions(connection, row.name, *texts)
        cut_off += [] if is_whole else ["mentions"]
    return PersonalData(row, records, mentions, cut_off)


def _rows(
    connection: Connection, rows: sa.Table, mine: sa.ColumnElement[bool], person_id: UUID, limit: int | None
) -> list[dict[str, Any]]:
    shown = [column for column in rows.c if column.name not in SECRET]
    found = sa.select(*shown).where(mine).order_by(*rows.primary_key.columns).limit(limit)
    return [dict(row._mapping) for row in connection.execute(found, {"about_id": person_id})]


def _mentions(
    connection: Connection, name: str, most: int | None, texts_max: int | None
) -> tuple[list[Mention], bool]:
    """Return texts that have a name in them, accents and case aside, and whether all were looked through."""
    wanted, found = f" {fold(name)} ", list[Mention]()
    for seen, mention in enumerate(_texts(connection)):
        if seen == texts_max or len(found) == most:
            return _placed(connection, found), False
        if wanted in f" {fold(mention.text)} ":
            found.append(mention._replace(text=shorten(mention.text, SHOWN)))
    return _placed(connection, found), True


def _texts(connection: Connection) -> Iterator[Mention]:
    """Give every text that people typed."""
    rows = connection.execute(
        sa.select(fact_text).where(fact_text.c.text.is_not(None)), execution_options={"yield_per": 1000}
    )
    for row in rows:
        yield Mention("fact", {"sha256": row.sha256}, None, "", row.text)
    older = sa.select(ledger.c.position, sa.type_coerce(event.c.payload, sa.Text()).label("said"))
    spoken = older.join(event, event.c.seq == ledger.c.seq).order_by(ledger.c.position)
    for row in connection.execute(spoken, execution_options={"yield_per": 1000}):
        yield Mention("fact", {}, row.position, "", row.said)
    for each in metadata.sorted_tables:
        if each not in NOT_SEARCHED and each not in HELD:
            yield from _texts_of(connection, each)


def _texts_of(connection: Connection, rows: sa.Table) -> Iterator[Mention]:
    columns = [column for column in free_columns(rows) if column.name != "folded"]
    if not columns:
        return
    keys = list(rows.primary_key.columns)
    for row in connection.execute(sa.select(*keys, *columns), execution_options={"yield_per": 1000}):
        values = row._mapping
        for column in columns:
            if values[column]:
                key = {each.name: values[each] for each in keys}
                yield Mention(f"{rows.name}.{column.name}", key, None, column.name, values[column])


def _placed(connection: Connection, found: list[Mention]) -> list[Mention]:
    """Return mentions with the places of those that stand beside facts, in one walk through the journal."""
    wanted = {mention.key["sha256"] for mention in found if "sha256" in mention.key}
    places: dict[str, tuple[int, str]] = {}
    facts = sa.select(ledger.c.position, event.c.payload).join(event, event.c.seq == ledger.c.seq)
    for row in connection.execute(facts, execution_options={"yield_per": 1000}) if wanted else ():
        for name, digest in commitments(row.payload):
            if digest in wanted:
                places.setdefault(digest, (row.position, name))
    return [
        mention._replace(position=places[digest][0], name=places[digest][1])
        if (digest := mention.key.get("sha256", "")) in places
        else mention
        for mention in found
    ]
