"""Promise: every deadline that passes is escalated exactly once per round and rung, whatever is down meanwhile.

A thousand deadlines fall due while workers, beats, the broker and the database are killed, frozen and restarted at
random, and rings are repeated out of order. Afterwards the ledger is judged: every step that was to happen stands there
once, none is missing, none early, and none later than five seconds of the time in which the product could work
(`service_time` says what that is). Only on a machine so busy that work takes more than twice as long as on an idle one
does the measure change: seconds are then counted in shares of the machine, and the bound grows with the slowdown,
because a step takes a dozen turns between two processes. The test prints which measure it used.
"""

# ruff: noqa: E501 - statements of SQL and figures are read whole
from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import Celery
from kombu.exceptions import OperationalError as BrokerGone
from redis import Redis

from shared.bootstrap import System, build_system, campaign_folder
from shared.settings import Settings
from tests.leads import an_intake
from tests.promises.service_time import Meter, ServiceTime, Span, worker_lives
from workflows import escalation
from workflows.calendars import china
from workflows.campaign import CampaignDefinition
from workflows.commands import OpenCampaign, PublishDefinition, ReceiveLead, system_caller
from workflows.deadline import Deadline
from workflows.definition_format import parse_toml, read_definition

DEADLINES, LEADS, FAULTS = 1000, 50, 50
RUN_SECONDS = 100.0
LATEST = 5.0
FROZEN_SECONDS = 3.0
CAMPAIGN = "under-fire"
pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.xdist_group("under-fire")]


@dataclass
class Product:
    """The running product, and what was done to it."""

    folder: Path
    database_url: str
    redis_url: str
    log: list[tuple[float, str]] = field(default_factory=list)
    down: list[Span] = field(default_factory=list)
    frozen: dict[str, list[Span]] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)

    def pids(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads((self.folder / "pids.json").read_text())
        return found

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database_url.replace("+psycopg", ""), autocommit=True, connect_timeout=2)


@pytest.fixture
def product(server: str, tmp_path: Path) -> Iterator[Product]:
    """`server` is asked for only so that this test runs where services may run."""
    tmp_path.chmod(0o711)
    command = [sys.executable, "-m", "tests.promises.product_under_fire", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, (tmp_path / "postgres.log").read_text(errors="replace")[-2000:]
        addresses = json.loads(line)
        product = Product(tmp_path, addresses["DATABASE_URL"], addresses["REDIS_URL"])
        product.meter.start()
        yield product
        product.meter.stop()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_a_thousand_deadlines_survive_fifty_faults(product: Product) -> None:
    definition = read_definition(
        parse_toml((campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes())
    )
    expected = _arm(product, definition)
    chance = random.Random(20170810)
    begins = time.time()
    for number in range(FAULTS):
        time.sleep(max(0.0, begins + (number + 0.5) * RUN_SECONDS / FAULTS - time.time()))
        _harm(product, chance)
    _settle(product, expected)
    product.meter.stop()
    happened = _happened(product)
    late = _lateness(product)
    print(
        f"\n{len(expected)} steps of {DEADLINES} deadlines, {len(product.log)} faults: {Counter(w for _, w in product.log)}"
    )
    worst, by_the_wall = max(late)[0], max(wall for _, wall in late)
    print(
        f"lost {len(expected - set(happened))}, double {sum(n - 1 for n in Counter(happened).values())}, "
        f"worst {worst:.1f} s late while it could work ({by_the_wall:.1f} s by the wall, every outage included)"
    )
    slowdown = product.meter.mean
    limit = LATEST * slowdown if product.meter.is_crowded else LATEST
    measure = "shares of a busy machine, the bound scaled" if product.meter.is_crowded else "plain seconds"
    print(
        f"allowed {limit:.1f} s, in {measure}: work took {slowdown:.1f} times as long as on an idle machine"
    )
    _tell(product)
    assert len(product.log) == FAULTS
    assert set(happened) == expected
    assert max(Counter(happened).values()) == 1
    assert worst <= limit


def test_a_worker_outlives_its_broker_and_goes_on_sweeping(product: Product) -> None:
    raw = (campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes()
    expected = _arm(product, read_definition(parse_toml(raw)), deadlines=60, seconds=15.0)
    before = {name: product.pids()[name]["pid"] for name in ("worker1", "worker2")}
    for _ in range(4):
        _strike(product.pids()["broker"]["pid"])
        time.sleep(3.0)
    _settle(product, expected)
    assert {name: product.pids()[name]["pid"] for name in before} == before
    assert set(_happened(product)) == expected


def test_a_broker_that_takes_nothing_more_stops_neither_sweeping_nor_telling(product: Product) -> None:
    """Its disk or its memory is full: it answers, and refuses every write."""
    raw = (campaign_folder("yangshan-ivory-2017") / "definition.toml").read_bytes()
    expected = _arm(product, read_definition(parse_toml(raw)), deadlines=60, seconds=15.0)
    before = {name: product.pids()[name]["pid"] for name in ("worker1", "worker2")}
    with Redis.from_url(product.redis_url) as broker:
        broker.config_set("maxmemory", 1)
    _settle(product, expected)
    ends = time.time() + 90
    while (left := _waiting_to_be_told(product)) and time.time() < ends:
        time.sleep(0.5)
    assert left == 0
    assert {name: product.pids()[name]["pid"] for name in before} == before
    assert set(_happened(product)) == expected


def _waiting_to_be_told(product: Product) -> int:
    with product.connect() as connection:
        row = connection.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL").fetchone()
    assert row is not None
    return int(row[0])


def _arm(
    product: Product, definition: CampaignDefinition, deadlines: int = DEADLINES, seconds: float = RUN_SECONDS
) -> set[tuple[str, str]]:
    """Fifty leads through the front door; then clocks whose due moments are set by hand, when a worker is ready."""
    hosts = ("localhost",)
    system = build_system(
        Settings(product.database_url, "redis://127.0.0.1:1/0", product.folder, None, hosts, "http://x")
    )
    raw = (campaign_folder(definition.id) / "definition.toml").read_bytes()
    system.handle(PublishDefinition(system_caller(""), parse_toml(raw)))
    system.handle(OpenCampaign(system_caller(""), CAMPAIGN, definition.id, definition.version, "live"))
    for _ in range(LEADS):
        system.handle(ReceiveLead(system_caller(CAMPAIGN), an_intake(), "test"))
    _quiet_everything_else(product)
    ends = time.time() + 60
    while not worker_lives(product.folder, ends) and time.time() < ends:
        time.sleep(0.2)
    due = _set_by_hand(product, system, definition, deadlines, seconds)
    system.close()
    return due


def _quiet_everything_else(product: Product) -> None:
    with product.connect() as connection:
        connection.execute("UPDATE deadlines SET next_at = NULL WHERE code <> 'D-ACCEPT'")


def _set_by_hand(
    product: Product, system: System, definition: CampaignDefinition, deadlines: int, seconds: float
) -> set[tuple[str, str]]:
    first = datetime.now(UTC) + timedelta(seconds=4)
    chance, expected = random.Random(1), set()
    with system._unit() as uow:
        originals = [d for d in uow.deadlines.open_of_campaign(CAMPAIGN) if d.code == "D-ACCEPT"]
        uow.deadlines._connection.exec_driver_sql("DELETE FROM deadlines WHERE code = 'D-ACCEPT'")
        for number in range(deadlines):
            copy = _due_at(
                originals[number % LEADS],
                uow.new_id(),
                first + timedelta(seconds=chance.uniform(0, seconds - 8)),
            )
            ladder = definition.ladder(definition.clocks[copy.rule].ladder)
            uow.deadlines.add(escalation.armed(copy, ladder, china()))
            end = first + timedelta(seconds=seconds)
            expected |= {(copy.id, s.key) for s in escalation.schedule(copy, ladder, china()) if s.at <= end}
        uow.commit()
    return expected


def _due_at(original: Deadline, deadline_id: str, due_at: datetime) -> Deadline:
    return replace(
        original, id=deadline_id, due_at=due_at, original_due_at=due_at, started_at=due_at - timedelta(days=1)
    )


KINDS = (
    ("worker", 4), ("beat", 3), ("broker", 3), ("broker hangs", 2), ("freeze", 3), ("postgres", 2), ("child", 3), ("rings", 3),
)  # fmt: skip


def _harm(product: Product, chance: random.Random) -> None:
    kinds, weights = zip(*KINDS, strict=True)
    what = chance.choices(kinds, weights)[0]
    pids = product.pids()
    victim, other = chance.sample(["worker1", "worker2"], 2)
    beat = pids[chance.choice(["beat1", "beat2"])]["pid"]
    if what in {"worker", "freeze"} and not _works(product, other):
        what = "beat"  # with no worker alive nothing is tested but patience
    if what == "child" and not _children(pids[victim]["pid"]):
        what = "beat"
    if what == "postgres":
        _restart_database(product, pids["postgres"]["pid"])
    elif what == "rings":
        _ring_out_of_order(product, chance)
    elif what == "freeze":
        product.frozen.setdefault(victim, []).append((time.time(), time.time() + FROZEN_SECONDS))
        _freeze(pids[victim]["pid"])
    elif what == "broker hangs":
        _freeze(pids["broker"]["pid"])
    elif what == "child":
        _strike(chance.choice(_children(pids[victim]["pid"])))
    else:
        _strike({"worker": pids[victim]["pid"], "beat": beat, "broker": pids["broker"]["pid"]}[what])
    product.log.append((time.time(), what))


def _works(product: Product, worker: str) -> bool:
    now = time.time()
    lives = worker_lives(product.folder, now + 1).get(worker, [])
    frozen = any(start <= now < end for start, end in product.frozen.get(worker, ()))
    return not frozen and any(start <= now < end for start, end in lives)


def _ring_out_of_order(product: Product, chance: random.Random) -> None:
    """The same hints again and again, in any order, also for rows long done and rows that never were."""
    options = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 1}
    app = Celery("rings", broker=product.redis_url, broker_transport_options=options)
    rings: list[tuple[str, str, dict[str, Any]]] = [
        ("xunxian.sweep", "clock", {}),
        ("xunxian.relay", "messages", {}),
    ]
    rings += [("xunxian.deliver", "messages", {"outbox_ids": [chance.randint(1, 4000)]}) for _ in range(6)]
    try:
        for task, queue, arguments in chance.sample(rings * 2, len(rings) * 2):
            app.send_task(task, kwargs=arguments, queue=queue, retry=False, expires=60)
    except (BrokerGone, OSError):
        pass  # the broker is away or hangs: there is nothing to ring with
    finally:
        app.close()


def _children(pid: int) -> list[int]:
    """The pool processes of a worker: none while it is still starting."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in children.read_text().split()] if children.exists() else []


def _strike(pid: int) -> None:
    with suppress(ProcessLookupError):  # it may have died of an earlier fault and be starting again
        os.kill(pid, signal.SIGKILL)


def _freeze(pid: int) -> None:
    """Stop a process for longer than a transaction may stand still, and let it go on."""

    def thaw() -> None:
        with suppress(ProcessLookupError):  # it may have been killed while it stood still
            os.kill(pid, signal.SIGCONT)

    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return
    timer = threading.Timer(FROZEN_SECONDS, thaw)
    timer.daemon = True
    timer.start()


def _restart_database(product: Product, pid: int) -> None:
    began = time.time()
    os.kill(pid, signal.SIGQUIT)
    time.sleep(0.3)
    while True:
        try:
            product.connect().close()
            break
        except psycopg.OperationalError:
            assert time.time() - began < 30
            time.sleep(0.05)
    product.down.append((began, time.time()))


def _settle(product: Product, expected: set[tuple[str, str]]) -> None:
    """Wait for every step; a step that is lost shows in twenty seconds without any new one."""
    count, until = 0, time.time() + 20
    while time.time() < until and count < len(expected):
        time.sleep(0.5)
        found = len(set(_happened(product)))
        if found > count:
            count, until = found, time.time() + 20


def _happened(product: Product) -> list[tuple[str, str]]:
    kinds = ("deadline.expired", "deadline.escalated", "deadline.rung_skipped")
    with product.connect() as connection:
        rows = connection.execute(
            "SELECT data->>'deadline_id', data->>'step' FROM events WHERE kind = ANY(%s) AND campaign_id = %s AND data->>'code' = 'D-ACCEPT'",
            (list(kinds), CAMPAIGN),
        ).fetchall()
    return [(row[0], row[1]) for row in rows]


def _tell(product: Product) -> None:
    """What happened when, in steps of five seconds: due, recorded, and the faults."""
    with product.connect() as connection:
        rows = connection.execute(
            "SELECT e.due_at, e.wall_recorded_at FROM escalations e JOIN deadlines d ON d.id = e.deadline_id"
            " WHERE d.code = 'D-ACCEPT' AND e.outcome = 'fired' AND e.step IN ('due', 'L2')"
        ).fetchall()
        waiting = connection.execute(
            "SELECT next_at, tries, set_aside FROM deadlines WHERE next_at IS NOT NULL"
        ).fetchall()
    first = min(time_ for time_, _ in product.log)
    due = Counter(int((d.timestamp() - first) // 5) for d, _ in rows)
    done = Counter(int((r.timestamp() - first) // 5) for _, r in rows)
    faults: dict[int, list[str]] = {}
    for time_, what in product.log:
        faults.setdefault(int((time_ - first) // 5), []).append(what)
    for bucket in sorted(set(due) | set(done) | set(faults)):
        print(
            f"{bucket * 5:4d} s  due {due[bucket]:4d}  recorded {done[bucket]:4d}  {' '.join(faults.get(bucket, []))}"
        )
    overdue = [row for row in waiting if row[0] < datetime.now(UTC)]
    print(
        f"{len(overdue)} still waiting, {sum(1 for row in waiting if row[2])} set aside",
        [r for r in overdue if r[2]][:3],
    )


def _lateness(product: Product) -> list[tuple[float, float]]:
    """How late each step was: in time the product could work, and by the wall; a step may never be early."""
    with product.connect() as connection:
        rows = connection.execute(
            "SELECT e.due_at, e.wall_recorded_at FROM escalations e JOIN deadlines d ON d.id = e.deadline_id"
            " WHERE d.code = 'D-ACCEPT' AND e.outcome = 'fired' AND e.step IN ('due', 'L2')"
        ).fetchall()
    moments = [(due.timestamp(), recorded.timestamp()) for due, recorded in rows]
    begin, end = min(due for due, _ in moments), max(recorded for _, recorded in moments)
    lives = worker_lives(product.folder, end + 1)
    clock = ServiceTime(begin, end, lives, product.frozen, product.down, product.meter)
    assert all(recorded >= due for due, recorded in moments)
    return [(clock.between(due, recorded), recorded - due) for due, recorded in moments]
