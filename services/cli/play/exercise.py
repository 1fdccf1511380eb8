"""One exercise from beginning to end: open it, plan every story, play them, read back what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from services.cli.play.agenda import Act, Agenda
from services.cli.play.cast import Cast, read_cast
from services.cli.play.clockwork import ExerciseClock
from services.cli.play.desk import OfficeDesk, desk_days
from services.cli.play.ending import Ending, read_ending
from services.cli.play.forecasts import Forecasts
from services.cli.play.matters import DEFINITION, ENDS, STARTS, shipped_matters
from services.cli.play.pace import WorksOn
from services.cli.play.player import Player
from services.cli.play.progress import Progress
from services.cli.play.report_stories import Obligation, tell_reports
from services.cli.play.stage import Stage
from services.cli.play.stories import tell
from services.cli.play.world import make_world
from services.cli.remote import Address, Remote
from services.cli.screen import USAGE, Stopped, check_place
from workflows.calendars import china


def play_exercise(address: Address, seed: int, until: str | None, out: Path | None, *, quiet: bool) -> Ending:
    """This will play one new exercise to its end. Raises Stopped, Refused."""
    ends = _end(until)
    if out is not None:
        _make_folder(out)
    with Remote(address) as remote, Progress(STARTS, ends, quiet=quiet) as progress:
        opened = remote.send(
            "POST", "/v1/exercises", {"definition": DEFINITION, "at": STARTS.isoformat()}
        ).body
        staff = next(p["token"] for p in opened["people"] if "office_staff" in p["roles"])
        document = _document(remote, staff)
        cast = read_cast(document["agencies"], opened["people"])
        forecasts = Forecasts()
        clock = ExerciseClock(remote, staff, STARTS, progress.tell)
        stage = Stage(remote, cast, clock, forecasts.look)
        works_on = china().is_working_day
        agenda = plan(seed, cast, document, _owed(remote, staff, document), works_on, ends)
        desk = OfficeDesk(remote, staff, seed, cast, works_on)
        for owed in remote.pages("/v1/deadlines", token=staff, subject="report"):
            forecasts.look_at(STARTS, remote.get(f"/v1/deadlines/{owed['id']}", token=staff))
        notebook = Player(stage, agenda, desk.clear, progress.reached).play(ends)
        return read_ending(remote, staff, opened["campaign_id"], forecasts, notebook, out, opened["people"])


def plan(
    seed: int,
    cast: Cast,
    document: Mapping[str, Any],
    owed: list[Obligation],
    works_on: WorksOn,
    ends: datetime,
) -> Agenda:
    """This will plan everything that can be planned beforehand: leads, reports, and the days the office clears its desk."""
    matters = shipped_matters()
    world = make_world(seed, cast, matters, works_on, _names(document, "place_type"), _names(document, "act"))
    agenda = Agenda()
    for matter in matters:
        agenda.add(tell(matter, world))
    columns = [c["code"] for c in document["results"]["columns"] if c["basis"] == "manual"]
    for story in tell_reports(seed, owed, columns, works_on):
        agenda.add(story)
    desk = [
        Act("desk", at, cast.office, "office_staff", "desk", "clear")
        for at in desk_days(STARTS, ends, works_on)
    ]
    agenda.add(desk)
    return agenda


def _make_folder(out: Path) -> None:
    """Made before anything is played: minutes of work must not be lost for want of a place."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise Stopped(
            USAGE,
            f"--out {out} 不能作文件夹：{wrong.strerror}。",
            f"{out} cannot be a folder: {wrong.strerror}.",
        ) from wrong
    check_place(out / "any")


def _document(remote: Remote, token: str) -> dict[str, Any]:
    found = remote.get("/v1/campaign", token=token)["definition"]
    return dict(remote.get(f"/v1/definitions/{found['id']}/{found['version']}", token=token)["document"])


def _names(document: Mapping[str, Any], vocabulary: str) -> dict[str, str]:
    return {choice["name"]["zh"]: choice["id"] for choice in document["vocabularies"][vocabulary]}


def _owed(remote: Remote, token: str, document: Mapping[str, Any]) -> list[Obligation]:
    texts = {(r["kind"], r["id"]): tuple(r.get("texts", ())) for r in document["reports"]}
    return [
        Obligation(
            o["unit"]["id"],
            o["kind"],
            o["period"],
            datetime.fromisoformat(o["due_at"]),
            texts[(o["kind"], o["period"])],
        )
        for o in remote.get("/v1/reports", token=token)["items"]
    ]


def _end(until: str | None) -> datetime:
    if until is None:
        return ENDS
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise Stopped(
            USAGE, f"--until 要写成 2017-12-31，而不是“{until}”。", f"Not a date: {until}"
        ) from None
    end = datetime.combine(day, time(18), STARTS.tzinfo)
    if not STARTS <= end <= ENDS:
        raise Stopped(
            USAGE,
            f"--until 须在 {STARTS.date()} 至 {ENDS.date()} 之间。",
            "The date lies outside the campaign.",
        )
    return end
