"""What is put into Zalo's two kinds of message, within Zalo's limits.

Lengths are counted in code points after Unicode NFC: text typed on some machines is NFD, about 28 %
longer, and would be refused or cut for nothing. A long title is cut with an ellipsis, never refused.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

from service.domain.replies import RECEIVED_WORDS, received_payload
from service.domain.text import shorten
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


def consultation(uid: str, outgoing: Outgoing, *, with_button: bool) -> dict[str, Any]:
    """Return the body for `/v3.0/oa/message/cs`; pressing the button "Đã nhận" answers for this delivery."""
    message: dict[str, Any] = {"text": consultation_text(outgoing)}
    if with_button:
        payload = received_payload(outgoing.delivery_id)
        button = {"title": RECEIVED_WORDS, "type": "oa.query.hide", "payload": payload}
        message["attachment"] = {"type": "template", "payload": {"buttons": [button]}}
    return {"recipient": {"user_id": uid}, "message": message}


def group(group_id: str, outgoing: Outgoing) -> dict[str, Any]:
    """Return the body for `/v3.0/oa/group/message`, which takes no button."""
    return {"recipient": {"group_id": group_id}, "message": {"text": consultation_text(outgoing)}}


def template_by_uid(uid: str, template_id: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the body for a ZBS template by uid; there is no tracking id here."""
    return {"user_id": uid, "template_id": template_id, "template_data": dict(values)}


def template_by_phone(
    phone: str,
    template_id: str,
    values: Mapping[str, str],
    outgoing: Outgoing,
    *,
    in_development: bool,
) -> dict[str, Any]:
    """Return the body for a ZBS template by phone.

    Args:
        phone: Normalised.
        template_id: Approved.
        values: Parameter → what it says, as the template takes it.
        outgoing: The message.
        in_development: Reaches administrators of the app only, and costs nothing.
    """
    body = {
        "phone": phone,
        "template_id": template_id,
        "template_data": dict(values),
        "tracking_id": str(outgoing.delivery_id),
    }
    return body | ({"mode": "development"} if in_development else {})
