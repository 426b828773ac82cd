"""DOCX: paragraphs and table cells in reading order, with list numbers, without deleted text."""

from dataclasses import replace

from ..limits import Limits
from ..lines import Cell, Line, Pages
from ..refusals import DocumentTooLarge, UnreadableDocument
from ..restore import clean
from .archive import Archive
from .numbering import Numbering
from .xml import Node, Stream, trees

DELETED = frozenset({"del", "moveFrom", "rPr", "pPr", "delText", "instrText", "sectPr"})
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_PARAGRAPH = frozenset({"p"})


def read_docx(data: bytes, limits: Limits) -> Pages:
    """Read the main part; page headers and text boxes are kept apart as stamps.

    Raises:
        IntakeRefused: Damaged, encrypted, or beyond the limits.
    """
    archive = Archive(data, limits)
    names = set(archive.names())

    def part(name: str, *whole: str) -> list[Node]:
        return trees(archive.chunks(name), frozenset(whole)) if name in names else []

    numbering = Numbering(
        lambda: (part("word/numbering.xml", "abstractNum", "num"), part("word/styles.xml", "style"))
    )
    body = _Body(numbering, limits)
    body.read(archive)
    stamps = list(body.boxes)
    for name in sorted(names):
        if name.startswith("word/header") and name.endswith(".xml"):
            for paragraph in trees(archive.chunks(name), _PARAGRAPH):
                stamps += [clean(t).strip() for t in _texts(paragraph)]
    return Pages(tuple(body.lines), tuple(stamp for stamp in stamps if stamp))


class _Body:
    """Collects lines while the main part streams by, and knows in which cell it is."""

    def __init__(self, numbering: Numbering, limits: Limits) -> None:
        self.lines: list[Line] = []
        self.boxes: list[str] = []
        self._numbering = numbering
        self._limits = limits
        self._places: list[list[int]] = []
        self._tables = 0
        self._paragraphs = 0
        self._gap = True

    def read(self, archive: Archive) -> None:
        Stream(_PARAGRAPH, self._paragraph, self._open, self._close).feed(archive.chunks("word/document.xml"))
        if not self._paragraphs:
            raise UnreadableDocument

    def _open(self, name: str) -> None:
        if name == "tbl":
            self._places.append([self._tables, -1, -1])
            self._tables += 1
        elif self._places and name == "tr":
            self._places[-1][1:] = [self._places[-1][1] + 1, -1]
        elif self._places and name == "tc":
            self._places[-1][2] += 1

    def _close(self, name: str) -> None:
        if name == "tbl" and self._places:
            self._places.pop()
            self._gap = True

    def _paragraph(self, node: Node) -> None:
        self._paragraphs += 1
        if self._paragraphs > self._limits.paragraphs:
            raise DocumentTooLarge
        self.boxes += [clean(text).strip() for text in _box_texts(node)]
        label = self._numbering.label(node)
        text = clean("".join(_run_texts(node)))
        place = Cell(*self._places[0]) if self._places else None
        empty = True
        for row in text.split("\n"):
            bare = row.expandtabs(4).strip()
            if bare:
                line = Line(label + bare, gap=self._gap, whole=True, cell=place)
                self.lines.append(replace(line, gap=False) if place else line)
                label, empty = "", False
                self._gap = False
        self._gap = empty or self._gap


def _run_texts(node: Node) -> list[str]:
    """Texts of a paragraph's runs; nested paragraphs (text boxes) are left out."""
    out: list[str] = []
    for child in node.children:
        if child.name in DELETED or child.name == "txbxContent":
            continue
        if child.name == "t":
            out.append("".join(child.text))
        elif child.name in BREAKS:
            out.append(BREAKS[child.name])
        else:
            out += _run_texts(child)
    return out


def _box_texts(node: Node) -> list[str]:
    out: list[str] = []
    for child in node.children:
        if child.name == "txbxContent":
            out += ["".join(_run_texts(p)) for p in child.children if p.name == "p"]
        elif child.name not in DELETED:
            out += _box_texts(child)
    return out


def _texts(paragraph: Node) -> list[str]:
    return ["".join(_run_texts(paragraph)), *_box_texts(paragraph)]
