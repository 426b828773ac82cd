"""Why a document was not read: one class a reason, with a slug for machines and a sentence for people."""

from typing import ClassVar


class IntakeRefused(Exception):
    """The document could not be taken in; nothing of it was kept."""

    slug: ClassVar[str] = "document-refused"
    title: ClassVar[str] = "The document was not read"

    def __str__(self) -> str:
        """Say the title; a refusal never repeats what stands in the document."""
        return self.title


class EmptyDocument(IntakeRefused):
    """The file holds no bytes, or nothing but spaces."""

    slug = "document-empty"
    title = "The document is empty"


class UnreadableDocument(IntakeRefused):
    """The bytes are no text in a known encoding, or the file is damaged."""

    slug = "document-unreadable"
    title = "The document is damaged or is not text"


class UnsupportedDocument(IntakeRefused):
    """The file is sound but of a kind that is not read: save it as DOCX, PDF with text, or plain text."""

    slug = "document-type-unsupported"
    title = "Documents of this type are not read"


class LegacyDocument(IntakeRefused):
    """The file is of Word 97-2003 and no converter is installed here.

    Save it as DOCX, or have the operator install LibreOffice (Debian: libreoffice-writer-nogui) or antiword.
    """

    slug = "document-needs-converter"
    title = "Word 97-2003 files are not read on this machine; save the document as DOCX"


class MismatchedDocument(IntakeRefused):
    """The file's name promises one type and its content is another."""

    slug = "document-type-mismatch"
    title = "The file's extension contradicts its content"


class EncryptedDocument(IntakeRefused):
    """The file asks for a password; send a copy without one."""

    slug = "document-encrypted"
    title = "The document is protected by a password"


class DocumentTooLarge(IntakeRefused):
    """The file, its text or its number of pages or paragraphs is beyond the limit."""

    slug = "document-too-large"
    title = "The document is too large"


class ArchiveBomb(IntakeRefused):
    """The file unpacks to far more than it holds, or has too many parts."""

    slug = "document-bomb"
    title = "The document unpacks to an unreasonable size"


class ScannedDocument(IntakeRefused):
    """The PDF is images, or its fonts do not tell their letters, and no recogniser is installed here.

    Send a PDF with a text layer, or have the operator install tesseract (Debian: tesseract-ocr-vie).
    """

    slug = "document-without-text"
    title = "The document is a scan without text"


class DocumentTooSlow(IntakeRefused):
    """Reading took more time or memory than one document may have."""

    slug = "document-too-slow"
    title = "The document takes too long to read"


class SecretDocument(IntakeRefused):
    """The document bears a stamp of secrecy (Mật, Tối mật, Tuyệt mật); it must not be entered here.

    Carries nothing of the document. Source: Law on Protection of State Secrets; design rule R6.
    """

    slug = "document-secret"
    title = "The document is a state secret and must not be entered"
