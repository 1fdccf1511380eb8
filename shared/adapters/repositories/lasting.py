"""Answers that last: made from all of a campaign, and kept in the process until something happens in that campaign.

Whatever changes a campaign is told by an event of the same transaction, and events are only ever added: as long as
there are as many as before, nothing has changed. Positions alone would not do, for an event may become visible after
one with a later position.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, func, select

from shared.adapters import tables
from shared.adapters.asked_once import AskedOnce

MOST: Final = 8
"""How many answers a process keeps; those asked for least recently go first."""
T = TypeVar("T")
_HAPPENED = select(func.count(), func.max(tables.events.c.position)).where(
    tables.events.c.campaign_id == bindparam("campaign")
)


class Answers:
    """What a process keeps: answers by campaign and question, each with what had happened before it was made."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> tuple[Hashable, Any] | None:
        """This will give an answer that was kept, if there is one."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, happened: Hashable, answer: Any) -> None:
        """This will keep an answer in place of the one before, and as the one asked for last."""
        with self._lock:
            self._kept[key] = happened, answer
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)


class LastingRows:
    """What was answered before, for those who only look: a command never decides by it."""

    def __init__(self, connection: AskedOnce, answers: Answers) -> None:
        self._connection, self._answers = connection, answers

    def answer(
        self, campaign_id: str, question: Hashable, make: Callable[[], T], holds: Callable[[T], bool]
    ) -> T:
        """This will give the answer kept for a question if it still `holds`, else make and keep it.

        Whoever gets it must not change it. It is as new as the moment of asking, or newer.
        """
        key, happened = (campaign_id, question), self._happened(campaign_id)
        before = self._answers.find(key)
        if before is not None and before[0] == happened and holds(before[1]):
            answer: T = before[1]
        else:
            self._connection.forget()  # what was read earlier may be older than what has happened
            answer = make()
        self._answers.keep(key, happened, answer)
        return answer

    def _happened(self, campaign_id: str) -> tuple[int, int | None]:
        """Asked before an answer is made, so that what happens meanwhile makes it be made again."""
        row = self._connection.execute(_HAPPENED, {"campaign": campaign_id}).one()
        return row[0], row[1]
