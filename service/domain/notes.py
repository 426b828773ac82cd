"""Checkpoints as signed notes (C2SP `signed-note` and `tlog-checkpoint`): text that one can print and keep.

Keys are written as the format's own tools write them. Whoever has the public key needs nothing else of ours.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.domain.sealing import written

ED25519 = b"\x01"
"""How the format names the kind of a key and of its signatures."""

PRIVATE = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+,]{1,200}")
NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\s+]+)\n(?P<size>[1-9]\d{0,18})\n(?P<root>[A-Za-z0-9+/=]{44})\n"
    r"checkpoint (?P<number>[1-9]\d{0,18}) chain (?P<chain>[0-9a-f]{64}) "
    r"at (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n)"
    r"\n— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/=]{92})\n",
    re.ASCII,
)


class KeyRefused(ValueError):
    """The text is no key, or the keys do not belong together."""


class NoteRefused(ValueError):
    """The text is no checkpoint, or none of the known keys has signed it."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key by which signatures are checked. `id` is what the format calls the key hash, 4 bytes."""

    name: str
    id: bytes
    raw: bytes

    @classmethod
    def of(cls, name: str, raw: bytes) -> Self:
        """Return a key of 32 bytes under a name."""
        digest = hashlib.sha256(name.encode() + b"\n" + ED25519 + raw).digest()
        return cls(name, digest[:4], raw)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the key that a line stands for: `name+id+key`.

        Raises:
            KeyRefused: It is no such line.
        """
        name, raw = _parts(text)
        key = cls.of(name, raw)
        if key.text() != text:
            raise KeyRefused("the key does not belong to its name")
        return key

    def text(self) -> str:
        """Return the key as a line."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.raw).decode()}"

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Return if a signature of 64 bytes is this key's on a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs."""

    public: PublicKey
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey) -> Self:
        """Return a private key under a name.

        Raises:
            KeyRefused: No key may have such a name.
        """
        if not NAME.fullmatch(name):
            raise KeyRefused("the name of a key has no spaces, commas or `+`")
        return cls(PublicKey.of(name, private.public_key().public_bytes_raw()), private)

    @classmethod
    def make(cls, name: str) -> Self:
        """Return a new key."""
        return cls.of(name, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the key that a line stands for: `PRIVATE+KEY+name+id+key`.

        Raises:
            KeyRefused: It is no such line.
        """
        name, raw = _parts(text.removeprefix(PRIVATE))
        signer = cls.of(name, Ed25519PrivateKey.from_private_bytes(raw))
        if signer.text() != text:
            raise KeyRefused("the key does not belong to its name")
        return signer

    def text(self) -> str:
        """Return the key as a line, which is a secret."""
        secret = b64encode(ED25519 + self.private.private_bytes_raw()).decode()
        return f"{PRIVATE}{self.public.name}+{self.public.id.hex()}+{secret}"

    def signed(self, text: str) -> str:
        """Return a text with its signature under it."""
        mark = self.public.id + self.private.sign(text.encode())
        return f"{text}\n— {self.public.name} {b64encode(mark).decode()}\n"


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of one ledger. Only `signer` signs; older ones are there to check what they have signed."""

    origin: str
    keys: Mapping[bytes, PublicKey]
    signer: Signer | None

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the keys of a text: public or private ones, the newest first, with commas or on lines.

        Raises:
            KeyRefused: One of them is no key, or they have several names.
        """
        parts = text.replace(",", " ").split()
        private = [Signer.read(part) for part in parts if part.startswith(PRIVATE)]
        public = [PublicKey.read(part) for part in parts if not part.startswith(PRIVATE)]
        known = [signer.public for signer in private] + public
        names = {key.name for key in known}
        if len(names) != 1:
            raise KeyRefused("the keys of a ledger have one name" if names else "there is no key")
        return cls(names.pop(), {key.id: key for key in known}, private[0] if private else None)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says: its number, how many entries there are, their root, the chain's last link."""

    origin: str
    number: int
    size: int
    root: bytes
    chain: str
    made_at: str

    def text(self) -> str:
        """Return what is signed."""
        extension = f"checkpoint {self.number} chain {self.chain} at {self.made_at}"
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n{extension}\n"


def state(signer: Signer, *, number: int, size: int, root: bytes, chain: str, now: datetime) -> str:
    """Return a new checkpoint as a signed note."""
    return signer.signed(Statement(signer.public.name, number, size, root, chain, written(now)).text())


def read(note: str) -> Statement:
    """Return what a note says, whoever has signed it.

    Raises:
        NoteRefused: It is not written as a checkpoint of ours is.
    """
    return _taken_apart(note)[0]


def open_note(note: str, ring: Ring) -> Statement:
    """Return what a note says if one of the keys has signed it.

    There is one signature, and it is in the one form that base64 has for it: no byte of a note can be
    another without being noticed.

    Raises:
        NoteRefused: It is no checkpoint of this ledger, or nobody known has signed it.
    """
    said, text, name, mark = _taken_apart(note)
    if not said.origin == name == ring.origin:
        raise NoteRefused("it is of another ledger")
    key = ring.keys.get(mark[:4])
    if key is None:
        raise NoteRefused("it is signed by a key that is not known here")
    if not key.has_signed(text.encode(), mark[4:]):
        raise NoteRefused("its signature is not the key's")
    return said


def _taken_apart(note: str) -> tuple[Statement, str, str, bytes]:
    found = NOTE.fullmatch(note)
    if found is None:
        raise NoteRefused("it is not written as a checkpoint")
    root, mark = _bytes(found["root"], NoteRefused), _bytes(found["signature"], NoteRefused)
    said = Statement(
        found["origin"], int(found["number"]), int(found["size"]), root, found["chain"], found["at"]
    )
    return said, found["text"], found["name"], mark


def _parts(text: str) -> tuple[str, bytes]:
    name, _, rest = text.partition("+")
    raw = _bytes(rest.partition("+")[2], KeyRefused)
    if not NAME.fullmatch(name) or len(raw) != 33 or raw[:1] != ED25519:
        raise KeyRefused("a key is written `name+id+key`")
    return name, raw[1:]


def _bytes(text: str, refusal: type[ValueError]) -> bytes:
    """Return what base64 stands for; there is one way to write it."""
    try:
        raw = b64decode(text, validate=True)
    except Error:
        raise refusal("it is not base64") from None
    if b64encode(raw).decode() != text:
        raise refusal("it is not the base64 of anything")
    return raw
