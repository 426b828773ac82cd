"""Whether the service is tried on one machine, where there is no TLS."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from service.settings import Settings


def on_this_machine(settings: Settings) -> bool:
    """Return if the service is reached without TLS, on the machine that it runs on."""
    public = urlsplit(settings.public_url)
    return public.scheme == "http" and is_loopback(public.hostname or "")


def is_loopback(host: str) -> bool:
    """Return if a host is this machine by its name or address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
