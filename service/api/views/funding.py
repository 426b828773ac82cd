"""Money by source, as it leaves."""

from collections.abc import Mapping

from typing_extensions import TypedDict

from service.domain.funding import FundingSource


class FundingView(TypedDict):
    """What one source has given up to now, in đồng."""

    source: FundingSource
    amount: int


def funding_view(amounts: Mapping[FundingSource, int]) -> list[FundingView]:
    """Return amounts in the order of the sources."""
    return [{"source": each, "amount": amounts[each]} for each in FundingSource if each in amounts]
