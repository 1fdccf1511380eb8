"""Materials: attach a file to a lead or to work that was handed over, read it, and find out when it was altered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.application import matters
from shared.application.acting import react
from shared.application.coordination import handoff as find_handoff
from shared.application.guarded import Row
from shared.application.happenings import happen
from shared.application.sight import Sight, sight_of
from shared.application.work import UNSEEN, Done, Work
from workflows.events import Event
from workflows.guarded import AddMaterial, VerifyMaterials
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected
from workflows.text import Text

LONGEST_NAME = 200
LARGEST = 20 * 1024 * 1024
"""The most bytes a material may have (policy)."""

PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable", "application/x-mach-binary"})
READ_AGAIN = timedelta(days=7)
_SHOWN = ("id", "name", "media_type", "size", "sha256", "added_by", "fault")


def add_material(command: AddMaterial, work: Work) -> Done:
    """This will keep a file and attach it to a lead the caller may see, or to a handoff of the caller's agency.

    The same bytes are kept once. Raises Rejected: no such lead or handoff, a name that is none, an empty or too large
    file, or a program.
    """
    whole = work.lead(command.number, lock=True)
    if command.handoff_id is not None and find_handoff(work, command.handoff_id).lead_id != whole.id:
        raise Rejected(UNSEEN, kind="missing")
    _check(command)
    sha256, media_type = work.uow.materials.keep(command.content)
    if media_type in PROGRAMS:
        text = Text("不接受可执行程序", "a program is not accepted")
        raise Rejected(Reason("program", text), kind="invalid")
    row: dict[str, Any] = {
        "id": work.uow.new_id(),
        "campaign_id": work.campaign.id,
        "lead_id": whole.id,
        "handoff_id": command.handoff_id,
        "name": command.name,
        "media_type": media_type,
        "size": len(command.content),
        "sha256": sha256,
        "agency_id": work.by.agency_id,
        "added_by": work.by.person_id,
        "added_at": work.at,
    }
    work.uow.materials.add(row)
    data = {name: row[name] for name in ("name", "media_type", "size", "sha256", "handoff_id")}
    event = Event("material.added", "material", row["id"], work.at, data)
    happen(work, matters.of_lead(work, whole), event, react)
    return Done("material", row["id"], whole.number, created=True, version=whole.version)


def _check(command: AddMaterial) -> None:
    faults = []
    try:
        read_text(command.name, LONGEST_NAME)
    except Wrong as wrong:
        faults.append(Reason(wrong.code, wrong.text, "?name"))
    if any(mark in "/\\\r\n\t" for mark in command.name):
        text = Text("文件名不能含 / 、 \\ 和换行", "a name has no slash, backslash or line break")
        faults.append(Reason("format", text, "?name"))
    if not command.content:
        faults.append(Reason("blank", Text("文件是空的", "the file is empty")))
    if len(command.content) > LARGEST:
        faults.append(Reason("too_large", Text("文件最大 20 MiB", "a file has at most 20 MiB")))
    if faults:
        raise Rejected(*faults, kind="invalid")


def material(work: Work, material_id: str) -> Row:
    """This will find a material the caller may see. Raises Rejected (missing)."""
    row = work.uow.materials.get(material_id)
    if row is None or row["campaign_id"] != work.campaign.id or not _sees(work, row):
        raise Rejected(UNSEEN, kind="missing")
    return row


def _sees(work: Work, row: Row) -> bool:
    """A file is seen with its lead, and with the one its lead was merged into."""
    lead_id: str | None = row["lead_id"]
    while lead_id is not None:
        whole = work.uow.leads.by_id(lead_id) if work.may_see(lead_id) else None
        if whole is not None and sight_of(work, whole).material(row):
            return True
        merge = work.uow.merges.live(lead_id)
        lead_id = merge["target_id"] if merge is not None else None
    return False


def material_view(work: Work, row: Row) -> dict[str, Any]:
    """This will show a material: its name as it was given, its size in bytes, its hash."""
    return {
        **{name: row[name] for name in _SHOWN},
        "agency": row["agency_id"],
        "handoff": row["handoff_id"],
        "added_at": work.in_zone(row["added_at"]),
        "checked_at": work.in_zone(row["checked_at"]) if row["checked_at"] is not None else None,
        "href": f"/v1/materials/{row['id']}/content",
    }


def material_views(work: Work, lead_id: str, sight: Sight) -> list[dict[str, Any]]:
    """This will list what the caller sees of a lead's materials."""
    return [material_view(work, row) for row in work.uow.materials.of_lead(lead_id) if sight.material(row)]


def content(work: Work, material_id: str) -> tuple[Row, bytes]:
    """This will give a material with its bytes. Raises Rejected: missing, or no longer the bytes that were kept."""
    row = material(work, material_id)
    found = work.uow.materials.content(row["sha256"])
    if found is None:
        text = Text(
            "文件已损坏或缺失，与入库时的校验值不符", "the file is damaged or gone: its hash does not fit"
        )
        raise Rejected(Reason("material_altered", text), kind="unready", details={"sha256": row["sha256"]})
    return row, found


def verify_materials(command: VerifyMaterials, work: Work) -> Done:
    """This will read files again; `version` is how many, `extra` names the faulty ones and the `last` that was read.

    A fault is recorded once, on the lead, and told to the office.
    """
    before = None if command.at_once else work.at - READ_AGAIN
    rows = work.uow.materials.to_check(work.campaign.id, before, command.after, command.limit)
    faulty = []
    for row in rows:
        fault = work.uow.materials.fault(row["sha256"])
        if fault is not None:
            faulty.append({"id": row["id"], "sha256": row["sha256"], "fault": fault})
        if fault is not None and fault != row["fault"]:
            _record(work, row, fault)
        work.uow.materials.checked(row["id"], fault, work.at)
    last = rows[-1]["id"] if rows else command.after
    return Done("material", work.campaign.id, version=len(rows), extra={"faulty": faulty, "last": last})


def _record(work: Work, row: Row, fault: str) -> None:
    whole = work.uow.leads.by_id(row["lead_id"], lock=True)
    assert whole is not None, "a material cannot outlive its lead"
    data = {"sha256": row["sha256"], "fault": fault}
    event = Event("material.found_faulty", "material", row["id"], work.at, data)
    happen(work, matters.of_lead(work, whole), event, react)
