"""What a DOCX is made of, looked at before anything else opens it: text and pictures, and nothing outside.

A template is sent by somebody and opened here, a document that was made of it is opened by LibreOffice. So
both are held to a list of parts, of relationships and of Word's fields; none of them leads out of the file.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from service.domain.template_refusals import TemplateFault, TemplateRefused

FILE_BYTES_MAX = 5_000_000
UNPACKED_BYTES_MAX = 20_000_000
PARTS_MAX = 300
CHUNK = 1 << 16
TYPES = "[Content_Types].xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""The media type of a DOCX; that of the part with its text begins with it."""

DOCX_TYPE = f"{WORD}.main+xml"
ENDINGS = (".xml", ".rels", ".png", ".jpg", ".jpeg", ".gif")
RELATIONSHIPS = frozenset(
    {
        *("officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail"),
        *("styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "numbering", "theme"),
        *("header", "footer", "footnotes", "endnotes", "image", "customXml", "customXmlProps", "people"),
        *("comments", "commentsExtended", "commentsIds", "commentsExtensible", "glossaryDocument"),
        *("intelligence", "classificationlabels"),
    }
)
FIELDS = frozenset(
    {
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "SEQ"),
        *("STYLEREF", "REF", "PAGEREF", "TOC"),
    }
)
"""Fields of Word that count or refer within the document."""

LEADS_OUT = re.compile(r"^\s*(//|\\\\|[A-Za-z][A-Za-z0-9+.-]*:)")
SOURCES = frozenset({"src", "href", "althref"})
"""Attributes by which VML names a picture beside a relationship."""

ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)


def require_plain(content: bytes, *, bytes_max: int = FILE_BYTES_MAX) -> None:
    """Return if a file is a DOCX of text and pictures that refers to nothing outside.

    Raises:
        TemplateRefused: It is not, or it is beyond the bounds.
    """
    from lxml import etree

    if len(content) > bytes_max:
        _refuse(TemplateFault.TOO_LARGE, f"{bytes_max:,} bytes")
    parts = _unpacked(content)
    _require_docx(parts)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for name, data in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            _refuse(TemplateFault.NOT_DOCX, name)
        if root.getroottree().docinfo.internalDTD is not None:
            _refuse(TemplateFault.FOREIGN_PART, name)
        if name.endswith(".rels"):
            _require_inside(root)
        else:
            _require_no_sources(root)
            for code in _fields(root):
                _require_known_field(code)


def _unpacked(content: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = UNPACKED_BYTES_MAX
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > PARTS_MAX:
                _refuse(TemplateFault.TOO_LARGE, f"{PARTS_MAX} parts")
            for info in infos:
                with archive.open(info) as part:
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    _refuse(TemplateFault.TOO_LARGE, info.filename)
                parts[info.filename] = data
    except ZIP_FAULTS:
        _refuse(TemplateFault.NOT_DOCX, "zip")
    return parts


def _require_docx(parts: Mapping[str, bytes]) -> None:
    types = parts.get(TYPES, b"")
    if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in parts):
        _refuse(TemplateFault.MACROS, "vbaProject")
    if DOCX_TYPE.encode() not in types:
        _refuse(TemplateFault.NOT_DOCX, TYPES)
    for name in parts:
        if not name.lower().endswith(ENDINGS):
            _refuse(TemplateFault.FOREIGN_PART, name)


def _require_inside(root: Any) -> None:
    for each in root:
        kind, target = each.get("Type", ""), each.get("Target", "")
        if each.get("TargetMode", "Internal").lower() != "internal" or LEADS_OUT.match(target):
            _refuse(TemplateFault.OUTSIDE, target)
        name = kind.rpartition("/")[2]
        if name == "hyperlink" or name not in RELATIONSHIPS:
            _refuse(TemplateFault.FOREIGN_PART, name)


def _require_no_sources(root: Any) -> None:
    for element in root.iter():
        for name, value in element.attrib.items():
            if _local(name) in SOURCES:
                _refuse(TemplateFault.OUTSIDE, value)


def _fields(root: Any) -> Iterator[str]:
    """Give the code of every field: of simple ones, and of those that are spread over runs."""
    open_codes: list[list[str]] = []
    for element in root.iter():
        name = _local(element.tag)
        if name == "fldSimple":
            yield next((value for key, value in element.attrib.items() if _local(key) == "instr"), "")
        elif name == "fldChar":
            kind = next((value for key, value in element.attrib.items() if _local(key) == "fldCharType"), "")
            if kind == "begin":
                open_codes.append([])
            elif kind == "end" and open_codes:
                yield "".join(open_codes.pop())
        elif name in ("instrText", "delInstrText"):
            text = element.text or ""
            if open_codes:
                open_codes[-1].append(text)
            else:
                yield text
    for code in open_codes:
        yield "".join(code)


def _require_known_field(code: str) -> None:
    words = code.split()
    if words and words[0].upper() not in FIELDS:
        _refuse(TemplateFault.FIELD, words[0])


def _local(name: Any) -> str:
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _refuse(fault: TemplateFault, what: str) -> NoReturn:
    raise TemplateRefused(fault=fault, what=what[:200])
