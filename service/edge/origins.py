"""Where a browser says that a request began."""

from urllib.parse import urlsplit

from fastapi import Request

from service.edge.context import context


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
