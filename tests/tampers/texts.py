"""Tampers with the texts beside a ledger."""

import json
from copy import deepcopy
from random import Random

from service.domain.commitments import Beside
from tests.tampers.looks import Look, another, database, document, export, line
from tests.tampers.played import Ledger


def a_text(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A text beside the ledger, or its salt, is another in the database; it goes, or comes back."""
    texts = dict(ledger.texts)
    digest = draw.choice(sorted(texts))
    was, (other, *_) = texts[digest], draw.sample(sorted(set(texts) - {digest}), 1)
    if was.text is None:
        texts[digest] = draw.choice(
            [ledger.lost, ledger.lost._replace(text="Khác"), was._replace(salt="0" * 32)]
        )
        is_back = texts[digest] == ledger.lost
        return database(ledger.rows, texts, ledger.checkpoints), where(ledger, digest, erasure=is_back)
    match draw.randrange(5):
        case 0:
            texts[digest] = was._replace(text=another(draw, was.text))
        case 1:
            texts[digest] = was._replace(salt=another(draw, was.salt))
        case 2:
            texts[digest] = texts[other]._replace(sha256=digest)
        case 3:
            texts[digest] = Beside(digest, None, None)
        case _:
            del texts[digest]
    return database(ledger.rows, texts, ledger.checkpoints), where(ledger, digest)


def an_exported_text(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A text in an export is another, is gone, stands at another entry, or comes back."""
    lines = list(ledger.lines)
    with_texts = [at for at, each in enumerate(lines) if b'"texts":[' in each]
    at, other = draw.sample(with_texts, 2)
    given, strange = json.loads(lines[at]), json.loads(lines[other])
    position = at - (len(lines) - len(ledger.rows)) + 1
    text = draw.choice(given["texts"])
    match draw.randrange(5):
        case 0:
            name = draw.choice(list(text))
            text[name] = another(draw, text[name])
        case 1:
            given["texts"].remove(text)
        case 2:
            text |= strange["texts"][0] | {"sha256": text["sha256"]}
        case 3:
            given["texts"] = [*given["texts"], text]
        case _ if text["text"] is None:
            text |= ledger.lost._asdict()
            position = where(ledger, text["sha256"], erasure=True)
        case _:
            text |= {"salt": None, "text": None}
    lines[at] = line(given)
    return export(lines), position


def a_proved_text(draw: Random, ledger: Ledger) -> tuple[Look, int | None]:
    """A text in a proof is another, or is gone; that it was erased a proof of one entry cannot know."""
    given = deepcopy(draw.choice([each for each in ledger.proofs if each["texts"]]))
    text = draw.choice(given["texts"])
    match draw.randrange(3):
        case 0:
            name = draw.choice(list(text))
            text[name] = another(draw, text[name])
        case 1:
            given["texts"].remove(text)
        case _:
            given["texts"] = [*given["texts"], text]
    return document(given), None


def where(ledger: Ledger, digest: str, *, erasure: bool = False) -> int:
    """Return the position of the entry that speaks first of a text, or of the one that says it was erased."""
    for row in ledger.rows:
        said = json.dumps(row.payload.get("commitments", [])) if erasure else json.dumps(row.payload)
        if digest in said:
            return int(row.position)
    raise LookupError(digest)


def not_erased(ledger: Ledger, lines: list[bytes]) -> list[bytes]:
    """Return lines of entries with the text that was erased: without its erasure it would be missed."""
    lost = json.dumps(ledger.lost._asdict(), ensure_ascii=False, separators=(",", ":"))
    gone = json.dumps(Beside(ledger.lost.sha256, None, None)._asdict(), separators=(",", ":"))
    if any(b"fact.text_erased.v1" in each for each in lines):
        return lines
    return [each.replace(gone.encode(), lost.encode()) for each in lines]
