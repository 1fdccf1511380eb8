"""The exercise, played over HTTP against the whole system: repeatable, told beforehand, indifferent to a lost worker."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.api.app import create_app
from services.cli.play.ending import Ending, screen
from services.cli.play.exercise import play_exercise
from services.cli.remote import Address
from services.worker.chores import advance
from shared.bootstrap import System
from tests.serving import served

pytestmark = pytest.mark.slow

ADMINISTRATOR = "office.administrator"


class Worker:
    """What a worker does for exercises, in a thread that can be ended at any moment and begun again."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> Worker:
        self._thread.start()
        return self

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            for campaign_id in self._system.chores().exercises:
                advance(self._system, campaign_id)
            time.sleep(0.005)


@contextmanager
def serving(system: System) -> Iterator[Address]:
    """The HTTP interface on a free port of the loopback."""
    with served(create_app(system)) as address:
        yield Address(address, ADMINISTRATOR)


def play(system: System, seed: int, until: str, out: Path | None = None) -> Ending:
    worker = Worker(system).start()
    try:
        with serving(system) as address:
            return play_exercise(address, seed, until, out, quiet=True)
    finally:
        worker.end()


def play_with_a_worker_lost_on_the_way(system: System, seed: int, until: str) -> Ending:
    ended = threading.Event()
    workers = [Worker(system).start()]

    def lose_and_replace() -> None:
        while not ended.wait(1.5):
            workers[-1].end()
            if not ended.wait(0.7):
                workers.append(Worker(system).start())

    fate = threading.Thread(target=lose_and_replace, daemon=True)
    fate.start()
    try:
        with serving(system) as address:
            return play_exercise(address, seed, until, None, quiet=True)
    finally:
        ended.set()
        fate.join()
        workers[-1].end()


def test_same_seed_same_result_event_for_event_even_when_the_worker_is_lost(system: System) -> None:
    first = play(system, 2017, "2017-08-24")
    again = play_with_a_worker_lost_on_the_way(system, 2017, "2017-08-24")
    other = play(system, 7, "2017-08-24")
    assert first.events > 300
    assert again.digest == first.digest
    own = {"campaign": again.campaign_id, "tokens": dict(again.tokens)}
    assert again.as_json() == {**first.as_json(), **own}
    assert other.digest != first.digest


def test_the_first_period_ends_with_a_compiled_report_and_its_documents(
    system: System, tmp_path: Path
) -> None:
    ending = play(system, 2017, "2017-09-26", tmp_path / "out")
    assert sum(ending.leads.values()) == 24
    assert ending.notebook.given_up == []
    assert ending.notebook.surprises == []
    assert ending.forecast.differing == ()
    assert ending.forecast.foretold > 100
    assert {"按时 on time", "零报告 zero", "迟报 late", "漏报 missing"} <= set(ending.reports)
    assert ending.escalations["L2"] > 0
    compiled = json.loads((tmp_path / "out" / "stage-2017-09.json").read_text("utf-8"))
    assert compiled["version"] >= 2, "the late report makes the second version"
    for name in ("stage-2017-09.docx", "stage-2017-09.xlsx"):
        assert zipfile.is_zipfile(tmp_path / "out" / name)
    assert ending.digest in screen(ending)
