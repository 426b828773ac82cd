"""A message as HTML that mail programs can show: tables, styles on every element, no script, no picture.

Outlook lays out with Word's engine and Gmail drops style sheets, so a button is a table cell with a colour;
buttons float, so that a narrow phone sets them under one another.
"""

from collections.abc import Iterable, Sequence
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


def letter(rows: Iterable[str]) -> str:
    """Return the whole document of its rows."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Nhắc việc</title></head>'
        f'<body style="margin:0;padding:0;background:{PAPER}">'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="{PAPER}">'
        '<tr><td align="center" style="padding:12px 8px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#ffffff" '
        f'style="max-width:640px;border:1px solid {EDGE};{FONT};font-size:16px;line-height:24px;color:{INK}">'
        + "".join(rows)
        + "</table></td></tr></table></body></html>"
    )


def paragraph(words: str) -> str:
    """Return a row of words, which are HTML already; their line breaks are kept."""
    breaks = words.replace("\n", "<br>")
    return _row(f'<p style="margin:0">{breaks}</p>')


def card(number: int, sentence: str, *, reply: str, actions: Sequence[LinkAction]) -> str:
    """Return a row for a duty, with a button for each answer.

    A button leads to the page of one action, where it is sent: opening the page changes nothing.

    Args:
        number: Its place in the letter.
        sentence: What the office says of it, as HTML.
        reply: The address at which the reader answers for it.
        actions: What the reader may answer, in the order of the buttons.
    """
    offers = [
        _button(f"{reply}/{action}", BUTTONS[action], QUIET if place else STRONG)
        for place, action in enumerate(actions)
    ]
    answers = f'<div style="padding-top:10px">{"".join(offers)}</div>' if offers else ""
    return _row(f'<p style="margin:0">{number}. {sentence}</p>{answers}')


def link(address: str) -> str:
    """Return an address that can be pressed."""
    return f'<a href="{escape(address)}" style="color:{STRONG[0]}">{escape(address)}</a>'


def strong(words: str, *, is_late: bool = False) -> str:
    """Return words that stand out, in the colour of what is late if that is what they say."""
    colour = LATE if is_late else INK
    return f'<span style="color:{colour};font-weight:bold">{escape(words)}</span>'


def _row(content: str) -> str:
    return f'<tr><td style="padding:14px 16px;border-bottom:1px solid {EDGE}">{content}</td></tr>'


def _button(address: str, words: str, colours: tuple[str, str]) -> str:
    ground, letters = colours
    return (
        '<table role="presentation" align="left" cellpadding="0" cellspacing="0" '
        'style="margin:0 8px 8px 0;border-collapse:separate"><tr>'
        f'<td bgcolor="{ground}" style="padding:10px 16px;border-radius:6px">'
        f'<a href="{escape(address)}" style="display:block;{FONT};font-size:16px;line-height:24px;'
        f'font-weight:bold;color:{letters};text-decoration:none">{escape(words)}</a></td></tr></table>'
    )
