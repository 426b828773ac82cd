"""What the envelope of an edXML message says about its document (QCVN 102:2016/BTTTT, header elements)."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation of the exchange; a receiver may have a day of its own."""

    organ_id: str | None
    name: str | None
    due_on: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier document that this one answers (`ResponseFor`)."""

    organ_id: str | None
    code: str | None
    issued_on: str | None
    document_id: str | None


@dataclass(frozen=True, slots=True)
class Business:
    """What the message does to documents that were sent before: revoke, update or replace them, and why.

    `kind` is new, revoke, update or replace; `document_ids` name the documents concerned.
    """

    kind: str
    reason: str | None
    document_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The header's fields, cleaned; days are ISO, a field that says nothing is None.

    `urgency` is a word of Nghị định 30/2020; `competence` the mark of authority with a post ("KT. CHỦ TỊCH").
    """

    document_id: str | None = None
    sender: Party | None = None
    parent_body: str | None = None
    receivers: tuple[Party, ...] = ()
    number: str | None = None
    symbol: str | None = None
    place: str | None = None
    issued_on: str | None = None
    doc_type: str | None = None
    subject: str | None = None
    competence: str | None = None
    position: str | None = None
    signer: str | None = None
    due_on: str | None = None
    places: tuple[str, ...] = ()
    urgency: str | None = None
    steering_type: str | None = None
    response_for: tuple[Reference, ...] = ()
    business: Business | None = None

    def to_json(self) -> Json:
        """What the register keeps of it beside the document's own fields."""
        return {
            "document_id": self.document_id,
            "from": _party(self.sender) if self.sender else None,
            "to": [_party(receiver) for receiver in self.receivers],
            "due_on": self.due_on,
            "steering_type": self.steering_type,
            "response_for": [
                {
                    "organ_id": answered.organ_id,
                    "code": answered.code,
                    "issued_on": answered.issued_on,
                    "document_id": answered.document_id,
                }
                for answered in self.response_for
            ],
            "business": _business(self.business) if self.business else None,
        }


def _business(business: Business) -> Json:
    return {
        "kind": business.kind,
        "reason": business.reason,
        "document_ids": list(business.document_ids),
    }


def _party(party: Party) -> Json:
    return {"organ_id": party.organ_id, "name": party.name, "due_on": party.due_on}
