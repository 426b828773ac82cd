"""What leaves: JSON bytes made inside the block, before the transaction ends."""

from functools import cache
from typing import Any

from fastapi import Response
from pydantic import TypeAdapter

from service.edge.conditions import etag

JSON = "application/json"


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what turns views of a kind into JSON; made once for each kind."""
    return TypeAdapter(kind)


def answer(kind: Any, view: Any, *, status: int = 200, version: int | None = None) -> Response:
    """Return a view as a response; `version` becomes its ETag."""
    headers = {"ETag": etag(version)} if version is not None else None
    return Response(adapter(kind).dump_json(view), status, headers, JSON)
