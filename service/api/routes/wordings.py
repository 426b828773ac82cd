"""How the register words its messages: versions of texts, tried on real messages before they hold."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.api.bodies.wordings import (
    WordingBody,
    WordingHistoryQuery,
    WordingPreviewBody,
    WordingQuery,
)
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.wordings import (
    WordingList,
    WordingPage,
    WordingPreview,
    WordingView,
    preview_view,
    rules_view,
    wording_view,
)
from service.domain import wordings as actions
from service.domain.calendar import office_day
from service.domain.errors import NotFound, WordingRefused
from service.domain.reading import wordings
from service.domain.reading.message_words import Contents, word
from service.domain.wording import WordingKind, checked
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.work import RehearsedWork

router = APIRouter(prefix="/v1/wordings", tags=["messages"], route_class=StrictRoute)

CHANNELS = ("email", "zalo")
"""Channels that have a text of their own; any other one takes that of mails."""


@router.get("", response_model=WordingList)
def list_wordings(reads: Reads) -> Response:
    """Return the texts that hold for every kind of message, and the names that may stand in them."""
    with reads as connection:
        house = wordings.house(connection, reads.actor, today=office_day(reads.now))
        view: WordingList = {
            "items": [wording_view(house.of(kind)) for kind in WordingKind],
            "rules": rules_view(),
        }
        return answer(WordingList, view)


@router.get("/{kind}", response_model=WordingView, responses=problems(NotFound))
def read_wording(kind: WordingKind, asked: Annotated[WordingQuery, Query()], reads: Reads) -> Response:
    """Return the texts of a kind: those that hold, or an earlier version."""
    with reads as connection:
        row = wordings.one(connection, reads.actor, kind, version=asked.version)
        return answer(WordingView, wording_view(row), version=row.version)


@router.put("/{kind}", response_model=WordingView, responses=problems(WordingRefused))
def set_wording(
    *,
    kind: WordingKind,
    body: WordingBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Word a kind of message anew, in a new version; `If-Match: "v0"` replaces the built-in texts."""
    with work as session:
        made = actions.set_wording(
            session, actor, kind, body.texts(), reason=body.reason, version=version, now=now
        )
        row = wordings.one(session.connection(), actor, kind, version=made.version)
        return work.answer(WordingView, wording_view(row), version=row.version)


@router.get("/{kind}/history", response_model=WordingPage)
def list_wording_versions(
    kind: WordingKind, asked: Annotated[WordingHistoryQuery, Query()], reads: Reads
) -> Response:
    """List the versions of the texts of a kind, the newest first, down to the built-in ones."""
    with reads as connection:
        rows, last = wordings.history(
            connection, reads.actor, kind, before=cursors.just_number(asked.after), limit=asked.limit
        )
        view: WordingPage = {
            "items": [wording_view(row) for row in rows],
            "next": cursors.encode(last) if last is not None else None,
        }
        return answer(WordingPage, view)


@router.post("/{kind}/preview", response_model=WordingPreview, responses=problems(NotFound, WordingRefused))
def preview_wording(kind: WordingKind, body: WordingPreviewBody, request: Request, reads: Reads) -> Response:
    """Show a real message of the register as given texts, or those that hold, word it on each channel."""
    origin = context(request).settings.origin
    today = office_day(reads.now)
    with reads as connection:
        house = wordings.house(connection, reads.actor, today=today)
        texts = house.of(kind).texts if body.texts is None else checked(body.texts.texts())
        message_id, lines, notices = wordings.lines_to_preview(
            connection, reads.actor, message_id=body.message_id, obligation_id=body.obligation_id
        )
        about = Contents(
            lines=lines,
            office=house.name,
            link=f"{origin}/m/{message_id}",
            answers={},
            offers={},
            today=today,
            notices=notices,
            notice_text=(texts if kind is WordingKind.NOTICE else house.of(WordingKind.NOTICE).texts).duty,
        )
        worded = [(channel, word(about, texts, channel=channel)) for channel in CHANNELS]
        return answer(WordingPreview, preview_view(kind, message_id, len(about), worded))
