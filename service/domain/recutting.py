"""Items of a draft that the reading cut wrongly: two duties in one item, or one duty in two."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.cuts import (
    Document,
    Half,
    Halves,
    Place,
    apart,
    between,
    cut,
    facts_of,
    is_silent,
    named_after,
)
from service.domain.deadlines import UNDATED
from service.domain.directives import find_directive, find_item, require_draft
from service.domain.errors import InvalidValue
from service.domain.events.directives import ItemJoined, ItemSplit
from service.domain.ids import new_id
from service.domain.items import Tree, free, locator
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.readiness import holders, load_tree
from service.domain.recut_units import assignments_of, divide, unite
from service.domain.tables import Directive, Implementation, Item, table
from service.domain.text import fold

item_rows, link = table(Item), table(Implementation)
KEPT = (
    "register_id", "directive_id", "parent_id", "is_task", "is_tracked", "is_closing", "text_alone",
    "key_task", "field", "units_undecided",
)  # fmt: skip
"""What the second part of an item has of the whole."""


def split_item(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    item: str,
    at: int,
    *,
    children: Half = Half.FIRST,
    version: int | None,
    now: datetime,
) -> tuple[Item, Item]:
    """Make one item of a draft two: the second is a new one right behind.

    Each part gets the units and deadlines that were read from its words; where that is not clear both keep
    them, and nothing is issued before a person has said who answers and which deadline holds.

    Args:
        session: The caller's transaction.
        actor: Who checks the draft.
        directive_id: The draft.
        item: Id or locator.
        at: How many characters of the text the first part has.
        children: The part that the items below belong to; they are still called as in the document.
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        InvalidValue: The place is not within the text, leaves nothing on one side, or parts a word.
        DirectiveNotDraft: It was issued.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    require_draft(directive)
    first = find_item(session, directive, item)
    texts = cut(first.text, at)
    tree = load_tree(session, directive)
    halves = _halves(directive, tree, first, texts)
    second = _put_in(session, tree, first, texts[1], children, now=now)
    first.text, first.folded = texts[0], fold(texts[0])
    _divide_deadlines(first, second, halves)
    held = assignments_of(session, directive.id).get(first.id, [])
    divide(session, held, first, second, halves, now=now)
    _copy_links(session, first, second, now=now)
    directive.version += 1
    session.flush()
    fact = ItemSplit(
        subject_id=first.id, directive_id=directive.id, locator=first.locator, at=len(texts[0]),
        other_id=second.id, other=second.locator,
    )  # fmt: skip
    emit(session, fact, actor=actor, at=now)
    return first, second


def join_items(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    item: str,
    following: str,
    *,
    version: int | None,
    now: datetime,
) -> Item:
    """Make an item of a draft and the next one under the same parent one, called as the first.

    Text, units and the items below are those of both, in order; of two fields (lĩnh vực) the first holds.
    Where their deadlines or units cannot both hold, nothing is issued before a person has chosen.

    Raises:
        InvalidValue: The other is not the next item under the same parent.
        DirectiveNotDraft: It was issued.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    directive = find_directive(session, actor, directive_id, version=version)
    require_draft(directive)
    first, second = (find_item(session, directive, each) for each in (item, following))
    tree = load_tree(session, directive)
    _require_next(tree, first, second)
    _unite_units(session, directive, tree, first, second)
    _unite_deadlines(tree, first, second)
    at, first.text = len(first.text), _text_of_both(directive, tree, first, second)
    first.folded = fold(first.text)
    first.is_task, first.is_closing = first.is_task or second.is_task, first.is_closing and second.is_closing
    first.is_tracked = first.is_tracked or second.is_tracked
    first.key_task, first.text_alone = (
        first.key_task or second.key_task,
        first.text_alone and second.text_alone,
    )
    first.field = first.field or second.field
    directive.findings = [_about(finding, second.locator, first.locator) for finding in directive.findings]
    _take_links(session, actor, first, second, now=now)
    session.flush()
    below = sa.update(item_rows).where(item_rows.c.parent_id == second.id).values(parent_id=first.id)
    session.connection().execute(below)
    gone = ItemJoined(
        subject_id=first.id, directive_id=directive.id, locator=first.locator, at=at,
        other_id=second.id, other=second.locator,
    )  # fmt: skip
    session.delete(second)
    directive.version += 1
    session.flush()
    emit(session, gone, actor=actor, at=now)
    return first


def _places(document: Document, tree: Tree) -> dict[UUID, Place]:
    return document.places((each.id, each.parent_id, each.text) for each in tree.items)


def _halves(directive: Directive, tree: Tree, item: Item, texts: tuple[str, str]) -> Halves:
    """Return both parts of an item and where they stand in its document."""
    document = Document(directive.text)
    place = _places(document, tree).get(item.id)
    if place is None:
        return Halves(texts, (None, None))
    first = document.find(texts[0], place.start)
    second = document.find(texts[1], first.end if first else place.start)
    is_found = first is not None and second is not None and first.is_whole and second.is_whole
    return Halves(texts, (first, second) if is_found else (None, None))


def _put_in(session: Session, tree: Tree, first: Item, text: str, children: Half, *, now: datetime) -> Item:
    """Return the second part, in its place behind the first and the items that stay below that."""
    below = tree.below(first)
    stays = below if children is Half.FIRST else []
    position = (stays[-1] if stays else first).position + 1
    behind = sa.and_(item_rows.c.directive_id == first.directive_id, item_rows.c.position >= position)
    session.connection().execute(sa.update(item_rows).where(behind).values(position=item_rows.c.position + 1))
    taken = {each.locator for each in tree.items}
    named = named_after(first.label, first.locator, taken)
    label, where = named or (first.label, free(first.locator, taken))
    second = Item(
        id=new_id(now),
        label=label[:40],
        locator=where,
        position=position,
        text=text,
        folded=fold(text),
        deadline=dict(UNDATED),
        mentions=[],
        **{name: getattr(first, name) for name in KEPT},
    )
    session.add(second)
    session.flush()
    if children is Half.SECOND:
        moved = sa.update(item_rows).where(item_rows.c.parent_id == first.id).values(parent_id=second.id)
        session.connection().execute(moved)
    return second


def _divide_deadlines(first: Item, second: Item, halves: Halves) -> None:
    """Give each part the deadlines that were read from it; what is not clear is asked of both."""
    if first.deadline_choices or is_silent(first.deadline):
        second.deadline, second.more_deadlines = first.deadline, first.more_deadlines
        second.deadline_choices = first.deadline_choices
        return
    readings = [first.deadline, *first.more_deadlines]
    sides = [halves.sides(each.get("span"), str(each.get("text") or "")) for each in readings]
    for number, part in enumerate((first, second)):
        found = [each for each, of in zip(readings, sides, strict=True) if of is None or number in of]
        part.deadline, *part.more_deadlines = found or [dict(UNDATED)]
        part.deadline_choices = [*found, dict(UNDATED)] if None in sides and not part.is_closing else []


def _unite_deadlines(tree: Tree, first: Item, second: Item) -> None:
    """Keep the deadline of both if it is one; else ask which of them holds.

    An item that says nothing does not contradict the other, unless the item above sets a deadline for it.
    """
    own = [[each.deadline, *each.deadline_choices] for each in (first, second)]
    found = apart(each for readings in own for each in readings)
    parents = list(tree.lineage(first))[1:]
    above = apart(each.deadline for each in parents)[:1]
    is_heir = bool(above) and is_silent(first.deadline) != is_silent(second.deadline)
    more = apart((*first.more_deadlines, *second.more_deadlines))
    if is_heir and facts_of(found[0]) != facts_of(above[0]):
        first.deadline_choices = [dict(UNDATED), *found]
    else:
        first.deadline_choices = found if len(found) > 1 else []
    stated = [each.deadline for each in (first, second) if not is_silent(each.deadline)]
    first.deadline = dict(stated[0]) if stated else first.deadline
    first.more_deadlines = [each for each in more if facts_of(each) != facts_of(first.deadline)]


def _require_next(tree: Tree, first: Item, second: Item) -> None:
    beside = tree.children[first.parent_id]
    at = beside.index(first)
    if second.parent_id != first.parent_id:
        raise InvalidValue(field="next", detail="not under the same item")
    if at + 1 == len(beside):
        raise InvalidValue(field="next", detail=f"{first.locator} is the last one under its item")
    if beside[at + 1] is not second:
        raise InvalidValue(field="next", detail=f"the next one is {beside[at + 1].locator}")


def _unite_units(session: Session, directive: Directive, tree: Tree, first: Item, second: Item) -> None:
    """Give the first item the units of both; ask if one had its own and the other those of the item above."""
    found = holders(session, tree)
    answering = [(item.id, found[item.id]) for item in (first, second) if item.id in found]
    is_heir = len(answering) == 2 and len({own == holder for own, holder in answering}) == 2
    unite(session, first, second, assignments_of(session, directive.id), is_heir=is_heir)


def _text_of_both(directive: Directive, tree: Tree, first: Item, second: Item) -> str:
    """Return the text of both with the label that the document has between them."""
    document, label = Document(directive.text), ""
    if not tree.children.get(first.id):
        places = _places(document, tree)
        label = between(document, places.get(first.id), places.get(second.id))
    return " ".join(filter(None, (first.text, label, second.text)))


def _about(finding: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a finding of the intake about an item that is no more as one about the item that took it in."""
    where = finding.get("where")
    is_old = isinstance(where, str) and old in (where, locator(where))
    return {**finding, "where": new} if is_old else dict(finding)


def _holding(session: Session, item: Item) -> Sequence[Implementation]:
    held = select(Implementation).where(
        col(Implementation.item_id) == item.id, col(Implementation.ended_at).is_(None)
    )
    return session.exec(held).all()


def _copy_links(session: Session, first: Item, second: Item, *, now: datetime) -> None:
    """Let both parts carry out what the whole did."""
    for row in _holding(session, first):
        copied = Implementation(
            id=new_id(now), register_id=row.register_id, item_id=second.id, origin_id=row.origin_id,
            made_by=row.made_by, made_at=row.made_at,
        )  # fmt: skip
        session.add(copied)


def _take_links(session: Session, actor: Actor, first: Item, second: Item, *, now: datetime) -> None:
    """Let the first item carry out what the second did; a link that both have is ended once."""
    known = {row.origin_id for row in _holding(session, first)}
    for row in _holding(session, second):
        if row.origin_id in known:
            row.ended_by, row.ended_at = actor.principal_id, now
    session.flush()
    moved = sa.update(link).where(link.c.item_id == second.id).values(item_id=first.id)
    session.connection().execute(moved)
