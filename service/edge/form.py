"""A form as a browser or an OAuth client posts it."""

import re
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from service.edge.refusals import ContentTooLarge, MalformedRequest

BYTES_MAX = 20_000
FIELDS_MAX = 20
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


async def _fields(request: Request) -> dict[str, str]:
    """Read a form of at most `BYTES_MAX` bytes.

    Raises:
        ContentTooLarge: It is larger.
        MalformedRequest: It is no form.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > BYTES_MAX:
            raise ContentTooLarge(bytes_max=BYTES_MAX)
    try:
        pairs = parse_qsl(
            content.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError as error:
        raise MalformedRequest(detail="the body is not a form") from error
    return {name: UNSTORABLE.sub("", value) for name, value in pairs}


Fields = Annotated[dict[str, str], Depends(_fields)]
