"""How an office words its messages, as it goes out."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.message_words import Words
from service.domain.reading.wordings import WordingRow
from service.domain.wording import RULES, WordingKind


class TextsView(TypedDict):
    """The texts of one kind of message."""

    subject: str
    opening: str
    request: str
    duty: str
    body: str
    zalo: str


class WordingView(TypedDict):
    """One version of the texts of a kind; version 0 is built in and was made by nobody."""

    kind: WordingKind
    version: int
    texts: TextsView
    reason: str
    made_by_name: str | None
    made_at: datetime | None


class PlaceholderView(TypedDict):
    """A name that a text may hold in braces; what it stands for is never longer than `length_max`."""

    name: str
    meaning: str
    length_max: int
    is_needed: bool


class TextRuleView(TypedDict):
    """What holds for one text; `length_max` is for the text with every name at its longest."""

    text: str
    length_max: int
    placeholders: list[PlaceholderView]


class WordingList(TypedDict):
    """The texts that hold for every kind of message, and what may stand in them."""

    items: list[WordingView]
    rules: list[TextRuleView]


class WordingPage(TypedDict):
    """Versions of the texts of a kind, the newest first."""

    items: list[WordingView]
    next: str | None


class WordedView(TypedDict):
    """The message on one channel; `length` counts characters after Unicode NFC, `shown` the duties in it."""

    channel: str
    subject: str | None
    text: str
    length: int
    length_max: int | None
    shown: int


class WordingPreview(TypedDict):
    """A real message of the register as the texts word it; `lines` is how much it tells of."""

    kind: WordingKind
    message_id: UUID
    lines: int
    channels: list[WordedView]


def wording_view(row: WordingRow) -> WordingView:
    """Return one version."""
    texts = asdict(row.texts)
    return {
        "kind": row.kind,
        "version": row.version,
        "texts": TextsView(**texts),  # type: ignore[typeddict-item]
        "reason": row.reason,
        "made_by_name": row.made_by_name,
        "made_at": row.made_at,
    }


def rules_view() -> list[TextRuleView]:
    """Return what may and must stand in each text."""
    return [
        {
            "text": text,
            "length_max": rule.length_max,
            "placeholders": [
                {
                    "name": name,
                    "meaning": placeholder.meaning,
                    "length_max": placeholder.length_max,
                    "is_needed": name in rule.needed,
                }
                for name, placeholder in rule.placeholders.items()
            ],
        }
        for text, rule in RULES.items()
    ]


def preview_view(
    kind: WordingKind, message_id: UUID, lines: int, worded: Sequence[tuple[str, Words]]
) -> WordingPreview:
    """Return a message as it would go by each channel."""
    return {
        "kind": kind,
        "message_id": message_id,
        "lines": lines,
        "channels": [
            {
                "channel": channel,
                "subject": None if channel == "zalo" else words.subject,
                "text": words.text,
                "length": len(unicodedata.normalize("NFC", words.text)),
                "length_max": RULES["zalo"].length_max if channel == "zalo" else None,
                "shown": words.shown,
            }
            for channel, words in worded
        ],
    }
