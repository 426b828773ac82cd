"""Builds the tree of items from the body's blocks: what is numbered, what goes on, what stands alone.

The tree holds only form. Whether a paragraph carries a demand decides where it hangs, so that is asked of the
`Judge`; what the items mean (roles, deadlines, task, tracked) is added by `duties`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from . import marks
from .blocks import Block
from .labels import LOOSE, PARAGRAPH_MARK, Label, Rank, read_label
from .roles import is_attribute

TITLE_WORDS_MAX = 28
_LEAD_IN = re.compile(
    r":\s*$|(?:như sau|sau đây|nội dung sau|nhiệm vụ sau|việc sau|cụ thể)\W*$", re.IGNORECASE
)
_CALL = re.compile(r"^(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|CHỈ THỊ|YÊU CẦU|KẾT LUẬN|LỆNH)\s*:?\s*$")


class Judge(Protocol):
    """What the tree must know about a paragraph."""

    def demands(self, block: Block) -> bool:
        """It tells somebody to do something."""

    def informs(self, block: Block) -> bool:
        """It ends the document and only informs, thanks or hopes."""


@dataclass(slots=True)
class Draft:
    """An item while the tree grows; `blocks` are its own, the first with `width` characters of label."""

    label: str
    level: float
    rank: Rank
    width: int
    blocks: list[Block] = field(default_factory=list)
    children: list["Draft"] = field(default_factory=list)
    closing: bool = False

    @property
    def loose(self) -> bool:
        """Named by a mark instead of a number."""
        return self.rank in LOOSE

    @property
    def heading(self) -> str:
        """Its first paragraph, canonical, without the label."""
        return self.blocks[0].plain[self.width :]

    def rank_is_paragraph(self) -> bool:
        """An unnumbered paragraph."""
        return self.rank is Rank.PARAGRAPH

    def is_title(self) -> bool:
        """It announces what follows instead of being a sentence."""
        text = self.heading.rstrip()
        return text.endswith(":") or (not text.endswith((".", ";")) and len(text.split()) <= TITLE_WORDS_MAX)


@dataclass(frozen=True, slots=True)
class Body:
    """The body's parts: what precedes the items, the sentence that introduces them, the items."""

    preamble: tuple[Block, ...]
    lead_in: Block | None
    roots: tuple[Draft, ...]


def build_tree(blocks: Sequence[Block], judge: Judge) -> Body:
    """Read the body's blocks in order."""
    first = next((i for i, b in enumerate(blocks) if _is_item(b, i)), len(blocks))
    opening, rest = _opening(blocks[:first], judge, items_follow=first < len(blocks))
    tree = _Tree(judge)
    for paragraph in opening.roots:
        tree.roots.append(paragraph)
    last_label = max((i for i, b in enumerate(blocks) if read_label(b.plain)), default=-1)
    for index, block in enumerate(blocks[first:], first):
        tree.add(block, tail=index > last_label)
    tree.settle()
    return Body(rest, opening.lead_in, tuple(tree.roots))


def _is_item(block: Block, index: int) -> bool:
    """A label opens the items, but a dash before "Căn cứ" belongs to the preamble."""
    label = read_label(block.plain)
    if label is None:
        return False
    return not (label.rank in LOOSE and marks.BASIS_OPENS.match(block.plain[label.width :]) and index < 30)


def _opening(blocks: Sequence[Block], judge: Judge, *, items_follow: bool) -> tuple[Body, tuple[Block, ...]]:
    """Split what precedes the first label into narrative, a lead-in and unnumbered demands."""
    lead_in: Block | None = None
    roots: list[Draft] = []
    for index, block in enumerate(blocks):
        is_last = index == len(blocks) - 1
        if items_follow and is_last and _LEAD_IN.search(block.plain):
            lead_in = block
        elif _CALL.match(block.plain) or judge.informs(block):
            continue
        elif roots and block.plain[:1].islower():
            roots[-1].blocks.append(block)
        elif judge.demands(block):
            roots.append(_paragraph(block))
    return Body(tuple(blocks), lead_in, tuple(roots)), tuple(blocks)


def _paragraph(block: Block) -> Draft:
    level = Rank.BULLET - 0.5 if block.plain.rstrip().endswith(":") else float(Rank.PARAGRAPH)
    return Draft(PARAGRAPH_MARK, level, Rank.PARAGRAPH, 0, [block])


class _Tree:
    """The items so far and the path to the one that is open."""

    def __init__(self, judge: Judge) -> None:
        self.roots: list[Draft] = []
        self._path: list[Draft] = []
        self._judge = judge

    def add(self, block: Block, *, tail: bool) -> None:
        label = read_label(block.plain)
        if label is None:
            self._add_paragraph(block, tail=tail)
            return
        bearer = next((d for d in reversed(self._path) if d.level < label.rank), None)
        if bearer and label.rank in LOOSE and is_attribute(block.plain):
            bearer.blocks.append(block)
            return
        draft = Draft(label.text, self._level(label), label.rank, label.width, [block])
        self._hang(draft)

    def _level(self, label: Label) -> float:
        """Roman parts inside an article ("Điều 1 … I. …") stand under it."""
        above = [d.rank for d in self._path]
        inside = Rank.ARTICLE in above and Rank.ROMAN not in above[: above.index(Rank.ARTICLE)]
        return Rank.ARTICLE + 0.5 if label.rank is Rank.ROMAN and inside else float(label.rank)

    def _hang(self, draft: Draft) -> None:
        while self._path and self._path[-1].level >= draft.level:
            self._path.pop()
        (self._path[-1].children if self._path else self.roots).append(draft)
        self._path.append(draft)

    def _add_paragraph(self, block: Block, *, tail: bool) -> None:
        if _CALL.match(block.plain):
            return
        deepest = self._path[-1] if self._path else None
        goes_on = block.plain[:1].islower() or block.plain.startswith("(")
        if deepest and (goes_on or is_attribute(block.plain)):
            deepest.blocks.append(block)
            return
        demands = self._judge.demands(block)
        opens_title = (
            deepest is not None
            and not deepest.loose
            and deepest.is_title()
            and len(deepest.blocks) == 1
            and block.start <= deepest.blocks[0].end + 1
        )
        if deepest and opens_title and not self._judge.informs(block):
            deepest.blocks.append(block)
        elif deepest is None or (tail and (demands or self._judge.informs(block))):
            self._end(block, demands=demands)
        elif demands and deepest.loose and not block.plain.startswith(('"', "'")):
            self._path = [d for d in self._path if not d.loose]
            paragraph = _paragraph(block)
            (self._path[-1].children if self._path else self.roots).append(paragraph)
            if paragraph.level < Rank.PARAGRAPH:
                self._path.append(paragraph)
        else:
            deepest.blocks.append(block)

    def _end(self, block: Block, *, demands: bool) -> None:
        """A paragraph after all items: a demand of its own, or nothing to follow."""
        self._path.clear()
        if demands and not self._judge.informs(block):
            paragraph = _paragraph(block)
            self.roots.append(paragraph)

    def settle(self) -> None:
        """Under a bare title, two or more demands with their own performers are items of their own."""
        pending = list(self.roots)
        while pending:
            draft = pending.pop()
            pending += draft.children
            own = draft.blocks[1:]
            demands = [
                i for i, b in enumerate(own, 1) if self._judge.demands(b) and not is_attribute(b.plain)
            ]
            if draft.loose or draft.children or not draft.is_title() or len(demands) < 2:
                continue
            bounds = [*demands, len(draft.blocks)]
            for start, end in pairwise(bounds):
                paragraph = _paragraph(draft.blocks[start])
                paragraph.blocks += draft.blocks[start + 1 : end]
                draft.children.append(paragraph)
            del draft.blocks[demands[0] :]
