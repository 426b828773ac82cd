"""What clients get wrong, one mistake at a time: a right request goes in, a wrong one comes out."""

import json
import random
import unicodedata
from collections.abc import Callable
from typing import Any

from tests.calls.contract import JSON
from tests.calls.drawing import BOUNDARY, Draft, path_of
from tests.calls.mistakes import ASKED, BEARERS, KEYS, METHODS, NAMES, OTHERS, PLACES, TAGS, TEXTS, TYPES

Spoiler = Callable[[Draft, random.Random], None]
Place = tuple[Any, Any]
"""A container and the key or index of a part of it."""


def spoil(draft: Draft, chance: random.Random) -> None:
    """Make one mistake in a draft; say in it which."""
    ways: list[Spoiler] = [_query, _header, _place, _key]
    if chance.random() < 0.08:
        ways = [_method, _path]
    elif draft.value is not None:
        ways = [_body] * 6 + [_raw] + ways
    elif draft.content:
        ways = [_frame] * 2 + ways
    way = chance.choice(ways)
    way(draft, chance)


def _parts(value: Any, found: list[Place] | None = None) -> list[Place]:
    """Return every part of a value below its top."""
    found = [] if found is None else found
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        found.append((value, key))
        _parts(part, found)
    return found


def _body(draft: Draft, chance: random.Random) -> None:
    holder = [draft.value]
    parts = _parts(holder)
    container, key = chance.choice(parts if chance.random() < 0.1 else parts[1:] or parts)
    way = chance.choice((_other, _other, _text, _text, _without, _more, _deep, _many, _decomposed, _cased))
    draft.spoilt = f"body: {way.__name__[1:]}"
    way(container, key, chance)
    draft.value = holder[0] if holder else None


def _other(container: Any, key: Any, chance: random.Random) -> None:
    container[key] = chance.choice(OTHERS)


def _text(container: Any, key: Any, chance: random.Random) -> None:
    container[key] = chance.choice(TEXTS)


def _without(container: Any, key: Any, _chance: random.Random) -> None:
    del container[key]


def _more(container: Any, key: Any, chance: random.Random) -> None:
    part = container[key]
    if isinstance(part, dict):
        part[chance.choice(("khac", "", "id", "__class__", "a\u0000", "\ud800", "version"))] = chance.choice(
            OTHERS
        )
    elif isinstance(part, list):
        part.append(chance.choice(OTHERS))
    elif isinstance(part, str):
        container[key] = part + chance.choice(TEXTS)
    else:
        container[key] = [part]


def _deep(container: Any, key: Any, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 15, 19, 25))):
        container[key] = [container[key]]


def _many(container: Any, key: Any, chance: random.Random) -> None:
    part = container[key]
    container[key] = part * 600 if isinstance(part, list) and part else [part] * chance.choice((0, 2, 51))


def _decomposed(container: Any, key: Any, _chance: random.Random) -> None:
    part = container[key]
    container[key] = unicodedata.normalize("NFD", part if isinstance(part, str) else "Đôn đốc ế")


def _cased(container: Any, key: Any, chance: random.Random) -> None:
    part = container[key]
    if isinstance(part, str):
        container[key] = chance.choice((part.upper(), part.title(), f" {part} ", part[:-1]))
    else:
        container[key] = str(part)


def _raw(draft: Draft, chance: random.Random) -> None:
    whole = json.dumps(draft.value)
    first = next(iter(draft.value.items()), ("a", 1)) if isinstance(draft.value, dict) else ("a", 1)
    twice = f"{json.dumps(first[0])}: {json.dumps(first[1])}, "
    ways = {
        "a name twice": whole.replace("{", "{" + twice, 1).encode(),
        "cut": whole[: chance.randrange(len(whole) + 1)].encode(),
        "byte order mark": b"\xef\xbb\xbf" + whole.encode(),
        "utf-16": whole.encode("utf-16"),
        "not a number": whole.replace(":", ": NaN, ", 1).encode(),
        "infinite": b'{"percent": 1e999, "text": "x"}',
        "trailing comma": whole[:-1].encode() + b"," + whole[-1:].encode(),
        "single quotes": whole.replace('"', "'").encode(),
        "two documents": (whole + whole).encode(),
        "nothing": b"",
        "blank": b" \n",
        "deep": b"[" * 5000,
        "raw byte": whole.encode()[:-1] + b"\xff" + whole.encode()[-1:],
        "null": b"null",
        "another type": whole.encode(),
    }
    name = chance.choice(list(ways))
    draft.spoilt, draft.value, draft.content = f"raw: {name}", None, ways[name]
    if name == "another type":
        draft.content_type = chance.choice(TYPES)


def _frame(draft: Draft, chance: random.Random) -> None:
    content, end = draft.content, b"--" + BOUNDARY + b"--"
    ways = {
        "cut": content[: chance.randrange(len(content) + 1)],
        "another field": content.replace(b'name="file"', b'name="tep"', 1),
        "two files": content.replace(end, content, 1),
        "no name": content.replace(b"filename=", b"x=", 1),
        "bytes": content.replace(b"\r\n\r\n", b"\r\n\r\n" + chance.randbytes(40), 1),
        "nothing": b"",
        "another type": content,
    }
    name = chance.choice(list(ways))
    draft.spoilt, draft.content = f"frame: {name}", ways[name]
    if name == "another type":
        draft.content_type = chance.choice((*TYPES, JSON))


def _query(draft: Draft, chance: random.Random) -> None:
    named = [each.name for each in draft.operation.of("query")]
    if named and chance.random() < 0.8:
        name = chance.choice(named)
        if chance.random() < 0.2:
            draft.query.append((name, chance.choice(ASKED)))
        else:
            draft.query = [pair for pair in draft.query if pair[0] != name] + [(name, chance.choice(ASKED))]
        draft.spoilt = "query: a value"
    else:
        draft.query.append((chance.choice(NAMES), chance.choice(ASKED)))
        draft.spoilt = "query: a name"


def _header(draft: Draft, chance: random.Random) -> None:
    name = chance.choice(
        (
            "if-match",
            "if-match",
            "idempotency-key",
            "idempotency-key",
            "accept",
            "x-request-id",
            "last-event-id",
        )
    )
    draft.spoilt = f"header: {name}"
    if name in draft.headers and chance.random() < 0.3:
        del draft.headers[name]
        return
    values = {"if-match": TAGS, "idempotency-key": KEYS}
    draft.headers[name] = chance.choice(values.get(name, ("", "\x00", "x" * 5000, "text/html", "é")))


def _place(draft: Draft, chance: random.Random) -> None:
    if not draft.places:
        _path(draft, chance)
        return
    draft.places[chance.choice(list(draft.places))] = chance.choice(PLACES)
    draft.spoilt = "path: a place"


def _path(draft: Draft, chance: random.Random) -> None:
    path = path_of(draft)
    draft.path = chance.choice(
        (
            f"{path}/",
            f"/{path}",
            path.upper(),
            f"{path}/x",
            path.replace("/v1", "/v9"),
            f"{path}%20",
            f"{path};a=1",
        )
    )
    draft.spoilt = "path: another"


def _method(draft: Draft, chance: random.Random) -> None:
    draft.method = chance.choice([each for each in METHODS if each != draft.method])
    draft.spoilt = "method"


def _key(draft: Draft, chance: random.Random) -> None:
    draft.headers["authorization"] = chance.choice(BEARERS)
    draft.spoilt = "key"
