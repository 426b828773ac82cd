"""Where providers tell of their own accord what happened. An event is kept before it is answered."""

from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

from service.api.bodies.base import CodeInPath
from service.api.bodies.hooks import EVENT_BODY, RawEvent
from service.api.problems import problems
from service.domain.inbound import keep
from service.domain.reading.hooks import HookAccount, account_of
from service.edge.answers import answer
from service.edge.context import Now, context
from service.edge.refusals import ContentTooLarge, Unauthenticated
from service.edge.zalo_events import Verifier, read_event
from service.failpoints import failpoint
from service.vault import Vault, VaultClosed

router = APIRouter(prefix="/v1/hooks", tags=["service"])
ZALO = "zalo"
log = structlog.get_logger("dondoc.api")


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


def _verifier(request: Request, account: HookAccount) -> Verifier:
    settings: dict[str, Any] = account.settings
    try:
        secrets = Vault(context(request).settings.secret_key).open(account.secrets)
    except VaultClosed:
        secrets = {}
    return Verifier(
        str(settings.get("app_id", "")), str(settings.get("oa_id", "")), secrets.get("oa_secret_key", "")
    )
