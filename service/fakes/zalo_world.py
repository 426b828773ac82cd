"""The rules of the fake Zalo, without HTTP: who may be written to, with which token, and what it says.

Behaves as Zalo is described, not as we would like it: refresh tokens work once, a refresh kills the old
access token, numbers come as text, a duplicate is accepted like any other message.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from service.fakes.zalo_bot import Bot

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
ACCESS_LIFE = timedelta(hours=25)
DATE = re.compile(r"(\d{2}:\d{2}(:\d{2})? )?\d{1,2}/\d{1,2}/\d{4}")
PHONE = re.compile(r"\+?84[35789]\d{8}")

APP_ID = "1000000001"
APP_SECRET = "fake-app-secret"
TEMPLATE_ID = "100001"
OA_ID = "2000000000000000001"

Envelope = dict[str, Any]


@dataclass
class Person:
    """Somebody who has a Zalo account."""

    last_contact: datetime
    follows: bool = True
    refused: int = 0
    replies_left: int = 8


@dataclass
class Template:
    """A ZBS template: parameter name → longest value; of a type that is not STRING, → its type."""

    parameters: Mapping[str, int] = field(
        default_factory=lambda: {"ma_viec": 30, "trich_yeu": 200, "han": 20, "don_vi": 30}
    )
    by_uid: bool = False
    status: str = "ENABLE"
    reason: str = ""
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Group:
    """A group of the account; its package may have run out, or the account may have left."""

    active: bool = True
    has_account: bool = True


def failure(code: int, message: str) -> Envelope:
    return {"error": code, "message": message}


def oauth_failure(code: int, name: str) -> Envelope:
    return {"error": code, "error_name": name, "error_reason": name, "error_description": name, "ref_doc": ""}


def challenge_of(verifier: str) -> str:
    """Return what a consent carries for a verifier (PKCE, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _fits(kind: str, value: str) -> bool:
    return kind != "DATE" or DATE.fullmatch(value) is not None


def _parameter_faults(template: Template, values: Mapping[str, Any]) -> Iterator[Envelope]:
    for name, length_max in template.parameters.items():
        value = values.get(name)
        if not value:
            yield failure(-1122, f"Template data is missing {name}")
        elif not isinstance(value, str) or not _fits(template.types.get(name, "STRING"), value):
            yield failure(-1124, f"Parameter {name} has a wrong format")
        elif len(unicodedata.normalize("NFC", value)) > length_max:
            yield failure(-1121, f"Parameter {name} is too long")


class World:
    """Everything one fake Zalo knows; tests change it directly, requests go through its last methods."""

    def __init__(self) -> None:
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.people: dict[str, Person] = {}
        self.phones: dict[str, Person] = {}
        self.templates: dict[str, Template] = {TEMPLATE_ID: Template()}
        self.groups: dict[str, Group] = {}
        self.administrators: set[str] = set()
        self.everyone_reachable = False
        self.closed_at_night = False
        self.proof_required = False
        self.unauthorised_status = 200
        self.rate_limit = 1_000_000
        self.daily_total = self.daily_quota = 1_000_000
        self.local = LOCAL
        self.callback = ""
        self.delivered: dict[str, datetime] = {}
        self.bot = Bot()
        self.accepted: list[dict[str, Any]] = []
        self.refreshes = 0
        self._serial = count(1)
        self._minute = (self.clock(), 0)
        self._codes: dict[str, tuple[datetime, str]] = {}
        self._expired: set[str] = set()
        self.issue_tokens()

    # --- what a test arranges -------------------------------------------------------------------------

    def issue_tokens(self) -> None:
        """Mint a pair; the one before is dead from now on."""
        number = next(self._serial)
        self.access_token, self.refresh_token = f"access-{number}", f"refresh-{number}"
        self.expires_at = self.clock() + ACCESS_LIFE

    def expire_access_token(self) -> None:
        """Let the access token die of age; the refresh token still works."""
        self._expired.add(self.access_token)

    def knows(
        self, uid: str = "", phone: str = "", *, hours_since_contact: float = 1, follows: bool = True
    ) -> Person:
        """Add a person, reachable unless told otherwise."""
        person = Person(self.clock() - timedelta(hours=hours_since_contact), follows)
        if uid:
            self.people[uid] = person
        if phone:
            self.phones[phone] = person
        return person

    def new_code(self, verifier: str) -> str:
        """Let the administrator consent; return the one-time code of the callback."""
        return self._code_for(challenge_of(verifier))

    def _code_for(self, challenge: str) -> str:
        code = f"code-{next(self._serial)}"
        self._codes[code] = (self.clock(), challenge)
        return code

    def consent(self, asked: Mapping[str, str]) -> Envelope | str:
        """Answer `/v4/oa/permission` as if the administrator said yes at once: the address to go back to."""
        back = asked.get("redirect_uri", "")
        if asked.get("app_id") != APP_ID:
            return oauth_failure(-14002, "Invalid app id")
        if not back.startswith("http") or (self.callback and back != self.callback):
            return oauth_failure(-14003, "Invalid redirect uri")
        code = self._code_for(asked.get("code_challenge", ""))
        return f"{back}?{urlencode({'code': code, 'oa_id': OA_ID, 'state': asked.get('state', '')})}"

    # --- OAuth ----------------------------------------------------------------------------------------

    def oauth(self, headers: Mapping[str, str], form: Mapping[str, str]) -> Envelope:
        """Answer `/v4/oa/access_token`; failures are HTTP 200, and the numbers in a success are text."""
        if form.get("app_id") != APP_ID:
            return oauth_failure(-14002, "Invalid app id")
        if headers.get("secret_key") != APP_SECRET:
            return oauth_failure(-14004, "Invalid secret key")
        grant = {"refresh_token": self._refresh_granted, "authorization_code": self._code_granted}
        refusal = grant.get(
            form.get("grant_type", ""), lambda _: oauth_failure(-14018, "Invalid grant type")
        )(form)
        if refusal:
            return refusal
        self.issue_tokens()
        return {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": "90000"}

    def _refresh_granted(self, form: Mapping[str, str]) -> Envelope | None:
        if form.get("refresh_token") != self.refresh_token:
            return oauth_failure(-14014, "Invalid refresh token")
        self.refreshes += 1
        return None

    def _code_granted(self, form: Mapping[str, str]) -> Envelope | None:
        given_at, challenge = self._codes.pop(form.get("code", ""), (datetime.min.replace(tzinfo=UTC), ""))
        too_old = self.clock() - given_at > timedelta(minutes=10)
        if too_old or challenge_of(form.get("code_verifier", "")) != challenge:
            return oauth_failure(-14005, "Invalid code")
        return None

    def token_refused(self, headers: Mapping[str, str], *, business: bool) -> Envelope | None:
        """Check the header: literally `access_token`; a bearer is a stranger."""
        token = headers.get("access_token", "")
        if "authorization" in headers or token != self.access_token:
            return failure(-124 if business else -216, "Access token is invalid")
        if token in self._expired or self.clock() > self.expires_at:
            return failure(-124 if business else -220, "Access token has expired")
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if self.proof_required and headers.get("appsecret_proof") != proof:
            return failure(-1241 if business else -242, "Invalid appsecret_proof")
        return None

    def rate_left(self) -> int:
        """Count a request of this minute; below zero it is one too many."""
        minute = self.clock().replace(second=0, microsecond=0)
        used = self._minute[1] + 1 if self._minute[0] == minute else 1
        self._minute = (minute, used)
        return self.rate_limit - used

    # --- messages -------------------------------------------------------------------------------------

    def cs(self, body: Mapping[str, Any]) -> Envelope:
        """Answer a consultation message."""
        uid = str(body.get("recipient", {}).get("user_id", ""))
        text = body.get("message", {}).get("text")
        if not uid or not isinstance(text, str) or not text:
            return failure(-201, "Params is invalid")
        if len(unicodedata.normalize("NFC", text)) > 2000:
            return failure(-210, "Parameter exceeds the limit")
        person = self.people.get(uid)
        if not self.everyone_reachable:
            if person is None or not person.follows:
                return failure(-213, "User has not followed the OA")
            if self.clock() - person.last_contact > timedelta(days=7):
                return failure(-230, "User has not interacted with the OA in the past 7 days")
            if person.replies_left <= 0:
                return failure(-311, "Out of reply quota")
        attachment = body["message"].get("attachment")
        buttons = attachment["payload"].get("buttons", []) if attachment else []
        if len(buttons) > 5:
            return failure(-201, "Params is invalid")
        message_id = self.accept("cs", uid, text=text, **({"buttons": buttons} if buttons else {}))
        left = str(person.replies_left - 1 if person else 7)
        free = person is None or self.clock() - person.last_contact <= timedelta(hours=48)
        quota = {"quota_type": "reply" if free else "purchase_quota", "remain": left, "total": "8"}
        return {
            "error": 0,
            "message": "Success",
            "data": {"message_id": message_id, "user_id": uid, "quota": quota},
        }

    def group(self, body: Mapping[str, Any]) -> Envelope:
        """Answer a message to a group; it takes no template and no button."""
        group_id, message = str(body.get("recipient", {}).get("group_id", "")), body.get("message", {})
        group, text = self.groups.get(group_id), message.get("text")
        if not isinstance(text, str) or not text or "attachment" in message:
            return failure(-201, "Params is invalid")
        if group is None or not group.has_account:
            return failure(-403, "OA is not in the group")
        if not group.active:
            return failure(-237, "Group is disabled")
        mentioned = re.findall(r"\[@([^\]]*)\]", text)
        message_id = self.accept("group", group_id, text=text, mentioned=mentioned)
        return {"error": 0, "message": "Success", "data": {"message_id": message_id, "group_id": group_id}}

    def template_by_uid(self, body: Mapping[str, Any]) -> Envelope:
        """Answer a ZBS template by uid: `message_id` here, and no tracking id."""
        uid = str(body.get("user_id", ""))
        refusal = next(self._template_faults(body), None)
        if refusal:
            return refusal
        if not self.templates[str(body["template_id"])].by_uid:
            return failure(-249, "Template does not support sending by user id")
        person = self.people.get(uid)
        if not self.everyone_reachable and person is None:
            return failure(-213, "User has not followed the OA")
        message_id = self.accept("template_by_uid", uid, values=body["template_data"])
        sent = {"message_id": message_id, "user_id": uid, "quota": {"quota_type": "purchase_quota"}}
        return {"error": 0, "message": "Success", "data": sent}

    def template(self, body: Mapping[str, Any]) -> Envelope:
        """Answer a ZBS template by phone."""
        phone = str(body.get("phone", ""))
        refusal = self._phone_refused(phone) or next(self._template_faults(body), None)
        if refusal:
            return refusal
        if self.daily_quota <= 0:
            return failure(-144, "OA has reached its daily quota")
        self.daily_quota -= 1
        message_id = self.accept(
            "template",
            phone,
            tracking_id=body["tracking_id"],
            template_id=body["template_id"],
            values=body["template_data"],
        )
        return {
            "error": 0,
            "message": "Success",
            "data": {
                "msg_id": message_id,
                "sent_time": str(int(self.clock().timestamp() * 1000)),
                "sending_mode": "1",
                "quota": {"dailyQuota": str(self.daily_total), "remainingQuota": str(self.daily_quota)},
            },
        }

    def _phone_refused(self, phone: str) -> Envelope | None:
        if not PHONE.fullmatch(phone):
            return failure(-108, "Phone number is invalid")
        hour = self.clock().astimezone(LOCAL).hour
        if self.closed_at_night and (hour >= 22 or hour < 6):
            return failure(-133, "Cannot send at night")
        person = self.phones.get(phone.lstrip("+"))
        if person is None and not self.everyone_reachable:
            return failure(-118, "Zalo account does not exist")
        if person is not None and person.refused:
            return failure(person.refused, "User refused")
        return None

    def _template_faults(self, body: Mapping[str, Any]) -> Iterator[Envelope]:
        template = self.templates.get(str(body.get("template_id", "")))
        values = body.get("template_data")
        if template is None:
            yield failure(-109, "Template id is invalid")
        elif template.status != "ENABLE":
            yield failure(-131, "Template is not approved")
        elif body.get("mode") == "development" and body.get("phone") not in self.administrators:
            yield failure(-127, "Test messages go to administrators only")
        elif "phone" in body and not 0 < len(str(body.get("tracking_id", ""))) <= 48:
            yield failure(-132, "tracking_id is invalid")
        elif not isinstance(values, dict) or not values:
            yield failure(-111, "Template data is empty")
        else:
            yield from _parameter_faults(template, values)

    def accept(self, api: str, to: str, **more: Any) -> str:
        """Keep a message; return Zalo's id of it."""
        message_id = f"{hashlib.sha256(f'{api}{next(self._serial)}'.encode()).hexdigest()[:20]}"
        at = self.clock().isoformat()
        self.accepted.append({"api": api, "to": to, "message_id": message_id, "at": at, **more})
        return message_id
