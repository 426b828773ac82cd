"""Every change, and all that is done or opened by links, is in the journal of its instant (I-08, I-17)."""

import sqlalchemy as sa

from service.domain.checks.base import Check
from service.domain.events.links import ObligationActedByLink
from service.domain.events.oversight_links import OversightOpened
from service.domain.tables import (
    ActionLink,
    Event,
    LinkUse,
    Message,
    MessageLine,
    Obligation,
    ObligationVersion,
    OversightLink,
    table,
)

version, event, obligation = table(ObligationVersion), table(Event), table(Obligation)
link, use, message, line = table(ActionLink), table(LinkUse), table(Message), table(MessageLine)
opened = table(OversightLink)


def checks() -> dict[str, Check]:
    """Return the checks of the journal."""
    return _of_changes() | _of_links() | _of_oversight()


def _of_changes() -> dict[str, Check]:
    told = sa.exists().where(
        event.c.subject_id == version.c.obligation_id, event.c.recorded_at == version.c.recorded_from
    )
    return {
        "change-unjournalled": Check(
            "every change of an obligation has a fact of the same transaction (I-08)",
            sa.select(version.c.obligation_id, version.c.version).where(~told),
        ),
    }


def _of_links() -> dict[str, Check]:
    acted = event.c.kind == ObligationActedByLink.kind
    told = sa.exists().where(
        event.c.subject_id == link.c.obligation_id, event.c.recorded_at == use.c.used_at, acted
    )
    used = (
        sa.select(use.c.link_id)
        .join(link, link.c.id == use.c.link_id)
        .where(link.c.obligation_id == event.c.subject_id, use.c.used_at == event.c.recorded_at)
        .exists()
    )
    in_message = sa.exists().where(
        line.c.message_id == link.c.message_id, line.c.obligation_id == link.c.obligation_id
    )
    return {
        "link-use-unjournalled": Check(
            "what was done by a link is in the journal of the duty (I-17)",
            sa.select(use.c.link_id, use.c.action).join(link, link.c.id == use.c.link_id).where(~told),
        ),
        "link-acted-unused": Check(
            "nothing is done by a link but by a form that somebody sent (I-17)",
            sa.select(event.c.seq).where(acted, ~used),
        ),
        "link-of-a-stranger": Check(
            "a link is for the reader of its message and a duty in it (I-17)",
            sa.select(link.c.id)
            .join(message, message.c.id == link.c.message_id)
            .join(obligation, obligation.c.id == link.c.obligation_id)
            .where(
                sa.or_(
                    message.c.person_id != link.c.person_id,
                    obligation.c.unit_id != link.c.unit_id,
                    ~in_message,
                )
            ),
        ),
    }


def _of_oversight() -> dict[str, Check]:
    told = sa.exists().where(
        event.c.subject_id == opened.c.directive_id,
        event.c.recorded_at == opened.c.made_at,
        event.c.kind == OversightOpened.kind,
    )
    return {
        "oversight-link-unjournalled": Check(
            "that a directive was opened by a link is in its journal (I-08)",
            sa.select(opened.c.id).where(~told),
        ),
    }
