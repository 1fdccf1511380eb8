"""How a story is written: lines of action that start from a moment and wait, act, wait again.

Several lines of one story run side by side, one for each agency at work; woven together they are the acts of the story
in order of time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.cli.play.agenda import Act
from services.cli.play.pace import WorksOn, hours_later, office_slot


class Line:
    """What one agency does in one story, step by step. `urgent` work goes on at night and on days off."""

    def __init__(
        self, story: str, agency: str, at: datetime, works_on: WorksOn, *, urgent: bool = False
    ) -> None:
        self.story = story
        self.agency = agency
        self.at = at
        self.acts: list[Act] = []
        self._works_on = works_on
        self._urgent = urgent

    def beside(self, agency: str) -> Line:
        """This will begin another agency's line at the moment this one has reached."""
        return Line(self.story, agency, self.at, self._works_on, urgent=self._urgent)

    def until(self, *moments: datetime) -> Line:
        """This will wait for the latest of some moments, if they are still to come."""
        self.at = max(self.at, *moments)
        return self

    def slots(self, slots: int) -> Line:
        """This will wait a number of office slots."""
        self.at = office_slot(self.at, slots, self._works_on)
        return self

    def hours(self, hours: int) -> Line:
        """This will wait some hours, whatever the day."""
        self.at = hours_later(self.at, hours)
        return self

    def soon(self, slots: int) -> Line:
        """This will wait office slots, or as many hours when the matter is urgent."""
        return self.hours(slots) if self._urgent else self.slots(slots)

    def act(
        self, role: str, on: str, do: str, nth: int = 0, expects: str | None = None, **given: Any
    ) -> Line:
        """This will do one thing now; inputs that are None are left out."""
        inputs = {name: value for name, value in given.items() if value is not None}
        self.acts.append(Act(self.story, self.at, self.agency, role, on, do, inputs, nth, expects))
        return self


def woven(*lines: Line | Iterable[Act]) -> list[Act]:
    """This will put the acts of several lines into one order of time; equal moments keep the order of the lines."""
    acts = [act for line in lines for act in (line.acts if isinstance(line, Line) else line)]
    return sorted(acts, key=lambda act: act.at)
