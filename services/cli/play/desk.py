"""The office's desk, twice a week: drafts of supervision orders wait for a signature, answers wait to be closed.

A rung of a ladder only drafts an order. Somebody has to sign it, the late agency has to answer, somebody has to accept
the answer; an order about a matter that has moved on meanwhile is withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.cli.play.agenda import Act
from services.cli.play.cast import Cast
from services.cli.play.manners import draw
from services.cli.play.pace import A_DAY, WorksOn
from services.cli.play.telling import Line
from services.cli.remote import Remote

WEEKDAYS = frozenset({0, 3})
SIGNS = {"L4": "deputy_leader", "L5": "leader"}
"""Who signs what the office director may not."""


def desk_days(start: datetime, end: datetime, works_on: WorksOn) -> list[datetime]:
    """This will list the moments the office clears its desk: Monday and Thursday mornings it works."""
    days = (start.replace(hour=9, minute=0) + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if start < day < end and day.weekday() in WEEKDAYS and works_on(day.date())]


class OfficeDesk:
    """Reads what lies on the desk and plans what becomes of it."""

    def __init__(self, remote: Remote, token: str, seed: int, cast: Cast, works_on: WorksOn) -> None:
        self._remote = remote
        self._token = token
        self._seed = seed
        self._cast = cast
        self._works_on = works_on
        self._known: set[str] = set()

    def clear(self, act: Act) -> list[list[Act]]:
        """This will give one story for each draft found now; the order found is by what they are about, not by id."""
        drafts = [
            order
            for order in self._remote.pages("/v1/orders", token=self._token, state="draft")
            if order["id"] not in self._known
        ]
        self._known |= {order["id"] for order in drafts}
        return [self._story(order, act.at) for order in sorted(drafts, key=_about)]

    def _story(self, order: Mapping[str, Any], at: datetime) -> list[Act]:
        about = ":".join(map(str, _about(order)))
        numbers = draw(self._seed, about, "order")
        office, holder = self._cast.office, order["holder"]["id"]
        story = f"order:{order['id']}"
        on = story
        line = Line(story, office, at, self._works_on).slots(1)
        if numbers.random() < 0.12:
            line.act("office_director", on, "withdraw", reason="事项已在办理，改为电话督促。")
            return line.acts
        line.act(SIGNS.get(order["level"], "office_director"), on, "sign")
        reply = line.beside(holder).slots(numbers.randint(2, 4 * A_DAY))
        reply.act("unit_head", on, "answer", explanation="因人手不足延误，已安排专人限期办结。")
        back = reply.beside(office).slots(numbers.randint(1, A_DAY))
        back.act("office_staff", on, "close", 1)
        return [*line.acts, *reply.acts, *back.acts]


def _about(order: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    return (
        str(order["drafted_at"]),
        str(order.get("lead") or ""),
        order["deadline_code"],
        order["level"],
        order["holder"]["id"],
    )
