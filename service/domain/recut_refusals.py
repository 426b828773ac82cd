"""Why a directive with items that were split or joined cannot be issued yet."""

from dataclasses import dataclass

from service.domain.errors import DomainError


@dataclass(kw_only=True, eq=False)
class ItemsUndecided(DomainError):
    """An item was split or joined, and a person has yet to say who answers for it or by when it is due.

    `items` lists the locators. Assigning units answers the first question, setting the deadline the second.
    """

    slug = "items-undecided"
    title = "Items that wait for a decision"
    items: list[str]
