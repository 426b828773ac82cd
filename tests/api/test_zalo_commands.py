"""Zalo from the command line: a stand-in to try it with, and the consent of the account's administrator."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from service.database import Database
from service.domain.tables import ChannelAccount, table
from service.fakes.zalo import FakeZalo
from service.fakes.zalo_world import APP_SECRET, Template
from service.notify.channel import ChannelTools, Sent
from service.notify.channels.zalo import ZaloChannel
from service.notify.channels.zalo.tokens import Tokens
from service.vault import Vault
from tests.api.conftest import SECRET
from tests.api.world import Api
from tests.fakes.outgoing import outgoing
from tests.fakes.tokens import SharedTokens
from tests.shell import Shell

ONE_KIND = pytest.mark.parametrize("kind", ["sqlite"])
"""The commands ask nothing of the database that the channels do not."""


@pytest.fixture
def shell(database: Database, tmp_path: Path) -> Shell:
    """Return a shell for the office that the API serves."""
    made = Shell(tmp_path)
    url = database.url.render_as_string(hide_password=False)
    made.environment |= {"DONDOC_DATABASE_URL": url, "DONDOC_SECRET_KEY": SECRET}
    return made


def test_what_the_stand_in_prints_is_what_a_channel_takes() -> None:
    command = [sys.executable, "-m", "service", "fake", "zalo", "--everyone"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            settings, secrets = told["channel"]["settings"], dict(told["channel"]["secrets"])
            now = datetime.now(UTC)
            pair = Tokens(
                secrets.pop("access_token"), secrets.pop("refresh_token"), now + timedelta(hours=25)
            )
            tools = ChannelTools(now=lambda: now, folder=Path("/nonexistent"), token_store=SharedTokens(pair))
            channel = ZaloChannel.configure(settings, secrets, tools)
            assert isinstance(channel.send(outgoing(address="phone:0900000001")), Sent)
            channel.close()
            state = httpx.get(f"{told['base_url']}/__fake__/state").json()
            assert state["accepted"] == 1
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


@ONE_KIND
def test_the_administrators_consent_becomes_tokens_in_the_registers_row(
    api: Api, database: Database, shell: Shell
) -> None:
    with FakeZalo() as zalo:
        secrets = {"app_secret": APP_SECRET}
        body = {"is_enabled": True, "settings": zalo.settings(), "secrets": secrets}
        api.speak_for("keeper_admin").ok("PUT", "/v1/channels/zalo", json=body, headers={"If-Match": '"v0"'})
        command = [sys.executable, "-m", "service", "zalo", "connect", "chinh", "--verifier", "v"]
        with subprocess.Popen(
            [*command, "--callback", "https://dondoc.example.vn/zalo"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=shell.environment,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            state = parse_qs(urlsplit(process.stdout.readline().strip()).query)["state"][0]
            back = f"https://dondoc.example.vn/zalo?code={zalo.world.new_code('v')}&state={state}"
            said, _ = process.communicate(f"{back}\n", timeout=30)
            assert (process.returncode, said.strip().endswith("ok")) == (0, True)
        query = sa.select(table(ChannelAccount).c.secrets)
        with database.read() as connection:
            kept = Vault(SecretStr(SECRET)).open(connection.execute(query).scalar_one())
        assert kept == secrets | {
            "access_token": zalo.world.access_token,
            "refresh_token": zalo.world.refresh_token,
        }


@ONE_KIND
def test_the_templates_of_the_account_are_printed_kept_and_missed(api: Api, shell: Shell) -> None:
    with FakeZalo() as zalo:
        zalo.world.templates |= {str(200_000 + number): Template() for number in range(100)}
        zalo.world.templates["300003"] = Template(
            status="REJECT", reason="nội dung không phù hợp", types={"han": "DATE"}
        )
        secrets = {
            "app_secret": APP_SECRET,
            "access_token": zalo.world.access_token,
            "refresh_token": zalo.world.refresh_token,
        }
        settings = zalo.settings(template_ids={"escalation": "300003"})
        body = {"is_enabled": True, "settings": settings, "secrets": secrets}
        api.speak_for("keeper_admin").ok("PUT", "/v1/channels/zalo", json=body, headers={"If-Match": '"v0"'})
        ended = shell.run("zalo", "templates", "chinh")
    assert ended.exit_code == 1
    assert "cannot be used: 300003" in ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == 102
    assert lines[-1].startswith(
        "300003 REJECT Mẫu 300003: ma_viec STRING 30, trich_yeu STRING 200, han DATE 20"
    )
    assert lines[-1].endswith("— nội dung không phù hợp")
    (shown,) = (each for each in api.ok("GET", "/v1/channels")["items"] if each["channel"] == "zalo")
    assert len(shown["templates"]) == 102
    assert [each["template_id"] for each in shown["templates"] if not each["is_usable"]] == ["300003"]


@ONE_KIND
def test_what_people_write_to_the_bot_comes_here_once_the_platform_is_told(api: Api, shell: Shell) -> None:
    with FakeZalo() as zalo:
        channel = zalo.state()["bot_channel"]
        body = {"is_enabled": True, **channel}
        api.speak_for("keeper_admin").ok(
            "PUT", "/v1/channels/zalo-bot", json=body, headers={"If-Match": '"v0"'}
        )
        told = shell.run("zalo", "bot", "chinh", "--url", "https://dondoc.example.vn/")
        address = "https://dondoc.example.vn/v1/hooks/zalo-bot/chinh"
        assert (told.exit_code, told.stdout.strip()) == (0, address)
        hook = zalo.world.bot.hook
        assert hook is not None
        assert (hook.url, hook.secret) == (address, channel["secrets"]["webhook_secret"])
        refused = shell.run("zalo", "bot", "chinh", "--url", "http://dondoc.example.vn")
    assert refused.exit_code == 1
    assert refused.stderr == "zalo-bot: Bad Request: url must be https, secret_token 8 to 256 characters\n"
