"""The numbers that Word counts by itself and does not store in the text ("1.", "a)", "-")."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from .xml import Node

LEVELS = 9
STYLES_DEEP_MAX = 20
"""How far a style may stand from the one it is based on."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and printed; `%1` in `form` stands for the count of level 0.

    `restarts_after` is the level (from 1) whose paragraphs start it anew, 0 for never, None for any above.
    `legal` prints every count as a plain number. `paragraph_style` is the style that stands for the level.
    """

    style: str
    form: str
    start: int
    restarts_after: int | None = None
    legal: bool = False
    paragraph_style: str | None = None


@dataclass(frozen=True, slots=True)
class NumberedList:
    """One list (`w:num`): lists of one `kind` count on from each other, unless a level starts over."""

    kind: str | None
    levels: Mapping[int, Level]
    starts_over: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class ListStyle:
    """What a paragraph style says about lists, and the style it is based on."""

    number: str | None
    depth: int | None
    based_on: str | None


class Numbering:
    """Counts the lists of one document in reading order.

    Args:
        load: Gives the `w:abstractNum` and `w:num` elements, and the `w:style` elements that may carry a
            list; called only when a paragraph needs it: a letter's styles are larger than the letter.
    """

    def __init__(self, load: Callable[[], tuple[list[Node], list[Node]]]) -> None:
        """Nothing is counted yet."""
        self._load = load
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    @cached_property
    def _parts(self) -> tuple[dict[str, NumberedList], dict[str, ListStyle]]:
        parts, styles = self._load()
        listed = {node.attributes.get("styleId", ""): _list_style(node) for node in styles}
        return _lists(parts, listed), listed

    def label(self, paragraph: Node) -> str:
        """The label Word would print before this paragraph, with a space; empty when it is in no list."""
        properties = paragraph.child("pPr")
        if properties is None:
            return ""
        number, depth = _reference(properties)
        style = properties.value("pStyle")
        if number is None and style is not None:
            number, of_style = self._by_style(style)
            depth = depth if depth is not None else of_style
        if not number or number == "0" or number not in self._parts[0]:
            return ""
        found = self._parts[0][number]
        level = min(max(depth or 0, 0), LEVELS - 1)
        return self._count(number, found, level) if level in found.levels else ""

    def _by_style(self, style: str) -> tuple[str | None, int | None]:
        """The list and depth of a style or of one it is based on; a list's level may name the style."""
        lists, styles = self._parts
        name: str | None = style
        for _ in range(STYLES_DEEP_MAX):
            found = styles.get(name or "")
            if found is None:
                break
            if found.number is not None:
                levels = lists[found.number].levels if found.number in lists else {}
                linked = (depth for depth, level in levels.items() if level.paragraph_style == name)
                return found.number, next(linked, found.depth)
            name = found.based_on
        return None, None

    def _count(self, number: str, found: NumberedList, level: int) -> str:
        counts = self._counts.setdefault(found.kind or number, [None] * LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for depth in found.starts_over:
                counts[depth] = None
        before = counts[level]
        start = found.starts_over.get(level, found.levels[level].start)
        counts[level] = start if before is None else before + 1
        for depth in range(level + 1, LEVELS):
            after = found.levels[depth].restarts_after if depth in found.levels else None
            if after is None or 0 < level + 1 <= after:
                counts[depth] = None
        return _printed(found.levels, level, counts)


def _printed(levels: Mapping[int, Level], level: int, counts: list[int | None]) -> str:
    own = levels[level]
    if own.style == "bullet":
        return f"{'+' if own.form.strip() == '+' else '-'} "
    if own.style == "none":
        return ""

    def one(match: re.Match[str]) -> str:
        which = int(match[1]) - 1
        count = counts[which]
        shown = levels.get(which)
        style = shown.style if shown and not (own.legal and which < level) else "decimal"
        return _print(count if count is not None else shown.start if shown else 1, style)

    return re.sub(r"%([1-9])", one, own.form) + " "


def _lists(parts: list[Node], styles: Mapping[str, ListStyle]) -> dict[str, NumberedList]:
    kinds = {node.attributes.get("abstractNumId"): node for node in parts if node.name == "abstractNum"}
    numbers = {n.attributes.get("numId", ""): n for n in parts if n.name == "num"}
    out: dict[str, NumberedList] = {}
    for number, node in numbers.items():
        kind = node.value("abstractNumId")
        levels = _levels(_linked(kinds.get(kind), kinds, numbers, styles))
        starts: dict[int, int] = {}
        for override in (child for child in node.children if child.name == "lvlOverride"):
            depth = _small_int(override.attributes.get("ilvl"), -1)
            if not 0 <= depth < LEVELS:
                continue
            levels |= _levels(override)
            if override.value("startOverride") is not None:
                starts[depth] = _small_int(override.value("startOverride"), 1)
        out[number] = NumberedList(kind, levels, starts)
    return out


def _linked(
    kind: Node | None,
    kinds: Mapping[str | None, Node],
    numbers: Mapping[str, Node],
    styles: Mapping[str, ListStyle],
) -> Node | None:
    """A list that only names a numbering style is the list of that style."""
    style = kind.value("numStyleLink") if kind else None
    link = styles.get(style) if style else None
    number = numbers.get(link.number or "") if link else None
    return kinds.get(number.value("abstractNumId"), kind) if number else kind


def _levels(node: Node | None) -> dict[int, Level]:
    out: dict[int, Level] = {}
    for child in node.children if node else ():
        depth = _small_int(child.attributes.get("ilvl"), -1)
        if child.name != "lvl" or not 0 <= depth < LEVELS:
            continue
        restart = child.value("lvlRestart")
        level = Level(
            style=child.value("numFmt") or "decimal",
            form=child.value("lvlText") or "",
            start=_small_int(child.value("start"), 1),
            legal=child.child("isLgl") is not None,
            paragraph_style=child.value("pStyle"),
        )
        out[depth] = replace(level, restarts_after=_small_int(restart, 0)) if restart else level
    return out


def _list_style(style: Node) -> ListStyle:
    properties = style.child("pPr")
    number, depth = _reference(properties) if properties else (None, None)
    return ListStyle(number, depth, style.value("basedOn"))


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
