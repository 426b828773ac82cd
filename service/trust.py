"""Whom TLS connections trust, read once: making a context costs as much as sending thirty messages."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """Return the public certificate authorities; whoever uses the context changes nothing in it."""
    return httpx.create_ssl_context(trust_env=False)


@cache
def authorities_here() -> ssl.SSLContext:
    """Return those that this machine trusts; whoever uses the context changes nothing in it."""
    return ssl.create_default_context()
