"""What a short answer by a channel means: received, a code that links, or words for people."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from service.domain.text import fold

RECEIVED = frozenset(
    {
        "da nhan",
        "da nhan viec",
        "da nhan nhiem vu",
        "da nhan duoc",
        "da nhan tin",
        "da tiep nhan",
        "xac nhan",
        "xac nhan da nhan",
        "toi da nhan",
        "ok da nhan",
        "da nhan a",
        "vang da nhan",
    }
)
"""Whole answers, folded. "Chưa nhận" and longer sentences are for people to read."""

RECEIVED_WORDS = "Đã nhận"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of codes: no character that is taken for another."""

CODE_LENGTH = 8
CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")
NAMED = re.compile(r"#([0-9a-f]{32})\b")


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody meant. `delivery_id` names what was sent where a button was pressed."""

    received: bool = False
    code: str | None = None
    delivery_id: UUID | None = None


def read_reply(text: str) -> Reply:
    """Return what an answer means; nothing for what only a person can read."""
    named = NAMED.search(text)
    rest = NAMED.sub("", text)
    if fold(rest) in RECEIVED:
        return Reply(received=True, delivery_id=UUID(named[1]) if named else None)
    bare = re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", rest)).upper()
    return Reply(code=bare) if CODE.fullmatch(bare) else Reply()


def received_payload(delivery_id: UUID) -> str:
    """Return what a button "Đã nhận" sends back for a delivery."""
    return f"{RECEIVED_WORDS} #{delivery_id.hex}"


def show_code(code: str) -> str:
    """Return a code as people read it out: `ABCD-EFGH`."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"
