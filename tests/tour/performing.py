"""One performance of the story: every commit fails once before it may succeed, and what was said is kept."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from service.api.contract import EXAMPLES
from service.database import Database
from tests.asgi import Answer, Call
from tests.calls.contract import Operation, contract
from tests.calls.doomed import Doom
from tests.tour.office import Dice, Office, advance, founded
from tests.tour.steps import Step
from tests.tour.story import STORY

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PROOF = re.compile(r"[A-Za-z0-9+/]{43,}")
SHOWN_MAX = 2
"""Things of a list that are shown: the others look like them."""

WRITES_NOTHING = frozenset({"create_token", "preview_wording", "preview_document_template"})
WRITES_BY_GET = frozenset({"receive_consent"})
Examples = dict[str, dict[str, Any]]


def writes(method: str, operation: str) -> bool:
    """Return if an operation changes something."""
    return operation in WRITES_BY_GET or (method != "GET" and operation not in WRITES_NOTHING)


async def perform(database: Database, folder: Path, dice: Dice, *, doomed: bool) -> Examples:
    """Play the story in an empty database; return what was sent and answered, by operation.

    Args:
        database: Where.
        folder: For files.
        dice: What ids and secrets are drawn with.
        doomed: Before each change lets the database refuse its commit, and holds the service to its word.
    """
    office = founded(database, folder)
    doom = Doom(database) if doomed else None
    found: Examples = defaultdict(dict)
    for each in STORY:
        if not isinstance(each, Step):
            each(office)
            continue
        advance(office)
        if doom is not None and writes(office.routes[each.operation][0], each.operation):
            await _refused(office, doom, each, dice)
        dice.cast(each.label)
        call = office.call(each)
        before = doom.state() if doom is not None else ""
        answer = await office.carry_out(each)
        if doom is not None and writes(call.method, each.operation):
            assert doom.state() != before, f"{each.label} writes nothing: its failing commit proves nothing"
        _keep(found[each.operation], call, answer)
    if doom is not None:
        doom.close()
    return dict(found)


async def _refused(office: Office, doom: Doom, step: Step, dice: Dice) -> None:
    """Make the call of a step whose commit fails: it is refused as the contract says, and nothing is kept."""
    dice.cast(step.label)
    call, cookie = office.call(step), office.cookie
    doom.arm()
    armed = doom.state()
    answer = await office.answer(call)
    assert doom.state() == armed, f"{step.label} was refused and kept something: {answer.body!r}"
    doom.arm(yes=False)
    office.cookie = cookie
    shown = f"{step.label}: {call.as_curl()}\n{answer.status} {answer.body!r}"
    assert answer.status in (409, 500, 503), shown
    assert answer.status != 503 or int(answer.headers["retry-after"]) > 0, shown
    assert json.loads(answer.body)["type"] in _operation(step).problems[answer.status], shown


def _operation(step: Step) -> Operation:
    return next(each for each in contract().operations if each.id == step.operation)


def _keep(example: dict[str, Any], call: Call, answer: Answer) -> None:
    """Keep the first call of an operation, and its first answer of each status."""
    media = answer.headers.get("content-type", "").partition(";")[0]
    answers = example.setdefault("responses", {})
    if str(answer.status) not in answers and _is_text(media):
        answers[str(answer.status)] = {media: _shortened(_read(media, answer.body))}
    sent = dict(call.headers).get(b"content-type", b"").decode()
    if "request" not in example and call.body:
        example["request"] = _sent(sent, call.body)


def _is_text(media: str) -> bool:
    return not media or media == JSON or media.startswith("text/")


def _read(media: str, content: bytes) -> Any:
    if media == JSON:
        return json.loads(content)
    text = content.decode()
    return "\n".join(text.splitlines()[:2]) + "\n" if media == "text/plain" else text


def _sent(media: str, content: bytes) -> Any:
    if media == FORM:
        return dict(parse_qsl(content.decode()))
    if media.startswith("multipart/form-data"):
        _, _, rest = content.partition(b"\r\n\r\n")
        return {"file": _text(rest.rpartition(b"\r\n--")[0])}
    return json.loads(content)


def _text(content: bytes) -> str:
    """Return a file of text; of another one only that it is one."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"({len(content)} bytes)"


def _shortened(value: Any) -> Any:
    """Return a value with the first things of each list alone."""
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    return [_shortened(part) for part in value[:SHOWN_MAX]] if isinstance(value, list) else value


def committed() -> Examples:
    """Return the examples of the contract."""
    read: Examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return read


def without_proofs(text: str) -> str:
    """Return the text of examples without what depends on keys that no dice draw: digests and signatures."""
    return PROOF.sub("…", text)


def as_text(examples: Examples) -> str:
    """Return the examples as they are committed: a line for each operation."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(each, ensure_ascii=False, sort_keys=True)}"
        for name, each in sorted(examples.items())
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"
