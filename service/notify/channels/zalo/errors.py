"""Zalo's error numbers, one table a host, because the same number means different things on each.

Numbers are data: nothing else in the package compares with a code. A number not listed here is `UNKNOWN`
and is treated as "not delivered, try again a few times".

Source: Zalo's published tables as collected in three independent transcriptions, unverified against a
live account; -100 to -112 of the ZBS host from zalo.cloud. The classes are our reading.
"""

from collections.abc import Mapping
from enum import StrEnum


class Host(StrEnum):
    """Which of Zalo's servers answered."""

    OPENAPI = "openapi"
    BUSINESS = "business"


class Meaning(StrEnum):
    """What an answer asks of us."""

    SENT = "sent"
    AUTH = "auth"
    """The access token is not (or no longer) good: renew once, try once more."""
    CONFIG = "config"
    """Account, permission, template or money: nothing leaves until a person repairs it."""
    RATE = "rate"
    """Too many a minute: wait for the next one."""
    QUOTA = "quota"
    """The allowance is used up: another path or another day."""
    WINDOW = "window"
    """Not at night: wait for the morning."""
    CHANNEL = "channel"
    """This path does not reach this person: take the next."""
    PAYLOAD = "payload"
    """Our message is malformed: asking again cannot help."""
    TRANSIENT = "transient"
    """Come back later."""
    UNKNOWN = "unknown"
    """A number nobody has described."""


Table = Mapping[int, Meaning]


def _table(classes: Mapping[Meaning, tuple[int, ...]]) -> Table:
    return {code: meaning for meaning, codes in classes.items() for code in codes}


OPENAPI = _table(
    {
        Meaning.SENT: (0,),
        Meaning.AUTH: (-216, -220),
        Meaning.CONFIG: (
            *(-202, -204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224, -235, -237),
            *(-238, -240, -241, -242, -320, -321, -403),
        ),
        Meaning.RATE: (-32,),
        Meaning.QUOTA: (-211, -218, -311),
        Meaning.WINDOW: (-234,),
        Meaning.CHANNEL: (-213, -217, -222, -227, -230, -232, -244, -249, -305),
        Meaning.PAYLOAD: (-100, -201, -210, -233, -248),
        Meaning.TRANSIENT: (-200, -214),
    }
)

BUSINESS = _table(
    {
        Meaning.SENT: (0,),
        Meaning.AUTH: (-124,),
        Meaning.CONFIG: (
            *(-101, -102, -103, -104, -105, -109, -1091, -117, -120, -1201, -1202, -123, -1241, -125, -126),
            *(
                -127,
                -128,
                -129,
                -131,
                -135,
                -1351,
                -136,
                -137,
                -138,
                -1381,
                -142,
                -143,
                -145,
                -146,
                -151,
                -152,
            ),
        ),
        Meaning.RATE: (-32,),
        Meaning.QUOTA: (-115, -144, -1441, -147, -1471, -1472, -160),
        Meaning.WINDOW: (-133,),
        Meaning.CHANNEL: (-108, -110, -114, -118, -119, -134, -139, -140, -141),
        Meaning.PAYLOAD: (
            *(-106, -107, -111, -112, -1121, -1122, -1123, -1124, -113, -1131, -116, -121, -122, -130),
            *(-132, -153, -158, -159, -161, -162),
        ),
        Meaning.TRANSIENT: (-100,),
    }
)

TABLES: Mapping[Host, Table] = {Host.OPENAPI: OPENAPI, Host.BUSINESS: BUSINESS}

WRONG_PHONE = frozenset({-108, -118})
"""ZBS: not a phone number; no Zalo account behind it. Somebody should correct the contact."""

ONE_GROUP = frozenset({-237, -403})
"""OA: this group's package has run out; the account is not in it. Nothing else is the worse for it."""

PERSONAL_QUOTA = frozenset({-218, -311, -1471, -1472})
"""Used up for one recipient; the others can still be told."""


def meaning_of(host: Host, code: int) -> Meaning:
    """Return what a code means on the host that gave it."""
    return TABLES[host].get(code, Meaning.UNKNOWN)
