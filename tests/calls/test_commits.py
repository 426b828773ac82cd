"""A commit that fails gives no 2xx and leaves nothing, on whatever route that writes, on both databases."""

import asyncio
import random

from tests.asgi import Service
from tests.calls.contract import Operation, contract
from tests.calls.doomed import Doom
from tests.calls.drawing import Drawing
from tests.calls.judging import judge
from tests.calls.office import Office, Offices
from tests.calls.playing import Keys, Player, written
from tests.tour.performing import WRITES_NOTHING

BY_OTHER_KEYS = {"receive_zalo_event", "receive_bot_update", "receive_consent", "ask_for_consent"}
"""Signed by Zalo, or possible only after its consent; `tests/api/test_promises.py` tries them as well."""

LEADS = {
    each.id: each
    for each in contract().operations
    if each.id in {"submit", "accept", "suspend", "return_obligation", "assign_item", "draft_directive"}
}
"""What others need to have happened; sent now and then as it is."""

LEADING = 0.25
TRIES = 200
REACHED = 30
"""At least so many operations must have been carried out once their commit was let through."""


def test_a_commit_that_fails_is_a_no_on_the_routes_that_write(offices: Offices, kind: str) -> None:
    waiting = {each.id: each for each in contract().operations if each.writes}
    for name in WRITES_NOTHING | BY_OTHER_KEYS:
        waiting.pop(name, None)
    wanted = len(waiting)
    with offices.opened(kind) as office:
        asyncio.run(doomed_round(office, waiting))
    assert wanted - len(waiting) >= REACHED, sorted(waiting)


async def doomed_round(office: Office, waiting: dict[str, Operation]) -> None:
    """Try what was not seen yet: first with a commit that fails, then the same without."""
    doom, keys, service = Doom(office.database), Keys(list(office.tokens)), Service(office.app)
    player = Player(office, service, keys, seed=0, number=0)
    for step in range(TRIES):
        chance = random.Random(f"doom {step}")  # noqa: S311  not for secrets
        if not waiting:
            break
        leads = chance.random() < LEADING
        operation = LEADS[chance.choice(sorted(LEADS))] if leads else waiting[chance.choice(sorted(waiting))]
        draft = Drawing(contract(), office.known, chance, f"{step}").draft(operation)
        draft.query = [pair for pair in draft.query if pair[0] != "dry_run"]
        name = keys.choose(operation, chance)
        call = written(draft, office.tokens, name)
        if leads:
            answer = await service.answer(call)
            if answer.status < 300:
                await player.follow(draft, answer, name)
            continue
        before = doom.state()
        doom.arm()
        doomed = await service.answer(call)
        doom.arm(yes=False)
        shown = f"{call.as_curl()}: {doomed.body!r}"
        assert judge(contract(), draft, call, doomed) == [], shown
        assert doom.state() == before, shown
        answer = await service.answer(call)
        if answer.status < 300:
            if doom.state() != before:
                assert doomed.status >= 400, shown
                del waiting[operation.id]
            await player.follow(draft, answer, name)
    doom.close()
