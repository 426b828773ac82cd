"""Where providers tell of their own accord what happened. An event is kept before it is answered."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request, Response
from typing_extensions import TypedDict

from service.api.bodies.base import CodeInPath
from service.api.bodies.hooks import EVENT_BODY, RawEvent
from service.api.problems import problems
from service.domain.consent_rules import ConsentRefused, code_for
from service.domain.consents import answer_consent
from service.domain.inbound import keep
from service.domain.reading.hooks import HookAccount, account_of
from service.edge.answers import answer
from service.edge.context import Now, context
from service.edge.refusals import ConcurrentChange, ContentTooLarge, Unauthenticated
from service.edge.zalo_bot_updates import is_proven, read_update
from service.edge.zalo_events import Verifier, read_event
from service.failpoints import failpoint
from service.vault import Vault, VaultClosed

router = APIRouter(prefix="/v1/hooks", tags=["service"])
ZALO, ZALO_BOT = "zalo", "zalo-bot"
log = structlog.get_logger("dondoc.api")
ShownText = Annotated[str, Query(max_length=2000)]


class TakenView(TypedDict):
    """The event arrived; `kept` is false for one that was known already or proves nothing."""

    kept: bool


@router.post(
    "/zalo/{register_code}",
    response_model=TakenView,
    responses=problems(Unauthenticated, ContentTooLarge),
    openapi_extra=EVENT_BODY,
)
def receive_zalo_event(request: Request, register_code: CodeInPath, content: RawEvent, now: Now) -> Response:
    """Take an event of Zalo, signed with the Official Account's secret key; a worker applies it.

    While the account's setting `webhook_trial` is on, an event whose signature does not match is answered
    like any other and forgotten: Zalo switches a webhook off that refuses.
    """
    database = context(request).database
    with database.read() as connection:
        account = account_of(connection, register_code, ZALO)
    proof = _verifier(request, account).proof(content, request.headers, now) if account else None
    if account is None or proof is None:
        log.warning("hook.unproven", channel=ZALO, register=register_code)
        if account is not None and account.settings.get("webhook_trial") is True:
            return answer(TakenView, {"kept": False})
        raise Unauthenticated(is_wrong=True)
    failpoint("hook.before_keep")
    with database.write() as session:
        kept = keep(session, account.register_id, ZALO, read_event(content, proof, now), now=now)
        failpoint("hook.in_keep")
    failpoint("hook.after_keep")
    return answer(TakenView, {"kept": kept})


@router.get(
    "/zalo/{register_code}/consent",
    response_model=TakenView,
    responses=problems(Unauthenticated, ConcurrentChange),
)
def receive_consent(
    *,
    request: Request,
    register_code: CodeInPath,
    now: Now,
    state: ShownText = "",
    code: ShownText = "",
    oa_id: ShownText = "",
) -> Response:
    """Take the code with which Zalo leads an administrator back; a worker exchanges it for tokens.

    Zalo asks with GET; what lets the answer in is the `state` of a link that was made here, which works once.
    """
    database = context(request).database
    with database.read() as connection:
        account = account_of(connection, register_code, ZALO)
    if account is None:
        raise Unauthenticated(is_wrong=True)
    expected = str(account.settings.get("oa_id", ""))
    try:
        fitting = code_for({"code": code} | ({"oa_id": oa_id} if oa_id else {}), expected)
        sealed = Vault(context(request).settings.secret_key).seal({"code": fitting})
    except (ConsentRefused, VaultClosed) as error:
        log.warning("hook.consent_refused", register=register_code, reason=str(error))
        raise Unauthenticated(is_wrong=True) from error
    with database.write() as session:
        kept = answer_consent(session, account.id, state=state, sealed=sealed, now=now)
    if not kept:
        log.warning("hook.consent_unknown", register=register_code)
        raise Unauthenticated(is_wrong=True)
    return answer(TakenView, {"kept": True})


@router.post(
    "/zalo-bot/{register_code}",
    response_model=TakenView,
    responses=problems(Unauthenticated, ContentTooLarge),
    openapi_extra=EVENT_BODY,
)
def receive_bot_update(request: Request, register_code: CodeInPath, content: RawEvent, now: Now) -> Response:
    """Take an update of a register's bot, which shows the word given to `setWebhook`; a worker applies it."""
    database = context(request).database
    with database.read() as connection:
        account = account_of(connection, register_code, ZALO_BOT)
    secret = _opened(request, account).get("webhook_secret", "") if account else ""
    if account is None or not is_proven(request.headers.get("x-bot-api-secret-token", ""), secret):
        log.warning("hook.unproven", channel=ZALO_BOT, register=register_code)
        raise Unauthenticated(is_wrong=True)
    update = read_update(content, now)
    if update is None:
        return answer(TakenView, {"kept": False})
    with database.write() as session:
        kept = keep(session, account.register_id, ZALO_BOT, update, now=now)
    return answer(TakenView, {"kept": kept})


def _opened(request: Request, account: HookAccount) -> dict[str, str]:
    try:
        return Vault(context(request).settings.secret_key).open(account.secrets)
    except VaultClosed:
        return {}


def _verifier(request: Request, account: HookAccount) -> Verifier:
    settings: dict[str, Any] = account.settings
    secrets = _opened(request, account)
    return Verifier(
        str(settings.get("app_id", "")), str(settings.get("oa_id", "")), secrets.get("oa_secret_key", "")
    )
