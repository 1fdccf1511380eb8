"""A whole command against the same SQL statements sent bare, and the interface against the command behind it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import event

from benchmarks.place import CAMPAIGN, product
from benchmarks.timing import Result, compare
from services.api.app import create_app
from shared.application import queries
from shared.bootstrap import System, token_hash
from tests.leads import an_intake
from workflows.commands import IssueToken, ReceiveLead, system_caller

PIECES = 20
TIP = {
    "title": "古玩城摊位摆卖疑似象牙雕件", "description": "来访人说古玩城一处摊位明着摆白色牙雕,问价就报。",
    "channel": "walk_in", "place_type": "antique_market", "act": "sell", "reporter_kind": "anonymous",
    "source": "benchmark",
}  # fmt: skip
PERSON = "office.intake"


def run() -> Iterator[Result]:
    """This will receive leads: bare statements, the command, the interface; then read one."""
    with product() as system:
        statements = _recorded(system)
        address = system.settings.database_url
        with psycopg.connect(address) as connection:
            yield compare(
                f"S2 receiving a lead: rules, clocks, history, outbox ({len(statements)} statements)",
                ("ReceiveLead", lambda: [_receive(system) for _ in range(PIECES)]),
                (
                    "its statements sent bare",
                    lambda: [_replay(connection, statements) for _ in range(PIECES)],
                ),
                goal=4.0,
                pieces=PIECES,
                clock=time.perf_counter,
            )
        yield from _interface(system)


def _interface(system: System) -> Iterator[Result]:
    system.handle(IssueToken(system_caller(CAMPAIGN), PERSON, token_hash("benchmark")))
    client = create_app(system).test_client()
    headers = {"Authorization": "Bearer benchmark"}

    def post() -> None:
        for _ in range(PIECES):
            answer = client.post("/v1/leads?dry_run=true", json=TIP, headers=headers)
            assert answer.status_code == 200, answer.text

    yield compare(
        "S3 receiving a lead through the interface, answered with the whole view",
        ("POST /v1/leads", post),
        ("ReceiveLead alone", lambda: [_receive(system) for _ in range(PIECES)]),
        goal=3.0,
        pieces=PIECES,
        clock=time.perf_counter,
    )
    done = system.handle(ReceiveLead(system_caller(CAMPAIGN), an_intake(), "benchmark")).done
    assert done is not None
    number, by = str(done.number), system.caller_for("benchmark")
    assert by is not None

    def get() -> None:
        for _ in range(PIECES):
            assert client.get(f"/v1/leads/{number}", headers=headers).status_code == 200

    yield compare(
        "S3 reading a lead through the interface",
        ("GET /v1/leads/{number}", get),
        ("the query alone", lambda: [system.read(queries.lead, by, number=number) for _ in range(PIECES)]),
        goal=2.0,
        pieces=PIECES,
        clock=time.perf_counter,
    )


def _receive(system: System) -> None:
    """Rolled back, as the bare statements are: the commit is the same for both."""
    system.handle(ReceiveLead(system_caller(CAMPAIGN), an_intake(), "benchmark"), dry_run=True)


def _recorded(system: System) -> list[tuple[str, Any]]:
    """The statements one command sends, with their values."""
    found: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        found.append((statement, values))

    _receive(system)
    event.listen(system._engine, "before_cursor_execute", note)
    _receive(system)
    event.remove(system._engine, "before_cursor_execute", note)
    return found


def _replay(connection: psycopg.Connection[Any], statements: list[tuple[str, Any]]) -> None:
    with connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement.encode(), values)
    connection.rollback()
