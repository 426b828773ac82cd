"""An audit as files: an export of the ledger, what was kept elsewhere of it, and proofs.

An export is JSON lines: what it holds, every checkpoint, every entry. Each line has one form only, so that
no byte of a file can be another without being noticed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from service.domain.commitments import Beside
from service.domain.notes import NOTE, Ring
from service.domain.verifying import Broken, Entry, Verified, verify, verify_growth, verify_proof

FORMAT = 1
SEQ_MAX = 2**63 - 1
HEADER = {"dondoc_audit": int, "origin": str, "checkpoints": int, "entries": int}
CHECKPOINT = {"checkpoint": str}
ENTRY = {"position": int, "seq": int, "body": str, "leaf": str, "chain": str}
PROOF = {
    "dondoc_proof": int,
    "position": int,
    "seq": int,
    "body": str,
    "leaf": str,
    "path": list,
    "checkpoint": str,
}
TEXT: Mapping[str, type] = {"sha256": str, "salt": str, "text": str}
GONE: Mapping[str, type] = {"sha256": str, "salt": type(None), "text": type(None)}
GROWTH = {"dondoc_growth": int, "old": str, "new": str, "path": list}


def header_line(origin: str, checkpoints: int, entries: int) -> str:
    """Return the first line of an export."""
    return _line({"dondoc_audit": FORMAT, "origin": origin, "checkpoints": checkpoints, "entries": entries})


def checkpoint_line(note: str) -> str:
    """Return the line of a checkpoint, in an export and in an anchor file."""
    return _line({"checkpoint": note})


def entry_line(entry: Entry) -> str:
    """Return the line of an entry."""
    said = {name: getattr(entry, name) for name in ENTRY}
    return _line(said | {"body": entry.body.decode()} | _beside(entry))


def proof(entry: Entry, path: Sequence[bytes], note: str) -> dict[str, Any]:
    """Return the proof of one entry: what is in it can be checked with the public key alone."""
    return {
        "dondoc_proof": FORMAT,
        "position": entry.position,
        "seq": entry.seq,
        "body": entry.body.decode(),
        "leaf": entry.leaf,
        "path": [step.hex() for step in path],
        "checkpoint": note,
        "texts": _shown(entry),
    }


def growth(old: str, new: str, path: Sequence[bytes]) -> dict[str, Any]:
    """Return the proof that nothing was changed or taken away between two checkpoints."""
    return {"dondoc_growth": FORMAT, "old": old, "new": new, "path": [step.hex() for step in path]}


def verify_export(lines: Iterable[bytes], ring: Ring, *, anchors: Sequence[str] = ()) -> Verified:
    """Return what an export holds if it is what was signed; every entry is under a checkpoint.

    Args:
        lines: The file, line by line, each with its end.
        ring: The public keys.
        anchors: Notes that were kept elsewhere.

    Raises:
        Broken: It is not.
    """
    rest = iter(lines)
    head = _read(next(rest, b""), HEADER, 1)
    if head["dondoc_audit"] != FORMAT or head["origin"] != ring.origin:
        raise Broken(1, "the first line is not of an export of this ledger")
    kept = [_read(line, CHECKPOINT, 1)["checkpoint"] for line in islice(rest, max(head["checkpoints"], 0))]
    if len(kept) != head["checkpoints"]:
        raise Broken(1, f"there are {len(kept)} checkpoints and should be {head['checkpoints']}")
    found = verify(_entries(rest), kept, ring, anchors=anchors)
    if found.entries != head["entries"]:
        raise Broken(found.entries + 1, f"the first line speaks of {head['entries']} entries")
    return found


def verify_document(text: str, ring: Ring) -> str:
    """Return what a proof proves, in a sentence.

    Raises:
        Broken: It proves nothing.
    """
    try:
        given = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Broken(1, "the file is no proof") from None
    if isinstance(given, dict) and given.get("dondoc_growth") == FORMAT:
        _require(given, GROWTH, 1)
        before, after = verify_growth(given["old"], given["new"], _path(given, 1), ring)
        return (
            f"checkpoint {after.number} ({after.size} entries) begins with checkpoint {before.number} "
            f"({before.size} entries)"
        )
    is_older = isinstance(given, dict) and "texts" not in given
    _require(given, PROOF if is_older else {**PROOF, "texts": list}, 1)
    if given["dondoc_proof"] != FORMAT:
        raise Broken(1, "the file is no proof of a form known here")
    entry = _entry({**given, "chain": ""}, given["position"])
    said = verify_proof(entry, _path(given, entry.position), given["checkpoint"], ring)
    gone = sum(text.text is None for text in entry.texts)
    erased = f"; {gone} of the {len(entry.texts)} texts beside it were erased" if gone else ""
    return f"entry {entry.position} is under checkpoint {said.number} of {said.made_at}{erased}"


def anchored(text: str) -> list[str]:
    """Return the checkpoints in a file that was kept elsewhere: lines of an anchor file, or mails.

    What is neither is passed over: a line may have been torn when a machine stopped.
    """
    plain = text.replace("\r\n", "\n")
    found = [match[0] for match in NOTE.finditer(plain)]
    for line in plain.split("\n"):
        try:
            found.append(_read(f"{line}\n".encode(), CHECKPOINT, 1)["checkpoint"])
        except (Broken, UnicodeEncodeError):
            continue
    return found


def _entries(lines: Iterator[bytes]) -> Iterator[Entry]:
    for position, line in enumerate(lines, start=1):
        yield _entry(_read(line, ENTRY, position, with_texts=True), position)


def _entry(given: Mapping[str, Any], position: int) -> Entry:
    if not 0 <= given["seq"] <= SEQ_MAX:
        raise Broken(position, "its number in the journal is impossible")
    try:
        body = given["body"].encode()
    except UnicodeEncodeError:
        raise Broken(position, "the entry is no text") from None
    texts = tuple(_text(each, position) for each in given.get("texts", ()))
    return Entry(given["position"], given["seq"], body, given["leaf"], given["chain"], texts)


def _text(given: Any, position: int) -> Beside:
    is_gone = isinstance(given, dict) and given.get("text") is None
    _require(given, GONE if is_gone else TEXT, position)
    return Beside(**given)


def _beside(entry: Entry) -> dict[str, Any]:
    """Return the texts beside an entry, with their salts; those that were erased are null."""
    return {"texts": _shown(entry)} if entry.texts else {}


def _shown(entry: Entry) -> list[dict[str, Any]]:
    return [text._asdict() for text in entry.texts]


def _shape(given: Any, shape: Mapping[str, type]) -> Mapping[str, type]:
    """Return the shape that is asked of an entry: with texts where it has any."""
    has_texts = isinstance(given, dict) and bool(given.get("texts"))
    return {**shape, "texts": list} if has_texts else shape


def _path(given: Mapping[str, Any], position: int) -> list[bytes]:
    try:
        return [bytes.fromhex(step) for step in given["path"]]
    except (TypeError, ValueError):
        raise Broken(position, "the path is not hexadecimal") from None


def _read(
    line: bytes, shape: Mapping[str, type], position: int, *, with_texts: bool = False
) -> dict[str, Any]:
    """Return the values of a line that is written in the one form that a line has."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise Broken(position, "the line is damaged") from None
    _require(given, _shape(given, shape) if with_texts else shape, position)
    try:
        same = _line(given).encode() == line
    except UnicodeEncodeError:
        same = False
    if not same:
        raise Broken(position, "the line is not written as an export writes it")
    return dict(given)


def _require(given: Any, shape: Mapping[str, type], position: int) -> None:
    if not isinstance(given, dict) or list(given) != list(shape):
        raise Broken(position, "here stands something else")
    if any(type(given[name]) is not kind for name, kind in shape.items()):
        raise Broken(position, "the line has a value of the wrong kind")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        raise ValueError("a name stands twice")
    return given


def _line(given: Mapping[str, Any]) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")) + "\n"
