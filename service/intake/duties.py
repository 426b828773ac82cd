"""Decides what the tree's items mean: task, closing, inherited or own units, deadline, tracked (rule R2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from . import lexicon as lex
from .blocks import Block
from .days import Issued, last_named
from .deadlines import most_binding, read_deadlines
from .items import Body, Draft
from .labels import Rank
from .names import unit_key
from .proposal import Assigned, Deadline, Item, Span
from .references import citations
from .roles import Sense, read_roles
from .tracking import is_dated, sets_day, tracked

_NOT_A_TASK = re.compile(
    r"^(?:Đánh giá(?: chung|\s*$|:| kết quả| tình hình)|Kết quả (?!.*\b(?:báo cáo|gửi)\b)|Tình hình|"
    r"Những (?:kết quả|tồn tại|hạn chế|khó khăn)|Tồn tại|Hạn chế|"
    r"Khó khăn|Nguyên nhân|Mục đích|Yêu cầu\s*:?\s*$|Quan điểm|Mục tiêu|Ưu điểm|Bối cảnh|Căn cứ\s*:?\s*$|"
    r"Phạm vi|"
    r"Đối tượng|Kinh phí|Nguồn kinh phí|Nguồn vốn|Thời gian|Địa điểm|Thành phần|Nhận xét|Thực trạng|"
    r"Nguyên tắc|"
    r"Bài học|Phương châm|Sự cần thiết|Về kết quả|Về tình hình|Về ưu điểm|Về hạn chế|Hình thức|Chủ trì)",
    re.IGNORECASE,
)
_APPRAISES = re.compile(
    r"^(?:Đánh giá cao|Ghi nhận|Biểu dương|Hoan nghênh|(?:Cơ bản )?(?:thống nhất|đồng ý|nhất trí)(?!\w)|"
    r"Phê bình)",
    re.IGNORECASE,
)
"""What a conclusion praises, blames or agrees to."""
_PURPOSE = re.compile(
    r"^(?:Mục đích(?:,? (?:và )?yêu cầu)?|Yêu cầu|Quan điểm(?:,? (?:và )?mục tiêu)?|Mục tiêu(?: chung|"
    r" cụ thể)?|"
    r"Quan điểm chỉ đạo|Căn cứ pháp lý|Cơ sở pháp lý|Sự cần thiết)\s*:?\s*$",
    re.IGNORECASE,
)
"""A plan's aims tell nobody to do anything, whoever they name."""
_LOGISTICS = re.compile(
    r"^(?:Thời gian|Địa điểm|Thành phần|Hình thức|Chủ trì|Tài liệu|Trang phục|Phương tiện|Kính mời)"
    r"(?:,? (?:và|họp|dự|tham dự|tham gia|mời|cuộc|hội nghị|tổ chức|địa điểm|làm việc|chuẩn bị|"
    r"thời gian)){0,5}\s*(?::|$)",
    re.IGNORECASE,
)
"""When, where and with whom people meet; never work."""
_SCHEDULES = re.compile(r"^Thời gian(?:,? tiến độ)? (?:thực hiện|triển khai|hoàn thành)", re.IGNORECASE)
"""A plan's time-table is made of work; beside meetings it would be their logistics."""
_PAYS = re.compile(
    r"^(?:Nguồn )?kinh phí(?: thực hiện| bảo đảm)?(?: \w+){0,6} (?:từ|do|được (?:bố trí|bảo đảm|cân đối))\s",
    re.IGNORECASE,
)
_ENACTS = re.compile(
    r"^(?:Phê duyệt|Ban hành|Thành lập|Kiện toàn|Sửa đổi|Bổ sung|Điều chỉnh|Công nhận|Công bố|Bãi bỏ|"
    r"Bổ nhiệm|Cho phép|"
    r"Thông qua|Nhất trí|Tán thành|Chấp thuận|Thu hồi|Tặng|Giao (?:kế hoạch|chỉ tiêu|dự toán|biên chế)|"
    r"Phân bổ|Quy định)(?!\w)"
)
"""What an article of a decision does by itself."""
_TAKES_EFFECT = re.compile(
    r"có hiệu lực (?:thi hành )?(?:kể )?từ|(?:này|văn bản này) (?:thay thế|bãi bỏ)|hết hiệu lực|"
    r"^(?:Ban hành|Phê duyệt) kèm theo"
    r"|^Ban hành kèm theo",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    rf"^(?:(?:Về|Đối với|Trong|Để|Trên cơ sở|Căn cứ|Riêng)\s[^:.;]{{2,160}}[:,]\s*)?(?:{lex.ADVERBS}|"
    rf"{lex.VERBS}|Giao|Không (?:để|được))",
    re.IGNORECASE,
)
_NARRATIVE = re.compile(
    r"\b(?:đã|ước đạt|đạt \d|còn (?:chậm|thấp|hạn chế|nhiều)|thời gian qua|chưa (?:đạt|được|kịp|thực hiện|"
    r"cao)|so với|bước đầu)\b"
)
_TELLS_OF = re.compile(
    r"^(?:Ngày \d|Sau khi (?:nghe|xem)|Tham dự|Dự họp|Cùng (?:dự|tham dự)|Thời gian qua|Trong thời gian qua|"
    r"Vừa qua|Hiện nay|"
    r"Đến nay|Tuy nhiên|Theo báo cáo)(?!\w)"
)
"""How a paragraph opens that tells what happened."""
_INFORMS = re.compile(
    r"^(?:Trên đây là(?!.*\b(?:yêu cầu|đề nghị)\s+(?:các|thủ trưởng|chủ tịch|giám đốc|UBND)\b)|"
    r"(?:Vậy|Nay),?\s|Xin |Kính mời|Trân trọng|Rất mong|.{0,80}\btrân trọng cảm ơn|"
    r"Văn phòng .{0,60} thông báo|Thừa lệnh|(?:Quá|Sau|Hết) (?:thời )?hạn|"
    r".{0,120}\bthông báo\b.{0,200}\bđể\b.{0,160}"
    r"\b(?:biết|thực hiện|triển khai))",
    re.IGNORECASE,
)


class Doubt(Enum):
    """What an item's section lets expect."""

    NONE = "tasks"
    BARREN = "tasks only where somebody is told"
    AIMS = "no tasks at all"


@dataclass(frozen=True, slots=True)
class Context:
    """What the body is read against; an invitation or a report has tasks only where somebody is told."""

    text: str
    issuer: str | None
    issued: Issued
    told_only: bool = False


class Reader:
    """Reads passages once and remembers the reading; also the tree's judge of demands."""

    def __init__(self, context: Context) -> None:
        """For one document."""
        self._context = context
        self._senses: dict[tuple[int, int], tuple[Sense, list[Deadline]]] = {}

    def read(self, block: Block, skip: int = 0) -> tuple[Sense, list[Deadline]]:
        """Roles and deadlines of a block after `skip` characters of label."""
        key = (block.start, skip)
        if key not in self._senses:
            plain, text, offset = block.plain[skip:], block.text[skip:], block.start + skip
            masked = [(max(c.start - skip, 0), c.end - skip) for c in citations(block)]
            sense = read_roles(plain, text, offset, self._context.issuer)
            issued = self._context.issued
            if "cùng ngày" in plain:
                issued = replace(issued, named=last_named(self._context.text[:offset]))
            found = read_deadlines(plain, text, offset, issued, masked)
            self._senses[key] = sense, found
        return self._senses[key]

    def demands(self, block: Block) -> bool:
        """It orders a unit to do something, or sets a day for sending something in."""
        sense, found = self.read(block)
        if sense.ordered and (sense.told or not _TELLS_OF.match(block.plain)):
            return True
        dated = sets_day(found)
        reported = any(a.role == "report_to" for a in sense.assigned)
        return dated and (reported or bool(_IMPERATIVE.match(block.plain)))

    def informs(self, block: Block) -> bool:
        """A courtesy or a notice at the end, without an order or a day."""
        _, found = self.read(block)
        dated = sets_day(found)
        return not dated and bool(_INFORMS.match(block.plain))


def read_items(body: Body, reader: Reader, context: Context) -> tuple[Item, ...]:
    """The items with everything they mean; paths come when all parts of the document are together."""
    roots = [
        _meaning(draft, reader, context, Doubt.BARREN if context.told_only else Doubt.NONE)
        for draft in body.roots
    ]
    roots = _closing(roots, body)
    named = _named_in_lead_in(body, reader)
    roots = [_with_lead_in(item, named) for item in roots]
    return tuple(tracked(item) for item in roots)


def _meaning(draft: Draft, reader: Reader, context: Context, doubt: Doubt) -> Item:
    """One item, children first; `path` and `tracked` come later."""
    senses: list[Sense] = []
    deadlines: list[Deadline] = []
    for index, block in enumerate(draft.blocks):
        sense, found = reader.read(block, draft.width if index == 0 else 0)
        senses.append(sense)
        deadlines += found
    aims = (
        doubt is Doubt.AIMS
        or _states_aims(draft, doubt)
        or (_LOGISTICS.match(draft.heading) is not None and context.told_only)
    )
    ordered = any(s.ordered for s in senses) and not aims
    barren = aims or (
        _is_barren(draft) and not ordered and not any(reader.demands(b) for b in draft.blocks[1:])
    )
    unit_heads = doubt is Doubt.BARREN and _heads_as_unit(draft, senses[0])
    doubt = Doubt.NONE if unit_heads and not barren else doubt
    below = Doubt.AIMS if aims else Doubt.BARREN if barren or _only_enacts(draft, ordered=ordered) else doubt
    children = tuple(_meaning(child, reader, context, below) for child in draft.children)
    task = any(c.task for c in children) or _is_task(draft, doubt, ordered=ordered, barren=barren)
    assigned = _merged(senses) if task else ()
    first, last = draft.blocks[0], draft.blocks[-1]
    start = first.start + draft.width
    start += len(context.text[start : last.end]) - len(context.text[start : last.end].lstrip())
    deadline, more = most_binding(deadlines if task else [])
    return Item(
        label=draft.label,
        path="",
        text=context.text[start : last.end],
        span=Span(first.start, last.end),
        task=task,
        closing=False,
        tracked=False,
        inherits=not any(a.role == "lead" for a in assigned),
        assigned=assigned,
        deadline=deadline,
        more_deadlines=more,
        items=children,
    )


def _merged(senses: Sequence[Sense]) -> tuple[Assigned, ...]:
    seen: set[tuple[str, str]] = set()
    out: list[Assigned] = []
    for assigned in (a for sense in senses for a in sense.assigned):
        key = (
            unit_key(assigned.unit) if assigned.role != "report_to" else assigned.unit.lower(),
            assigned.role,
        )
        if key not in seen:
            seen.add(key)
            out.append(assigned)
    return tuple(out)


def _states_aims(draft: Draft, doubt: Doubt) -> bool:
    """ "Yêu cầu" alone opens demands too; beside "Mục đích" it opens aims."""
    aims = bool(_PURPOSE.match(draft.heading))
    return aims and (doubt is not Doubt.NONE or not draft.heading.lower().startswith("yêu cầu"))


def _heads_as_unit(draft: Draft, sense: Sense) -> bool:
    """A unit as the title of what follows is told to do it, whatever the document is called."""
    return bool(draft.children) and draft.is_title() and any(a.role == "lead" for a in sense.assigned)


def _only_enacts(draft: Draft, *, ordered: bool) -> bool:
    return draft.rank is Rank.ARTICLE and bool(_ENACTS.match(draft.heading)) and not ordered


def _is_barren(draft: Draft) -> bool:
    """A section that assesses, explains or pays, and asks nothing."""
    if draft.rank_is_paragraph() or (draft.children and _SCHEDULES.match(draft.heading)):
        return False
    named = bool(_NOT_A_TASK.match(draft.heading)) and draft.is_title()
    return named or bool(_LOGISTICS.match(draft.heading))


def _is_task(draft: Draft, doubt: Doubt, *, ordered: bool, barren: bool) -> bool:
    heading = draft.heading
    if barren or ((_TAKES_EFFECT.search(heading) or _PAYS.match(heading)) and not ordered):
        return False
    if _only_enacts(draft, ordered=ordered) or (_APPRAISES.match(heading) and not ordered):
        return False
    if ordered:
        return True
    if doubt is not Doubt.NONE:
        return False
    if _IMPERATIVE.match(heading):
        return True
    if draft.is_title() and not draft.loose:
        return any(_IMPERATIVE.match(b.plain) for b in draft.blocks[1:])
    return not _NARRATIVE.search(heading) and not _TAKES_EFFECT.search(heading)


def _closing(roots: list[Item], body: Body) -> list[Item]:
    """The last unnumbered demand without a day, after other tasks, only rounds the document off."""
    if len(roots) < 2 or body.roots[-1].label != roots[-1].label:
        return roots
    last = roots[-1]
    others = any(item.task for item in roots[:-1])
    numbered = any(not draft.rank_is_paragraph() for draft in body.roots)
    if (
        body.roots[-1].rank_is_paragraph()
        and last.task
        and others
        and numbered
        and not is_dated(last)
        and not last.items
    ):
        return [*roots[:-1], replace(last, closing=True)]
    return roots


def _named_in_lead_in(body: Body, reader: Reader) -> tuple[Assigned, ...]:
    """The units that the sentence before the first item tells to carry the items out."""
    if body.lead_in is None:
        return ()
    sense, _ = reader.read(body.lead_in)
    return tuple(replace(a, named_in="lead_in") for a in sense.assigned if a.role == "lead")


def _with_lead_in(item: Item, named: tuple[Assigned, ...]) -> Item:
    """A top item without a performer of its own is done by those the lead-in names."""
    if not named or not item.task or not item.inherits or item.label == "¶":
        return item
    return replace(item, assigned=(*named, *item.assigned))


def demand_starts(block: Block, reader: Reader) -> int:
    """Where in a paragraph its demand begins; its length when it makes none."""
    sense, _ = reader.read(block)
    leads = [a.span.start - block.start for a in sense.assigned if a.role == "lead"]
    return min(leads) if leads and sense.ordered else len(block.text)
