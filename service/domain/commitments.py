"""Free texts of facts: the fact holds a salted commitment, text and salt stand beside the ledger.

So a text can be erased, and the chain of what was sealed is what it was. A commitment hides its text: whoever
has not the salt, 16 random bytes, cannot find out by trying.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from typing_extensions import is_typeddict

from service.domain.events.base import Event, Text
from service.domain.ids import new_salt

DOMAIN = b"\x03dondoc text 1\x00"
"""What is hashed first: no commitment can pass for a leaf, a node or a link."""

SALT_BYTES = 16
DIGITS = 64
COMMITMENT = "sha256"
ERASED = "(đã xóa theo yêu cầu)"
"""What is shown where a text was erased."""

ERASED_NAMES = "erased"
"""Where the facts of an event that is shown say which of their texts were erased."""


_FREE: dict[str, list[tuple[str, Any]]] = {}
"""Kind → its values with free text: types are looked through once."""


class Beside(NamedTuple):
    """A text that stands beside the ledger. Salt is hexadecimal; both are None once the text was erased."""

    sha256: str
    salt: str | None
    text: str | None

    def holds(self) -> bool:
        """Return if the text is the one that was committed to, or was erased together with its salt."""
        if self.salt is None or self.text is None:
            return self.salt is None and self.text is None
        try:
            return commit(self.salt, self.text) == self.sha256
        except ValueError:
            return False


def commit(salt: str, text: str) -> str:
    """Return SHA-256(domain ‖ 16 bytes of salt ‖ text in UTF-8) in hexadecimal.

    Raises:
        ValueError: The salt is not 16 bytes as lower-case hexadecimal, or the text is none.
    """
    raw = bytes.fromhex(salt)
    if len(raw) != SALT_BYTES or raw.hex() != salt:
        raise ValueError(salt)
    return hashlib.sha256(DOMAIN + raw + text.encode()).hexdigest()


def beside(text: str) -> Beside:
    """Return a text with a new salt and its commitment."""
    salt = new_salt()
    return Beside(commit(salt, text), salt, text)


def committed(found: Beside) -> dict[str, str]:
    """Return how a fact speaks of a text beside it."""
    return {COMMITMENT: found.sha256}


def sealed(fact: Event) -> tuple[dict[str, Any], list[Beside]]:
    """Return the values of a fact as they are sealed, and its texts beside; empty ones need not go."""
    values, texts = fact.payload(), list[Beside]()
    for name, hint in with_free_text(type(fact)):
        values[name] = _sealed(values[name], hint, texts)
    return values, texts


def commitments(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the name and the commitment of every text beside a fact: `reason`, `waivers.0.reason`."""
    for name, value in payload.items() if isinstance(payload, Mapping) else ():
        yield from _below(name, value)


def opened(payload: Mapping[str, Any], texts: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the values of a fact as they are shown: with its texts, by commitment, in their places.

    A text that was erased is shown as `ERASED`, and `erased` names it.
    """
    named = list(commitments(payload))
    if not named:
        return dict(payload)
    gone = [name for name, digest in named if texts.get(digest) is None]
    shown = {name: _opened(value, texts) for name, value in payload.items()}
    return shown | {ERASED_NAMES: gone} if gone else shown


def is_commitment(value: Any) -> bool:
    """Return if a value of a fact speaks of a text beside it."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    digest = value.get(COMMITMENT)
    return isinstance(digest, str) and len(digest) == DIGITS


def with_free_text(kind: type[Event]) -> list[tuple[str, Any]]:
    """Return the values of a kind that are, or hold, free texts, with their types."""
    if kind.kind not in _FREE:
        hints = get_type_hints(kind, include_extras=True)
        _FREE[kind.kind] = [(name, hint) for name, hint in hints.items() if has_free_text(hint)]
    return _FREE[kind.kind]


def has_free_text(hint: Any) -> bool:
    """Return if values of a type are, or hold, free texts."""
    if is_typeddict(hint):
        return any(has_free_text(each) for each in get_type_hints(hint, include_extras=True).values())
    return Text.FREE in getattr(hint, "__metadata__", ()) or any(map(has_free_text, get_args(hint)))


def _sealed(value: Any, hint: Any, texts: list[Beside]) -> Any:
    if not value or not has_free_text(hint):
        return value
    if is_typeddict(hint):
        hints = get_type_hints(hint, include_extras=True)
        return {name: _sealed(each, hints[name], texts) for name, each in value.items()}
    if get_origin(hint) is list:
        return [_sealed(each, get_args(hint)[0], texts) for each in value]
    texts.append(beside(value))
    return committed(texts[-1])


def _below(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if is_commitment(value):
        yield name, value[COMMITMENT]
        return
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, each in parts:
        yield from _below(f"{name}.{place}", each)


def _opened(value: Any, texts: Mapping[str, str | None]) -> Any:
    if is_commitment(value):
        text = texts.get(value[COMMITMENT])
        return ERASED if text is None else text
    if isinstance(value, dict):
        return {name: _opened(each, texts) for name, each in value.items()}
    return [_opened(each, texts) for each in value] if isinstance(value, list) else value
