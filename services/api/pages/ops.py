"""The operator's page and the calendars: is anything stuck, is any deadline late to fire, what do the calendars say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from services.api.auth import system
from services.api.health import broker_answers
from services.api.pages.forms import Refusal, refused
from services.api.pages.frame import ask, caller, done, pages, perform, rehearse, status_of, t
from services.api.pages.managing import managed
from services.api.pages.typed_numbers import whole_number
from shared.application import managing as cases
from shared.application import queries
from shared.application import set_aside as aside
from shared.application.managing import STILL
from shared.bootstrap import LEAST_FREE_BYTES
from shared.settings import program_version
from workflows.administration import TryAgain
from workflows.commands import ImportCalendarYear
from workflows.definition_format import parse_toml
from workflows.problem import DefinitionProblems
from workflows.rejection import Reason, Rejected

_LATE = 5.0
"""A deadline fires within so many seconds of its moment (promise)."""

_BACKUP_AGE, _RESTORE_AGE = 26 * 3600.0, 8 * 86400.0
"""A live campaign has a backup of today, and one proved to restore within the week (policy)."""


@pages.get("/manage/ops")
def show_ops() -> Response:
    """This will show how the machinery stands."""
    return _machinery()


def _machinery(refusal: Refusal | None = None, status: int = 200) -> Response:
    found, waiting = ask(cases.machinery), ask(aside.set_aside)
    checks = [*_checks(found), *_surroundings()]
    shown = {
        "found": found,
        "checks": checks,
        "waiting": waiting,
        "refused": refusal,
        "version": program_version(),
    }
    return managed("ops.html", "ops", status, **shown)


@pages.post("/manage/ops/again")
def try_again() -> BaseResponse:
    """This will take up again what was set aside after too many tries."""
    refusal = perform(TryAgain(caller(), request.form.get("kind", ""), request.form.get("id", "")))
    if refusal is not None:
        return _machinery(refused("again", refusal), status_of(refusal))
    return done(url_for("pages.show_ops"), t("ops.taken_up"))


def _surroundings() -> list[dict[str, Any]]:
    """What stands around the database: the broker, and room for files."""
    free = system().free_bytes()
    return [
        {"id": "broker", "ok": broker_answers(), "value": None},
        {"id": "disk", "ok": free >= LEAST_FREE_BYTES, "value": f"{free / 1e9:.1f} GB"},
    ]


def _checks(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each figure with whether it is as it should be; a process that was never seen is not."""

    def within(name: str, most: float) -> bool:
        return found[name] is not None and found[name] <= most

    lag = found["deadline_lag_seconds"]
    return [
        {"id": "lag", "ok": lag is None or lag <= _LATE, "value": lag, "unit": "s"},
        {
            "id": "sweep",
            "ok": within("sweep_age_seconds", STILL),
            "value": found["sweep_age_seconds"],
            "unit": "s",
        },
        {
            "id": "beat",
            "ok": within("beat_age_seconds", STILL),
            "value": found["beat_age_seconds"],
            "unit": "s",
        },
        {
            "id": "outbox",
            "ok": (found["outbox_oldest_seconds"] or 0) <= STILL,
            "value": found["outbox_waiting"],
        },
        {"id": "outbox_aside", "ok": not found["outbox_set_aside"], "value": found["outbox_set_aside"]},
        {
            "id": "deadlines_aside",
            "ok": not found["deadlines_set_aside"],
            "value": found["deadlines_set_aside"],
        },
        {
            "id": "calendars",
            "ok": not found["calendars_unpublished"],
            "value": found["calendars_unpublished"],
        },
        *(
            {
                "id": name,
                "ok": found["mode"] != "live" or within(f"{name}_age_seconds", most),
                "value": found[f"{name}_age_seconds"],
                "unit": "s",
                "asked": found["mode"] == "live",
            }
            for name, most in (("backup", _BACKUP_AGE), ("restore_check", _RESTORE_AGE))
        ),
    ]


@pages.get("/manage/calendars")
def show_calendars() -> Response:
    """This will show each calendar of the campaign with a year's special days."""
    return _calendars()


def _calendars(
    refusal: Refusal | None = None, status: int = 200, preview: dict[str, Any] | None = None
) -> Response:
    asked = whole_number(request.values.get("year", ""))
    now = datetime.fromisoformat(ask(queries.clock)["at"])
    year = asked if asked is not None and 1990 <= asked <= 2099 else now.year
    found = ask(cases.calendars, year=year)
    document = request.form.get("document", "")
    return managed(
        "calendars.html",
        "calendars",
        status,
        found=found,
        refused=refusal,
        preview=preview,
        document=document,
    )


@pages.post("/manage/calendars")
def import_year() -> BaseResponse:
    """This will show which due dates a year would move; sent again with the confirmation, it imports the year."""
    try:
        command = ImportCalendarYear(caller(), request.form.get("calendar", ""), _document())
        if request.form.get("sure") != "1":
            return _calendars(preview=_preview(command))
        refusal = perform(command)
    except DefinitionProblems as problems:
        refusal = Rejected(*(Reason(p.code, p.text, "document") for p in problems.problems), kind="invalid")
    except Rejected as wrong:
        refusal = wrong
    if refusal is not None:
        return _calendars(refused("calendar", refusal), status_of(refusal))
    return done(url_for("pages.show_calendars"), t("calendars.imported"))


def _document() -> dict[str, Any]:
    return dict(parse_toml(request.form.get("document", "").encode()))


def _preview(command: ImportCalendarYear) -> dict[str, Any]:
    outcome = rehearse(command, lambda _, done: {"changes": done.extra["changes"]})
    if isinstance(outcome, Rejected):
        raise outcome
    changes: list[dict[str, Any]] = outcome.body["changes"]
    return {"changes": changes, "calendar": command.calendar, "year": command.document.get("year")}
