"""edXML messages as the axis delivers them."""

import base64
import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

SPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
HEADER = """
<edXML:From><edXML:OrganId>000.00.00.H48</edXML:OrganId>
<edXML:OrganName>UBND tỉnh Quảng Ngãi</edXML:OrganName></edXML:From>
<edXML:To><edXML:OrganId>000.00.01.H48</edXML:OrganId><edXML:OrganName>Sở Nội vụ</edXML:OrganName>
<edXML:DueDate>2026/03/31</edXML:DueDate></edXML:To>
<edXML:To><edXML:OrganId>000.00.02.H48</edXML:OrganId><edXML:OrganName>Sở Y tế</edXML:OrganName></edXML:To>
<edXML:DocumentId>{document_id}</edXML:DocumentId>
<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber><edXML:CodeNotation>KH-UBND</edXML:CodeNotation></edXML:Code>
<edXML:PromulgationInfo><edXML:Place>Quảng Ngãi</edXML:Place>
<edXML:PromulgationDate>2026/01/05</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:DocumentType><edXML:Type>10</edXML:Type><edXML:TypeName>Kế hoạch</edXML:TypeName></edXML:DocumentType>
<edXML:Subject>Kế hoạch chuyển đổi số năm 2026</edXML:Subject>
<edXML:SignerInfo><edXML:Competence>KT. CHỦ TỊCH</edXML:Competence>
<edXML:Position>Phó Chủ tịch</edXML:Position>
<edXML:FullName>Trần Văn Mẫu</edXML:FullName></edXML:SignerInfo>
<edXML:DueDate>2026/12/15</edXML:DueDate>
<edXML:ToPlaces><edXML:Place>Các sở, ban, ngành</edXML:Place>
<edXML:Place>Lưu: VT</edXML:Place></edXML:ToPlaces>
<edXML:OtherInfo><edXML:Priority>{priority}</edXML:Priority></edXML:OtherInfo>
<edXML:ResponseFor><edXML:OrganId>000.00.00.G09</edXML:OrganId><edXML:Code>88/VPCP-KSTT</edXML:Code>
<edXML:PromulgationDate>2025/12/01</edXML:PromulgationDate>
<edXML:DocumentId>000.00.00.G09,2025/12/01,88/VPCP-KSTT</edXML:DocumentId></edXML:ResponseFor>
"""
DOCUMENT_ID = "000.00.00.H48,2026/01/05,123/KH-UBND"


def message(
    files: Mapping[str, bytes],
    *,
    header: str = HEADER,
    document_id: str = DOCUMENT_ID,
    number: str = "123",
    priority: str = "1",
    packed: bool = True,
    inside: bool = True,
    before: str = "",
) -> bytes:
    """A message; `packed` zips each file as the axis does, without `inside` the files travel beside it."""
    filled = header.format(document_id=document_id, number=number, priority=priority)
    references = "".join(
        f"<edXML:Reference><edXML:ContentId>cid:{n}</edXML:ContentId>"
        f"<edXML:AttachmentName>{escape(name)}</edXML:AttachmentName></edXML:Reference>"
        for n, name in enumerate(files)
    )
    encoded = "".join(
        f"<Attachment><ContentId>cid:{n}</ContentId><AttachmentName>{escape(name)}</AttachmentName>"
        f'<edXML:ContentTransferEncoded xmlns:edXML="{SPACE}">{_encoded(name, content, packed)}'
        "</edXML:ContentTransferEncoded></Attachment>"
        for n, (name, content) in enumerate(files.items())
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<edXML xmlns="{SPACE}">'
        f'<edXML:edXMLEnvelope xmlns:edXML="{SPACE}"><edXML:edXMLHeader><edXML:MessageHeader>{filled}'
        "</edXML:MessageHeader></edXML:edXMLHeader><edXML:edXMLBody><edXML:edXMLManifest>"
        f"{references}</edXML:edXMLManifest></edXML:edXMLBody></edXML:edXMLEnvelope>"
        f"{f'<AttachmentEncoded>{encoded}</AttachmentEncoded>' if inside else ''}</edXML>"
    ).encode()


def _encoded(name: str, content: bytes, packed: bool) -> str:
    return base64.b64encode(zipped({name: content}) if packed else content).decode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out.getvalue()
