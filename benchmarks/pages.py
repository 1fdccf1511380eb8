"""How long pages take with 10,000 leads: `python -m benchmarks.pages [TIMES]`; needs DATABASE_URL.

The exercise of the pages is played once, then its forty leads with their clocks, histories and records are copied 249
times inside the database. Each page is asked for in this process, without a network: milliseconds to the last byte,
the first time, the median and the 95th percentile. What a page gathers from the whole campaign is kept until something
happens there: the first time is what it takes after that. The goal is 300 for lists and search.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

import psycopg
from flask.testing import FlaskClient

from benchmarks.place import CAMPAIGN, empty, opened
from services.api.app import create_app
from services.api.pages import fixture
from shared.bootstrap import System, token_hash
from workflows.commands import IssueToken, system_caller

COPIES, GOAL_MS = 249, 300
PEOPLE = ("office.office_director", "station_daluo.officer")
_STARTS = datetime(2017, 8, 10, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
LISTS = (
    "/leads",
    "/leads?light=overdue",
    "/leads?light=escalated",
    "/leads?light=soon",
    "/leads?state=open",
    "/leads?agency=station_daluo",
    "/leads?holder=station_daluo",
    "/leads?channel=patrol",
    "/leads?township=大箩镇",
    "/leads?record=seizure",
    "/leads?q=象牙",
    "/leads?order=-due&page=150",
    "/leads?light=overdue&rows=200",
    "/leads?rows=200",
    "/leads?view=board",
    "/search?q=象牙",
    "/search?q=客运",
)
PAGES = (
    "/supervise",
    "/inbox",
    "/progress",
    "/progress?at=2017-09-05T12:00",
    "/progress/leads?count=open",
    "/results/stage/2017-09/period",
    "/results/stage/2017-09/period/C1/total",
    "/reports",
    "/reports/stage/2017-09",
    "/reports/stage/2017-09/units/station_daluo",
    "/definitions/yangshan-ivory-2017/1",
)
_TABLES = {
    "leads": ("id", "number", "external_ref"),
    "handoffs": ("id", "lead_id", "group_id"),
    "transfers": ("id", "lead_id"),
    "orders": ("id", "lead_id", "deadline_id", "number"),
    "deadlines": ("id", "lead_id", "subject_id"),
    "escalations": ("deadline_id",),
    "events": ("lead_id", "subject_id", "stream"),
    "grants": ("lead_id", "cause_id"),
    "records": ("id", "lead_id"),
}
"""Tables in the order in which rows may be added, each with the columns that a copy gets its own value of."""
_OWN_IDS = {"escalations": "id", "events": "position", "grants": "id", "deadlines": "sort_key"}


def multiply(connection: psycopg.Connection, copies: int) -> None:
    """This will copy every lead, with all that hangs on it, so many times."""
    for table, own in _TABLES.items():
        changed = ", ".join(f"'{name}', to_jsonb(t)->>'{name}' || '.' || n" for name in own)
        serial = _OWN_IDS.get(table)
        names = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY 1",
                (table,),
            )
            if row[0] != serial
        ]
        said = ", ".join(names)
        of_lead = "" if table in {"leads", "escalations"} else " WHERE t.lead_id IS NOT NULL"
        if table == "escalations":
            of_lead = " WHERE t.deadline_id IN (SELECT id FROM deadlines WHERE lead_id IS NOT NULL)"
        connection.execute(
            f"INSERT INTO {table} ({said}) SELECT {', '.join('r.' + name for name in names)} "
            f"FROM (SELECT * FROM {table} t{of_lead}) t, generate_series(1, {copies}) n, "
            f"jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({changed})) r"
        )
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")


@contextmanager
def exercise(copies: int) -> Iterator[System]:
    """This will play the exercise of the pages in a database of its own, and copy its leads."""
    with empty() as (system, address):
        for person in opened(system, "exercise", _STARTS):
            name = str(person["id"])
            system.handle(IssueToken(system_caller(CAMPAIGN), name, token_hash(name)))
        fixture.build(system, CAMPAIGN)
        with psycopg.connect(address) as connection:
            multiply(connection, copies)
        yield system


def entered(system: System, person: str) -> FlaskClient:
    """This will sign somebody in."""
    client = create_app(system).test_client()
    assert client.post("/sign-in", data={"token": person}).status_code == 303
    return client


def measured(client: FlaskClient, path: str, times: int) -> tuple[float, float, float, int]:
    """This will ask for a page: the first time, the median and the 95th percentile in milliseconds, and its kilobytes."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        answer = client.get(path)
        taken.append((perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    first = taken[0]
    taken.sort()
    return first, median(taken), taken[-(-len(taken) * 95 // 100) - 1], len(answer.data) // 1024


def main(times: int) -> int:
    """This will print a row for each page; the exit code is 1 when a list or a search misses the goal."""
    kept = True
    with exercise(COPIES) as system:
        print("| page | who | first ms | median ms | p95 ms | KiB |\n|---|---|---|---|---|---|")
        for person in PEOPLE:
            client = entered(system, person)
            for path in (*LISTS, *PAGES) if person == PEOPLE[0] else LISTS:
                first, middle, high, size = measured(
                    client, path, times if path in LISTS else max(times // 5, 2)
                )
                kept &= high <= GOAL_MS or path not in LISTS
                print(
                    f"| `{path}` | {person} | {first:.0f} | {middle:.0f} | {high:.0f} | {size} |", flush=True
                )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
