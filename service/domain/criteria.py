"""Sets of criteria and indicators (bộ tiêu chí, chỉ tiêu): what they ask for, and when it is met."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.domain.errors import InvalidValue
from service.domain.text import nfc
from service.domain.unit_rules import ATTRIBUTE_MAX, CODE

SCALE = 1_000
"""Amounts are kept in thousandths, as whole numbers: both databases compare them exactly."""

AMOUNT_MAX = 10**9
CRITERIA_MAX = 500
"""Criteria and indicators of one set together."""

THRESHOLDS_MAX = 20


class Bound(StrEnum):
    """On which side of the threshold an amount has to lie; the threshold itself is enough."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Fulfilment(StrEnum):
    """What measured values say of a criterion: every indicator is met, one is not, or nobody knows yet."""

    MET = "met"
    NOT_MET = "not_met"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What is asked of units with an attribute ("xã nhóm 3"); of every other unit where `zone` is empty.

    `amount` is in thousandths of the criterion's measure.
    """

    amount: int
    zone: str = ""
    bound: Bound = Bound.AT_LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A criterion, or an indicator of one. What has indicators is judged by them and not measured itself."""

    code: str
    name: str
    measure: str = ""
    thresholds: Sequence[Threshold] = ()
    indicators: Sequence["Criterion"] = ()

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Criterion":
        """Return a criterion from plain values, amounts in the criterion's measure."""
        thresholds = [
            Threshold(
                amount=thousandths(each["amount"]),
                zone=nfc(each.get("zone", "")).lower(),
                bound=Bound(each.get("bound", Bound.AT_LEAST)),
            )
            for each in written.get("thresholds", ())
        ]
        return cls(
            code=written["code"],
            name=written["name"],
            measure=written.get("measure", ""),
            thresholds=thresholds,
            indicators=[cls.of(each) for each in written.get("indicators", ())],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSet:
    """A set of criteria, the years it holds for, and the document that decides it.

    `indicators_stated`: how many indicators that document counts, whether they are entered or not.
    """

    code: str
    name: str
    basis: str
    first_year: int
    last_year: int
    indicators_stated: int | None
    criteria: Sequence[Criterion]

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "CriterionSet":
        """Return a set from plain values."""
        return cls(
            code=written["code"],
            name=written["name"],
            basis=written["basis"],
            first_year=written["first_year"],
            last_year=written["last_year"],
            indicators_stated=written.get("indicators_stated"),
            criteria=[Criterion.of(each) for each in written["criteria"]],
        )

    def all(self) -> Iterator[tuple[Criterion, str]]:
        """Give every criterion, then its indicators, each with the code of the criterion it belongs to."""
        for each in self.criteria:
            yield each, ""
            yield from ((indicator, each.code) for indicator in each.indicators)


def thousandths(amount: float) -> int:
    """Return an amount in thousandths.

    Raises:
        InvalidValue: It has more than three decimals or is too large.
    """
    exact = round(amount * SCALE)
    if abs(amount) > AMOUNT_MAX or abs(amount * SCALE - exact) > 1e-3:
        raise InvalidValue(field="amount", detail="at most three decimals, at most a thousand million")
    return exact


def plain(amount: int | None) -> float | None:
    """Return an amount in its measure."""
    return None if amount is None else amount / SCALE


def written(amount: int) -> str:
    """Return an amount as people write it: 14,5."""
    return f"{amount / SCALE:.3f}".rstrip("0").rstrip(".").replace(".", ",")


def check(asked: CriterionSet) -> None:
    """Return if a set can be judged by.

    Raises:
        InvalidValue: A code is used twice or is not one, an indicator has indicators, what has indicators
            has thresholds too, two thresholds speak of the same units, or the years do not follow.
    """
    if asked.last_year < asked.first_year:
        raise InvalidValue(field="last_year", detail="lies before first_year")
    every = [each for each, _ in asked.all()]
    if len(every) > CRITERIA_MAX:
        raise InvalidValue(field="criteria", detail=f"at most {CRITERIA_MAX} with their indicators")
    codes = [each.code for each in every]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InvalidValue(field="criteria", detail=f"code {twice[0]} is used twice")
    for each, criterion_code in asked.all():
        _check_one(each, is_indicator=bool(criterion_code))


def _check_one(asked: Criterion, *, is_indicator: bool) -> None:
    if not CODE.fullmatch(asked.code):
        raise InvalidValue(field="criteria", detail=f"{asked.code!r} is no code")
    if asked.indicators and is_indicator:
        raise InvalidValue(field="criteria", detail=f"indicator {asked.code} has indicators")
    if asked.indicators and asked.thresholds:
        raise InvalidValue(field="criteria", detail=f"{asked.code} is judged by its indicators")
    zones = [each.zone for each in asked.thresholds]
    if len(zones) > len(set(zones)) or len(zones) > THRESHOLDS_MAX:
        raise InvalidValue(field="criteria", detail=f"thresholds of {asked.code} speak of the same units")
    if any(len(zone) > ATTRIBUTE_MAX for zone in zones):
        raise InvalidValue(field="criteria", detail=f"a zone has at most {ATTRIBUTE_MAX} characters")


def judge(*, met: int, not_met: int, measured: int) -> Fulfilment:
    """Return the verdict on a criterion from its indicators: how many are met, are not, and are measured."""
    if not_met:
        return Fulfilment.NOT_MET
    return Fulfilment.MET if met == measured else Fulfilment.NO_DATA
