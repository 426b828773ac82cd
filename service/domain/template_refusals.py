"""Refusals about the document templates of an office, and about documents as PDF."""

from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import DomainError


class TemplateFault(StrEnum):
    """What is wrong with a template.

    `not_docx`: not a DOCX, damaged, or protected by a password. `macros`: it has macros. `too_large`: the
    file, what it unpacks to, or the document made of it. `too_slow`: filling it in takes too long.
    `outside`: it refers to another file or host. `foreign_part`: it holds something besides text and
    pictures. `field`: a field of Word that fetches something. `unknown_name`, `not_a_list`, `not_allowed`:
    what stands between its braces. `broken`: a tag cannot be read or has no end. `crossed`: a loop or
    condition begins in one paragraph, cell or row and ends in another.
    """

    NOT_DOCX = "not_docx"
    MACROS = "macros"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    OUTSIDE = "outside"
    FOREIGN_PART = "foreign_part"
    FIELD = "field"
    UNKNOWN_NAME = "unknown_name"
    NOT_A_LIST = "not_a_list"
    NOT_ALLOWED = "not_allowed"
    BROKEN = "broken"
    CROSSED = "crossed"


@dataclass(kw_only=True, eq=False)
class TemplateRefused(DomainError):
    """A document cannot be made of this template; nothing was kept. Mend it in Word and send it again.

    `fault` says what is wrong in one word (`not_docx`, `macros`, `too_large`, `too_slow`, `outside`,
    `foreign_part`, `field`, `unknown_name`, `not_a_list`, `not_allowed`, `broken`, `crossed`), `what` names
    the thing: a name, a tag, a part of the file.
    """

    slug = "template-refused"
    title = "The template of the document cannot be used"
    fault: TemplateFault
    what: str


@dataclass(kw_only=True, eq=False)
class PdfNotMade(DomainError):
    """There is only the DOCX: LibreOffice is not on this machine (`why`: `no_program`), or it made no PDF of
    this document (`failed`). Ask for it without `format`."""

    slug = "pdf-not-made"
    title = "The document was not made as PDF"
    why: str
