"""Where checkpoints are kept outside: a file that only grows, a mailbox; each says how a try went."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Protocol
from uuid import UUID

import sqlalchemy as sa

from service.database import Database
from service.domain import audit_file, sealing
from service.domain.anchoring import Sealed
from service.domain.tables import ChannelAccount, table
from service.notify.accounts import Accounts
from service.notify.channel import ChannelMisconfigured, Outgoing, Sent
from service.notify.channels.email import EmailChannel
from service.settings import Settings
from service.vault import VaultClosed

account = table(ChannelAccount)

FILE_PAUSE, MAIL_PAUSE = timedelta(0), timedelta(days=1)
TEXT = """\
Niêm phong nhật ký lần {number}, gồm {size} mục.

Đề nghị lưu thư này. Nhật ký về sau phải khớp với đoạn dưới đây, nếu không là đã bị sửa hoặc bị xóa bớt;
kiểm tra bằng lệnh: dondoc audit verify --anchor <thư này>

{note}"""


class Place(Protocol):
    """Somewhere outside: told every checkpoint or only the newest, and after a pause again."""

    name: ClassVar[str]
    pause: ClassVar[timedelta]
    wants_all: ClassVar[bool]

    def keep(self, told: Sequence[Sealed]) -> str:
        """Let it keep checkpoints; return why it did not, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """A file that only grows, such as one that another host shares; its folder has to be there."""

    name: ClassVar[str] = "file"
    pause: ClassVar[timedelta] = FILE_PAUSE
    wants_all: ClassVar[bool] = True

    path: Path

    def keep(self, told: Sequence[Sealed]) -> str:
        """Append a line for each checkpoint, on the disk before it counts as kept."""
        lines = "".join(audit_file.checkpoint_line(each.note) for each in told)
        try:
            with self.path.open("a+b", buffering=0) as file:
                lines = lines if self._is_whole(file.fileno()) else f"\n{lines}"
                file.write(lines.encode())
                os.fsync(file.fileno())
        except OSError as error:
            return f"{type(error).__name__}: {error.strerror}"
        return ""

    @staticmethod
    def _is_whole(handle: int) -> bool:
        """Return if the last line has its end: a machine may have stopped while it was written."""
        size = os.fstat(handle).st_size
        return not size or os.pread(handle, 1, size - 1) == b"\n"


@dataclass(frozen=True, slots=True)
class AnchorMail:
    """A mailbox, such as that of the inspectorate, by the e-mail channel of a register."""

    name: ClassVar[str] = "mail"
    pause: ClassVar[timedelta] = MAIL_PAUSE
    wants_all: ClassVar[bool] = False

    address: str
    database: Database
    accounts: Accounts
    public_url: str
    now: Callable[[], datetime]

    def keep(self, told: Sequence[Sealed]) -> str:
        """Mail a checkpoint. One that may have arrived is mailed again: a second copy does no harm."""
        register_id = self._register()
        if register_id is None:
            return "no register has an e-mail channel"
        try:
            channel = self.accounts.open(register_id, EmailChannel.name)
        except (ChannelMisconfigured, LookupError, VaultClosed) as error:
            return str(error)
        try:
            outcome = channel.send(self._outgoing(told[-1]))
        finally:
            channel.close()
        return "" if isinstance(outcome, Sent) else outcome.reason

    def _register(self) -> UUID | None:
        mails = sa.select(account.c.register_id).where(
            account.c.channel == EmailChannel.name, account.c.is_enabled
        )
        with self.database.read() as connection:
            return connection.execute(mails.order_by(account.c.register_id).limit(1)).scalar()

    def _outgoing(self, newest: Sealed) -> Outgoing:
        title = f"Niêm phong nhật ký lần {newest.number}: {newest.size} mục"
        return Outgoing(
            delivery_id=sealing.event_id(hashlib.sha256(newest.note.encode()).hexdigest()),
            address=self.address,
            subject=f"[Nhật ký] {title}",
            text=TEXT.format(**newest._asdict()),
            html=None,
            link=self.public_url,
            code="",
            title=title,
            unit="",
            due="",
            kind="digest",
            thread=(),
            sent_on=self.now(),
        )


def places_of(settings: Settings, database: Database, accounts: Accounts) -> list[Place]:
    """Return the places that the settings name."""
    found: list[Place] = []
    if settings.audit_anchor_file is not None:
        found.append(AnchorFile(settings.audit_anchor_file))
    if settings.audit_anchor_mail:
        mail = settings.audit_anchor_mail
        found.append(AnchorMail(mail, database, accounts, settings.public_url, accounts.now))
    return found


def pauses_of(settings: Settings) -> dict[str, timedelta]:
    """Return the places that the settings name, with the pause of each."""
    file = {AnchorFile.name: AnchorFile.pause} if settings.audit_anchor_file is not None else {}
    mail = {AnchorMail.name: AnchorMail.pause} if settings.audit_anchor_mail else {}
    return file | mail
