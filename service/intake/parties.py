"""Reads who is written to (Kính gửi), who gets a copy (Nơi nhận) and who signed."""

import re
from collections.abc import Sequence

from . import marks
from .blocks import Block
from .labels import LOOSE, Rank, read_label
from .letters import UPPER
from .lines import Zone
from .proposal import Phrase, Signer, Span

ADDRESSEES_MAX = 60
_END_MARK = re.compile(r"(?:\s*[;.,](?:\s*\S)?|\s*;\s*:?|\s*\./\.?)\s*$")
_NAME = re.compile(rf"^(?:[{UPPER}][^\W\d_]*\.?\s+){{1,5}}[{UPPER}][^\W\d_]*$")
_NAME_PREFIX = re.compile(r"^(?:(?:TS|ThS|PGS|GS|BS|KS|CN|Đại tá|Thượng tá|Trung tá|Thiếu tướng)\.?\s*)+")
_SIGNATURE_NOTE = re.compile(r"\(?\s*(?:đã ký|ký tên|ký bởi)|@|\d{2}[.:]\d{2}", re.IGNORECASE)


def read_addressees(blocks: Sequence[Block], start: int) -> tuple[tuple[Phrase, ...], int]:
    """The addressees in order, and the index of the first block after them; `start` when there are none."""
    limit = min(start + 4, len(blocks))
    opens = next((i for i in range(start, limit) if marks.ADDRESSED.match(blocks[i].plain)), None)
    if opens is None:
        return (), start
    first = blocks[opens]
    match = marks.ADDRESSED.match(first.plain)
    inline = match.end() if match else 0
    found = _inline(first, inline)
    done = bool(found) and first.plain.endswith(".")
    index = opens + 1
    while index < len(blocks) and not done and len(found) < ADDRESSEES_MAX:
        block = blocks[index]
        if not _is_entry(block, bool(found)):
            break
        label = read_label(block.plain)
        found.append(_entry(block, label.width if label and label.rank in LOOSE else 0, len(block.text)))
        done = block.plain.endswith(".") and not block.plain.endswith("..")
        index += 1
    return tuple(phrase for phrase in found if phrase.text), index


def _inline(block: Block, start: int) -> list[Phrase]:
    """Entries on the line of "Kính gửi:" itself, parted by semicolons."""
    out: list[Phrase] = []
    for part in re.finditer(r"[^;]+", block.plain[start:]):
        begin = start + part.start() + len(part[0]) - len(part[0].lstrip(" -+:"))
        if block.plain[begin : start + part.end()].strip(" ./"):
            out.append(_entry(block, begin, start + part.end()))
    return out


def _is_entry(block: Block, some: bool) -> bool:
    text = block.plain
    label = read_label(text)
    if block.zone is not Zone.BODY or marks.BASIS_OPENS.match(text) or (label and label.rank not in LOOSE):
        return False
    if label and label.rank in (Rank.DASH, Rank.PLUS, Rank.BULLET):
        return True
    listed = len(text) < 200 and text.endswith((";", ","))
    return listed or (len(text) < 120 and not some and not text.endswith(":"))


def _entry(block: Block, start: int, end: int) -> Phrase:
    """A name without its bullet and end mark."""
    text = block.text[start:end]
    lead = len(text) - len(text.lstrip())
    bare = _END_MARK.sub("", text.strip())
    begin = block.start + start + lead
    return Phrase(bare, Span(begin, begin + len(bare)))


def read_foot(blocks: Sequence[Block]) -> tuple[tuple[Phrase, ...], Signer | None]:
    """Recipients and signer; the two stand side by side or one above the other."""
    foot = [b for b in blocks if b.zone is Zone.FOOT]
    signing, rest = _parted(foot)
    if signing and not any(_is_name(block) for block in signing):
        strayed = next((block for block in reversed(rest) if _is_name(block)), None)
        if strayed:
            signing, rest = [*signing, strayed], [block for block in rest if block is not strayed]
    return _recipients(rest), _signer(signing)


def _is_name(block: Block) -> bool:
    """A person's name, perhaps with a degree, alone on its line."""
    return bool(_NAME.match(_NAME_PREFIX.sub("", block.plain))) and not marks.is_capitals(block.plain)


def _parted(foot: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The signer's lines and all others."""
    first = next((b for b in foot if marks.SIGNING.match(b.plain) or marks.POST.match(b.plain)), None)
    if first is None:
        return [], list(foot)
    signing: list[Block] = []
    rest: list[Block] = []
    open_ = False
    for block in foot:
        if first.cell and block.cell:
            mine = (block.cell.table, block.cell.column) == (first.cell.table, first.cell.column)
        else:
            open_ = (open_ or block is first) and not marks.RECIPIENTS.match(block.plain)
            mine = open_ and read_label(block.plain.lstrip()) is None
        (signing if mine else rest).append(block)
    return signing, rest


def _recipients(blocks: Sequence[Block]) -> tuple[Phrase, ...]:
    out: list[Phrase] = []
    for block in blocks:
        opening = marks.RECIPIENTS.match(block.plain)
        if opening:
            out += [p for p in _inline(block, opening.end()) if p.text]
            continue
        label = read_label(block.plain)
        if label and label.rank in LOOSE:
            out.append(_entry(block, label.width, len(block.text)))
        elif out and not marks.is_capitals(block.plain) and not _SIGNATURE_NOTE.search(block.plain):
            out.append(_entry(block, 0, len(block.text)))
    return tuple(out)


def _signer(blocks: Sequence[Block]) -> Signer | None:
    if not blocks:
        return None
    chain: list[str] = []
    title: str | None = None
    name: str | None = None
    on_behalf: str | None = None
    last = blocks[0]
    for block in blocks:
        match = marks.SIGNING.match(block.plain)
        if match and match["mark"] != "Q" and marks.is_capitals(block.plain):
            chain.append(block.text)
            on_behalf = on_behalf or match["mark"].replace("/", "")
        elif marks.is_capitals(block.plain) and name is None and not _SIGNATURE_NOTE.search(block.plain):
            title = block.text
        elif name is None and (chain or title):
            bare = _NAME_PREFIX.sub("", block.plain)
            if _NAME.match(bare) and not _SIGNATURE_NOTE.search(block.plain):
                name = block.text
        else:
            continue
        last = block
    if title is None and chain:
        title = re.sub(r"^[\w/]+\s*[.,]?\s*", "", chain[-1])
    span = Span(min(blocks[0].start, last.start), max(blocks[0].end, last.end))
    return Signer(on_behalf, tuple(chain), title, name, span)
