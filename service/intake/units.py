"""Finds the phrases that name units: one body ("Sở Tài chính") or a class ("các phòng, ban cấp huyện").

A phrase starts at a head word and runs as far as its own grammar goes (`unit_names`); what follows it (a
verb, "theo chức năng") is never part of it. One phrase may name several bodies ("các Sở: Tài chính, Y tế").
"""

import re
from dataclasses import dataclass, replace

from . import lexicon as lex
from .unit_names import COUNCIL, QUALIFIED, SEP, single_end


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase that names a unit; offsets are in the text it was found in.

    `written_start` and `written_end` bound the whole phrase when one phrase names several units.
    """

    unit: str
    start: int
    end: int
    collective: bool
    written_start: int
    written_end: int


_CAPITALS = rf"{lex.WORD_CAPITAL}(?:\s+{lex.WORD_CAPITAL}){{0,3}}"
_NAME = rf"{lex.WORD_CAPITAL}(?:\s+{lex.WORD_CAPITAL}){{1,4}}"
_HEAD = re.compile(
    rf"(?<![\w&/-])(?:{lex.HONOURS}|{lex.TITLES}|{lex.COUNCILS}|{lex.FIXED}|{lex.DEPARTMENTS}|{lex.BODIES}|"
    rf"(?i:{lex.DETERMINERS})(?=\s)|(?i:sở|bộ|cấp ủy|chi bộ|chi ủy|chính quyền)(?=,)|"
    rf"(?i:cơ quan|đơn vị|địa phương|chủ đầu tư)(?=\s+{lex.RELATIVE}|,\s*(?i:{lex.NOUNS}))|"
    rf"{QUALIFIED.pattern}|(?:[Cc]ác )?[Cc]{lex.OWNERS[1:]}|Nhà thầu)"
    rf"(?!\w)"
)
_HONOUR = re.compile(rf"{lex.HONOURS}")
_PERSON = re.compile(rf"(?P<name>{_NAME})\s*(?:,|-|\()\s*(?=(?:{lex.TITLES}|PCT|CT|PGĐ|GĐ)\s)")
_PERSON_ALONE = re.compile(rf"(?P<name>{_NAME})(?!\w)")
_NAMED_ABOVE = re.compile(
    r"(?:có tên|được phân công|nêu)(?=\s)[^,.;:()]{2,50}?(?=\s+(?:chịu|có trách nhiệm|căn cứ)|\s*[,.;:])"
)
_ARTICLE = re.compile(r"các\s+", re.IGNORECASE)
_TITLE = re.compile(
    rf"(?:(?:{lex.TITLES}|PCT|CT|GĐ|PGĐ)(?:\s+(?:phụ trách|Thường trực|thường trực)(?=\s))?(?:\s+|(?=:)))"
    rf"(?:(?:,\s*)?(?:{lex.TITLES})\s+)?"
)
_TITLE_COLON = re.compile(r"(?:các\s*)?:\s*")
_TITLE_ALONE = re.compile(lex.TITLE_ALONE)
_TITLE_OF_CHIEF = re.compile(
    r"(?P<office>Chánh|Trưởng|Phó Trưởng|Phó Chánh|trưởng)\s+(?=(?i:văn phòng|thanh tra|ban|phòng)\s)"
)
_SOLE = re.compile(rf"[Cc]{lex.OWNERS[1:]}(?!\w)|Nhà thầu")

_DEPARTMENT_LIST = re.compile(
    rf"(?:(?P<plural>[Cc]ác|những|\d{{1,2}})\s+)?(?P<head>[Ss]ở|[Bb]ộ|[Pp]hòng|[Bb]an|[Vv]ụ|[Cc]ục)"
    rf"(?:(?:,\s*(?:[Bb]an|[Pp]hòng))?,\s*(?:[Nn]gành|[Bb]an|[Pp]hòng|cơ quan|"
    rf"đơn vị)(?:\s+{lex.QUALIFIERS})*)?"
    rf"(?P<colon>\s*:)?\s*"
    rf"(?P<names>{lex.FIELD}(?:(?:\s*[,;]\s*(?:và\s+)?|\s+và\s+)"
    rf"(?!(?:Công an|Thanh tra|Kế hoạch)\s+{lex.LEVEL}|(?:UBND|HĐND|MTTQ|UBMTTQ|BHXH|BQL|BCH|TAND|VKSND|"
    rf"KBNN)(?!\w))"
    rf"{lex.FIELD})*)(?:\s+{lex.AREA})?",
)
_FIELD = re.compile(lex.FIELD)
_ELLIPSIS = re.compile(
    rf"(?P<head>Sở|Bộ)\s+(?P<names>{lex.FIELD_NAMED}(?:\s*,\s*(?!Công an|Thanh tra|"
    rf"Quốc phòng){lex.FIELD_NAMED}"
    rf"(?!\s+{lex.LEVEL}))+"
    rf"(?:\s+và\s+(?!Công an|Thanh tra|Quốc phòng){lex.FIELD_NAMED}(?!\s+{lex.LEVEL}))?)"
)
_ONE_LEVEL = re.compile(
    rf"\s*(?:(?:[Cc]ác|\d{{1,3}}|những)\s+(?P<level>{lex.LEVEL_NOUNS}|{lex.HAMLETS})|"
    rf"(?P<single>{lex.LEVEL_NOUNS}|{lex.HAMLETS})(?=\s*:))"
)
_NO_PLACE = (
    r"(?!UBND|HĐND|Sở|Ban|Công an|Chủ tịch|Trưởng|Giám đốc|Phó|Văn phòng|Phòng|Trung tâm|Hội|Đồn|Ủy ban|Đảng|"
    r"Thủ trưởng|Bí thư)"
)
_PLACE = rf"(?:{lex.LEVEL_NOUNS}\s+)?{_NO_PLACE}{_CAPITALS}"
_PLACES = re.compile(rf"\s*:?\s*{_PLACE}(?:{SEP}{_PLACE})*")
_PLACE_NAME = re.compile(rf"(?:(?P<level>{lex.LEVEL_NOUNS})\s+)?(?P<name>{_CAPITALS})")
_PROVINCES = re.compile(rf"\s+các tỉnh, thành phố\s*:\s*(?P<names>{_PLACE}(?:{SEP}{_PLACE})*)")
_CITIES = re.compile(r"Hà Nội|Hải Phòng|Đà Nẵng|Cần Thơ|Huế|Hồ Chí Minh")
_AREA_LIST = re.compile(
    rf"\s+(?P<level>{lex.LEVEL_NOUNS})\s+(?P<first>{_CAPITALS})(?P<rest>(?:{SEP}{lex.LEVEL_NOUNS}\s+{_CAPITALS})+)"
)


def find_units(plain: str, text: str) -> list[Mention]:
    """All unit phrases of a passage, left to right, none overlapping.

    Args:
        plain: The passage in canonical form, which is matched.
        text: The passage as restored, which names are taken from; same length.
    """
    found: list[Mention] = []
    position = 0
    while match := _HEAD.search(plain, position):
        leads_them = found and match[0] == "lãnh đạo" and match.start() - found[-1].written_end < 2
        mentions = [] if leads_them else _read_at(plain, text, match.start())
        if mentions and found and _stands_for(found[-1], mentions[0], plain):
            mentions = _starting(mentions, found.pop().written_start)
        found += mentions
        position = max([match.start() + 1, *(m.written_end for m in mentions)])
    return found


def _stands_for(mention: Mention, following: Mention, plain: str) -> bool:
    """ "Các tập đoàn: Tập đoàn A, Tập đoàn B": the class only introduces its members."""
    between = plain[mention.written_end : following.written_start]
    noun = re.sub(r"^(?:các|những)\s+", "", mention.unit.lower()).split()[:1]
    same = bool(noun) and following.unit.lower().startswith(noun[0])
    return mention.collective and not following.collective and between.strip() == ":" and same


def _read_at(plain: str, text: str, start: int) -> list[Mention]:
    """The units of the phrase that starts here; an office holder stands for the body."""
    honour = _HONOUR.match(plain, start)
    if honour and honour.end() > start:
        return _starting(_person(plain, text, honour.end()), start)
    article = _ARTICLE.match(plain, start)
    if article and (_TITLE.match(plain, article.end()) or _TITLE_ALONE.match(plain, article.end())):
        return _starting(_titled(plain, text, article.end()), start)
    if _TITLE.match(plain, start):
        return _titled(plain, text, start)
    return _untitled(plain, text, start, start) or _alone(plain, text, start)


def _starting(mentions: list[Mention], start: int) -> list[Mention]:
    """The phrase began earlier, with an article or an honour that is no part of the name."""
    return [replace(m, written_start=min(start, m.written_start)) for m in mentions]


def _titled(plain: str, text: str, start: int) -> list[Mention]:
    title = _TITLE.match(plain, start)
    end = title.end() if title else start
    colon = _TITLE_COLON.match(plain, end)
    if colon:
        several = _several(plain, text, start, end)
        return several or _starting(_untitled(plain, text, colon.end(), colon.end()), start)
    office = _TITLE_OF_CHIEF.match(plain, start)
    if office:
        chief = _untitled(plain, text, start, office.end(), capital=True)
        if chief:
            return chief
    return (
        _untitled(plain, text, start, end)
        or _untitled(plain, text, start, start)
        or _alone(plain, text, start)
    )


def _alone(plain: str, text: str, start: int) -> list[Mention]:
    """A minister needs no body after the title."""
    alone = _TITLE_ALONE.match(plain, start)
    if not alone:
        return []
    return [Mention(text[start : alone.end()], start, alone.end(), False, start, alone.end())]


def _person(plain: str, text: str, start: int) -> list[Mention]:
    """ "đồng chí Nguyễn Văn A, Phó Chủ tịch UBND huyện" names the body that the person serves."""
    above = _NAMED_ABOVE.match(plain, start)
    if above:
        return [Mention(text[start : above.end()].strip(), start, above.end(), True, start, above.end())]
    named = _PERSON.match(plain, start)
    begin = named.end() if named else start
    if _TITLE.match(plain, begin) or _TITLE_ALONE.match(plain, begin):
        return _titled(plain, text, begin)
    alone = _PERSON_ALONE.match(plain, begin)
    if alone and not _HEAD.match(plain, begin):
        return [Mention(text[begin : alone.end()], begin, alone.end(), False, begin, alone.end())]
    return (
        _read_at(plain, text, begin) if _HEAD.match(plain, begin) and not _HONOUR.match(plain, begin) else []
    )


def _untitled(plain: str, text: str, start: int, head: int, *, capital: bool = False) -> list[Mention]:
    return _several(plain, text, start, head) or _one(plain, text, start, head, capital=capital)


def _one(plain: str, text: str, start: int, head: int, *, capital: bool = False) -> list[Mention]:
    seen = plain if not capital else plain[:head] + plain[head].upper() + plain[head + 1 :]
    end, collective = single_end(seen, head, titled=head > start)
    if end is None:
        sole = _SOLE.match(plain, head)
        if not sole:
            return []
        end, collective = sole.end(), True
    return [Mention(text[start:end], start, end, collective, start, end)]


def _several(plain: str, text: str, start: int, head: int) -> list[Mention]:
    """ "các Sở: A, B" and "UBND các xã A, B" name their bodies one by one."""
    found = _departments(plain, text, start, head) or _provinces(plain, text, start, head)
    return found or _places(plain, text, start, head)


def _departments(plain: str, text: str, start: int, head: int) -> list[Mention]:
    match = _DEPARTMENT_LIST.match(plain, head)
    listed = match and (match["colon"] or (match["plural"] and len(_FIELD.findall(match["names"])) > 1))
    if not listed:
        match = _ELLIPSIS.match(plain, head)
    if not match:
        return []
    kind = match["head"].capitalize()
    return [
        Mention(f"{kind} {text[f.start() : f.end()]}", f.start(), f.end(), False, start, match.end())
        for f in _FIELD.finditer(plain, match.start("names"), match.end("names"))
    ]


def _provinces(plain: str, text: str, start: int, head: int) -> list[Mention]:
    """ "UBND các tỉnh, thành phố: Quảng Ninh, Hải Phòng" names bodies of two kinds."""
    council = COUNCIL.match(plain, head)
    listed = _PROVINCES.match(plain, council.end()) if council else None
    if not council or not listed:
        return []
    out = []
    for name in _PLACE_NAME.finditer(plain, *listed.span("names")):
        kind = name["level"] or ("thành phố" if _CITIES.fullmatch(name["name"]) else "tỉnh")
        unit = f"{text[start : council.end()]} {kind} {text[name.start('name') : name.end('name')]}"
        out.append(Mention(unit, name.start(), name.end(), False, start, listed.end()))
    return out


def _places(plain: str, text: str, start: int, head: int) -> list[Mention]:
    council = COUNCIL.match(plain, head)
    base = council.end() if council else head
    several = _AREA_LIST.match(plain, base) if council else None
    level = _ONE_LEVEL.match(plain, base)
    listed = _PLACES.match(plain, level.end()) if level else None
    if several:
        bounds, of_all = (several.start("level"), several.end()), ""
    elif level and listed:
        bounds, of_all = (level.end(), listed.end()), level["level"] or level["single"]
    else:
        return []
    prefix = text[start:base].rstrip() + " " if base > start else ""
    out = []
    for place in _PLACE_NAME.finditer(plain, *bounds):
        name = f"{prefix}{place['level'] or of_all} {text[place.start('name') : place.end('name')]}"
        out.append(Mention(name, place.start(), place.end(), False, start, bounds[1]))
    return out
