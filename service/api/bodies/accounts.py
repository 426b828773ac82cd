"""Bodies about accounts, passwords and sessions."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StringConstraints

from service.api.bodies.base import Body, Code, FilledLine
from service.domain.password_rules import LOGIN, folded_login
from service.domain.permissions import KeyRole


def _login(written: str) -> str:
    login = folded_login(written)
    if not LOGIN.fullmatch(login):
        raise ValueError("a login has 2 to 100 letters without accents, digits, and . _ - + @ between them")
    return login


Login = Annotated[str, StringConstraints(strict=True, max_length=200), AfterValidator(_login)]
Secret = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=1000)]
"""A password or code as it was typed; nothing of it is changed."""


class AccountBody(Body):
    """An account to be made, for this register; it has no password until its code was used."""

    login: Login
    name: Annotated[FilledLine, Field(max_length=200)]
    role: KeyRole
    unit_code: Code | None = Field(None, description="Absent: an administrator of the installation.")
    every_register: StrictBool = Field(False, description="Only the installation's administrator may.")
    person_code: Code | None = Field(None, description="Who of `/v1/people` it is.")


class AccountChange(Body):
    """What is to be different; what is absent stays."""

    name: Annotated[FilledLine, Field(max_length=200)] | None = None
    role: KeyRole | None = None
    unit_code: Code | None = None


class SignInBody(Body):
    """Who signs in."""

    login: Annotated[str, StringConstraints(strict=True, max_length=200)]
    password: Secret


class CodeBody(Body):
    """A one-time code, and the password that it sets."""

    code: Secret
    password: Secret


class PasswordBody(Body):
    """The present password and the new one."""

    present: Secret
    new: Secret
