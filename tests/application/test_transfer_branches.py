"""A criminal transfer played through every branch of its machine, with the statutory clocks each step starts and stops.

What a clock must do is written here from the statutes (decree 310 art. 5-12; police procedure art. 175, 180-182), not
read from the definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.application import queries
from shared.bootstrap import System
from tests.conftest import STARTS
from tests.leads import an_intake
from tests.turning import turn
from workflows.campaign import CampaignDefinition
from workflows.commands import (
    ActOnLead,
    ActOnTransfer,
    AskExtension,
    Caller,
    DecideExtension,
    DeliverOutbox,
    PauseDeadline,
    ProposeTransfer,
    ReceiveLead,
)
from workflows.rejection import Rejected

Callers = dict[str, Caller]
UNIT, POLICE, OTHER = "station_qinglan", "public_security", "forest_police"
OFFICER, HEAD = f"{UNIT}.officer", f"{UNIT}.unit_head"
CHIEF, DESK = f"{POLICE}.unit_head", f"{POLICE}.liaison"
PROSECUTOR = "procuratorate.prosecutor"
ALL = ["transfer_letter", "investigation_report", "property_list", "appraisal_report", "other_material"]
WHY = {"reason": "依法办理"}
NUMBERED = {"document_number": "字1号"}
DECIDED = {**NUMBERED, **WHY}

Move = tuple[str, str, Mapping[str, Any]]
APPROVE: Move = (HEAD, "approve", {})
SEND: Move = (OFFICER, "send", {**NUMBERED, "enclosures": ALL})
RECEIPT: Move = (DESK, "receipt", {})
SUPPLEMENT_ASKED: Move = (CHIEF, "request_supplement", {"missing_items": "称重记录"})
NOT_FILE: Move = (CHIEF, "not_file", DECIDED)
RECONSIDER: Move = (HEAD, "request_reconsideration", WHY)
UPHOLD: Move = (CHIEF, "uphold", DECIDED)
SUPERVISE: Move = (HEAD, "request_supervision", WHY)
ASK_REASONS: Move = (PROSECUTOR, "ask_reasons", NUMBERED)
GIVE_REASONS: Move = (CHIEF, "give_reasons", WHY)
ORDER: Move = (PROSECUTOR, "order_filing", NUMBERED)
FILE: Move = (CHIEF, "file", NUMBERED)
HAND_OVER: Move = (OFFICER, "hand_over_property", {"handover_list": "清单1号"})
COMPLETE: Move = (CHIEF, "complete", {})
GIVE_UP: Move = (HEAD, "accept_no_crime", WHY)
END: Move = (PROSECUTOR, "end_supervision", WHY)
FORWARD: Move = (CHIEF, "forward", {"to_agency": OTHER, **WHY})
ARRIVED = (APPROVE, SEND, RECEIPT)
OTHERS_RECEIPT: Move = (f"{OTHER}.liaison", "receipt", {})
OTHERS_FILE: Move = (f"{OTHER}.unit_head", "file", NUMBERED)

STORIES: dict[str, Sequence[Move]] = {
    "filed": (*ARRIVED, FILE, HAND_OVER, COMPLETE),
    "refused, proposed again": (
        (HEAD, "refuse", {"refused_reason": "依据不足"}),
        (OFFICER, "repropose", WHY),
        *ARRIVED,
        NOT_FILE,
        GIVE_UP,
    ),
    "forwarded unsigned": (APPROVE, SEND, FORWARD, OTHERS_RECEIPT, OTHERS_FILE),
    "forwarded signed": (*ARRIVED, FORWARD, OTHERS_RECEIPT, OTHERS_FILE),
    "supplemented": (*ARRIVED, SUPPLEMENT_ASKED, (OFFICER, "supplement", {"enclosures": ALL}), FILE),
    "filed without the supplement": (*ARRIVED, SUPPLEMENT_ASKED, FILE),
    "not filed without the supplement": (*ARRIVED, SUPPLEMENT_ASKED, NOT_FILE, SUPERVISE, END),
    "filed on reconsideration": (*ARRIVED, NOT_FILE, RECONSIDER, (CHIEF, "reconsider_file", NUMBERED), HAND_OVER),
    "upheld, accepted": (*ARRIVED, NOT_FILE, RECONSIDER, UPHOLD, GIVE_UP),
    "upheld, reasons, ordered": (
        *ARRIVED, NOT_FILE, RECONSIDER, UPHOLD, SUPERVISE, ASK_REASONS, GIVE_REASONS, ORDER, FILE
    ),
    "ordered at once": (*ARRIVED, NOT_FILE, SUPERVISE, ASK_REASONS, ORDER, FILE, HAND_OVER, COMPLETE),
    "reasons accepted": (*ARRIVED, NOT_FILE, SUPERVISE, ASK_REASONS, GIVE_REASONS, END),
}  # fmt: skip

TURNS: Mapping[str, tuple[set[str], set[str]]] = {
    "proposed": ({"XF1"}, set()),
    "reproposed": ({"XF1"}, set()),
    "approved": ({"XF2"}, {"XF1"}),
    "refused": (set(), {"XF1"}),
    "sent": ({"XF4"}, {"XF2"}),
    "receipted": ({"XF5", "XS1"}, {"XF4"}),
    "forwarded": ({"XF4"}, {"XF4", "XF5", "XS1"}),
    "supplement_requested": ({"XS2"}, {"XS1"}),
    "supplemented": (set(), {"XS2"}),
    "filed": ({"XF9"}, {"XF5", "XS1", "XS2", "PS2"}),
    "not_filed": ({"XF6"}, {"XF5", "XS1", "XS2"}),
    "property_handed_over": (set(), {"XF9"}),
    "completed": (set(), set()),
    "reconsideration_requested": ({"XF7"}, {"XF6"}),
    "reconsideration_filed": ({"XF9"}, {"XF7"}),
    "reconsideration_upheld": ({"XF8"}, {"XF7"}),
    "supervision_requested": (set(), {"XF6", "XF8"}),
    "reasons_asked": ({"PS1"}, set()),
    "reasons_given": (set(), {"PS1"}),
    "filing_ordered": ({"PS2"}, {"PS1"}),
    "supervision_ended": (set(), set()),
    "no_crime_accepted": (set(), {"XF6", "XF8"}),
}
"""What each event starts, and what it stops where it runs: the statutory clocks alone."""

STATUTORY = {"XF1", "XF2", "XF4", "XF5", "XF6", "XF7", "XF8", "XF9", "XS1", "XS2", "PS1", "PS2"}
HOLDERS = {
    **dict.fromkeys(("XF1", "XF2", "XF6", "XF8", "XF9", "XS2"), UNIT),
    **dict.fromkeys(("XF4", "XF5", "XF7", "XS1", "PS1", "PS2"), POLICE),
}


def proposed(system: System, callers: Callers, reference: str) -> tuple[str, str]:
    """A lead a station has verified and proposes to transfer: its number, and the transfer's id."""
    office = callers["office.office_staff"]
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", reference)).done
    assert done is not None
    number = str(done.number)
    system.handle(ActOnLead(office, number, "accept", {"lead_agency": UNIT}))
    system.handle(ActOnLead(callers[OFFICER], number, "verify", {"finding": "查见象牙制品"}))
    made = system.handle(ProposeTransfer(callers[OFFICER], number, POLICE, {"report": "拟移送", **WHY})).done
    assert made is not None
    return number, made.id


def take(system: System, callers: Callers, transfer: str, move: Move) -> None:
    person, trigger, given = move
    system.handle(ActOnTransfer(callers[person], transfer, trigger, dict(given)))


def history(system: System, callers: Callers, number: str) -> list[dict[str, Any]]:
    """The lead's events, oldest first."""
    found: list[dict[str, Any]] = []
    cursor: int | None = None
    while True:
        director = callers["office.office_director"]
        page = system.read(queries.lead_history, director, number=number, cursor=cursor, limit=200)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found[::-1]


def test_every_branch_of_the_machine_is_taken_and_turns_its_statutory_clocks(
    system: System, callers: Callers, definition: CampaignDefinition
) -> None:
    taken: set[tuple[str, str]] = set()
    for reference, moves in STORIES.items():
        number, transfer = proposed(system, callers, reference)
        for move in moves:
            take(system, callers, transfer, move)
        events = history(system, callers, number)
        taken |= {
            (e["data"]["trigger"], e["from_state"])
            for e in events
            if e["subject"] == "transfer" and e["subject_id"] == transfer and "trigger" in e["data"]
        }
        _check_clocks(reference, events, transfer)
    machine = definition.lifecycles["transfer"]
    assert taken == {(t.trigger, source) for t in machine.transitions for source in t.sources}
    assert {t.event for t in machine.transitions} | {"proposed"} == set(TURNS)


def _check_clocks(story: str, events: list[dict[str, Any]], transfer: str) -> None:
    running: set[str] = set()
    place = 0
    while place < len(events):
        event = events[place]
        place += 1
        if event["subject"] != "transfer" or event["subject_id"] != transfer:
            continue
        started, stopped = set(), set()
        while place < len(events) and events[place]["subject"] == "deadline":
            code, kind = events[place]["data"]["code"], events[place]["kind"]
            if code in STATUTORY:
                (started if kind == "deadline.started" else stopped).add(code)
            place += 1
        starts, stops = TURNS[event["kind"].removeprefix("transfer.")]
        assert started == starts, f"{story}: {event['kind']} starts"
        assert stopped >= stops & running, f"{story}: {event['kind']} stops"
        assert stopped <= stops | started, f"{story}: {event['kind']} stops too much"
        running = (running - stopped) | started
    assert not running & {"XF1", "XF2", "XF4", "XF5", "XF7", "XS2", "PS1"}, f"{story}: something never ended"


def test_each_statutory_clock_has_its_term_and_its_holder(system: System, callers: Callers) -> None:
    """Days end at 24:00 of the last day, hours to the minute; no clock of the decree rolls over a weekend."""
    saturday = STARTS + timedelta(days=1)
    turn(system, callers["system"], saturday)
    for story in ("upheld, reasons, ordered", "not filed without the supplement", "filed"):
        number, transfer = proposed(system, callers, story)
        for move in STORIES[story]:
            take(system, callers, transfer, move)
        for event in history(system, callers, number):
            if event["kind"] == "deadline.started" and event["data"]["code"] in STATUTORY:
                code, data = event["data"]["code"], event["data"]
                assert data["holder"] == HOLDERS[code], code
                assert datetime.fromisoformat(data["due_at"]) == _due(saturday, code), code


def _due(start: datetime, code: str) -> datetime:
    if code in {"XF2", "XF4", "XS1"}:
        return start + timedelta(hours=24)
    days = {"PS1": 7, "PS2": 15}.get(code, 3)
    return start.replace(hour=0, minute=0) + timedelta(days=days + 1)


@pytest.mark.parametrize("missing", ALL)
def test_each_of_the_five_enclosures_is_checked(system: System, callers: Callers, missing: str) -> None:
    _, transfer = proposed(system, callers, missing)
    take(system, callers, transfer, APPROVE)
    enclosed = [name for name in ALL if name != missing]
    with pytest.raises(Rejected) as refused:
        take(system, callers, transfer, (OFFICER, "send", {**NUMBERED, "enclosures": enclosed}))
    assert [reason.code for reason in refused.value.reasons] == [f"no_{missing}"]
    take(system, callers, transfer, SEND)


def clock(system: System, callers: Callers, transfer: str, code: str) -> dict[str, Any]:
    view = system.read(queries.transfer, callers["office.office_director"], transfer_id=transfer)
    found: dict[str, Any] = next(c for c in view["clocks"] if c["code"] == code)
    return found


def refused_codes(system: System, command: Any) -> set[str]:
    with pytest.raises(Rejected) as refused:
        system.handle(command)
    return {reason.code for reason in refused.value.reasons}


def test_no_clock_of_the_decree_is_paused_or_extended_beyond_what_the_rules_name(
    system: System, callers: Callers, definition: CampaignDefinition
) -> None:
    _, transfer = proposed(system, callers, "1")
    first = clock(system, callers, transfer, "XF1")["id"]
    pause = PauseDeadline(callers[HEAD], first, "force_majeure", "台风", STARTS + timedelta(days=2))
    assert refused_codes(system, pause) == {"no_pause"}
    assert refused_codes(system, AskExtension(callers[HEAD], first, "complex", "案情复杂")) == {
        "no_extension"
    }
    rules = [rule for rule in definition.clocks if rule.code in STATUTORY]
    assert len(rules) == len(STATUTORY)
    assert not [rule.code for rule in rules if rule.pauses_on or rule.pause_grounds]
    assert [rule.code for rule in rules if rule.extensions] == ["XF5"]


def test_the_police_have_seven_and_thirty_days_when_their_head_says_so_before_the_end(
    system: System, callers: Callers
) -> None:
    _, transfer = proposed(system, callers, "1")
    for move in ARRIVED:
        take(system, callers, transfer, move)
    due = []
    for _ in range(2):
        held = clock(system, callers, transfer, "XF5")["id"]
        asked = system.handle(AskExtension(callers[f"{POLICE}.officer"], held, "complex", "需查证")).done
        assert asked is not None
        request = system.read(queries.deadline, callers[CHIEF], deadline_id=held)["extension_requests"][-1]
        own = DecideExtension(callers[f"{POLICE}.officer"], request["id"], True, "同意")
        assert refused_codes(system, own) & {"own_request", "not_approver"}
        system.handle(DecideExtension(callers[CHIEF], request["id"], grant=True, reason="同意"))
        due.append(datetime.fromisoformat(clock(system, callers, transfer, "XF5")["due_at"]))
    day = STARTS.replace(hour=0)
    assert due == [day + timedelta(days=8), day + timedelta(days=31)]
    third = AskExtension(callers[f"{POLICE}.officer"], held, "complex", "仍需查证")
    assert refused_codes(system, third) == {"no_extension"}


def test_a_lead_is_not_suspended_while_its_transfer_is_open(system: System, callers: Callers) -> None:
    number, _ = proposed(system, callers, "1")
    ground = {"suspension_ground": "force_majeure", **WHY}
    assert "transfer_open" in refused_codes(system, ActOnLead(callers[HEAD], number, "suspend", ground))


@pytest.mark.parametrize("from_verifying", [True, False])
def test_what_the_police_did_not_file_ends_only_with_administrative_handling(
    system: System, callers: Callers, from_verifying: bool
) -> None:
    office, officer = callers["office.office_staff"], callers[OFFICER]
    done = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "1")).done
    other = system.handle(ReceiveLead(callers["office.intake"], an_intake(), "12345", "2")).done
    assert done is not None
    assert other is not None
    number = str(done.number)
    system.handle(ActOnLead(office, number, "accept", {"lead_agency": UNIT}))
    if not from_verifying:
        system.handle(ActOnLead(officer, number, "verify", {"finding": "查见"}))
    made = system.handle(ProposeTransfer(officer, number, POLICE, {"report": "拟移送", **WHY})).done
    assert made is not None
    for move in (*ARRIVED, NOT_FILE, GIVE_UP):
        take(system, callers, made.id, move)
    merged = {"merge_into": str(other.number), **WHY}
    assert "not_filed_stays" in refused_codes(system, ActOnLead(office, number, "merge", merged))
    if from_verifying:
        turned_down = {"reject_reason": "no_trace", **WHY}
        assert "not_filed_stays" in refused_codes(system, ActOnLead(office, number, "reject", turned_down))
        system.handle(ActOnLead(officer, number, "verify", {"finding": "查见"}))
    no_filing = {"disposition": "untraceable", **WHY}
    system.handle(ActOnLead(callers[HEAD], number, "decline_filing", no_filing))
    assert "not_filed_needs_handling" in refused_codes(system, ActOnLead(office, number, "close", {}))
    system.handle(ActOnLead(callers[HEAD], number, "reopen_verification", WHY))
    system.handle(ActOnLead(officer, number, "verify", {"finding": "查见"}))
    system.handle(ActOnLead(callers[HEAD], number, "decline_filing", {"disposition": "no_penalty", **WHY}))
    system.handle(ActOnLead(office, number, "close", {}))


def notices(system: System, callers: Callers, person: str) -> list[dict[str, Any]]:
    for _ in range(20):
        waiting = system.chores().outbox
        if not waiting:
            break
        system.handle(DeliverOutbox(callers["system"], tuple(waiting)))
    page = system.read(queries.notices, callers[person], cursor=None, limit=200)
    return list(page["items"])


def test_the_procuratorate_gets_a_copy_when_it_is_asked_for_and_reads_no_proposal(
    system: System, callers: Callers
) -> None:
    number, transfer = proposed(system, callers, "1")
    take(system, callers, transfer, APPROVE)
    with pytest.raises(Rejected):
        system.read(queries.transfer, callers[PROSECUTOR], transfer_id=transfer)
    copied = {**SEND[2], "cc_procuratorate": True}
    take(system, callers, transfer, (OFFICER, "send", copied))
    assert system.read(queries.transfer, callers[PROSECUTOR], transfer_id=transfer)["id"] == transfer
    event = next(e for e in history(system, callers, number) if e["kind"] == "transfer.copied")
    assert (event["data"]["to"], len(event["data"]["sha256"])) == (["procuratorate"], 64)
    assert [n["kind"] for n in notices(system, callers, PROSECUTOR)] == ["transfer.copied"]
    _, quiet = proposed(system, callers, "2")
    for move in (APPROVE, SEND):
        take(system, callers, quiet, move)
    assert len(notices(system, callers, PROSECUTOR)) == 1


def test_lateness_is_addressed_to_the_head_personally_and_then_above(
    system: System, callers: Callers
) -> None:
    _, transfer = proposed(system, callers, "1")
    turn(system, callers["system"], STARTS + timedelta(days=4, hours=1))
    mine = [n["data"] for n in notices(system, callers, HEAD) if n["kind"].startswith("deadline.")]
    told = {n["level"] for n in mine if n.get("code") == "XF1" or "level" in n}
    assert {"L2", "L3"} <= told
    orders = system.read(
        queries.orders, callers["office.office_director"], state=None, cursor=None, limit=50
    )["items"]
    letter = next(o for o in orders if o["deadline_code"] == "XF1")
    assert (letter["level"], letter["holder"]["id"], letter["state"]["id"]) == ("L3", UNIT, "draft")
    turn(system, callers["system"], STARTS + timedelta(days=8))
    above = {n["data"].get("level") for n in notices(system, callers, "office.leader")}
    assert "L5" in above
    assert "L5" in {n["data"].get("level") for n in notices(system, callers, PROSECUTOR)}
    assert clock(system, callers, transfer, "XF1")["overdue"]
