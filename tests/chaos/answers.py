"""What people and Zalo send back: they ask again until they are answered, whatever happens to the site."""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from service.domain.events.obligations import ObligationAcknowledged
from service.domain.link_rules import token_of
from service.domain.tables import (
    INBOUND_FAULT,
    ActionLink,
    Delivery,
    Event,
    InboundEvent,
    LinkUse,
    MessageLine,
    Obligation,
    table,
)
from service.fakes import zalo_events
from tests.chaos.world import World

SEAL = re.compile(r'action="/l/[^"]+/received"[^>]*>\s*<input type="hidden" name="seal" value="([^"]+)">')
HOOK = "/v1/hooks/zalo/chinh"
TAPS, EVENTS = 2, 2
ATTEMPTS_MAX, PAUSE_SECONDS = 100, 0.05

link, use, inbound = table(ActionLink), table(LinkUse), table(InboundEvent)
delivery, line, obligation, event = table(Delivery), table(MessageLine), table(Obligation), table(Event)


@dataclass(frozen=True)
class Sent:
    """What was sent: duties answered by their links, and how many events, each about another delivery."""

    tapped: tuple[UUID, ...]
    told: int


def answer(
    world: World, directive_id: UUID, now: datetime, chance: random.Random, site: Callable[[], httpx.Client]
) -> Sent:
    """Tap some links and tell some events, each until it is answered, and each once more after that.

    Args:
        world: The office.
        directive_id: What the messages are about.
        now: The instant in the office.
        chance: Chooses whose.
        site: Gives a client of the site, which is started again where it has died.
    """
    links = _pick(world, _links(directive_id), chance, TAPS)
    for row in links:
        token = token_of(world.ways.key.encode(), row.message_id, row.obligation_id)
        for _ in range(2):
            _until_answered(site, lambda client, token=token: _tap(client, token))
    sent = _pick(world, _sent_by_zalo(directive_id), chance, EVENTS)
    for row in sent:
        signed = zalo_events.sign(_event_about(row, now))
        for _ in range(2):
            _until_answered(
                site,
                lambda client, signed=signed: client.post(
                    HOOK, content=signed.body, headers=signed.headers
                ).raise_for_status(),
            )
    return Sent(tuple(row.obligation_id for row in links), len({row.id for row in sent}))


def judge_answers(world: World, directive_id: UUID, sent: Sent, known: int) -> Iterator[str]:
    """Say what is wrong with what became of answers.

    Args:
        world: The office.
        directive_id: What they were about.
        sent: What was sent.
        known: How many events of Zalo there were before.
    """
    of_directive = obligation.c.directive_id == directive_id
    fact = sa.and_(event.c.subject_id == obligation.c.id, event.c.kind == ObligationAcknowledged.kind)
    facts = (
        sa.select(obligation.c.id, sa.func.count(event.c.seq))
        .outerjoin(event, fact)
        .where(of_directive)
        .group_by(obligation.c.id)
    )
    uses = (
        sa.select(link.c.obligation_id, sa.func.count())
        .join(use, use.c.link_id == link.c.id)
        .join(obligation, obligation.c.id == link.c.obligation_id)
        .where(of_directive)
        .group_by(link.c.obligation_id)
    )
    with world.database.read() as connection:
        recorded = dict(connection.execute(facts).all())
        used = dict(connection.execute(uses).all())
        kept = [row.outcome for row in connection.execute(sa.select(inbound.c.outcome))]
    for duty, count in recorded.items():
        if count > 1 or (duty in sent.tapped and count != 1):
            yield f"duty {duty} was acknowledged {count} times"
    if used != dict.fromkeys(sent.tapped, 1):
        yield f"links were used {used}, tapped {sent.tapped}"
    if len(kept) != known + sent.told:
        yield f"{len(kept)} events of Zalo are kept, {known + sent.told} were told"
    for outcome in kept:
        if outcome.startswith(INBOUND_FAULT) or not outcome:
            yield f"an event of Zalo came to {outcome!r}"


def count_events(world: World) -> int:
    """Return how many events of Zalo are kept."""
    with world.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(inbound)).scalar_one())


def _until_answered(site: Callable[[], httpx.Client], ask: Callable[[httpx.Client], object]) -> None:
    for _ in range(ATTEMPTS_MAX):
        try:
            ask(site())
        except httpx.TransportError:
            time.sleep(PAUSE_SECONDS)  # a process takes a while to die on a busy machine
            continue
        return
    raise TimeoutError("the site does not answer")


def _tap(client: httpx.Client, token: str) -> None:
    """Open the page and press the button; who sees no button any more has been heard."""
    page = client.get(f"/l/{token}").raise_for_status().text
    seal = SEAL.search(page)
    if seal is not None:
        form = {"seal": seal.group(1)}
        told = client.post(f"/l/{token}/received", data=form, follow_redirects=False)
        assert told.status_code == 303, told.text


def _pick(world: World, query: sa.Select[Any], chance: random.Random, most: int) -> list[Any]:
    with world.database.read() as connection:
        rows = connection.execute(query).all()
    found = {row.obligation_id: row for row in rows}
    return [found[key] for key in chance.sample(sorted(found), min(most, len(found)))]


def _links(directive_id: UUID) -> sa.Select[Any]:
    """Return one link of each duty: the first that a message carried."""
    return (
        sa.select(link.c.obligation_id, link.c.message_id)
        .join(obligation, obligation.c.id == link.c.obligation_id)
        .where(obligation.c.directive_id == directive_id)
        .order_by(link.c.message_id.desc())
    )


def _sent_by_zalo(directive_id: UUID) -> sa.Select[Any]:
    return (
        sa.select(line.c.obligation_id, delivery.c.id, delivery.c.address, delivery.c.reference)
        .join(line, line.c.message_id == delivery.c.message_id)
        .join(obligation, obligation.c.id == line.c.obligation_id)
        .where(obligation.c.directive_id == directive_id, delivery.c.channel == "zalo")
        .where(delivery.c.reference != "")
        .order_by(delivery.c.id)
    )


def _event_about(row: Any, now: datetime) -> dict[str, Any]:
    """Return what Zalo tells of a message: it reached the telephone, or its reader answers it."""
    kind, _, name = row.address.partition(":")
    about = f"e-{row.id}"
    if kind == "uid":
        return zalo_events.user_sends(name, "Đã nhận", now, msg_id=about, quotes=row.reference)
    return zalo_events.template_received(name, now, msg_id=about, tracking_id=str(row.id))
