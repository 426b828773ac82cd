"""The service with a register of its own, to which files are posted."""

import time
from pathlib import Path
from types import TracebackType

from pydantic import SecretStr

from service.api.app import create_app
from service.clock import SystemClock
from service.database import Database
from service.migrate import upgrade
from service.settings import Settings
from tests.api.conftest import SECRET
from tests.api.world import Api, settle

from .outcome import Outcome

STATUS_MAX = 499


class Service:
    """The API over SQLite, spoken to as the clerk."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(
            files=folder / "files", mail_folder=folder / "mail", secret_key=SecretStr(SECRET)
        )
        self._database = Database(f"sqlite:///{folder / 'fuzz.db'}")
        upgrade(self._database)
        tokens = settle(self._database)
        self._api = Api(create_app(self._settings, self._database, SystemClock()))
        self._api.tokens = tokens

    def __enter__(self) -> "Service":
        """Start it."""
        self._api.__enter__()
        self._api.speak_for("clerk")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._api.__exit__(kind, error, trace)
        self._database.dispose()

    def take_in(self, name: str, data: bytes) -> Outcome:
        """Post a file; the answer must be a draft or a problem that is the file's own."""
        started = time.monotonic()
        response = self._api.post("/v1/directives/intake", files={"file": (name, data)})
        said = response.json()
        fault = None
        if response.status_code > STATUS_MAX:
            fault = f"{response.status_code} {response.text[:300]}"
        elif response.status_code not in (200, 201) and "type" not in said:
            fault = f"{response.status_code} is no problem document"
        return Outcome(str(response.status_code), fault, time.monotonic() - started)
