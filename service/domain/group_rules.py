"""The rule of a group of units: who belongs, by kind, place and attribute. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.errors import InvalidValue
from service.domain.text import nfc
from service.domain.unit_rules import ATTRIBUTE_MAX, CODE, KIND

LIST_MAX = 5_000
"""Members, aliases or entries of a rule; a group is looked at by people."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who belongs: units of these kinds, below this unit, with this attribute, but not these.

    A part that is empty asks for nothing; a rule asks for a kind, a place or an attribute at least. The
    unit that a rule names as the place is not itself a member.
    """

    kinds: tuple[str, ...] = ()
    under: str = ""
    attribute: str = ""
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Rule":
        """Read a rule: `{"kinds": [...], "under": code, "attribute": "...", "except": [code, ...]}`.

        Raises:
            InvalidValue: It has another key or a value of another form, or it asks for nothing.
        """
        unknown = sorted(set(written) - {"kinds", "under", "attribute", "except"})
        if unknown:
            raise InvalidValue(field="rule", detail=f"unknown key {unknown[0]}")
        rule = cls(
            kinds=_words(written, "kinds"),
            under=_word(written, "under"),
            attribute=nfc(_word(written, "attribute")).lower(),
            left_out=_words(written, "except"),
        )
        if not (rule.kinds or rule.under or rule.attribute):
            raise InvalidValue(field="rule", detail="needs kinds, under or attribute")
        if not all(KIND.fullmatch(kind) for kind in rule.kinds):
            raise InvalidValue(field="rule", detail="a kind is a word such as xa or thi_tran")
        if not all(CODE.fullmatch(code) for code in (rule.under or "x", *rule.left_out)):
            raise InvalidValue(field="rule", detail="under and except name units by their codes")
        if len(rule.attribute) > ATTRIBUTE_MAX:
            raise InvalidValue(field="rule", detail=f"an attribute has at most {ATTRIBUTE_MAX} characters")
        return rule

    def written(self) -> dict[str, object]:
        """Return the rule as it is stored, without its empty parts."""
        parts = {
            "kinds": list(self.kinds),
            "under": self.under,
            "attribute": self.attribute,
            "except": list(self.left_out),
        }
        return {key: value for key, value in parts.items() if value}


def _word(written: Mapping[str, Any], key: str) -> str:
    value = written.get(key) or ""
    if not isinstance(value, str):
        raise InvalidValue(field="rule", detail=f"{key} is a text")
    return value


def _words(written: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = written.get(key) or []
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise InvalidValue(field="rule", detail=f"{key} is a list of texts")
    if len(value) > LIST_MAX:
        raise InvalidValue(field="rule", detail=f"{key} has more than {LIST_MAX} entries")
    return tuple(dict.fromkeys(value))
