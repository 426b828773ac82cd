"""Which of the two databases a test runs on: `make test` lets them take turns, `make test-both` runs all.

A test that is made for both (a fixture or a mark with `sqlite` and `postgresql`) runs on one of them. Which
one depends on its name only, so it is the same in every process and on every machine, and half of the tests
run on each. A page that is seen at a desk and on a phone is seen on another database each time. What is about
the databases themselves is marked `both_databases`; `turn` names the database of a test that has a reason.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from zlib import crc32

import pytest

DATABASES = ("sqlite", "postgresql")
_DATABASE = re.compile(rf"(?<=[\[-])({'|'.join(DATABASES)})(?=[]-])")
_SIZE = re.compile(r"(?<=[\[-])(desktop|phone)(?=[]-])")


def take_turns(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return which tests run, and which are left to the other database."""
    made_for = defaultdict[str, set[str]](set)
    for item in items:
        made_for[_case_of(item)] |= {_database_of(item)}
    mine: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        case = _case_of(item)
        named = item.get_closest_marker("turn")
        turn = named.args[0] if named else whose_turn(case)
        runs = made_for[case] < set(DATABASES) or _database_of(item) in ("", turn)
        (mine if runs or item.get_closest_marker("both_databases") else others).append(item)
    return mine, others


def whose_turn(case: str) -> str:
    """Return the database on which a case runs, from what it is called on either."""
    size = _SIZE.search(case)
    turned = size is not None and size[0] == "phone"
    return DATABASES[(crc32(_SIZE.sub("", case).encode()) + turned) % len(DATABASES)]


def _database_of(item: pytest.Item) -> str:
    """Return the database that a test is made for; nothing for one that is made for no special one."""
    callspec = getattr(item, "callspec", None)
    given = callspec.params.values() if callspec else ()
    return next((each for each in given if isinstance(each, str) and each in DATABASES), "")


def _case_of(item: pytest.Item) -> str:
    """Return what a test is called on either database."""
    return _DATABASE.sub("", item.nodeid) if _database_of(item) else item.nodeid
