"""What is to be done and when: acts in order of (time, sequence), never in order of chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """One thing one person does.

    `story` is the reference of the matter (or the desk) it belongs to; acts of one story keep their order. `on` names
    what it is done to: lead, transfer, handoff:<type>:<agency>, deadline:<code>, record:<kind>, report:<kind>:<period>.
    `expects` is the code of the refusal the story wants to show, if it wants one.
    """

    story: str
    at: datetime
    agency: str
    role: str
    on: str
    do: str
    given: Mapping[str, Any] = field(default_factory=dict)
    nth_person: int = 0
    expects: str | None = None
    tries: int = 0


class Agenda:
    """Stories side by side: at any time the next act is the earliest first act of any story.

    An act that is put off holds back the rest of its story, and nobody else's.
    """

    def __init__(self) -> None:
        self._stories: dict[str, list[Act]] = {}
        self._places: dict[str, int] = {}
        self._queue: list[tuple[datetime, int, str]] = []
        self._playing: str | None = None

    def __len__(self) -> int:
        return sum(len(acts) for acts in self._stories.values())

    def add(self, acts: Sequence[Act]) -> None:
        """This will add acts of one story behind those it already has."""
        if not acts:
            return
        story = acts[0].story
        self._places.setdefault(story, len(self._places))
        waiting = self._stories.setdefault(story, [])
        idle = not waiting and story != self._playing
        waiting.extend(acts)
        if idle:
            self._enter(story)

    def put_off(self, act: Act, at: datetime) -> None:
        """This will place the act that is being played at the head of its story again, later."""
        self._stories[act.story].insert(0, replace(act, at=at, tries=act.tries + 1))

    def drop(self, story: str) -> int:
        """This will end the story that is being played; gives how many acts that leaves undone."""
        left = len(self._stories[story])
        self._stories[story].clear()
        return left

    def take(self, until: datetime) -> Iterator[Act]:
        """This will hand out acts in order of time, none earlier than the one before; those after `until` stay."""
        now: datetime | None = None
        while self._queue:
            at, place, story = heappop(self._queue)
            now = at if now is None else max(now, at)
            if now > until:
                heappush(self._queue, (at, place, story))
                return
            self._playing = story
            yield replace(self._stories[story].pop(0), at=now)
            self._playing = None
            if self._stories[story]:
                self._enter(story)

    def _enter(self, story: str) -> None:
        heappush(self._queue, (self._stories[story][0].at, self._places[story], story))
