"""What is held about one person, as it goes out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.personal_data import PersonalData
from service.domain.tables import Person


class MentionView(TypedDict):
    """A text with the person's name in it, or with that of somebody who is called the same.

    A text of a fact has the `position` of its audit entry, and the `name` by which it can be erased there.
    """

    place: str
    key: dict[str, Any]
    position: int | None
    name: str
    text: str


class PersonalDataView(TypedDict):
    """Everything about a person: `records` are rows by table, with ids of what they refer to.

    `mentions` are candidates found by the name. `cut_off` names tables, or `mentions`, that have more.
    """

    id: UUID
    code: str
    name: str
    version: int
    erased_at: datetime | None
    records: dict[str, list[dict[str, Any]]]
    mentions: list[MentionView]
    cut_off: list[str]


class ErasedPersonView(TypedDict):
    """What is left of a person: an id, and a code and a name that say so."""

    id: UUID
    code: str
    name: str
    version: int
    erased_at: datetime | None


def personal_data_view(found: PersonalData) -> PersonalDataView:
    """Return everything about a person."""
    row = found.person
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "version": row.version,
        "erased_at": row.erased_at,
        "records": found.records,
        "mentions": [
            {
                "place": each.place,
                "key": each.key,
                "position": each.position,
                "name": each.name,
                "text": each.text,
            }
            for each in found.mentions
        ],
        "cut_off": found.cut_off,
    }


def erased_person_view(person: Person) -> ErasedPersonView:
    """Return what is left of a person."""
    return {
        "id": person.id,
        "code": person.code,
        "name": person.name,
        "version": person.version,
        "erased_at": person.erased_at,
    }
