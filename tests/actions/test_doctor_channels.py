"""Zalo stayed silent for three days, and nobody knew that its account had to be authorised again."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.domain.channels import set_channel
from service.domain.consents import answer_consent, ask_consent, take_answered
from service.domain.tables import ChannelAccount, table
from tests.district import District

account = table(ChannelAccount)


@pytest.fixture
def asked(office: District) -> District:
    """An office that has Zalo, and whose consent came back."""
    now = office.now()
    with office.database.write() as session:
        made = set_channel(
            session, office.chair, "zalo", is_enabled=True, settings={}, secrets_sealed="x", version=None,
            now=now,
        )  # fmt: skip
        ask_consent(session, office.chair, made.id, state="s", sealed="x", now=now)
        assert answer_consent(session, made.id, state="s", sealed="x", now=now)
    assert amiss(office) == set()
    return office


def amiss(office: District) -> set[str]:
    return {found.check for found in office.examine()}


def mark(office: District, **values: Any) -> None:
    with office.database.write() as session:
        session.connection().execute(sa.update(account).values(**values))


@pytest.mark.parametrize(
    ("health", "hours", "is_alarming"),
    [
        ("ok", 1, False),  # nothing was sent over a long weekend, so nothing was renewed
        ("expiring", 6, False),
        ("expiring", 4, True),
        ("refresh_in_doubt", 4, True),
        ("reauth_required", 24, True),
    ],
)
def test_tokens_that_are_not_renewed_are_named_while_there_is_time(
    office: District, asked: District, health: str, hours: int, is_alarming: bool
) -> None:
    mark(office, health=health, tokens_expire_at=office.now() + timedelta(hours=hours))
    assert amiss(office) == ({"tokens-not-renewed"} if is_alarming else set())
    mark(office, is_enabled=False)
    assert amiss(office) == set()


def test_a_consent_that_nobody_uses_is_named_and_so_is_one_that_was_used_without_an_end(
    asked: District,
) -> None:
    asked.clock.at += timedelta(minutes=16)
    assert amiss(asked) == {"consent-stuck"}
    with asked.database.write() as session:
        taken = take_answered(session, now=asked.now())
    assert taken is not None
    assert amiss(asked) == set()
    asked.clock.at += timedelta(minutes=16)
    assert amiss(asked) == {"consent-stuck"}
    with asked.database.write() as session:
        ask_consent(session, asked.chair, taken.account_id, state="t", sealed="x", now=asked.now())
    assert amiss(asked) == set()
