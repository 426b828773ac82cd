"""Tells text of the code tables before Unicode (TCVN3, VNI), which fonts made look Vietnamese.

Such text is not converted: no kept library knows these tables, and which letters are capitals only the fonts
tell. The clerk is asked for a copy in Unicode.
"""

import re

from .proposal import Finding

TELLING_MIN = 4
"""Words of one table that tell it; a name in a Unicode text may look like one of them."""
_WORDS = {
    "TCVN3 (ABC)": (
        "céng", "céng hßa", "®éc", "lËp", "ngµy", "th¸ng", "n¨m", "cña", "c¸c", "vµ", "viÖt", "sè", "tØnh",
        "huyÖn", "x·", "nh©n", "d©n", "®Þnh", "thùc", "hiÖn", "®¬n", "vÞ", "®èc", "nhiÖm", "vô", "tr­ëng",
    ),
    "VNI": (
        "coäng", "ñoäc", "laäp", "ngaøy", "thaùng", "naêm", "cuûa", "caùc", "vaø", "vieät", "soá", "tænh",
        "huyeän", "xaõ", "nhaân", "daân", "ñònh", "thöïc", "hieän", "ñôn", "vò", "ñoác", "nhieäm", "vuï",
    ),
}  # fmt: skip
_FORMS = {
    name: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    for name, words in _WORDS.items()
}
_UNICODE = re.compile(r"(?<!\w)(?:của|các|và|ngày|tháng|năm|nhân|dân|thực|hiện)(?!\w)", re.IGNORECASE)


def legacy_table(text: str) -> str | None:
    """The name of the old code table that a text is in, at least for the better part."""
    unicode_words = sum(1 for _ in _UNICODE.finditer(text))
    counts = {name: sum(1 for _ in form.finditer(text)) for name, form in _FORMS.items()}
    name, count = max(counts.items(), key=lambda pair: pair[1])
    return name if count >= TELLING_MIN and count > unicode_words else None


def legacy_findings(text: str) -> tuple[Finding, ...]:
    """What the clerk must know of such a text."""
    name = legacy_table(text)
    if name is None:
        return ()
    message = (
        f"Văn bản dùng bảng mã cũ {name} nên đọc không đúng chữ; "
        "hãy chuyển sang Unicode (TCVN 6909) rồi nạp lại."
    )
    return (Finding("legacy-encoding", "error", message, "text"),)
