"""An office that had nothing to say for months can still say it: tokens do not die of disuse."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.tables import ChannelAccount, table
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET
from tests.district import District
from tests.notify.test_dispatch import set_up

account = table(ChannelAccount)


@pytest.fixture
def silent(office: District, zalo: FakeZalo) -> District:
    """An office with a Zalo account and nothing to send."""
    zalo.forget()
    zalo.world.clock = office.clock.now
    zalo.world.issue_tokens()
    tokens = {"access_token": zalo.world.access_token, "refresh_token": zalo.world.refresh_token}
    set_up(office, "zalo", zalo.settings(), office.vault.seal({"app_secret": APP_SECRET, **tokens}))
    return office


def health(office: District) -> str:
    with office.database.read() as connection:
        return str(connection.execute(sa.select(account.c.health)).scalar_one())


def test_tokens_that_no_message_would_renew_are_renewed_before_they_die(
    silent: District, zalo: FakeZalo
) -> None:
    assert silent.worker.freshen() == 1, "nobody knows how old a pasted pair is"
    silent.clock.at += timedelta(hours=12)
    assert silent.worker.freshen() == 0
    assert zalo.world.refreshes == 1
    for _ in range(30):
        silent.clock.at += timedelta(hours=22)
        silent.worker.round()
    assert zalo.world.refreshes == 31
    assert health(silent) == "ok"


def test_an_account_whose_tokens_are_spent_is_not_asked_for_again(silent: District, zalo: FakeZalo) -> None:
    zalo.world.issue_tokens()
    assert silent.worker.freshen() == 0
    assert health(silent) == "reauth_required"
    asked = len(zalo.requests)
    silent.clock.at += timedelta(hours=1)
    assert silent.worker.freshen() == 0
    assert len(zalo.requests) == asked


def test_an_account_that_cannot_be_read_keeps_none_of_the_others_waiting(
    silent: District, zalo: FakeZalo
) -> None:
    with silent.database.write() as session:
        session.connection().execute(sa.update(account).values(settings={"app_id": 5}))
    assert silent.worker.freshen() == 0
    assert len(zalo.requests) == 0
