"""What a link in a message may do, and how its secret is made (rules only; nothing here asks a database)."""

from base64 import urlsafe_b64encode
from enum import StrEnum
from hashlib import sha256
from hmac import new as hmac
from uuid import UUID

from service.domain.lifecycle import WORKING, Move, State, allowed_moves

TOKEN_BYTES = 18
"""144 bits: nobody guesses one, and the address stays short."""


class LinkAction(StrEnum):
    """What the holder of a link may say; never that a duty is done, accepted or somebody's."""

    RECEIVED = "received"
    PROGRESS = "progress"
    EXTENSION = "extension"
    NOT_OURS = "not_ours"


ACTION_WORDS = {
    LinkAction.RECEIVED: "đã nhận",
    LinkAction.PROGRESS: "báo cáo tiến độ",
    LinkAction.EXTENSION: "xin gia hạn",
    LinkAction.NOT_OURS: "không phải việc của đơn vị",
}

MOVES = {
    LinkAction.RECEIVED: Move.ACKNOWLEDGE,
    LinkAction.PROGRESS: Move.REPORT,
    LinkAction.NOT_OURS: Move.RETURN,
}


def offered(state: State, *, is_dated: bool) -> list[LinkAction]:
    """Return what a unit may say by link of a duty in a state, in the order of the page."""
    law = allowed_moves(state)
    extension = state in WORKING and is_dated
    return [a for a in LinkAction if (MOVES[a] in law if a in MOVES else extension)]


def token_of(secret: bytes, message_id: UUID, obligation_id: UUID) -> str:
    """Return the token of one duty in one message: signed with the installation's key, always the same.

    So a second attempt at a delivery carries the same link, although only its hash is kept.
    """
    signed = hmac(secret, b"link" + message_id.bytes + obligation_id.bytes, sha256).digest()
    return urlsafe_b64encode(signed[:TOKEN_BYTES]).decode()


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
