"""The ledger as an auditor gets it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.erasing import ErasedTexts
from service.domain.notes import PublicKey
from service.domain.reading.audit import CheckpointRow, EntryRow, statement


class SealedTextView(TypedDict):
    """A text beside a fact: `sha256` is SHA-256(0x03 ‖ "dondoc text 1" ‖ 0x00 ‖ salt ‖ text), in hexadecimal.

    Salt and text are null once the text was erased.
    """

    sha256: str
    salt: str | None
    text: str | None


class NamedTextView(SealedTextView):
    """A text beside a fact, and the value of the payload that speaks of it: `reason`, `waivers.0.reason`."""

    name: str


class AuditEntryView(TypedDict):
    """A fact with its place: `leaf` is its hash, `chain` ties it to all before it (hexadecimal).

    `payload` is what was sealed: a text that somebody typed is `{"sha256": …}` in it, and stands in `texts`.
    """

    position: int
    seq: int
    kind: str
    actor_id: UUID
    subject_id: UUID
    recorded_at: datetime
    payload: dict[str, Any]
    texts: list[NamedTextView]
    leaf: str
    chain: str


class AuditEntryPage(TypedDict):
    """Some entries of the register, the oldest first."""

    items: list[AuditEntryView]
    next: str | None


class ErasedTextsView(TypedDict):
    """What was erased of a fact, by name. In `records` of its duty or directive the same text went too."""

    position: int
    names: list[str]
    records: int


class CheckpointView(TypedDict):
    """What was signed: the first `size` entries of all registers, by their Merkle root and last link.

    `note` is the signed text (C2SP `tlog-checkpoint`); everything else is taken from it.
    """

    number: int
    size: int
    root: str
    chain: str
    made_at: datetime
    note: str


class CheckpointPage(TypedDict):
    """Some checkpoints, the oldest first."""

    items: list[CheckpointView]
    next: str | None


class EntryProofView(TypedDict):
    """What proves an entry to anybody with the public key (`dondoc audit verify FILE --key …`).

    The leaf is SHA-256(0x00 ‖ 64-bit seq ‖ body); `path` leads from it to the checkpoint's root (RFC 9162).
    `texts` are those that the body speaks of, in its order.
    """

    dondoc_proof: int
    position: int
    seq: int
    body: str
    leaf: str
    path: list[str]
    checkpoint: str
    texts: list[SealedTextView]


class GrowthProofView(TypedDict):
    """What proves that nothing of an older checkpoint's entries was changed or taken away (RFC 9162)."""

    dondoc_growth: int
    old: str
    new: str
    path: list[str]


class AuditKeyView(TypedDict):
    """A key that signs, or signed, checkpoints. `key` is its line: `name+id+key` (C2SP `signed-note`)."""

    name: str
    id: str
    key: str


class AuditKeyList(TypedDict):
    """The public keys, the newest first; none where the ledger is signed by nobody."""

    items: list[AuditKeyView]


def audit_entry_view(row: EntryRow) -> AuditEntryView:
    """Return one entry."""
    return {
        "position": row.position,
        "seq": row.seq,
        "kind": row.kind,
        "actor_id": row.actor_id,
        "subject_id": row.subject_id,
        "recorded_at": row.recorded_at,
        "payload": row.payload,
        "texts": [
            {"name": name, "sha256": text.sha256, "salt": text.salt, "text": text.text}
            for name, text in row.texts
        ],
        "leaf": row.leaf,
        "chain": row.chain,
    }


def erased_texts_view(done: ErasedTexts) -> ErasedTextsView:
    """Return what an erasure did."""
    return {"position": done.position, "names": done.names, "records": done.records}


def checkpoint_view(row: CheckpointRow) -> CheckpointView:
    """Return one checkpoint."""
    said = statement(row.note)
    return {
        "number": row.number,
        "size": row.size,
        "root": said.root.hex(),
        "chain": said.chain,
        "made_at": row.made_at,
        "note": row.note,
    }


def audit_key_view(key: PublicKey) -> AuditKeyView:
    """Return one public key."""
    return {"name": key.name, "id": key.id.hex(), "key": key.text()}
