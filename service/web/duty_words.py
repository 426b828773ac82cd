"""How a duty stands, in the words of the office's book, each with the colour of its meaning.

The words are those of the register's file, so that the page and the file say the same.
"""

from typing import NamedTuple

from service.domain.lifecycle import State, Timeliness
from service.reports.register import STATE_WORDS, TIMELINESS_WORDS

KINDS: dict[Timeliness | None, str] = {
    None: "",
    Timeliness.UNDATED: "",
    Timeliness.ON_TRACK: "",
    Timeliness.DUE_SOON: "warn",
    Timeliness.OVERDUE: "bad",
    Timeliness.DONE_ON_TIME: "good",
    Timeliness.DONE_LATE: "warn",
    Timeliness.DONE_UNDATED: "good",
    Timeliness.PAUSED: "",
}
"""Timeliness → class of its badge in `office.css`; empty for what needs nobody's eye."""

WHOLE = frozenset(
    {Timeliness.DONE_ON_TIME, Timeliness.DONE_LATE, Timeliness.DONE_UNDATED},
)
"""What says the state too: nothing stands beside it."""


class Badge(NamedTuple):
    """A few words, in Vietnamese, and the class of what shows them."""

    words: str
    kind: str


def badges(state: State, timeliness: Timeliness | None = None) -> list[Badge]:
    """Return what is shown of a duty: its state, then how it stands in time, where that says more."""
    told, kind = TIMELINESS_WORDS[timeliness], KINDS[timeliness]
    if told is None or timeliness is Timeliness.PAUSED:
        return [Badge(STATE_WORDS[state], "")]
    if timeliness in WHOLE:
        return [Badge(told, kind)]
    return [Badge(STATE_WORDS[state], ""), Badge(told, kind)]


def words() -> set[str]:
    """Return every word that a badge may show, for the catalogues of other languages."""
    return {*STATE_WORDS.values(), *(told for told in TIMELINESS_WORDS.values() if told is not None)}
