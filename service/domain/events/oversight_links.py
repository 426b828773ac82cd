"""Facts about links by which a body without an account reads how a directive is carried out."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.domain.events.base import Event, FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightOpened(Event):
    """A directive was opened to whoever holds a link; `purpose` is whom it was made for."""

    kind = "directive.oversight_opened.v1"
    link_id: UUID
    purpose: FreeText
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightClosed(Event):
    """A link was revoked before its time; it opens nothing any more."""

    kind = "directive.oversight_closed.v1"
    link_id: UUID
    purpose: FreeText
