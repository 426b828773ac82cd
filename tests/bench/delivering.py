"""`delivery`: queued messages to a Zalo that answers after 50 ms."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import Any

import httpx
import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import SecretStr

from service.database import Database
from service.demo.office import SetClock
from service.domain.ids import new_id, new_salt
from service.domain.sql import instant, new_ids
from service.domain.tables import (
    Address,
    ChannelAccount,
    Delivery,
    Event,
    Message,
    MessageLine,
    Obligation,
    table,
)
from service.notify.worker import Worker
from service.settings import Settings
from service.vault import Vault
from tests.bench.data import NOW, office_of
from tests.bench.measure import alternate, say
from tests.chaos.processes import fake

ANSWERS_AFTER_MS = 50
MESSAGES = 10_000
THREADS = (8, 16, 32)

message, line, delivery = table(Message), table(MessageLine), table(Delivery)
obligation, address, event, account = table(Obligation), table(Address), table(Event), table(ChannelAccount)


def run(database: Database, times: int) -> None:
    """Measure the worker beside threads that only post, and beside what the latency allows."""
    with TemporaryDirectory(prefix="dondoc-bench-") as name, _zalo(Path(name)) as zalo:
        key = Fernet.generate_key().decode()
        set_up(database, zalo.hello, key)
        say(f"\ndelivery to a Zalo that answers after {ANSWERS_AFTER_MS} ms, {database.dialect}")
        say(
            f"{'threads':>8}{'messages':>10}{'worker/s':>10}{'posting/s':>10}{'ideal/s':>9}"
            f"{'of ideal':>9}{'CPU ms':>8}"
        )
        for threads in THREADS:
            messages = MESSAGES if threads == Settings.model_fields["delivery_threads"].default else 2_000
            _measure(database, zalo.hello, key, threads, messages, times)


def _zalo(folder: Path) -> Any:
    return fake("zalo", folder, "--delay-ms", str(ANSWERS_AFTER_MS), "--everyone")


def _measure(
    database: Database, zalo: dict[str, Any], key: str, threads: int, messages: int, times: int
) -> None:
    settings = Settings(secret_key=SecretStr(key), delivery_threads=threads)
    cpu: list[float] = []

    def product() -> Any:
        queue(database, messages)
        worker = Worker(settings, database, SetClock(NOW + timedelta(hours=1)))

        def work() -> None:
            begun_at = time.process_time()
            tried = worker.deliver()
            cpu.append(time.process_time() - begun_at)
            worker.close()
            assert tried == messages, f"{tried} of {messages}"

        return work

    samples = alternate(
        [("worker", product), ("posting", lambda: lambda: post(zalo, threads, messages))], times=times
    )
    worker, posting = (messages / sample.median() for sample in samples)
    ideal = threads * 1000 / ANSWERS_AFTER_MS
    say(
        f"{threads:8}{messages:10}{worker:10.0f}{posting:10.0f}{ideal:9.0f}{worker / ideal:9.2f}"
        f"{sorted(cpu)[len(cpu) // 2] * 1000 / messages:8.2f}"
    )


def post(zalo: dict[str, Any], threads: int, messages: int) -> None:
    """Post the same bodies from as many threads, with no database behind them."""
    own = local()

    def one(number: int) -> None:
        if not hasattr(own, "client"):
            own.client = httpx.Client(timeout=30, trust_env=False)
        values = {"ma_viec": "12/UBND-VP", "trich_yeu": "Rà soát", "han": "1/3/2027", "don_vi": "UBND xã"}
        body = {
            "phone": f"8490{number:07}",
            "template_id": zalo["template_id"],
            "template_data": values,
            "tracking_id": str(number),
        }
        url = f"{zalo['base_url']}/business/message/template"
        answer = own.client.post(url, json=body, headers={"access_token": zalo["access_token"]})
        assert answer.json()["error"] == 0, answer.text

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(one, range(messages)):
            pass


def set_up(database: Database, zalo: dict[str, Any], key: str) -> None:
    """Give the office a Zalo account and no other."""
    urls = {f"{name}_url": f"{zalo['base_url']}/{name}" for name in ("openapi", "business", "oauth")}
    tokens = {name: zalo[name] for name in ("app_secret", "access_token", "refresh_token")}
    office = office_of(database, NOW)
    with database.write() as session:
        session.connection().execute(sa.delete(account))
        session.add(
            ChannelAccount(
                id=new_id(NOW),
                register_id=office.register_id,
                channel="zalo",
                settings={"app_id": zalo["app_id"], "template_id": zalo["template_id"], **urls},
                secrets=Vault(SecretStr(key)).seal(tokens),
                tokens_expire_at=datetime(2040, 1, 1, tzinfo=UTC),
            )
        )
        session.flush()
    office.close()


def queue(database: Database, messages: int) -> None:
    """Queue so many messages of one line each."""
    salt = new_salt()
    person = sa.select(address.c.person_id, address.c.address).limit(1).subquery()
    fact = sa.select(event.c.seq).where(event.c.kind == "obligation.assigned.v1").limit(1).scalar_subquery()
    with database.write() as session:
        connection = session.connection()
        duties = sa.select(obligation.c.id, obligation.c.register_id).limit(messages).subquery()
        values: dict[str, Any] = {
            "id": new_ids(NOW, duties.c.id),
            "register_id": duties.c.register_id,
            "person_id": person.c.person_id,
            "occasion": sa.literal("urgent"),
            "occasion_key": sa.literal(salt) + sa.cast(duties.c.id, sa.String),
            "made_at": instant(NOW),
            "not_before": instant(NOW),
        }
        query = sa.select(*values.values()).select_from(duties.join(person, sa.true()))
        connection.execute(sa.insert(message).from_select(list(values), query))
        mine = message.c.occasion_key.startswith(salt)
        duty = sa.select(obligation.c.id).limit(1).scalar_subquery()
        lines = sa.select(
            new_ids(NOW, message.c.id), message.c.id, duty, sa.cast(sa.null(), sa.Uuid()), fact
        ).where(mine)
        columns = ["id", "message_id", "obligation_id", "reminder_id", "event_seq"]
        connection.execute(sa.insert(line).from_select(columns, lines))
        queued = {
            "id": new_ids(NOW, message.c.id),
            "register_id": message.c.register_id,
            "message_id": message.c.id,
            "channel": sa.literal("zalo"),
            "address": person.c.address,
            "position": sa.literal(0),
            "state": sa.literal("queued"),
            "attempts": sa.literal(0),
            "doubts": sa.literal(0),
            "fence": sa.literal(0),
            "next_attempt_at": instant(NOW),
            "reference": sa.literal(""),
            "reason": sa.literal(""),
            "version": sa.literal(1),
        }
        sending = sa.select(*queued.values()).select_from(message.join(person, sa.true())).where(mine)
        connection.execute(sa.insert(delivery).from_select(list(queued), sending))
