"""Intake: the bytes of a directive -> what the clerk is proposed, with the characters it was read from.

    bytes -> sniff -> readers -> lines -> zones -> blocks (one restored text)
          -> letterhead, parties, items -> units, roles, deadlines, duties -> proposal, findings

Pure: no database, no clock, no settings, no chance. `read` works in this process; `read_safely` reads a file
from outside in a child process with limits. Whatever is not read is refused by a class of `IntakeRefused`.
"""

from .limits import DEFAULT, Limits
from .proposal import (
    Assigned,
    Basis,
    Deadline,
    Finding,
    Header,
    Item,
    Phrase,
    Proposal,
    Signer,
    Span,
)
from .refusals import (
    ArchiveBomb,
    DocumentTooLarge,
    DocumentTooSlow,
    EmptyDocument,
    EncryptedDocument,
    IntakeRefused,
    LegacyDocument,
    MismatchedDocument,
    ScannedDocument,
    SecretDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from .sandbox import read_safely

__all__ = [
    "DEFAULT",
    "ArchiveBomb",
    "Assigned",
    "Basis",
    "Deadline",
    "DocumentTooLarge",
    "DocumentTooSlow",
    "EmptyDocument",
    "EncryptedDocument",
    "Finding",
    "Header",
    "IntakeRefused",
    "Item",
    "LegacyDocument",
    "Limits",
    "MismatchedDocument",
    "Phrase",
    "Proposal",
    "ScannedDocument",
    "SecretDocument",
    "Signer",
    "Span",
    "UnreadableDocument",
    "UnsupportedDocument",
    "read",
    "read_safely",
]


def read(data: bytes, filename: str, limits: Limits = DEFAULT) -> Proposal:
    """Read a document in this process; use `read_safely` for files from outside.

    The grammar is loaded on the first call, so that a process that only calls `read_safely` starts fast.

    Args:
        data: The file.
        filename: Its name; the extension may agree with the content or be unknown, never contradict it.
        limits: Sizes beyond which a document is refused; time and memory are bounded only by `read_safely`.

    Raises:
        IntakeRefused: The document cannot or must not be read.
    """
    from .reading import read_document

    return read_document(data, filename, limits)
