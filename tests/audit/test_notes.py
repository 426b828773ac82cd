"""Checkpoints are notes as others write and read them, and a note is one key's word."""

import hashlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.domain import notes
from service.domain.notes import KeyRefused, NoteRefused, PublicKey, Ring, Signer

pytestmark = pytest.mark.rules

NAME = "example.vn/so-chinh"
SIGNER = Signer.of(NAME, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
RING = Ring.read(SIGNER.public.text())
NOW = datetime(2024, 4, 15, 2, 0, tzinfo=UTC)
NOTE = notes.state(SIGNER, number=3, size=70, root=bytes(32), chain="ab" * 32, now=NOW)


def test_a_note_is_what_the_formats_own_tools_read() -> None:
    """Taken apart here by the words of C2SP `signed-note`, without anything of ours."""
    text, _, signatures = NOTE.rpartition("\n\n")
    lines = text.split("\n")
    assert lines[:3] == [NAME, "70", b64encode(bytes(32)).decode()]
    assert lines[3:] == [f"checkpoint 3 chain {'ab' * 32} at 2024-04-15T02:00:00.000000Z"]
    dash, name, mark = signatures.removesuffix("\n").split(" ")
    raw = SIGNER.private.public_key().public_bytes_raw()
    key_hash = hashlib.sha256(NAME.encode() + b"\n\x01" + raw).digest()[:4]
    assert (dash, name, b64decode(mark)[:4]) == ("—", NAME, key_hash)
    Ed25519PublicKey.from_public_bytes(raw).verify(b64decode(mark)[4:], f"{text}\n".encode())
    key = b64encode(b"\x01" + raw).decode()
    assert SIGNER.public.text() == f"{NAME}+{key_hash.hex()}+{key}"


def test_a_note_says_what_was_signed() -> None:
    said = notes.open_note(NOTE, RING)
    assert (said.origin, said.number, said.size, said.chain) == (NAME, 3, 70, "ab" * 32)
    assert said == notes.read(NOTE)


def test_no_character_of_a_note_can_be_another() -> None:
    for at in range(len(NOTE)):
        for other in ("0", "A", "=", "\n", " ", "—", "\ud800"):
            changed = NOTE[:at] + other + NOTE[at + 1 :]
            if changed != NOTE:
                with pytest.raises(NoteRefused):
                    notes.open_note(changed, RING)
        with pytest.raises(NoteRefused):
            notes.open_note(NOTE[:at] + NOTE[at + 1 :], RING)


def test_another_key_of_the_same_name_is_not_believed() -> None:
    stranger = Signer.make(NAME)
    with pytest.raises(NoteRefused, match="not known"):
        notes.open_note(NOTE, Ring.read(stranger.public.text()))
    raw = b64decode(NOTE.rsplit(" ", 1)[1])
    forged = stranger.private.sign(NOTE.rpartition("\n—")[0].encode())
    under_its_id = f"{NOTE.rsplit(' ', 1)[0]} {b64encode(raw[:4] + forged).decode()}\n"
    with pytest.raises(NoteRefused, match="not the key's"):
        notes.open_note(under_its_id, RING)


def test_while_keys_rotate_the_newest_signs_and_the_older_one_still_counts() -> None:
    newer = Signer.make(NAME)
    ring = Ring.read(f"{newer.text()}, {SIGNER.public.text()}")
    assert ring.signer is not None
    assert ring.signer.public == newer.public
    assert notes.open_note(NOTE, ring).number == 3
    later = notes.state(newer, number=4, size=71, root=bytes(32), chain="cd" * 32, now=NOW)
    assert notes.open_note(later, ring).number == 4
    with pytest.raises(NoteRefused):
        notes.open_note(later, RING)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "a+b+c", SIGNER.public.text()[:-1], SIGNER.text()[:-4], f"x{SIGNER.public.text()}",
        f"{SIGNER.public.text()},{Signer.make('other').text()}", SIGNER.public.text().replace("+", "-", 1),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused):
        Ring.read(text)


def test_keys_can_be_written_down_and_read_again() -> None:
    assert Signer.read(SIGNER.text()).public == PublicKey.read(SIGNER.public.text()) == SIGNER.public
    with pytest.raises(KeyRefused):
        Signer.make("a name")
