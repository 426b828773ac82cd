"""Whatever a letter went through on its way, the same reading comes out."""

import re
import textwrap
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.intake import read
from service.intake.blocks import build
from service.intake.limits import DEFAULT
from service.intake.lines import Zone
from service.intake.readers import read_pages
from service.intake.restore import canonical
from service.intake.zones import arrange

from .documents import CORPUS, SEED

DOCUMENTS = {
    "seed": SEED,
    **{path.stem: path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.txt"))},
}
NEW_TONE = re.compile(
    r"([oO])([aAeE])([\u0300\u0301\u0303\u0309\u0323])|([uU])([yY])([\u0300\u0301\u0303\u0309\u0323])"
)
OLD_TONE = re.compile(r"([oOuU])([\u0300\u0301\u0303\u0309\u0323])([aAeEyY])(?![a-zA-Z\u0300-\u036f])")


def reading(text: str) -> Any:
    """What was read, without the places it was read from; the place of a tone does not matter."""
    return _bare(read(text.encode(), "letter.txt").to_json())


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k not in ("span", "spans")}
    if isinstance(value, list):
        return [_bare(v) for v in value]
    return re.sub(r"\s+", " ", canonical(value)) if isinstance(value, str) else value


def older_tones(text: str) -> str:
    """Write òa as oà, as typewriters of the other school do."""
    marked = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", OLD_TONE.sub(r"\1\3\2", marked))


def rewrapped(text: str, width: int) -> str:
    """Break the body's paragraphs anew; letterhead and foot keep their columns."""
    lines = arrange(read_pages(text.encode(), "letter.txt", DEFAULT).lines)
    _, blocks = build(lines)
    body = [line.text for line in lines if line.zone is Zone.BODY]
    start = text.index(body[0])
    start = text.rindex("\n", 0, start) + 1 if "\n" in text[:start] else 0
    end = text.index(body[-1], start) + len(body[-1])
    paragraphs = [
        textwrap.fill(b.text, width, break_on_hyphens=False, break_long_words=False)
        for b in blocks
        if b.zone is Zone.BODY
    ]
    return text[:start] + "\n\n".join(paragraphs) + "\n" + text[end:]


def bold(text: str) -> str:
    """Set every line in bold Markdown; lines in columns have none."""
    return re.sub(r"(?m)^([ \t]*)(?!\*)(\S+(?: \S+)*)$", r"\1**\2**", text)


CHANGES: dict[str, Callable[[str], str]] = {
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "older tones": older_tones,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "trailing spaces": lambda text: re.sub(r"(?=\r?\n)(?<!\r)", "  ", text),
    "non-breaking spaces": lambda text: text.replace("UBND ", "UBND\u00a0"),
    "zero-width characters": lambda text: "\ufeff" + text.replace("huyện", "hu\u200byện"),
    "wrapped at 60": lambda text: rewrapped(text, 60),
    "wrapped at 72": lambda text: rewrapped(text, 72),
    "wrapped at 90": lambda text: rewrapped(text, 90),
    "never wrapped": lambda text: rewrapped(text, 100_000),
    "bold": bold,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_letter_reads_the_same_in_other_clothes(name: str, change: str) -> None:
    assert reading(CHANGES[change](DOCUMENTS[name])) == reading(DOCUMENTS[name])


@settings(max_examples=20, deadline=None)
@given(
    name=st.sampled_from(sorted(DOCUMENTS)),
    changes=st.lists(st.sampled_from(sorted(CHANGES)), max_size=3, unique=True),
)
def test_changes_add_up_without_harm(name: str, changes: list[str]) -> None:
    text = DOCUMENTS[name]
    for change in sorted(changes, key=lambda c: not c.startswith(("wrapped", "never"))):
        text = CHANGES[change](text)
    assert reading(text) == reading(DOCUMENTS[name])
