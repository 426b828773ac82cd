"""The command line: an installation made once, checked, and served with its worker."""

import json
import os
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

ROOT = Path(__file__).parents[2]


class Shell:
    """Runs commands with settings of their own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")},
            "DONDOC_DATABASE_URL": f"sqlite:///{folder}/office/dondoc.db",
            "DONDOC_FILES": str(folder / "files"),
            "DONDOC_MAIL_FOLDER": str(folder / "mail"),
        }

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=ROOT,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell for an installation that is not there yet."""
    return Shell(tmp_path)


def test_the_first_key_is_shown_once(shell: Shell, tmp_path: Path) -> None:
    made = shell.run("init", "--json")
    assert made.returncode == 0, made.stderr
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
    assert (again.returncode, again.stdout) == (1, "")
    assert key_file.read_bytes() == kept
    bad = shell.run("check", DONDOC_DATABSE_URL="x", DONDOC_DATABASE_POOL_SIZE="0")
    assert bad.returncode == 1
    assert "DONDOC_DATABSE_URL" in bad.stderr
    assert "DONDOC_DATABASE_POOL_SIZE" in bad.stderr


def test_an_office_whose_last_key_ended_is_not_locked_out(shell: Shell, tmp_path: Path) -> None:
    early = shell.run("key")
    assert early.returncode != 0, "there is no office to make a key for"
    first = json.loads(shell.run("init", "--json").stdout)["api_key"]
    second = json.loads(shell.run("key", "--name", "Quản trị dự phòng", "--json").stdout)["api_key"]
    assert second != first
    with sqlite3.connect(tmp_path / "office" / "dondoc.db") as database:
        made = database.execute("SELECT name FROM api_key ORDER BY id").fetchall()
        facts = database.execute("SELECT count(*) FROM event WHERE kind = 'api_key.made.v1'").fetchone()
    assert made == [("administrator",), ("Quản trị dự phòng",)]
    assert facts == (2,), "the journal tells of keys made at the machine"


def test_people_are_let_in_again_at_the_machine(shell: Shell, tmp_path: Path) -> None:
    first = json.loads(shell.run("init", "--json").stdout)["set_up_code"]
    again = json.loads(shell.run("account", "code", "Quan-Tri", "--json").stdout)["code"]
    assert again != first
    added = shell.run("account", "add", "du-phong", "--name", "Dự phòng", "--json")
    assert json.loads(added.stdout)["login"] == "du-phong", added.stderr
    twice = shell.run("account", "add", "du-phong", "--name", "Dự phòng")
    assert (twice.returncode, twice.stdout) == (1, "")
    assert "exists already" in twice.stderr
    assert shell.run("account", "disable", "du-phong").returncode == 0
    assert shell.run("account", "disable", "khong-co").returncode == 1
    with sqlite3.connect(tmp_path / "office" / "dondoc.db") as database:
        kept = database.execute("SELECT login, password_hash, disabled_at IS NULL FROM account ORDER BY id")
        assert kept.fetchall() == [("quan-tri", None, 1), ("du-phong", None, 0)]
        dump = "\n".join(database.iterdump())
    assert again.replace("-", "") not in dump.replace("-", ""), "only a hash is kept"


def test_a_database_without_schema_is_noticed(shell: Shell) -> None:
    found = shell.run("check")
    assert found.returncode == 1
    assert "migrate" in found.stderr
    assert shell.run("migrate").returncode == 0
    done = shell.run("check")
    assert done.returncode == 0
    assert "NOTE DONDOC_AUDIT_KEY is not set: the ledger is signed by nobody" in done.stderr


def test_what_is_committed_is_what_the_code_says(shell: Shell) -> None:
    done = shell.run("openapi", "--check")
    assert done.returncode == 0, done.stderr


def test_the_service_starts_with_its_worker_and_stops_with_it(shell: Shell) -> None:
    key = json.loads(shell.run("init", "--json").stdout)["api_key"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=shell.environment, stderr=subprocess.PIPE, text=True)
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
