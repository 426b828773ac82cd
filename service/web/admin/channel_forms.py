"""What the form of each channel asks for; settings that a form does not ask for stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.web.admin.fields import Filled
from service.web.language import marked

PORTS = (1, 65535)
SECURITY = (
    ("starttls", marked("STARTTLS, thường ở cổng 587")),
    ("tls", marked("TLS ngay từ đầu, thường ở cổng 465")),
    ("none", marked("Không mã hóa, chỉ dùng cho máy chủ thư trên cùng máy")),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of a channel's form: a line, a number within bounds, or one of a few words."""

    name: str
    label: str
    hint: str = ""
    is_needed: bool = False
    bounds: tuple[int, int] | None = None
    words: Sequence[tuple[str, str]] = ()
    usual: str = ""

    def read(self, said: Filled) -> str | int:
        """Return what was written."""
        if self.bounds is not None:
            return said.number(self.name, *self.bounds)
        return said.needed(self.name) if self.is_needed else said.line(self.name)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of a channel: it goes in and never comes out."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ChannelForm:
    """What one channel is asked for."""

    settings: Sequence[Setting] = ()
    secrets: Sequence[Secret] = ()

    def labels(self) -> dict[str, str]:
        """Return the label of every field."""
        secrets = {each.name: each.label for each in self.secrets}
        return {each.name: each.label for each in self.settings} | secrets

    def settings_of(self, said: Filled, present: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings as they are to be; what is emptied falls back to what is usual."""
        written = {each.name: each.read(said) for each in self.settings}
        kept = {name: value for name, value in present.items() if name not in written}
        return kept | {name: value for name, value in written.items() if value != ""}

    def secrets_of(self, form: Mapping[str, str]) -> dict[str, str] | None:
        """Return the secrets that were written; None keeps those that are there."""
        written = {each.name: form.get(each.name, "").strip() for each in self.secrets}
        return {name: value for name, value in written.items() if value} or None


FORMS: Mapping[str, ChannelForm] = {
    "email": ChannelForm(
        settings=(
            Setting("host", marked("Máy chủ thư (SMTP)"), marked("Ví dụ: mail.example.vn"), is_needed=True),
            Setting("port", marked("Cổng"), bounds=PORTS, usual="587"),
            Setting("security", marked("Mã hóa"), words=SECURITY, usual="starttls"),
            Setting("username", marked("Tên đăng nhập máy chủ thư"), marked("Để trống nếu không cần.")),
            Setting("sender", marked("Địa chỉ gửi"), marked("Ví dụ: nhacviec@example.vn"), is_needed=True),
            Setting("sender_name", marked("Tên người gửi"), marked("Để trống: Đôn đốc.")),
            Setting("reply_to", marked("Địa chỉ nhận trả lời"), marked("Để trống: địa chỉ gửi.")),
        ),
        secrets=(Secret("password", marked("Mật khẩu máy chủ thư")),),
    ),
    "zalo": ChannelForm(
        settings=(
            Setting("app_id", marked("Mã ứng dụng (app_id)"), is_needed=True),
            Setting("oa_id", marked("Mã Official Account (oa_id)")),
            Setting(
                "template_id", marked("Mã mẫu tin ZBS"), marked("Để trống: chỉ gửi cho người đã quan tâm.")
            ),
        ),
        secrets=(
            Secret("app_secret", marked("Khóa bí mật của ứng dụng")),
            Secret("oa_secret_key", marked("Khóa ký sự kiện của Official Account")),
        ),
    ),
    "zalo-bot": ChannelForm(
        secrets=(
            Secret("token", marked("Mã truy cập của bot")),
            Secret("webhook_secret", marked("Từ bí mật của webhook")),
        ),
    ),
}
"""Channel → its form; another channel is only switched on and off."""


def form_of(channel: str) -> ChannelForm:
    """Return the form of a channel."""
    return FORMS.get(channel, ChannelForm())
