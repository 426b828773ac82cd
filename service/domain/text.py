"""Vietnamese text as people search for it."""

import re
import unicodedata
from datetime import date

ABBREVIATIONS = {
    "uy ban nhan dan": "ubnd",
    "hoi dong nhan dan": "hdnd",
    "mat tran to quoc": "mttq",
    "nong thon moi": "ntm",
    "muc tieu quoc gia": "mtqg",
    "van phong": "vp",
    "phat trien nong thon": "ptnt",
    "giao duc va dao tao": "gd dt",
    "lao dong thuong binh va xa hoi": "ld tb xh",
}


def nfc(text: str) -> str:
    """Return text in the one form that is stored (Unicode NFC, single spaces)."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Return text without accents, case and punctuation: "Đào tạo" and "dao  tao" are one."""
    plain = unicodedata.normalize("NFD", text)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn").casefold().replace("đ", "d")
    return re.sub(r"[^0-9a-z]+", " ", plain).strip()


def fold_name(name: str) -> str:
    """Return a unit's name folded, with the field's long words as the short ones everybody writes."""
    folded = fold(name)
    for long, short in ABBREVIATIONS.items():
        folded = folded.replace(long, short)
    return re.sub(r"^(cac|nhung) ", "", folded)


def shorten(text: str, length_max: int) -> str:
    """Cut text at a word, with an ellipsis, to at most `length_max` characters."""
    if len(text) <= length_max:
        return text
    return text[: length_max - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def cited(kind: str, number: str | None, symbol: str | None, day: date | None) -> str:
    """Return how a letter names a document: "Công văn số 123/UBND-VP ngày 15/04/2024".

    A number that is not given yet is left open, as on the paper: "Công văn số …/UBND-VP".
    """
    code = f"{number or '…'}/{symbol}" if symbol else number
    numbered = f"{kind or 'văn bản'} số {code}" if code else kind or "văn bản"
    return f"{numbered} ngày {day:%d/%m/%Y}" if day else numbered
