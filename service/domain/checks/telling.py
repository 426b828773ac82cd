"""What happened is told, and a message arrives or somebody knows why not."""

import sqlalchemy as sa

from service.domain.checks.base import LATE, UNTOLD, Check
from service.domain.escalation import RANKS, Outcome, Role
from service.domain.events.audience import OF_MACHINERY
from service.domain.ids import NIL
from service.domain.reading.holds import NOT_HELD
from service.domain.reading.notices import LASTS
from service.domain.reading.untold import clock_runs
from service.domain.tables import (
    INBOUND_FAULT,
    TRIAL_KEY,
    ActionLink,
    Delivery,
    DeliveryState,
    Event,
    InboundEvent,
    LinkUse,
    Message,
    MessageLine,
    Outbox,
    Reminder,
    TellingByHand,
    Untold,
    table,
)
from service.domain.telling_choices import CHOICES, MATTERS, UNWANTED_KEY, Choice

reminder, event, outbox = table(Reminder), table(Event), table(Outbox)
message, delivery, by_hand = table(Message), table(Delivery), table(TellingByHand)
line, untold = table(MessageLine), table(Untold)
later = table(Event).alias("later")
link, use, inbound = table(ActionLink), table(LinkUse), table(InboundEvent)

CAN_BE_SPARED = sorted(kind for kind, matter in MATTERS.items() if Choice.NEVER in CHOICES[matter])


def checks() -> dict[str, Check]:
    """Return the checks of messages, and of what people answer to them, as they stand at an instant."""
    return _of_messages() | _of_machinery() | _of_answers()


def _of_messages() -> dict[str, Check]:
    settled = (DeliveryState.SENT, DeliveryState.SUPERSEDED)
    arrived = sa.exists().where(
        delivery.c.message_id == message.c.id,
        sa.or_(
            delivery.c.state.in_(settled),
            delivery.c.next_attempt_at.is_not(None),
            delivery.c.needs_person,
            sa.exists().where(by_hand.c.delivery_id == delivery.c.id),
        ),
    )
    nobody = sa.select(reminder.c.id, reminder.c.obligation_id).where(
        reminder.c.outcome == Outcome.NOBODY.value
    )
    of_step = untold.c.reminder_id == reminder.c.id
    return {
        "event-untold": Check(
            "what happened is told within days, and what is told again too",
            sa.select(outbox.c.seq)
            .join(event, event.c.seq == outbox.c.seq)
            .where(sa.func.coalesce(outbox.c.looked_at, event.c.recorded_at) < UNTOLD),
        ),
        "nobody-to-tell": Check(
            "every step finds somebody with an address, or is told by hand",
            nobody.where(~sa.exists().where(of_step, untold.c.ended_at.is_not(None))),
        ),
        "nobody-unlisted": Check(
            "a step that found nobody is listed for a person to tell, while its clock runs",
            nobody.where(clock_runs(reminder), ~sa.exists().where(of_step)),
        ),
        "delivery-stuck": Check(
            "a due delivery is tried within minutes",
            sa.select(delivery.c.id).where(delivery.c.next_attempt_at < LATE, NOT_HELD),
        ),
        "spared-in-vain": Check(
            "nobody is spared what everybody must be told, whatever they chose",
            sa.select(line.c.id)
            .join(message, message.c.id == line.c.message_id)
            .outerjoin(event, event.c.seq == line.c.event_seq)
            .outerjoin(reminder, reminder.c.id == line.c.reminder_id)
            .where(
                message.c.occasion_key.startswith(UNWANTED_KEY),
                sa.or_(
                    event.c.kind.not_in(CAN_BE_SPARED),
                    reminder.c.rank > RANKS[Role.OFFICER],
                    reminder.c.is_urgent,
                ),
            ),
        ),
        "message-undelivered": Check(
            "every message reached somebody, is still on its way, or waits for a person to tell it (I-06)",
            sa.select(message.c.id).where(~arrived, ~message.c.occasion_key.startswith(TRIAL_KEY)),
        ),
    }


def _of_machinery() -> dict[str, Check]:
    is_newest = ~sa.exists().where(
        later.c.subject_id == event.c.subject_id,
        later.c.seq > event.c.seq,
        later.c.kind == event.c.kind,
    )
    return {
        "trouble-untold": Check(
            "that the machinery needs a person reached a message, while it needs one",
            sa.select(event.c.seq, event.c.kind).where(
                event.c.kind.in_(sorted(OF_MACHINERY)),
                event.c.actor_id == NIL,
                LASTS,
                is_newest,
                ~sa.exists().where(line.c.event_seq == event.c.seq),
                ~sa.exists().where(outbox.c.seq == event.c.seq),
            ),
        ),
    }


def _of_answers() -> dict[str, Check]:
    return {
        "link-beyond-its-bounds": Check(
            "a link in a message does what it is for, while it is open (R25)",
            sa.select(use.c.link_id, use.c.action)
            .join(link, link.c.id == use.c.link_id)
            .where(
                sa.or_(
                    use.c.used_at >= link.c.expires_at,
                    use.c.used_at < link.c.made_at,
                    ~sa.type_coerce(link.c.actions, sa.Text()).contains(
                        sa.literal('"') + sa.type_coerce(use.c.action, sa.Text()) + sa.literal('"')
                    ),
                )
            ),
        ),
        "answer-not-applied": Check(
            "what people answer by a channel is understood, or refused by a rule",
            sa.select(inbound.c.id).where(inbound.c.outcome.startswith(INBOUND_FAULT)),
        ),
    }
