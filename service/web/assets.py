"""Style sheets and the one script: served by name, kept by browsers for as long as they do not change."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

from service.domain.errors import NotFound

FOLDER = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_A_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter(include_in_schema=False)


@cache
def versioned(name: str) -> str:
    """Return the address of a file; it is another one when the file has changed."""
    return f"/static/{sha256((FOLDER / name).read_bytes()).hexdigest()[:12]}/{name}"


@router.get("/static/{version}/{name}")
async def read_asset(version: str, name: str) -> FileResponse:
    """Serve a file; only the version that is there.

    Raises:
        NotFound: There is no such file, or it has changed.
    """
    known = {path.name for path in FOLDER.iterdir() if path.suffix in TYPES}
    if name not in known or versioned(name) != f"/static/{version}/{name}":
        raise NotFound(what="file")
    return FileResponse(FOLDER / name, media_type=TYPES[Path(name).suffix], headers=FOR_A_YEAR)
