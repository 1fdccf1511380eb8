"""Whether the history is whole, kept as part of it: who verified when, up to where and with what result; anchors and packs.

A verification is an event of the campaign, so it is chained like everything else: whoever wants to hide one has to break
the chain again. What it found is told until a later one finds nothing.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from shared.application import custody_audit, matters
from shared.application.happenings import record
from shared.application.work import UNSEEN, Done, Work
from workflows.events import ChainFault, Event, RecordedEvent, link, verify_chain
from workflows.history import AnchorHistory, Tip, VerifyHistory, lines_of, seal_of
from workflows.inputs import Wrong, read_text
from workflows.rejection import Reason, Rejected

MOST_KEPT = 50
"""How many faults one verification keeps; how many there were is always kept."""
_LONGEST_NAME = 60
_VERIFIED, _ANCHORED = "history.verified", "history.anchored"


def verify_audit(work: Work) -> dict[str, Any]:
    """This will recompute every chain of the campaign and name the first bad entry of each broken one; the chains of
    things in custody are held against it. Nothing is kept.
    """
    _check_sight(work)
    faults, count, tips = [], 0, _tips(work)
    for tip in tips:
        chain = list(work.uow.events.stream(tip[0]))
        count += len(chain)
        fault = verify_chain(chain) or _to_its_tip(work, tip, chain)
        if fault is not None:
            faults.append({"stream": fault.stream, "seq": fault.seq, "fault": fault.fault})
    items, altered = custody_audit.faults(work)
    faults += altered
    return {
        "ok": not faults,
        "streams": len(tips),
        "events": count,
        "items": items,
        "faults": faults,
        "seal": seal_of(tips),
        "as_of": work.in_zone(work.at),
    }


def _check_sight(work: Work) -> None:
    if not work.sees_everything:
        raise Rejected(UNSEEN, kind="missing")


def _tips(work: Work) -> list[Tip]:
    rows = work.uow.events.streams(work.campaign.id)
    return [(str(row["stream"]), int(row["seq"]), str(row["hash"])) for row in rows]


def _to_its_tip(work: Work, tip: Tip, chain: Sequence[RecordedEvent]) -> ChainFault | None:
    """What others append meanwhile makes a chain longer than its tip was, never longer than its tip is."""
    stream, seq, digest = tip
    if len(chain) < seq or (seq and chain[seq - 1].hash != digest):
        return ChainFault(stream, min(len(chain), seq) + 1, "tail missing")
    if len(chain) == seq:
        return None
    now = next(row for row in _tips(work) if row[0] == stream)
    return None if now[1] >= len(chain) else ChainFault(stream, now[1] + 1, "beyond its tip")


def verify(_: VerifyHistory, work: Work) -> Done:
    """This will verify the history and keep the result. Raises Rejected (missing) for who does not oversee the campaign."""
    found = verify_audit(work)
    data = {
        **{name: found[name] for name in ("ok", "streams", "events", "items", "seal")},
        "broken": len(found["faults"]),
        "faults": found["faults"][:MOST_KEPT],
    }
    event = Event("history.verified", "history", work.campaign.id, work.at, data)
    record(work, matters.of_campaign(work), event)
    return Done("history", work.campaign.id, extra=found)


def verified_view(work: Work, done: Done) -> dict[str, Any]:
    """This will show what a verification that was just made found."""
    return {**done.extra, "faults": [_seen(work, fault) for fault in done.extra["faults"][:MOST_KEPT]]}


def anchor(command: AnchorHistory, work: Work) -> Done:
    """This will keep that an anchor was taken and to whom it goes. Raises Rejected: no name of who keeps it, or (missing)
    for who does not oversee the campaign.
    """
    _check_sight(work)
    try:
        read_text(command.kept_by, _LONGEST_NAME)
    except Wrong as wrong:
        raise Rejected(Reason(wrong.code, wrong.text, "/kept_by"), kind="invalid") from None
    tips = _tips(work)
    data = {
        "kept_by": command.kept_by,
        "seal": seal_of(tips),
        "streams": len(tips),
        "events": sum(seq for _, seq, _ in tips),
    }
    record(
        work, matters.of_campaign(work), Event("history.anchored", "history", work.campaign.id, work.at, data)
    )
    return Done("history", work.campaign.id, created=True, extra={**data, "tips": tips})


def anchored_view(work: Work, done: Done) -> dict[str, Any]:
    """This will give an anchor that was just taken, as the file somebody is to keep."""
    text = "\n".join(lines_of(_head(work, done.extra["events"]), done.extra["tips"], None)) + "\n"
    return {
        **{name: done.extra[name] for name in ("kept_by", "seal", "streams", "events")},
        "filename": f"{_stem(work)}-anchor.jsonl",
        "anchor": text,
        "as_of": work.in_zone(work.at),
    }


def pack(work: Work) -> tuple[str, bytes]:
    """This will write the whole history with its tips, its lines compressed, and name the file. Raises Rejected (missing)."""
    _check_sight(work)
    tips = _tips(work)
    chains = (_up_to(work, tip) for tip in tips)
    head = _head(work, sum(seq for _, seq, _ in tips))
    content = BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", mtime=0) as file:
        file.writelines(f"{line}\n".encode() for line in lines_of(head, tips, chains))
    return f"{_stem(work)}-history.jsonl.gz", content.getvalue()


def _up_to(work: Work, tip: Tip) -> list[RecordedEvent]:
    """The entries of a chain up to its tip; one that is beyond it and was not appended meanwhile stays for the check."""
    chain = list(work.uow.events.stream(tip[0]))
    return chain if _to_its_tip(work, tip, chain) is not None else chain[: tip[1]]


def _head(work: Work, events: int) -> dict[str, Any]:
    return {
        "campaign": work.campaign.id,
        "title": {"zh": work.definition.title.zh, "en": work.definition.title.in_language("en")},
        "as_of": work.in_zone(work.at),
        "events": events,
    }


def _stem(work: Work) -> str:
    return f"{work.campaign.id}-{work.at.astimezone(work.zone):%Y%m%d-%H%M%S}"


def checks(work: Work) -> dict[str, Any]:
    """This will show the last verification with what it found, and the anchors that were taken, newest first."""
    _check_sight(work)
    rows = {kind: _kept(work, kind) for kind in (_VERIFIED, _ANCHORED)}
    last = rows[_VERIFIED][0] if rows[_VERIFIED] else None
    return {
        "verified": None if last is None else _verification(work, last),
        "anchors": [
            {**{n: row["data"][n] for n in ("kept_by", "seal", "events")}, **_when(work, row)}
            for row in rows[_ANCHORED]
        ],
    }


def _kept(work: Work, kind: str) -> list[Mapping[str, Any]]:
    campaign = work.campaign.id
    return list(reversed(work.uow.events.of_kind(campaign, kind, [campaign])))


def _verification(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    data = row["data"]
    names = ("ok", "streams", "events", "items", "seal", "broken")
    faults = [_seen(work, fault) for fault in data["faults"]]
    return {**{name: data[name] for name in names}, "faults": faults, **_when(work, row)}


def _when(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    person = work.uow.people.find(work.campaign.id, row["person"])
    who = {"id": row["person"], "name": person["name"] if person is not None else row["person"]}
    return {"at": work.in_zone(row["recorded_at"]), "by": who, "position": row["position"]}


def _seen(work: Work, fault: Mapping[str, Any]) -> dict[str, Any]:
    """A fault with the number of its lead, and the entries before and at the place, beside what should stand there."""
    stream, seq = str(fault["stream"]), int(fault["seq"])
    if stream.startswith("item/"):
        return {**fault, "lead": None, "position": None, "entries": []}
    lead = work.uow.leads.by_id(stream)
    entries = work.uow.events.around(stream, seq)
    at = next((position for position, entry in entries if entry.seq >= seq), None)
    return {
        **fault,
        "lead": lead.number if lead is not None else None,
        "position": at,
        "entries": [_entry(work, position, entry) for position, entry in entries],
    }


def _entry(work: Work, position: int, entry: RecordedEvent) -> dict[str, Any]:
    who = {name: getattr(entry, name) for name in ("person", "agency", "request_id", "definition_hash")}
    again = link(
        entry.previous_hash,
        stream=entry.stream,
        seq=entry.seq,
        event=entry.event,
        recorded_at=entry.recorded_at,
        **who,
    )
    return {
        "position": position,
        "seq": entry.seq,
        "kind": entry.event.kind,
        "subject": entry.event.subject,
        "data": entry.event.data,
        "reason": entry.event.reason,
        "from_state": entry.event.from_state,
        "to_state": entry.event.to_state,
        "recorded_at": work.in_zone(entry.recorded_at),
        "person": entry.person,
        "agency": entry.agency,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
        "recomputed": again.hash,
    }
