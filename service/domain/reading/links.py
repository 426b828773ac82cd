"""Links in messages: which ones a message may carry, and how one stands when it is opened."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import WatchKind
from service.domain.lifecycle import WORKING, State
from service.domain.link_rules import LinkAction, offered
from service.domain.people import lives_on
from service.domain.tables import (
    ActionLink,
    Directive,
    Item,
    LinkUse,
    Message,
    MessageLine,
    Obligation,
    Person,
    Post,
    Reminder,
    Unit,
    Watch,
    table,
)

link, use, person, post, unit = table(ActionLink), table(LinkUse), table(Person), table(Post), table(Unit)
message, line, obligation = table(Message), table(MessageLine), table(Obligation)
directive, item, reminder, watch = table(Directive), table(Item), table(Reminder), table(Watch)

OF_THE_DUTY = (WatchKind.DEADLINE, WatchKind.ACKNOWLEDGEMENT, WatchKind.SILENCE)
"""Clocks that wait for the unit itself, not for the answer to a request about the duty."""

TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())


class WantedLink(NamedTuple):
    """A duty in a message that its reader may answer for: the reader has a post at the duty's unit."""

    message_id: UUID
    obligation_id: UUID
    person_id: UUID
    unit_id: UUID
    register_id: UUID
    state: State
    version: int
    is_dated: bool


class LinkRow(NamedTuple):
    """A link with its duty as both stand now. `told_state` is how the link knows the duty."""

    id: UUID
    message_id: UUID
    expires_at: datetime
    actions: list[str]
    told_state: State
    state: State
    due_on: date | None
    unit: str
    unit_lives: bool
    holds_post: bool
    person: str
    number: str | None
    symbol: str | None
    doc_type: str | None
    signed_on: date | None
    locator: str
    title: str

    def refusal(self, now: datetime) -> str | None:
        """Return why the link opens nothing, in the word of `LinkRefused`; None where it does."""
        if now >= self.expires_at:
            return "expired"
        if not self.unit_lives:
            return "unit_ended"
        if not self.holds_post:
            return "post_ended"
        return "moved_on" if self.state != self.told_state else None

    def open_actions(self, used: Sequence[LinkAction]) -> list[LinkAction]:
        """Return what can still be said by the link."""
        now_possible = offered(self.state, is_dated=self.due_on is not None)
        return [a for a in now_possible if a in self.actions and a not in used]


class UseRow(NamedTuple):
    """Something that was done by a link, and when."""

    action: LinkAction
    used_at: datetime


def _has_post(person_id: sa.ColumnElement[UUID], unit_id: sa.ColumnElement[UUID]) -> sa.Exists:
    return sa.exists().where(post.c.person_id == person_id, post.c.unit_id == unit_id, lives_on(TODAY, post))


WANTED = (
    sa.select(
        line.c.message_id,
        line.c.obligation_id,
        message.c.person_id,
        obligation.c.unit_id,
        obligation.c.register_id,
        obligation.c.state,
        obligation.c.version,
        obligation.c.due_on.is_not(None).label("is_dated"),
    )
    .join(message, message.c.id == line.c.message_id)
    .join(obligation, obligation.c.id == line.c.obligation_id)
    .join(unit, unit.c.id == obligation.c.unit_id)
    .outerjoin(reminder, reminder.c.id == line.c.reminder_id)
    .outerjoin(watch, watch.c.id == reminder.c.watch_id)
    .where(
        line.c.message_id.in_(sa.bindparam("messages", expanding=True)),
        obligation.c.state.in_(sorted(WORKING)),
        sa.or_(watch.c.id.is_(None), watch.c.kind.in_(OF_THE_DUTY)),
        lives_on(TODAY, unit),
        _has_post(message.c.person_id, obligation.c.unit_id),
    )
    .distinct()
)
LINK = (
    sa.select(
        link.c.id,
        link.c.message_id,
        link.c.expires_at,
        link.c.actions,
        link.c.state.label("told_state"),
        obligation.c.state,
        obligation.c.due_on,
        unit.c.name.label("unit"),
        lives_on(TODAY, unit).label("unit_lives"),
        _has_post(link.c.person_id, link.c.unit_id).label("holds_post"),
        person.c.name.label("person"),
        directive.c.number,
        directive.c.symbol,
        directive.c.doc_type,
        directive.c.signed_on,
        item.c.locator,
        item.c.text.label("title"),
    )
    .join(obligation, obligation.c.id == link.c.obligation_id)
    .join(item, item.c.id == obligation.c.item_id)
    .join(directive, directive.c.id == obligation.c.directive_id)
    .join(unit, unit.c.id == link.c.unit_id)
    .join(person, person.c.id == link.c.person_id)
    .where(link.c.token_sha256 == sa.bindparam("token_sha256"))
)
USES = (
    sa.select(use.c.action, use.c.used_at)
    .where(use.c.link_id == sa.bindparam("link_id", type_=use.c.link_id.type))
    .order_by(use.c.used_at)
)


def read_wanted(connection: Connection, messages: Sequence[UUID], *, today: date) -> list[WantedLink]:
    """Return the links that messages may carry; for a coordinator or a leader at the keeper there is none."""
    rows = connection.execute(WANTED, {"messages": list(messages), "today": today})
    return [WantedLink._make(row) for row in rows]


def read_link(connection: Connection, token_sha256: str, *, today: date) -> LinkRow | None:
    """Return a link by the hash of its token."""
    row = connection.execute(LINK, {"token_sha256": token_sha256, "today": today}).first()
    return None if row is None else LinkRow._make(row)


def read_uses(connection: Connection, link_id: UUID) -> list[UseRow]:
    """Return what was done by a link, in order."""
    return [UseRow._make(row) for row in connection.execute(USES, {"link_id": link_id})]
