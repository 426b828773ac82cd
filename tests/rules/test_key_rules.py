"""How keys are written: a scanner of logs knows one for sure, and nothing else passes for one."""

import random

import pytest

from service.domain.key_rules import ALPHABET, KeyParts, hashed, is_inside, new_parts, taken_apart, written


def test_a_key_says_what_it_is_and_comes_apart_again() -> None:
    parts = new_parts()
    key = written(parts)
    assert key.startswith(f"dondoc_{parts.handle}_")
    assert len(key) == len("dondoc_") + 10 + 1 + 43 + 6
    assert set(parts.handle + parts.secret) <= set(ALPHABET)
    assert taken_apart(key) == parts


def test_the_check_of_a_key_never_changes() -> None:
    assert written(KeyParts("0123456789", "A" * 43)) == f"dondoc_0123456789_{'A' * 43}3YzsYM"


def test_no_two_keys_are_alike() -> None:
    made = [new_parts() for _ in range(1000)]
    assert len({parts.handle for parts in made}) == len({parts.secret for parts in made}) == 1000


def test_a_mistyped_key_costs_no_look_at_the_database() -> None:
    drawn = random.Random(7)  # noqa: S311 - no secret
    key = written(new_parts())
    for _ in range(2000):
        at = drawn.randrange(len(key))
        other = key[:at] + drawn.choice(ALPHABET) + key[at + 1 :]
        assert other == key or taken_apart(other) is None
    for broken in (
        "",
        "dondoc",
        "dondoc__",
        key[:-1],
        key + "0",
        key.upper(),
        f" {key}",
        key.replace("_", "-"),
    ):
        assert taken_apart(broken) is None
    assert taken_apart(key[:-1] + "ｋ") is None


def test_what_is_kept_of_a_secret_is_not_the_secret() -> None:
    assert hashed("secret") == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
        ("testclient", False),
        ("", False),
    ],
)
def test_a_key_of_one_network_is_not_shown_from_another(address: str, inside: bool) -> None:
    assert is_inside(address, ["10.1.0.0/16", "2001:db8::/32"]) is inside
    assert is_inside(address, [])
