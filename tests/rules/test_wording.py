"""An office worded its reminders itself, and the deadline was gone from all of them."""

import re
import unicodedata
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.domain.consent_rules import FAILURE_WORDS
from service.domain.errors import WordingRefused
from service.domain.escalation import ROLE_WORDS, Role, WatchKind
from service.domain.events.audience import AUDIENCE, OF_MACHINERY
from service.domain.events.channels import ChannelTried
from service.domain.ids import NIL
from service.domain.lifecycle import State
from service.domain.reading.message_lines import Line
from service.domain.reading.message_words import EVENTS, Contents, Words, word
from service.domain.reading.notices import HAPPENED, TO_DO, Notice
from service.domain.wording import DEFAULTS, DUTY, RULES, Texts, WordingKind, checked

pytestmark = pytest.mark.rules

DIGEST = DEFAULTS[WordingKind.DIGEST]
TODAY = date(2024, 5, 10)
LINK = "https://nhacviec.example.vn/m/1"


def faults(**changed: str) -> list[tuple[str, str]]:
    with pytest.raises(WordingRefused) as refused:
        checked(replace(DIGEST, **changed))
    return [(fault["text"], fault["code"]) for fault in refused.value.faults]


def line(**facts: Any) -> Line:
    given = {
        "obligation_id": uuid4(), "code": "123/UBND-VP", "subject": "Rà soát tiêu chí", "locator": "1",
        "title": "Báo cáo kết quả thực hiện", "unit": "UBND xã An Bình", "subordinate": True,
        "state": State.ASSIGNED, "due_on": date(2024, 5, 15), "watch": WatchKind.DEADLINE, "event": None,
        "rank": 10, "told_before": {}, "person_id": UUID(int=1), "version": 1,
    }  # fmt: skip
    return Line(**(given | facts))


def worded(lines: list[Line], texts: Texts = DIGEST, channel: str = "email") -> Words:
    about = Contents(lines=lines, office="Văn phòng UBND", link=LINK, answers={}, offers={}, today=TODAY)
    return word(about, texts, channel=channel)


@pytest.mark.parametrize("kind", WordingKind)
def test_the_built_in_texts_keep_their_own_rules(kind: WordingKind) -> None:
    assert checked(DEFAULTS[kind]) == DEFAULTS[kind]


@pytest.mark.parametrize("kind", sorted(set(WordingKind) - {WordingKind.NOTICE}))
@pytest.mark.parametrize("channel", ["email", "zalo"])
def test_every_message_says_the_duty_its_deadline_and_the_link(kind: WordingKind, channel: str) -> None:
    words = worded([line()], DEFAULTS[kind], channel)
    for said in ("123/UBND-VP, mục 1", "Báo cáo kết quả thực hiện", "đến hạn 15/05/2024", LINK):
        assert said in words.text
    assert "{" not in words.text + words.subject + words.html


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"body": "{cac_viec}\n{lien_ket}\n{ten_toi}"}, [("body", "unknown-placeholder")]),
        ({"body": "{cac_viec.__class__} {lien_ket}"}, [("body", "unknown-placeholder")]),
        ({"body": "{cac_viec[0]} {lien_ket}"}, [("body", "unknown-placeholder")]),
        ({"body": "{0} {cac_viec} {lien_ket}"}, [("body", "unknown-placeholder")]),
        ({"body": "{cac_viec!r} {lien_ket}"}, [("body", "malformed")]),
        ({"body": "{cac_viec:>9} {lien_ket}"}, [("body", "malformed")]),
        ({"zalo": "{cac_viec} {lien_ket"}, [("zalo", "malformed")]),
        ({"zalo": "Xem {lien_ket}"}, [("zalo", "missing-placeholder")]),
        ({"body": "{cac_viec}"}, [("body", "missing-placeholder")]),
        ({"duty": "{van_ban}: {noi_dung}"}, [("duty", "missing-placeholder")]),
        ({"body": "{cac_viec}{cac_viec}{lien_ket}"}, [("body", "repeated-placeholder")]),
        ({"opening": "  "}, [("opening", "empty")]),
        ({"subject": "{van_ban}" + "x" * 191}, [("subject", "too-long")]),
        ({"subject": "Nhắc việc", "duty": "{x}"}, [("subject", "missing-placeholder"),
                                                   ("duty", "unknown-placeholder")]),
    ],
)  # fmt: skip
def test_what_would_mislead_or_not_fit_is_refused_with_every_fault(
    changed: dict[str, str], told: list[tuple[str, str]]
) -> None:
    assert faults(**changed) == told


def test_a_text_for_zalo_fits_at_its_longest_however_it_was_typed() -> None:
    words = "Đề nghị đồng chí thực hiện. " * 40
    room = RULES["zalo"].length_max - sum(
        RULES["zalo"].placeholders[name].length_max for name in ("cac_viec", "lien_ket")
    )
    just = words[: room - 1].strip() + "{cac_viec}{lien_ket}"
    typed = unicodedata.normalize("NFD", just)
    assert len(typed) > RULES["zalo"].length_max - 700
    assert checked(replace(DIGEST, zalo=typed)).zalo == just
    assert faults(zalo=words[:room].strip() + "xxxx{cac_viec}{lien_ket}") == [("zalo", "too-long")]


def test_forty_duties_on_zalo_end_with_how_many_more_there_are() -> None:
    words = worded([line(title=f"Việc số {n} " + "x" * 60) for n in range(40)], channel="zalo")
    assert len(words.text) <= 2000
    assert 5 < words.shown < 20
    assert f"… và {40 - words.shown} việc khác." in words.text
    assert LINK in words.text
    assert "Đồng chí có 40 việc" in words.text


def notice(**facts: Any) -> Notice:
    given = {
        "kind": "channel.reauthorisation_needed.v1", "subject_id": UUID(int=7), "matter": "Kênh Zalo",
        "happened": HAPPENED["channel.reauthorisation_needed.v1"],
        "since": datetime(2024, 5, 10, 1, 31, tzinfo=UTC),
        "to_do": TO_DO["channel.reauthorisation_needed.v1"].format(channel="zalo"),
    }  # fmt: skip
    return Notice(**(given | facts))


def notified(*notices: Notice, lines: list[Line], kind: WordingKind, channel: str = "email") -> Words:
    about = Contents(
        lines=lines, office="Văn phòng UBND", link=LINK, answers={}, offers={}, today=TODAY, notices=notices
    )
    return word(about, DEFAULTS[kind], channel=channel)


@pytest.mark.parametrize("channel", ["email", "zalo"])
def test_a_notice_says_what_happened_since_when_and_what_to_do_and_has_no_button(channel: str) -> None:
    words = notified(notice(), lines=[], kind=WordingKind.NOTICE, channel=channel)
    assert words.subject == f"[Sự cố] Kênh Zalo: {HAPPENED['channel.reauthorisation_needed.v1']}"
    for said in ("Kênh Zalo (từ 08:31 ngày 10/05/2024)", "POST /v1/channels/zalo/consents", LINK):
        assert said in words.text
    assert (words.code, words.unit, words.due) == ("Kênh Zalo", "Văn phòng UBND", "")
    assert words.html.count("<a ") == 1
    assert "{" not in words.text + words.subject + words.html


def test_no_notice_is_cut_even_where_a_deputy_reads_it() -> None:
    longest = max(f" (thay {words} vắng mặt)" for words in ROLE_WORDS.values())
    for kind in OF_MACHINERY:
        for failure in FAILURE_WORDS.values():
            facts = {"failure": failure, "day": "01/07/2025", "left": "99999 việc và 99 sổ theo dõi"}
            assert len(HAPPENED[kind].format_map(facts)) <= DUTY["noi_dung"].length_max
        to_do = TO_DO[kind].format(channel="zalo", subject=NIL)
        assert len(to_do + longest) <= DUTY["tinh_trang"].length_max
    away = notified(notice(in_place_of=Role.CLERK), lines=[], kind=WordingKind.NOTICE)
    assert "tại /v1/channels (thay văn thư vắng mặt)." in away.text


def test_what_was_missed_of_the_machinery_comes_before_the_duties_and_is_counted_with_them() -> None:
    words = notified(notice(), notice(matter="Nơi nhận"), lines=[line()], kind=WordingKind.MISSED)
    assert "Nay gửi gộp 3 việc" in words.text
    assert words.text.index("1. Kênh Zalo") < words.text.index("3. 123/UBND-VP, mục 1")
    assert words.subject == "[Nhắc việc] 2 sự cố, 1 việc: Kênh Zalo, Nơi nhận, 123/UBND-VP"
    many = [notice(matter=f"Nơi nhận {n}") for n in range(30)]
    short = notified(*many, lines=[], kind=WordingKind.NOTICE, channel="zalo")
    assert len(short.text) <= 2000
    assert f"… và {30 - short.shown} việc khác." in short.text


def test_what_a_title_says_is_never_read_as_a_text() -> None:
    words = worded([line(title="Dùng {lien_ket} và <b>in</b> {khong_co}")])
    assert "Dùng {lien_ket} và <b>in</b> {khong_co}" in words.text
    assert "Dùng {lien_ket} và &lt;b&gt;in&lt;/b&gt; {khong_co}" in words.html


def test_a_unit_that_is_not_commanded_is_asked_and_the_own_leader_is_not() -> None:
    assert worded([line(subordinate=False)]).text.startswith("Kính đề nghị quý cơ quan")
    assert worded([line(subordinate=False, at_keeper=True)]).text.startswith("Đồng chí có 1 việc")


def test_a_duty_that_is_told_of_twice_is_counted_once() -> None:
    one = line()
    words = worded([one, replace(one, watch=None, event="obligation.assigned.v1"), line(code="9/QĐ-UBND")])
    assert words.text.startswith("Đồng chí có 2 việc")
    assert words.subject == "[Nhắc việc] 2 việc thuộc 2 văn bản: 123/UBND-VP, 9/QĐ-UBND"


def test_a_mail_looks_the_same_with_and_without_html() -> None:
    words = worded([line()], replace(DIGEST, body="{mo_dau}\n\n{cac_viec}\nMời xem {lien_ket}\n\nKính thư"))
    shown = unescape(re.sub(r"\s*<[^>]+>\s*", " ", words.html.partition("</head>")[2]))
    assert re.sub(r"\s+", " ", shown).strip() == re.sub(r"\s+", " ", words.text).strip()
    assert f'<a href="{LINK}"' in words.html


def test_every_fact_that_somebody_is_told_has_words() -> None:
    assert set(EVENTS) == set(AUDIENCE) - OF_MACHINERY
    assert set(HAPPENED) == set(TO_DO) == OF_MACHINERY | {ChannelTried.kind}


def test_every_text_has_a_rule() -> None:
    assert set(asdict(DIGEST)) == set(RULES)
