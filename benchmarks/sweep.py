"""Deadlines: the cost of a sweep follows what is due, not what is armed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg

from benchmarks.place import CAMPAIGN, product
from benchmarks.timing import Result, compare
from shared.bootstrap import System
from shared.clock import SystemClock
from tests.leads import an_intake
from workflows import escalation
from workflows.calendars import china
from workflows.commands import ReceiveLead, SweepDeadlines, system_caller

FEW, MANY, DUE = 10_000, 1_000_000, 1_000
LEADS = 50


def run() -> Iterator[Result]:
    """This will compare the same 1,000 due deadlines among 10,000 armed ones and among 1,000,000."""
    with _armed(FEW) as few, _armed(MANY) as many:
        yield _compare_blocks(many, few)
        yield compare(
            "S4 a sweep with 1,000 due",
            ("among 1,000,000 armed", lambda: _sweep(many)),
            ("among 10,000 armed", lambda: _sweep(few)),
            goal=1.2,
            rounds=2,
            clock=time.perf_counter,
        )
        _take_away_due(few)
        _take_away_due(many)
        yield compare(
            "S4 a sweep with nothing due",
            ("among 1,000,000 armed", lambda: _idle(many)),
            ("among 10,000 armed", lambda: _idle(few)),
            goal=2.0,
            pieces=50,
            clock=time.perf_counter,
        )


def _compare_blocks(many: System, few: System) -> Result:
    """Pages of the database touched by a sweep: what it costs there, whatever else the machine does."""
    mine, theirs = (_blocks_of_a_sweep(system) for system in (many, few))
    ratio = mine / theirs
    title, ours, other = (
        "S4 pages touched by a sweep with 1,000 due",
        "among 1,000,000 armed",
        "among 10,000 armed",
    )
    names = (f"{ours} {mine:,} pages", f"{other} {theirs:,} pages")
    return Result(title, *names, ratio, ratio, ratio, 1.2, (0.0, 0.0))


def _blocks_of_a_sweep(system: System) -> int:
    _sweep(system)  # the first one reads rules and calendars, and fills the caches
    before = _blocks(system)
    _sweep(system)
    return _blocks(system) - before


def _blocks(system: System) -> int:
    time.sleep(2.0)  # a connection tells what it touched a second after its transaction, at the latest
    asked = "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
    with _connection(system) as connection:
        row = connection.execute(asked).fetchone()
    assert row is not None
    return int(str(row[0]))


def _sweep(system: System) -> None:
    """Rolled back, so that every round finds the same work; the commit is the same on both sides."""
    done = system.handle(SweepDeadlines(system_caller(CAMPAIGN), 2 * DUE), dry_run=True).done
    assert done is not None
    assert done.version == DUE, f"{done.version} of {DUE} were fired"


def _idle(system: System) -> None:
    for _ in range(50):
        done = system.handle(SweepDeadlines(system_caller(CAMPAIGN), 50), dry_run=True).done
        assert done is not None
        assert done.version == 0


@contextmanager
def _armed(number: int) -> Iterator[System]:
    with product() as system:
        for _ in range(LEADS):
            system.handle(ReceiveLead(system_caller(CAMPAIGN), an_intake(), "benchmark"))
        with _connection(system) as connection:
            connection.execute("UPDATE deadlines SET next_at = NULL")
        _arm_due(system)
        with _connection(system) as connection:
            columns = [
                row[0]
                for row in connection.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = 'deadlines'"
                    " AND column_name NOT IN ('id', 'sort_key', 'next_at', 'subject_id', 'lead_id', 'due_at') ORDER BY 1"
                )
            ]
            listed = ", ".join(columns)
            # Copies of a real row, each of a matter of its own, due over the next ten years.
            connection.execute(
                f"INSERT INTO deadlines (id, subject_id, next_at, due_at, {listed})"
                " SELECT 'copy-' || n, 'matter-' || n, now() + (1 + n % 3650) * interval '1 day',"
                f" now() + (1 + n % 3650) * interval '1 day', {listed} FROM generate_series(1, {number - DUE}) n,"
                " (SELECT * FROM deadlines WHERE code = 'D-ACCEPT' LIMIT 1) one".encode()
            )
            connection.execute("VACUUM ANALYZE deadlines")
        yield system


def _arm_due(system: System) -> None:
    """A thousand deadlines of the fifty leads that fell due in the last minute, by the product's own code."""
    now, rules = SystemClock().now(), system.read(lambda work: work.definition, system_caller(CAMPAIGN))
    with system._unit() as uow:
        originals = [d for d in uow.deadlines.open_of_campaign(CAMPAIGN) if d.code == "D-ACCEPT"]
        for n in range(DUE):
            due_at = now - timedelta(seconds=n % 60 + 1)
            moments = {"due_at": due_at, "original_due_at": due_at, "started_at": due_at - timedelta(days=1)}
            copy = replace(originals[n % LEADS], id=uow.new_id(), **moments)
            uow.deadlines.add(escalation.armed(copy, rules.ladder(rules.clocks[copy.rule].ladder), china()))
        uow.commit()


def _take_away_due(system: System) -> None:
    with _connection(system) as connection:
        connection.execute("UPDATE deadlines SET next_at = NULL WHERE next_at <= now()")
        connection.execute("VACUUM deadlines")


def _connection(system: System) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(system.settings.database_url, autocommit=True)
