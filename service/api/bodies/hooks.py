"""What a provider sends of its own accord: raw bytes, because a signature covers them as they are."""

from typing import Annotated

from fastapi import Depends, Request

from service.edge.refusals import ContentTooLarge

BYTES_MAX = 64_000
EVENT_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
    }
}
"""What a route that takes an event says in the contract."""


async def _raw(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > BYTES_MAX:
            raise ContentTooLarge(bytes_max=BYTES_MAX)
    return bytes(content)


RawEvent = Annotated[bytes, Depends(_raw)]
