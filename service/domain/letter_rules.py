"""Which documents an office writes about its duties, and what each kind is called (rules only)."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is for.

    `progress`: the periodic report. `late_list`: the late duties for the weekly meeting. `urging`: a letter
    that urges late units on (công văn đôn đốc). `criticism`: one that criticises them (phê bình).
    """

    PROGRESS = "progress"
    LATE_LIST = "late_list"
    URGING = "urging"
    CRITICISM = "criticism"


class LetterKind(StrEnum):
    """A document that is signed, gets a number and goes to units."""

    URGING = "urging"
    CRITICISM = "criticism"


SHIPPED = 0
"""The version of the form that comes with the service, before an office sets a template."""

DOCUMENT_WORDS = {
    DocumentKind.PROGRESS: "báo cáo định kỳ",
    DocumentKind.LATE_LIST: "danh sách nhiệm vụ quá hạn",
    DocumentKind.URGING: "công văn đôn đốc",
    DocumentKind.CRITICISM: "văn bản phê bình",
}
SUBJECTS = {
    LetterKind.URGING: "đôn đốc thực hiện nhiệm vụ quá hạn",
    LetterKind.CRITICISM: "phê bình việc chậm thực hiện nhiệm vụ được giao",
}
LETTER_WORDS = {LetterKind.URGING: "công văn đôn đốc", LetterKind.CRITICISM: "văn bản phê bình"}
