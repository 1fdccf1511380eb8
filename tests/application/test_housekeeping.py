"""What workers do now and then: miss a year whose holidays should be known, and remove what was done long ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from services.worker import chores
from shared.application import queries
from shared.bootstrap import System, build_system
from shared.settings import BadSettings, Settings, load
from tests.conftest import CAMPAIGN
from tests.leads import an_intake
from tests.people import people_of
from workflows.calendars import china
from workflows.campaign import CampaignDefinition
from workflows.commands import (
    AddPeople,
    Caller,
    ImportCalendarYear,
    OpenCampaign,
    ReceiveLead,
    system_caller,
)

LIVE = "live-one"
AFTER = china().confirmed_through
assert AFTER is not None
MISSING = AFTER.year + 1
ADVENT = datetime(AFTER.year, 12, 1, 9, tzinfo=UTC)


class StandingClock:
    """A clock somebody set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(ADVENT)


@pytest.fixture
def december(settings: Settings, clock: StandingClock, definition: CampaignDefinition) -> System:
    """A live campaign with a lead open, on the first of December of the last year whose holidays are known."""
    system = build_system(settings, clock)
    nobody = system_caller("")
    system.handle(OpenCampaign(nobody, LIVE, definition.id, definition.version, "live"))
    system.handle(AddPeople(system_caller(LIVE), tuple(people_of(definition))))
    system.handle(ReceiveLead(system_caller(LIVE), an_intake(), "test"))
    return system


def alarms(system: System) -> list[dict[str, object]]:
    events = system.read(queries.events, system_caller(LIVE), after=0, limit=200)["items"]
    return [event["data"] for event in events if event["kind"] == "calendar.unpublished"]


def told(system: System, role: str) -> list[str]:
    by = Caller(LIVE, f"office.{role}", "office", frozenset({role}))
    return [notice["kind"] for notice in system.read(queries.notices, by, cursor=None, limit=50)["items"]]


def test_the_year_that_is_missing_is_told_once_and_counted_until_it_is_there(december: System) -> None:
    assert december.status()["calendars_unpublished"] == 1
    december.watch_calendars()
    december.watch_calendars()
    assert alarms(december) == [{"calendar": "cn", "year": MISSING}]
    chores.deliver(december, december.chores().outbox)
    assert {
        who
        for who in ("administrator", "operator", "intake")
        if "calendar.unpublished" in told(december, who)
    } == {
        "administrator",
        "operator",
    }
    december.handle(ImportCalendarYear(system_caller(LIVE), "cn", {"year": MISSING, "source": "x"}))
    assert december.status()["calendars_unpublished"] == 0


def test_nothing_is_missed_the_day_before(december: System, clock: StandingClock) -> None:
    clock.at = ADVENT.replace(month=11, day=30)
    december.watch_calendars()
    assert alarms(december) == []
    assert december.status()["calendars_unpublished"] == 0


def test_a_campaign_that_is_over_misses_no_year(
    settings: Settings, clock: StandingClock, definition: CampaignDefinition
) -> None:
    system = build_system(settings, clock)
    system.handle(OpenCampaign(system_caller(""), LIVE, definition.id, definition.version, "live"))
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("UPDATE deadlines SET next_at = NULL")
    system.watch_calendars()
    assert alarms(system) == []


def test_a_campaign_of_another_release_hides_nothing_of_the_others(
    december: System, settings: Settings
) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO definitions VALUES ('0', 'old', 1, '{}', now(), 'system')")
        connection.execute(
            "INSERT INTO campaigns (id, definition_hash, mode, opened_at) VALUES ('a-first', '0', 'live', now())"
        )
    assert december.status()["calendars_unpublished"] == 1
    december.watch_calendars()
    assert alarms(december) == [{"calendar": "cn", "year": MISSING}]


def test_rows_done_long_ago_go_and_everything_else_stays(settings: Settings) -> None:
    system = build_system(replace(settings, outbox_days=30))
    for _ in range(6):
        system.handle(ReceiveLead(system_caller(CAMPAIGN), an_intake(), "test"))
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM outbox WHERE id NOT IN (SELECT id FROM outbox ORDER BY id LIMIT 6)")
        ids = [row[0] for row in connection.execute("SELECT id FROM outbox ORDER BY id").fetchall()]
        ages = dict(zip(ids, (40, 31, 29, None, None, 90), strict=True))
        for row_id, days in ages.items():
            connection.execute(
                "UPDATE outbox SET done_at = clock_timestamp() - make_interval(days => %s) WHERE id = %s",
                (days, row_id),
            )
        assert system.prune(batch=2) == 3
        left = {row[0] for row in connection.execute("SELECT id FROM outbox").fetchall()}
    assert left == {row_id for row_id, days in ages.items() if days is None or days < 30}
    assert system.prune() == 0


@pytest.mark.parametrize("days", ["0", "-3", "many", "36501"])
def test_a_number_of_days_that_makes_no_sense_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/xunxian")
    monkeypatch.setenv("XUNXIAN_OUTBOX_DAYS", days)
    with pytest.raises(BadSettings, match="XUNXIAN_OUTBOX_DAYS"):
        load()
