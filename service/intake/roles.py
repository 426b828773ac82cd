"""Gives each unit phrase its role from the words around it: told to do, to join in, to be reported to.

The grammar of assignment (domain facts 4.5): "Giao X", "X chủ trì", "X có trách nhiệm" and a unit in subject
place lead; "phối hợp (với) X", "cùng X" coordinate; "báo cáo X", "tham mưu X", "trình X" go up to X; a unit
after "của", "do", "tại" only describes and gets no role.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import role_words as words
from .capitals import uncapitalised
from .heal import corrected
from .names import is_issuer, unit_key
from .proposal import Assigned, Role, Span
from .restore import canonical, fold
from .units import Mention, find_units

CONTEXT = 110
"""Characters before a phrase that may govern it; a sentence's start always ends the search."""
SENTENCE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Sense:
    """What a passage says about units.

    Attributes:
        assigned: Units with a role, in order.
        ordered: A unit is told to do something by an order word or by a duty after its name.
        told: By an order word.
        units: How many unit phrases the passage holds, with or without a role.
    """

    assigned: tuple[Assigned, ...]
    ordered: bool
    told: bool
    units: int


def read_roles(plain: str, text: str, offset: int, issuer: str | None) -> Sense:
    """Find the units of a passage and their roles.

    Args:
        plain: The passage in canonical form.
        text: The passage as restored, same length.
        offset: Where it starts in the document.
        issuer: The issuing body's name; it asks and is not told.
    """
    named = corrected(plain, text)
    plain = uncapitalised(plain)
    mentions = find_units(plain, named)
    headings = list(words.HEADING.finditer(plain))
    assigned: list[Assigned] = []
    ordered = told = False
    previous: Role | None = None
    earlier: int | None = None
    role: Role | None
    for group in _groups(plain, mentions):
        forced = _forced(plain, headings, group[0].written_start)
        if forced:
            role, via, strong = forced, False, forced == "lead"
        else:
            led = any(a.role == "lead" for a in assigned)
            if _means_the_same(group, assigned):
                continue
            role, via, strong = _role(
                _place(plain, group, previous, earlier), issuer, led=led, ordered=ordered
            )
        ordered = ordered or strong
        told = told or (role == "lead" and bool(words.ORDER.search(plain, 0, group[0].written_start)))
        previous, earlier = role, group[-1].written_end
        if role:
            assigned += [
                _assigned(m, text, offset, role, via) for m in group if fold(m.unit) not in words.NOBODY
            ]
    return Sense(_once(assigned), ordered, told, len(mentions))


def _means_the_same(group: Sequence[Mention], assigned: Sequence[Assigned]) -> bool:
    """ "Các Bộ" after ministries that were named means these."""
    noun = words.SAME_AGAIN.fullmatch(group[0].unit)
    named = [a for a in assigned if a.role == "lead" and not a.collective]
    same = [a for a in named if noun and a.unit.lower().split()[:1] == [noun["noun"].lower()]]
    return len(group) == 1 and len(same) > 1


def _assigned(mention: Mention, text: str, offset: int, role: Role, via: bool) -> Assigned:
    written = mention.unit
    if mention.unit != text[mention.start : mention.end]:
        written = text[mention.written_start : mention.written_end]
    span = Span(offset + mention.start, offset + mention.end)
    return Assigned(mention.unit, role, mention.collective, span, written, via)


def _forced(plain: str, headings: Sequence[re.Match[str]], position: int) -> Role | None:
    """The role that the last heading before a phrase gives it, while its sentence lasts."""
    heading = next((h for h in reversed(headings) if h.end() <= position), None)
    if heading is None or words.HEADING_ENDS.search(plain, heading.end(), position):
        return None
    return heading.lastgroup  # type: ignore[return-value]


def is_attribute(plain: str) -> bool:
    """Whether a line only describes the item above it: who, with whom, until when, with what."""
    bare = plain.lstrip("-+• ")
    return bool(words.HEADING.match(bare) or words.FACT.match(bare))


def _once(assigned: Sequence[Assigned]) -> tuple[Assigned, ...]:
    """One unit is named once; leading outweighs any other role."""
    leads = {unit_key(a.unit) for a in assigned if a.role == "lead"}
    seen: set[tuple[str, str]] = set()
    out: list[Assigned] = []
    for item in assigned:
        key = (fold(canonical(item.unit)), item.role)
        if key in seen or (item.role != "lead" and unit_key(item.unit) in leads):
            continue
        seen.add(key)
        out.append(item)
    return tuple(out)


def _groups(plain: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Phrases that form one enumeration share their role."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        last = groups[-1][-1] if groups else None
        same = (
            last is not None
            and last.written_start == mention.written_start
            and last.written_end == mention.written_end
        )
        if last is not None and (
            same or words.GLUE.fullmatch(plain, last.written_end, mention.written_start)
        ):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [part for group in groups for part in _clauses(plain, group)]


def _clauses(plain: str, group: list[Mention]) -> list[list[Mention]]:
    """ "Theo đề nghị của các sở, Sở Nội vụ tổng hợp": after a circumstance the subject begins."""
    last = [m for m in group if m.written_start == group[-1].written_start]
    first = group[: -len(last)]
    if not first or plain[first[-1].written_end : last[0].written_start].strip() != ",":
        return [group]
    start = _sentence_start(plain, group[0].written_start)
    opens = words.CLAUSE_OPENS.match(plain, start)
    described = words.DESCRIBES.search(plain[start : group[0].written_start])
    after = plain[last[-1].written_end :][:CONTEXT]
    goes_on = words.DUTY_FOLLOWS.match(after) or words.ASKS.match(after)
    return [first, last] if opens and described and goes_on else [group]


def _sentence_start(plain: str, position: int) -> int:
    start = max(position - SENTENCE_MAX, 0)
    for mark in words.SENTENCE.finditer(plain, start, position):
        if mark[0] == "." and _is_abbreviation(plain, mark.start()):
            continue
        start = mark.end()
    return start


def _is_abbreviation(plain: str, dot: int) -> bool:
    """ "TP. Lạng Sơn", "1. rà soát": the dot ends no sentence."""
    if words.ABBREVIATED.search(plain, max(dot - 4, 0), dot):
        return True
    return plain[dot - 1 : dot].isdigit() and not plain[dot + 1 : dot + 3].lstrip()[:1].isupper()


@dataclass(frozen=True, slots=True)
class _Place:
    """A group of phrases in its sentence.

    Attributes:
        group: Names of one enumeration.
        opening: How the sentence opens.
        before: What stands before the group in the sentence, its last part.
        after: What follows the group.
        first: The sentence is the passage's first.
        alone: No unit stands before the group in the sentence.
        continues_lead: A semicolon parts it from units that lead.
        previous: The role of the group before it.
    """

    group: Sequence[Mention]
    opening: str
    before: str
    after: str
    first: bool
    alone: bool
    continues_lead: bool
    previous: Role | None


def _place(plain: str, group: Sequence[Mention], previous: Role | None, earlier: int | None) -> _Place:
    start, end = group[0].written_start, group[-1].written_end
    opening = _sentence_start(plain, start)
    return _Place(
        group,
        opening=plain[opening : opening + CONTEXT],
        before=plain[max(opening, start - CONTEXT) : start],
        after=plain[end : end + 2 * CONTEXT],
        first=opening == 0,
        alone=earlier is None or earlier < opening,
        continues_lead=previous == "lead" and plain[:opening].rstrip().endswith(";"),
        previous=previous,
    )


def _role(place: _Place, issuer: str | None, *, led: bool, ordered: bool) -> tuple[Role | None, bool, bool]:
    """The role, whether the unit only passes on, and whether the words around order something."""
    if words.VIA.search(place.before):
        return "report_to", True, False
    bare = place.before.strip()
    if place.group[0].collective and words.LISTED_BELOW.match(place.after):
        return None, False, bool(words.ORDER.search(place.before))
    if bare and words.TOPIC.match(bare) and words.OTHER_SUBJECT.match(place.after):
        return None, False, False
    if not bare or words.TOPIC.match(bare):
        role = _as_subject(place, issuer, ordered=ordered)
        duty = words.DUTY_FOLLOWS.match(place.after) or (place.first and words.SAYS_AFTER.match(place.after))
        return role, False, role == "lead" and bool(duty)
    role = _governed(place, issuer, led=led)
    return role, False, role == "lead"


def _governed(place: _Place, issuer: str | None, *, led: bool) -> Role | None:
    """The role that the words before the phrase give it."""
    before, after, group = place.before, place.after, place.group
    if words.GROUNDS.search(before):
        return None
    if words.ORDER.search(before) and not (
        led and words.ASKING_UP.search(before) and not group[0].collective
    ):
        return "addressee" if led and re.search(r"yêu cầu\s*$", before) and not _restarts(before) else "lead"
    if words.COORDINATE.search(before):
        return "coordinate"
    if words.FILES.search(before):
        return "addressee"
    if words.REPORT.search(before):
        to_many = group[0].collective and re.search(r"\bgửi\s*$", before)
        return "addressee" if to_many else "report_to"
    if place.first and not after.strip() and words.DUTY_OF.fullmatch(before):
        return "lead"
    if words.PAPERS_OF.search(before) and words.SENDS_IN.match(after) and not led:
        return "lead"
    if words.GUIDED.search(before):
        return "addressee"
    if words.DESCRIBES.search(before) or is_issuer(group[0].unit, issuer):
        return None
    return "lead" if _is_subject(place, led=led) else None


def _is_subject(place: _Place, *, led: bool) -> bool:
    """Amid a sentence a unit is a subject after a comma, or as the first unit after a circumstance."""
    if led and words.ANSWERS_FOR.match(place.after):
        return False
    if (
        words.ASKS.match(place.after)
        or words.NARRATES.match(place.after)
        or not words.DUTY_FOLLOWS.match(place.after)
    ):
        return False
    if words.OBJECT.search(place.before) and not words.CIRCUMSTANCE.match(place.before):
        return False
    if place.before.rstrip().endswith(","):
        return True
    follows_comma = place.after.lstrip().startswith(",")
    return not led and place.alone and not follows_comma and bool(words.CIRCUMSTANCE.match(place.opening))


def _restarts(before: str) -> bool:
    """An order after a comma or at the start is the issuer's own, not the leading unit's."""
    return bool(re.fullmatch(r"(?:.*[,;])?\s*yêu cầu\s*", before, re.IGNORECASE | re.DOTALL))


def _as_subject(place: _Place, issuer: str | None, *, ordered: bool) -> Role | None:
    """The role of a phrase that begins a sentence."""
    group, after = place.group, place.after
    asks = words.ASKS.match(after)
    has_duty = words.DUTY_FOLLOWS.match(after)
    if ordered and words.ANSWERS_FOR.match(after):
        return None
    charges_itself = place.first and words.KEEPS_WATCH.match(after)
    if is_issuer(group[0].unit, issuer) and (
        asks or not has_duty or (len(group) == 1 and not charges_itself)
    ):
        return None
    if asks and len(group) == 1 and (words.ASKS_OTHERS.match(after) or words.REMARKS.match(after)):
        return None
    if has_duty:
        return "lead"
    if words.NARRATES.match(after):
        return None
    heads_list = re.match(r"\s*[:;]", after) and place.previous in (None, "lead") and group[0].collective
    return "lead" if place.first or place.continues_lead or heads_list else None
