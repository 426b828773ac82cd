"""Bodies about API keys."""

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from service.api.bodies.base import Body, Code, FilledLine, Instant
from service.domain.key_rules import OVERLAP_MAX
from service.domain.permissions import KeyRole

HOURS_MAX = int(OVERLAP_MAX.total_seconds()) // 3600


def _network(text: str) -> str:
    return str(ip_network(text))


Network = Annotated[str, StringConstraints(strict=True, max_length=50), AfterValidator(_network)]
"""A network as CIDR text, such as 10.1.0.0/16; an address alone is a network of one."""


class KeyBody(Body):
    """A key to be made, for this register."""

    name: Annotated[FilledLine, Field(max_length=200)]
    role: KeyRole
    scopes: Annotated[tuple[Literal["read", "write"], ...], Field(min_length=1, max_length=2)] = (
        "read",
        "write",
    )
    unit_code: Code | None = Field(None, description="Absent: a key of the installation's administrator.")
    every_register: StrictBool = Field(False, description="Only the installation's administrator may.")
    networks: Annotated[tuple[Network, ...], Field(max_length=20)] = Field(
        (), description="Where the key may be shown (CIDR); none: everywhere."
    )
    expires_at: Instant | None = Field(None, description="At most a year ahead, which is also the default.")


class KeyReplacementBody(Body):
    """A key is to be replaced by one that opens the same."""

    overlap_hours: Annotated[StrictInt, Field(ge=0, le=HOURS_MAX)] = Field(
        24, description="How long the present key goes on beside the new one."
    )
    expires_at: Instant | None = Field(None, description="When the new key ends: at most a year ahead.")
