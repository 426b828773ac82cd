"""How far the name of a unit runs: one body ("Ban Quản lý dự án huyện") or a class ("các sở, ngành")."""

import re

from . import lexicon as lex
from .letters import UPPER

NAME_WORDS_MAX = 16
MODIFIER_WORDS_MAX = 6
RELATIVE_CHARACTERS_MAX = 90

SEP = r"(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*)"
COUNCIL = re.compile(lex.COUNCILS)
SCOPE = re.compile(
    rf"\s+(?:(?P<plural>(?:ở )?các cấp|cùng cấp|(?:các|\d{{1,3}}|những|mỗi)\s+{lex.LEVEL_NOUNS}|"
    rf"cấp\s+{lex.LEVEL_NOUNS}|"
    rf"các địa phương)"
    rf"(?:{SEP}(?:các\s+|cấp\s+)?{lex.LEVEL_NOUNS}(?:{lex.PLACE})?)*(?:\s+{lex.QUALIFIERS})*"
    rf"|(?P<levels>{lex.LEVEL_NOUNS}(?:{SEP}{lex.LEVEL_NOUNS})+(?:\s+{lex.QUALIFIERS})*)"
    rf"|(?P<area>{lex.AREA}))"
)
_PLURAL_SCOPE = re.compile(
    rf"\s+(?:các cấp|cùng cấp|các đơn vị(?:, địa phương)?|các địa phương|(?:các|"
    rf"\d{{1,3}})\s+(?:{lex.LEVEL_NOUNS}|{lex.HAMLETS})"
    rf"(?:{SEP}(?:các\s+)?(?:{lex.LEVEL_NOUNS}|{lex.HAMLETS})(?:{lex.PLACE})?)*"
    rf"(?:\s+{lex.QUALIFIERS})*|cấp {lex.LEVEL_NOUNS})"
)
_FIXED = re.compile(lex.FIXED)
_DEPARTMENT = re.compile(rf"{lex.DEPARTMENTS}\s+{lex.FIELD}(?:\s+(?:(?:UBND|HĐND)\s+)?{lex.AREA})?")
_DETERMINER = re.compile(rf"{lex.DETERMINERS}\s+", re.IGNORECASE)
_NOT_A_NAME = (
    rf"(?!(?:Sở|Ban|Bộ|Phòng|Hội|Đài|Báo|Viện|Trường|Trung tâm|Văn phòng|Chi cục|Cục|Công ty|Tổng công ty|"
    rf"Tổng Công ty|Tập đoàn|Kho bạc|Ngân hàng|Tỉnh|"
    rf"Chi nhánh|"
    rf"Bệnh viện|Vụ)\s+[{UPPER}])"
)
_NOUN_LIST = re.compile(
    rf"{_NOT_A_NAME}(?i:{lex.NOUNS})(?:\s+{lex.QUALIFIERS})*"
    rf"(?:(?:{SEP}|\s+(?=ngành|ban\s|đơn vị|địa phương)|\s*-\s*)"
    rf"{_NOT_A_NAME}(?i:{lex.NOUNS})(?:\s+{lex.QUALIFIERS})*)*"
)
_CAPITAL_CLASS = re.compile(rf"(?:Ban|Tổ đại biểu|Sở|Bộ|Phòng|Ban Đảng)(?:{SEP}(?:Ban|Tổ đại biểu|Sở|Tổ))*")
QUALIFIED = re.compile(
    rf"(?:cơ quan|đơn vị|lực lượng|chính quyền|địa phương|tổ chức)\s+(?:chức năng|(?:có )?liên quan|"
    rf"chuyên môn|"
    rf"địa phương|các cấp|cấp {lex.LEVEL_NOUNS}|Trung ương|[Kk]iểm lâm|[Cc]ông an|[Qq]uân đội|[Bb]iên phòng|"
    r"thú y|quản lý thị trường|dân quân(?: tự vệ)?|xung kích|vũ trang)|"
    rf"(?:(?<=với )|(?<=cùng )|(?<=và )|(?<=, ))(?:[Nn]gành\s+(?:y tế|giáo dục|nông nghiệp|công an|văn hóa|"
    rf"{lex.FIELD})|"
    rf"địa phương(?=\s+(?:{lex.VERBS}|{lex.ADVERBS})|\s*[,.;]))"
)
"""Classes that need no article; a bare "địa phương" only where others stand beside it."""
_RELATIVE = re.compile(rf"\s+{lex.RELATIVE}")
_STATIONED = re.compile(rf"\s+đóng trên(?: địa bàn)?(?:\s+{lex.AREA})?")
_RELATIVE_END = re.compile(
    rf"\s+(?:theo (?:chức năng|nhiệm vụ)|{lex.ADVERBS}|(?:tổ chức|triển khai|rà soát|tăng cường|báo cáo|gửi|"
    rf"phối hợp)(?!\w))"
    rf"|\s*,\s*(?=(?:các|những)\s|{lex.COUNCILS}|{lex.DEPARTMENTS}\s|{lex.TITLES}\s)|(?P<end>\s*[.;:()])"
)
_ANY_VERB = re.compile(rf"\s+(?={lex.VERBS})")
_MEMBERS = re.compile(r"(?:thành viên|[ủu]ỷ? viên|Thành viên)\s+$")
_QUALIFIER = re.compile(rf"\s+{lex.QUALIFIERS}")
_ALONE = re.compile(lex.BODIES_ALONE)
_OTHER_BODY = re.compile(rf"(?:{lex.BODIES}|{lex.COUNCILS})\s")
_BODY = re.compile(rf"{lex.BODIES}(?=[\s,.;:)]|$)")
_HOLDER = re.compile(
    rf"\s+(?:của\s+)?(?:{lex.PARTY}|{lex.CENTRAL}|(?:UBND|HĐND|Ủy ban nhân dân|"
    rf"Hội đồng nhân dân)\s+{lex.AREA}|"
    rf"cùng cấp(?!\w)|{lex.AREA})"
)
"""The place or the body that a name ends with."""
_WORD = re.compile(r"\s+(?:-\s+(?=[^\W\d_]))?(?P<word>\w[\w&.-]*\w|\w)")
_STOP = re.compile(lex.STOPS)
_VERB = re.compile(rf"(?:{lex.ADVERBS}|{lex.VERBS})")
_NAME_VERB = re.compile(lex.NAME_VERBS)
_JOINS_NAME = re.compile(
    rf"và\s+(?!{lex.DEPARTMENTS}\s|{lex.COUNCILS}|{lex.TITLES}\s|Các\s){lex.WORD_CAPITAL}"
)
_CAPITAL_FOLLOWS = re.compile(lex.PLACE)
_SMALL_FOLLOWS = re.compile(r"\s+[^\W\d_]")
_OF_COUNCIL = re.compile(rf"\s+(?:của\s+)?(?:UBND|HĐND|Hội đồng nhân dân)\s+{lex.AREA}")
_COMPOUND = re.compile(lex.COMPOUNDS)
_OWN_PLURAL = re.compile(
    r"\s+các\s+(?:công trình|khu|dự án|chương trình|vấn đề|hoạt động|dịch vụ)(?!\w)", re.IGNORECASE
)
"""A plural of things inside a name ("Ban Quản lý dự án các công trình giao thông")."""
_ABBREVIATION = re.compile(r"(?!UBND|HĐND|MTTQ|BQL|BCH)[A-ZĐ]{2,6}")
_NUMBER_TAIL = re.compile(r"\s+(?:số\s+\d{1,2}|khu vực\s+(?:[IVX]+|\d{1,2})|vùng\s+(?:[IVX]+|\d{1,2}))(?!\w)")
_STARTS_NAME = re.compile(
    r"Ban|Bộ|Sở|Phòng|Hội|Trung|Công|Quân|Viện|Trường|Cục|Chi|Tổ|Đội|Văn|Kho|Khu|Ủy|Y|Thanh|Đoàn"
)
_BRANCH = re.compile(r"\s*-?\s*(?=Chi nhánh\s)")
_HAVING = re.compile(
    r"\s+có(?=\s)(?!\s+(?:trách|nhiệm|kế hoạch|giải pháp|biện pháp|văn bản|ý kiến|báo cáo|hình thức|"
    r"phương án|liên quan|"
    r"thẩm quyền|thể|chức năng|mặt))"
)
_STEERS = re.compile(
    r"Ban (?:Chỉ đạo|chỉ đạo|Điều hành|Chỉ huy)|BCĐ|Ủy ban|Hội đồng|Tổ (?:công tác|Công tác)"
)
_MATTER = re.compile(r"\s+(?:liên ngành\s+)?về(?!\s+việc)")
"""A committee is named by its matter ("Ban Chỉ đạo quốc gia về phòng, chống thiên tai")."""
_PROGRAMME = re.compile(
    r"\s+(?:triển khai(?: thực hiện)?|thực hiện)\s+(?:Đề án|Chương trình|Nghị quyết|Chỉ thị|Kế hoạch|Dự án)"
    rf"\s+(?:số\s+)?\d[\w/-]*(?:\s+của\s+(?:{lex.CENTRAL}|{lex.PARTY}|{lex.AREA}))?"
)
"""A task force is named by the programme that it carries out ("Tổ công tác triển khai Đề án 06")."""
_PRESS = re.compile(
    r"Báo(?: và|,) (?:Đài )?Phát thanh\s*(?:,|-|và)\s*[Tt]ruyền hình(?=\s)|Báo và (?:Đài|PTTH)(?=\s)|"
    r"Đài Phát thanh\s*(?:,|-|và)\s*[Tt]ruyền hình(?=\s)|Trung tâm Truyền thông(?=\s)"
)


def single_end(plain: str, start: int, *, titled: bool = False) -> tuple[int | None, bool]:
    """End of the phrase that starts here and whether it is a class of units; None when it is none.

    After a title ("Thủ trưởng cơ quan") a class needs no article.
    """
    fixed = _FIXED.match(plain, start)
    if fixed:
        return _with_plural(plain, fixed.end())
    council = COUNCIL.match(plain, start)
    if council:
        scope = SCOPE.match(plain, council.end())
        if scope is None:
            return council.end(), False
        return (scope.end(), False) if scope["area"] else (_having_end(plain, scope.end()), True)
    department = _DEPARTMENT.match(plain, start)
    if department:
        return _with_plural(plain, _further(plain, start, department.end()))
    qualified = QUALIFIED.match(plain, start)
    if qualified:
        return _qualified_end(plain, qualified.end()), True
    group = _collective_end(plain, start, titled=titled)
    if group is not None:
        return group, True
    body = _PRESS.match(plain, start) or _BODY.match(plain, start)
    if body is None:
        return None, False
    plural = _PLURAL_SCOPE.match(plain, body.end())
    if plural:
        return _having_end(plain, plural.end()), True
    end = _name_end(plain, start, body.end())
    if end is None:
        return None, False
    if not _STEERS.match(plain, start):
        return _with_plural(plain, end)
    programme = _PROGRAMME.match(plain, end)
    if programme:
        return programme.end(), False
    matter = _MATTER.match(plain, end)
    return _with_plural(plain, _name_end(plain, start, matter.end()) or end if matter else end)


def _further(plain: str, start: int, end: int) -> int:
    """A known field may only begin a longer name ("Phòng Giáo dục Trung học"); a ministry's is complete."""
    council = _OF_COUNCIL.match(plain, end)
    if council:
        return council.end()
    complete = plain.startswith(("Sở", "Bộ"), start)
    if not _CAPITAL_FOLLOWS.match(plain, end) and (complete or not _SMALL_FOLLOWS.match(plain, end)):
        return end
    return _name_end(plain, start, end) or end


def _with_plural(plain: str, end: int) -> tuple[int, bool]:
    """ "Phòng Nội vụ các huyện" is a class of units."""
    plural = _PLURAL_SCOPE.match(plain, end)
    return (plural.end(), True) if plural else (end, False)


def _collective_end(plain: str, start: int, *, titled: bool) -> int | None:
    determiner = _DETERMINER.match(plain, start)
    begin = determiner.end() if determiner else start
    capital = _CAPITAL_CLASS.match(plain, begin) if determiner else None
    holder = _HOLDER.match(plain, capital.end()) if capital else None
    if holder:
        return holder.end()
    nouns = _NOUN_LIST.match(plain, begin)
    if not nouns:
        return _bodies_end(plain, begin) if determiner else None
    stationed = _STATIONED.match(plain, nouns.end())
    if stationed:
        return stationed.end()
    relative = _RELATIVE.match(plain, nouns.end())
    if relative:
        return _relative_end(plain, nouns.end(), relative.end())
    if _MEMBERS.search(plain[begin : nouns.end()] + " ") and _BODY.match(plain, nouns.end() + 1):
        return single_end(plain, nouns.end() + 1)[0] or nouns.end()
    listed = titled or "," in nouns[0]
    if not determiner and (not listed or _is_proper(plain, begin, nouns.end())):
        return None
    having = _having_end(plain, nouns.end()) if determiner else nouns.end()
    return _modified_end(plain, having) if determiner else having


def _is_proper(plain: str, begin: int, end: int) -> bool:
    """ "Ngân hàng Nhà nước" names one body, although banks are a class too."""
    word = _WORD.match(plain, end)
    return bool(plain[begin].isupper() and word and word["word"][0].isupper())


def _having_end(plain: str, end: int) -> int:
    """ "các địa phương có xã biên giới": what the members have is part of the name."""
    having = _HAVING.match(plain, end)
    position = having.end() if having else end
    for _ in range(MODIFIER_WORDS_MAX if having else 0):
        word = _WORD.match(plain, position)
        if not word or _is_verb(plain, word.start("word")) or _STOP.match(plain, word.start("word")):
            break
        position = word.end()
    return position if not having or position > having.end() else end


def _bodies_end(plain: str, begin: int) -> int | None:
    """ "các Ban Quản lý dự án trực thuộc UBND tỉnh" is a class of bodies with a name."""
    body = _BODY.match(plain, begin)
    if not body:
        return None
    return _qualified_end(plain, _name_end(plain, begin, body.end()) or body.end())


def _qualified_end(plain: str, end: int) -> int:
    while qualifier := _QUALIFIER.match(plain, end):
        end = qualifier.end()
    return end


def _relative_end(plain: str, nouns: int, begin: int) -> int:
    """A clause that narrows a class runs to an adverb of duty or a mark; a verb in it may be the duty."""
    stop = _RELATIVE_END.search(plain, begin, begin + RELATIVE_CHARACTERS_MAX)
    if stop and not stop["end"]:
        return stop.start()
    limit = stop.start() if stop else min(len(plain), begin + RELATIVE_CHARACTERS_MAX)
    first = _WORD.match(plain, begin)
    verb = _ANY_VERB.search(plain, first.end(), limit) if first else None
    if verb:
        return verb.start()
    return limit if stop else nouns


def _modified_end(plain: str, end: int) -> int:
    """A class may carry words that no list holds ("các trường trung học cơ sở"), up to a verb or a mark."""
    position = end
    for count in range(MODIFIER_WORDS_MAX + 1):
        while qualifier := _QUALIFIER.match(plain, position):
            position = qualifier.end()
        word = _WORD.match(plain, position)
        if not word:
            return position
        begin = word.start("word")
        if _is_verb(plain, begin, naming=False) or _STOP.match(plain, begin):
            return position
        known = word["word"][0].islower() or _ABBREVIATION.fullmatch(word["word"])
        if count == MODIFIER_WORDS_MAX or not known:
            return end
        position = word.end()
    return end


def _name_end(plain: str, head: int, end: int) -> int | None:
    """End of a name the lexicon does not know: at its place, else before a verb, a stop or a mark.

    A short head ("Ban", "Hội") is a name only before a capital or a place; a long one ("Ban Quản lý") by
    itself. A verb that also stands in names ends the name unless a place word follows.
    """
    long_head = " " in plain[head:end]
    soft: int | None = None
    position = end
    words: list[str] = []
    for _ in range(NAME_WORDS_MAX):
        holder = _HOLDER.match(plain, position)
        if holder:
            return _with_branch(plain, holder.end())
        if words and _PLURAL_SCOPE.match(plain, position):
            return position
        word = _WORD.match(plain, position)
        if not word or not (words or long_head or word["word"][0].isupper()):
            break
        begin = word.start("word")
        if _ends_with_place(words) and word["word"][0].islower():
            soft = None
            break
        if (
            _STOP.match(plain, begin)
            and not _JOINS_NAME.match(plain, begin)
            and not _OWN_PLURAL.match(plain, position)
        ):
            break
        if soft is not None and _OTHER_BODY.match(plain, begin):
            break
        if soft is None and _is_verb(plain, begin) and not _halves_compound(plain, begin, words):
            if not _NAME_VERB.match(plain, begin):
                break
            soft = position
        words.append(word["word"])
        position = word.end()
    reached = position if soft is None or _ends_with_place(words) else soft
    if reached > end:
        tail = _NUMBER_TAIL.match(plain, reached)
        return tail.end() if tail else _with_branch(plain, reached)
    return end if _ALONE.fullmatch(plain, head, end) else None


def _is_verb(plain: str, begin: int, *, naming: bool = True) -> bool:
    """In a name "đăng ký" is no verb, after a class of units it is."""
    verb = _VERB.match(plain, begin)
    compound = _COMPOUND.match(plain, begin)
    return verb is not None and (compound is None or (not naming and verb.end() >= compound.end()))


def _ends_with_place(words: list[str]) -> bool:
    """Two capitals side by side are a place ("Đài Truyền hình Nghệ An"); nothing small follows it."""
    last = words[-2:]
    return (
        len(last) == 2
        and not _STARTS_NAME.fullmatch(last[0])
        and all(w[0].isupper() and not w.isupper() for w in last)
    )


def _halves_compound(plain: str, begin: int, words: list[str]) -> bool:
    """ "ký" in "Văn phòng Đăng ký đất đai" is the second half of a word that a capital begins."""
    verb = _VERB.match(plain, begin)
    if verb is None or " " in verb[0] or not words:
        return False
    if _COMPOUND.fullmatch(f"{words[-1]} {verb[0]}".lower()):
        return True
    opens = words[-1][0].isupper() and not words[-1].isupper()
    return opens and not (len(words) > 1 and words[-2][0].isupper())


def _with_branch(plain: str, end: int) -> int:
    """A bank's branch is part of its name."""
    branch = _BRANCH.match(plain, end)
    if not branch:
        return end
    further = _name_end(plain, branch.end(), branch.end() + len("Chi nhánh"))
    return further if further is not None else end
