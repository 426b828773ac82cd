"""Requests as strict as the contract: ids in one form; JSON in one encoding, of bounded size and depth, no
name twice, no text that cannot be stored."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute

from service.edge.idempotency import key_of
from service.edge.refusals import ContentTooLarge, InvalidRequest, MalformedRequest, UnsupportedMediaType

BYTES_MAX = 1_000_000
DEPTH_MAX = 20
INTEGER_MAX = 2**53 - 1
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
JSON = "application/json"
ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""A UUID as RFC 9562 writes it; Python reads a dozen other forms as well."""


class StrictRequest(Request):
    """A request whose JSON body is checked before anybody uses it."""

    async def check(self) -> None:
        """Read the body, at most `BYTES_MAX` of it, and parse it.

        Raises:
            UnsupportedMediaType: It is not JSON.
            ContentTooLarge: It is too large.
            MalformedRequest: It cannot be read.
            InvalidRequest: It holds text or numbers that no field can hold.
        """
        announced = self.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > BYTES_MAX:
            raise ContentTooLarge(bytes_max=BYTES_MAX)
        self._body = await self._bounded()
        if not self._body:
            return
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            raise UnsupportedMediaType(accepted=JSON)
        self._json = parse(self._body)

    async def _bounded(self) -> bytes:
        chunks, size = [], 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > BYTES_MAX:
                raise ContentTooLarge(bytes_max=BYTES_MAX)
            chunks.append(chunk)
        return b"".join(chunks)


def parse(content: bytes) -> Any:
    """Return a JSON text as values, if every one of them could be stored.

    Raises:
        MalformedRequest: It is not JSON in UTF-8, nests too deep, or an object has two members of one name.
        InvalidRequest: A text holds NUL or half a character, or a number is out of range.
    """
    try:
        value = json.loads(
            content.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_each_name_once
        )
    except UnicodeDecodeError as error:
        raise MalformedRequest(detail="the body is not UTF-8") from error
    except RecursionError as error:
        raise MalformedRequest(detail="the body nests too deep") from error
    except ValueError as error:
        raise MalformedRequest(detail="the body is not JSON") from error
    _walk(value, 1, "")
    return value


def _refuse_constant(_name: str) -> None:
    raise ValueError


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name are read differently by every reader between the sender and us (RFC 7493)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MalformedRequest(detail="a name stands twice in one object")
    return found


def _walk(value: Any, depth: int, pointer: str) -> None:
    if isinstance(value, str):
        if UNSTORABLE.search(value):
            raise _unstorable(pointer, "text holds NUL or half a character")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise _unstorable(pointer, "a number is out of range")
    elif isinstance(value, dict | list):
        if depth > DEPTH_MAX:
            raise MalformedRequest(detail="the body nests too deep")
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in pairs:
            if isinstance(name, str) and UNSTORABLE.search(name):
                raise _unstorable(pointer, "a name holds NUL or half a character")
            _walk(part, depth + 1, f"{pointer}/{name}")


def _unstorable(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"in": "body", "pointer": pointer[:300], "detail": detail}])


class StrictRoute(APIRoute):
    """A route that reads ids in its path, and its JSON body if it has one, strictly.

    An `Idempotency-Key` that cannot be one is refused by every POST, also where nothing is written.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the checks."""
        handle = super().get_route_handler()
        ids = [each.name for each in self.dependant.path_params if each.field_info.annotation is UUID]
        has_body, may_repeat = self.body_field is not None, "POST" in (self.methods or ())
        if not ids and not has_body and not may_repeat:
            return handle

        async def strictly(request: Request) -> Response:
            for name in ids:
                if not ID.fullmatch(request.path_params[name]):
                    raise _no_id(name)
            if may_repeat:
                key_of(request)
            if not has_body:
                return await handle(request)
            strict = StrictRequest(request.scope, request.receive)
            await strict.check()
            return await handle(strict)

        return strictly


def _no_id(name: str) -> InvalidRequest:
    return InvalidRequest(
        errors=[{"in": "path", "pointer": f"/{name}", "detail": "not a UUID in its usual form"}]
    )
