"""What an administrator wrote into a form, read by the name of the field; what cannot be read is refused."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from service.domain.errors import InvalidValue
from service.domain.text import nfc

LINE_MAX, CODE_MAX = 300, 60
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
DIGITS_MAX = 6

Word = TypeVar("Word", bound=StrEnum)


class Filled:
    """A form that was filled in.

    Every way of reading a field raises `InvalidValue`, with the name of the field, for what it cannot be.
    """

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form

    def line(self, name: str, longest: int = LINE_MAX) -> str:
        """Return one line; empty where nothing was written."""
        written = nfc(self._form.get(name, "")).strip()
        if CONTROL.search(written) or len(written) > longest:
            raise InvalidValue(field=name, detail=f"one line of at most {longest} characters")
        return written

    def needed(self, name: str, longest: int = LINE_MAX) -> str:
        """Return one line that must not be empty."""
        written = self.line(name, longest)
        if not written:
            raise InvalidValue(field=name, detail="nothing is written")
        return written

    def code(self, name: str) -> str | None:
        """Return a code; None where nothing was written."""
        return self.line(name, CODE_MAX) or None

    def codes(self, name: str) -> tuple[str, ...]:
        """Return codes that are parted by commas or spaces."""
        return tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", self.line(name)))))

    def id(self, name: str) -> UUID:
        """Return what a hidden field names."""
        try:
            return UUID(self.line(name))
        except ValueError:
            raise InvalidValue(field=name, detail="no id") from None

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a larger field that are not empty."""
        rows = self._form.get(name, "").splitlines()
        return tuple(Filled({name: row}).line(name) for row in rows if row.strip())

    def pairs(self, name: str) -> dict[str, str]:
        """Return lines of the form `name = value`."""
        found = {}
        for row in self.lines(name):
            key, sign, value = (part.strip() for part in row.partition("="))
            if not (key and sign and value) or key in found:
                raise InvalidValue(field=name, detail="every line is `name = value`, each name once")
            found[key] = value
        return found

    def day(self, name: str) -> date | None:
        """Return a day; None where none was chosen."""
        written = self.line(name)
        try:
            chosen = date.fromisoformat(written) if written else None
        except ValueError:
            raise InvalidValue(field=name, detail="not a day") from None
        if chosen is not None and not FIRST_DAY <= chosen <= LAST_DAY:
            raise InvalidValue(field=name, detail=f"a day lies between {FIRST_DAY} and {LAST_DAY}")
        return chosen

    def needed_day(self, name: str) -> date:
        """Return a day that must be chosen."""
        chosen = self.day(name)
        if chosen is None:
            raise InvalidValue(field=name, detail="no day is chosen")
        return chosen

    def number(self, name: str, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        written = self.line(name)
        number = int(written) if re.fullmatch(rf"[0-9]{{1,{DIGITS_MAX}}}", written) else least - 1
        if not least <= number <= most:
            raise InvalidValue(field=name, detail=f"a number from {least} to {most}")
        return number

    def word(self, name: str, words: type[Word]) -> Word:
        """Return what was chosen of a few."""
        try:
            return words(self._form.get(name, ""))
        except ValueError:
            raise InvalidValue(field=name, detail="none of what can be chosen") from None

    def ticked(self, name: str) -> bool:
        """Return if a box is ticked."""
        return self._form.get(name) == "1"

    def version(self) -> int:
        """Return the version of what the page showed."""
        return self.number("version", 0, 10**DIGITS_MAX - 1)

    def rows(self, *names: str) -> Iterator["Filled"]:
        """Yield the rows of a table of fields `name.0`, `name.1`, … of which the first field is written."""
        number = 0
        while f"{names[0]}.{number}" in self._form:
            row = {name: self._form.get(f"{name}.{number}", "") for name in names}
            if row[names[0]].strip():
                yield Filled(row)
            number += 1
