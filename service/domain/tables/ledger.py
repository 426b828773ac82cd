"""The ledger: every committed event once, in an order that never changes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables.base import Json, Table

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Unsequenced(Table, table=True):
    """An event that has no place in the ledger yet. A trigger on the journal writes the row, the sequencer
    takes it away: an event whose transaction commits late is seen like any other."""

    seq: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))


class Ledger(Table, table=True):
    """One place. Positions begin at 1 and have no gap; `leaf` and `chain` are hexadecimal SHA-256."""

    __table_args__ = (sa.Index(None, "register_id", "position"),)

    position: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=sa.Column(BIG, sa.ForeignKey("event.seq"), unique=True, nullable=False))
    register_id: UUID | None = Field(default=None, foreign_key="register.id")
    leaf: str = Field(max_length=64)
    chain: str = Field(max_length=64)
    entered_at: datetime


class FactText(Table, table=True):
    """A free text of facts by its commitment, and its salt. Both can go, once and together, and a fact in
    the journal says so; nothing else of a row is ever altered."""

    __table_args__ = (sa.CheckConstraint("(salt IS NULL) = (text IS NULL)", name="together"),)

    sha256: str = Field(primary_key=True, max_length=64)
    salt: str | None = Field(default=None, max_length=32)
    text: str | None = None


class Checkpoint(Table, table=True):
    """What was signed of the ledger as it was at a size; never altered. Numbers begin at 1 and have no gap.

    `frontier` are the whole subtrees the ledger's Merkle tree consisted of, hexadecimal, the largest first:
    the next checkpoint reads only what was entered since.
    """

    number: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))
    size: int = Field(sa_column=sa.Column(BIG, unique=True, nullable=False))
    note: str = Field(max_length=1000)
    frontier: list[str] = Field(sa_type=Json)
    made_at: datetime


class LedgerNode(Table, table=True):
    """A whole subtree of 2^level leaves of the ledger's Merkle tree; of every eighth level, so that a proof
    reads some hundred rows whatever the ledger holds. Never altered."""

    level: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    place: int = Field(sa_column=sa.Column(BIG, primary_key=True, autoincrement=False))
    digest: str = Field(max_length=64)


class Anchor(Table, table=True):
    """A place outside that keeps checkpoints, how far it has them, and when it is told again.

    Whoever tells it holds it until `next_at`; `reason` says why the last attempt failed.
    """

    place: str = Field(primary_key=True, max_length=20)
    number: int = Field(sa_column=sa.Column(BIG, nullable=False))
    anchored_at: datetime | None = None
    next_at: datetime
    reason: str = Field(max_length=300)
