"""When people act: at three times of each working day, or a few hours later whatever the day when it is urgent.

Slots keep the number of distinct moments small, so that an exercise of eight months plays in a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

SLOTS = (time(9, 0), time(11, 0), time(15, 30))
A_DAY = len(SLOTS)

WorksOn = Callable[[date], bool]


def office_slot(start: datetime, slots: int, works_on: WorksOn) -> datetime:
    """This will give the `slots`-th office slot after `start` (at least the next), in the zone of `start`."""
    if slots < 1:
        raise ValueError("an act takes at least until the next slot")
    day, left = start.date(), slots
    while True:
        if works_on(day):
            moments = [datetime.combine(day, slot, start.tzinfo) for slot in SLOTS]
            later = [moment for moment in moments if moment > start]
            if len(later) >= left:
                return later[left - 1]
            left -= len(later)
        day += timedelta(days=1)


def hours_later(start: datetime, hours: int) -> datetime:
    """This will give the full hour that is at least `hours` after `start`, day or night."""
    moment = start + timedelta(hours=hours)
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(hours=1)
