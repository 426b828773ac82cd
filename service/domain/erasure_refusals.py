"""Refusals about the erasure of personal data."""

from dataclasses import dataclass

from service.domain.errors import DomainError


@dataclass(kw_only=True, eq=False)
class TextsErased(DomainError):
    """The texts of the fact were erased before; there is nothing left to erase."""

    slug = "texts-erased"
    title = "The texts of this fact were erased already"
    position: int


@dataclass(kw_only=True, eq=False)
class PersonHoldsPosts(DomainError):
    """Whoever holds a post has to be told of duties: end the posts first."""

    slug = "person-holds-posts"
    title = "A person who holds a post cannot be erased"
    units: list[str]


@dataclass(kw_only=True, eq=False)
class PersonHoldsKeys(DomainError):
    """A key or an account of the person still opens something (`keys`): revoke or disable it first."""

    slug = "person-holds-keys"
    title = "A person whose key or account works cannot be erased"
    keys: list[str]


@dataclass(kw_only=True, eq=False)
class PersonErasedAlready(DomainError):
    """The person has no name and no address here any more."""

    slug = "person-erased"
    title = "The person was erased already"
    code: str
