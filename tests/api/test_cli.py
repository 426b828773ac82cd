"""The command line: an installation made once, checked, and served with its worker."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import Templates
from tests.shell import Shell, migrated

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell for an installation that is not there yet."""
    return Shell(tmp_path)


@pytest.fixture
def ready(tmp_path: Path, templates: Templates) -> Shell:
    """Return a shell for an installation whose schema is there already."""
    return migrated(tmp_path, templates)


def test_the_first_key_is_shown_once(shell: Shell, tmp_path: Path) -> None:
    made = shell.run("init", "--json")
    assert made.exit_code == 0, made.stderr
    shown = json.loads(made.stdout)
    assert shown["api_key"].startswith("dondoc_")
    assert (shown["login"], len(shown["set_up_code"])) == ("quan-tri", 29)
    key_file = tmp_path / "office" / "secret.key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    audit_key = tmp_path / "office" / "audit.key"
    assert audit_key.stat().st_mode & 0o777 == 0o600
    assert audit_key.read_text(encoding="utf-8").startswith("PRIVATE+KEY+127.0.0.1:8000/")
    kept = key_file.read_bytes()
    again = shell.run("init", "--json")
    assert (again.exit_code, again.stdout) == (1, "")
    assert key_file.read_bytes() == kept
    bad = shell.run("check", DONDOC_DATABSE_URL="x", DONDOC_DATABASE_POOL_SIZE="0")
    assert bad.exit_code == 1
    assert "DONDOC_DATABSE_URL" in bad.stderr
    assert "DONDOC_DATABASE_POOL_SIZE" in bad.stderr


def test_an_office_whose_last_key_ended_is_not_locked_out(ready: Shell, tmp_path: Path) -> None:
    early = ready.run("key")
    assert early.exit_code != 0, "there is no office to make a key for"
    first = json.loads(ready.run("init", "--json").stdout)["api_key"]
    second = json.loads(ready.run("key", "--name", "Quản trị dự phòng", "--json").stdout)["api_key"]
    assert second != first
    with sqlite3.connect(tmp_path / "office" / "dondoc.db") as database:
        made = database.execute("SELECT name FROM api_key ORDER BY id").fetchall()
        facts = database.execute("SELECT count(*) FROM event WHERE kind = 'api_key.made.v1'").fetchone()
    assert made == [("administrator",), ("Quản trị dự phòng",)]
    assert facts == (2,), "the journal tells of keys made at the machine"


def test_people_are_let_in_again_at_the_machine(ready: Shell, tmp_path: Path) -> None:
    first = json.loads(ready.run("init", "--json").stdout)["set_up_code"]
    again = json.loads(ready.run("account", "code", "Quan-Tri", "--json").stdout)["code"]
    assert again != first
    added = ready.run("account", "add", "du-phong", "--name", "Dự phòng", "--json")
    assert json.loads(added.stdout)["login"] == "du-phong", added.stderr
    twice = ready.run("account", "add", "du-phong", "--name", "Dự phòng")
    assert (twice.exit_code, twice.stdout) == (1, "")
    assert "exists already" in twice.stderr
    assert ready.run("account", "disable", "du-phong").exit_code == 0
    assert ready.run("account", "disable", "khong-co").exit_code == 1
    with sqlite3.connect(tmp_path / "office" / "dondoc.db") as database:
        kept = database.execute("SELECT login, password_hash, disabled_at IS NULL FROM account ORDER BY id")
        assert kept.fetchall() == [("quan-tri", None, 1), ("du-phong", None, 0)]
        dump = "\n".join(database.iterdump())
    assert again.replace("-", "") not in dump.replace("-", ""), "only a hash is kept"


def test_a_database_without_schema_is_noticed(shell: Shell) -> None:
    found = shell.run("check")
    assert found.exit_code == 1
    assert "migrate" in found.stderr
    assert shell.run("migrate").exit_code == 0
    done = shell.run("check")
    assert done.exit_code == 0
    assert "NOTE DONDOC_AUDIT_KEY is not set: the ledger is signed by nobody" in done.stderr


def test_what_is_committed_is_what_the_code_says(shell: Shell) -> None:
    done = shell.run("openapi", "--check")
    assert done.exit_code == 0, done.stderr


def test_the_service_starts_with_its_worker_and_stops_with_it(ready: Shell) -> None:
    key = json.loads(ready.run("init", "--json").stdout)["api_key"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=ready.environment, stderr=subprocess.PIPE, text=True)
    try:
        answer = wait_for(f"http://127.0.0.1:{port}/v1/me", key)
        assert answer["register"]["code"] == "chinh"
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii").split()
        workers = [
            pid for pid in children if "worker" in Path(f"/proc/{pid}/cmdline").read_text(encoding="ascii")
        ]
        assert len(workers) == 1
    finally:
        server.send_signal(signal.SIGTERM)
        _, lines = server.communicate(timeout=40)
    assert server.returncode == 0, lines
    assert not Path(f"/proc/{workers[0]}").exists()
    assert all(json.loads(line) for line in lines.splitlines()), "log lines are JSON"


def wait_for(url: str, key: str) -> dict[str, Any]:
    """Return the first good answer."""
    for _ in range(200):
        try:
            answer = httpx.get(url, headers={"authorization": f"Bearer {key}"})
        except httpx.ConnectError:
            time.sleep(0.1)
            continue
        loaded: dict[str, Any] = answer.json()
        return loaded
    raise AssertionError("the service did not start")
