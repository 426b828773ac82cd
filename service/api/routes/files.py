"""Files: sent as evidence, fetched by whoever may see what they belong to."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from typing_extensions import TypedDict

from service.api.problems import problems
from service.api.strict import StrictRoute
from service.domain.errors import InvalidValue, NotFound
from service.domain.permissions import Action
from service.domain.reading import files
from service.edge.actor import CurrentActor
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.upload import FILE_BODY, Received, UploadWork
from service.files import blob_path

router = APIRouter(prefix="/v1/files", tags=["files"], route_class=StrictRoute)
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FileView(TypedDict):
    """A file by its content. Until it is attached to something, only its sender sees it."""

    id: UUID
    name: str
    size: int
    sha256: str


@router.post(
    "", status_code=201, response_model=FileView, responses=problems(InvalidValue), openapi_extra=FILE_BODY
)
def upload_file(actor: CurrentActor, upload: Received, work: UploadWork, now: Now) -> Response:
    """Send a file, to name it as evidence afterwards."""
    actor.require_scope("write", Action.SUBMIT)
    if not upload.size:
        raise InvalidValue(field="file", detail="the file is empty")
    with work as session:
        blob = upload.keep(session, actor, now)
        view: FileView = {"id": blob.id, "name": blob.name, "size": blob.size, "sha256": blob.sha256}
        return work.answer(FileView, view, status=201)


@router.get("/{file_id}", response_class=Response, responses=problems(NotFound) | CONTENT)
def read_file(file_id: UUID, request: Request, reads: Reads) -> Response:
    """Return the bytes of a file, to be saved and never shown in place."""
    with reads as connection:
        row = files.one(connection, reads.actor, file_id)
    path = blob_path(context(request).settings.files, row.sha256)
    return FileResponse(path, media_type="application/octet-stream", filename=row.name)
