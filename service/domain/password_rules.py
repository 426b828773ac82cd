"""What a password, a login and a one-time code may look like (rules only).

As NIST SP 800-63B has it: length counts, composition does not, nothing ends by itself, and what everybody
tries first is refused.
"""

import re
import secrets
import unicodedata
from datetime import timedelta
from hashlib import sha256

from service.domain.account_refusals import PasswordRefused

LENGTH_MIN, LENGTH_MAX = 12, 128
DIFFERENT_MIN = 5
CODE_LIFE = timedelta(hours=24)
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_GROUPS, GROUP_LENGTH = 5, 5
"""25 letters of 31 are 123 bits: nobody guesses one, so a plain hash of it is enough."""

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
FREE_ATTEMPTS = 5
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After so many wrong passwords in a row, how long nothing is tried: longer each time, never for good."""

RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
COMMON = frozenset(
    {
        "administrator",
        "anhyeuemnhieu",
        "changemechangeme",
        "chinhphudientu",
        "chuyendoiso",
        "congchuccongvu",
        "dondocdondoc",
        "emyeuanhnhieu",
        "hanoivietnam",
        "iloveyouiloveyou",
        "letmeinletmein",
        "matkhau",
        "matkhaumatkhau",
        "matkhaumoi",
        "passw0rd",
        "passw0rdpassw0rd",
        "password",
        "passwordpassword",
        "quantri",
        "quantrihethong",
        "quantrivien",
        "qwertyqwerty",
        "uybannhandan",
        "vanphonguyban",
        "vietnamvodich",
        "welcomewelcome",
        "xinchaovietnam",
    }
)


def folded_login(login: str) -> str:
    """Return a login as it is stored and looked for: without regard to case."""
    return unicodedata.normalize("NFC", login).strip().casefold()


def accepted(password: str, login: str) -> str:
    """Return a password in the one form that is hashed (Unicode NFC).

    Raises:
        PasswordRefused: It is too short, too long, easily guessed, or the login.
    """
    normal = unicodedata.normalize("NFC", password)
    if len(normal) < LENGTH_MIN:
        raise PasswordRefused(why="too_short", length_min=LENGTH_MIN, length_max=LENGTH_MAX)
    if len(normal) > LENGTH_MAX:
        raise PasswordRefused(why="too_long", length_min=LENGTH_MIN, length_max=LENGTH_MAX)
    if why := _guessed(normal.casefold(), login.casefold()):
        raise PasswordRefused(why=why, length_min=LENGTH_MIN, length_max=LENGTH_MAX)
    return normal


def _guessed(password: str, login: str) -> str | None:
    """Return why a password is among the first that anybody tries; None where it is not."""
    word = re.sub(r"[\W\d_]+$", "", re.sub(r"^[\W\d_]+", "", password))
    names = {login, login.partition("@")[0]}
    if password in names or word in names:
        return "login"
    runs = any(password in run or password in run[::-1] for run in RUNS)
    if runs or len(set(password)) < DIFFERENT_MIN or {password, word} & COMMON:
        return "common"
    return None


def pause_after(failed: int) -> timedelta | None:
    """Return for how long nothing is tried once so many passwords in a row were wrong."""
    if failed < FREE_ATTEMPTS:
        return None
    return PAUSES[min(failed - FREE_ATTEMPTS, len(PAUSES) - 1)]


def new_code() -> str:
    """Return a code that nobody has had before, in groups that a person can read out and type."""
    groups = ("".join(secrets.choice(CODE_LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def hashed_code(code: str) -> str:
    """Return what is kept of a code, however it was typed."""
    return sha256(re.sub(r"[\s-]+", "", code).upper().encode("utf-8", "surrogatepass")).hexdigest()
