"""Compares names of units as people do: without case, accents and titles, "Ủy ban nhân dân" as UBND."""

import re

from .restore import canonical, fold

_OFFICE = re.compile(
    r"^(?:pho |thuong truc |quyen )*(?:ban thuong vu|thuong truc|chu tich|giam doc|thu truong|bo truong|"
    r"lanh dao|truong)\s+"
)


def unit_key(name: str) -> str:
    """A name for comparing: folded, without the office holder's title, common abbreviations made one."""
    key = re.sub(r"\buy ban nhan dan\b", "ubnd", fold(canonical(name)))
    key = re.sub(r"\bhoi dong nhan dan\b", "hdnd", key)
    return _OFFICE.sub("", key.replace("chanh van phong", "van phong"))


def is_issuer(unit: str, issuer: str | None) -> bool:
    """Whether a phrase names the issuing body: "UBND tỉnh" of "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"."""
    if not issuer:
        return False
    mine, body = unit_key(unit), unit_key(issuer)
    return bool(mine) and (body == mine or body.startswith(mine + " "))
