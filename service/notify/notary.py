"""The notary: signs the ledger as it grows, and lets places outside keep what was signed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from service.clock import Clock
from service.database import Database
from service.domain import anchoring, checkpoints
from service.domain.notes import Ring
from service.domain.verifying import Broken
from service.notify.anchors import Place
from service.settings import Settings

log = structlog.get_logger(__name__)

BROKEN_PAUSE = timedelta(minutes=15)
"""Between two alarms that the ledger is not what was signed: a person has to see to it."""


class Notary:
    """What a worker does for whoever audits; nothing without a key that signs."""

    def __init__(self, settings: Settings, database: Database, places: Sequence[Place], clock: Clock) -> None:
        self._database, self._places, self._clock = database, places, clock
        key = settings.audit_key
        self._again_at = clock.now()
        self._ring = Ring.read(key.get_secret_value()) if key else None

    def is_due(self) -> bool:
        """Return if a checkpoint should be made, without the writers' turn."""
        if self._ring is None or self._ring.signer is None or self._clock.now() < self._again_at:
            return False
        with self._database.read() as connection:
            return checkpoints.is_due(connection, now=self._clock.now())

    def sign(self, session: Session, *, now: datetime) -> int:
        """Make a checkpoint; return how many were made. None is made after one that was altered."""
        if self._ring is None:
            return 0
        try:
            return checkpoints.make_checkpoint(session, self._ring, now=now)
        except Broken as found:
            self._again_at = now + BROKEN_PAUSE
            log.error("audit.broken", position=found.position, detail=found.detail)
            return 0

    def anchor(self) -> int:
        """Tell places what they do not have yet; return how many were told."""
        return sum(self._tell(place) for place in self._places)

    def _tell(self, place: Place) -> bool:
        with self._database.read() as connection:
            if not anchoring.is_owed(connection, place.name, now=self._clock.now()):
                return False
        with self._database.write() as session:
            told = anchoring.take(session, place.name, wants_all=place.wants_all, now=self._clock.now())
        if not told:
            return False
        reason = place.keep(told)
        with self._database.write() as session:
            anchoring.settle(
                session, place.name, told, reason=reason, pause=place.pause, now=self._clock.now()
            )
        if reason:
            log.error("audit.not_anchored", place=place.name, reason=reason)
        return not reason
