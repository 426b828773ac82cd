"""The gutters of a table in laid-out text: where in a line one cell ends and the next begins."""

from collections.abc import Sequence

from ..lines import Line
from ..marks import is_capitals
from .headlines import Heading, Token, tokens

NUMBER_LENGTH_MAX = 5
CROSSED_MAX = 2
"""Gutters that cells without wide gaps may fill; a run over more of them is prose."""
OVERHANG = 3
"""Letters on both sides of a gutter from which a run lies across it."""
SHIFT_MAX, STEP = 8, 0.1
"""How far one page may be laid out from the other, and what each letter of it costs in lines written over."""
NEAR = 3
WIDE_RUN = 0.4
"""Part of a line's width from which a lone run tells nothing about columns."""


def is_across(found: Sequence[Token], gutters: Sequence[int]) -> bool:
    """Whether a line has one run over two columns, as a title has, perhaps after a number of its own.

    Cells that fill their columns leave one space between them, which lies in the gutter.
    """
    rest = found[1:] if len(found) > 1 and len(found[0].text) <= NUMBER_LENGTH_MAX else found
    if len(rest) != 1:
        return False
    run = rest[0]
    crossed = [gutter for gutter in gutters if run.start + OVERHANG <= gutter <= run.end - OVERHANG]
    if not crossed:
        return False
    own = run is not found[0] or is_capitals(run.text) or len(crossed) > CROSSED_MAX
    return own or any(space_near(run, gutter) is None for gutter in crossed)


def space_near(run: Token, gutter: int) -> int | None:
    """Where a run has a space in a gutter, or a little off before a capital; None when words fill it."""
    at = gutter - run.start
    for off in sorted(range(-NEAR, NEAR + 1), key=abs):
        i = at + off
        if 0 < i < len(run.text) - 1 and run.text[i] == " " and (abs(off) <= 1 or run.text[i + 1].isupper()):
            return i
    return None


def headed_gutters(page: Sequence[Line], heading: Heading) -> list[int]:
    """Between each two headings, the middle of the widest strip that the fewest lines write in."""
    inked = _inked(page, heading.spans[-1][1])
    for start, end in heading.spans:
        for x in range(start, end):
            inked[x] += 1
    out: list[int] = []
    for left, right in zip(heading.spans, heading.spans[1:], strict=False):
        low = max(left[0] + 1, out[-1] + 1 if out else 0)
        out.append(_strip(inked, low, max(right[0] + 1, low + 1), (left[1] + right[0]) // 2))
    return out


def _inked(page: Sequence[Line], width: int) -> list[int]:
    """How many lines write in each column of letters; lone long runs are left out."""
    rows = [tokens(line) for line in page]
    width = max([width, *(token.end for row in rows for token in row)]) + 2
    inked = [0] * width
    for row in rows:
        if len(row) > 1 or len(row[0].text) < WIDE_RUN * width:
            for token in row:
                for x in range(token.start, token.end):
                    inked[x] += 1
    return inked


def _strip(inked: Sequence[int], low: int, high: int, middle: int) -> int:
    least = min(inked[low:high], default=0)
    best, best_score = middle, -1.0
    for start, end in _strips(inked, low, high, least):
        near = 1 / (1 + abs((start + end) / 2 - middle))
        if end - start + near > best_score:
            best, best_score = (start + end) // 2, end - start + near
    return best


def _strips(inked: Sequence[int], low: int, high: int, most: int) -> list[tuple[int, int]]:
    """The strips between two columns of letters in which at most so many lines write, half-open."""
    out: list[tuple[int, int]] = []
    for x in range(low, min(high, len(inked))):
        if inked[x] > most:
            continue
        if out and out[-1][1] == x:
            out[-1] = out[-1][0], x + 1
        else:
            out.append((x, x + 1))
    return out


def shifted_gutters(page: Sequence[Line], before: Sequence[int]) -> list[int]:
    """The gutters on a page without headings; it may be laid out further left or right than the last."""
    inked = _inked(page, before[-1] + SHIFT_MAX + NEAR)
    shift = min(
        range(-SHIFT_MAX, SHIFT_MAX + 1),
        key=lambda step: sum(_ink(inked, gutter + step) for gutter in before) + STEP * abs(step),
    )
    return [_settled(gutter + shift, inked) for gutter in before]


def _ink(inked: Sequence[int], x: int) -> int:
    return inked[x] if 0 <= x < len(inked) else 0


def _settled(gutter: int, inked: Sequence[int]) -> int:
    """The place nearby where the fewest lines write."""
    near = range(max(gutter - NEAR, 0), gutter + NEAR + 1)
    return min(near, key=lambda x: (_ink(inked, x), abs(x - gutter)), default=gutter)
