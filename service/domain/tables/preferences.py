"""What people chose about their messages."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from service.domain.tables.base import Table, one_of, partial_index, word
from service.domain.telling_choices import Choice, Matter


class NotificationPreference(Table, table=True):
    """That a person chose something, and the minute of the day at which the digest is wanted, if any."""

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    version: int = 1
    digest_minute: int | None = None
    made_by: UUID
    made_at: datetime


class PreferredChannel(Table, table=True):
    """A channel that a person named; a lower `position` is tried first, all before those not named."""

    person_id: UUID = Field(primary_key=True, foreign_key="notification_preference.person_id")
    channel: str = Field(primary_key=True, max_length=20)
    position: int


class NotificationChoice(Table, table=True):
    """When a person wants to be told of a matter; without a row as everybody is."""

    __table_args__ = (
        one_of("matter", Matter),
        one_of("choice", Choice),
        partial_index("ix_notification_choice_at_once", "person_id", where="choice = 'at_once'"),
    )

    person_id: UUID = Field(primary_key=True, foreign_key="notification_preference.person_id")
    matter: Matter = Field(primary_key=True, sa_type=word(Matter))
    choice: Choice = Field(sa_type=word(Choice))
