"""Performs acts over HTTP as the people who would do them, the way any client does: read, see what is allowed, act.

A refusal is a result, never an accident: it comes back with its code and reasons, and the caller decides what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.cli.play.agenda import Act
from services.cli.play.cast import Cast
from services.cli.play.clockwork import ExerciseClock
from services.cli.remote import Refused, Remote


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the service would not do, and why; `code` is the first reason's."""

    act: Act
    code: str
    reasons: tuple[str, ...]


class Declined(Exception):
    """The service said no to the act at hand."""

    def __init__(self, code: str, reasons: tuple[str, ...]) -> None:
        super().__init__(code)
        self.code = code
        self.reasons = reasons


Look = Callable[[datetime, Mapping[str, Any]], None]


class Stage:
    """Everything the player knows of the exercise: numbers and ids it was told, the clock, the people."""

    def __init__(self, remote: Remote, cast: Cast, clock: ExerciseClock, look: Look) -> None:
        self.remote = remote
        self.cast = cast
        self.clock = clock
        self.numbers: dict[str, str] = {}
        self._look = look
        self._handoffs: dict[tuple[str, str, str], str] = {}
        self._transfers: dict[str, str] = {}
        self._extensions: dict[tuple[str, str], str] = {}
        self._orders: dict[str, str] = {}
        self._sent = 0

    def play(self, act: Act) -> Refusal | None:
        """This will move the clock to the act's time and perform it; gives the refusal if there was one."""
        self.clock.run_to(act.at)
        subject, _, rest = act.on.partition(":")
        try:
            self._DOERS[subject](self, act, rest)
        except Declined as no:
            return Refusal(act, no.code, no.reasons)
        return None

    def _receive(self, act: Act, _: str) -> None:
        lead = self._post(act, "/v1/leads", act.given)
        self.numbers[act.story] = lead["number"]

    def _lead(self, act: Act, _: str) -> None:
        number = self._number(act)
        lead = self._get(act, f"/v1/leads/{number}")
        allowed = {option["name"]: option for option in lead["allowed_actions"]}
        if act.do not in allowed:
            raise _blocked(lead, act.do)
        given = {name: self._resolved(value) for name, value in act.given.items()}
        path = f"/v1/leads/{number}/actions/{act.do}"
        self._remember(act, self._post(act, path, {"given": given}, version=lead["version"]))

    def _ask(self, act: Act, kind: str) -> None:
        body = {"type": kind, **act.given}
        self._remember(act, self._post(act, f"/v1/leads/{self._number(act)}/handoffs", body))
        if any((act.story, kind, agency) not in self._handoffs for agency in body["to"]):
            self._remember(act, self._get(act, f"/v1/leads/{self._number(act)}"))

    def _handoff(self, act: Act, which: str) -> None:
        kind, _, agency = which.partition(":")
        known = self._handoffs[(act.story, kind, agency)]
        self._post(act, f"/v1/handoffs/{known}/actions/{act.do}", {"given": dict(act.given)})

    def _propose(self, act: Act, to: str) -> None:
        body = {"to": to, "given": dict(act.given)}
        found = self._post(act, f"/v1/leads/{self._number(act)}/transfers", body)
        self._remember(act, found)
        if act.story not in self._transfers:
            self._remember(act, self._get(act, f"/v1/leads/{self._number(act)}"))

    def _transfer(self, act: Act, _: str) -> None:
        known = self._transfers[act.story]
        self._post(act, f"/v1/transfers/{known}/actions/{act.do}", {"given": dict(act.given)})

    def _order(self, act: Act, which: str) -> None:
        self._post(act, f"/v1/orders/{which}/actions/{act.do}", {"given": dict(act.given)})

    def _record(self, act: Act, kind: str) -> None:
        body = {"kind": kind, "occurred_on": act.at.date().isoformat(), "data": dict(act.given)}
        number = self.numbers.get(act.story)
        self._post(act, f"/v1/leads/{number}/records" if number else "/v1/records", body)

    def _extension(self, act: Act, code: str) -> None:
        if act.do == "decide":
            asked = self._extensions[(act.story, code)]
            self._post(act, f"/v1/extensions/{asked}/decision", dict(act.given))
            return
        lead = self._get(act, f"/v1/leads/{self._number(act)}")
        mine = (c for c in lead["clocks"] if c["code"] == code and c["holder"]["id"] == act.agency)
        clock = next((c for c in mine if c["state"] == "running"), None)
        if clock is None:
            raise Declined("clock_not_running", (f"{code} is not running",))
        found = self._post(act, f"/v1/deadlines/{clock['id']}/extensions", dict(act.given))
        self._extensions[(act.story, code)] = _asked(found)

    def _report(self, act: Act, which: str) -> None:
        kind, _, period = which.partition(":")
        path = f"/v1/reports/{kind}/{period}/units/{act.agency}"
        self._send(act, "PUT", path, dict(act.given))

    _DOERS: Mapping[str, Callable[[Stage, Act, str], None]] = {
        "receive": _receive,
        "lead": _lead,
        "ask": _ask,
        "handoff": _handoff,
        "propose": _propose,
        "transfer": _transfer,
        "order": _order,
        "record": _record,
        "extension": _extension,
        "report": _report,
    }

    def _number(self, act: Act) -> str:
        return self.numbers[act.story]

    def _resolved(self, value: object) -> object:
        """A lead named by its reference in the exercise goes out under the number it was given."""
        return self.numbers.get(value, value) if isinstance(value, str) else value

    def _token(self, act: Act) -> str:
        return self.cast.person(act.agency, act.role, act.nth_person).token

    def _get(self, act: Act, path: str) -> Any:
        found = self._tried(lambda: self.remote.get(path, token=self._token(act)))
        if "forecast" in found:
            self._look(act.at, found)
        return found

    def _post(self, act: Act, path: str, body: Mapping[str, Any], *, version: int | None = None) -> Any:
        return self._send(act, "POST", path, body, version=version)

    def _send(
        self, act: Act, method: str, path: str, body: Mapping[str, Any], *, version: int | None = None
    ) -> Any:
        self._sent += 1
        key = f"play:{self._sent}"
        found = self._tried(
            lambda: (
                self.remote.send(method, path, body, token=self._token(act), key=key, version=version).body
            )
        )
        if isinstance(found, Mapping) and "forecast" in found:
            self._look(act.at, found)
        return found

    def _tried(self, send: Callable[[], Any]) -> Any:
        try:
            return send()
        except Refused as no:
            if no.status in (401, 500, 502):
                raise
            errors = no.problem.get("errors") or [{"code": no.code, "message": no.problem.get("detail", "")}]
            raise Declined(str(errors[0]["code"]), tuple(_reason(error) for error in errors)) from no

    def _remember(self, act: Act, found: Mapping[str, Any]) -> None:
        for handoff in found.get("handoffs") or ():
            self._handoffs[(act.story, _id(handoff["type"]), _id(handoff["to"]))] = handoff["id"]
        for transfer in found.get("transfers") or ():
            self._transfers[act.story] = transfer["id"]


def next_try(act: Act) -> datetime:
    """This will say when a refused act is tried again: a day later, at the same hour."""
    return act.at + timedelta(days=1)


def _blocked(lead: Mapping[str, Any], name: str) -> Declined:
    reasons = next((b["reasons"] for b in lead["blocked_actions"] if b["name"] == name), None)
    if not reasons:
        state = lead["state"]["id"]
        return Declined("not_allowed", (f"{name} is not possible for this person in state {state}",))
    return Declined(str(reasons[0]["code"]), tuple(_reason(reason) for reason in reasons))


def _reason(error: Mapping[str, Any]) -> str:
    message = error.get("message", "")
    words = message.get("zh") or message.get("en") if isinstance(message, Mapping) else message
    return f"{error.get('pointer', '')} {words}".strip()


def _asked(deadline: Mapping[str, Any]) -> str:
    """The request that waits for a decision; a deadline has at most one."""
    return str(next(r["id"] for r in deadline["extension_requests"] if r["state"] == "asked"))


def _id(value: Any) -> str:
    return str(value["id"] if isinstance(value, Mapping) else value)
