"""The code of a consent becomes the account's tokens."""

from datetime import datetime

from service.domain.consent_rules import ConsentRefused
from service.notify.channels.zalo.client import ZaloClient
from service.notify.channels.zalo.tokens import TokenStore, complete_pair, lifetime


def redeem(client: ZaloClient, store: TokenStore, code: str, verifier: str, *, now: datetime) -> None:
    """Exchange a code and keep the pair; the pair before stays if nothing comes of it.

    Raises:
        ConsentRefused: Zalo gave no complete pair.
        NothingSent, NoAnswer, TurnedAway, TokensBusy
    """
    with store.lock() as held:
        answer = client.redeem(code, verifier)
        pair = complete_pair(answer, "")
        if pair is None:
            raise ConsentRefused(
                f"zalo oauth {answer.get('error', '')} {answer.get('error_name', '')}".strip()
            )
        held.save(pair, now + lifetime(answer))
