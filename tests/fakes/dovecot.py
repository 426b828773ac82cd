"""A real IMAP server, Debian's Dovecot, with one mailbox in a folder of its own."""

import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.fakes.certificate import server_tls

DOVECOT = Path("/usr/sbin/dovecot")
USER, PASSWORD = "bounce", "fake-password"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/relay.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = yes
{users}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
{more}
"""
WITHOUT_MOVE = "imap_capability = IMAP4rev1 LITERAL+"


@dataclass(frozen=True)
class Mailbox:
    """The server's ports, and what lies in its folders."""

    plain: int
    tls: int
    ca_file: Path

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return channel settings that point here."""
        there = {"host": "127.0.0.1", "port": self.tls, "ca_file": str(self.ca_file), "username": USER}
        return there | more

    def client(self) -> imaplib.IMAP4_SSL:
        """Return a connection that is logged in."""
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        opened = imaplib.IMAP4_SSL("127.0.0.1", self.tls, ssl_context=trust, timeout=10)
        opened.login(USER, PASSWORD)
        return opened

    def put(self, content: bytes) -> None:
        """Let a message arrive."""
        with self.client() as client:
            assert client.append("INBOX", None, None, content.replace(b"\n", b"\r\n"))[0] == "OK"

    def count(self, folder: str) -> int:
        """Return how many messages a folder has; -1 where there is no such folder."""
        with self.client() as client:
            kind, data = client.select(f'"{folder}"', readonly=True)
            return int(data[0] or b"0") if kind == "OK" else -1


def is_here() -> bool:
    """Return if Dovecot is installed (`make dovecot`)."""
    return DOVECOT.exists()


@contextmanager
def mailbox(*, more: str = "") -> Iterator[Mailbox]:
    """Run a server for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    server_tls(folder / "relay.pem")
    ports = _free_port(), _free_port()
    (folder / "dovecot.conf").write_text(_config(folder, *ports, more))
    process = subprocess.Popen([DOVECOT, "-F", "-c", folder / "dovecot.conf"])
    try:
        opened = Mailbox(*ports, folder / "relay.pem")
        _wait(opened, process)
        yield opened
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _config(folder: Path, plain: int, tls: int, more: str) -> str:
    """Return the configuration; whoever is not root runs everything as themselves."""
    me = pwd.getpwuid(os.getuid())
    mine = f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}"
    uid, gid, users = (me.pw_uid, me.pw_gid, mine) if me.pw_uid else ("nobody", "nogroup", "")
    if not me.pw_uid:
        shutil.chown(folder / "mail", "nobody", "nogroup")
    return CONFIG.format(
        folder=folder, plain=plain, tls=tls, uid=uid, gid=gid, users=users, password=PASSWORD, more=more
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


def _wait(opened: Mailbox, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "dovecot ended"
        with suppress(OSError, imaplib.IMAP4.error), opened.client():
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise AssertionError("dovecot did not start")
