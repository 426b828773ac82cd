"""Text as it was meant: one Unicode form, no invisible characters, no marks of markup."""

import re
import unicodedata

INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
SPACES = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
LETTERS_OF_OLD = str.maketrans("ƣƢðÐ", "ưƯđĐ")
"""Letters that old fonts and scanners put for Vietnamese ones."""
BREAKS = {0x000B: "\n", 0x0085: "\n", 0x2028: "\n", 0x2029: "\n"}
LIKE_ANOTHER = str.maketrans("–—‑‐−“”„’‘ðÐˆ˜~", '-----"""\'\'đĐ^--')

STRONG = re.compile(r"\*{2,}")
EMPHASIS_OPENS = re.compile(r"(?<![\w*(])\*(?=[^\W\d_])")
EMPHASIS_CLOSES = re.compile(r"(?<=[^\s*(])\*(?![\w*)])")
UNDERLINE = re.compile(r"(?<![\w_])__(?=\w)|(?<=[\w.:;,!?)])__(?![\w_])")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+")
QUOTE = re.compile(r"(?m)^[ \t]{0,3}>[ \t]?")
HARD_BREAK = re.compile(r"(?m)(?:\\|<br\s*/?>)[ \t]*$")

OLD_TONE = re.compile(r"(?<!q)([ou])([àáảãạèéẻẽẹỳýỷỹỵ])(?!\w)", re.IGNORECASE)


def clean(text: str) -> str:
    """Compose to NFC, unify line ends and spaces, and drop what cannot be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(INVISIBLE | SPACES | BREAKS | LETTERS_OF_OLD)
    return unicodedata.normalize("NFC", text)


def unmark(text: str) -> str:
    """Take away Markdown: bold, italics, hard breaks, headings, quotes, escapes."""
    text = HARD_BREAK.sub("", text)
    text = HEADING.sub("", text)
    text = QUOTE.sub("", text)
    for mark in (STRONG, EMPHASIS_OPENS, EMPHASIS_CLOSES, UNDERLINE):
        text = mark.sub("", text)
    return ESCAPED.sub(r"\1", text)


def _new_tone(match: re.Match[str]) -> str:
    glide, toned = match.groups()
    parts = unicodedata.normalize("NFD", toned)
    return unicodedata.normalize("NFC", glide + parts[1:]) + parts[0]


def canonical(text: str) -> str:
    """The form that the grammar matches: òa for oà, one kind of dash and of quotes; same length as `text`."""
    return OLD_TONE.sub(_new_tone, text.translate(LIKE_ANOTHER))


def fold(text: str) -> str:
    """Letters and digits only, without case and accents, for comparing names."""
    marked = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(c for c in marked if not unicodedata.combining(c))
    return re.sub(r"[^0-9a-z]+", " ", plain).strip()
