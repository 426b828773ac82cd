"""Every page, put onto the application beside the API; a page that asks nobody who looks stops the start."""

from importlib import import_module

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from service.web.page import PageRoute
from service.web.visitor import visitor_of

PAGES = (
    *("assets", "messages", "links", "sign_in"),
    *("unit_work", "duties", "saved_views", "bulk", "duty", "old_register", "intake", "issuing", "untold"),
    *("board", "coverage", "directive_changes", "oversight", "oversight_links", "oversight_by_link"),
    *("admin.overview", "admin.units", "admin.people", "admin.accounts", "admin.channels"),
    *("admin.calendar", "admin.groups", "admin.keys", "admin.webhooks", "admin.policies"),
    *("admin.templates", "admin.audit", "admin.ending", "admin.reorganisations", "admin.ladder"),
)
"""Files of this package that have a `router`."""

FOR_STRANGERS = frozenset(
    {
        *("show_sign_in", "sign_in", "show_set_password", "set_password"),
        *("show_registers", "choose_register", "choose_language"),
        *("show_by_link", "show_item_by_link"),
    }
)
"""Pages that are shown before it is known who looks."""


class PagesForAnybody(RuntimeError):
    """A page asks nobody who looks, and nobody said that this is meant."""


def include_pages(site: FastAPI) -> None:
    """Put the pages onto an application, as they stand: a router that is included builds each anew.

    Raises:
        PagesForAnybody: With the names of the pages.
    """
    for name in PAGES:
        site.router.routes += import_module(f"service.web.{name}").router.routes
    require_visitors(site)


def require_visitors(site: FastAPI) -> None:
    """Return if every page asks who looks, but for those that are for strangers.

    Raises:
        PagesForAnybody: With the names of those that do not.
    """
    found = {
        route.name
        for place in iter_route_contexts(site.routes)
        if isinstance(route := place.original_route, PageRoute) and not _asks_who_looks(route)
    }
    if found != FOR_STRANGERS:
        raise PagesForAnybody(", ".join(sorted(found ^ FOR_STRANGERS)))


def _asks_who_looks(route: APIRoute) -> bool:
    waiting = list(route.dependant.dependencies)
    while waiting:
        one = waiting.pop()
        if one.call is visitor_of:
            return True
        waiting += one.dependencies
    return False
