"""What needs an administrator today."""

from datetime import timedelta
from typing import Any

from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.reading import holds, keys, undelivered, unreachable, untold, webhooks
from service.domain.webhook_rules import EndpointState
from service.web.admin.channel_states import states
from service.web.admin.shared import ROWS, Administrator, show
from service.web.page import pages

router = pages()
SHOWN = 20
"""Units of the overview; more are counted as more."""

SOON = timedelta(days=30)
"""A key that ends within so many days is replaced in time."""


@router.get("/admin")
def show_overview(visitor: Administrator) -> HTMLResponse:
    """Show what is in trouble, each with the page where it is mended."""
    actor, now = visitor.actor, visitor.now
    with visitor.snapshot() as connection:
        channels = states(connection, visitor)
        lost = unreachable.unreachable(connection, actor, today=office_day(now), limit=SHOWN + 1)
        endpoints, _ = webhooks.page(connection, actor, after=None, limit=ROWS)
        ending = [
            key
            for key in keys.keys(connection, actor)
            if key.revoked_at is None and key.expires_at is not None and now < key.expires_at < now + SOON
        ]
        waiting = untold.count_open(connection, actor)
        left = undelivered.count(connection, actor)
        held = holds.standing(connection)
    facts: dict[str, Any] = {
        "ill": [each for each in channels if each.troubles],
        "is_silent": not any(each.row.is_enabled for each in channels),
        "lost": lost[:SHOWN],
        "has_more_lost": len(lost) > SHOWN,
        "stopped": [row for row in endpoints if row.state is EndpointState.DISABLED],
        "ending": ending,
        "waiting": waiting,
        "left": left,
        "held": held,
    }
    is_well = not any(facts.values())
    return show(visitor, "overview.html", is_well=is_well, **facts)
