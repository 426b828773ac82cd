"""Versions in headers: a strong ETag out, If-Match in."""

import re
from typing import Annotated

from fastapi import Depends, Request

from service.edge.refusals import InvalidRequest, PreconditionRequired

TAG = re.compile(r'"v(\d{1,9})"')
NO_SUCH_VERSION = -1
"""Matches nothing, so that the action answers with the version there is."""


def etag(version: int) -> str:
    """Return the tag of a version."""
    return f'"v{version}"'


def named_version(request: Request) -> int | None:
    """Return the version that If-Match names; None where it is absent or `*`."""
    written = request.headers.get("if-match", "*").strip()
    if written == "*":
        return None
    if "," in written:
        problem = {"in": "header", "pointer": "/If-Match", "detail": "name one version"}
        raise InvalidRequest(errors=[problem])
    found = TAG.fullmatch(written)
    return int(found[1]) if found else NO_SUCH_VERSION


async def _if_match(request: Request) -> int | None:
    return named_version(request)


async def _if_match_required(request: Request) -> int | None:
    if "if-match" not in request.headers:
        raise PreconditionRequired
    return named_version(request)


IfMatch = Annotated[int | None, Depends(_if_match)]
"""The version a POST was decided on, if it says so."""

IfMatchRequired = Annotated[int | None, Depends(_if_match_required)]
"""The version a PUT, PATCH or DELETE was decided on; `If-Match: *` takes whatever there is."""
