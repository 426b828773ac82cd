"""The numbers that Word counts by itself and does not store in the text ("1.", "a)", "-")."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from .xml import Node

LEVELS = 9
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and printed; `%1` in `form` stands for the count of level 0."""

    style: str
    form: str
    start: int


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a document: levels and kind by list, list and depth by style."""

    levels: dict[str | None, dict[int, Level]]
    kinds: dict[str | None, str | None]
    styles: dict[str | None, tuple[str | None, int | None]]


class Numbering:
    """Counts the lists of one document in reading order.

    Args:
        load: Gives the `w:abstractNum` and `w:num` elements, and the `w:style` elements that may carry a
            list; called only when a paragraph needs it: a letter's styles are larger than the letter.
    """

    def __init__(self, load: Callable[[], tuple[list[Node], list[Node]]]) -> None:
        """Nothing is counted yet."""
        self._load = load
        self._counts: dict[str, list[int]] = {}

    @cached_property
    def _lists(self) -> Lists:
        parts, styles = self._load()
        kinds = {n.attributes.get("abstractNumId"): _levels(n) for n in parts if n.name == "abstractNum"}
        numbers = {n.attributes.get("numId"): n.value("abstractNumId") for n in parts if n.name == "num"}
        return Lists(
            levels={number: kinds.get(kind, {}) for number, kind in numbers.items()},
            kinds=numbers,
            styles={n.attributes.get("styleId"): _list_of(n) for n in styles},
        )

    def label(self, paragraph: Node) -> str:
        """The label Word would print before this paragraph, with a space; empty when it is in no list."""
        properties = paragraph.child("pPr")
        if properties is None:
            return ""
        number, depth = _reference(properties)
        style = properties.value("pStyle")
        if number is None and style is not None:
            number, style_depth = self._lists.styles.get(style, (None, None))
            depth = depth if depth is not None else style_depth
        if not number or number == "0":
            return ""
        levels = self._lists.levels.get(number, {})
        level = min(max(depth or 0, 0), LEVELS - 1)
        return self._count(number, level, levels) if level in levels else ""

    def _count(self, number: str, level: int, levels: dict[int, Level]) -> str:
        counts = self._counts.setdefault(self._lists.kinds.get(number) or number, [0] * LEVELS)
        counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        counts[level + 1 :] = [0] * (LEVELS - level - 1)
        if levels[level].style == "bullet":
            mark = levels[level].form.strip()
            return f"{'+' if mark == '+' else '-'} "
        if levels[level].style == "none":
            return ""

        def printed(match: re.Match[str]) -> str:
            which = int(match[1]) - 1
            style = levels[which].style if which in levels else "decimal"
            return _print(counts[which] or 1, style)

        return re.sub(r"%([1-9])", printed, levels[level].form) + " "


def _levels(node: Node) -> dict[int, Level]:
    out: dict[int, Level] = {}
    for child in node.children:
        index = child.attributes.get("ilvl", "")
        if child.name == "lvl" and index.isascii() and index.isdigit():
            start = _small_int(child.value("start"), 1)
            out[int(index)] = Level(child.value("numFmt") or "decimal", child.value("lvlText") or "", start)
    return out


def _list_of(style: Node) -> tuple[str | None, int | None]:
    properties = style.child("pPr")
    return _reference(properties) if properties else (None, None)


def _reference(properties: Node) -> tuple[str | None, int | None]:
    reference = properties.child("numPr")
    if reference is None:
        return None, None
    depth = reference.value("ilvl")
    return reference.value("numId"), _small_int(depth, 0) if depth is not None else None


def _small_int(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


def _print(count: int, style: str) -> str:
    if style in ("lowerLetter", "upperLetter"):
        letter = _LETTERS[(count - 1) % 26] * min((count - 1) // 26 + 1, 3)
        return letter.upper() if style.startswith("upper") else letter
    if style in ("lowerRoman", "upperRoman"):
        text = ""
        rest = min(count, 50)
        for value, sign in _ROMAN:
            text, rest = text + sign * (rest // value), rest % value
        return text.upper() if style.startswith("upper") else text
    return f"{count:02}" if style == "decimalZero" else str(count)
