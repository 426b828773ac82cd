"""Nobody makes the service call what lies inside: spellings, rebinding and redirects reach no canary."""

import random
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from service.domain.webhook_rules import networks
from service.fakes.receiver import Said, receiving
from service.notify.webhooks.post import post
from service.walls import Pinned, Walled, Walls, aim

NOW = datetime(2024, 4, 15, tzinfo=UTC)
TRUST = ssl.create_default_context()
INNER = ("127.0.0.1", "127.255.1.9", "10.0.0.7", "169.254.169.254", "192.168.0.1", "172.16.4.4", "0.0.0.0")  # noqa: S104
LOOPBACK = networks(["127.0.0.0/8"])


class Canary:
    """Listens on every address of this machine, and counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("", 0))
        self.port = int(self.socket.getsockname()[1])
        self.visits = 0
        self.ended = False
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            opened, _ = self.socket.accept()
            self.visits += 1  # before whoever came is let go, and asks how many came
            opened.close()
            if self.ended:
                return

    def close(self) -> None:
        self.ended = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.thread.join()
        self.socket.close()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    opened = Canary()
    yield opened
    opened.close()


def spellings(count: int, port: int) -> list[str]:
    """Return URLs that mean an inner address, in every way in which libraries have been fooled."""
    chance = random.Random(5)  # noqa: S311
    found: set[str] = set()
    while len(found) < count:
        address = IPv4Address(chance.choice(INNER))
        number, parts = int(address), str(address).split(".")
        octal = ".".join(f"0{int(part):o}" for part in parts)
        mixed = ".".join(chance.choice([part, hex(int(part)), f"0{int(part):o}"]) for part in parts)
        wide = str(address).translate({ord(str(n)): 0xFF10 + n for n in range(10)})
        circled = str(address).replace("1", "①")
        hosts = [
            str(address), str(number), hex(number), f"0{number:o}", octal, mixed, wide, circled,
            f"{parts[0]}.{number & 0xFFFFFF}", f"{parts[0]}.{parts[1]}.{number & 0xFFFF}",
            str(address).replace(".", "。"), f"{address}.", f"[::ffff:{address}]", f"[::{address}]",
            f"[64:ff9b::{address}]", f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]", "localhost",
            "LOCALHOST.",
            "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", f"[::ffff:0:{address}]", "[fe80::1%25lo]", "ip6-localhost",
            f"example.vn@{address}", f"{address}%00.example.vn", f"{address}\t", f"example.vn#@{address}",
        ]  # fmt: skip
        host = chance.choice(hosts)
        scheme = chance.choice(["http", "https", "HTTP", "hTTps", "ftp", "file", "gopher", "http:"])
        slashes = chance.choice(["//", "//", "//", "/\\", "///"])
        path = chance.choice(["/", f"/{chance.randrange(10**6)}", f"/?q={chance.randrange(10**6)}", "/..;/x"])
        found.add(f"{scheme}:{slashes}{host}:{port}{path}")
    return sorted(found)


def test_a_thousand_spellings_of_inner_addresses_reach_nothing(canary: Canary) -> None:
    walls = Walls(ports=frozenset({80, 443, canary.port}), plain=True)
    answers = [
        post(url, b"{}", {}, walls=walls, trust=TRUST, now=NOW, seconds=5)
        for url in spellings(1000, canary.port)
    ]
    assert {answer.status for answer in answers} == {None}
    assert canary.visits == 0
    told = post(
        f"http://127.0.0.1:{canary.port}/", b"{}", {}, now=NOW, trust=TRUST,
        walls=Walls(LOOPBACK, frozenset({canary.port}), plain=True),
    )  # fmt: skip
    assert (told.status, canary.visits) == (None, 1), "the canary does hear who comes"
    canary.visits = 0


def test_a_name_that_changes_its_mind_is_asked_once_and_every_address_of_it_counts(canary: Canary) -> None:
    walls = Walls(ports=frozenset({canary.port}), plain=True)
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["203.0.114.1"] if len(asked) == 1 else ["127.0.0.1"]

    target = aim(f"http://doi-tac.example.vn:{canary.port}/", walls, rebinding)
    assert (target.address, target.host, asked) == (
        "203.0.114.1",
        "doi-tac.example.vn",
        ["doi-tac.example.vn"],
    )
    for addresses in (["203.0.114.1", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], []):
        with pytest.raises(Walled):
            aim(f"http://doi-tac.example.vn:{canary.port}/", walls, lambda *_, found=addresses: found)
    assert canary.visits == 0


def test_the_judged_address_is_called_under_the_name_and_no_redirect_is_followed(canary: Canary) -> None:
    with receiving() as receiver:
        walls = Walls(LOOPBACK, frozenset({receiver.port}), plain=True)
        receiver.say = [
            Said(code, {"Location": f"http://127.0.0.1:{canary.port}/"}) for code in (301, 302, 307, 308)
        ]
        body = b'{"type":"x"}'
        for code in (301, 302, 307, 308):
            answer = post(
                f"http://doi-tac.example.vn:{receiver.port}/nhan?x=1", body, {"webhook-id": "1"},
                walls=walls, trust=TRUST, now=NOW, resolver=lambda *_: ["127.0.0.1"],
            )  # fmt: skip
            assert answer.status == code
        assert {got.headers["host"] for got in receiver.got} == {f"doi-tac.example.vn:{receiver.port}"}
        assert {got.headers["webhook-id"] for got in receiver.got} == {"1"}
        receiver.say = [Said(200, {}, b"x" * 5_000_000)]
        answer = post(receiver.url(), body, {}, walls=walls, trust=TRUST, now=NOW)
        assert (answer.status, len(answer.text)) == (200, 1024)
    assert canary.visits == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://example.vn/",
        "https://example.vn:22/",
        "https://user@example.vn/",
        "https://:pw@example.vn/",
        "https:///x",
        "ftp://example.vn/",
        "https://exa mple.vn/",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_https_on_known_ports_without_a_user(url: str) -> None:
    with pytest.raises(Walled):
        aim(url, Walls(), lambda *_: ["203.0.114.1"])
    assert aim("https://example.vn/x", Walls(), lambda *_: ["203.0.114.1"]).address == "203.0.114.1"


@contextmanager
def dripping() -> Iterator[int]:
    """Give the port of a server that begins an answer and never ends it."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        opened, _ = listening.accept()
        with opened:
            opened.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while not done.wait(0.05):
                try:
                    opened.sendall(b"y")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        done.set()
        thread.join()
        listening.close()


def test_who_answers_a_letter_at_a_time_does_not_hold_the_line() -> None:
    with dripping() as port:
        walls = Walls(LOOPBACK, frozenset({port}), plain=True)
        answer = post(f"http://127.0.0.1:{port}/", b"{}", {}, walls=walls, trust=TRUST, now=NOW, seconds=0.5)
        assert (answer.status, answer.reason.split(":")[0]) == (None, "ReadTimeout")


def test_no_socket_of_this_machine_is_opened() -> None:
    with pytest.raises(Exception, match="docker"):
        Pinned("127.0.0.1", 1).connect_unix_socket("/var/run/docker.sock")
