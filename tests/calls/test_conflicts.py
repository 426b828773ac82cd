"""Many at once, on real sockets: every version that is written was decided on the one before."""

import random

import pytest

from tests.calls.office import Offices
from tests.calls.sockets import cut_at_random, edit_at_once, post_at_once

pytestmark = pytest.mark.both_databases

EDITS, POSTS, CUTS = 150, 50, 60


def test_a_document_grows_by_one_version_for_each_edit_that_was_obeyed(offices: Offices, kind: str) -> None:
    with offices.opened(kind) as office:
        edited = edit_at_once(office, EDITS)
    assert sum(edited.statuses.values()) == EDITS
    assert edited.statuses.keys() <= {200, 412}, edited.statuses
    obeyed = edited.statuses[200]
    assert 1 <= obeyed < EDITS, "the edits did not meet"
    assert (edited.grown, len(edited.versions), edited.told) == (obeyed, obeyed, obeyed)


def test_fifty_posts_with_one_key_have_one_effect(offices: Offices, kind: str) -> None:
    with offices.opened(kind) as office:
        statuses, bodies, units = post_at_once(office, POSTS)
    assert (statuses, bodies, units) == ({201: POSTS}, 1, 1)


def test_a_request_that_is_cut_is_done_wholly_or_not_at_all(offices: Offices, kind: str) -> None:
    with offices.opened(kind) as office:
        cut = cut_at_random(office, CUTS, random.Random(5))  # noqa: S311  not for secrets
    assert (cut.failures, cut.in_use, cut.torn) == (0, 0, 0)
    asked_again = CUTS - len(range(0, CUTS, 4))
    assert cut.again == {201: asked_again}
    assert cut.effects == asked_again
