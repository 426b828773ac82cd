"""PDF files for the tests, written by hand: Vietnamese text at exact places, rules, turned pages, stamps.

The fonts are not embedded: each code has a width and, unless a test wants it otherwise, a character.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

PORTRAIT, LANDSCAPE = (595.0, 842.0), (842.0, 595.0)
WIDTH = 0.5
"""Of every letter, in parts of the font's size."""
CODES = range(33, 256)


@dataclass(slots=True)
class Page:
    """A page under construction; y runs upwards from the lower edge, as in the file.

    `turned` is the page's own entry; `sideways` writes everything turned left, as some programs set a
    landscape page on upright paper. `filled` draws rules as thin boxes, as Word's export does.
    """

    size: tuple[float, float] = PORTRAIT
    turned: int = 0
    sideways: bool = False
    filled: bool = False
    texts: list[tuple[float, float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    stamps: list[tuple[float, float, str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, *, size: float = 12) -> "Page":
        """Write a line."""
        self.texts.append((x, y, size, text))
        return self

    def lines(self, x: float, y: float, lines: Sequence[str], *, size: float = 12, step: float = 18) -> float:
        """Write lines below each other; return where the next would stand."""
        for line in lines:
            self.text(x, y, line, size=size)
            y -= step
        return y

    def stamp(self, x: float, y: float, text: str) -> "Page":
        """Put an annotation on the page, as the exchange stamps number and day."""
        self.stamps.append((x, y, text))
        return self

    def table(
        self,
        x: float,
        top: float,
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        *,
        size: float = 10,
        ruled: bool = True,
        merged: Sequence[tuple[int, int, int]] = (),
    ) -> float:
        """Draw a table; return its lower edge. `merged` are (row, column, rows) without rules between."""
        step, pad = size * 1.3, 4.0
        edges = [x]
        for width in widths:
            edges.append(edges[-1] + width)
        y = top
        tops = [y]
        for row in rows:
            cells = [_wrapped(text, width - 2 * pad, size) for text, width in zip(row, widths, strict=True)]
            for edge, lines in zip(edges, cells, strict=False):
                self.lines(edge + pad, y - size - pad / 2, lines, size=size, step=step)
            y -= max(*map(len, cells), 1) * step + pad
            tops.append(y)
        if ruled:
            inside = {(r + step_, c) for r, c, count in merged for step_ in range(1, count)}
            for number, line in enumerate(tops):
                for column in range(len(widths)):
                    if (number, column) not in inside:
                        self.rules.append((edges[column], line, edges[column + 1], line))
            self.rules += [(edge, top, edge, y) for edge in edges]
        return y


def _wrapped(text: str, width: float, size: float) -> list[str]:
    letters = max(int(width / (size * WIDTH)), 1)
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            if line and len(line) + 1 + len(word) > letters:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


class _Font:
    """A font of at most 223 characters."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def has_room(self, text: str) -> bool:
        return len(set(text) - set(self.codes) - {" "}) <= len(CODES) - len(self.codes)

    def encode(self, text: str) -> str:
        return "".join(f"{32 if c == ' ' else self._code(c):02x}" for c in text)

    def _code(self, character: str) -> int:
        return self.codes.setdefault(character, CODES[len(self.codes)] if len(self.codes) < len(CODES) else 0)

    def map(self) -> bytes:
        pairs = "".join(
            f"<{code:02x}> <{character.encode('utf-16-be').hex()}>\n"
            for character, code in self.codes.items()
        )
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
            "1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"{len(self.codes) + 1} beginbfchar <20> <0020>\n{pairs}endbfchar endcmap end end"
        ).encode("ascii")


def document(pages: Sequence[Page], *, mapped: bool = True) -> bytes:
    """The bytes of a PDF; without `mapped` nothing says which characters the codes are."""
    fonts = [_Font()]
    contents = [_content(page, fonts) for page in pages]
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    names = []
    for number, font in enumerate(fonts):
        widths = " ".join(["500"] * 224)
        unicode = f"/ToUnicode {len(objects) + 2} 0 R" if mapped else ""
        names.append(f"/F{number} {len(objects) + 1} 0 R")
        objects.append(
            f"<</Type/Font/Subtype/TrueType/BaseFont/Unknown{number}/FirstChar 32/LastChar 255"
            f"/Widths[{widths}]{unicode}>>".encode()
        )
        objects.append(_stream(font.map()))
    kids = []
    for page, content in zip(pages, contents, strict=True):
        first = len(objects) + 1
        objects.append(_stream(content))
        marks = [_stamp(objects, stamp) for stamp in page.stamps]
        kids.append(len(objects) + 1)
        box = f"[0 0 {page.size[0]} {page.size[1]}]"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Rotate {page.turned}/Contents {first} 0 R"
            f"/Annots[{' '.join(marks)}]/Resources<</Font<<{' '.join(names)}>>>>>>".encode()
        )
    tree = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<</Type/Pages/Kids[{tree}]/Count {len(kids)}>>".encode()
    return _file(objects)


def _content(page: Page, fonts: list[_Font]) -> bytes:
    turned = [(page.size[0] - y0, x0, page.size[0] - y1, x1) for x0, y0, x1, y1 in page.rules]
    out = [_rule(page, *corners) for corners in (turned if page.sideways else page.rules)]
    for x, y, size, text in page.texts:
        if not fonts[-1].has_room(text):
            fonts.append(_Font())
        shown = fonts[-1].encode(text)
        place = f"0 1 -1 0 {page.size[0] - y} {x}" if page.sideways else f"1 0 0 1 {x} {y}"
        out.append(f"BT /F{len(fonts) - 1} {size} Tf {place} Tm <{shown}> Tj ET")
    return "\n".join(out).encode("ascii")


def _rule(page: Page, x0: float, y0: float, x1: float, y1: float) -> str:
    if page.filled:
        return f"{x0} {y0} {max(x1 - x0, 0.5)} {max(y1 - y0, 0.5)} re f"
    return f"{x0} {y0} m {x1} {y1} l S"


def _stamp(objects: list[bytes], stamp: tuple[float, float, str]) -> str:
    """An annotation with an appearance of its own; ASCII only."""
    x, y, text = stamp
    width, height = 6.0 * len(text) + 4, 16.0
    content = f"BT /H 12 Tf 2 4 Td ({text}) Tj ET".encode("ascii")
    form = (
        f"<</Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Length {len(content)}"
        "/Resources<</Font<</H<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>stream\n"
    ).encode()
    objects.append(form + content + b"\nendstream")
    shown = len(objects)
    objects.append(
        f"<</Type/Annot/Subtype/Stamp/F 4/Rect[{x} {y} {x + width} {y + height}]"
        f"/AP<</N {shown} 0 R>>>>".encode()
    )
    return f"{len(objects)} 0 R"


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _file(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj" % number + item + b"endobj\n")
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    out.write(b"trailer<</Size %d/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()
