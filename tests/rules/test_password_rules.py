"""Passwords, pauses, codes and what claims mean: rules without a database."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.account_refusals import ClaimsNotMapped, PasswordRefused
from service.domain.claim_rules import ClaimRules, RoleRule, role_of, values_of
from service.domain.password_rules import (
    CODE_LETTERS,
    accepted,
    folded_login,
    hashed_code,
    new_code,
    pause_after,
)
from service.domain.permissions import KeyRole


def test_pauses_begin_with_the_fifth_and_never_get_shorter() -> None:
    pauses = [pause_after(failed) or timedelta() for failed in range(100)]
    assert pauses[:5] == [timedelta()] * 5
    assert [pause.total_seconds() / 60 for pause in pauses[5:10]] == [1, 5, 15, 60, 60]
    assert pauses == sorted(pauses)


@given(st.text(alphabet=string.printable + "ăâđêôơư ", min_size=4, max_size=100))
def test_no_kind_of_character_is_asked_for(between: str) -> None:
    password = f"rừng{between}sông"
    assert accepted(password, "van-thu") == password


@pytest.mark.parametrize(
    "password", ["con mèo trèo cây", "correct horse battery", "8f3k29fj2k3d", "đđđđ êêêê ôôôô ăăăă"]
)
def test_a_sentence_is_a_password(password: str) -> None:
    assert accepted(password, "van-thu") == password


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("x" * 11, "too_short"),
        ("xy" * 65, "too_long"),
        ("9876543210987654", "common"),
        ("qwertyuiopas", "common"),
        ("!!matkhaumoi!!", "common"),
        ("lan.nguyen!2024", "login"),
    ],
)
def test_the_first_guesses_are_refused(password: str, why: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        accepted(password, "lan.nguyen@example.vn")
    assert refused.value.why == why


def test_a_code_is_known_however_it_is_typed() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert set(code) <= {*CODE_LETTERS, "-"}
        assert hashed_code(f" {code.lower().replace('-', ' ')}\n") == hashed_code(code)
        assert code[:5] not in hashed_code(code)
    assert folded_login(" Van-Thu@Example.VN ") == "van-thu@example.vn"


RULES = ClaimRules(
    unit_claim="unit",
    unit_scheme=None,
    units={},
    role_claim="roles",
    roles=[
        RoleRule("admin", KeyRole.ADMINISTRATOR, installation=True),
        RoleRule("head", KeyRole.HEAD),
        RoleRule("staff", KeyRole.OFFICER),
    ],
    administrator_needs=["mfa", "urn:level:3"],
)


def test_the_first_rule_that_fits_holds_whatever_the_order_of_the_claim() -> None:
    assert role_of(RULES, {"roles": ["staff", "head"]}).role is KeyRole.HEAD
    assert role_of(RULES, {"roles": "staff"}).role is KeyRole.OFFICER
    assert role_of(RULES, {"roles": ["staff", "admin"], "acr": "urn:level:3"}).installation
    with pytest.raises(ClaimsNotMapped):
        role_of(RULES, {"roles": ["staff", "admin"]})
    assert ClaimRules.read(RULES.kept()) == RULES


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    )
)
def test_claims_of_any_shape_give_texts_or_nothing(value: object) -> None:
    for claims in ({"roles": value}, {"a": {"roles": value}}, {"a.roles": value}):
        for path in ("roles", "a.roles", "roles.x.y", ""):
            assert all(isinstance(text, str) and text for text in values_of(claims, path))
