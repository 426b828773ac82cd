"""A form as a browser or an OAuth client posts it."""

import re
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from service.edge.refusals import ContentTooLarge, MalformedRequest

BYTES_MAX = 20_000
FIELDS_MAX = 20
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


async def posted(request: Request, *, bytes_max: int, fields_max: int) -> list[tuple[str, str]]:
    """Return the names and values of a form, in its order.

    Raises:
        ContentTooLarge: It has more bytes.
        MalformedRequest: It is no form, or has more fields.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > bytes_max:
            raise ContentTooLarge(bytes_max=bytes_max)
    try:
        pairs = parse_qsl(
            content.decode(), keep_blank_values=True, errors="strict", max_num_fields=fields_max
        )
    except ValueError as error:
        raise MalformedRequest(detail="the body is not a form") from error
    return [(name, UNSTORABLE.sub("", value)) for name, value in pairs]


async def _fields(request: Request) -> dict[str, str]:
    """Read a small form; raises what `posted` does."""
    return dict(await posted(request, bytes_max=BYTES_MAX, fields_max=FIELDS_MAX))


Fields = Annotated[dict[str, str], Depends(_fields)]
