"""Damage to files: of bytes, of lines and words, of the parts inside archives, of numbers and names."""

import io
import random
import re
import unicodedata
import zipfile

from .seeds import PIECES, Seed

GROWTH_MAX = 400_000
"""Bytes beyond which a mutant is not grown further."""
_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_NUMBERS = (
    b"0",
    b"1",
    b"-1",
    b"255",
    b"256",
    b"65536",
    b"2147483648",
    b"99999999999999999999",
    b"1e308",
    b"",
)


def mutant(seed: Seed, chance: random.Random) -> Seed:
    """A damaged copy; one in ten goes by another name."""
    name, data = seed
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        data = _mutated(name, data, chance)
    if chance.random() < 0.1:
        name = chance.choice(
            ("upload", "a.txt", "a.docx", "a.pdf", "a.xlsx", "a.edxml", "a.zip", "a.doc", "a.b")
        )
    return name, data


def _mutated(name: str, data: bytes, chance: random.Random) -> bytes:
    kind = name.rpartition(".")[2]
    ways = [_bytes]
    if data.startswith(b"PK"):
        ways += [_inside] * 4
    elif kind in ("txt", "md"):
        ways += [_text] * 4
    elif kind in ("pdf", "edxml", "xml"):
        ways += [_numbers, _tags, _text]
    return chance.choice(ways)(data, chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    match chance.randrange(6):
        case 0:
            flipped = bytearray(data)
            for _ in range(chance.choice((1, 4, 40))):
                if flipped:
                    flipped[chance.randrange(len(flipped))] = chance.randrange(256)
            return bytes(flipped)
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:at]
        case 3:
            return data[:at] + chance.randbytes(chance.choice((1, 8, 200))) + data[at:]
        case 4 if len(data) < GROWTH_MAX:
            return data[:end] + data[at:end] + data[end:]
    return data[at:end] + data[:at] + data[end:]


def _numbers(data: bytes, chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    changed = chance.sample(found, min(len(found), chance.choice((1, 3, 20))))
    for match in sorted(changed, key=lambda number: -number.start()):
        data = data[: match.start()] + chance.choice(_NUMBERS) + data[match.end() :]
    return data


def _tags(data: bytes, chance: random.Random) -> bytes:
    """Leave a tag out, double it, or put it elsewhere."""
    found = list(_TAG.finditer(data))
    if not found:
        return _bytes(data, chance)
    tag, other = chance.choice(found), chance.choice(found)
    match chance.randrange(3):
        case 0:
            return data[: tag.start()] + data[tag.end() :]
        case 1 if len(data) < GROWTH_MAX:
            return data[: tag.end()] + tag[0] * chance.choice((1, 3, 300)) + data[tag.end() :]
    return data[: other.start()] + tag[0] + data[other.end() :]


def _inside(data: bytes, chance: random.Random) -> bytes:
    """Damage one part of an archive and pack it again, so that the damage gets past the checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:
        # a damaged archive fails in many ways, and this one was damaged before
        return _bytes(data, chance)
    if not parts:
        return data
    name = chance.choice(sorted(parts, key=lambda part: (-len(parts[part]), part))[:4])
    way = chance.choice((_tags, _tags, _numbers, _text, _bytes, _dropped))
    parts[name] = way(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part, content in parts.items():
            target.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _dropped(_data: bytes, _chance: random.Random) -> bytes:
    return b""


def _text(data: bytes, chance: random.Random) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        changed = _changed(data.decode("utf-16", "replace"), chance)
        return changed.encode("utf-16", "surrogatepass")
    return _changed(data.decode("utf-8", "surrogateescape"), chance).encode("utf-8", "surrogateescape")


def _changed(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(text) + 1)
    match chance.randrange(9):
        case 0:
            chance.shuffle(lines)
            return "\n".join(lines)
        case 1:
            del lines[chance.randrange(len(lines))]
            return "\n".join(lines)
        case 2 if len(text) < GROWTH_MAX:
            line = chance.choice(lines)
            return text + "\n" + "\n".join([line] * chance.choice((2, 30, 300)))
        case 3:
            return text[:at] + chance.choice(PIECES) + text[at:]
        case 4:
            return unicodedata.normalize("NFD", text)
        case 5:
            return text.replace(
                chance.choice("\n .,;:-"), chance.choice(("", " ", "\n", "\u00a0", "  ", "\r\n"))
            )
        case 6 if len(text) < GROWTH_MAX:
            word = chance.choice(text.split() or ["x"])
            return (
                text[:at]
                + (word + chance.choice((" ", "", ", "))) * chance.choice((5, 100, 2000))
                + text[at:]
            )
        case 7:
            return "".join(chance.choice((c, c.upper(), c.lower())) for c in text)
    words = text.split(" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)
