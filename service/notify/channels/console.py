"""The channel of an office that has no channel yet: messages become files one can open and read.

Each message is an `.eml` file named after its delivery, written whole or not at all; `console.log` has
one JSON line a message, for a person who watches. The file is the truth: a delivery whose file is
already there was sent, and is not sent again.
"""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, field_validator

from service.notify.channel import ChannelTools, Outcome, Outgoing, Refused, Retry, Sent, Strict, validated
from service.notify.channels.mail import (
    DOMAIN,
    AddressInvalid,
    Letterhead,
    build_message,
    checked_address,
    message_id,
)

RETRY_AFTER = timedelta(minutes=1)
"""A full disk is noticed and emptied by people."""


class ConsoleSettings(Strict):
    """How the written messages are headed; every setting has a value that works."""

    sender: str = "dondoc@localhost.localdomain"
    sender_name: str = "Đôn đốc"
    reply_to: str = ""
    domain: str = Field("localhost.localdomain", max_length=120, pattern=f"^{DOMAIN}$")

    @field_validator("sender", "reply_to")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return checked_address(value) if value else value


class ConsoleSecrets(Strict):
    """There are none."""


def write_durably(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent, also after a power cut."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def append_line(path: Path, line: str) -> None:
    """Append one line in one write, so that lines of several processes never mix."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(log, f"{line}\n".encode())
        os.fsync(log)
    finally:
        os.close(log)


class ConsoleChannel:
    """Writes `<delivery id>.eml` and a line of `console.log` into a folder."""

    name: ClassVar[str] = "console"

    def __init__(self, folder: Path, letterhead: Letterhead) -> None:
        self._folder = folder
        self._letterhead = letterhead

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secrets: Mapping[str, str], tools: ChannelTools) -> Self:
        """Make the channel; the folder is created by the first message."""
        validated(cls.name, ConsoleSecrets, secrets)
        given = validated(cls.name, ConsoleSettings, settings)
        return cls(tools.folder, Letterhead(**given.model_dump()))

    def send(self, outgoing: Outgoing) -> Outcome:
        """Write the message; a disk that refuses is the channel's fault, not the recipient's."""
        try:
            content = build_message(outgoing, self._letterhead).as_bytes()
        except AddressInvalid as error:
            return Refused(str(error), address_invalid=True)
        reference = message_id(outgoing.delivery_id, self._letterhead.domain)
        path = self._folder / f"{outgoing.delivery_id}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path.exists():
                return Sent(reference, detail=f"{path.name} was already written")
            write_durably(path, content)
            append_line(self._folder / "console.log", self._line(outgoing, path))
        except OSError as error:
            return Retry(f"console: {error.strerror or error}", after=RETRY_AFTER, channel_fault=True)
        return Sent(reference, detail=path.name)

    @staticmethod
    def _line(outgoing: Outgoing, path: Path) -> str:
        return json.dumps(
            {
                "sent_on": outgoing.sent_on.isoformat(),
                "delivery_id": str(outgoing.delivery_id),
                "kind": outgoing.kind,
                "to": outgoing.address,
                "subject": outgoing.subject,
                "link": outgoing.link,
                "file": path.name,
            },
            ensure_ascii=False,
        )

    def close(self) -> None:
        """Nothing is kept open."""
