"""Every sentence of the pages exists in both languages."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.api.problems import explained
from service.web import language
from service.web.duty_words import words
from service.web.refusals import SENTENCES
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, read

WEB = Path(language.__file__).parent
PHONE_PAGES = {"link.html", "link_unknown.html", "message.html", "page.html"}
"""What the link in a message opens: Vietnamese, as the message is."""


def test_no_sentence_is_missing_in_english() -> None:
    found = extract_from_dir(
        WEB,
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "marked": None},
    )
    known: set[str] = set()
    for path in sorted((WEB / "locale" / "en").glob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale="en")
        known |= {
            message.id if isinstance(message.id, str) else message.id[0]
            for message in catalogue
            if message.string and message.id
        }
    wanted = {
        (text if isinstance(text, str) else text[0])
        for place, _, text, *_ in found
        if Path(place).name not in PHONE_PAGES
    } | words()
    assert sorted(wanted - known) == []
    assert sorted(known - wanted) == []


@pytest.mark.parametrize("kind", explained().values(), ids=explained().keys())
def test_every_refusal_has_a_sentence_of_its_own(kind: type) -> None:
    named = {"grant-refused", "idempotency-key-required", "idempotency-key-reused"}
    assert kind.slug in SENTENCES.keys() | named  # type: ignore[attr-defined]


def test_somebody_who_chooses_english_reads_english_everywhere(office: District) -> None:
    desk = Desk.of(office)
    assert "Đổi mật khẩu" in read(desk.open("/account"))
    desk.site.post("/language", data={"language": "en", "then": "/account"}, headers=FROM_A_PAGE)
    assert "Change password" in read(desk.open("/account"))
