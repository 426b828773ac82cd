"""Many visits of every kind to the links of an office, then a person who taps each of them once."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from service.domain.tables import Event, LinkUse, Obligation, table
from service.web.forms import FORM_OPEN
from tests.district import COMMUNES, District
from tests.scanners.profiles import QUICK, Replayer, browser, has_browser
from tests.web.phone import Phone, open_site
from tests.web.serving import served

BROWSER_EVERY = 250
"""A browser costs as much as some hundred other visits."""


@dataclass
class Figures:
    """How often each kind came, what changed meanwhile, and what the people afterwards got done."""

    visits: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    taps: int = 0
    worked: int = 0


def scan(office: District, folder: Path, *, visits: int, seed: int, letters: int = 1) -> Figures:
    """Let scanners visit, then people; the clock of the office stands but for the age of captured forms."""
    for _ in range(letters):
        office.give(due="2024-03-29", units=COMMUNES)
    office.wait_until(date(2024, 3, 4))
    links = [mail["link"] for mail in office.mails()]
    paths = [link.removeprefix(office.settings.public_url) for link in links]
    chance = random.Random(seed)  # noqa: S311 - the visits are to be the same for the same seed
    figures = Figures()
    with open_site(office) as site, served(site.app) as root:
        replayer = Replayer(site, paths)
        office.clock.at = office.now() + FORM_OPEN + timedelta(minutes=1)
        before = _state(office)
        for number in range(visits):
            path = chance.choice(paths)
            if has_browser() and number % BROWSER_EVERY == 0:
                if "<form" not in browser(root + path, folder / "browser"):
                    raise AssertionError("the browser did not see the page")
                figures.visits["browser"] += 1
                continue
            visitor = chance.choice((*QUICK, replayer))
            visitor(site, path)
            figures.visits[getattr(visitor, "__name__", "replayer")] += 1
        figures.changes = sum(a != b for a, b in zip(before, _state(office), strict=True))
        for path in paths:
            figures.taps += 1
            figures.worked += "Đã ghi nhận: đã nhận" in Phone(site, path).tap("received").text
    return figures


def _state(office: District) -> tuple[int, ...]:
    """Return what every change of state would show in: the journal, the uses, the versions."""
    counts = [sa.select(sa.func.count()).select_from(table(model)) for model in (Event, LinkUse)]
    versions = sa.select(sa.func.sum(table(Obligation).c.version))
    with office.database.read() as connection:
        return tuple(int(connection.execute(query).scalar_one() or 0) for query in (*counts, versions))
