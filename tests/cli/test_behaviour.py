"""Behaviour depends on the seed and on what it is drawn for, and on nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest

from services.cli.play.manners import Manner, conduct, deal_manners, draw
from services.cli.play.pace import A_DAY, hours_later, office_slot

EAST_8 = timezone(timedelta(hours=8))


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2017, 9, day, hour, minute, tzinfo=EAST_8)


def test_every_manner_is_dealt_once_and_the_rest_is_prompt() -> None:
    manners = deal_manners(7, "stations", [f"station-{n}" for n in range(8)])
    counts = Counter(manners.values())
    assert counts == {
        Manner.PROMPT: 4,
        Manner.LATE: 1,
        Manner.SILENT: 1,
        Manner.DECLINING: 1,
        Manner.ASKING: 1,
    }


def test_the_order_in_which_agencies_are_named_changes_nothing() -> None:
    names = ["x", "y", "z", "w", "v"]
    assert deal_manners(3, "g", names) == deal_manners(3, "g", reversed(names))


def test_another_seed_deals_otherwise() -> None:
    names = [f"a{n}" for n in range(6)]
    assert len({tuple(deal_manners(seed, "g", names).items()) for seed in range(20)}) > 5


def test_draws_for_one_purpose_do_not_disturb_another() -> None:
    first = draw(1, "RL-001", "sign").random()
    draw(1, "RL-001", "work").random()
    assert draw(1, "RL-001", "sign").random() == first


def test_a_late_agency_signs_later_than_a_day() -> None:
    assert all(conduct(seed, "RL-001", "a", Manner.LATE).sign > A_DAY for seed in range(50))


def test_a_declining_agency_declines_some_and_keeps_some() -> None:
    assert {conduct(1, f"RL-{n:03}", "a", Manner.DECLINING).declines for n in range(40)} == {True, False}


@pytest.mark.parametrize(
    ("start", "slots", "expected"),
    [
        (at(1, 8), 1, at(1, 9)),
        (at(1, 9), 1, at(1, 11)),
        (at(1, 23), 1, at(4, 9)),
        (at(1, 15, 30), A_DAY, at(4, 15, 30)),
        (at(2, 12), A_DAY + 1, at(5, 9)),
    ],
)
def test_office_slots_skip_nights_and_days_off(start: datetime, slots: int, expected: datetime) -> None:
    assert office_slot(start, slots, weekdays) == expected


def test_urgent_work_goes_on_at_night_by_whole_hours() -> None:
    assert hours_later(at(2, 23, 15), 1) == at(3, 1)
    assert hours_later(at(2, 23), 1) == at(3, 0)
