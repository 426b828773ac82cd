"""Files on their way in: streamed to disk while they come, named by their content once they are wanted."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Query, Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from sqlmodel import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from service.domain.ids import new_id
from service.domain.people import Actor
from service.domain.tables import Blob
from service.domain.text import nfc
from service.edge.actor import CurrentActor
from service.edge.context import context
from service.edge.refusals import ContentTooLarge, InvalidRequest, MalformedRequest, UnsupportedMediaType
from service.edge.work import DRY_RUN, Writing, writing
from service.files import INCOMING, blob_path, make_durable

MULTIPART = "multipart/form-data"
FRAME_BYTES_MAX = 64_000
"""What may surround the file: boundaries and headers."""
NAME_LENGTH_MAX = 255
SCOPE_KEY = "dondoc.upload"
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "additionalProperties": False,
                }
            }
        },
    }
}
"""What a route that takes one file says in the contract."""


@dataclass(slots=True)
class Upload:
    """One file received: on disk under a passing name until `store` gives it its lasting one."""

    path: Path
    folder: Path
    name: str
    size: int
    sha256: str

    def row(self, actor: Actor, now: datetime) -> Blob:
        """Return the row that names the file."""
        return Blob(
            id=new_id(now),
            sha256=self.sha256,
            name=self.name,
            size=self.size,
            uploaded_by=actor.principal_id,
            uploaded_at=now,
        )

    def store(self) -> None:
        """Put the bytes where their hash says, durably; the last step before the commit.

        They take the place of the same bytes: what was an orphan, about to be swept, is new again.
        """
        target = blob_path(self.folder, self.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        for folder in (target.parent, self.folder):
            make_durable(folder)

    def keep(self, session: Session, actor: Actor, now: datetime) -> Blob:
        """Write the row and store the bytes."""
        blob = self.row(actor, now)
        session.add(blob)
        session.flush()
        self.store()
        return blob


class _Part:
    """What the parser tells of the parts; the bytes of the file go straight to disk."""

    def __init__(self, path: Path, bytes_max: int) -> None:
        self._header, self._value, self._disposition = b"", b"", b""
        self._file = path.open("xb")
        self._digest = sha256()
        self._bytes_max = bytes_max
        self.size = 0
        self.name: str | None = None
        self.is_complete = False

    def parser(self, boundary: bytes) -> MultipartParser:
        """Return a parser that tells this part."""
        return MultipartParser(
            boundary,
            {
                "on_part_data": self._on_data,
                "on_header_field": self._on_header,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_part,
                "on_end": self._on_end,
            },
        )

    def close(self) -> str:
        """Make the bytes durable; return their hash."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._digest.hexdigest()

    def abandon(self) -> None:
        """Close without more."""
        self._file.close()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _on_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        field = options.get(b"name", b"")
        if self.name is not None or field != b"file" or b"filename" not in options:
            raise _wrong("exactly one part, a file in the field `file`")
        self.name = _clean_name(options[b"filename"].decode("utf-8", "replace"))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self.size += end - start
        if self.size > self._bytes_max:
            raise ContentTooLarge(bytes_max=self._bytes_max)
        chunk = data[start:end]
        self._digest.update(chunk)
        self._file.write(chunk)

    def _on_end(self) -> None:
        self.is_complete = True


async def receive(request: Request) -> Upload:
    """Stream the file of a multipart request to disk; whoever calls this knows who sends it.

    Raises:
        UnsupportedMediaType: The body is not multipart/form-data.
        ContentTooLarge: The file exceeds the operator's limit.
        InvalidRequest: There is not exactly one file, in the field `file`.
        MalformedRequest: The multipart frame is broken.
    """
    settings = context(request).settings
    bytes_max = settings.upload_bytes_max
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != MULTIPART.encode() or not options.get(b"boundary"):
        raise UnsupportedMediaType(accepted=MULTIPART)
    if _announced(request) > bytes_max + FRAME_BYTES_MAX:
        raise ContentTooLarge(bytes_max=bytes_max)
    incoming = settings.files / INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    path = incoming / secrets.token_hex(16)
    part = _Part(path, bytes_max)
    try:
        await _stream(request, part, options[b"boundary"], bytes_max + FRAME_BYTES_MAX)
        if part.name is None:
            raise _wrong("a file is missing")
        digest = await to_thread.run_sync(part.close, limiter=CapacityLimiter(1))
    except BaseException:
        part.abandon()
        path.unlink(missing_ok=True)
        raise
    request.scope[SCOPE_KEY] = path
    return Upload(path, settings.files, part.name, part.size, digest)


async def _stream(request: Request, part: _Part, boundary: bytes, bytes_max: int) -> None:
    seen = 0
    try:
        parser = part.parser(boundary)
        async for chunk in request.stream():
            seen += len(chunk)
            if seen > bytes_max:
                raise ContentTooLarge(bytes_max=bytes_max)
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise MalformedRequest(detail="the multipart frame is broken") from error
    if not part.is_complete:
        raise MalformedRequest(detail="the multipart body ends too early")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _wrong(detail: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"in": "body", "pointer": "/file", "detail": detail}])


def _clean_name(written: str) -> str:
    name = "".join(c for c in written.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    stem, dot, ending = nfc(name).rpartition(".")
    if not dot:
        return (ending or "file")[:NAME_LENGTH_MAX]
    return f"{stem[: NAME_LENGTH_MAX - len(ending[:20]) - 1]}.{ending[:20]}"


async def _received(request: Request, _actor: CurrentActor) -> Upload:
    return await receive(request)


async def _upload_work(request: Request, actor: CurrentActor, upload: "Received") -> Writing:
    return writing(request, actor, f"{upload.name}\n{upload.sha256}".encode())


Received = Annotated[Upload, Depends(_received)]
UploadWork = Annotated[Writing, Depends(_upload_work)]
"""The write of a request that brings a file; its Idempotency-Key stands for the file's name and hash."""


async def _rehearsed(
    work: UploadWork, dry_run: Annotated[bool, Query(description=DRY_RUN)] = False
) -> Writing:
    if dry_run:
        work.rehearse()
    return work


RehearsedUploadWork = Annotated[Writing, Depends(_rehearsed)]
"""The write of a file that `?dry_run=true` rehearses; see `work.RehearsedWork`."""


class DiscardUploads:
    """ASGI middleware: when the request is over, nothing of its file is left but what was stored."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        try:
            await self._app(scope, receive, send)
        finally:
            path: Path | None = scope.get(SCOPE_KEY)
            if path is not None:
                path.unlink(missing_ok=True)
