"""The bus: a command is one transaction, and this file holds the only line that commits.

It reads the clock once (the campaign's own in an exercise), runs the one handler of the command, commits, and tries
again when somebody else was faster, unless the caller named the version that was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shared.application.ports import Campaign, Clock, Idempotency, LostRace, UnitOfWork
from shared.application.work import UNSEEN, Done, Work
from workflows.commands import Caller, Command
from workflows.rejection import Reason, Rejected
from workflows.text import Text

Handler = Callable[[Any, Work], Done]
Render = Callable[[Work, Done], dict[str, Any]]
Translate = Callable[[], Any]
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Handled:
    """The answer to a command; `replayed` when it was answered before under the same Idempotency-Key."""

    done: Done | None
    body: Mapping[str, Any]
    replayed: bool = False
    created: bool = False


class Bus:
    """Commands in, one transaction each."""

    def __init__(
        self,
        units: Callable[[], UnitOfWork],
        clock: Clock,
        handlers: Mapping[type, Handler],
        translated: Translate,
    ) -> None:
        self._units, self._clock, self._handlers, self._translated = units, clock, handlers, translated

    def handle(
        self,
        command: Command,
        *,
        dry_run: bool = False,
        idempotency: Idempotency | None = None,
        render: Render | None = None,
    ) -> Handled:
        """This will do what a command asks, wholly or not at all; with `dry_run` it only finds out what would happen.

        Raises Rejected when a rule says no, Unavailable when the database cannot be reached.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._once(command, dry_run, idempotency, render)
            except LostRace:
                if not tries_left:
                    raise Rejected(_BUSY, kind="conflict") from None
        raise AssertionError("unreachable")

    def read(self, by: Caller, query: Callable[[Work], Any]) -> Any:
        """This will answer a question about one moment, and change nothing."""
        with self._translated(), self._units() as uow:
            return query(replace(self._work(uow, by), looks=True))

    def _once(
        self, command: Command, dry_run: bool, idempotency: Idempotency | None, render: Render | None
    ) -> Handled:
        with self._translated(), self._units() as uow:
            by = command.by
            if idempotency is not None and not dry_run:
                before = uow.repeats.claim(by.campaign_id, by.person_id, idempotency)
                if before is not None:
                    return _replayed(before, idempotency)
            work = self._work(uow, by)
            done = self._handlers[type(command)](command, work)
            done = replace(done, events=tuple(work.happened))
            body = render(work, done) if render is not None else {}
            if dry_run:
                return Handled(done, body, created=done.created)
            if idempotency is not None:
                uow.repeats.store(
                    by.campaign_id, by.person_id, idempotency.key, {"body": body, "created": done.created}
                )
            uow.commit()
            return Handled(done, body, created=done.created)

    def _work(self, uow: UnitOfWork, by: Caller) -> Work:
        campaign = uow.campaigns.get(by.campaign_id) if by.campaign_id else _NOWHERE
        if campaign is None:
            raise Rejected(UNSEEN, kind="missing")
        return Work(uow, self._now(campaign), by, campaign)

    def _now(self, campaign: Campaign | None) -> datetime:
        if campaign is not None and campaign.clock_at is not None:
            return campaign.clock_at
        return self._clock.now()


_NOWHERE = Campaign("", "", "live", None, None, datetime.min.replace(tzinfo=UTC))
_BUSY = Reason(
    "busy",
    Text("同一事项正被多人同时操作，请稍后重试", "several people act on this at once; try again"),
)


def _replayed(before: Mapping[str, Any], idempotency: Idempotency) -> Handled:
    if before["fingerprint"] != idempotency.fingerprint:
        text = Text("这个幂等键已用于另一个请求", "this Idempotency-Key was used for another request")
        hint = Text("为每个新请求换一个新的键", "use a new key for every new request")
        raise Rejected(Reason("idempotency_key_reuse", text, None, hint), kind="reused")
    stored = before["body"] or {"body": {}, "created": False}
    return Handled(None, stored["body"], replayed=True, created=stored["created"])
