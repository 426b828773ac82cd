"""How a person is reached on Zalo: `uid:123`, `group:abc`, `phone:84900000001`, or several with `;` between.

The uid belongs to one Official Account and is learnt only when the person writes to it or follows it; the
phone number works for approved templates. A group of the account is read by all its members: it is named only
where an office wants that. What is free is tried first.
"""

import re
from dataclasses import dataclass
from typing import Self

UID = re.compile(r"\d{1,32}")
GROUP = re.compile(r"[0-9A-Za-z]{1,64}")
MOBILE = re.compile(r"(?:\+?84|0)([35789]\d{8})")
SEPARATORS = re.compile(r"[\s.\-()]+")


class AddressInvalid(ValueError):
    """Not an address Zalo could use; nothing is asked of the network."""


def normalised_phone(text: str) -> str:
    """Return `84` and nine digits from the ways people write a mobile number.

    Raises:
        AddressInvalid: not a Vietnamese mobile number.
    """
    found = MOBILE.fullmatch(SEPARATORS.sub("", text))
    if not found:
        raise AddressInvalid("not a Vietnamese mobile number")
    return f"84{found[1]}"


@dataclass(frozen=True, slots=True)
class ZaloAddress:
    """A person on Zalo; at least one of the three is there."""

    uid: str = ""
    phone: str = ""
    group: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address.

        Raises:
            AddressInvalid: an unknown part, a part twice, or nothing at all.
        """
        parts: dict[str, str] = {}
        for part in filter(None, (piece.strip() for piece in text.split(";"))):
            kind, _, value = part.partition(":")
            kind, value = kind.strip().lower(), value.strip()
            if kind in parts or kind not in {"uid", "group", "phone"}:
                raise AddressInvalid("a Zalo address is uid:…, group:… or phone:…, once each")
            parts[kind] = normalised_phone(value) if kind == "phone" else value
        wrong_uid = "uid" in parts and not UID.fullmatch(parts["uid"])
        wrong_group = "group" in parts and not GROUP.fullmatch(parts["group"])
        if not parts or wrong_uid or wrong_group:
            raise AddressInvalid("a Zalo address needs uid:<digits>, group:<id> or phone:<number>")
        return cls(**parts)
