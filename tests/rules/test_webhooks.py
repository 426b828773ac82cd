"""Which addresses may be called, how long the ladder is, and what an answer means."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.events import catalogue
from service.domain.webhook_rules import WAITS, Answer, Verdict, judge, may_be_called, networks, wait_after
from service.notify.webhooks.post import retry_after

pytestmark = pytest.mark.rules

INNER = [
    "0.0.0.0",  # noqa: S104
    "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.8.8", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
INNER_6 = [
    "::", "::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "100::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::f5ff:fffe", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", [*INNER, *INNER_6, "", "x", "127.1", "2130706433", "1.1.1.1%1"])
def test_what_is_not_public_is_not_called(address: str) -> None:
    assert not may_be_called(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "113.160.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_what_is_public_is_called(address: str) -> None:
    assert may_be_called(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_like_itself(inner: IPv4Address) -> None:
    number = int(inner)
    wrapped = [
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x0064FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80) | 1),
    ]
    assert may_be_called(str(wrapped[0])) == may_be_called(str(inner))
    if not may_be_called(str(inner)):
        assert not any(may_be_called(str(each)) for each in wrapped)


def test_a_deployment_allows_networks_of_its_own_and_nothing_else() -> None:
    own = networks(["10.20.0.0/16", "fd00:1::/32"])
    assert may_be_called("10.20.3.4", own)
    assert may_be_called("::ffff:10.20.3.4", own)
    assert may_be_called("fd00:1::9", own)
    assert not may_be_called("10.21.0.1", own)
    assert not may_be_called("64:ff9b::a14:304", own), "what is called is the translated address"
    with pytest.raises(ValueError, match=r"10\.20"):
        networks(["10.20.0.1/16"])


@given(st.integers(1, 12), st.floats(0, 1), st.integers(0, 200_000))
def test_waits_grow_are_spread_and_honour_the_receiver(attempts: int, chance: float, asked: int) -> None:
    wait = wait_after(attempts, Answer(status=429, retry_after=timedelta(seconds=asked)), chance)
    if attempts > len(WAITS):
        assert wait is None
        return
    assert wait is not None
    assert wait >= min(timedelta(seconds=asked), timedelta(hours=24))
    plain = wait_after(attempts, Answer(), chance)
    assert plain is not None
    assert WAITS[attempts - 1] * 0.899 <= plain <= WAITS[attempts - 1] * 1.101


def test_the_ladder_is_about_75_hours_long() -> None:
    assert timedelta(hours=75) < sum(WAITS, timedelta()) < timedelta(hours=76)
    assert sorted(WAITS) == list(WAITS)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(200), Verdict.TAKEN),
        (Answer(204), Verdict.TAKEN),
        (Answer(301), Verdict.AGAIN),
        (Answer(404), Verdict.AGAIN),
        (Answer(410), Verdict.GONE),
        (Answer(200, stops=True), Verdict.GONE),
        (Answer(500), Verdict.AGAIN),
        (Answer(reason="ConnectError"), Verdict.AGAIN),
    ],
)
def test_only_2xx_is_success(answer: Answer, verdict: Verdict) -> None:
    assert judge(answer) is verdict


def test_retry_after_is_read_as_seconds_or_as_a_date_and_nonsense_is_nothing() -> None:
    now = datetime(2024, 4, 15, 2, 0, tzinfo=UTC)
    assert retry_after("120", now) == timedelta(minutes=2)
    assert retry_after("Mon, 15 Apr 2024 02:05:00 GMT", now) == timedelta(minutes=5)
    assert retry_after("Mon, 15 Apr 2024 01:00:00 GMT", now) == timedelta()
    assert retry_after("9" * 400, now) == timedelta(hours=24)
    for nonsense in ("", "-5", "soon", "½"):
        assert retry_after(nonsense, now) is None


def test_patterns_name_kinds() -> None:
    kinds = catalogue.kinds()
    assert catalogue.selected(["*"]) == list(kinds)
    assert set(catalogue.selected(["obligation.*"])) == {k for k in kinds if k.startswith("obligation.")}
    assert catalogue.selected(["directive.issued.v1"]) == ["directive.issued.v1"]
    assert all(each.__doc__ for each in kinds.values())
