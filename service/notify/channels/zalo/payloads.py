"""What is put into Zalo's two kinds of message, within Zalo's limits.

Lengths are counted in code points after Unicode NFC: text typed on some machines is NFD, about 28 %
longer, and would be refused or cut for nothing. A long title is cut with an ellipsis, never refused.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

from service.domain.text import nfc, shorten
from service.notify.channel import Outgoing

TEXT_LENGTH_MAX = 2000
"""Characters of a consultation message."""

Part = Literal["code", "title", "due", "unit", "link"]

PART_LENGTHS_MAX: Mapping[Part, int] = {"code": 30, "title": 200, "due": 20, "unit": 30, "link": 200}
"""Characters of a template parameter, by the type it is registered as (code, product, date, label, URL)."""

EMPTY = "-"
"""Stands for an empty value: a missing parameter is refused (-1122)."""

MENTION = re.compile(r"\[@[^\]]*\]")


def without_mentions(text: str) -> str:
    """Return text in which nobody is mentioned: `[@id]` in a title would call the whole group."""
    while (stripped := MENTION.sub("", text)) != text:
        text = stripped
    return text


def consultation_text(outgoing: Outgoing) -> str:
    """Return the body of a consultation message: at most 2,000 characters, the link always whole."""
    text = without_mentions(unicodedata.normalize("NFC", outgoing.text)).strip()
    link = outgoing.link.strip()
    if len(text) <= TEXT_LENGTH_MAX and link in text:
        return text
    room = TEXT_LENGTH_MAX - len(link) - 1
    body = text.replace(link, "").rstrip() if link else text
    return f"{shorten(body, room)}\n{link}".strip()


def consultation(uid: str, outgoing: Outgoing) -> dict[str, Any]:
    """Return the body for `/v3.0/oa/message/cs`."""
    return {"recipient": {"user_id": uid}, "message": {"text": consultation_text(outgoing)}}


def template(
    phone: str, template_id: str, parameters: Mapping[Part, str], outgoing: Outgoing
) -> dict[str, Any]:
    """Return the body for a ZBS template by phone.

    Args:
        parameters: Our part → the name under which the template registers it.
    """
    values = {name: _value(part, outgoing) for part, name in parameters.items()}
    return {
        "phone": phone,
        "template_id": template_id,
        "template_data": values,
        "tracking_id": str(outgoing.delivery_id),
    }


def _value(part: Part, outgoing: Outgoing) -> str:
    if part == "link":
        return outgoing.link  # half a link leads nowhere
    text = nfc(without_mentions(str(getattr(outgoing, part))))
    return shorten(text, PART_LENGTHS_MAX[part]) or EMPTY
