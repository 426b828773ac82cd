"""The contract as a page to try things on; everything it loads comes from this server."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse

from service.domain.errors import NotFound

router = APIRouter(include_in_schema=False)
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Đôn đốc: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """\
SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});
"""
ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def _folder() -> Path:
    """Return where the package that ships Swagger UI keeps it."""
    package = find_spec("fastapi_offline")
    if package is None or package.origin is None:
        raise NotFound(what="page")
    return Path(package.origin).parent / "static"


@router.get("/docs")
async def docs() -> Response:
    """Return the page."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/docs/start.js")
async def docs_start() -> Response:
    """Return the line that starts the page; kept out of it so that no inline script is needed."""
    return Response(START, media_type="text/javascript")


@router.get("/docs/{asset}")
async def docs_asset(asset: str) -> Response:
    """Return a file of Swagger UI."""
    if asset not in ASSETS:
        raise NotFound(what="page")
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(_folder() / asset, media_type=ASSETS[asset], headers=headers)
