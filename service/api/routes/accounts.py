"""Accounts of people: made, listed, changed, unlocked, disabled."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from service.api.bodies.accounts import AccountBody, AccountChange
from service.api.bodies.base import PageQuery
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.accounts import AccountCodeView, AccountPage, AccountView, account_view
from service.domain import accounts as actions
from service.domain.account_refusals import SignsInElsewhere
from service.domain.accounts import AccountTerms, NewCode
from service.domain.errors import AlreadyExists, NotFound, UnknownReference
from service.domain.reading import accounts
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads
from service.edge.work import Work, Writing

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=StrictRoute)
ONE = "/{account_id}"


@router.get("", response_model=AccountPage)
def list_accounts(asked: Annotated[PageQuery, Query()], reads: Reads) -> Response:
    """List the accounts that you may administer, without their secrets."""
    with reads as connection:
        after = cursors.just_id(asked.after)
        rows, last = accounts.page(connection, reads.actor, after=after, limit=asked.limit)
        view: AccountPage = {
            "items": [account_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(AccountPage, view)


@router.post(
    "",
    status_code=201,
    response_model=AccountCodeView,
    responses=problems(AlreadyExists, UnknownReference),
)
def create_account(body: AccountBody, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Make an account; `code` is shown this once, and its holder sets the password with it within a day."""
    with work as session:
        made = actions.make_account(session, actor, AccountTerms(**body.model_dump()), now=now)
        return _shown_once(work, made, status=201)


@router.get(ONE, response_model=AccountView, responses=problems(NotFound))
def read_account(account_id: UUID, reads: Reads) -> Response:
    """Return an account."""
    with reads as connection:
        row = accounts.one(connection, reads.actor, account_id)
        return answer(AccountView, account_view(row), version=row.version)


@router.patch(
    ONE, response_model=AccountView, responses=problems(NotFound, UnknownReference, SignsInElsewhere)
)
def change_account(
    *,
    request: Request,
    account_id: UUID,
    body: AccountChange,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Give an account another name, role or unit; it holds everywhere within two seconds."""
    with work as session:
        actions.change_account(session, actor, account_id, **body.model_dump(), version=version, now=now)
        response = _shown(work, account_id)
    context(request).keys.forget()
    return response


@router.post(
    ONE + "/codes",
    status_code=201,
    response_model=AccountCodeView,
    responses=problems(NotFound, SignsInElsewhere),
)
def renew_account_code(
    account_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Make a one-time code for somebody who has no password or forgot it; earlier codes open nothing."""
    with work as session:
        made = actions.renew_code(session, actor, account_id, version=version, now=now)
        return _shown_once(work, made, status=201)


@router.post(ONE + "/unlock", response_model=AccountView, responses=problems(NotFound))
def unlock_account(account_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now) -> Response:
    """Let an account that waits after wrong passwords go on at once."""
    with work as session:
        actions.unlock_account(session, actor, account_id, version=version, now=now)
        return _shown(work, account_id)


@router.post(ONE + "/disable", response_model=AccountView, responses=problems(NotFound))
def disable_account(
    *, request: Request, account_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Make an account open nothing any more; its sessions end everywhere within two seconds."""
    with work as session:
        actions.disable_account(session, actor, account_id, version=version, now=now)
        response = _shown(work, account_id)
    context(request).keys.forget()
    return response


@router.post(ONE + "/enable", response_model=AccountView, responses=problems(NotFound))
def enable_account(account_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now) -> Response:
    """Let an account that was disabled sign in again."""
    with work as session:
        actions.enable_account(session, actor, account_id, version=version, now=now)
        return _shown(work, account_id)


def _shown(work: Writing, account_id: UUID) -> Response:
    view = account_view(accounts.shown(work.connection, account_id))
    return work.answer(AccountView, view, version=view["version"])


def _shown_once(work: Writing, made: NewCode, *, status: int) -> Response:
    """Answer with a new code, which is not kept for those who repeat the request."""
    view: AccountCodeView = {**account_view(accounts.shown(work.connection, made.row.id)), "code": made.code}
    return work.answer(AccountCodeView, view, status=status, version=view["version"], secrets=["code"])
