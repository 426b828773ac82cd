"""Codes with which people show which account of a channel is theirs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from typing_extensions import TypedDict

from service.api.bodies.base import Body, CodeInPath
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.domain.errors import NotFound
from service.domain.linking import make_code
from service.domain.replies import show_code
from service.edge.actor import CurrentActor
from service.edge.context import Now
from service.edge.work import Work

router = APIRouter(prefix="/v1/people/{code}/link-codes", tags=["units"], route_class=StrictRoute)


class LinkCodeBody(Body):
    """A code is wanted for a channel."""

    channel: Literal["zalo", "zalo-bot"]


class LinkCodeView(TypedDict):
    """A code that the person sends by the channel before `expires_at`.

    It is shown once (null in the answer to a repeated request) and works once.
    """

    id: UUID
    channel: str
    code: str | None
    expires_at: datetime


@router.post("", status_code=201, response_model=LinkCodeView, responses=problems(NotFound))
def make_link_code(
    code: CodeInPath, body: LinkCodeBody, actor: CurrentActor, work: Work, now: Now
) -> Response:
    """Make a one-time code for a person, to be sent to the register's Official Account or bot."""
    with work as session:
        made = make_code(session, actor, code, channel=body.channel, now=now)
        view: LinkCodeView = {
            "id": made.row.id,
            "channel": made.row.channel,
            "code": show_code(made.code),
            "expires_at": made.row.expires_at,
        }
        return work.answer(LinkCodeView, view, status=201, secrets=("code",))
