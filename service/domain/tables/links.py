"""Links in messages by which an official answers from the phone, and what was done by them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.lifecycle import State
from service.domain.link_rules import LinkAction
from service.domain.tables.base import Json, Table, one_of, partial_index, word


class ActionLink(Table, table=True):
    """One duty in one message, for one person. Only the hash of its token is kept.

    `state` and `version` are the duty's as the person was told, or as the link itself left it.
    """

    __table_args__ = (
        one_of("state", State),
        sa.UniqueConstraint("token_sha256"),
        sa.UniqueConstraint("message_id", "obligation_id"),
    )

    id: UUID = Field(primary_key=True)
    token_sha256: str = Field(max_length=64)
    register_id: UUID = Field(foreign_key="register.id")
    message_id: UUID = Field(foreign_key="message.id")
    obligation_id: UUID = Field(foreign_key="obligation.id")
    person_id: UUID = Field(foreign_key="person.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    actions: list[str] = Field(sa_type=Json)
    state: State = Field(sa_type=word(State))
    version: int
    made_at: datetime
    expires_at: datetime


class LinkUse(Table, table=True):
    """What was done by a link, once an action; `network` is the part of the address that names no device.

    Network and `user_agent` are let go after a year.
    """

    __table_args__ = (
        one_of("action", LinkAction),
        partial_index("ix_link_use_traced", "used_at", where="user_agent <> '' OR network <> ''"),
    )

    link_id: UUID = Field(primary_key=True, foreign_key="action_link.id")
    action: LinkAction = Field(primary_key=True, sa_type=word(LinkAction))
    used_at: datetime
    user_agent: str = Field(max_length=200)
    network: str = Field(max_length=50)
