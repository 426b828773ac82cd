"""Where the money of a programme comes from, as units tell it (nguồn vốn)."""

from enum import StrEnum


class FundingSource(StrEnum):
    """A source that units report apart: the four budgets, other programmes (lồng ghép), xã hội hóa."""

    CENTRAL_BUDGET = "central_budget"
    PROVINCIAL_BUDGET = "provincial_budget"
    DISTRICT_BUDGET = "district_budget"
    COMMUNE_BUDGET = "commune_budget"
    MERGED = "merged"
    SOCIAL = "social"
