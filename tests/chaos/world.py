"""An office whose people are reached by e-mail and Zalo fakes, on either database."""

import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlmodel import Session

from service.database import Database
from service.demo.office import Office, SetClock, settings_for
from service.domain.calendar import office_day
from service.domain.escalation import RANKS, Role
from service.domain.ids import new_id
from service.domain.tables import Address, ChannelAccount, Person, Post, Unit, Watch, table
from service.migrate import upgrade
from service.vault import Vault
from tests.chaos.processes import WAIT_SECONDS, Fake

UNITS = 12
KEEPER = "vp"
FIRST_AFTERNOON = datetime(2024, 5, 6, 9, 0, tzinfo=UTC)
"""16:00 in the office; a directive issued nine hours before has four rungs due."""
BEFORE = timedelta(hours=9)
RUNGS = (Role.OFFICER, Role.HEAD, Role.OFFICE_CHIEF, Role.VICE_CHAIR)
"""What the silence of a unit for nine hours climbs, when the matter is *hỏa tốc*."""


@dataclass(frozen=True)
class Ways:
    """How the fakes are reached, and the key that seals their secrets."""

    relay: Fake
    zalo: Fake
    key: str = Fernet.generate_key().decode()


class World:
    """One database with one office in it."""

    def __init__(self, url: str, folder: Path, ways: Ways) -> None:
        self.url = url
        self.ways = ways
        self.database = Database(url, pool_size=2)
        self._settings = settings_for(folder, url, ways.key)
        self._serial = 0

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
        office.close()

    def issue(self, chance: random.Random, at: datetime) -> UUID:
        """Issue an urgent directive of a few items to some units; return its id."""
        office = self._office(at)
        self._serial += 1
        units = [f"xa-{n}" for n in sorted(chance.sample(range(1, UNITS + 1), chance.randint(4, UNITS)))]
        labels = [str(number + 1) for number in range(chance.randint(1, 3))]
        items = [{"label": label, "text": f"Rà soát nội dung {label}", "task": True} for label in labels]
        directive = office.draft(
            {
                "subject": "Ứng phó khẩn cấp",
                "number": f"{at:%y%j}{self._serial}",
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
        """Stop every clock, so that the next cycle begins with nothing due."""
        watch = table(Watch)
        with self.database.write() as session:
            session.connection().execute(sa.update(watch).values(next_action_at=None))

    def close(self) -> None:
        """Close its connections."""
        self.database.dispose()

    def address_of(self, worker: str) -> str:
        """Return the database's URL for a worker; PostgreSQL shows the worker's name."""
        url = make_url(self.url)
        named = url.update_query_dict({"application_name": worker}) if self._is_server() else url
        return named.render_as_string(hide_password=False)

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
        probe = sqlite3.connect(make_url(self.url).database or "", timeout=0.02, isolation_level=None)
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
        now, relay, zalo = FIRST_AFTERNOON, self.ways.relay.hello, self.ways.zalo.hello
        mail: dict[str, Any] = {
            "host": relay["host"],
            "port": relay["port"],
            "security": "none",
            "sender": "nhacviec@dondoc.test",
        }
        yield ChannelAccount(id=new_id(now), register_id=register_id, channel="email", settings=mail)
        urls = {f"{name}_url": f"{zalo['base_url']}/{name}" for name in ("openapi", "business", "oauth")}
        tokens = {name: zalo[name] for name in ("app_secret", "access_token", "refresh_token")}
        yield ChannelAccount(
            id=new_id(now),
            register_id=register_id,
            channel="zalo",
            settings={"app_id": zalo["app_id"], "template_id": zalo["template_id"], **urls},
            secrets=Vault(SecretStr(self.ways.key)).seal(tokens),
            tokens_expire_at=datetime(2040, 1, 1, tzinfo=UTC),
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


@contextmanager
def sqlite_worlds(folder: Path, ways: Ways) -> Iterator[Iterator[World]]:
    """Give new worlds, each a copy of one furnished file."""
    pattern = folder / "pattern.db"
    furnished = World(f"sqlite:///{pattern}", folder, ways)
    furnished.furnish()
    furnished.close()

    def copies() -> Iterator[World]:
        for number in count(1):
            shutil.copy(pattern, folder / f"{number}.db")
            yield World(f"sqlite:///{folder / str(number)}.db", folder, ways)

    yield copies()


@contextmanager
def postgresql_worlds(folder: Path, ways: Ways, server: str) -> Iterator[Iterator[World]]:
    """Give new worlds, each a copy of one furnished database."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")

    def create(name: str, pattern: str) -> str:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {pattern}")
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    def copies() -> Iterator[World]:
        for number in count(1):
            yield World(create(f"chaos_{number}", "chaos"), folder, ways)

    furnished = World(create("chaos", "template0"), folder, ways)
    furnished.furnish()
    furnished.close()
    yield copies()
    engine.dispose()
