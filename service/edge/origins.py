"""Where a browser says that a request began, and where it may be led to."""

from urllib.parse import urlsplit

from fastapi import Request

from service.edge.context import context

HOME = "/"


def is_our_page(request: Request) -> bool:
    """Return if what the browser says of where a form stood is a page of ours, or it says nothing.

    With `Referrer-Policy: no-referrer` a browser sends `Origin: null` also from our own page.
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin", "null")
    public = urlsplit(context(request).settings.public_url)
    ours = (f"{public.scheme}://{public.netloc}", f"{request.url.scheme}://{request.url.netloc}")
    return origin == "null" or origin in ours


def local_path(wanted: str | None) -> str:
    """Return where to go on afterwards: a path of this service, else its first page."""
    path = wanted or HOME
    read = urlsplit(path) if path.isascii() and path.isprintable() and "\\" not in path else None
    is_local = read is not None and not read.scheme and not read.netloc
    return path if is_local and path.startswith("/") and not path.startswith("//") else HOME
