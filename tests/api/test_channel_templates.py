"""A template was switched off at Zalo, and the office learnt of it from people who were told nothing."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from service.database import Database
from service.domain.inbound import apply_next
from service.domain.tables import ChannelAccount, InboundEvent, table
from service.fakes import zalo_events as events
from service.notify.channels.zalo.templates import KnownTemplate, Parameter
from service.notify.template_store import DatabaseTemplateStore
from tests.api.test_hooks import PATH, set_up
from tests.api.world import Api
from tests.conftest import SettableClock

kept = table(InboundEvent)


def shown(api: Api) -> list[dict[str, Any]]:
    channels = api.speak_for("keeper_admin").ok("GET", "/v1/channels")["items"]
    (zalo,) = (each for each in channels if each["channel"] == "zalo")
    return list(zalo["templates"])


def test_what_zalo_says_of_a_template_is_kept_shown_and_changed_by_what_it_tells_later(
    api: Api, database: Database, clock: SettableClock
) -> None:
    set_up(api)
    assert shown(api) == []
    with database.read() as connection:
        account_id = connection.execute(sa.select(table(ChannelAccount).c.id)).scalar_one()
    store = DatabaseTemplateStore(database, account_id)
    approved = KnownTemplate(
        "200", "Nhắc hạn", "ENABLE", "", (Parameter("han", "DATE", 20, 1, is_required=False),), clock.now()
    )
    assert store.read("200") is None
    store.save(approved)
    store.save(approved)
    assert store.read("200") == approved
    assert [(each["template_id"], each["name"], each["is_usable"]) for each in shown(api)] == [
        ("200", "Nhắc hạn", True)
    ]
    for template_id, outcome in (("200", "template_noted"), ("300", "template_unknown")):
        told = events.template_changed(
            template_id, clock.now(), before="ENABLE", after="DISABLE", reason="chất lượng thấp"
        )
        signed = events.sign(told)
        api.ok("POST", PATH, content=signed.body, headers=signed.headers)
        with database.write() as session:
            assert apply_next(session, now=clock.now()) == 1
        with database.read() as connection:
            told_of = {
                row.content["template_id"]: row.outcome for row in connection.execute(sa.select(kept)).all()
            }
        assert told_of[template_id] == outcome
    (now,) = shown(api)
    assert (now["status"], now["reason"], now["is_usable"]) == ("DISABLE", "chất lượng thấp", False)
    known = store.read("200")
    assert known is not None
    assert known.is_stale(clock.now() + timedelta(minutes=15)), "a repaired template is found out soon"


def test_who_may_not_see_deliveries_sees_no_templates(api: Api) -> None:
    api.speak_for("officer_a").refused("not-allowed", 403, "GET", "/v1/channels")
