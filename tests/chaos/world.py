"""An office whose people are reached by e-mail and Zalo fakes, on either database."""

import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlmodel import Session

from service.database import Database
from service.demo.office import Office, SetClock, settings_for
from service.domain.calendar import office_day
from service.domain.escalation import RANKS, Role
from service.domain.ids import new_id
from service.domain.reading.feed import LAST
from service.domain.tables import (
    Address,
    ChannelAccount,
    Person,
    Post,
    Unit,
    Watch,
    WebhookEndpoint,
    table,
)
from service.domain.webhook_rules import EndpointState
from service.fakes.zalo_events import OA_ID, OA_SECRET_KEY
from service.migrate import upgrade
from service.vault import Vault
from tests.chaos.processes import WAIT_SECONDS

account = table(ChannelAccount)

UNITS = 6
KEEPER = "vp"
FIRST_AFTERNOON = datetime(2024, 5, 6, 9, 0, tzinfo=UTC)
"""16:00 in the office; a directive issued nine hours before has four rungs due."""
BEFORE = timedelta(hours=9)
RUNGS = (Role.OFFICER, Role.HEAD, Role.OFFICE_CHIEF, Role.VICE_CHAIR)
"""What the silence of a unit for nine hours climbs, when the matter is *hỏa tốc*."""

FRESH_UNTIL = datetime(2040, 1, 1, tzinfo=UTC)
ENDPOINT_SECRET = "whsec_" + "c2VjcmV0" * 4
ENDPOINT_KEY = "whsk_" + "a2V5" * 10 + "a2U="
"""How calls of the endpoint are signed: base64 of 24 and of 32 bytes."""


@dataclass(frozen=True)
class Ways:
    """How the fakes are reached, by way of the proxy, and the key that seals their secrets.

    `relay` has `host` and `port`; `zalo` what the fake said of itself, with `base_url`; `receiver` a `url`.
    """

    relay: dict[str, Any]
    zalo: dict[str, Any]
    receiver: dict[str, Any]
    key: str


class World:
    """One database with one office in it. Its copies have the same address, one after the other."""

    def __init__(self, database: Database, folder: Path, ways: Ways) -> None:
        self.ways = ways
        self.database = database
        self._settings = settings_for(folder, database.url.render_as_string(hide_password=False), ways.key)

    def furnish(self) -> None:
        """Make the schema, the office, its people and its channels."""
        upgrade(self.database)
        office = self._office(FIRST_AFTERNOON - timedelta(days=1))
        with self.database.write() as session:
            for code in (KEEPER, *(f"xa-{number}" for number in range(1, UNITS + 1))):
                _add_unit(session, code)
            for account in self._accounts(office.register_id):
                session.add(account)
        office.keep_register_at(KEEPER)
        while office.worker.sequence():
            pass
        with self.database.write() as session:
            last = int(session.connection().execute(LAST).scalar_one())
            session.add(self._endpoint(office.register_id, last))
        office.close()

    def issue(
        self, units: Sequence[str], labels: Sequence[str], at: datetime, *, number: str | None = None
    ) -> UUID:
        """Issue an urgent directive of some items to some units; return its id. The day is its number."""
        office = self._office(at)
        items = [{"label": label, "text": f"Rà soát nội dung {label}", "task": True} for label in labels]
        directive = office.draft(
            {
                "subject": "Ứng phó khẩn cấp",
                "number": number or f"{at:%y%j}",
                "symbol": "CĐ-UBND",
                "issuing_body": "UBND huyện",
                "issued_on": office_day(at).isoformat(),
                "urgency": "hỏa tốc",
                "items": items,
            }
        )
        for label in labels:
            office.assign(directive, label, units=units)
        office.issue(directive, issuer=KEEPER, on=office_day(at))
        office.close()
        return directive

    def calm(self) -> None:
        """Stop every clock, so that the next cycle begins with nothing due; tokens are fresh again."""
        watch = table(Watch)
        with self.database.write() as session:
            session.connection().execute(sa.update(watch).values(next_action_at=None))
        self._tokens_until(FRESH_UNTIL)

    def age_tokens(self, at: datetime) -> None:
        """Let Zalo's token be so old that whoever uses it next renews it."""
        self._tokens_until(at + timedelta(hours=1))

    def authorise(self, tokens: dict[str, str]) -> None:
        """Do what an administrator does whose tokens are lost: let Zalo give a new pair, and store it."""
        secrets = {name: tokens[name] for name in ("app_secret", "access_token", "refresh_token")}
        fresh = {
            "secrets": self._sealed(secrets | {"oa_secret_key": OA_SECRET_KEY}),
            "health": "ok",
            "health_detail": "",
            "tokens_expire_at": FRESH_UNTIL,
            "paused_until": None,
            "refresh_started_at": None,
            "refresh_token_hash": "",
        }
        with self.database.write() as session:
            session.connection().execute(sa.update(account).where(account.c.channel == "zalo").values(fresh))

    def lost_its_tokens(self) -> bool:
        """Return if only an administrator can help the Zalo account."""
        query = sa.select(account.c.health).where(account.c.channel == "zalo")
        with self.database.read() as connection:
            return bool(connection.execute(query).scalar() == "reauth_required")

    def _tokens_until(self, at: datetime) -> None:
        with self.database.write() as session:
            session.connection().execute(
                sa.update(account).where(account.c.channel == "zalo").values(tokens_expire_at=at)
            )

    def _sealed(self, secrets: dict[str, str]) -> str:
        return Vault(SecretStr(self.ways.key)).seal(secrets)

    def forget(self, worker: str) -> None:
        """Wait until the server has noticed that a worker is dead, and rolled back what it had begun."""
        ends_at = time.monotonic() + WAIT_SECONDS
        while self._is_server() and self._sessions(worker, "true"):
            if time.monotonic() > ends_at:
                raise TimeoutError(f"the sessions of {worker} live on")
            time.sleep(0.005)

    def is_free(self, worker: str) -> bool:
        """Return if a worker holds no transaction."""
        if self._is_server():
            return not self._sessions(worker, "state <> 'idle'")
        probe = sqlite3.connect(self.database.url.database or "", timeout=0.02, isolation_level=None)
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            probe.close()
        return True

    def _sessions(self, worker: str, condition: str) -> int:
        query = sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            f" AND application_name = :worker AND {condition}"
        )
        with self.database.read() as connection:
            return int(connection.execute(query, {"worker": worker}).scalar_one())

    def _is_server(self) -> bool:
        return self.database.dialect == "postgresql"

    def _office(self, at: datetime) -> Office:
        return Office(self.database, self._settings, SetClock(at))

    def _accounts(self, register_id: UUID) -> Iterator[ChannelAccount]:
        now, zalo = FIRST_AFTERNOON, self.ways.zalo
        mail: dict[str, Any] = {**self.ways.relay, "security": "none", "sender": "nhacviec@dondoc.test"}
        yield ChannelAccount(id=new_id(now), register_id=register_id, channel="email", settings=mail)
        urls = {f"{name}_url": f"{zalo['base_url']}/{name}" for name in ("openapi", "business", "oauth")}
        named = {"app_id": zalo["app_id"], "oa_id": OA_ID, "template_id": zalo["template_id"]}
        tokens = {name: zalo[name] for name in ("app_secret", "access_token", "refresh_token")}
        yield ChannelAccount(
            id=new_id(now),
            register_id=register_id,
            channel="zalo",
            settings={**named, **urls},
            secrets=self._sealed(tokens | {"oa_secret_key": OA_SECRET_KEY}),
            tokens_expire_at=FRESH_UNTIL,
        )

    def _endpoint(self, register_id: UUID, position: int) -> WebhookEndpoint:
        return WebhookEndpoint(
            id=new_id(FIRST_AFTERNOON),
            register_id=register_id,
            url=self.ways.receiver["url"],
            types=["*"],
            state=EndpointState.ACTIVE,
            challenge="0" * 32,
            secrets=self._sealed({"secret": ENDPOINT_SECRET, "private_key": ENDPOINT_KEY}),
            public_key="",
            position=position,
            kept_after=position,
            made_by=register_id,
            made_at=FIRST_AFTERNOON,
        )


def _add_unit(session: Session, code: str) -> None:
    now, since = FIRST_AFTERNOON, date(1990, 1, 1)
    unit = Unit(id=new_id(now), code=code, kind="xa", name=code, name_folded=code, valid_from=since)
    session.add(unit)
    session.flush()
    roles = (Role.OFFICE_CHIEF, Role.VICE_CHAIR) if code == KEEPER else (Role.OFFICER, Role.HEAD)
    for role in roles:
        person = Person(id=new_id(now), code=f"{code}-{role}", name=f"{role} {code}")
        session.add(person)
        session.flush()
        post = Post(
            id=new_id(now),
            person_id=person.id,
            unit_id=unit.id,
            role=role,
            rank=RANKS[role],
            valid_from=since,
        )
        session.add(post)
        for position, (channel, address) in enumerate(_addresses(code, role)):
            row = Address(
                id=new_id(now), person_id=person.id, channel=channel, address=address, position=position
            )
            session.add(row)


def _addresses(code: str, role: Role) -> list[tuple[str, str]]:
    """Return how a person is reached: by mail, by template, by uid, or by Zalo with mail behind it."""
    number = int(code.rpartition("-")[2]) if "-" in code else 0
    number = number * 2 + (role is Role.HEAD or role is Role.VICE_CHAIR)
    mail, phone, uid = f"{code}.{role}@cao-loc.test", f"phone:849000001{number:02}", f"uid:77000{number:02}"
    ways = ([("email", mail)], [("zalo", phone)], [("zalo", uid)], [("zalo", phone), ("email", mail)])
    return ways[number % 4]


class Worlds:
    """Makes worlds at one address, each a copy of one that was furnished once."""

    def __init__(self, folder: Path, ways: Ways, server: str | None = None) -> None:
        """Furnish the pattern: a file, or a database of a PostgreSQL server."""
        self._folder, self._ways, self._server = folder, ways, server
        self._pattern = folder / "pattern.db"
        self._file = folder / "world.db"
        if server is not None:
            self._admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
            self._run("CREATE DATABASE pattern")
        pattern = Database(self._url("pattern"), pool_size=2)
        World(pattern, folder, ways).furnish()
        pattern.dispose()
        self.url = self._url("world")
        self._database = Database(self.url, pool_size=2)

    def fresh(self) -> World:
        """Put a copy of the pattern where the world before stood."""
        self._database.dispose()
        if self._server is not None:
            self._run("DROP DATABASE IF EXISTS world WITH (FORCE)")
            self._run("CREATE DATABASE world TEMPLATE pattern")
        else:
            for left in self._folder.glob("world.db*"):
                left.unlink()
            shutil.copy(self._pattern, self._file)
        return World(self._database, self._folder, self._ways)

    def close(self) -> None:
        """Close its connections."""
        self._database.dispose()

    def _url(self, name: str) -> str:
        if self._server is None:
            return f"sqlite:///{self._folder / name}.db"
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)
