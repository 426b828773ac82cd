"""The reading of a draft as a clerk checks it: the tree of items, and first of all the questions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from service.domain.cuts import Document, Place, cuts
from service.domain.items import locator
from service.domain.readiness import Readiness
from service.domain.reading.directives import AssignmentRow, ItemRow, Whole
from service.domain.text import shorten
from service.web.language import marked

HEADER = ("number", "symbol", "issued_on", "subject", "issuing_body", "addressees", "signer", "items", "text")
"""What a finding may be about that is no item."""

SENTENCES = {
    "subject-missing": marked("Chưa có trích yếu."),
    "items-without-lead": marked("Chưa có đơn vị nào chủ trì, hoặc chưa theo dõi."),
    "units-undecided": marked("Mục vừa tách hoặc gộp, chưa rõ đơn vị: xin xác nhận."),
    "deadline-undecided": marked("Mục vừa tách hoặc gộp, chưa rõ thời hạn: xin chọn."),
    "deadline-unreadable": marked("Thời hạn không tính được."),
    "recipient-unknown": marked("Không có đơn vị nào mang tên"),
    "recipient-ambiguous": marked("Có thể hiểu nhiều cách, xin chọn:"),
    "deadline-before-issue": marked("Thời hạn trước ngày ban hành:"),
    "deadline-on-day-off": marked("Thời hạn rơi vào ngày nghỉ:"),
    "deadline-after-origin": marked("Thời hạn sau thời hạn của văn bản cấp trên:"),
    "origin-not-linked": marked("Căn cứ có trong sổ nhưng chưa liên kết:"),
    "recurrence-unsettled": marked("Chưa rõ bao lâu một lần:"),
    "recurrence-skips": marked("Có kỳ không có ngày nào đến hạn:"),
}
"""What the readiness report says by a code; a finding of the intake brings its own sentence."""

CUTS_SHOWN = 30
WORDS_SHOWN = 60
"""Characters on either side of a place where an item can be cut."""

ASKED_FIRST = ("recipient-ambiguous", "recipient-unknown")


class Question(NamedTuple):
    """What waits for a person: `leads_to` is where it is answered, `item` the locator it is about.

    `said` is a sentence of ours, `detail` the words of the document or of the intake.
    """

    blocks: bool
    item: str | None
    said: str
    detail: str
    leads_to: str
    code: str


class Order(NamedTuple):
    """A confirmed assignment with the units that it leaves out, and how many units it means; None if one."""

    row: AssignmentRow
    left_out: list[str]
    units: int | None


class Cut(NamedTuple):
    """A place where an item can be cut, `at` characters from its beginning: the words on either side."""

    at: int
    before: str
    after: str


@dataclass(slots=True)
class Node:
    """An item with those below it. `holder` is the item whose units hold for it (R2).

    `cuts` are places where it can be made two, `following` is the item that can be joined to it.
    """

    row: ItemRow
    orders: list[Order]
    holder: str | None = None
    asks: bool = False
    cuts: Sequence[Cut] = ()
    following: ItemRow | None = None
    items: list["Node"] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Return the id of the item's place on the page."""
        return f"i-{self.row.locator}"


def tree(whole: Whole, sizes: Mapping[UUID, int], questions: Sequence[Question]) -> list[Node]:
    """Return the items at the top, each with those below it.

    Args:
        whole: The directive.
        sizes: How many units each assignment to a group means.
        questions: What is open; an item whose units are asked about is shown unfolded.
    """
    asked = {each.item for each in questions if each.blocks or each.code in ASKED_FIRST}
    nodes: dict[UUID, Node] = {}
    tops: list[Node] = []
    for row in whole.items:
        node = Node(row, list(_orders(whole.assignments.get(row.id, []), sizes)), asks=row.locator in asked)
        above = nodes.get(row.parent_id) if row.parent_id else None
        leads = any(order.row.role == "lead" for order in node.orders)
        node.holder = row.locator if leads else above.holder if above else None
        nodes[row.id] = node
        (above.items if above else tops).append(node)
    return tops


def cut_open(nodes: Sequence[Node], document: Document, places: Mapping[UUID, Place]) -> None:
    """Say of items, and of all below them, where each can be cut and what can be joined to it."""
    for node, following in zip_longest(nodes, nodes[1:]):
        node.following = following.row if following and not following.row.is_closing else None
        node.cuts = list(_cuts(node.row.text, document, places.get(node.row.id)))[:CUTS_SHOWN]
        cut_open(node.items, document, places)


def _cuts(text: str, document: Document, place: Place | None) -> Iterator[Cut]:
    breaks = document.breaks(text, place) if place else ()
    for at in cuts(text, breaks):
        before, after = text[:at].rstrip(), text[at:].lstrip()
        if len(before) > WORDS_SHOWN:
            before = "…" + before[-WORDS_SHOWN:].partition(" ")[2]
        yield Cut(at, before, shorten(after, WORDS_SHOWN))


def _orders(rows: Sequence[AssignmentRow], sizes: Mapping[UUID, int]) -> Iterator[Order]:
    found: dict[UUID, list[AssignmentRow]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    for id_, same in found.items():
        left_out = [row.left_out for row in same if row.left_out]
        yield Order(same[0], left_out, sizes.get(id_) if same[0].group_code else None)


def questions(whole: Whole, found: Readiness) -> list[Question]:
    """Return what waits for a person: what blocks the issue first, doubts about units next."""
    locators = {row.locator for row in whole.items}
    asked = [_question(each.code, each.item, each.detail, locators, blocks=True) for each in found.blockers]
    doubts = [_question(each.code, each.item, each.detail, locators) for each in found.warnings]
    return [*asked, *sorted(doubts, key=lambda each: each.code not in ASKED_FIRST)]


def _question(
    code: str, where: str | None, detail: str, locators: set[str], *, blocks: bool = False
) -> Question:
    item = _item_of(where, locators)
    of_intake = detail.startswith("Mục ")
    said = "" if of_intake else SENTENCES.get(code, "")
    if of_intake:
        detail = detail.removeprefix(f"Mục {where} ")
    if blocks and code != "deadline-unreadable":
        detail = ""
    return Question(blocks, item, said, detail, f"i-{item}" if item else _place_of(where), code)


def _item_of(where: str | None, locators: set[str]) -> str | None:
    if where is None or where in HEADER:
        return None
    spelt = where if where in locators else locator(where)
    return spelt if spelt in locators else None


def _place_of(where: str | None) -> str:
    if where and where.startswith("basis."):
        return f"t-basis-{where.removeprefix('basis.')}"
    return "head"
