"""XML of Word parts as a stream of small trees, so that a document is measured while it is read.

Not python-docx: listing a million empty paragraphs costs it 32 s of processor time, and it passes over
content controls, text boxes and tracked changes. Expat is used directly; a DOCTYPE (entities, external parts)
is refused.
"""

import codecs
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn
from xml.parsers import expat

from ..refusals import DocumentTooLarge, UnreadableDocument

DEPTH_MAX = 200
NODES_MAX = 3_000_000
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


@dataclass(slots=True)
class Node:
    """An element by its local name; of another vocabulary than Word's, the name has a "?" before it."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def value(self, child: str) -> str | None:
        """The `w:val` of a child element."""
        for node in self.children:
            if node.name == child:
                return node.attributes.get("val")
        return None

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((node for node in self.children if node.name == name), None)


def _local(name: str) -> str:
    space, _, local = name.rpartition(" ")
    if space in (WORD, STRICT):
        return local
    return f"mc:{local}" if space == COMPATIBILITY else f"?{local}"


class Stream:
    """Feeds a part to callbacks.

    Args:
        whole: Names of the elements that are handed over as complete trees.
        on_node: Called with each such tree.
        on_start, on_end: Called for the elements outside such trees.
    """

    def __init__(
        self,
        whole: frozenset[str],
        on_node: Callable[[Node], None],
        on_start: Callable[[str], None],
        on_end: Callable[[str], None],
    ) -> None:
        """Prepare a parser; `feed` runs it."""
        self._whole = whole
        self._on_node, self._on_start, self._on_end = on_node, on_start, on_end
        self._stack: list[Node] = []
        self._skipped = 0
        self._depth = 0
        self._nodes = 0

    def feed(self, chunks: Iterable[bytes]) -> None:
        """Parse a part to its end.

        Raises:
            UnreadableDocument: Not well-formed, or with a DOCTYPE.
            DocumentTooLarge: Nested too deeply or too many elements.
        """
        pieces = iter(chunks)
        first = next(pieces, b"")
        parser = expat.ParserCreate(_encoding(first), namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            for chunk in chain([first], pieces):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise UnreadableDocument from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth > DEPTH_MAX or self._nodes > NODES_MAX:
            raise DocumentTooLarge
        local = _local(name)
        if self._skipped or local == "mc:Fallback":
            self._skipped += 1
            return
        if self._stack or local in self._whole:
            node = Node(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
            if self._stack:
                self._stack[-1].children.append(node)
            self._stack.append(node)
        else:
            self._on_start(local)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
        elif self._stack:
            node = self._stack.pop()
            if not self._stack:
                self._on_node(node)
        else:
            self._on_end(_local(name))

    def _characters(self, text: str) -> None:
        if self._stack and not self._skipped and self._stack[-1].name == "t":
            self._stack[-1].text.append(text)


def _encoding(opening: bytes) -> str:
    """Unicode by its mark, whatever the declaration says: other encodings are not guessed at."""
    return "utf-16" if opening.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def _refuse_doctype(*_: object) -> NoReturn:
    raise UnreadableDocument


def trees(chunks: Iterable[bytes], whole: frozenset[str]) -> list[Node]:
    """All elements of the given names, as trees."""
    found: list[Node] = []
    Stream(whole, found.append, lambda _: None, lambda _: None).feed(chunks)
    return found
