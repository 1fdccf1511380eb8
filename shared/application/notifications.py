"""Do what an outbox row asks for: tell people, once each, or have a period compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from shared.application.arrangements import with_stand_ins
from shared.application.ports import LostRace, Notice, Row, Unavailable
from shared.application.reports import BAD_RECORD, compile_failed, compile_report
from shared.application.work import Done, Work
from workflows.commands import Beat, CompileReport, DeliverOutbox, PruneOutbox
from workflows.quiet import shown_from
from workflows.rejection import Rejected

MOST_TRIES = 8


def deliver_outbox(command: DeliverOutbox, work: Work) -> Done:
    """This will do waiting rows and mark each done in the same transaction; rows done already are left alone."""
    claimed = [r for r in work.uow.outbox.claim(command.outbox_ids) if r["campaign_id"] == work.campaign.id]
    deliver(work, claimed)
    return Done("outbox", work.campaign.id)


def deliver(work: Work, claimed: Sequence[Row]) -> None:
    """This will do rows that were claimed, in their order, and mark them done; one that fails is put off.

    What only tells people is done together, which costs no more than one row, and again row by row if that fails.
    """
    for is_long, rows in groupby(claimed, key=lambda row: row["kind"] == "compile"):
        for together in [[row] for row in rows] if is_long else [list(rows)]:
            _deliver(work, together)


def _deliver(work: Work, rows: Sequence[Row]) -> None:
    failure = _tried(work, rows)
    if failure is None:
        work.uow.outbox.done([row["id"] for row in rows])
    elif len(rows) == 1:
        _put_off(work, rows[0], failure)
    else:
        for row in rows:
            _deliver(work, [row])


def _tried(work: Work, rows: Sequence[Row]) -> Exception | None:
    before = len(work.happened)
    try:
        with work.uow.savepoint():
            told = [notice for row in rows for notice in _DELIVERIES[row["kind"]](work, row)]
            work.uow.notices.add(work.campaign.id, told, work.at)
    except (LostRace, Unavailable):
        raise
    except Exception as failure:  # noqa: BLE001 - one bad row must not stop the others; it is kept and shown
        del work.happened[before:]
        return failure
    return None


def _put_off(work: Work, row: Row, failure: Exception) -> None:
    tries = int(row["tries"]) + 1
    reason = f"{type(failure).__name__}: {failure}"
    work.uow.outbox.failed(row["id"], reason, tries, give_up=tries >= MOST_TRIES)
    if tries == MOST_TRIES and row["kind"] == "compile":
        compile_failed(work, row["data"]["kind"], row["data"]["period"], "given_up", reason)


def prune_outbox(command: PruneOutbox, work: Work) -> Done:
    """This will remove rows that were done long ago; those set aside wait for a person and stay."""
    return Done("outbox", "", version=work.uow.outbox.prune(command.days, command.limit))


def beat(command: Beat, work: Work) -> Done:
    """This will note that a process is alive."""
    work.uow.must_not_linger()
    work.uow.figures.beat(command.name)
    return Done("heartbeat", command.name)


def _notify(work: Work, row: Row) -> list[Notice]:
    data = row["data"]
    told = {
        p["id"]: p
        for target in data["to"]
        if target["agency"] is not None
        for p in recipients(work, target["agency"], target["role"])
    }
    notices = _tell(work, row, list(told.values()), data["kind"])
    roles = [target["role"] for target in data["to"] if target["agency"] is None]
    others = {p["id"]: p for role in roles for p in work.people_with(role) if p["id"] not in told}
    return notices + (_tell_everyone(work, row, list(others.values()), data["kind"]) if others else [])


def _tell(work: Work, row: Row, people: list[Row], kind: str) -> list[Notice]:
    content, visible_at = _content(row["data"]), _shown_from(work, row["data"])
    return [_notice(row, person, kind, content, visible_at) for person in with_stand_ins(work, people)]


def _notice(row: Row, person: Row, kind: str, content: Row, visible_at: datetime | None) -> Notice:
    return Notice(
        f"{row['key']}:{person['id']}", person["id"], person["agency_id"], kind, content, visible_at
    )


def _shown_from(work: Work, data: Mapping[str, Any]) -> datetime | None:
    """Only rungs keep quiet hours, and only those that are not urgent; other notices answer somebody's act."""
    urgent = data.get("urgent", True)
    calendar = work.calendar_of(work.definition, work.definition.office.id)
    return shown_from(work.definition.quiet_hours, work.at, calendar, urgent=urgent)


def _tell_everyone(work: Work, row: Row, people: list[Row], kind: str) -> list[Notice]:
    """A bulletin goes to a role wherever it is held; which lead it is about only those read who may know of it."""
    data = row["data"]
    lead = work.uow.leads.by_number(work.campaign.id, data["lead"]) if data.get("lead") else None
    insiders = [p for p in people if lead is None or work.uow.grants.live(lead.id, p["agency_id"])]
    names = {person["id"] for person in insiders}
    content = {name: value for name, value in _content(data).items() if name in _OPEN_TO_ALL}
    visible_at = _shown_from(work, data)
    outsiders = [_notice(row, p, kind, content, visible_at) for p in people if p["id"] not in names]
    return [*_tell(work, row, insiders, kind), *outsiders]


_OPEN_TO_ALL = frozenset({"level", "form", "urgent"})


def recipients(work: Work, agency: str, role: str) -> list[Row]:
    """This will find the people in a role of an agency; where nobody is, whoever leads it, so that no notice is lost."""
    stand_by = [actor.role for actor in work.definition.duty("answer_for_unit")]
    for unit in (agency, work.definition.office.id):
        for wanted in (role, *stand_by):
            if found := work.people_in(unit, wanted):
                return found
    return []


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    """A notice carries numbers, deadlines and links, never what a case is about: screens and lock screens leak."""
    names = (
        "lead",
        "subject",
        "subject_id",
        "deadline_id",
        "level",
        "repeat",
        "form",
        "due_at",
        "urgent",
        "code",
    )
    return {name: data[name] for name in names if data.get(name) is not None}


def _released(work: Work, row: Row) -> list[Notice]:
    """Whoever was told that something is late is told that it is settled."""
    holder = row["data"]["holder"]
    roles = [actor.role for actor in work.definition.duty("work_on_cases")]
    people = [person for role in roles for person in work.people_in(holder, role)]
    return _tell(work, row, list({person["id"]: person for person in people}.values()), "deadline.released")


def _compile(work: Work, row: Row) -> list[Notice]:
    """What another try cannot mend is said to the office at once."""
    data = row["data"]
    try:
        compile_report(CompileReport(work.by, data["kind"], data["period"], data["cause"]), work)
    except Rejected as refusal:
        wrong = refusal.reasons[0]
        if wrong.code != BAD_RECORD:
            raise
        compile_failed(work, data["kind"], data["period"], wrong.code, wrong.text.zh)
    return []


_DELIVERIES: Mapping[str, Callable[[Work, Row], list[Notice]]] = {
    "notify": _notify,
    "released": _released,
    "compile": _compile,
}
