"""Plays rounds of drawn calls on an office, and counts what came of them."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.asgi import Answer, Call, Service
from tests.calls.contract import JSON, Contract, Operation, contract
from tests.calls.drawing import Draft, Drawing, path_of
from tests.calls.judging import judge
from tests.calls.known import Known
from tests.calls.office import Office
from tests.calls.spoiling import spoil

ROUND = 1_000
"""Calls on one copy of the office; then nobody knows any more what it was like."""

SPOILT = 0.5
"""The share of requests with a mistake in them."""

RANDOM_KEY = 0.2
LIKELY = ["clerk", "keeper_admin", "admin", "officer_a"]
"""Who is tried before anybody knows better."""


COSTLY = frozenset({"metrics", "create_session", "redeem_code", "change_password"})
SPARED = 0.9
"""What is drawn less often: a process that has answered everything tells of it at fifty times the usual cost,
and a password is slow to measure on purpose."""

NEW_DUTIES = frozenset(
    {"IssuedView", "ExtendedView", "ChangedDirectiveView", "ReplacedDirectiveView", "ReorganisationPreview"}
)
"""Answers after which there may be duties that nobody was told the ids of."""

Kind = tuple[str, str]
"""What was violated, and by which operation."""


@dataclass(slots=True)
class Figures:
    """What came of calls."""

    calls: int = 0
    seconds: float = 0.0
    """What they cost, in seconds of a processor, the service's work and ours."""

    by_class: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """Calls by class of operation, what was wrong with them ("" for nothing), and hundreds of the status."""

    problems: Counter[str] = field(default_factory=Counter)
    obeyed: Counter[str] = field(default_factory=Counter)
    """Good answers to right requests, by operation."""

    violations: Counter[Kind] = field(default_factory=Counter)
    samples: dict[Kind, str] = field(default_factory=dict)
    """The first call of each kind, and how it is made again."""

    def add(self, other: "Figures") -> None:
        """Count what another process counted."""
        self.calls += other.calls
        self.seconds += other.seconds
        self.by_class += other.by_class
        self.problems += other.problems
        self.obeyed += other.obeyed
        self.violations += other.violations
        self.samples = other.samples | self.samples


class Keys:
    """Chooses whose key is shown: by preference somebody whom the operation has obeyed before."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._obeyed: dict[str, list[str]] = {}

    def choose(self, operation: Operation, chance: random.Random) -> str:
        """Return a name."""
        likely = self._obeyed.get(operation.id, LIKELY)
        return chance.choice(likely if chance.random() > RANDOM_KEY else self._names)

    def note(self, operation: Operation, name: str) -> None:
        """Remember that somebody was obeyed."""
        obeyed = self._obeyed.setdefault(operation.id, [])
        if name not in obeyed:
            obeyed.append(name)


Shown = Callable[[int, Draft, Call, Answer], None]


class Player:
    """One round: a seed and a number make the same calls on any kind of database."""

    def __init__(self, office: Office, service: Service, keys: Keys, *, seed: int, number: int) -> None:
        self._office, self._service, self._keys = office, service, keys
        self._seed, self._number = seed, number
        self._contract: Contract = contract()
        self._known: Known = office.known
        self.first: dict[Kind, tuple[Draft, Call]] = {}
        """What the samples in the figures were, before they were text."""

    async def play(self, count: int, figures: Figures, *, shown: Shown | None = None) -> None:
        """Make so many calls and judge every answer."""
        for step in range(count):
            draft, name = self.drawn(step)
            call = written(draft, self._office.tokens, name)
            answer = await self._service.answer(call)
            self._count(figures, step, draft, call, answer)
            if answer.status < 300 and draft.path is None and draft.method == draft.operation.method:
                await self.follow(draft, answer, name)
            if shown is not None:
                shown(step, draft, call, answer)

    def drawn(self, step: int) -> tuple[Draft, str]:
        """Return the request of a step, and whose key it shows."""
        chance = random.Random(f"{self._seed}:{self._number}:{step}")  # noqa: S311  not for secrets
        operation = chance.choice(self._contract.operations)
        if operation.id in COSTLY and chance.random() < SPARED:
            operation = chance.choice(self._contract.operations)
        drawing = Drawing(self._contract, self._known, chance, f"{self._number}-{step}")
        draft = drawing.draft(operation)
        if chance.random() < SPOILT:
            spoil(draft, chance)
        return draft, self._keys.choose(operation, chance)

    def _count(self, figures: Figures, step: int, draft: Draft, call: Call, answer: Answer) -> None:
        figures.calls += 1
        operation = draft.operation
        figures.by_class[operation.method, draft.spoilt.partition(":")[0], answer.status // 100] += 1
        if answer.status >= 400 and answer.body[:1] == b"{":
            figures.problems[f"{answer.status} {json.loads(answer.body).get('type')}"] += 1
        elif not draft.spoilt:
            figures.obeyed[operation.id] += 1
        for kind, seen in judge(self._contract, draft, call, answer):
            key = (kind, operation.id)
            figures.violations[key] += 1
            if key not in figures.samples:
                figures.samples[key] = (
                    f"{seen}\n    {call.as_curl()}\n    {answer.status} {answer.body[:400]!r}\n"
                    f"    again: --seed {self._seed} --round {self._number} --upto {step}"
                )
                self.first[key] = (draft, call)

    async def follow(self, draft: Draft, answer: Answer, name: str) -> None:
        """Learn from a good answer."""
        self._keys.note(draft.operation, name)
        if "etag" in answer.headers:
            self._known.tags[path_of(draft)] = answer.headers["etag"]
        if answer.headers.get("content-type") == JSON:
            self._known.learn(draft.operation.view, json.loads(answer.body))
        if draft.operation.writes and draft.operation.view in NEW_DUTIES:
            await self._look()

    async def _look(self) -> None:
        """See which duties there are now; their order must not depend on ids."""
        key = self._office.tokens["keeper_admin"].encode()
        call = Call("GET", "/v1/obligations", "limit=200", [(b"authorization", b"Bearer " + key)])
        answer = await self._service.answer(call)
        if answer.status == 200:
            self._known.learn_all("ObligationView", json.loads(answer.body)["items"])


def written(draft: Draft, tokens: dict[str, str], name: str) -> Call:
    """Return a draft as bytes, with somebody's key."""
    headers: dict[str, str] = {"authorization": f"Bearer {tokens[name]}"}
    if draft.content_type is not None:
        headers["content-type"] = draft.content_type
    headers |= {key: value.replace("{}", tokens[name]) for key, value in draft.headers.items()}
    body = draft.content if draft.value is None else json.dumps(draft.value).encode()
    return Call(
        draft.method,
        path_of(draft),
        "&".join(
            f"{key}={value.replace('+', '%2B')}" if value else key for key, value in map(_quoted, draft.query)
        ),
        [(key.encode(), value.encode("latin-1", "replace")) for key, value in headers.items()],
        body,
    )


def _quoted(pair: tuple[str, str]) -> tuple[str, str]:
    """Return a pair with what no request line can hold in hundredths; what is spoilt on purpose stays."""
    name, value = pair
    return name, "".join(c if c.isascii() and c not in " &#" else _hundredths(c) for c in value)


def _hundredths(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def play_round(
    office: Office, seed: int, number: int, count: int, figures: Figures, *, shown: Shown | None = None
) -> dict[Kind, tuple[Draft, Call]]:
    """Play one round on an office; return the first call of each kind of violation in it."""

    async def whole_round() -> dict[Kind, tuple[Draft, Call]]:
        service = Service(office.app)
        async with service.running():
            player = Player(office, service, Keys(list(office.tokens)), seed=seed, number=number)
            await player.play(count, figures, shown=shown)
        return player.first

    return asyncio.run(whole_round())


def is_alone(office: Office, kind: Kind, draft: Draft, call: Call) -> bool:
    """Return if one call on an untouched office is enough for a violation."""

    async def once() -> Answer:
        service = Service(office.app)
        async with service.running():
            return await service.answer(call)

    return kind[0] in [found for found, _ in judge(contract(), draft, call, asyncio.run(once()))]
