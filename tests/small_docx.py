"""The least that Word opens, with the same bytes every time it is made."""

import io
import zipfile
from xml.sax.saxutils import escape

from service.reports.package import WORD

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD}.main+xml"/></Types>'
)
RELATED = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>'
)
DAY = (2024, 1, 1, 0, 0, 0)


def docx(*lines: str) -> bytes:
    """Return a DOCX with a paragraph for each line."""
    words = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    text = f'{HEAD}<w:document xmlns:w="{MAIN}"><w:body>{words}<w:sectPr/></w:body></w:document>'
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATED, "word/document.xml": text}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, DAY), part)
    return content.getvalue()
