"""What is put into a Zalo message, and to whom, before anything is sent.

The complaints these prevent: "my title was refused because I typed it on a Mac", "the link was cut in
half", "one title rang the phones of the whole group".
"""

import unicodedata

import pytest

from service.notify.channels.zalo.address import AddressInvalid, ZaloAddress
from service.notify.channels.zalo.payloads import consultation_text, without_mentions
from tests.fakes.outgoing import FIRST, outgoing


@pytest.mark.parametrize(
    ("text", "uid", "phone"),
    [
        ("uid:1001", "1001", ""),
        ("phone:84900000001", "", "84900000001"),
        ("phone:0900000001", "", "84900000001"),
        ("phone:+84 900.000-001", "", "84900000001"),
        ("group: ab12 ;uid:1001", "1001", ""),
        (" uid:1001 ; PHONE: (090) 000 0001 ", "1001", "84900000001"),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, uid: str, phone: str) -> None:
    assert ZaloAddress.parse(text) == ZaloAddress(uid, phone, "ab12" if "group" in text else "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "1001",
        "uid:abc",
        "uid:1;uid:2",
        "phone:84200000001",
        "phone:8490000001",
        "phone:849000000011",
        "fax:1",
    ],
)
def test_an_address_that_cannot_work_is_refused(text: str) -> None:
    with pytest.raises(AddressInvalid):
        ZaloAddress.parse(text)


def test_a_long_text_is_cut_but_its_link_is_whole() -> None:
    message = outgoing(text="Nội dung rất dài. " * 400 + FIRST.link)
    text = consultation_text(message)
    assert len(text) <= 2000
    assert text.endswith(f"…\n{FIRST.link}")


def test_text_typed_on_another_machine_gets_the_same_verdict() -> None:
    composed = outgoing(text="Nhiệm vụ đến hạn. " * 100 + FIRST.link)
    decomposed = outgoing(text=unicodedata.normalize("NFD", composed.text))
    assert len(decomposed.text) > 2000 > len(composed.text)
    assert consultation_text(decomposed) == consultation_text(composed) == composed.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Kính gửi [@all] họp", "Kính gửi  họp"),
        ("[[@1]@all]", ""),
        ("[@[@1]all]", "all]"),
        ("[a] @b", "[a] @b"),
    ],
)
def test_a_title_cannot_call_a_whole_group(text: str, left: str) -> None:
    assert without_mentions(text) == left
