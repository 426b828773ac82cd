"""What an account's row says about Zalo, checked."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from service.domain.consent_rules import OAUTH_URL
from service.notify.channel import Kind, Strict
from service.notify.channels.zalo.payloads import Part

PARAMETERS: Mapping[Part, str] = {"code": "ma_viec", "title": "trich_yeu", "due": "han", "unit": "don_vi"}


class ZaloSettings(Strict):
    """The app, the template and where Zalo is.

    Attributes:
        consultation: Whether to write to uids at all; an account without the permission turns it off.
        button: Put a button "Đã nhận" under a consultation message (no page describes it for v3).
        groups: Whether to write to groups; the account needs a package for it.
        template_by_uid: Send the template to a uid, which is cheaper, before the telephone number; the
            template has to allow it.
        ask_first: Ask Zalo for a person's window, the day's quota and the template before sending, so that
            nothing is paid for or refused that the office could have known of. It costs requests of the rate.
        consultation_paid: Write to uids beyond the free 48 hours too, up to Zalo's seven days.
        templates_at_night: Send templates by phone between 22:00 and 06:00; else they wait for the morning.
        development: Send templates by phone in development mode: to administrators of the app only.
        template_id: Approved ZBS template; empty for none, then phone numbers are of no use.
        template_ids: Other templates for certain kinds of message.
        parameters: Our part (code, title, due, unit, link) → the template's parameter name.
        oa_id: The Official Account's id; some sources sign events with it.
        webhook_trial: Answer events whose signature does not match, so that Zalo does not switch the
            webhook off while the right secret is looked for. They are never acted on.
        appsecret_proof: The app demands the proof header.
        refresh_again_seconds: Wait before a refresh whose answer was lost is tried again.
    """

    app_id: str = Field(min_length=1)
    oa_id: str = ""
    webhook_trial: bool = False
    consultation: bool = True
    button: bool = False
    groups: bool = True
    template_by_uid: bool = False
    development: bool = False
    ask_first: bool = True
    consultation_paid: bool = True
    templates_at_night: bool = True
    template_id: str = ""
    template_ids: Mapping[Kind, str] = Field(default_factory=dict)
    parameters: Mapping[Part, str] = Field(default_factory=lambda: dict(PARAMETERS))
    appsecret_proof: bool = False
    openapi_url: str = "https://openapi.zalo.me"
    business_url: str = "https://business.openapi.zalo.me"
    oauth_url: str = OAUTH_URL
    connect_seconds: float = Field(5.0, gt=0, le=30)
    read_seconds: float = Field(15.0, gt=0, le=60)
    write_seconds: float = Field(10.0, gt=0, le=60)
    pool_seconds: float = Field(5.0, gt=0, le=30)
    whole_seconds: float = Field(30.0, gt=0, le=120)
    refresh_seconds: float = Field(20.0, gt=0, le=20)
    refresh_again_seconds: float = Field(60.0, gt=0)

    @field_validator("openapi_url", "business_url", "oauth_url")
    @classmethod
    def _is_private(cls, value: str) -> str:
        return private_address(value)

    @model_validator(mode="after")
    def _reaches_somebody(self) -> Self:
        if not (self.consultation or self.template_id or self.template_ids):
            raise ValueError("without consultation and without a template nobody can be reached")
        return self


def private_address(value: str) -> str:
    """Return a base address without its last slash: tokens travel encrypted, or do not leave the machine.

    Raises:
        ValueError: It is none, or would show them.
    """
    url = urlsplit(value)
    if not url.hostname or url.username or url.query or url.fragment:
        raise ValueError("must be an address like https://openapi.zalo.me")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.hostname)):
        raise ValueError("must be https (http only to this machine)")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ZaloSecrets(Strict):
    """The app's secret and the Official Account's own; the account's tokens live in the token store.

    Attributes:
        oa_secret_key: Signs events; the console shows it on its webhook page. Without it none is believed.
    """

    app_secret: SecretStr = Field(min_length=1)
    oa_secret_key: SecretStr = SecretStr("")

    @field_validator("app_secret", "oa_secret_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if not (secret.isascii() and secret.isprintable()):
            raise ValueError("must be printable ASCII; was something else pasted?")
        return value
