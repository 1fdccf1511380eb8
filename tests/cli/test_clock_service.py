"""`xunxian clock` against the real service: calendars looked at, rehearsed and imported; clocks that stand still, are
given more time, and are told of later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.main import main
from shared.application import queries
from shared.bootstrap import System
from tests.leads import an_intake
from tests.serving import application, served
from workflows.commands import ActOnLead, Caller, ReceiveLead

STATION, MARKET = "station_qinglan", "market"
ADMINISTRATOR, STAFF = "office.administrator", "office.office_staff"
SENTENCE = "--reason=请示上级"
TYPHOON = """source = "三防指挥部通知(虚构)"
[[closures]]
date = 2017-08-11
name = "台风停工"
"""
EXTRA = """year = 2017
source = "县政府办公室补充通知(虚构)"
[[holidays]]
date = 2017-08-11
name = "临时放假"
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(system: System, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Types `xunxian clock …` as somebody, and gives the exit code and what was printed."""
    with served(application(system, "interface")) as base:

        def command(*words: str, by: str) -> tuple[int, str]:
            code = main(["clock", *words, "--base", base, "--token", by])
            told = capsys.readouterr()
            assert "Traceback" not in told.err
            return code, told.out + told.err

        yield command


@pytest.fixture
def verify(system: System, callers: dict[str, Caller]) -> Callable[[str], str]:
    """The id of the clock an agency verifies a new lead under."""

    def begun(agency: str) -> str:
        done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "test")).done
        assert done is not None
        system.handle(ActOnLead(callers[STAFF], str(done.number), "accept", {"lead_agency": agency}))
        clocks = system.read(queries.lead, callers["system"], number=str(done.number))["clocks"]
        return str(next(clock["id"] for clock in clocks if clock["code"] == "D-VERIFY"))

    return begun


def written(folder: Path, text: str) -> str:
    file = folder / "days.toml"
    file.write_text(text, "utf-8")
    return str(file)


def due(system: System, callers: dict[str, Caller], clock: str) -> str:
    return str(system.read(queries.deadline, callers["system"], deadline_id=clock)["due_at"])


def test_a_year_is_rehearsed_then_imported_and_listed(
    system: System, callers: dict[str, Caller], run: Run, verify: Callable[[str], str], tmp_path: Path
) -> None:
    clock, file = verify(MARKET), written(tmp_path, EXTRA)
    before = due(system, callers, clock)
    code, told = run("import", file, "--dry-run", by=ADMINISTRATOR)
    assert (code, "nothing was changed" in told, before in told) == (0, True, True)
    assert due(system, callers, clock) == before
    code, told = run("import", file, "--json", by=ADMINISTRATOR)
    assert code == 0
    moved = {c["deadline_id"]: (c["previous_due_at"], c["due_at"]) for c in json.loads(told)["changes"]}
    assert moved[clock] == (before, due(system, callers, clock))
    code, told = run("calendars", by=STAFF)
    assert (code, "2026.1+1" in told) == (0, True)
    assert run("import", file, by=STAFF)[0] != 0
    assert (
        run("import", written(tmp_path, EXTRA.replace("2017-08-11", "2017-08-32")), by=ADMINISTRATOR)[0] == 2
    )


def test_one_office_closes_and_only_its_dates_move(
    system: System, callers: dict[str, Caller], run: Run, verify: Callable[[str], str], tmp_path: Path
) -> None:
    own, other = verify(MARKET), verify(MARKET)
    file = written(tmp_path, TYPHOON)
    before = due(system, callers, own)
    assert run("local-days", file, "--agency", STATION, by=ADMINISTRATOR)[0] == 0
    assert due(system, callers, own) == before
    assert run("local-days", file, "--agency", MARKET, by=ADMINISTRATOR)[0] == 0
    assert due(system, callers, own) == due(system, callers, other) > before
    code, told = run("local-days", file, "--agency", "nobody", by=ADMINISTRATOR)
    assert (code, STATION in told) == (2, True)


def test_a_clock_stands_still_is_resumed_and_told_of_later(
    system: System, callers: dict[str, Caller], run: Run, verify: Callable[[str], str]
) -> None:
    clock, head, officer = verify(STATION), f"{STATION}.unit_head", f"{STATION}.officer"
    before = due(system, callers, clock)
    pause = ["pause", clock, "--ground", "legal_question", "--until", "2017-08-16T09:00:00+08:00", SENTENCE]
    assert run(*pause, by=officer)[0] == 1
    code, told = run(*pause, "--dry-run", by=head)
    assert (code, "A rehearsal" in told, before in told) == (0, True, True)
    assert due(system, callers, clock) == before
    code, told = run(*pause, by=head)
    assert (code, "2017-08-24" in told) == (0, True)
    code, told = run("pause", clock, "--ground", "weather", "--until", "2017-08-16", SENTENCE, by=head)
    assert code == 2
    assert run("resume", clock, SENTENCE, by=head)[0] == 0
    assert due(system, callers, clock) == before
    assert run("resume", clock, SENTENCE, by=head)[0] == 5
    snooze = ["snooze", clock, "--until", "2017-08-14T09:00:00+08:00", SENTENCE]
    assert run(*snooze, by=officer)[0] == 0
    assert run("snooze", "no-such-clock", *snooze[2:], by=officer)[0] == 4


def test_more_time_is_asked_decided_and_counted_from_the_original_date(
    system: System, callers: dict[str, Caller], run: Run, verify: Callable[[str], str]
) -> None:
    clock, head, officer = verify(MARKET), f"{MARKET}.unit_head", f"{MARKET}.officer"
    before = due(system, callers, clock)
    ask = ["extend", clock, "--ground", "complex", SENTENCE]
    assert run(*ask, "--amount", "90", by=officer)[0] == 2
    code, told = run(*ask, "--amount", "3", "--json", by=officer)
    assert code == 0
    (request,) = json.loads(told)["extension_requests"]
    assert due(system, callers, clock) == before, "a request stops nothing"
    code, told = run(*ask, by=officer)
    assert (code, "already waiting" in told) == (5, True)
    assert run("decide", request["id"], "--grant", SENTENCE, by=officer)[0] == 1
    code, told = run("decide", request["id"], "--grant", SENTENCE, by=head)
    assert (code, before in told) == (0, True)
    assert due(system, callers, clock) > before
    shown: dict[str, Any] = system.read(queries.deadline, callers["system"], deadline_id=clock)
    assert (shown["original_due_at"], shown["granted"][0]["amount"]) == (before, "3")
