"""Reads standing phrases through the damage that scanning does: lost or wrong accents, letters for digits.

Only phrases of several syllables that the genre is made of are mended, and only where the base letters agree:
"Phát triên nông thôn" is read as "Phát triển nông thôn". What was mended is told to the clerk.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from . import lexicon as lex
from .restore import canonical

_LETTERS_MIN = 6
_PHRASES = """
    phối hợp với, phối hợp, báo cáo, chủ trì, tham mưu, yêu cầu, đề nghị, thực hiện, triển khai, hoàn thành,
    trước ngày, có trách nhiệm, chịu trách nhiệm, tổng hợp, rà soát, xây dựng, hướng dẫn, kiểm tra, đôn đốc,
    hằng tháng, hằng quý, hằng năm, hàng tháng, hàng quý, hàng năm, định kỳ, Kính gửi, Nơi nhận,
    Ủy ban nhân dân, Hội đồng nhân dân, thành phố, thị trấn, địa phương, cơ quan, đơn vị, kể từ ngày,
    chậm nhất, làm việc,
    hằng tuần, hằng ngày, hàng tuần, hàng ngày, Ban Chỉ huy, Ban Chỉ đạo, Ban Quản lý, đảm bảo, bảo đảm,
    Thủ tướng Chính phủ, Chủ tịch, Giám đốc, Thủ trưởng, Thứ trưởng, Phó Chủ tịch, Văn phòng, Trung tâm,
    các huyện, Công an tỉnh, Thanh tra tỉnh, Chính phủ, khẩn trương, Quyết định, Kế hoạch, Chỉ thị, Công văn,
    Công điện, Thông báo, Nghị quyết, Nghị định, Hướng dẫn, Kết luận, Tờ trình, Độc lập - Tự do - Hạnh phúc,
    Cộng hòa xã hội chủ nghĩa Việt Nam, Căn cứ, theo quy định, gửi về, liên quan
    """
_OTHER_WORDS = frozenset({"để nghỉ", "cần cù", "cần cứ", "từ pháp", "bảo cáo"})
"""What looks like a damaged phrase and is none."""


def _base(text: str) -> str:
    """Letters without accents, one for each character."""
    return "".join(_letter(c) for c in text)


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    plain = unicodedata.normalize("NFD", character)[0].lower()[:1]
    return "d" if plain == "đ" else plain


def _known() -> dict[str, list[str]]:
    """Base letters -> the phrases they may stand for, the likeliest first."""
    names = [f"{head} {field}" for head in ("Sở", "Bộ", "Phòng", "Ban") for field in lex.FIELDS]
    phrases = [*lex.phrases(_PHRASES), "sở, ban, ngành", "phòng, ban", *names, *lex.FIELDS]
    out: dict[str, list[str]] = {}
    for phrase in phrases:
        if len(_base(phrase).replace(" ", "")) >= _LETTERS_MIN:
            out.setdefault(_base(phrase), []).append(phrase)
    return out


_KNOWN = _known()
_DAMAGED = re.compile(
    r"(?<![a-z])(?:"
    + "|".join(re.escape(p) for p in sorted(_KNOWN, key=lambda p: (-len(p), p)))
    + r")(?![a-z])"
)
_DATE = re.compile(r"(?<![\w/])[\dlIO]{1,2}/[\dlIO]{1,2}/[\dlIO]{4}(?![\w/])|(?<=ngày )[\dlIO]{2}(?= tháng)")
_DIGITS = str.maketrans("lIO", "110")


@lru_cache(maxsize=8192)
def legible(text: str) -> str:
    """The form that the grammar matches: canonical, its standing phrases mended; same length as `text`."""
    plain = canonical(text)
    for start, end, phrase in _mended(plain):
        plain = plain[:start] + phrase + plain[end:]
    return _DATE.sub(lambda m: m[0].translate(_DIGITS), plain)


def _mended(plain: str) -> Iterator[tuple[int, int, str]]:
    """Where standing phrases are damaged, and how they read."""
    for match in _DAMAGED.finditer(_base(plain)):
        written = plain[match.start() : match.end()]
        phrase = _KNOWN[match[0]][0]
        sound = {known.lower() for known in _KNOWN[match[0]]} | _OTHER_WORDS
        inner = any(w.isupper() and p.islower() for p, w in zip(phrase[1:], written[1:], strict=True))
        if written.lower() in sound or (phrase[0].isupper() and not written[0].isupper()):
            continue
        if inner and not written.isupper():
            continue
        yield match.start(), match.end(), _in_case_of(phrase, written)


def _in_case_of(phrase: str, written: str) -> str:
    return "".join(p.upper() if w.isupper() else p.lower() for p, w in zip(phrase, written, strict=True))


def mended_phrases(text: str) -> list[tuple[str, str]]:
    """Each damaged phrase as written and as read."""
    plain = canonical(text)
    return [(text[start:end], phrase) for start, end, phrase in _mended(plain)]


def corrected(plain: str, text: str) -> str:
    """The text as restored with its damaged phrases as read; names are taken from it."""
    before = canonical(text)
    if plain == before:
        return text
    return "".join(t if p == b else p for t, b, p in zip(text, before, plain, strict=True))
