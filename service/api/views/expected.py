"""What an issue would do, as its rehearsal shows it: who gets what, and who would be told how."""

from datetime import date

from typing_extensions import TypedDict

from service.api.views.deliveries import PersonReference
from service.api.views.references import UnitReference
from service.domain.reading.expected import Expected, UnitShare


class RecipientView(TypedDict):
    """A person who would be told of a unit's new duties.

    `channel` is the first that a message would take; `postponed` duties are told the next morning, as the
    person chose; `in_its_place`: nobody at the unit can be told, and this person of the keeper's is.
    """

    person: PersonReference
    channel: str
    obligations: int
    postponed: int
    in_its_place: bool


class UnitShareView(TypedDict):
    """What one unit would get; where `recipients` is empty, nobody would be told."""

    unit: UnitReference
    obligations: int
    dated: int
    first_due_on: date | None
    last_due_on: date | None
    recipients: list[RecipientView]


class ExpectedView(TypedDict):
    """What an issue would do: by unit that leads, and how many units coordinate."""

    units: list[UnitShareView]
    coordinators: int


def expected_view(foreseen: Expected) -> ExpectedView:
    """Return what an issue would do."""
    return {
        "units": [_share_view(share) for share in foreseen.units],
        "coordinators": foreseen.coordinators,
    }


def _share_view(share: UnitShare) -> UnitShareView:
    return {
        "unit": {"id": share.unit_id, "code": share.code, "name": share.name},
        "obligations": share.obligations,
        "dated": share.dated,
        "first_due_on": share.first_due_on,
        "last_due_on": share.last_due_on,
        "recipients": [
            {
                "person": {"id": told.person_id, "code": told.person_code, "name": told.person_name},
                "channel": told.channel,
                "obligations": told.obligations,
                "postponed": told.postponed,
                "in_its_place": told.in_its_place,
            }
            for told in share.recipients
        ],
    }
