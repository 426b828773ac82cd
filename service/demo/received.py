"""One message of each channel, as the person who got it reads it."""

import json
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from service.demo.stage import Play


@dataclass(frozen=True, slots=True)
class Seen:
    """A message on somebody's screen."""

    title: str
    text: str
    attached: tuple[str, ...] = ()


def show_received(play: Play, folder: Path) -> None:
    """Show the newest mail that carries a deadline, and the newest message on Zalo that can be answered."""
    mail = next(seen for seen in _newest_mails(folder / "mail") if seen.attached)
    zalo = next(seen for seen in _newest_on_zalo(folder / "zalo.log") if "/l/" in seen.text)
    for seen in (mail, zalo):
        body = Text(seen.text.strip())
        for name in seen.attached:
            body.append(f"\n\nĐính kèm: {name}", style="dim")
        play.console.print(Panel(body, title=Text(seen.title), title_align="left", width=78))
    play.expect.same("the mail can be answered by a tap", "/l/" in mail.text, True)
    play.expect.same("and has the deadline for the calendar", mail.attached, ("han.ics",))


def _newest_mails(folder: Path) -> list[Seen]:
    seen = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        names = tuple(str(part.get_filename()) for part in mail.iter_attachments())
        text = body.get_content() if body is not None else ""
        seen.append(Seen("Thư điện tử", f"Đến: {mail['To']}\nVề việc: {mail['Subject']}\n\n{text}", names))
    return seen


def _newest_on_zalo(log: Path) -> list[Seen]:
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [Seen("Tin Zalo", str(line.get("text", ""))) for line in reversed(lines)]
