"""Orders to a fake Zalo from another process: what there is in its world, what goes wrong, what people do."""

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from service.fakes import zalo_events as events
from service.fakes.zalo_faults import Fault
from service.fakes.zalo_world import Group, Template

if TYPE_CHECKING:
    from service.fakes.zalo import FakeZalo

WORDS = (
    "everyone_reachable",
    "closed_at_night",
    "unauthorised_status",
    "rate_limit",
    "daily_quota",
    "callback",
)
_numbers = count(1)


def arrange(fake: "FakeZalo", order: dict[str, Any]) -> None:
    """Carry out an order; each member is optional.

    Clock: `now` (an instant; it stands from then on) and `advance_seconds`. World: `people` (`uid`, `phone`,
    `hours_since_contact`, `follows`), `groups`, `templates` (id → `status`, `reason`, `parameters`, `types`,
    `by_uid`), `administrators`, `everyone`, and the words of `WORDS`. Faults: `faults`, `delay_ms`. Webhook:
    `hook` (`url`, `first`, `stamp`, `times`). What people do: `say` (`uid`, `text`, `quotes`), `follow` and
    `leave` (uids), `seen` (`uid`, `msg_ids`), `write_to_bot` (`chat_id`, `text`).
    """
    _clock(fake, order)
    world = fake.world
    for name in WORDS:
        setattr(world, name, order.get(name, getattr(world, name)))
    world.everyone_reachable = world.bot.everyone = order.get("everyone", world.everyone_reachable)
    fake.delay_ms = order.get("delay_ms", fake.delay_ms)
    for person in order.get("people", []):
        world.knows(**person)
    for name, group in order.get("groups", {}).items():
        world.groups[name] = Group(**group)
    world.administrators |= set(order.get("administrators", []))
    for name, facts in order.get("templates", {}).items():
        _template(fake, name, facts)
    fake.fail(*(Fault(**fault) for fault in order.get("faults", [])))
    for name, value in order.get("hook", {}).items():
        setattr(fake.teller, name, value)
    _act(fake, order)


def _clock(fake: "FakeZalo", order: dict[str, Any]) -> None:
    if "now" in order or "advance_seconds" in order:
        start = datetime.fromisoformat(order["now"]) if "now" in order else fake.world.clock()
        instant = start + timedelta(seconds=order.get("advance_seconds", 0))
        fake.world.clock = lambda: instant


def _template(fake: "FakeZalo", name: str, facts: dict[str, Any]) -> None:
    """Change a template; a change of its state is told."""
    template = fake.world.templates.setdefault(name, Template())
    before = template.status
    for field, value in facts.items():
        setattr(template, field, value)
    if template.status != before:
        now = fake.world.clock()
        fake.teller.tell(
            events.template_changed(name, now, before=before, after=template.status, reason=template.reason)
        )


def _act(fake: "FakeZalo", order: dict[str, Any]) -> None:
    now = fake.world.clock()
    for said in order.get("say", []):
        fake.world.knows(said["uid"], hours_since_contact=0)
        told = {**said, "msg_id": f"said-{next(_numbers)}"}
        fake.teller.tell(events.user_sends(told.pop("uid"), told.pop("text"), now, **told))
    for uid in order.get("follow", []):
        fake.world.knows(uid, hours_since_contact=0)
        fake.teller.tell(events.follow(uid, now))
    for uid in order.get("leave", []):
        fake.world.knows(uid, follows=False)
        fake.teller.tell(events.follow(uid, now, leaves=True))
    for look in order.get("seen", []):
        fake.teller.tell(events.seen(look["uid"], now, msg_ids=look["msg_ids"]))
    for written in order.get("write_to_bot", []):
        fake.write_to_bot(**written)
