"""Working days counted on a list, one by one: nothing of the product's arithmetic."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from service.domain.calendar import ZONE

ONE = timedelta(days=1)


class Days:
    """Which days are worked, as the office's calendar says it at the moment."""

    def __init__(self, worked: Mapping[date, bool]) -> None:
        self._worked = dict(worked)

    def change(self, worked: Mapping[date, bool]) -> None:
        """Let some days be worked, or not, from now on."""
        self._worked.update(worked)

    def is_worked(self, day: date) -> bool:
        """Return if the office works on a day."""
        return self._worked[day]

    def on_or_after(self, day: date) -> date:
        """Return the day itself, or the first working day after it."""
        while not self._worked[day]:
            day += ONE
        return day

    def count_on(self, day: date, count: int) -> date:
        """Return the working day that many working days after a day; for 0 the day or the next one."""
        day = self.on_or_after(day) if count == 0 else day
        for _ in range(count):
            day = self.on_or_after(day + ONE)
        return day

    def step_from(self, day: date, offset: int) -> date:
        """Return the working day of a reminder: 0 is the day or the last one worked before it."""
        if offset > 0:
            return self.count_on(day, offset)
        while not self._worked[day]:
            day -= ONE
        for _ in range(-offset):
            day -= ONE
            while not self._worked[day]:
                day -= ONE
        return day


def opens(day: date) -> datetime:
    """Return half past seven in the morning."""
    return datetime.combine(day, time(7, 30), ZONE).astimezone(UTC)


def closes(day: date) -> datetime:
    """Return five in the afternoon."""
    return datetime.combine(day, time(17, 0), ZONE).astimezone(UTC)
