"""What the clerk should look at: every gap, doubt and contradiction, one Vietnamese sentence each."""

import re
from collections.abc import Iterator, Sequence

from . import lexicon as lex
from .blocks import Block
from .days import Issued
from .heal import mended_phrases
from .items import Body
from .labels import Rank, ordinal, read_label
from .lines import Pages, Zone
from .names import unit_key
from .proposal import Assigned, Basis, Finding, Header, Item, Phrase, Signer
from .restore import canonical, fold
from .units import find_units

LETTERS = frozenset({"Công văn", "Công điện"})
_RESULTS_OF = re.compile(r"kết quả[^.;]{0,120}\bnăm (?P<year>\d{4})", re.IGNORECASE)
_NOUN = re.compile(lex.NOUNS, re.IGNORECASE)
_COUNCIL = re.compile(lex.COUNCILS)
_CONFIDENT = 0.8
MENDED_SHOWN = 5


def header_findings(header: Header, addressees: Sequence[Phrase], signer: Signer | None) -> Iterator[Finding]:
    """What the form of the document lacks."""
    if header.number is None:
        yield Finding("number-missing", "info", "Văn bản chưa có số; số có thể bổ sung sau.", "number")
    if header.issued_on is None and header.issued_partial:
        said = f"mới đọc được {header.issued_partial}"
        yield Finding("date-incomplete", "warning", f"Ngày ban hành chưa đầy đủ, {said}.", "issued_on")
    elif header.issued_on is None:
        yield Finding("date-missing", "warning", "Không đọc được ngày ban hành.", "issued_on")
    if header.subject is None:
        yield Finding("subject-missing", "warning", "Không đọc được trích yếu.", "subject")
    if header.issuing_body is None:
        yield Finding("issuer-missing", "warning", "Không đọc được cơ quan ban hành.", "issuing_body")
    if not addressees and header.doc_type in LETTERS:
        yield Finding(
            "addressees-missing", "warning", "Không đọc được nơi gửi ở phần Kính gửi.", "addressees"
        )
    if signer is None or signer.name is None:
        yield Finding("signer-missing", "warning", "Không đọc được họ tên người ký.", "signer")


def basis_findings(basis: Sequence[Basis], text: str, issued: Issued) -> Iterator[Finding]:
    """References whose day cannot be right (rule R4: flagged, never changed)."""
    for index, document in enumerate(basis):
        if document.date is None:
            continue
        name = " ".join(filter(None, (document.doc_type, "số", f"{document.number or ''}/{document.symbol}")))
        year, month = int(document.date[:4]), int(document.date[5:7])
        sentence = re.split(r"\.(?=\s)|\n", text[document.span.start :], maxsplit=1)[0]
        results = _RESULTS_OF.search(canonical(sentence))
        later = issued.year is not None and (year, month) > (issued.year, issued.month or 12)
        where = f"basis.{index}"
        if later:
            message = f"{name} ghi ngày {_day(document.date)}, sau ngày ban hành văn bản này."
            yield Finding("basis-date-suspicious", "warning", message, where)
        elif results and int(results["year"]) >= year and issued.year is not None and issued.year > year:
            said = f"ghi ngày {_day(document.date)} nhưng nói về kết quả năm {results['year']}"
            message = f"{name} {said}; cần kiểm tra năm."
            yield Finding("basis-date-suspicious", "warning", message, where)


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day)}/{int(month)}/{year}"


def item_findings(items: Sequence[Item], addressees: Sequence[Phrase], header: Header) -> Iterator[Finding]:
    """What is doubtful about the items."""
    if not any(item.task for root in items for item in root.walk()):
        yield Finding("no-items", "warning", "Không tìm thấy nội dung nào giao nhiệm vụ.", "items")
    for root in items:
        yield from _of_item(root, (), addressees, header)


def _of_item(
    item: Item, above: tuple[Assigned, ...], addressees: Sequence[Phrase], header: Header
) -> Iterator[Finding]:
    own = tuple(a for a in item.assigned if a.role == "lead")
    leads = own or above
    if item.tracked and not leads:
        yield _without_lead(item, addressees)
    if not item.closing:
        for assigned in own:
            if addressees and not assigned.named_in and not _is_addressed(assigned, addressees):
                message = f"Mục {item.path} giao “{assigned.unit}” nhưng phần Kính gửi không ghi như vậy."
                yield Finding("recipient-not-addressed", "warning", message, item.path)
    if not item.task and not item.items and _names_units(item.text):
        message = f"Mục {item.path} nêu đơn vị nhưng không nêu việc phải làm."
        yield Finding("units-without-duty", "info", message, item.path)
    yield from _of_deadlines(item, header)
    for child in item.items:
        yield from _of_item(child, leads, addressees, header)


def _names_units(text: str) -> bool:
    heading = text.split("\n", 1)[0]
    return bool(find_units(canonical(heading), heading))


def _without_lead(item: Item, addressees: Sequence[Phrase]) -> Finding:
    if addressees:
        message = f"Mục {item.path} không nêu đơn vị thực hiện; có thể hiểu là các nơi ở phần Kính gửi."
        return Finding("lead-from-addressees", "warning", message, item.path)
    return Finding("item-without-lead", "warning", f"Mục {item.path} không nêu đơn vị thực hiện.", item.path)


def _of_deadlines(item: Item, header: Header) -> Iterator[Finding]:
    for deadline in (item.deadline, *item.more_deadlines):
        day = deadline.fact("iso") or deadline.fact("end")
        if day and header.issued_on and day < header.issued_on:
            message = f"Hạn “{deadline.text}” của mục {item.path} trước ngày ban hành."
            yield Finding("deadline-before-issue", "warning", message, item.path)
        if deadline.kind not in ("none", "ongoing") and deadline.confidence < _CONFIDENT:
            message = f"Hạn “{deadline.text}” của mục {item.path} cần người kiểm tra lại cách hiểu."
            yield Finding("deadline-uncertain", "warning", message, item.path)


def _is_addressed(assigned: Assigned, addressees: Sequence[Phrase]) -> bool:
    return any(_covers(addressee.text, assigned) for addressee in addressees)


def _plural_key(name: str) -> str:
    return re.sub(r"^(?:tat ca |toan bo )?(?:cac|nhung) ", "", re.sub(r"^ubnd cac ", "ubnd ", unit_key(name)))


def _covers(addressee: str, assigned: Assigned) -> bool:
    """Whether a line of Kính gửi names the unit, or a class that it plainly belongs to."""
    theirs, mine = _plural_key(addressee), _plural_key(assigned.unit)
    if any(_plural_key(named.unit) == mine for named in find_units(canonical(addressee), addressee)):
        return True
    if theirs == mine or (not assigned.collective and mine in theirs):
        return True
    class_nouns, nouns = _nouns(addressee), _nouns(assigned.unit)
    if ("ubnd" in theirs) != ("ubnd" in mine):
        return False
    if assigned.collective:
        levels = "cap " in mine, "cap " in theirs
        return bool(nouns) and nouns <= class_nouns and not ("ubnd" in mine and levels[0] != levels[1])
    plural = fold(addressee).startswith(("cac ", "ubnd cac "))
    return plural and (bool(nouns & class_nouns) or bool(class_nouns & {"cơ quan", "đơn vị"}))


def _nouns(name: str) -> set[str]:
    return {match[0].lower() for match in _NOUN.finditer(_COUNCIL.sub("", canonical(name)))}


def numbering_findings(body: Body) -> Iterator[Finding]:
    """Numbers that are missing among siblings ("5" then "7")."""
    pending = [list(body.roots)]
    while pending:
        siblings = pending.pop()
        expected: dict[Rank, int] = {}
        for draft in siblings:
            pending.append(draft.children)
            label = read_label(draft.blocks[0].plain)
            number = ordinal(label) if label else None
            if label is None or number is None:
                continue
            before = expected.get(label.rank)
            if before is not None and number > before + 1:
                message = f"Sau mục {before} là mục {number}; có thể thiếu mục hoặc đánh số sót."
                yield Finding("numbering-gap", "info", message, draft.label)
            expected[label.rank] = number


def page_findings(pages: Pages, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Parts of the file that were not read, and phrases that were read through damage."""
    mended = dict.fromkeys(pair for block in blocks for pair in mended_phrases(block.text))
    if mended:
        shown = "; ".join(f"“{written}” đọc là “{read}”" for written, read in list(mended)[:MENDED_SHOWN])
        message = f"Văn bản có chữ sai hoặc mất dấu: {shown}."
        yield Finding("text-damaged", "warning", message, "text")
    if pages.pages_empty:
        numbers = ", ".join(map(str, pages.pages_empty))
        message = f"Trang {numbers} là ảnh chụp, không có lớp chữ nên chưa được đọc."
        yield Finding("pages-without-text", "warning", message, "text")
    if any(block.zone is Zone.ANNEX for block in blocks):
        message = "Phụ lục kèm theo chưa được tách thành nhiệm vụ; cần xem trong văn bản."
        yield Finding("annex-not-read", "warning", message, "text")
    if any(block.zone is Zone.BODY and block.cell for block in blocks):
        message = "Bảng trong phần nội dung được đọc theo từng ô; cần kiểm tra phân công trong bảng."
        yield Finding("table-in-body", "warning", message, "text")
