"""Tampers: each makes one change somewhere and lets the verifier look; nothing but `Broken` is an answer."""

import json
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

from service.domain import audit_file, notes, sealing
from service.domain.commitments import commitments
from service.domain.notes import Ring
from service.domain.reading import audit
from service.domain.verifying import Broken, verify
from tests.tampers.looks import Look, Tamper, another, database, document, export, line, row_of, sizes
from tests.tampers.played import NAME, NEW, OLD, PUBLIC, STRANGER, Ledger
from tests.tampers.texts import a_proved_text, a_text, an_exported_text, not_erased

LINES_BEFORE = 1
"""The header of an export."""


@dataclass
class Figures:
    """What came of it."""

    tampers: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)
    clean: int = 0
    alarms: list[str] = field(default_factory=list)


def a_byte(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """Any byte of the file becomes another, or goes, or gets a neighbour."""
    text = b"".join(ledger.lines)
    at, other = draw.randrange(len(text)), bytes([draw.randrange(256)])
    while other == text[at : at + 1]:
        other = bytes([draw.randrange(256)])
    match draw.randrange(3):
        case 0:
            changed = text[:at] + other + text[at + 1 :]
        case 1:
            changed = text[:at] + text[at + 1 :]
        case _:
            changed = text[:at] + other + text[at:]
    return export(changed.splitlines(keepends=True)), None


def a_line(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A line goes, comes twice, changes its place with another, or is the last one left."""
    lines = list(ledger.lines)
    at, other = draw.sample(range(len(lines)), 2)
    match draw.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            del lines[at:]
    return export(lines), None


def a_field(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A field of an entry in an export is another; the rest of the file is as it was."""
    lines, position = list(ledger.lines), draw.randrange(len(ledger.rows)) + 1
    at = len(lines) - len(ledger.rows) + position - 1
    given = json.loads(lines[at])
    name = draw.choice(list(given))
    if name == "body":
        facts = json.loads(given["body"])
        given["body"] = json.dumps(another(draw, facts), sort_keys=True, separators=(",", ":"))
    else:
        given[name] = another(draw, given[name])
    lines[at] = line(given)
    return export(lines), position


def a_forgery(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """An entry says something else, and every hash behind it is made to fit; only signatures are not."""
    lines, position = list(ledger.lines), draw.randrange(len(ledger.rows)) + 1
    first, spoken_of = len(lines) - len(ledger.rows), set()
    chain = ledger.rows[position - 2].chain if position > 1 else sealing.GENESIS
    for at in range(position, len(ledger.rows) + 1):
        given = json.loads(lines[first + at - 1])
        if at == position:
            facts = another(draw, json.loads(given["body"]))
            spoken_of = {digest for _, digest in commitments(facts["payload"])}
            given["body"] = json.dumps(facts, sort_keys=True, separators=(",", ":"))
            given["leaf"] = sealing.leaf_of(given["seq"], given["body"].encode())
        given["chain"] = chain = sealing.link(chain, given["leaf"])
        lines[first + at - 1] = line(given)
    under = max((n for n in (0, *sizes(ledger)) if n < position), default=0)
    is_said = spoken_of == {text.sha256 for text in ledger.entries[position - 1].texts}
    return export(lines), under + 1 if is_said else position


def a_checkpoint(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A checkpoint of an export says something else, is signed by a stranger, or by nobody."""
    lines, number = list(ledger.lines), draw.randrange(len(ledger.checkpoints))
    note = ledger.notes[number]
    text, _, signed = note.partition("\n\n")
    match draw.randrange(5):
        case 0:
            changed = STRANGER.signed(f"{text}\n")
        case 1:
            at = draw.randrange(len(signed))
            changed = f"{text}\n\n{signed[:at]}{chr(ord(signed[at]) ^ 1)}{signed[at + 1 :]}"
        case 2:
            at = draw.randrange(len(text))
            changed = f"{text[:at]}{chr(ord(text[at]) ^ 1)}{text[at + 1 :]}\n\n{signed}"
        case 3:
            other = draw.choice([each for each in ledger.notes if each != note])
            changed = f"{text}\n\n{other.partition(chr(10) * 2)[2]}"
        case _:
            changed = f"{note}{signed}"
    lines[LINES_BEFORE + number] = audit_file.checkpoint_line(changed).encode()
    return export(lines), None


def a_key(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """The auditor's keys are not those that signed: one is missing, or a stranger's, or of another name."""
    rings = [
        Ring.read(NEW.public.text()),
        Ring.read(OLD.public.text()),
        Ring.read(STRANGER.public.text()),
        Ring.read(f"{NEW.public.text()},{STRANGER.public.text()}"),
        Ring("example.vn/so-khac", PUBLIC.keys, None),
    ]
    return export(ledger.lines, draw.choice(rings)), None


def a_row(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A column of an event or of its place is another in the database."""
    rows, at = list(ledger.rows), draw.randrange(len(ledger.rows))
    values = dict(rows[at]._mapping)
    name = draw.choice(list(values))
    values[name] = another(draw, values[name])
    rows[at] = row_of(values)
    return database(rows, ledger.texts, ledger.checkpoints), at + 1


def rows_astray(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A row of the database goes, comes twice, or two change their places; the gap may be closed up."""
    rows = list(ledger.rows)
    at, other = draw.sample(range(len(rows)), 2)
    match draw.randrange(3):
        case 0:
            del rows[at]
        case 1:
            rows.insert(other, rows[at])
        case _:
            rows[at], rows[other] = rows[other], rows[at]
    if draw.random() < 0.5:
        rows = [row_of({**row._mapping, "position": n}) for n, row in enumerate(rows, start=1)]
    return database(rows, ledger.texts, ledger.checkpoints, tuple(ledger.notes)), None


def a_signed_row(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A column of a checkpoint is another in the database, or one of them is gone."""
    rows, at = list(ledger.checkpoints), draw.randrange(len(ledger.checkpoints))
    if draw.random() < 0.2:
        del rows[at]
        return database(ledger.rows, ledger.texts, rows, tuple(ledger.notes[-1:])), None
    values = dict(rows[at]._mapping)
    name = draw.choice(list(values))
    values[name] = another(draw, values[name])
    rows[at] = row_of(values)
    return database(ledger.rows, ledger.texts, rows), None


def an_end(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """Everything after an older checkpoint goes, and what is left fits; an anchor remembers more."""
    number = draw.randrange(1, len(ledger.checkpoints))
    size = sizes(ledger)[number - 1]
    lines = [
        audit_file.header_line(NAME, number, size).encode(),
        *ledger.lines[LINES_BEFORE : LINES_BEFORE + number],
        *not_erased(ledger, ledger.lines[LINES_BEFORE + len(ledger.checkpoints) :][:size]),
    ]
    assert export(lines)().entries == size, "without an anchor nobody can know"
    return export(lines, kept=(draw.choice(ledger.notes[number:]),)), size + 1


def a_second_history(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """Whoever has the key signs a ledger in which something is otherwise; an anchor remembers the first."""
    position = draw.randrange(ledger.checkpoints[-1].size) + 1
    entries, tree, chain, signed, number = [], audit.merkle.Frontier(), sealing.GENESIS, [], 0
    for entry in ledger.entries:
        body = entry.body + b" " if entry.position == position else entry.body
        leaf = sealing.leaf_of(entry.seq, body)
        chain = sealing.link(chain, leaf)
        tree.add(bytes.fromhex(leaf))
        entries.append(entry._replace(body=body, leaf=leaf, chain=chain))
        if tree.size in sizes(ledger):
            number += 1
            at = ledger.checkpoints[number - 1].made_at
            signed.append(
                notes.state(NEW, number=number, size=tree.size, root=tree.root(), chain=chain, now=at)
            )
    anchor = draw.choice([note for note in ledger.notes if notes.read(note).size >= position])
    assert verify(entries, signed, PUBLIC).entries == len(entries), "its own checkpoints believe it"
    return (lambda: verify(entries, signed, PUBLIC, anchors=[anchor])), None


def a_proof(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A field of a proof is another, or the keys are a stranger's."""
    given = deepcopy(draw.choice(ledger.proofs + ledger.growths))
    if draw.random() < 0.05:
        return document(given, Ring.read(STRANGER.public.text())), None
    name = draw.choice(list(given))
    given[name] = another(draw, given[name])
    return document(given), None


TAMPERS: tuple[Tamper, ...] = (
    a_byte, a_line, a_field, a_forgery, a_checkpoint, a_key,
    a_row, rows_astray, a_signed_row, an_end, a_second_history, a_proof,
    a_text, an_exported_text, a_proved_text,
)  # fmt: skip


def campaign(ledger: Ledger, seed: int, numbers: range, figures: Figures) -> Figures:
    """Make the tampers of these numbers; each is the same for the same seed."""
    for number in numbers:
        draw = Random(f"{seed} {number}")  # noqa: S311 - not for secrets
        tamper = TAMPERS[number % len(TAMPERS)]
        look, position = tamper(draw, ledger)
        figures.tampers[tamper.__name__] += 1
        try:
            look()
        except Broken as found:
            if position is not None and found.position != position:
                figures.misnamed.append(f"{number} {tamper.__name__}: {found}, not {position}")
        else:
            figures.missed.append(f"{number} {tamper.__name__}")
    return figures


def clean(ledger: Ledger, count: int, figures: Figures) -> Figures:
    """Verify what nobody has touched: the export, the rows, proofs and growths in turn."""
    documents = ledger.proofs + ledger.growths
    looks = [
        export(ledger.lines, kept=tuple(ledger.notes)),
        database(ledger.rows, ledger.texts, ledger.checkpoints, tuple(ledger.notes)),
    ]
    for number in range(count):
        figures.clean += 1
        try:
            (looks[number % 4] if number % 4 < 2 else document(documents[number % len(documents)]))()
        except Broken as found:
            figures.alarms.append(f"{number}: {found}")
    return figures
