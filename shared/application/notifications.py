"""Do what an outbox row asks for: tell people, once each, or have a period compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.application.ports import LostRace, Row, Unavailable
from shared.application.reports import compile_report
from shared.application.work import Done, Work
from workflows.commands import Beat, CompileReport, DeliverOutbox

MOST_TRIES = 8


def deliver_outbox(command: DeliverOutbox, work: Work) -> Done:
    """This will do waiting rows and mark each done in the same transaction; rows done already are left alone."""
    for row_id in command.outbox_ids:
        row = work.uow.outbox.claim(row_id)
        if row is not None and row["campaign_id"] == work.campaign.id:
            _deliver(work, row)
    return Done("outbox", work.campaign.id)


def _deliver(work: Work, row: Row) -> None:
    before = len(work.happened)
    try:
        with work.uow.savepoint():
            _DELIVERIES[row["kind"]](work, row)
            work.uow.outbox.done(row["id"])
    except (LostRace, Unavailable):
        raise
    except Exception as failure:  # noqa: BLE001 - one bad row must not stop the others; it is kept and shown
        del work.happened[before:]
        tries = int(row["tries"]) + 1
        reason = f"{type(failure).__name__}: {failure}"
        work.uow.outbox.failed(row["id"], reason, tries, give_up=tries >= MOST_TRIES)


def beat(command: Beat, work: Work) -> Done:
    """This will note that a process is alive."""
    work.uow.figures.beat(command.name)
    return Done("heartbeat", command.name)


def _notify(work: Work, row: Row) -> None:
    data = row["data"]
    told: set[str] = set()
    for target in data["to"]:
        for person in recipients(work, target["agency"], target["role"]):
            if person["id"] not in told:
                told.add(person["id"])
                key = f"{row['key']}:{person['id']}"
                work.uow.notices.add(work.campaign.id, key, person, data["kind"], _content(data), work.at)


def recipients(work: Work, agency: str, role: str) -> list[Row]:
    """This will find the people in a role of an agency; where nobody is, whoever leads it, so that no notice is lost."""
    for wanted in (role, "unit_head", "liaison", "office_director"):
        found = list(work.uow.people.in_role(work.campaign.id, agency, wanted))
        if found:
            return found
    office = work.definition.office.id
    return list(work.uow.people.in_role(work.campaign.id, office, "office_staff")) if agency != office else []


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    """A notice carries numbers, deadlines and links, never what a case is about: screens and lock screens leak."""
    names = ("lead", "subject", "subject_id", "deadline_id", "level", "form", "due_at", "urgent", "code")
    return {name: data[name] for name in names if data.get(name) is not None}


def _released(work: Work, row: Row) -> None:
    """Whoever was told that something is late is told that it is settled."""
    data = row["data"]
    for role in ("officer", "liaison"):
        for person in work.uow.people.in_role(work.campaign.id, data["holder"], role):
            key = f"{row['key']}:{person['id']}"
            work.uow.notices.add(work.campaign.id, key, person, "deadline.released", _content(data), work.at)


def _compile(work: Work, row: Row) -> None:
    data = row["data"]
    compile_report(CompileReport(work.by, data["kind"], data["period"], data["cause"]), work)


_DELIVERIES: Mapping[str, Callable[[Work, Row], None]] = {
    "notify": _notify,
    "released": _released,
    "compile": _compile,
}
