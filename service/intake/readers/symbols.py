"""Marks that fonts of pictures draw at private places of Unicode, as Word's lists use them."""

_DRAWN = {
    0x2D: "-", 0x2B: "+", 0x6F: "○", 0x71: "□", 0x76: "-", 0x9F: "•", 0xA7: "▪", 0xA8: "□", 0xB7: "•",
    0xD8: "➢", 0xDE: "-", 0xE0: "-", 0xF0: "-", 0xFC: "✓", 0xFE: "✓",
}  # fmt: skip
"""Code in Symbol or Wingdings -> the mark that means the same."""
PRIVATE = 0xF000
MARKS = {PRIVATE + code: mark for code, mark in _DRAWN.items()}


def drawn(code: int) -> str:
    """The mark at a private place, nothing when it is unknown."""
    return MARKS.get(code if code >= PRIVATE else PRIVATE + code, "")
