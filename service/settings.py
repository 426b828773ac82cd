"""Everything an operator may set, read once from `DONDOC_*`."""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "DONDOC_"


class Settings(BaseSettings):
    """Read from `DONDOC_*`; a missing or impossible value stops the process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/dondoc.db"),
        description="`sqlite:///FILE` (one office) or `postgresql+psycopg://USER@HOST/NAME`.",
    )
    database_pool_size: int = Field(
        4, ge=1, le=50, description="Connections and request threads of one process."
    )
    row_security: bool = Field(
        False,
        description="Answer from behind PostgreSQL's row-level security, which `dondoc migrate` puts up.",
    )
    files: Path = Field(Path("var/files"), description="Folder of uploaded documents, outside the web root.")
    secret_key: SecretStr | None = Field(
        None, description="Fernet key for channel secrets; comma-separated while rotating, newest first."
    )
    bare_keys: bool = Field(
        True,
        description="Take API keys as bearer; false: only the tokens they are exchanged for.",
    )
    session_idle: timedelta = Field(
        timedelta(hours=8),
        ge=timedelta(minutes=5),
        le=timedelta(days=1),
        description="How long a person stays signed in without doing anything.",
    )
    session_lifetime: timedelta = Field(
        timedelta(days=7),
        ge=timedelta(hours=1),
        le=timedelta(days=7),
        description="How long a person stays signed in at most.",
    )
    provider_ports: tuple[int, ...] = Field(
        (443, 8443), description="Ports that identity providers may have."
    )
    provider_allowed_cidrs: tuple[str, ...] = Field(
        (), description="Networks that are not public in which identity providers may be."
    )
    audit_key: SecretStr | None = Field(
        None, description="Keys that sign checkpoints of the ledger, newest first; older ones only check."
    )
    audit_anchor_file: Path | None = Field(
        None, description="File outside to which every checkpoint is appended."
    )
    audit_anchor_mail: str | None = Field(
        None, description="Address outside to which a checkpoint is mailed once a day."
    )
    public_url: str = Field("http://127.0.0.1:8000", description="Where links in messages point to.")
    link_lifetime: timedelta = Field(
        timedelta(days=7), description="How long a duty can be answered by the link in a message."
    )
    mail_folder: Path = Field(Path("var/mail"), description="Where the console channel writes `.eml` files.")
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for `/metrics`; without one only this machine may read them."
    )
    tick_interval: timedelta = Field(
        timedelta(seconds=2), description="Pause between two rounds of the worker."
    )
    delivery_threads: int = Field(16, ge=1, le=32, description="Messages in flight in one worker process.")
    delivery_batch: int = Field(200, ge=1, le=1000, description="Deliveries claimed at a time.")
    delivery_lease: timedelta = Field(
        timedelta(minutes=5), description="After this long a claim counts as abandoned."
    )
    delivery_attempts_max: int = Field(
        8, ge=1, le=20, description="Attempts before the next channel is used."
    )
    webhook_threads: int = Field(16, ge=1, le=64, description="Calls of endpoints in flight in one worker.")
    webhook_ports: tuple[int, ...] = Field((443, 8443), description="Ports that endpoints may have.")
    webhook_allowed_cidrs: tuple[str, ...] = Field(
        (), description="Networks that are not public and may be called, such as those of other offices."
    )
    webhook_http: bool = Field(False, description="Call `http://` too; only inside a network of one's own.")
    webhook_retention: timedelta = Field(
        timedelta(days=30),
        ge=timedelta(days=6),
        description="How long calls of endpoints and tries are kept.",
    )
    streams_max: int = Field(
        200, ge=0, le=10_000, description="Event streams of one process; further ones are told to wait."
    )
    requests_per_key: int = Field(
        6_000, ge=0, description="Requests a minute of one key, person or program; 0: any number."
    )
    requests_per_unit: int = Field(
        12_000, ge=0, description="Requests a minute of everybody at one unit; 0: any number."
    )
    requests_per_address: int = Field(
        24_000,
        ge=0,
        description="Requests a minute from one address, whoever asks; 0: any number.",
    )
    upload_bytes_max: int = Field(50_000_000, ge=1, description="Largest document accepted.")
    office_program: str = Field(
        "soffice",
        min_length=1,
        description="LibreOffice, which makes PDF: its name on the path, or where it lies.",
    )
    intake_processes: int = Field(2, ge=1, le=32, description="Documents read at the same time, and made.")

    @field_validator("audit_key")
    @classmethod
    def _keys(cls, written: SecretStr | None) -> SecretStr | None:
        if written is None or not written.get_secret_value().strip():
            return None
        from service.domain.notes import Ring

        Ring.read(written.get_secret_value())
        return written

    @field_validator("webhook_allowed_cidrs", "provider_allowed_cidrs")
    @classmethod
    def _networks(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        for each in written:
            ip_network(each)
        return written

    @property
    def origin(self) -> str:
        """Return where the service is reached, without a slash at its end."""
        return self.public_url.rstrip("/")


def unknown_names() -> list[str]:
    """Return `DONDOC_*` variables that no setting has, such as misspelt ones."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {PREFIX + "FAILPOINT"}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
