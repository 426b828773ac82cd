"""Is this ledger what was signed? The same answer for the database, an export and a single proof."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from service.domain import commitments, merkle, notes, sealing
from service.domain.commitments import Beside
from service.domain.events.erasures import FactTextErased
from service.domain.merkle import Frontier
from service.domain.notes import NoteRefused, Ring, Statement

SPEAKING = (b'"sha256":"', FactTextErased.kind.encode())
"""What is in the body of an entry that speaks of texts; the others need not be read."""


class Broken(Exception):
    """Something is not what was signed. `position` is the first place that cannot be trusted."""

    def __init__(self, position: int, detail: str) -> None:
        super().__init__(f"position {position}: {detail}")
        self.position, self.detail = position, detail


class Entry(NamedTuple):
    """A place with the fact that it seals: `body` is the canonical JSON, hashes are hexadecimal."""

    position: int
    seq: int
    body: bytes
    leaf: str
    chain: str
    texts: tuple[Beside, ...] = ()


class Verified(NamedTuple):
    """What was found to be right: so many entries, of which so many are under a checkpoint.

    Of the texts beside them so many are there, and so many were erased.
    """

    entries: int
    signed: int
    checkpoints: int
    anchors: int
    texts: int = 0
    erased: int = 0


class Texts:
    """The texts beside a ledger, entry by entry: each is what was sealed, or a fact says that it went."""

    def __init__(self, erased: Iterable[str] = ()) -> None:
        """`erased` are commitments to texts whose erasure has no place in the ledger yet."""
        self._there: int = 0
        self._gone: dict[str, int] = {}
        self._erased: dict[str, int | None] = dict.fromkeys(erased)

    def look(self, entry: Entry) -> None:
        """Compare the texts beside an entry with what it says of them.

        Raises:
            Broken: One is another, is missing, or stands beside an entry that does not speak of it.
        """
        named, ended = _spoken_of(entry)
        if [text.sha256 for text in entry.texts] != [digest for _, digest in named]:
            raise Broken(entry.position, "the texts beside it are not those that it speaks of")
        for (name, digest), text in zip(named, entry.texts, strict=True):
            if not text.holds():
                raise Broken(entry.position, f"the text beside it ({name}) is not the one that was sealed")
            if text.text is None:
                self._gone.setdefault(digest, entry.position)
            else:
                self._there += 1
        self._erased |= dict.fromkeys(ended, entry.position)

    def settle(self) -> tuple[int, int]:
        """Return how many texts are there, and how many were erased.

        Raises:
            Broken: One is gone that no fact says was erased, or is there although one says so.
        """
        for digest, position in self._gone.items():
            if digest not in self._erased:
                raise Broken(position, "a text beside it is gone, and no fact says that it was erased")
        for digest, at in self._erased.items():
            if at is not None and digest not in self._gone:
                raise Broken(at, "a text that it says was erased is there")
        return self._there, len(self._gone)


class _Mark(NamedTuple):
    """What was signed of the ledger as it was at a size; by whom is asked when it is reached."""

    size: int
    name: str
    note: str


def verify(
    entries: Iterable[Entry],
    checkpoints: Sequence[str],
    ring: Ring,
    *,
    anchors: Sequence[str] = (),
    may_trail: bool = False,
    erased: Iterable[str] = (),
) -> Verified:
    """Walk a ledger from its beginning; return what it holds if everything is as it was signed.

    Without anchors a ledger that was cut off at an older checkpoint, its own checkpoints with it, looks
    whole: only what was kept elsewhere knows more.

    Args:
        entries: Every place, from the first one.
        checkpoints: Every checkpoint's note, from the first one.
        ring: The public keys.
        anchors: Notes that were kept elsewhere, in any order.
        may_trail: The newest entries need not be under a checkpoint yet.
        erased: Commitments to texts whose erasure has no place in the ledger yet.

    Raises:
        Broken: Something is not what was signed.
    """
    marks = _marks_of(checkpoints, anchors)
    total, tree, chain, signed, texts = len(marks), Frontier(), sealing.GENESIS, 0, Texts(erased)
    for entry in entries:
        chain = _followed(entry, tree.size + 1, chain)
        texts.look(entry)
        tree.add(bytes.fromhex(entry.leaf))
        here = []
        while marks and marks[-1].size == tree.size:
            here.append(marks.pop())
        for mark in here:
            _compare(mark, _opened(mark.note, ring, signed + 1, mark.name), tree, chain, signed)
        signed = tree.size if here else signed
    if marks:
        first = marks[-1]
        _opened(first.note, ring, tree.size + 1, first.name)
        raise Broken(tree.size + 1, f"{first.name} saw {first.size} entries, there are {tree.size}")
    if lost := [note for note in anchors if note not in checkpoints]:
        said = notes.read(lost[0])
        raise Broken(said.size, f"checkpoint {said.number} was kept elsewhere and is not here")
    if signed < tree.size and not may_trail:
        raise Broken(signed + 1, "it is under no checkpoint")
    return Verified(tree.size, signed, len(checkpoints), total - len(checkpoints), *texts.settle())


def verify_proof(entry: Entry, path: Sequence[bytes], note: str, ring: Ring) -> Statement:
    """Return the checkpoint under which an entry is, if the path proves it.

    Raises:
        Broken: It does not.
    """
    said = _opened(note, ring, entry.position, "the checkpoint")
    if entry.leaf != sealing.leaf_of(entry.seq, entry.body):
        raise Broken(entry.position, "the leaf is not the hash of the entry")
    leaf = bytes.fromhex(entry.leaf)
    if not merkle.is_included(leaf, entry.position - 1, said.size, path, said.root):
        raise Broken(entry.position, "the path does not lead from the entry to the checkpoint's root")
    Texts().look(entry)
    return said


def verify_growth(old: str, new: str, path: Sequence[bytes], ring: Ring) -> tuple[Statement, Statement]:
    """Return two checkpoints if the path proves that the newer one's ledger begins with the older one's.

    Raises:
        Broken: It does not.
    """
    before, after = (_opened(note, ring, 1, name) for note, name in ((old, "the older"), (new, "the newer")))
    if not merkle.has_grown(before.size, before.root, after.size, after.root, path):
        raise Broken(1, f"the first {before.size} entries are not those of the older checkpoint")
    return before, after


def _spoken_of(entry: Entry) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the texts that an entry speaks of, by name and commitment, and those that it says are erased."""
    if not any(each in entry.body for each in SPEAKING):
        return [], []
    try:
        fact = json.loads(entry.body)
        payload: dict[str, Any] = fact["payload"]
        ended = payload["commitments"] if fact["kind"] == FactTextErased.kind else []
        return list(commitments.commitments(payload)), [str(digest) for digest in ended]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise Broken(entry.position, "the entry cannot be read") from None


def _followed(entry: Entry, position: int, chain: str) -> str:
    """Return the link of an entry that stands where it should and is what its hashes say."""
    if entry.position != position:
        raise Broken(position, f"here stands entry {entry.position}")
    if entry.leaf != sealing.leaf_of(entry.seq, entry.body):
        raise Broken(position, "the leaf is not the hash of the entry")
    link = sealing.link(chain, entry.leaf)
    if entry.chain != link:
        raise Broken(position, "it is not chained to the entry before")
    return link


def _compare(mark: _Mark, said: Statement, tree: Frontier, chain: str, signed: int) -> None:
    if (said.root, said.chain) != (tree.root(), chain):
        where = f"something from {signed + 1} to {tree.size}"
        raise Broken(signed + 1, f"{mark.name} has another root or chain: {where} is not what it saw")


def _marks_of(checkpoints: Sequence[str], anchors: Sequence[str]) -> list[_Mark]:
    """Return what was signed, the largest first; checkpoints are numbered without a gap, and grow."""
    marks, size = [], 0
    for number, note in enumerate(checkpoints, start=1):
        name = f"checkpoint {number}"
        said = _read(note, size + 1, name)
        if said.number != number:
            raise Broken(size + 1, f"{name} is missing: here stands {said.number}")
        if said.size <= size:
            raise Broken(size + 1, f"{name} has no more entries than the one before")
        size = said.size
        marks.append(_Mark(size, name, note))
    for note in anchors:
        said = _read(note, 1, "an anchored checkpoint")
        marks.append(_Mark(said.size, f"anchored checkpoint {said.number}", note))
    return sorted(marks, key=lambda mark: mark.size, reverse=True)


def _read(note: str, position: int, name: str) -> Statement:
    try:
        return notes.read(note)
    except NoteRefused as error:
        raise Broken(position, f"{name}: {error}") from None


def _opened(note: str, ring: Ring, position: int, name: str) -> Statement:
    try:
        return notes.open_note(note, ring)
    except NoteRefused as error:
        raise Broken(position, f"{name}: {error}") from None
