"""Finds the phrases that name units: one body ("Sở Tài chính") or a class ("các phòng, ban cấp huyện").

A phrase starts at a head word and runs as far as its own grammar goes; what follows it (a verb, "theo chức
năng") is never part of it. Names the lexicon does not know end at a place word, a verb or a mark.
"""

import re
from dataclasses import dataclass

from . import lexicon as lex
from .letters import UPPER

NAME_WORDS_MAX = 16
RELATIVE_CHARACTERS_MAX = 90


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


_SEP = r"(?:\s*,\s*(?:và\s+)?|\s+và\s+|\s*/\s*)"
_CAPITALS = rf"{lex.WORD_CAPITAL}(?:\s+{lex.WORD_CAPITAL}){{0,3}}"
_HEAD = re.compile(
    rf"(?<![\w&/-])(?:{lex.TITLES}|{lex.COUNCILS}|{lex.FIXED}|{lex.DEPARTMENTS}|{lex.BODIES}|"
    rf"(?i:{lex.DETERMINERS})(?=\s)|(?i:cơ quan|đơn vị|địa phương|chủ đầu tư)(?=\s+{lex.RELATIVE}))(?!\w)"
)
_TITLE = re.compile(rf"{lex.TITLES}(?:\s+|(?=:))")
_TITLE_COLON = re.compile(r"(?:các\s*)?:\s*")
_FIXED = re.compile(lex.FIXED)

_COUNCIL = re.compile(lex.COUNCILS)
_COUNCIL_SCOPE = re.compile(
    rf"\s+(?:(?P<plural>các cấp|(?:các|\d{{1,3}}|những|mỗi)\s+{lex.LEVEL_NOUNS}|cấp\s+{lex.LEVEL_NOUNS})"
    rf"(?:{_SEP}(?:các\s+|cấp\s+)?{lex.LEVEL_NOUNS}(?!\s+[{UPPER}]))*(?:\s+{lex.QUALIFIERS})*"
    rf"|(?P<levels>{lex.LEVEL_NOUNS}(?:{_SEP}{lex.LEVEL_NOUNS})+)"
    rf"|(?P<area>{lex.AREA}))"
)
_ONE_LEVEL = re.compile(rf"\s+(?:các|\d{{1,3}}|những)\s+(?P<level>{lex.LEVEL_NOUNS})$")
_PLACES = re.compile(rf"\s*:?\s*{_CAPITALS}(?:{_SEP}{_CAPITALS})+")
_PLACE_NAME = re.compile(_CAPITALS)

_DEPARTMENT = re.compile(rf"{lex.DEPARTMENTS}\s+{lex.FIELD}(?:\s+{lex.AREA})?")
_DEPARTMENT_LIST = re.compile(
    rf"(?:(?P<plural>các|những|\d{{1,2}})\s+)?(?P<head>[Ss]ở|[Bb]ộ|[Pp]hòng|[Bb]an)"
    rf"(?:(?:,\s*ban)?,\s*ngành)?(?P<colon>\s*:)?\s*"
    rf"(?P<names>{lex.FIELD}(?:\s*[,;]\s*(?:và\s+)?{lex.FIELD}|\s+và\s+{lex.FIELD})+)(?:\s+{lex.AREA})?",
)
_FIELD = re.compile(lex.FIELD)

_DETERMINER = re.compile(rf"{lex.DETERMINERS}\s+", re.IGNORECASE)
_NOUN_LIST = re.compile(
    rf"(?i:{lex.NOUNS})(?:\s+{lex.QUALIFIERS})*"
    rf"(?:(?:{_SEP}|\s+(?=ngành|ban\s)|\s*-\s*)(?i:{lex.NOUNS})(?:\s+{lex.QUALIFIERS})*)*"
)
_RELATIVE = re.compile(rf"\s+{lex.RELATIVE}")
_RELATIVE_END = re.compile(
    rf"\s+(?:theo (?:chức năng|nhiệm vụ)|{lex.ADVERBS}|(?:tổ chức|triển khai|rà soát|tăng cường|báo cáo|"
    rf"phối hợp)(?!\w))"
    rf"|\s*,\s*(?=(?:các|những)\s|{lex.COUNCILS}|{lex.DEPARTMENTS}\s|{lex.TITLES}\s)|\s*[.;:()]"
)

_BODY = re.compile(rf"{lex.BODIES}(?=\s)")
_AREA = re.compile(rf"\s+{lex.AREA}")
_WORD = re.compile(r"\s+(?P<word>\w[\w&.-]*\w|\w)")
_STOP = re.compile(lex.STOPS)
_VERB = re.compile(rf"(?:{lex.ADVERBS}|{lex.VERBS})")
_NAME_VERB = re.compile(lex.NAME_VERBS)
_JOINS_NAME = re.compile(
    rf"và\s+(?!{lex.DEPARTMENTS}\s|{lex.COUNCILS}|{lex.TITLES}\s|Các\s){lex.WORD_CAPITAL}"
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
        mentions = _read_at(plain, text, match.start())
        found += mentions
        position = max([match.start() + 1, *(m.written_end for m in mentions)])
    return found


def _read_at(plain: str, text: str, start: int) -> list[Mention]:
    """The units of the phrase that starts here; an office holder stands for the body."""
    title = _TITLE.match(plain, start)
    if not title:
        return _several(plain, text, start, start) or _one(plain, text, start, start)
    colon = _TITLE_COLON.match(plain, title.end())
    if colon:
        return _several(plain, text, start, title.end()) or _read_at(plain, text, colon.end())
    titled = _several(plain, text, start, title.end()) or _one(plain, text, start, title.end())
    return titled or _several(plain, text, start, start) or _one(plain, text, start, start)


def _one(plain: str, text: str, start: int, head: int) -> list[Mention]:
    end, collective = _single(plain, head)
    return [] if end is None else [Mention(text[start:end], start, end, collective, start, end)]


def _several(plain: str, text: str, start: int, head: int) -> list[Mention]:
    """ "các Sở: A, B" and "UBND các xã A, B" name their bodies one by one."""
    match = _DEPARTMENT_LIST.match(plain, head)
    if match and (match["colon"] or match["plural"]):
        kind = match["head"].capitalize()
        return [
            Mention(f"{kind} {text[f.start() : f.end()]}", f.start(), f.end(), False, start, match.end())
            for f in _FIELD.finditer(plain, match.start("names"), match.end("names"))
        ]
    council = _COUNCIL.match(plain, head)
    scope = _COUNCIL_SCOPE.match(plain, council.end()) if council else None
    level = _ONE_LEVEL.match(scope[0]) if scope else None
    places = _PLACES.match(plain, scope.end()) if scope and level else None
    if not council or not scope or not level or not places:
        return []
    kind = f"{text[start : council.end()]} {level['level']}"
    return [
        Mention(f"{kind} {text[p.start() : p.end()]}", p.start(), p.end(), False, start, places.end())
        for p in _PLACE_NAME.finditer(plain, scope.end(), places.end())
    ]


def _single(plain: str, start: int) -> tuple[int | None, bool]:
    """End of the phrase that starts here and whether it is a class of units; None when it is none."""
    fixed = _FIXED.match(plain, start)
    if fixed:
        return fixed.end(), False
    council = _COUNCIL.match(plain, start)
    if council:
        scope = _COUNCIL_SCOPE.match(plain, council.end())
        return (scope.end(), not scope["area"]) if scope else (council.end(), False)
    department = _DEPARTMENT.match(plain, start)
    if department:
        return department.end(), False
    group = _collective_end(plain, start)
    if group is not None:
        return group, True
    body = _BODY.match(plain, start)
    return (_name_end(plain, start, body.end()), False) if body else (None, False)


def _collective_end(plain: str, start: int) -> int | None:
    determiner = _DETERMINER.match(plain, start)
    begin = determiner.end() if determiner else start
    nouns = _NOUN_LIST.match(plain, begin)
    if not nouns:
        return None
    relative = _RELATIVE.match(plain, nouns.end())
    if relative:
        stop = _RELATIVE_END.search(plain, relative.end(), relative.end() + RELATIVE_CHARACTERS_MAX)
        return stop.start() if stop else nouns.end()
    return nouns.end() if determiner or "," in nouns[0] else None


def _name_end(plain: str, head: int, end: int) -> int | None:
    """End of a name the lexicon does not know: at its place, else before a verb, a stop or a mark.

    A short head ("Ban", "Hội") is a name only before a capital; a long one ("Ban Quản lý") by itself. A verb
    that also stands in names ends the name unless a place word follows.
    """
    long_head = " " in plain[head:end]
    soft: int | None = None
    position = end
    for count in range(NAME_WORDS_MAX):
        area = _AREA.match(plain, position)
        if area and (count or long_head):
            return area.end()
        word = _WORD.match(plain, position)
        if not word or not (count or long_head or word["word"][0].isupper()):
            break
        begin = word.start("word")
        if _STOP.match(plain, begin) and not _JOINS_NAME.match(plain, begin):
            break
        if soft is None and _VERB.match(plain, begin):
            if not _NAME_VERB.match(plain, begin):
                break
            soft = position
        position = word.end()
    reached = position if soft is None else soft
    return reached if reached > end else None
