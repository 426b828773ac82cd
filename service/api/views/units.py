"""Units, groups and people as they go out."""

from datetime import date
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.escalation import Role
from service.domain.reading.people import PersonWhole
from service.domain.reading.units import GroupRow, UnitRow, UnitWhole
from service.domain.registry_file import ImportReport


class UnitLineView(TypedDict):
    """A unit as a list shows it."""

    id: UUID
    version: int
    code: str
    name: str
    kind: str
    parent_code: str | None
    subordinate: bool
    valid_from: date
    valid_to: date | None


class FormerName(TypedDict):
    """A name that a unit bore."""

    name: str
    valid_from: date
    valid_to: date


class UnitView(UnitLineView):
    """A unit with what it is and was called."""

    aliases: list[str]
    attributes: list[str]
    identifiers: dict[str, str]
    former_names: list[FormerName]


class UnitPage(TypedDict):
    """Some units, by code."""

    items: list[UnitLineView]
    next: str | None


class ChangedView(TypedDict):
    """An entry that a file changed."""

    code: str
    fields: list[str]


class RefusedRowView(TypedDict):
    """A row of a file that was left out, and why."""

    row: int
    code: str
    reason: str


class ImportView(TypedDict):
    """What an import did; the same file again finds everything unchanged."""

    new: list[str]
    changed: list[ChangedView]
    unchanged: int
    refused: list[RefusedRowView]
    unknown_columns: list[str]


class GroupView(TypedDict):
    """A class of units; `rule` is null for fixed members."""

    id: UUID
    version: int
    code: str
    name: str
    aliases: list[str]
    rule: dict[str, Any] | None


class GroupPage(TypedDict):
    """Some groups, by code."""

    items: list[GroupView]
    next: str | None


class MemberView(TypedDict):
    """A unit that belongs to a group."""

    id: UUID
    code: str
    name: str
    kind: str


class MembersView(TypedDict):
    """Who belongs to a group on a day."""

    as_of: date
    items: list[MemberView]


class PostView(TypedDict):
    """A post that a person holds."""

    unit_code: str
    unit_name: str
    role: Role
    field: str
    valid_from: date
    valid_to: date | None


class AddressView(TypedDict):
    """Where a person is reached; a reader is shown none."""

    channel: str
    address: str
    position: int
    is_verified: bool
    is_invalid: bool


class PersonView(TypedDict):
    """A person with posts and addresses."""

    id: UUID
    code: str
    name: str
    posts: list[PostView]
    addresses: list[AddressView]


class PeoplePage(TypedDict):
    """Some people, by code."""

    items: list[PersonView]
    next: str | None


def unit_line(row: UnitRow) -> UnitLineView:
    """Return a line of a list."""
    return {
        "id": row.id,
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "parent_code": row.parent_code,
        "subordinate": row.subordinate,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def unit_view(whole: UnitWhole) -> UnitView:
    """Return one unit."""
    return {
        **unit_line(whole.row),
        "aliases": whole.aliases,
        "attributes": whole.attributes,
        "identifiers": whole.identifiers,
        "former_names": [
            {"name": name, "valid_from": valid_from, "valid_to": valid_to}
            for name, valid_from, valid_to in whole.former_names
        ],
    }


def import_view(report: ImportReport, unknown_columns: list[str]) -> ImportView:
    """Return what an import did."""
    return {
        "new": report.new,
        "changed": [{"code": each.code, "fields": each.fields} for each in report.changed],
        "unchanged": report.unchanged,
        "refused": [{"row": r.row, "code": r.code, "reason": r.reason} for r in report.refused],
        "unknown_columns": unknown_columns,
    }


def group_view(row: GroupRow, aliases: list[str]) -> GroupView:
    """Return one group."""
    return {
        "id": row.id,
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "aliases": aliases,
        "rule": row.rule,
    }


def person_view(whole: PersonWhole) -> PersonView:
    """Return one person."""
    return {
        "id": whole.id,
        "code": whole.code,
        "name": whole.name,
        "posts": [
            {
                "unit_code": post.unit_code,
                "unit_name": post.unit_name,
                "role": post.role,
                "field": post.field,
                "valid_from": post.valid_from,
                "valid_to": post.valid_to,
            }
            for post in whole.posts
        ],
        "addresses": [
            {
                "channel": each.channel,
                "address": each.address,
                "position": each.position,
                "is_verified": each.is_verified,
                "is_invalid": each.is_invalid,
            }
            for each in whole.addresses
        ],
    }
