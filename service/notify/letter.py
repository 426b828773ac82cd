"""A message as HTML that mail programs can show: tables, styles on every element, no script, no picture.

Outlook lays out with Word's engine and Gmail drops style sheets, so a button is a table cell with a colour;
buttons float, so that a narrow phone sets them under one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from service.domain.link_rules import LinkAction

BUTTONS = {
    LinkAction.RECEIVED: "Đã nhận",
    LinkAction.PROGRESS: "Báo cáo tiến độ",
    LinkAction.EXTENSION: "Xin gia hạn",
    LinkAction.NOT_OURS: "Không phải việc của đơn vị",
}
FONT = "font-family:'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
INK, FAINT, LATE, EDGE, PAPER = "#1f2933", "#52606d", "#b42318", "#d5dbe1", "#f3f5f7"
STRONG, QUIET = ("#0b5394", "#ffffff"), ("#e7edf3", "#1f2933")
"""Ground and letters of a button: the first of a duty, the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One duty in a letter.

    Attributes:
        place: Document and item.
        title: What is to be done, shortened.
        unit: Whose duty it is.
        standing: How it stands, and who was told before.
        is_late: It is told in the colour of what is late.
        reply: The address at which the reader answers for it; empty where the reader cannot.
        actions: What the reader may answer, in the order of the buttons.
    """

    place: str
    title: str
    unit: str
    standing: str
    is_late: bool = False
    reply: str = ""
    actions: Sequence[LinkAction] = ()


def letter(opening: str, entries: Sequence[Entry], *, rest: str, link: str, footer: str) -> str:
    """Return the whole document; `rest` says what is not listed and may be empty.

    A button leads to the page of one action, where it is sent: opening the page changes nothing.
    """
    cards = "".join(_card(number, entry) for number, entry in enumerate(entries, start=1))
    more = _row(f'<p style="margin:0;color:{FAINT}">{escape(rest)}</p>') if rest else ""
    whole = _row(_button(link, "Xem và trả lời", STRONG if not _answers(entries) else QUIET))
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Nhắc việc</title></head>'
        f'<body style="margin:0;padding:0;background:{PAPER}">'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="{PAPER}">'
        '<tr><td align="center" style="padding:12px 8px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#ffffff" '
        f'style="max-width:640px;border:1px solid {EDGE};{FONT};font-size:16px;line-height:24px;color:{INK}">'
        + _row(f'<p style="margin:0">{escape(opening)}</p>')
        + cards
        + more
        + whole
        + _row(
            f'<p style="margin:0;font-size:13px;line-height:19px;color:{FAINT}">{escape(footer)}</p>',
        )
        + "</table></td></tr></table></body></html>"
    )


def _answers(entries: Sequence[Entry]) -> bool:
    return any(entry.actions for entry in entries)


def _row(content: str) -> str:
    return f'<tr><td style="padding:14px 16px;border-bottom:1px solid {EDGE}">{content}</td></tr>'


def _card(number: int, entry: Entry) -> str:
    colour = LATE if entry.is_late else INK
    offers = [
        _button(f"{entry.reply}/{action}", BUTTONS[action], QUIET if place else STRONG)
        for place, action in enumerate(entry.actions)
    ]
    answers = f'<div style="padding-top:10px">{"".join(offers)}</div>' if offers else ""
    return _row(
        f'<p style="margin:0;font-size:14px;line-height:20px;color:{FAINT}">'
        f"{number}. {escape(entry.place)}</p>"
        f'<p style="margin:2px 0;font-weight:bold">{escape(entry.title)}</p>'
        f'<p style="margin:0;color:{FAINT}">{escape(entry.unit)} – '
        f'<span style="color:{colour};font-weight:bold">{escape(entry.standing)}</span></p>{answers}'
    )


def _button(address: str, words: str, colours: tuple[str, str]) -> str:
    ground, letters = colours
    return (
        '<table role="presentation" align="left" cellpadding="0" cellspacing="0" '
        'style="margin:0 8px 8px 0;border-collapse:separate"><tr>'
        f'<td bgcolor="{ground}" style="padding:10px 16px;border-radius:6px">'
        f'<a href="{escape(address)}" style="display:block;{FONT};font-size:16px;line-height:24px;'
        f'font-weight:bold;color:{letters};text-decoration:none">{escape(words)}</a></td></tr></table>'
    )
