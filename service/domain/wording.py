"""The texts of messages as an office words them: what may stand in them, what must, and how long they get.

A text is words with names in braces, `{cac_viec}`. The names are a closed list, and nothing else happens in
a text: no condition, no loop, no attribute.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Formatter

from service.domain.errors import WordingRefused

BUILT_IN = 0
"""The version of the texts that every register begins with."""


class WordingKind(StrEnum):
    """What a message is for; each kind has texts of its own.

    `missed` tells at once what waited while a channel was down; `notice` is not about duties but about the
    machinery, which needs a person.
    """

    ISSUE = "issue"
    DIGEST = "digest"
    URGENT = "urgent"
    ESCALATION = "escalation"
    MISSED = "missed"
    NOTICE = "notice"


KIND_WORDS = {
    WordingKind.ISSUE: "giao việc mới",
    WordingKind.DIGEST: "nhắc việc buổi sáng",
    WordingKind.URGENT: "việc cần xử lý ngay",
    WordingKind.ESCALATION: "báo cáo cấp trên",
    WordingKind.MISSED: "gửi gộp sau gián đoạn",
    WordingKind.NOTICE: "sự cố cần người xử lý",
}
"""What a Vietnamese reader is told of a kind."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that stands for something in a text; it never gets longer than `length_max` characters.

    Of a list it is the length with one duty: a list that is too long ends with how many more there are.
    """

    meaning: str
    length_max: int


CODE_MAX, TITLE_MAX, UNIT_MAX, LINK_MAX = 60, 90, 100, 160
DUTY = {
    "van_ban": Placeholder("số, ký hiệu văn bản giao việc; sự cố: kênh hoặc nơi nhận", CODE_MAX),
    "muc": Placeholder("mục của văn bản, kèm kỳ báo cáo nếu là việc định kỳ; sự cố: từ lúc nào", 60),
    "noi_dung": Placeholder("nội dung nhiệm vụ, rút gọn; sự cố: điều đã xảy ra", TITLE_MAX),
    "don_vi": Placeholder("đơn vị thực hiện; sự cố: cơ quan giữ sổ", UNIT_MAX),
    "tinh_trang": Placeholder(
        "tình trạng và thời hạn; đã nhắc ai, thay ai vắng mặt; sự cố: việc phải làm", 200
    ),
}
"""What may stand in the line of one duty, or of one fact about the machinery."""

DUTY_LENGTH_MAX = 600
"""Longest line of one duty: its own words and whatever they stand for."""

COUNTED = {
    "so_viec": Placeholder("số việc trong tin", 5),
    "co_quan": Placeholder("tên cơ quan giữ sổ theo dõi", UNIT_MAX),
    "van_ban": Placeholder("số, ký hiệu văn bản; số việc và số văn bản nếu có nhiều", CODE_MAX),
    "trich_yeu": Placeholder("trích yếu văn bản, rút gọn; số, ký hiệu các văn bản nếu có nhiều", 110),
}
"""What may stand in the headline and in the sentences that a message begins with."""

WHOLE = COUNTED | {
    "mo_dau": Placeholder("câu mở đầu: `opening`, hoặc `request` với cơ quan không trực thuộc", 400),
    "cac_viec": Placeholder("danh sách các việc, mỗi việc một dòng theo `duty`", DUTY_LENGTH_MAX + 200),
    "lien_ket": Placeholder("liên kết để xem và trả lời", LINK_MAX),
}
"""What may stand in the text of a whole message."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """What holds for one text: the names it may and must use, and its length at the longest (NFC)."""

    placeholders: Mapping[str, Placeholder]
    needed: frozenset[str]
    length_max: int


RULES: dict[str, TextRule] = {
    "subject": TextRule(COUNTED, frozenset({"van_ban"}), 250),
    "opening": TextRule(COUNTED, frozenset(), 400),
    "request": TextRule(COUNTED, frozenset(), 400),
    "duty": TextRule(DUTY, frozenset({"van_ban", "noi_dung", "tinh_trang"}), DUTY_LENGTH_MAX),
    "body": TextRule(WHOLE, frozenset({"cac_viec", "lien_ket"}), 5000),
    "zalo": TextRule(WHOLE, frozenset({"cac_viec", "lien_ket"}), 2000),
}
"""A duty's line says the document, the duty and its deadline; a message lists the duties and links to them.

Zalo takes 2,000 characters (channels.md 1.3); a headline longer than 250 is folded out of sight.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one kind of message.

    Attributes:
        subject: Headline of a mail. Mails about one document keep together while it stays the same.
        opening: First sentence, to units that the office commands.
        request: First sentence, to those that it does not (R18).
        duty: The line of one duty.
        body: A mail.
        zalo: A message on Zalo.
    """

    subject: str
    opening: str
    request: str
    duty: str
    body: str
    zalo: str


def _built_in(opening: str, request: str) -> Texts:
    notice = "Tin nhắn tự động để nhắc việc; không phải văn bản hành chính."
    return Texts(
        subject="[Nhắc việc] {van_ban}: {trich_yeu}",
        opening=opening,
        request=request,
        duty="{van_ban}, mục {muc}: {noi_dung} – {don_vi} – {tinh_trang}",
        body=f"{{mo_dau}}\n\n{{cac_viec}}\n\nXem và trả lời: {{lien_ket}}\n\n{{co_quan}}\n{notice}",
        zalo=f"{{mo_dau}}\n\n{{cac_viec}}\n\nXem và trả lời: {{lien_ket}}\n\n{notice}",
    )


OF_MACHINE = "Tin nhắn tự động của hệ thống; không phải văn bản hành chính."

DEFAULTS: dict[WordingKind, Texts] = {
    WordingKind.ISSUE: _built_in(
        "Đơn vị của đồng chí có {so_viec} việc mới được giao hoặc được đề nghị phối hợp. "
        "Đề nghị đồng chí xác nhận đã nhận và tổ chức thực hiện đúng thời hạn:",
        "Kính đề nghị quý cơ quan phối hợp thực hiện {so_viec} việc sau và xác nhận đã nhận:",
    ),
    WordingKind.DIGEST: _built_in(
        "Đồng chí có {so_viec} việc cần xem và xử lý:",
        "Kính đề nghị quý cơ quan phối hợp xử lý {so_viec} việc sau:",
    ),
    WordingKind.URGENT: _built_in(
        "Đồng chí có {so_viec} việc cần xử lý ngay:",
        "Kính đề nghị quý cơ quan phối hợp xử lý ngay {so_viec} việc sau:",
    ),
    WordingKind.ESCALATION: _built_in(
        "Kính báo cáo đồng chí {so_viec} việc cần đồng chí cho ý kiến chỉ đạo, đôn đốc:",
        "Kính đề nghị lãnh đạo quý cơ quan quan tâm chỉ đạo, phối hợp thực hiện {so_viec} việc sau:",
    ),
    WordingKind.MISSED: _built_in(
        "Do kênh gửi tin bị gián đoạn, các tin trước chưa đến được đồng chí. "
        "Nay gửi gộp {so_viec} việc cần xem và xử lý:",
        "Do kênh gửi tin bị gián đoạn, các tin trước chưa đến được quý cơ quan. "
        "Kính đề nghị quý cơ quan phối hợp xử lý {so_viec} việc sau:",
    ),
    WordingKind.NOTICE: Texts(
        subject="[Sự cố] {van_ban}: {trich_yeu}",
        opening="Hệ thống theo dõi nhiệm vụ của {co_quan} có sự cố cần người xử lý ngay:",
        request="Hệ thống theo dõi nhiệm vụ của {co_quan} có sự cố, kính đề nghị quý cơ quan phối hợp xử lý:",
        duty="{van_ban} ({muc}): {noi_dung}. Cách xử lý: {tinh_trang}.",
        body="{mo_dau}\n\n{cac_viec}\n\nXem tình trạng hiện nay: {lien_ket}\n\n{co_quan}\n" + OF_MACHINE,
        zalo="{mo_dau}\n\n{cac_viec}\n\nXem tình trạng hiện nay: {lien_ket}\n\n" + OF_MACHINE,
    ),
}
"""What is said while the office has not worded it otherwise."""

TRIAL = Texts(
    subject="[Tin thử] {van_ban}",
    opening="Đây là tin thử do quản trị viên của {co_quan} gửi để kiểm tra kênh:",
    request="Đây là tin thử do quản trị viên của {co_quan} gửi để kiểm tra kênh:",
    duty="{van_ban} ({muc}): {noi_dung}; {tinh_trang}.",
    body="{mo_dau}\n\n{cac_viec}\n\n{lien_ket}\n\n{co_quan}\n" + OF_MACHINE,
    zalo="{mo_dau}\n\n{cac_viec}\n\n{lien_ket}\n\n" + OF_MACHINE,
)
"""What a message says that only shows whether a channel works; no office words it otherwise."""


def checked(texts: Texts) -> Texts:
    """Return texts in the one form that is stored.

    Raises:
        WordingRefused: A text names something unknown, misses what must be said, or gets too long.
    """
    written = asdict(texts).items()
    stored = Texts(**{name: unicodedata.normalize("NFC", text).strip() for name, text in written})
    faults = [fault for name, rule in RULES.items() for fault in _faults(name, getattr(stored, name), rule)]
    if faults:
        raise WordingRefused(faults=faults)
    return stored


def _faults(name: str, text: str, rule: TextRule) -> Iterator[dict[str, str]]:
    if not text:
        yield _fault(name, "empty", "the text is empty")
        return
    try:
        parts = list(_parts(text))
    except ValueError as error:
        yield _fault(name, "malformed", str(error))
        return
    named = [found for _, found in parts if found is not None]
    unknown = sorted({found for found in named if found not in rule.placeholders})
    if unknown:
        yield _fault(name, "unknown-placeholder", ", ".join(unknown))
        return
    if missing := sorted(rule.needed - set(named)):
        yield _fault(name, "missing-placeholder", ", ".join(missing))
    if twice := sorted({found for found in named if found == "cac_viec" and named.count(found) > 1}):
        yield _fault(name, "repeated-placeholder", ", ".join(twice))
    longest = sum(len(words) for words, _ in parts) + sum(rule.placeholders[n].length_max for n in named)
    if longest > rule.length_max:
        detail = f"up to {longest} characters, {rule.length_max} are allowed"
        yield _fault(name, "too-long", detail)


def _fault(text: str, code: str, detail: str) -> dict[str, str]:
    return {"text": text, "code": code, "detail": detail}


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield words and the name that follows them.

    Raises:
        ValueError: A brace is left open, or a name has more to it than a name.
    """
    for words, name, form, conversion in Formatter().parse(text):
        if form or conversion:
            raise ValueError(f"{{{name}}} takes no format")
        yield words, name


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a checked text with what its names stand for; what is filled in is not read as a text again."""
    return "".join(words + (values[name] if name is not None else "") for words, name in _parts(text))
