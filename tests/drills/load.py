"""What an office does meanwhile: letters are issued and documents are sent over HTTP, one after the other."""

import threading
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx

from service.domain.calendar import office_day
from tests.chaos.world import KEEPER


class Load(threading.Thread):
    """Acts from the beginning of the block to its end; `done` counts what was answered well."""

    def __init__(self, base: str, token: str, units: Sequence[str], at: datetime) -> None:
        super().__init__(name="load")
        headers = {"authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60)
        self._units, self._day = units, office_day(at).isoformat()
        self._over = threading.Event()
        self.done = 0
        self.faults: list[str] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.join()
        self._client.close()

    def wait_for(self, more: int) -> None:
        """Wait until so much more was done."""
        wanted = self.done + more
        while self.done < wanted and not self.faults:
            time.sleep(0.01)

    def run(self) -> None:
        """Act until told to stop."""
        try:
            for number in count(1):
                if self._over.is_set():
                    return
                self._send_document(number)
                if number % 3 == 1:
                    self._issue(number)
        except Exception as error:
            self.faults.append(f"the load ended: {error!r}")

    def _send_document(self, number: int) -> None:
        content = f"%PDF {number} {time.monotonic_ns()}".encode() * 200
        self._ask("POST", "/v1/files", files={"file": (f"bao-cao-{number}.pdf", content)})

    def _issue(self, number: int) -> None:
        item = {"label": "1", "text": "Rà soát, báo cáo", "due_on": self._day}
        drafted = self._ask(
            "POST",
            "/v1/directives",
            json={
                "number": str(number), "symbol": "UBND-VP", "subject": "Việc khẩn", "urgency": "hỏa tốc",
                "issuing_body": "UBND huyện", "signed_on": self._day, "items": [item],
            },
        )  # fmt: skip
        where = f"/v1/directives/{drafted['id']}"
        orders = [{"unit_code": code, "role": "lead"} for code in self._units]
        self._ask("PUT", f"{where}/items/1/assignments", json=orders, headers={"If-Match": "*"})
        self._ask("POST", f"{where}/issue", json={"issuer_code": KEEPER, "issued_on": self._day})

    def _ask(self, method: str, path: str, **sent: Any) -> Any:
        response = self._client.request(method, path, **sent)
        if response.status_code not in (200, 201):
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        self.done += 1
        return response.json()
