"""The fake Zalo Bot Platform: envelopes with `ok`, statuses that speak, chats that the person has to open."""

import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

BOT_TOKEN = "1000000001:fake-bot-secret"
TEXT_LENGTH_MAX = 2000
MONTHLY_MAX = 3000
"""Messages of the free plan."""

Answer = tuple[int, dict[str, Any]]


def _refused(code: int, description: str) -> Answer:
    return code, {"ok": False, "error_code": code, "description": description}


def _granted(result: Any) -> Answer:
    return 200, {"ok": True, "result": result}


@dataclass
class Hook:
    """Where updates go; while there is one, nobody can fetch them."""

    url: str
    secret: str
    updated_at: int


@dataclass
class Bot:
    """One bot: who opened a chat with it, what they wrote, what it sent."""

    chats: dict[str, str] = field(default_factory=dict)
    everyone: bool = False
    left: int = MONTHLY_MAX
    hook: Hook | None = None
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    def write(self, chat_id: str, text: str, at: datetime, *, name: str = "") -> dict[str, Any]:
        """Let a person write to the bot, which opens the chat; return the update."""
        self.chats[chat_id] = name
        update = {
            "event_name": "message.text.received",
            "message": {
                "message_id": f"bot-{next(self.serial)}",
                "text": text,
                "date": int(at.timestamp() * 1000),
                "from": {"id": chat_id, "display_name": name, "is_bot": False},
                "chat": {"id": chat_id, "chat_type": "PRIVATE"},
            },
        }
        if self.hook is None:
            self.updates.append(update)
        return update

    def answer(
        self, token: str, method: str, body: Mapping[str, Any], at: datetime, accept: Callable[..., str]
    ) -> Answer:
        """Answer a call.

        Args:
            token: From the path.
            method: Such as `sendMessage`.
            body: What was posted.
            at: Now.
            accept: Keeps a message and returns its id.
        """
        if token != BOT_TOKEN:
            return _refused(401, "Unauthorized")
        calls: dict[str, Callable[[], Answer]] = {
            "getMe": lambda: _granted(
                {"id": token.partition(":")[0], "account_name": "bot.fake", "account_type": "BASIC"}
                | {"can_join_groups": False}
            ),
            "sendMessage": lambda: self._send(body, at, accept),
            "getUpdates": self._next,
            "setWebhook": lambda: self._listen(body, at),
            "deleteWebhook": self._forget,
            "getWebhookInfo": self._shown,
        }
        call = calls.get(method)
        return call() if call else _refused(404, "Not Found")

    def _send(self, body: Mapping[str, Any], at: datetime, accept: Callable[..., str]) -> Answer:
        chat_id, text = str(body.get("chat_id", "")), body.get("text")
        if not isinstance(text, str) or not 0 < len(unicodedata.normalize("NFC", text)) <= TEXT_LENGTH_MAX:
            return _refused(400, "Bad Request: text must have 1 to 2000 characters")
        if chat_id not in self.chats and not (self.everyone and chat_id):
            return _refused(400, "Bad Request: chat not found")
        if self.left <= 0:
            return _refused(429, "Too Many Requests: monthly limit")
        self.left -= 1
        message_id = accept("bot", chat_id, text=text)
        return _granted({"message_id": message_id, "date": int(at.timestamp() * 1000)})

    def _next(self) -> Answer:
        """Return one update, not a list; an idle poll ends as 408, here at once."""
        if self.hook is not None:
            return _refused(400, "Bad Request: a webhook is set")
        return _granted(self.updates.popleft()) if self.updates else _refused(408, "Request Timeout")

    def _listen(self, body: Mapping[str, Any], at: datetime) -> Answer:
        url, secret = str(body.get("url", "")), str(body.get("secret_token", ""))
        if not url.startswith(("https://", "http://127.0.0.1")) or not 8 <= len(secret) <= 256:
            return _refused(400, "Bad Request: url must be https, secret_token 8 to 256 characters")
        self.hook = Hook(url, secret, int(at.timestamp() * 1000))
        return self._shown()

    def _forget(self) -> Answer:
        self.hook = None
        return _granted(True)

    def _shown(self) -> Answer:
        if self.hook is None:
            return _refused(404, "Not Found")
        return _granted({"url": self.hook.url, "updated_at": self.hook.updated_at})
