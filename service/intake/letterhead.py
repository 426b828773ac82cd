"""Reads the letterhead and the title: bodies, number, place and date, type, subject, stamps."""

import re
from collections.abc import Iterable, Sequence

from . import marks
from .blocks import Block
from .heal import legible
from .labels import read_label
from .lines import Zone
from .proposal import Header, Phrase, Span
from .references import iso_of
from .refusals import SecretDocument

_DECIDES = re.compile(
    r"^(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|TỔNG GIÁM ĐỐC|CỤC TRƯỞNG|CHÁNH VĂN PHÒNG|TRƯỞNG BAN)\s"
)
"""Who decides stands under the subject of a decision."""
_BODY_OPENS = re.compile(
    r"^(?:ỦY BAN|UBND|HỘI ĐỒNG|HĐND|THƯỜNG TRỰC|VĂN PHÒNG|BỘ|SỞ|BAN|CỤC|TỔNG CỤC|CHI CỤC|VỤ|PHÒNG|THANH TRA|"
    r"TRUNG TÂM|CÔNG AN|TỈNH ỦY|HUYỆN ỦY|THÀNH ỦY|THỊ ỦY|QUẬN ỦY|ĐẢNG ỦY|ĐẢNG BỘ|VIỆN|TRƯỜNG|KHO BẠC|HỘI|"
    r"LIÊN|"
    r"NGÂN HÀNG|BẢO HIỂM|CHÍNH PHỦ|THỦ TƯỚNG|QUỐC HỘI|MẶT TRẬN|ĐOÀN|TÒA ÁN|TẬP ĐOÀN|TỔNG CÔNG TY|CÔNG TY|"
    r"ĐÀI|BÁO|"
    r"TỔ CÔNG TÁC|VPCP)\b"
)
_NOT_A_BODY = re.compile(r"@|\d{2}[.:]\d{2}|^\W|^TRUNG TÂM CÔNG\W*$|^BÁO VÀ TIN HỌC")
_NUMBERED = re.compile(r"^Số\b(?!\s+(?:hiệu|ký hiệu))")
_POSTED = re.compile(
    r"^(?:(?:Ngày đăng|Đăng ngày|Ngày cập nhật|Cập nhật|Đăng lúc|Ngày|Chủ nhật|"
    r"Thứ \w+)\s*[:,]?\s*(?:ngày\s+)?)?"
    r"(?:\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?\s*[,|-]?\s*(?:ngày\s+)?)?(?P<date>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
    r"(?:\s*[,|-]?\s*\d{1,2}:\d{2}.{0,20})?\s*$",
    re.IGNORECASE,
)
TOLD_BLOCKS_MAX = 8
_TOLD_NUMBER = re.compile(
    rf"\b(?:ban hành|ký)\s+(?:{'|'.join(marks.TYPE_NAMES)}|"
    rf"văn bản)\s+số\s+(?P<number>\d{{1,5}})/(?P<symbol>{marks.SYMBOL})",
    re.IGNORECASE,
)
_TELEGRAPHS = re.compile(r"(?P<sender>[^:]{6,90}?)\s+(?:điện|ĐIỆN)\s*:")
_CONCLUDES = re.compile(r"(?:về )?(?:nội dung |ý kiến )?(?:kết luận|chỉ đạo)", re.IGNORECASE)
_RULE = re.compile(r"^[\W_]+$")
SUBJECT_BLOCKS_MAX = 8


def refuse_secret(blocks: Sequence[Block], stamps: Iterable[str]) -> None:
    """Refuse a document that bears a stamp of secrecy on its first page.

    Raises:
        SecretDocument: It does; nothing of the document goes with the refusal.
    """
    first = [b.plain for b in blocks if b.zone is Zone.HEAD] or [b.plain for b in blocks[:30]]
    last = len(first)
    opening = [b.plain for b in blocks[last : last + 6]]
    if any(marks.SECRET_STAMP.match(text.strip()) for text in [*first, *opening, *map(legible, stamps)]):
        raise SecretDocument
    if any(b.zone is Zone.HEAD and marks.SECRET_INSIDE.search(b.plain) for b in blocks):
        raise SecretDocument


def read_letterhead(blocks: Sequence[Block], stamps: Sequence[str]) -> tuple[Header, int]:
    """The header, and the index of the first block after the title."""
    head = [b for b in blocks if b.zone is Zone.HEAD]
    number, symbol = _number(head)
    if symbol is None:
        number, symbol = _number_told(blocks)
    issued_on, partial, issued_span, place = _issued(head)
    parent, issuer = _bodies(head)
    issuer = issuer or _telegraphs(blocks)
    type_name, type_span, subject, after = _title(blocks, len(head))
    regarding = _regarding(head)
    if regarding and not subject:
        subject = regarding
    if type_name is None and (regarding or (symbol and _has_addressees(blocks))):
        type_name = "Công văn"
    header = Header(
        number=number,
        symbol=symbol,
        issued_on=issued_on,
        issued_partial=partial,
        issued_span=issued_span,
        place=place,
        doc_type=_narrowed(type_name, subject),
        doc_type_span=type_span,
        issuing_body=issuer,
        parent_body=parent,
        subject=subject,
        urgency=_urgency(blocks, stamps),
        secrecy=None,
    )
    return header, after


def tells_only(header: Header) -> bool:
    """Whether a document of this kind gives tasks only in so many words: invitations, reports, proposals."""
    asks_to_come = header.subject is not None and header.subject.text.lower().startswith("mời ")
    told = "Giấy mời", "Báo cáo", "Tờ trình", "Biên bản", "Thư công", "Thông báo"
    return asks_to_come or header.doc_type in told


def _at(block: Block, start: int, end: int) -> Phrase:
    return Phrase(block.text[start:end], Span(block.start + start, block.start + end))


def _joined(blocks: Sequence[Block], skip: int = 0) -> Phrase:
    text = " ".join(b.text for b in blocks)[skip:]
    return Phrase(text, Span(blocks[0].start + skip, blocks[-1].end))


def _number(head: Sequence[Block]) -> tuple[Phrase | None, Phrase | None]:
    for block in head:
        match = marks.NUMBER.match(block.plain)
        if match:
            number = _at(block, *match.span("number")) if match["number"] else None
            written = _at(block, *match.span("symbol"))
            return number, Phrase(re.sub(r"\s*([-/&.])\s*", r"\1", written.text), written.span)
    return None, None


def _number_told(blocks: Sequence[Block]) -> tuple[Phrase | None, Phrase | None]:
    """The number that the report around a copied document gives before the title."""
    for block in blocks[:TOLD_BLOCKS_MAX]:
        if marks.TYPE_LINE.match(block.plain) or marks.ADDRESSED.match(block.plain):
            break
        told = _TOLD_NUMBER.search(block.plain)
        if told:
            return _at(block, *told.span("number")), _at(block, *told.span("symbol"))
    return None, None


def _telegraphs(blocks: Sequence[Block]) -> Phrase | None:
    """ "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH … điện:" names the sender where the letterhead is lost."""
    for block in blocks[: 2 * TOLD_BLOCKS_MAX]:
        sender = _TELEGRAPHS.match(block.plain)
        if sender and marks.is_capitals(sender["sender"]):
            return _at(block, *sender.span("sender"))
    return None


def _issued(head: Sequence[Block]) -> tuple[str | None, str | None, Span | None, Phrase | None]:
    for block in head:
        match = marks.PLACE_DATE.search(block.plain)
        if not match:
            continue
        place = _at(block, *match.span("place"))
        span = Span(block.start + match.end("place") + 1, block.start + match.end())
        day, month, year = match["day"], match["month"], match["year"]
        if not year:
            return None, None, span, place
        known_month = month is not None and 1 <= int(month) <= 12
        damaged = re.search(r"[^\s.…_]", match["before"] + match["after"])
        known_day = day is not None and not damaged and 1 <= int(day) <= 31
        if known_month and known_day:
            return f"{year}-{int(month):02}-{int(day):02}", None, span, place
        return None, f"{year}-{int(month):02}" if known_month else year, span, place
    return _posted(head)


def _posted(head: Sequence[Block]) -> tuple[None, str | None, Span | None, None]:
    """A letter copied to a web page may only bear the day it was posted."""
    for block in head:
        match = _POSTED.match(block.plain)
        if match and (iso := iso_of(match["date"])):
            return None, iso, Span(block.start + match.start("date"), block.start + match.end("date")), None
    return None, None, None, None


def _bodies(head: Sequence[Block]) -> tuple[Phrase | None, Phrase | None]:
    """Parent and issuing body: capitals left of the nation's name, or just before it in one column."""
    limit = next((i for i, b in enumerate(head) if _NUMBERED.match(b.plain)), len(head))
    nation = next((i for i, b in enumerate(head) if marks.NATION.search(b.plain)), None)
    column = {b.cell.column for b in head if b.cell and marks.NATION.search(b.plain)}
    candidates: list[Block] = []
    for index, block in enumerate(head):
        if index >= limit and nation is not None and index > nation:
            break
        in_right = bool(block.cell and block.cell.column in column - {0})
        if in_right or _is_other(block):
            continue
        candidates.append(block)
    groups: list[list[Block]] = []
    for block in candidates:
        part = block.plain == "THƯỜNG TRỰC"
        if not groups or (_BODY_OPENS.match(block.plain) and not part):
            groups.append([block])
        else:
            groups[-1].append(block)
    named = [group for group in groups if _BODY_OPENS.match(group[0].plain)]
    if not named:
        return None, None
    return (_joined(named[-2]) if len(named) > 1 else None), _joined(named[-1])


def _is_other(block: Block) -> bool:
    text = block.plain
    return bool(
        not marks.is_capitals(text)
        or _NUMBERED.match(text)
        or marks.NATION.search(text)
        or marks.SECRET_STAMP.match(text)
        or marks.URGENT_STAMP.match(text)
        or _NOT_A_BODY.search(text)
        or re.search(r"[.;:]$", text)
    )


def _regarding(head: Sequence[Block]) -> Phrase | None:
    for index, block in enumerate(head):
        match = marks.REGARDING.match(block.plain)
        if match:
            parts = [block]
            for follower in head[index + 1 :]:
                if not _continues_subject(block, follower):
                    break
                parts.append(follower)
            return _trimmed(_joined(parts, match.end()))
    return None


def _continues_subject(first: Block, block: Block) -> bool:
    known = marks.NATION, marks.MOTTO, marks.PLACE_DATE
    return (
        first.cell is not None
        and block.cell is not None
        and (first.cell.table, first.cell.column) == (block.cell.table, block.cell.column)
        and not any(form.search(block.plain) for form in known)
        and not _RULE.match(block.plain)
    )


def _trimmed(phrase: Phrase) -> Phrase:
    """Without the end mark and what rules off the title."""
    text = re.sub(r"[\s.;_*-]+$", "", phrase.text)
    return Phrase(text, Span(phrase.span.start, phrase.span.start + len(text)))


def _has_addressees(blocks: Sequence[Block]) -> bool:
    return any(marks.ADDRESSED.match(b.plain) for b in blocks)


def _title(blocks: Sequence[Block], start: int) -> tuple[str | None, Span | None, Phrase | None, int]:
    """Type, subject and the index after them, for documents with a type line."""
    for index in range(start, min(start + 6, len(blocks))):
        block = blocks[index]
        if not (marks.TYPE_LINE.match(block.plain) and marks.is_capitals(block.plain)):
            continue
        name = next(n for n in marks.TYPE_NAMES if block.plain.lower().startswith(n.lower()))
        after = index + 1
        parts: list[Block] = []
        while after < len(blocks) and len(parts) < SUBJECT_BLOCKS_MAX and _is_subject(blocks[after], parts):
            parts.append(blocks[after])
            after += 1
        subject = _subject(parts)
        return name, Span(block.start, block.end), subject, after
    return None, None, None, start


def _subject(parts: Sequence[Block]) -> Phrase | None:
    if not parts:
        return None
    opening = marks.REGARDING.match(parts[0].plain)
    return _trimmed(_joined(parts, opening.end() if opening else 0))


def _is_subject(block: Block, parts: Sequence[Block]) -> bool:
    text = block.plain
    if block.zone is not Zone.BODY or marks.ADDRESSED.match(text) or read_label(text):
        return False
    opens_body = marks.BASIS_OPENS.match(text) or marks.SENTENCE_OPENS.match(text)
    if _RULE.match(text) or (opens_body and (parts or not _is_named_by_its_act(text))):
        return False
    if parts and (block.gap or parts[-1].plain.endswith((".", ";", ":"))):
        return False
    if marks.is_capitals(text) and (_BODY_OPENS.match(text) or (parts and _DECIDES.match(text))):
        return False
    return len(text) < 600 and not re.search(r"[.;:]$", text)


def _is_named_by_its_act(text: str) -> bool:
    """The line under the type names an act ("Thực hiện Nghị quyết số …"): a title, as it ends no sentence."""
    return not text.startswith("Căn cứ") and not text.endswith(",")


def _narrowed(type_name: str | None, subject: Phrase | None) -> str | None:
    """A notice whose subject is a conclusion is a Thông báo kết luận."""
    if type_name == "Thông báo" and subject and _CONCLUDES.match(subject.text):
        return "Thông báo kết luận"
    return type_name


def _urgency(blocks: Sequence[Block], stamps: Sequence[str]) -> Phrase | None:
    for block in blocks[:40]:
        if block.zone is Zone.HEAD and marks.URGENT_STAMP.match(block.plain):
            return Phrase(block.text.capitalize(), Span(block.start, block.end))
    for stamp in stamps:
        if marks.URGENT_STAMP.match(legible(stamp)):
            return Phrase(stamp.capitalize(), Span(0, 0))
    return None
