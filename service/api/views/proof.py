"""What proves that a message came to its reader, as it goes out."""

from datetime import datetime

from typing_extensions import TypedDict

from service.domain.reading.proof import Proof


class ProofView(TypedDict):
    """When the message reached the device, was looked at, and was answered by a link in it or in its copies.

    Providers of mail confirm nothing; a page that was only opened is no proof, since programs open links too.
    """

    delivered_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None


def proof_view(proof: Proof) -> ProofView:
    """Return what proves that a message came to its reader."""
    return {
        "delivered_at": proof.delivered_at,
        "seen_at": proof.seen_at,
        "answered_at": proof.answered_at,
    }
