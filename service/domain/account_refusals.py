"""Why nobody is signed in; see `domain/errors.py`."""

from dataclasses import dataclass

from service.domain.errors import DomainError


@dataclass(kw_only=True, eq=False)
class SignInRefused(DomainError):
    """The login or the password is wrong, or too many were wrong and the account waits.

    All of these get the same answer, so that nobody learns which logins there are. After five wrong
    passwords in a row an account waits a minute, then five, fifteen, sixty; it goes on by itself, and an
    administrator can let it go on at once.
    """

    slug = "sign-in-refused"
    title = "Login and password do not open anything, or not now"


@dataclass(kw_only=True, eq=False)
class CodeRefused(DomainError):
    """The one-time code is unknown, was used, was replaced by a newer one or is more than a day old."""

    slug = "code-refused"
    title = "The code opens nothing"


@dataclass(kw_only=True, eq=False)
class PasswordRefused(DomainError):
    """The password is not taken; `why`: `too_short`, `too_long`, `common` or `login`.

    It has 12 to 128 characters of any kind and is neither the login nor one that everybody tries first.
    """

    slug = "password-refused"
    title = "The password is too easily guessed"
    why: str
    length_min: int
    length_max: int


@dataclass(kw_only=True, eq=False)
class SignsInElsewhere(DomainError):
    """The account belongs to an identity provider: it has no password here, and no code for one."""

    slug = "signs-in-elsewhere"
    title = "The account signs in at its identity provider"


@dataclass(kw_only=True, eq=False)
class ClaimsNotMapped(DomainError):
    """The identity provider knows the person, but what it says of them gives them nothing here.

    `what` is missing (`unit`, `role`, or `assurance`: an administrator has to sign in more strongly), and
    `claim` is where it was looked for. The administrator changes the provider's mapping, or the provider.
    """

    slug = "claims-not-mapped"
    title = "What the identity provider says of you opens nothing here"
    what: str
    claim: str
