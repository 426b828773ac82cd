"""Gives each unit phrase its role from the words around it: told to do, to join in, to be reported to.

The grammar of assignment (domain facts 4.5): "Giao X", "X chủ trì", "X có trách nhiệm" and a unit in subject
place lead; "phối hợp (với) X", "cùng X" coordinate; "báo cáo X", "tham mưu X", "trình X" go up to X; a unit
after "của", "do", "tại" only describes and gets no role.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import lexicon as lex
from .capitals import uncapitalised
from .heal import corrected
from .names import is_issuer, unit_key
from .proposal import Assigned, Role, Span
from .restore import canonical, fold
from .units import Mention, find_units

CONTEXT = 110
"""Characters before a phrase that may govern it; a sentence's start always ends the search."""
SENTENCE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Sense:
    """What a passage says about units.

    Attributes:
        assigned: Units with a role, in order.
        ordered: A unit is told to do something by an order word or by a duty after its name.
        told: By an order word.
        units: How many unit phrases the passage holds, with or without a role.
    """

    assigned: tuple[Assigned, ...]
    ordered: bool
    told: bool
    units: int


_GLUE = re.compile(
    r"\s*(?:\([^()]{0,90}\)\s*)?(?:,\s*(?:và\s+)?|và(?:\s+với)?|/|-)?\s*(?:các\s+)?", re.IGNORECASE
)
"""What may stand between the names of one enumeration."""
_SENTENCE = re.compile(r"[.;!?:](?=\s|$)|\n")
_ABBREVIATED = re.compile(r"\b(?:TP|TX|TT|v|ThS|TS|Tp)$")

_DOER = r"(?:(?:các )?(?:đơn vị|cơ quan|bộ phận|phòng|ban|người|cá nhân|tổ chức)\s+)?"
_HEADING = re.compile(
    rf"(?:^[-+•\s]*|(?<=[.;,(+])\s*|(?<=\s-)\s+)(?:"
    rf"(?P<coordinate>{_DOER}phối hợp(?: (?:thực hiện|tham gia|chính))?(?: gồm)?)|"
    rf"(?P<lead>(?:{_DOER}(?:chủ trì|thực hiện|chịu trách nhiệm|đầu mối|phụ trách|tham mưu)"
    rf"(?:,? (?:thực hiện|tham mưu|chính|chủ trì|triển khai))*|(?:phân công|trách nhiệm)(?: thực hiện|"
    rf" chủ trì)?))|"
    rf"(?P<report_to>{_DOER}(?:theo dõi|đôn đốc|kiểm tra)(?:,\s*(?:kiểm tra|đôn đốc))*))\s*:\s*",
    re.IGNORECASE,
)
"""A heading such as "Cơ quan phối hợp:" gives the units after it their role, up to the next one."""
_FACT = re.compile(
    r"(?:thời (?:gian|hạn)|tiến độ|sản phẩm|kết quả đầu ra|kinh phí|nguồn kinh phí|địa điểm|hình thức|"
    r"hoàn thành|"
    r"hạn hoàn thành|nguồn lực|kết quả)(?:\s+\w+){0,3}\s*:",
    re.IGNORECASE,
)
_HEADING_ENDS = re.compile(rf"[.)](?=\s|$)|\n|{_FACT.pattern}", re.IGNORECASE)
_MANNER = (
    r"(?:\s+(?:chặt chẽ|đồng bộ|hiệu quả|có hiệu quả|tốt|thường xuyên|kịp thời|chủ động|tích cực|cùng|và|"
    r"thống nhất))*"
)
_COORDINATE = re.compile(
    rf"(?<!công tác )(?<!sự )(?<!chế )(?:(?:phối|kết) hợp{_MANNER}(?:\s+(?:với|cùng(?: với)?))?|"
    r"phối hợp(?!\s+giữa)[^,.;:()]{0,45}\s(?:với|cùng)|\bcùng(?: với)?|ký kết[^.;:()]{0,40}\svới|"
    r"liên hệ(?: với)?|trao đổi(?: với)?|thống nhất với|lấy ý kiến(?: của)?)\s*:?\s*$",
    re.IGNORECASE,
)
_TRINH = (
    r"(?<!chương )(?<!quá )(?<!lộ )(?<!quy )(?<!công )(?<!giải )(?<!tờ )(?<!tiến )\btrình(?: (?:lên|cho))?"
)
_REPORT = re.compile(
    rf"(?:báo cáo(?:\s+(?:ngay|nhanh|kịp thời|đột xuất|trực tiếp|kết quả|với|cho))*|{_TRINH}|"
    rf"tham mưu(?:,? (?:kịp thời|hiệu quả|tốt|cho|giúp|để|với|đề xuất|trình|báo cáo))*|"
    rf"(?<!theo )đề xuất(?: với)?|kiến nghị|"
    r"chịu(?: hoàn toàn)? trách nhiệm[^.;:()]{0,60}\strước|xin ý kiến(?: chỉ đạo)?(?: của)?|\bgiúp|"
    r"(?:báo cáo|gửi|nộp|phản ánh)[^.;:()]{0,90}?\s(?:về|lên|tới|đến|cho|gửi)|báo cáo[^.;:()]{0,60}\svới|gửi|"
    r"báo cáo[^.;:()]{0,60},\s*gửi)\s*:?\s*$",
    re.IGNORECASE,
)
_FILES = re.compile(r"gửi (?:hồ sơ|giấy mời|thông báo|văn bản này)[^.;:()]{0,40}$", re.IGNORECASE)
"""A file handed in to be handled is no report."""
_VIA = re.compile(r"(?:\(\s*(?:thông )?qua|\bthông qua)\s*$", re.IGNORECASE)
_GROUNDS = re.compile(r"làm cơ sở(?: để)?(?:\s+\w+)?\s*$", re.IGNORECASE)
_ORDER = re.compile(
    r"(?:(?<!được )(?<!bàn )(?<!đã )(?<!chuyển )\bgiao(?: nhiệm vụ| trách nhiệm)?(?: cho)?|"
    r"(?<!theo )(?<!các )(?<!ứng )\byêu cầu|"
    r"(?<!theo )\bđề nghị|\bphân công|\bchỉ định|\bủy quyền(?: cho)?)\s*:?\s*$",
    re.IGNORECASE,
)
_ASKING_UP = re.compile(r"(?:đề nghị|kiến nghị)\s*$", re.IGNORECASE)
_GUIDED = re.compile(
    r"(?:lãnh đạo|hướng dẫn|đôn đốc|kiểm tra|hỗ trợ|chỉ đạo|giám sát|thông báo(?: cho| đến| tới)?|"
    r"tạo điều kiện(?: cho)?|"
    r"cung cấp(?: cho)?|phổ biến(?: đến| cho| tới)?|quán triệt(?: đến| tới)?|theo dõi|thanh tra|mời|nhắc nhở|"
    r"tập huấn(?: cho)?|triển khai (?:đến|tới)|yêu cầu|đề nghị|cho|đến|tới)\s*$",
    re.IGNORECASE,
)
_DESCRIBES = re.compile(
    r"\b(?:của|thuộc|bởi|do|tại|ở|từ|theo|giữa|trên|như|thành|hoặc|được|bằng|là|có|gồm|với|trong|về|ngoài|"
    r"trừ|nghe|"
    r"bao gồm|và|đối với|để|thì)\s*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(rf"(?<!\w)(?:{lex.VERBS}|{lex.ADVERBS})\s*$", re.IGNORECASE)
_CIRCUMSTANCE = re.compile(
    r"^\W*(?:Trong|Khi|Sau|Để|Căn cứ|Theo|Trên cơ sở|Đồng thời|Ngoài|Hằng|Hàng|Định kỳ|Qua)(?!\w)",
    re.IGNORECASE,
)
"""What may stand before a subject without a comma."""
_TOPIC = re.compile(r"^(?:đối với|về phía|riêng(?: đối với)?)\s*$", re.IGNORECASE)
_DUTY_FOLLOWS = re.compile(
    rf"^\s*(?:\([^)]{{0,90}}\)\s*)?(?:,|:(?=\s*[^\W\d]))?\s*(?:(?:theo|trên cơ sở|căn cứ|"
    rf"tùy theo)\s[^.;:]{{0,140}}?[\s,]+|"
    rf"khi\s[^.;:]{{0,90}},\s*)?"
    rf"(?:{lex.ADVERBS}|{lex.VERBS}|làm đầu mối|là (?:cơ quan |đơn vị )?(?:đầu mối|thường trực|chủ trì)|"
    rf"được (?:giao|phân công) (?:chủ trì|nhiệm vụ|làm)|phụ trách|làm tốt|không (?:để|được))",
    re.IGNORECASE,
)
_ANSWERS_FOR = re.compile(
    r"\s*(?:phải\s+)?chịu (?:hoàn toàn )?trách nhiệm\s+(?:trước|nếu|khi|liên đới)", re.IGNORECASE
)
"""After the work has been given, who answers for it is no further performer."""
_KEEPS_WATCH = re.compile(
    r"\s*(?:theo (?:chức năng|nhiệm vụ)[^.;:]{0,60}\s|có trách nhiệm )?(?:theo dõi|đôn đốc|tổng hợp|chủ trì|"
    r"hướng dẫn)(?!\w)"
)
"""What an issuing office keeps for itself among the items."""
_SAYS_AFTER = re.compile(r"\s*(?:\([^)]{0,90}\)\s*)?:\s*[^\W\d]")
"""A heading that goes on after its colon says what the unit must do."""
_ASKS = re.compile(
    r"^\s*(?:cũng\s+|vừa\s+|trân trọng\s+|kính\s+)*(?:yêu cầu|đề nghị|giao|có ý kiến|thống nhất|đồng ý|"
    r"kết luận|nhận được|"
    r"thông báo|ban hành|chấp thuận|hoan nghênh|biểu dương|ghi nhận|nhận thấy|phê bình|kính đề nghị|"
    r"có công văn|mời)(?!\w)",
    re.IGNORECASE,
)
_ASKS_OTHERS = re.compile(r"\s*(?:\S+\s+)?(?:yêu cầu|đề nghị|giao)")
_REMARKS = re.compile(
    r"\s*(?:ghi nhận|biểu dương|hoan nghênh|đánh giá cao|nhận thấy|phê bình|đồng ý|thống nhất với)(?!\w)",
    re.IGNORECASE,
)
"""What a body that issues says of others' work; it takes on no duty by it."""
_NARRATES = re.compile(
    r"^\s*(?:đã|vẫn|còn|là|được|bị|chưa|có (?!trách nhiệm|nhiệm vụ|kế hoạch|giải pháp)|luôn)(?!\w)",
    re.IGNORECASE,
)
_PAPERS_OF = re.compile(
    r"(?:^\W*|[,;]\s*)(?:Báo cáo|Số liệu|Kết quả|Ý kiến|Văn bản|Hồ sơ|Danh sách|"
    r"Đề xuất)[^.;:]*\bcủa\s*$",
    re.IGNORECASE,
)
_SENDS_IN = re.compile(r"^\s*(?:(?:đề nghị|yêu cầu)\s+)?(?:gửi|báo cáo|nộp)")
"""The papers of a unit are sent in: the unit sends them."""
_SAME_AGAIN = re.compile(
    r"(?:các|những|các cơ quan|\d+)\s+(?P<noun>bộ|sở|phòng|ban|huyện|xã)(?: trên)?", re.IGNORECASE
)
_NOBODY = frozenset({"bo nganh trung uong", "cac bo nganh trung uong", "bo nganh tw", "cac bo nganh tw"})


def read_roles(plain: str, text: str, offset: int, issuer: str | None) -> Sense:
    """Find the units of a passage and their roles.

    Args:
        plain: The passage in canonical form.
        text: The passage as restored, same length.
        offset: Where it starts in the document.
        issuer: The issuing body's name; it asks and is not told.
    """
    named = corrected(plain, text)
    plain = uncapitalised(plain)
    mentions = find_units(plain, named)
    headings = list(_HEADING.finditer(plain))
    assigned: list[Assigned] = []
    ordered = told = False
    previous: Role | None = None
    earlier: int | None = None
    role: Role | None
    for group in _groups(plain, mentions):
        forced = _forced(plain, headings, group[0].written_start)
        if forced:
            role, via, strong = forced, False, forced == "lead"
        else:
            led = any(a.role == "lead" for a in assigned)
            if _means_the_same(group, assigned):
                continue
            role, via, strong = _role(
                _place(plain, group, previous, earlier), issuer, led=led, ordered=ordered
            )
        ordered = ordered or strong
        told = told or (role == "lead" and bool(_ORDER.search(plain, 0, group[0].written_start)))
        previous, earlier = role, group[-1].written_end
        if role:
            assigned += [_assigned(m, text, offset, role, via) for m in group if fold(m.unit) not in _NOBODY]
    return Sense(_once(assigned), ordered, told, len(mentions))


def _means_the_same(group: Sequence[Mention], assigned: Sequence[Assigned]) -> bool:
    """ "Các Bộ" after ministries that were named means these."""
    noun = _SAME_AGAIN.fullmatch(group[0].unit)
    named = [a for a in assigned if a.role == "lead" and not a.collective]
    same = [a for a in named if noun and a.unit.lower().split()[:1] == [noun["noun"].lower()]]
    return len(group) == 1 and len(same) > 1


def _assigned(mention: Mention, text: str, offset: int, role: Role, via: bool) -> Assigned:
    written = mention.unit
    if mention.unit != text[mention.start : mention.end]:
        written = text[mention.written_start : mention.written_end]
    span = Span(offset + mention.start, offset + mention.end)
    return Assigned(mention.unit, role, mention.collective, span, written, via)


def _forced(plain: str, headings: Sequence[re.Match[str]], position: int) -> Role | None:
    """The role that the last heading before a phrase gives it, while its sentence lasts."""
    heading = next((h for h in reversed(headings) if h.end() <= position), None)
    if heading is None or _HEADING_ENDS.search(plain, heading.end(), position):
        return None
    return heading.lastgroup  # type: ignore[return-value]


def is_attribute(plain: str) -> bool:
    """Whether a line only describes the item above it: who, with whom, until when, with what."""
    bare = plain.lstrip("-+• ")
    return bool(_HEADING.match(bare) or _FACT.match(bare))


def _once(assigned: Sequence[Assigned]) -> tuple[Assigned, ...]:
    """One unit is named once; leading outweighs any other role."""
    leads = {unit_key(a.unit) for a in assigned if a.role == "lead"}
    seen: set[tuple[str, str]] = set()
    out: list[Assigned] = []
    for item in assigned:
        key = (fold(canonical(item.unit)), item.role)
        if key in seen or (item.role != "lead" and unit_key(item.unit) in leads):
            continue
        seen.add(key)
        out.append(item)
    return tuple(out)


def _groups(plain: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Phrases that form one enumeration share their role."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        last = groups[-1][-1] if groups else None
        same = (
            last is not None
            and last.written_start == mention.written_start
            and last.written_end == mention.written_end
        )
        if last is not None and (same or _GLUE.fullmatch(plain, last.written_end, mention.written_start)):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _sentence_start(plain: str, position: int) -> int:
    start = max(position - SENTENCE_MAX, 0)
    for mark in _SENTENCE.finditer(plain, start, position):
        if mark[0] == "." and _is_abbreviation(plain, mark.start()):
            continue
        start = mark.end()
    return start


def _is_abbreviation(plain: str, dot: int) -> bool:
    """ "TP. Lạng Sơn", "1. rà soát": the dot ends no sentence."""
    if _ABBREVIATED.search(plain, max(dot - 4, 0), dot):
        return True
    return plain[dot - 1 : dot].isdigit() and not plain[dot + 1 : dot + 3].lstrip()[:1].isupper()


@dataclass(frozen=True, slots=True)
class _Place:
    """A group of phrases in its sentence.

    Attributes:
        group: Names of one enumeration.
        opening: How the sentence opens.
        before: What stands before the group in the sentence, its last part.
        after: What follows the group.
        first: The sentence is the passage's first.
        alone: No unit stands before the group in the sentence.
        continues_lead: A semicolon parts it from units that lead.
        previous: The role of the group before it.
    """

    group: Sequence[Mention]
    opening: str
    before: str
    after: str
    first: bool
    alone: bool
    continues_lead: bool
    previous: Role | None


def _place(plain: str, group: Sequence[Mention], previous: Role | None, earlier: int | None) -> _Place:
    start, end = group[0].written_start, group[-1].written_end
    opening = _sentence_start(plain, start)
    return _Place(
        group,
        opening=plain[opening : opening + CONTEXT],
        before=plain[max(opening, start - CONTEXT) : start],
        after=plain[end : end + 2 * CONTEXT],
        first=opening == 0,
        alone=earlier is None or earlier < opening,
        continues_lead=previous == "lead" and plain[:opening].rstrip().endswith(";"),
        previous=previous,
    )


def _role(place: _Place, issuer: str | None, *, led: bool, ordered: bool) -> tuple[Role | None, bool, bool]:
    """The role, whether the unit only passes on, and whether the words around order something."""
    if _VIA.search(place.before):
        return "report_to", True, False
    bare = place.before.strip()
    if not bare or _TOPIC.match(bare):
        role = _as_subject(place, issuer, ordered=ordered)
        duty = _DUTY_FOLLOWS.match(place.after) or (place.first and _SAYS_AFTER.match(place.after))
        return role, False, role == "lead" and bool(duty)
    role = _governed(place, issuer, led=led)
    return role, False, role == "lead"


def _governed(place: _Place, issuer: str | None, *, led: bool) -> Role | None:
    """The role that the words before the phrase give it."""
    before, after, group = place.before, place.after, place.group
    if _GROUNDS.search(before):
        return None
    if _ORDER.search(before) and not (led and _ASKING_UP.search(before) and not group[0].collective):
        return "addressee" if led and re.search(r"yêu cầu\s*$", before) and not _restarts(before) else "lead"
    if _COORDINATE.search(before):
        return "coordinate"
    if _FILES.search(before):
        return "addressee"
    if _REPORT.search(before):
        to_many = group[0].collective and re.search(r"\bgửi\s*$", before)
        return "addressee" if to_many else "report_to"
    if _PAPERS_OF.search(before) and _SENDS_IN.match(after) and not led:
        return "lead"
    if _GUIDED.search(before):
        return "addressee"
    if _DESCRIBES.search(before) or is_issuer(group[0].unit, issuer):
        return None
    return "lead" if _is_subject(place, led=led) else None


def _is_subject(place: _Place, *, led: bool) -> bool:
    """Amid a sentence a unit is a subject after a comma, or as the first unit after a circumstance."""
    if led and _ANSWERS_FOR.match(place.after):
        return False
    if _ASKS.match(place.after) or _NARRATES.match(place.after) or not _DUTY_FOLLOWS.match(place.after):
        return False
    if _OBJECT.search(place.before) and not _CIRCUMSTANCE.match(place.before):
        return False
    if place.before.rstrip().endswith(","):
        return True
    follows_comma = place.after.lstrip().startswith(",")
    return not led and place.alone and not follows_comma and bool(_CIRCUMSTANCE.match(place.opening))


def _restarts(before: str) -> bool:
    """An order after a comma or at the start is the issuer's own, not the leading unit's."""
    return bool(re.fullmatch(r"(?:.*[,;])?\s*yêu cầu\s*", before, re.IGNORECASE | re.DOTALL))


def _as_subject(place: _Place, issuer: str | None, *, ordered: bool) -> Role | None:
    """The role of a phrase that begins a sentence."""
    group, after = place.group, place.after
    asks = _ASKS.match(after)
    has_duty = _DUTY_FOLLOWS.match(after)
    if ordered and _ANSWERS_FOR.match(after):
        return None
    charges_itself = place.first and _KEEPS_WATCH.match(after)
    if is_issuer(group[0].unit, issuer) and (
        asks or not has_duty or (len(group) == 1 and not charges_itself)
    ):
        return None
    if asks and len(group) == 1 and (_ASKS_OTHERS.match(after) or _REMARKS.match(after)):
        return None
    if has_duty:
        return "lead"
    if _NARRATES.match(after):
        return None
    heads_list = re.match(r"\s*[:;]", after) and place.previous in (None, "lead") and group[0].collective
    return "lead" if place.first or place.continues_lead or heads_list else None
