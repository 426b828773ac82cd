"""What a reorganisation would do, gathered for the eye: by the statements that carry it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from service.domain import heirs
from service.domain.groups import groups_with
from service.domain.reading import reorganisations, unit_ends
from service.domain.reading.reorganisations import Destination, Preview
from service.domain.reading.unit_ends import Hanging
from service.domain.tables import ReorganisationState, SuccessionKind
from service.web.language import marked
from service.web.visitor import Visitor

STATE_WORDS: Mapping[ReorganisationState, str] = {
    ReorganisationState.DRAFT: marked("đang chuẩn bị"),
    ReorganisationState.SCHEDULED: marked("chờ đến ngày"),
    ReorganisationState.CARRIED_OUT: marked("đã thực hiện"),
    ReorganisationState.UNDONE: marked("đã hủy"),
}
KIND_WORDS: Mapping[SuccessionKind, str] = {
    SuccessionKind.MERGE: marked("sáp nhập vào một đơn vị"),
    SuccessionKind.SPLIT: marked("chia thành nhiều đơn vị"),
    SuccessionKind.DISSOLVE: marked("giải thể"),
    SuccessionKind.RENAME: marked("đổi tên, vẫn là đơn vị ấy"),
    SuccessionKind.TRANSFER: marked("chuyển bớt việc, vẫn hoạt động"),
}


@dataclass(frozen=True, slots=True)
class Consequences:
    """What becomes of the duties, and of what hangs on the units that end; `groups` are names."""

    preview: Preview
    destinations: list[Destination]
    hanging: Hanging
    groups: list[str]

    @property
    def ends(self) -> bool:
        """Return if a unit ends; after a rename all live on."""
        return any(change.kind in heirs.ENDING for change in self.preview.changes)


def consequences(session: Session, visitor: Visitor, reorganisation_id: UUID) -> Consequences:
    """Return what a reorganisation does, as it stands in a transaction."""
    connection, actor = session.connection(), visitor.actor
    preview = reorganisations.preview(connection, actor, reorganisation_id)
    day = preview.row.effective_on
    before = date.fromordinal(day.toordinal() - 1)
    return Consequences(
        preview=preview,
        destinations=reorganisations.destinations(connection, actor, reorganisation_id),
        hanging=unit_ends.hanging(connection, actor, reorganisation_id, day),
        groups=groups_with(session, actor.register_id, heirs.ended(reorganisation_id), before),
    )
