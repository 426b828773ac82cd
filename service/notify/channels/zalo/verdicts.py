"""What Zalo's answer means for a message: from a class of error to one of our outcomes."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from service.domain.calendar import ZONE
from service.notify.channel import Outcome, Outgoing, Refused, Retry
from service.notify.channels.zalo.client import Answer
from service.notify.channels.zalo.errors import (
    ONE_GROUP,
    PERSONAL_QUOTA,
    WRONG_PHONE,
    Host,
    Meaning,
    meaning_of,
)

NIGHT, MORNING = time(22, 0), time(6, 0)
"""Begin and end of Zalo's own night (22:00 to 06:00, taken as local time; no page names the zone)."""

SPREAD_SECONDS = 900
"""Messages held over night leave within this time, not all at once."""


def read(host: Host, answer: Answer) -> Meaning:
    """Return what an answer means; the HTTP status speaks before the number."""
    if answer.status == 401:
        return Meaning.AUTH
    if answer.status == 429:
        return Meaning.RATE
    return meaning_of(host, answer.error)


def is_night(now: datetime) -> bool:
    """Return whether Zalo's night has begun and not ended."""
    local = now.astimezone(ZONE).time()
    return local >= NIGHT or local < MORNING


def until_morning(now: datetime, outgoing: Outgoing) -> timedelta:
    """Return the wait until 06:00 in Viet Nam, plus up to 15 minutes that differ by delivery."""
    local = now.astimezone(ZONE)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    spread = timedelta(seconds=outgoing.delivery_id.int % SPREAD_SECONDS)
    return datetime.combine(day, MORNING, ZONE) - local + spread


def until_next_minute(now: datetime) -> timedelta:
    """Return the wait until the rate is counted anew."""
    return timedelta(minutes=1) - timedelta(seconds=now.second, microseconds=now.microsecond)


def another_path_may_help(host: Host, answer: Answer) -> bool:
    """Return whether only this way to this person is closed."""
    if read(host, answer) is Meaning.CONFIG:
        return not _stops_all(host, answer)
    return read(host, answer) in {Meaning.CHANNEL, Meaning.QUOTA}


def _stops_all(host: Host, answer: Answer) -> bool:
    return not (host is Host.OPENAPI and answer.error in ONE_GROUP)


def outcome_of(host: Host, answer: Answer, outgoing: Outgoing, now: datetime) -> Outcome:
    """Return the outcome of any answer that is not a success."""
    reason = f"zalo {host} {answer.error} {answer.message}".strip()
    verdicts: dict[Meaning, Callable[[], Outcome]] = {
        Meaning.AUTH: lambda: Refused(reason, channel_fault=True),
        Meaning.CONFIG: lambda: Refused(reason, channel_fault=_stops_all(host, answer)),
        Meaning.RATE: lambda: Retry(reason, after=until_next_minute(now), channel_fault=True),
        Meaning.QUOTA: lambda: Refused(reason, channel_fault=answer.error not in PERSONAL_QUOTA),
        Meaning.WINDOW: lambda: Retry(reason, after=until_morning(now, outgoing)),
        Meaning.CHANNEL: lambda: Refused(
            reason, address_invalid=host is Host.BUSINESS and answer.error in WRONG_PHONE
        ),
        Meaning.PAYLOAD: lambda: Refused(reason),
    }
    return verdicts.get(read(host, answer), lambda: Retry(reason))()
