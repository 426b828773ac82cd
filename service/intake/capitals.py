"""Gives a heading in capitals ("1. SỞ TÀI CHÍNH") the letters that names are known by."""

import re

from . import lexicon as lex
from . import marks

_NAMES = (*lex.FIELDS, *lex.HEADS, "Giao", "Yêu cầu", "Đề nghị")
_PROPER = {name.lower(): name for name in sorted(_NAMES, key=len)}
_KNOWN = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(n) for n in sorted(_PROPER, key=len, reverse=True)) + r")(?!\w)"
)


def uncapitalised(plain: str) -> str:
    """The same text, character by character, in small letters except for known names; other text as it is."""
    if not marks.is_capitals(plain):
        return plain
    small = plain.lower()
    return _KNOWN.sub(lambda m: _PROPER[m[0]], small) if len(small) == len(plain) else plain
