"""How other things are named in a view."""

from uuid import UUID

from typing_extensions import TypedDict


class UnitReference(TypedDict):
    """A unit by name."""

    id: UUID
    code: str
    name: str
