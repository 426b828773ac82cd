"""What every reader hands on: lines with what the page tells about them."""

from dataclasses import dataclass
from enum import StrEnum

from .envelope import Envelope
from .proposal import Finding


class Zone(StrEnum):
    """The part of the page's form (Nghị định 30/2020, annex I) that a line stands in."""

    HEAD = "head"  # letterhead: bodies, number, place and date, V/v
    BODY = "body"  # title, addressees, preamble, items
    FOOT = "foot"  # recipients and signer
    PLAN = "plan"  # what a decision issues: a plan or rules after the signature, with items of its own
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table, counted from 0; the two columns of a letterhead are a table too.

    `columns` and `rows` are how many of them a merged cell covers.
    """

    table: int
    row: int
    column: int
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, or one paragraph of a file that knows its paragraphs.

    Attributes:
        text: Without the spaces around it; runs of spaces inside are kept, they part columns.
        indent: Columns of space before the text; 0 where the file does not tell.
        gap: An empty line stands before it.
        page: It is the first line of a page.
        whole: It is a whole paragraph by the file's own word and is never joined to another.
        cell: Where it stands in a table.
        zone: Assigned by `zones`; readers leave it at BODY.
    """

    text: str
    indent: int = 0
    gap: bool = False
    page: bool = False
    whole: bool = False
    cell: Cell | None = None
    zone: Zone = Zone.BODY


@dataclass(frozen=True, slots=True)
class Box:
    """Text that floats over the flow (a text box, a page's header): `at` is the line it stands before."""

    at: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """A document as read: its lines, the running heads where stamps stand, what came with it.

    Attributes:
        lines: In reading order.
        stamps: Texts outside the flow (page headers and footers, text boxes).
        boxes: Floating texts that may belong to the letterhead or the foot; `floats` decides.
        pages_empty: Pages of a PDF that show no text and were not recognised, counted from 1.
        envelope: What the message that it came in says of it.
        attached: Further files of the message.
        findings: What the reader itself must tell the clerk.
    """

    lines: tuple[Line, ...]
    stamps: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    pages_empty: tuple[int, ...] = ()
    envelope: Envelope | None = None
    attached: tuple["Attached", ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a document: its name and what was read in it.

    One that `repeats` the document adds nothing, but a stamp of secrecy counts there too.
    """

    name: str
    pages: Pages
    repeats: bool = False
