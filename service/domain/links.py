"""Links in messages: made when a message leaves, used once an action by the person it was sent to.

The link is the credential: who holds it acts as the official the message was for, as long as that person
has a post at the unit. What is done goes through the same actions as over the API.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from sqlmodel import Session, select

from service.domain import extensions, obligations, returns
from service.domain.calendar import office_day
from service.domain.errors import InvalidValue, LinkRefused, NotFound
from service.domain.events.links import ObligationActedByLink
from service.domain.ids import new_id
from service.domain.link_rules import LinkAction, hashed, offered
from service.domain.moves import find_obligation
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action, KeyRole
from service.domain.reading.links import WantedLink, read_link
from service.domain.sql import insert_or
from service.domain.tables import ActionLink, LinkUse, Obligation, table

link = table(ActionLink)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the official wrote on the page; what an action does not need stays empty.

    `percent` is 0 to 100, `wanted_on` the day asked for.
    """

    text: str = ""
    percent: int | None = None
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is kept of where a link was used: the program, and the address without what names a device."""

    user_agent: str
    network: str


def make_links(
    session: Session,
    wanted: Sequence[tuple[WantedLink, str]],
    *,
    lifetime: timedelta,
    now: datetime,
) -> None:
    """Keep the links of messages that are about to leave, with the hashes of their tokens.

    A message that leaves once more says anew how its duties stand; its links end when they ended before.
    """
    rows = [
        {
            "id": new_id(now),
            "token_sha256": hashed(token),
            "register_id": one.register_id,
            "message_id": one.message_id,
            "obligation_id": one.obligation_id,
            "person_id": one.person_id,
            "unit_id": one.unit_id,
            "actions": [str(a) for a in offered(one.state, is_dated=one.is_dated)],
            "state": one.state,
            "version": one.version,
            "made_at": now,
            "expires_at": now + lifetime,
        }
        for one, token in sorted(wanted, key=lambda pair: (pair[0].message_id, pair[0].obligation_id))
    ]
    if not rows:
        return
    connection = session.connection()
    statement = insert_or(connection, link)
    anew = {name: statement.excluded[name] for name in ("token_sha256", "actions", "state", "version")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["message_id", "obligation_id"], set_=anew), rows
    )


def use_link(
    session: Session, token: str, action: LinkAction, said: Said, visit: Visit, *, now: datetime
) -> bool:
    """Do what the holder of a link says; return False if this was done by the link before.

    Raises:
        NotFound: There is no such link.
        LinkRefused: It ended, its person or unit is no longer there, the duty has moved on, or the link
            is not for this.
        InvalidValue: What was written is not enough, or makes no sense.
        AlreadyExists: An earlier request about the duty waits for its answer.
    """
    found = session.exec(select(ActionLink).where(ActionLink.token_sha256 == hashed(token))).first()
    if found is None:
        raise NotFound(what="link")
    actor = Actor(
        found.person_id,
        found.register_id,
        found.unit_id,
        KeyRole.OFFICER,
        frozenset({"read", "write"}),
        is_keeper=False,
    )
    duty = find_obligation(session, actor, found.obligation_id, Action.VIEW_OBLIGATION, version=None)
    session.refresh(found)
    if session.get(LinkUse, (found.id, action)) is not None:
        return False
    _require_open(session, found, duty, action, now=now)
    _act(session, actor, duty, action, said, now=now)
    session.flush()
    found.state, found.version = duty.state, duty.version
    session.add(
        LinkUse(
            link_id=found.id,
            action=action,
            used_at=now,
            user_agent=visit.user_agent[:200],
            network=visit.network[:50],
        )
    )
    fact = ObligationActedByLink(
        subject_id=duty.id, message_id=found.message_id, link_id=found.id, link_action=action
    )
    emit(session, fact, actor=actor, at=now)
    return True


def _require_open(
    session: Session, found: ActionLink, duty: Obligation, action: LinkAction, *, now: datetime
) -> None:
    row = read_link(session.connection(), found.token_sha256, today=office_day(now))
    why = row.refusal(now) if row is not None else "expired"
    if why is None and action not in offered(duty.state, is_dated=duty.due_on is not None):
        why = "not_offered"
    if why is not None or action not in found.actions:
        raise LinkRefused(why=why or "not_offered")


def _act(
    session: Session, actor: Actor, duty: Obligation, action: LinkAction, said: Said, *, now: datetime
) -> None:
    """Take the same action as the API would, with what was written on the page."""
    match action:
        case LinkAction.RECEIVED:
            obligations.acknowledge(session, actor, duty.id, version=None, now=now)
        case LinkAction.PROGRESS:
            obligations.report_progress(
                session,
                actor,
                duty.id,
                percent=said.percent,
                text=_written(said),
                difficulties="",
                document=None,
                version=None,
                now=now,
            )
        case LinkAction.EXTENSION:
            if said.wanted_on is None:
                raise InvalidValue(field="wanted_on", detail="no day is named")
            extensions.request_extension(
                session,
                actor,
                duty.id,
                wanted_on=said.wanted_on,
                reason=_written(said),
                document=None,
                file_ids=[],
                version=None,
                now=now,
            )
        case LinkAction.NOT_OURS:
            returns.give_back(
                session,
                actor,
                duty.id,
                reason=_written(said),
                proposed_unit_code=None,
                version=None,
                now=now,
            )
        case _:
            assert_never(action)


def _written(said: Said) -> str:
    text = said.text.strip()
    if not text:
        raise InvalidValue(field="text", detail="nothing is written")
    return text
