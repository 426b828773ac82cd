"""Documents for the tests: the seed in many clothes, and files that must be refused."""

import hashlib
import io
import textwrap
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from service.demo.letters import SOURCE

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
SEED = SOURCE.read_text(encoding="utf-8")

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)


def wrapped(text: str, width: int = 78) -> str:
    """Break every long line as an old mail program does; empty lines stay."""
    lines = [part for line in text.split("\n") for part in (_wrap(line, width) or [""])]
    return "\n".join(lines)


def _wrap(line: str, width: int) -> list[str]:
    return (
        textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        if len(line) > width
        else [line]
    )


def bold(text: str) -> str:
    """Set every paragraph in bold Markdown."""
    plain = text.replace("*", "")
    return "\n\n".join(f"**{group.strip()}**" if group.strip() else group for group in plain.split("\n\n"))


def escaped(text: str) -> str:
    """Escape what Markdown would take for a list."""
    lines = text.replace("**1.**", "1\\.").replace("**2.**", "2\\.").split("\n")
    return "\n".join("\\" + line if line.startswith("- ") else line for line in lines)


VARIANTS: dict[str, Callable[[str], str]] = {
    "decomposed letters (NFD)": lambda text: unicodedata.normalize("NFD", text),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old Macintosh line ends": lambda text: text.replace("\n", "\r"),
    "no bold at all": lambda text: text.replace("*", ""),
    "everything bold": bold,
    "hard-wrapped lines": wrapped,
    "narrow hard-wrapped lines": lambda text: wrapped(text, 64),
    "non-breaking spaces": lambda text: text.replace("UBND ", "UBND\u00a0").replace("- ", "-\u00a0"),
    "zero-width characters": lambda text: (
        "\ufeff" + text.replace("huyện", "hu\u200byện").replace("NTM", "N\u00adTM")
    ),
    "escaped Markdown": escaped,
    "trailing spaces": lambda text: text.replace("\n", "   \n"),
}


def docx(
    paragraphs: Sequence[str] = (), *, body: str | None = None, parts: dict[str, str] | None = None
) -> bytes:
    """A DOCX of plain paragraphs, or of the given body XML, with further parts."""
    inner = body if body is not None else "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{inner}</w:body></w:document>'
    return archive({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": document, **(parts or {})})


def archive(parts: dict[str, str]) -> bytes:
    """A zip file of the given parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    return out.getvalue()


def pdf(lines: Sequence[str], *, password: str | None = None) -> bytes:
    """A one-page PDF with the lines of ASCII text, perhaps protected by a password (RC4, 40 bits)."""
    shown = "".join(f"1 0 0 1 72 {760 - 18 * i} Tm ({line}) Tj " for i, line in enumerate(lines))
    content = f"BT /F1 12 Tf {shown}ET".encode("ascii") if lines else b""
    key, encryption = _encryption(password) if password else (b"", "")
    stream = _rc4(_object_key(key, 4), content) if password else content
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *([encryption.encode("latin-1")] if password else []),
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj" % number + item + b"endobj\n")
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    extra = b"/Encrypt 6 0 R/ID[<00><00>]" if password else b""
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    out.write(b"trailer<</Size %d/Root 1 0 R%s>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, extra, start))
    return out.getvalue()


_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _encryption(password: str) -> tuple[bytes, str]:
    """File key and encryption dictionary (PDF 1.7, algorithms 2 to 4, revision 2)."""
    padded = (password.encode() + _PADDING)[:32]
    owner = _rc4(_md5(padded)[:5], padded)
    permissions = -4
    key = _md5(padded + owner + permissions.to_bytes(4, "little", signed=True) + b"\x00")[:5]
    user = _rc4(key, _PADDING)
    return key, f"<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{user.hex()}>/P {permissions}>>"


def _object_key(key: bytes, number: int) -> bytes:
    return _md5(key + number.to_bytes(3, "little") + b"\x00\x00")[:10]


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
