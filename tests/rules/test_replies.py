"""What a short answer means; a wrong reading would acknowledge what nobody has seen."""

import unicodedata
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.replies import ALPHABET, CODE_LENGTH, Reply, read_reply, received_payload, show_code

DELIVERY = UUID("01890000-0000-7000-8000-000000000000")


@pytest.mark.parametrize(
    "said", ["Đã nhận", "đã nhận.", " ĐÃ  NHẬN! ", "da nhan", "Vâng, đã nhận", "Đã nhận ạ"]
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_received_in_the_ways_people_write_it(said: str, form: str) -> None:
    assert read_reply(unicodedata.normalize(form, said)) == Reply(received=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said", ["", "Chưa nhận", "Không nhận", "Đã nhận nhầm, trả lại", "Đã nhận chưa?  Hỏi anh B", "nhận", "#"]
)
def test_what_only_a_person_can_read_is_left_to_people(said: str) -> None:
    assert read_reply(said) == Reply()


def test_a_button_names_its_delivery() -> None:
    assert read_reply(received_payload(DELIVERY)) == Reply(received=True, delivery_id=DELIVERY)


@given(st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.sampled_from([" ", "-", "", " - "]))
def test_a_code_is_read_however_it_is_typed(code: str, between: str) -> None:
    assert read_reply(show_code(code)).code == code
    assert read_reply(f" {code[:4]}{between}{code[4:]} ".lower()).code == code
