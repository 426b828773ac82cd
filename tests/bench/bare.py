"""`python -m tests.bench.bare`: the limit for reads; plain ASGI, the driver, the same rows, no checks."""

import argparse
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import sqlalchemy as sa
import uvicorn
from psycopg.rows import dict_row

COLUMNS = """o.id, o.version, o.state, o.period, o.assigned_on, o.due_on, o.original_due_on, o.done_on,
 o.percent, o.reported_on, u.id AS unit_id, u.code AS unit_code, u.name AS unit_name, i.id AS item_id,
 i.locator, i.label, i.text, i.key_task, d.id AS directive_id, d.number, d.symbol, d.subject, d.urgency"""
JOINED = """FROM obligation o JOIN item i ON i.id = o.item_id JOIN directive d ON d.id = o.directive_id
 JOIN unit u ON u.id = o.unit_id"""
ONE = f"SELECT {COLUMNS} {JOINED} WHERE o.id = %s"
PAGE = f"SELECT {COLUMNS} {JOINED} WHERE o.unit_id = %s AND o.state = 'assigned' ORDER BY o.id LIMIT 50"

Ask = Callable[[str, str], list[dict[str, Any]]]


def postgresql(url: sa.URL) -> Ask:
    """Return a way to ask over one connection, called in the event loop itself."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain, autocommit=True, row_factory=dict_row)
    return lambda statement, value: connection.execute(statement, (value,)).fetchall()


def sqlite(url: sa.URL) -> Ask:
    """Return the same over SQLite."""
    connection = sqlite3.connect(url.database or "", isolation_level=None)
    connection.row_factory = sqlite3.Row

    def ask(statement: str, value: str) -> list[dict[str, Any]]:
        rows = connection.execute(statement.replace("%s", "?"), (value.replace("-", ""),))
        return [dict(row) for row in rows]

    return ask


def application(ask: Ask) -> Any:
    """Return the program: `/one/ID` and `/page/UNIT_ID`."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        _, kind, value = scope["path"].split("/")
        body = json.dumps(ask(ONE if kind == "one" else PAGE, value), default=str).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description="The limit for reads.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--url", required=True)
    given = parser.parse_args()
    url = sa.make_url(given.url)
    ask = sqlite(url) if url.get_backend_name() == "sqlite" else postgresql(url)
    uvicorn.run(application(ask), port=given.port, log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
