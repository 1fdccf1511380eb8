"""What was made from all of a campaign is kept while nothing happens in it, and is what it would be made anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from shared.adapters.repositories.lasting import MOST
from shared.application import figures, report_queries
from shared.application.page_queries import reporting
from shared.application.work import Work
from shared.bootstrap import System
from shared.settings import Settings
from tests.conftest import CAMPAIGN
from tests.leads import an_intake
from tests.pages.conftest import Enter
from tests.pages.test_many import questions
from workflows.commands import ReceiveLead, system_caller
from workflows.reporting.acts import WaiveReport

TICK = timedelta(microseconds=1)
EVERY_LEAD = "ORDER BY leads.received_at, leads.id"
FORM_KEY = r'name="key" value="[^"]*"'
ACROSS = """INSERT INTO events (position, campaign_id, stream, seq, kind, subject, subject_id, data, occurred_at,
    recorded_at, person, agency, request_id, definition_hash, previous_hash, hash)
SELECT (SELECT min(position) - 1 FROM events), campaign_id, 'committed-later', 1, kind, subject, subject_id, data,
    occurred_at, recorded_at, person, agency, request_id, definition_hash, previous_hash, hash
FROM events WHERE campaign_id = %s LIMIT 1
"""
"""An event that becomes visible after others, though its position is before theirs."""


def edges(work: Work) -> Iterator[datetime]:
    """Moments at which something comes to be known or falls due, each after the one just before it; then backwards."""
    rows = work.uow.events.feed(CAMPAIGN, 0, 100_000)
    known = {max(row["recorded_at"], row["occurred_at"]) for row in rows}
    due = {datetime.fromisoformat(row["data"]["due_at"]) for row in rows if row["data"].get("due_at")}
    chosen = sorted([*sorted(known)[::9], *sorted(due)[::5], *sorted(due)[-6:]])
    moments = [moment + step for moment in chosen for step in (-TICK, timedelta(0), TICK)]
    yield from moments
    yield from reversed(moments[:30])


def test_as_time_goes_by_the_numbers_are_those_gathered_anew(exercise: System) -> None:
    def check(work: Work) -> None:
        asked = gathered = 0
        for at in edges(work):
            present = replace(work, at=at)
            with questions() as sent:
                found = figures.known(present, at)
            asked, gathered = asked + 1, gathered + any("greatest" in one for one in sent)
            assert found == figures.known(replace(present, looks=False), at)
            assert found == figures.known(work, at), "as a past moment of a later present"
        assert asked > 60
        assert gathered < asked, "what holds was gathered each time"

    exercise.read(check, system_caller(CAMPAIGN))


@pytest.mark.parametrize("path", ["/progress", "/progress?at=2017-09-05T12:00", "/reports/stage/2017-09"])
def test_a_page_read_again_asks_for_nothing_of_each_lead(visit: Enter, path: str) -> None:
    person = visit("office.office_director")
    pages, told = [], []
    for _ in range(2):
        with questions() as asked:
            pages.append(re.sub(FORM_KEY, "", person.open(path)))
        told.append(asked)
    assert pages[0] == pages[1]
    assert len(told[1]) < len(told[0])
    of_all = [[one for one in asked if EVERY_LEAD in one] for asked in told]
    assert of_all[0]
    assert not of_all[1], "every lead is read again"


def test_as_due_dates_pass_the_room_is_as_compiled_anew(exercise: System) -> None:
    def check(work: Work) -> None:
        owed = [row for row in work.uow.reports.obligations(CAMPAIGN) if row["period"] == "2017-09"]
        sent = [row["first_submitted_at"] for row in owed if row["first_submitted_at"] is not None]
        assert sent
        turns = sorted({*sent, *(row["due_at"] for row in owed), work.at})
        seen = set()
        for at in (moment + step for moment in turns for step in (-TICK, timedelta(0), TICK)):
            present = replace(work, at=at)
            found = reporting.document(present, "stage", "2017-09", None)
            assert found == reporting.document(replace(present, looks=False), "stage", "2017-09", None)
            seen.add(tuple(unit["status"] for unit in found["units"]))
        assert len(seen) > 2

    exercise.read(check, system_caller(CAMPAIGN))


def test_what_happens_is_in_the_next_answer(exercise: System) -> None:
    director, clerk = (exercise.caller_for(name) for name in ("office.office_director", "office.intake"))
    assert director is not None
    assert clerk is not None

    def table(work: Work) -> Any:
        found = report_queries.table(work, "stage", "2017-09")
        assert found == report_queries.table(replace(work, looks=False), "stage", "2017-09")
        now, anew = (
            reporting.compiling(one, "stage", "2017-09", None) for one in (work, replace(work, looks=False))
        )
        assert now == anew
        form, again = (
            reporting.form(one, "station_daluo", "stage", "2017-09")
            for one in (work, replace(work, looks=False))
        )
        assert form == again
        return found["snapshot"]["table"]["total"]["period"]["C1"]["value"]

    def received(work: Work) -> int:
        return sum(row["counts"]["received"] for row in figures.figures(work)["rows"])

    before = exercise.read(table, director), exercise.read(received, director)
    exercise.handle(ReceiveLead(clerk, an_intake(), "test", "one more"))
    after = exercise.read(table, director), exercise.read(received, director)
    assert after == (str(int(before[0]) + 1), before[1] + 1)


def test_an_event_that_shows_late_is_seen(exercise: System, copied: Settings) -> None:
    made: list[int] = []

    def answer() -> int:
        made.append(len(made))
        return made[-1]

    def ask(work: Work) -> int:
        return work.lasting("a question", answer)

    caller = system_caller(CAMPAIGN)
    assert [exercise.read(ask, caller) for _ in range(3)] == [0, 0, 0]
    with psycopg.connect(copied.database_url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute(ACROSS, (CAMPAIGN,))
    assert [exercise.read(ask, caller) for _ in range(3)] == [1, 1, 1]


def test_what_was_read_before_something_happened_is_not_kept_as_what_came_after(exercise: System) -> None:
    director = exercise.caller_for("office.office_director")
    assert director is not None

    def owed(work: Work) -> Any:
        return work.uow.reports.obligations(CAMPAIGN)

    def meanwhile(work: Work) -> Any:
        waived = next(row for row in owed(work) if row["first_submitted_at"] is None)
        names = (waived[name] for name in ("unit", "kind", "period"))
        exercise.handle(WaiveReport(director, *names, "抢险期间"))
        return work.lasting("owed", lambda: owed(work))

    kept = exercise.read(meanwhile, director)
    assert kept == exercise.read(owed, director)
    assert any(row["waived_reason"] for row in kept)


def test_a_command_decides_by_nothing_that_was_kept(exercise: System) -> None:
    def check(work: Work) -> None:
        assert work.looks
        assert work.lasting("a question", lambda: "kept") == "kept"
        assert work.lasting("a question", lambda: "anew") == "kept"
        assert replace(work, looks=False).lasting("a question", lambda: "anew") == "anew"
        assert work.lasting("a question", lambda: "anew", lambda kept: kept == "other") == "anew"

    exercise.read(check, system_caller(CAMPAIGN))


def test_few_answers_are_kept_those_asked_for_last(exercise: System) -> None:
    def check(work: Work) -> None:
        for n in range(MOST + 3):
            work.lasting(n, lambda n=n: [n])
            assert work.lasting(0, lambda: ["again"]) == [0]
        assert work.lasting(1, lambda: ["again"]) == ["again"]

    exercise.read(check, system_caller(CAMPAIGN))
