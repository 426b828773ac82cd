"""Links by which a directive is overseen without an account, as they go out."""

from datetime import date, datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.oversight_links import OversightLinkRow


class OversightLinkView(TypedDict):
    """A link without its secret. `openings` counts the pages shown by it, to people and programs."""

    id: UUID
    purpose: str
    made_at: datetime
    until_on: date
    revoked_at: datetime | None
    openings: int
    last_opened_at: datetime | None


class NewOversightLinkView(OversightLinkView):
    """A link just made. `url` is shown this once; a repeat of the request gets null."""

    url: str | None


class OversightLinkPage(TypedDict):
    """Links of a directive, the newest first."""

    items: list[OversightLinkView]
    next: str | None


def oversight_link_view(row: OversightLinkRow) -> OversightLinkView:
    """Return one link."""
    return {
        "id": row.id,
        "purpose": row.purpose,
        "made_at": row.made_at,
        "until_on": row.until_on,
        "revoked_at": row.revoked_at,
        "openings": row.openings,
        "last_opened_at": row.last_opened_at,
    }
